"""The SMART check of a target: five questions, and what is missing."""

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval, parse_code
from policies.smart import Answer, Smart, SmartFacts, smart

YES, NO, NOT_YET = Answer
DEFINITION = Definition(
    title="Household waste recycled",
    unit="%",
    decimals=1,
    polarity=Polarity.BIGGER,
    basis=Basis.RATIO,
    interval=Interval.QUARTER,
    calendar=Calendar.FINANCIAL,
    data_owner="County Council",
    definition="The share of household waste that is recycled or composted.",
)
QUARTERS = frozenset({"FY2008-Q1", "FY2008-Q2", "FY2008-Q3", "FY2008-Q4"})
FACTS = SmartFacts(
    definition=DEFINITION,
    area="Warwickshire",
    period=parse_code("FY2008-Q2"),
    starts_on=date(2007, 4, 1),
    ends_on=date(2010, 3, 31),
    baseline=Decimal("38.5"),
    collected=(False, True),
    outcome="less-waste",
    path=QUARTERS,
)


def asked(question: Smart, **changes: Any) -> tuple[Answer, str]:
    """The answer to one question about the target, changed as said."""
    found = smart(msgspec.structs.replace(FACTS, **changes))
    (one,) = [each for each in found if each.question is question]
    return one.answer, one.missing


def defined(**changes: Any) -> Definition:
    return msgspec.structs.replace(DEFINITION, **changes)


def test_a_target_with_everything_is_smart_and_the_questions_come_in_their_order() -> None:
    assert [(each, YES, "") for each in Smart] == [
        (one.question, one.answer, one.missing) for one in smart(FACTS)
    ]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"definition": defined(definition=" ")}, "without definition"),
        ({"definition": defined(unit="", data_owner="")}, "without unit and data owner"),
        ({"area": ""}, "without area"),
    ],
)
def test_specific(changes: dict[str, Any], missing: str) -> None:
    assert (NO, missing) == asked(Smart.SPECIFIC, **changes)


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"baseline": None}, NO),
        ({"baseline": None, "no_baseline": "A new survey."}, YES),
        ({"collected": (False, False)}, NO),
        ({"collected": (False,)}, NOT_YET),
        ({"collected": ()}, NOT_YET),
        ({"definition": defined(placeholder=True)}, NOT_YET),
    ],
)
def test_measurable(changes: dict[str, Any], answer: Answer) -> None:
    found, missing = asked(Smart.MEASURABLE, **changes)
    assert answer is found
    assert (answer is YES) == (missing == "")


def test_agreed() -> None:
    waits = asked(Smart.AGREED, consents_missing=("Rugby", "Police"))
    assert (NOT_YET, "without the consent of Rugby and Police") == waits
    objected = asked(Smart.AGREED, consents_missing=("Police",), objections=("Rugby",))
    assert (NO, "Rugby objected") == objected


def test_results_oriented() -> None:
    assert NO is asked(Smart.RESULTS_ORIENTED, outcome="")[0]
    neutral = defined(polarity=Polarity.NEUTRAL)
    assert NO is asked(Smart.RESULTS_ORIENTED, definition=neutral)[0]


def test_time_based() -> None:
    assert NO is asked(Smart.TIME_BASED, ends_on=date(2008, 9, 29))[0]
    waits = asked(Smart.TIME_BASED, path=QUARTERS - {"FY2008-Q1", "FY2008-Q4"})
    path = "no path through the year: without a target for Q1 2008/09 and Q4 2008/09"
    assert (NOT_YET, path) == waits


@pytest.mark.parametrize(
    ("changes", "answer"),
    [
        ({"ends_on": date(2008, 9, 30)}, YES),
        ({"starts_on": date(2008, 9, 30)}, YES),
        ({"ends_on": date(2009, 3, 31), "path": QUARTERS - {"FY2008-Q4"}}, NOT_YET),
        ({"starts_on": date(2008, 6, 30), "path": QUARTERS - {"FY2008-Q1"}}, NOT_YET),
    ],
)
def test_a_period_that_ends_on_the_first_or_last_day_is_within_the_agreement(
    changes: dict[str, Any], answer: Answer
) -> None:
    assert answer is asked(Smart.TIME_BASED, **changes)[0]


def test_a_path_is_of_the_periods_within_the_agreement_alone() -> None:
    """A target outside it could not be judged, and would itself be answered no."""
    begins = {"starts_on": date(2008, 10, 1), "period": parse_code("FY2008-Q4")}
    assert YES is asked(Smart.TIME_BASED, **begins, path=frozenset({"FY2008-Q3"}))[0]
    assert NOT_YET is asked(Smart.TIME_BASED, **begins, path=frozenset({"FY2008-Q2"}))[0]


def test_an_annual_target_needs_no_path_and_months_go_by_the_indicators_year() -> None:
    annual = defined(interval=Interval.YEAR)
    once = {"definition": annual, "period": parse_code("FY2008"), "path": frozenset()}
    assert YES is asked(Smart.TIME_BASED, **once)[0]
    five = defined(interval=Interval.POOLED, pooled_years=5)
    window = {"definition": five, "period": parse_code("FY2004+5"), "path": frozenset()}
    assert YES is asked(Smart.TIME_BASED, **window)[0]
    monthly = {"definition": defined(interval=Interval.MONTH), "period": parse_code("2009-02")}
    months = frozenset({*(f"2008-{n:02d}" for n in range(4, 13)), "2009-01", "2009-03"})
    assert YES is asked(Smart.TIME_BASED, **monthly, path=months)[0]
    assert NOT_YET is asked(Smart.TIME_BASED, **monthly, path=months - {"2008-04"})[0]
