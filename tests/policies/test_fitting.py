"""Which periods are an indicator's own, and what is said of others."""

import pytest
from turning import sheet

from policies.definition import Definition
from policies.fitting import check_own
from policies.periods import Calendar, Interval, parse_code
from policies.refusals import WrongInterval


def of(calendar: Calendar, interval: Interval, years: int = 3) -> Definition:
    return sheet(calendar=calendar, interval=interval, pooled_years=years)


@pytest.mark.parametrize(
    ("code", "definition", "words"),
    [
        ("CY2024", of(Calendar.ACADEMIC, Interval.YEAR), "by the academic year."),
        ("FY2024", of(Calendar.FINANCIAL, Interval.QUARTER), "by the financial quarter."),
        ("CY2024", of(Calendar.CALENDAR, Interval.POOLED, 2), "by 2 pooled calendar years."),
    ],
)
def test_a_period_of_another_kind_is_refused_and_the_indicators_own_kind_named(
    code: str, definition: Definition, words: str
) -> None:
    with pytest.raises(WrongInterval, match=f"^{code} is not a period of this .*{words}$") as told:
        check_own(parse_code(code), definition)
    assert "period" == told.value.field


@pytest.mark.parametrize(
    ("code", "definition"),
    [
        ("AY2023", of(Calendar.ACADEMIC, Interval.YEAR)),
        ("FY2024-Q1", of(Calendar.FINANCIAL, Interval.QUARTER)),
    ],
)
def test_an_indicators_own_period_is_taken(code: str, definition: Definition) -> None:
    check_own(parse_code(code), definition)
