"""Dates, numbers, units and codes as people read them."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_api.pages import vocabulary, words
from http_api.shapes import SHAPES, TRAVELS
from ledger.acts import OPERATOR
from policies.cell import Mark, NoStatus
from policies.definition import Basis, Polarity
from policies.numbers import to_text
from policies.periods import Calendar, Interval
from policies.rag import Status
from policies.standing import Assurance
from policies.travel import Travel

ANY_NUMBER = st.decimals(allow_nan=False, allow_infinity=False, places=3).map(to_text)


def test_a_day_is_written_without_leading_zeros() -> None:
    assert "2 May 2025" == words.day(date(2025, 5, 2))


def test_a_time_is_the_time_in_london() -> None:
    assert "2 May 2025, 14:03" == words.moment(datetime(2025, 5, 2, 13, 3, tzinfo=UTC))
    assert "1 July 2025" == words.day(datetime(2025, 6, 30, 23, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "unit", "written"),
    [
        ("54.30", "%", "54.30%"),
        ("54.3", "per cent", "54.3%"),
        ("1200", "£", "£1,200"),
        ("-1200.5", "£", "−£1,200.5"),
        ("31.4", "per 10,000 children", "31.4 per 10,000 children"),
        ("-0.5", "percentage points", "−0.5 percentage points"),
        ("1234567", "", "1,234,567"),
        ("0", "people", "0 people"),
    ],
)
def test_a_quantity_has_its_unit_where_people_write_it(text: str, unit: str, written: str) -> None:
    assert written == words.quantity(text, unit)


@given(ANY_NUMBER)
def test_writing_a_number_loses_no_digit(text: str) -> None:
    written = words.number(text)

    assert Decimal(text) == Decimal(written.replace("−", "-").replace(",", ""))
    assert len(text.partition(".")[2]) == len(written.partition(".")[2])


@pytest.mark.parametrize(
    ("given", "written", "of_a_limit"),
    [
        ("0.6", "60%", "60%"),
        ("0.0625", "6.3%", "6.2%"),
        ("0.5996", "60%", "59.9%"),
        ("-1.5", "−150%", "−150%"),
        ("12.3456", "1,234.6%", "1,234.5%"),
    ],
)
def test_a_share_is_rounded_half_up_and_one_that_falls_short_is_seen_to(
    given: str, written: str, of_a_limit: str
) -> None:
    assert (written, of_a_limit) == (words.share(given), words.reached(given))


@pytest.mark.parametrize(
    ("given", "written"),
    [("0.6", "60%"), ("0.60", "60%"), ("0.6055", "60.55%"), ("1", "100%"), ("15", "1,500%")],
)
def test_a_share_that_rules_name_is_written_to_its_last_digit(given: str, written: str) -> None:
    assert written == words.limit(given)


@pytest.mark.parametrize(
    ("items", "written"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_lists_end_with_and(items: list[str], written: str) -> None:
    assert written == words.listed(items)


def test_counts_agree_with_their_noun() -> None:
    assert ["0 values", "1 value", "1,000 values"] == [
        words.counted(count, "value") for count in (0, 1, 1000)
    ]
    assert "2 entries" == words.counted(2, "entry", "entries")


def test_an_erased_name_is_said_to_be_erased() -> None:
    names = {"a": "Asha Patel", "b": "", OPERATOR: ""}

    assert ["Asha Patel", "name erased", "c"] == [words.name_of(each, names) for each in "abc"]
    assert "The operator of the service" == words.name_of(OPERATOR, names)


def test_a_period_code_on_record_that_names_no_period_is_shown_as_it_is() -> None:
    assert ["2025/26", "soon"] == [words.period_label(each) for each in ("FY2025", "soon")]


def test_every_status_and_reason_has_a_meaning_and_a_shape() -> None:
    assert set(Status) == set(vocabulary.STATUS_MEANS)
    assert set(NoStatus) == set(vocabulary.REASON_MEANS)
    assert {*Status, *NoStatus} == set(SHAPES)


def test_only_a_status_has_a_colour() -> None:
    assert set(Status) == {code for code, shape in SHAPES.items() if shape.colour}


def test_every_other_code_has_its_words() -> None:
    assert set(Mark) == set(vocabulary.MARK_MEANS)
    assert set(Travel) == set(vocabulary.TRAVEL_MEANS) == set(TRAVELS)
    assert set(Polarity) == set(vocabulary.POLARITY)
    assert set(Basis) == set(vocabulary.BASIS)
    assert set(Interval) == set(vocabulary.INTERVAL)
    assert set(Calendar) == set(vocabulary.CALENDAR)
    assert set(Assurance) == set(vocabulary.ASSURANCE)


@pytest.mark.parametrize(
    ("name", "value", "settings", "said"),
    [
        ("amber_margin", "0.05", {"basis": "relative"}, "Amber margin: 0.05 (5% of the target)"),
        ("amber_margin", "2.5", {"basis": "absolute"}, "Amber margin: 2.5"),
        ("exceed_margin", None, {"basis": "relative"}, "Exceed margin: not set"),
        ("judge", "signed-only", {}, "Judge: signed only"),
        ("grace_days", 14, {}, "Grace days: 14"),
    ],
)
def test_a_setting_is_said_in_words(
    name: str, value: object, settings: dict[str, str], said: str
) -> None:
    assert said == vocabulary.setting(name, value, settings)


@pytest.mark.parametrize(
    ("working", "said"),
    [
        (
            "2025/26, due on 2026-05-30, days of grace: 0",
            "2025/26, due on 30 May 2026, days of grace: 0",
        ),
        ("smaller-is-better", "Smaller is better"),
        ("d ≥ -0.05: yes", "d ≥ −0.05: yes"),
        ("a not-due value in 2022-24", "a not-due value in 2022-24"),
        ("entry 2026-02-31", "entry 2026-02-31"),
    ],
)
def test_a_step_is_said_plainly(working: str, said: str) -> None:
    assert said == vocabulary.plainly(working)
