"""The refusal of a period that is none of an indicator's."""

from policies.definition import Definition
from policies.periods import Interval, Period
from policies.refusals import WrongInterval


def check_own(period: Period, definition: Definition) -> None:
    """Refuse a period that is none of an indicator's. Raises WrongInterval."""
    if not definition.measures(period):
        raise WrongInterval(not_own(period.code, definition), field="period")


def not_own(code: str, definition: Definition) -> str:
    """The sentence about a period that is none of an indicator's."""
    d, calendar = definition, definition.calendar.value
    pooled = d.interval is Interval.POOLED
    by = f"{d.pooled_years} pooled {calendar} years" if pooled else f"the {calendar} {d.interval}"
    return f"{code} is not a period of this indicator, which is measured by {by}."
