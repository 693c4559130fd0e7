"""Which values an agreement collects, and how far each of them has come.

What is shown for comparison only, such as the country, nobody is asked for: see is_asked_of.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from policies.cell import Missing
from policies.definition import Definition
from policies.due import DueSettings, awaiting
from policies.periods import Period, period_on, periods_between
from policies.retirement import is_retired
from policies.standing import Standing


class State(StrEnum):
    """How far a value has come, from not being due to being signed off.

    ``missing`` is one that was recorded as missing and is not asked for; where it is asked for, it
    is not due, awaited or overdue like any that has not come.
    """

    NOT_DUE = "not-due"
    AWAITED = "awaited"
    OVERDUE = "overdue"
    RETURNED = "returned"
    PROVISIONAL = "provisional"
    FINAL = "final"
    SIGNED_OFF = "signed-off"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not-applicable"
    MISSING = "missing"


LACKING = frozenset({State.NOT_DUE, State.AWAITED, State.OVERDUE})

_ANSWERS = {
    Missing.SUPPRESSED: State.SUPPRESSED,
    Missing.NOT_APPLICABLE: State.NOT_APPLICABLE,
}


class Given(NamedTuple):
    """The headline entry of a cell, as collecting asks for it."""

    standing: Standing
    missing: Missing | None = None
    provisional: bool = False


class Span(NamedTuple):
    """The first and last day of an agreement, and the day of asking."""

    start: date
    end: date
    today: date


def is_asked_of(area: str, home: str, *, has_target: bool, partners_own: bool) -> bool:
    """Whether an indicator's values of an area are collected, beyond being shown.

    Those of the home area are, of an area that the indicator has a target for, and of a partner's
    own area once it has sent one (``partners_own``).
    """
    return area == home or has_target or partners_own


def asked_for(
    definition: Definition,
    held: Mapping[Period, bool],
    span: Span,
    *,
    home: bool,
    retired_from: str | None = None,
) -> tuple[Period, ...]:
    """The periods whose value is collected, in the order of time, those that are not due too.

    ``held`` are the periods of the indicator in the area with an entry or a target, and whether it
    is a target. Every period with a target is collected. So is, within the agreement, every one
    from the first of ``held`` on; in the home area, at the latest from the latest that is due.
    Nothing is collected before a measure is agreed, nor of a retired period.
    """
    if definition.placeholder:
        return ()
    own = {period: target for period, target in held.items() if definition.measures(period)}
    begin = _begin(definition, own, span, home=home)
    early = [
        period
        for period, target in own.items()
        if target and (begin is None or period.end < begin.end or period.end > span.end)
    ]
    run = () if begin is None else _run(begin, span)
    asked = (period for period in (*early, *run) if not is_retired(retired_from, period))
    return tuple(sorted(asked, key=_end))


def state_of(
    period: Period,
    definition: Definition,
    given: Given | None,
    settings: DueSettings,
    today: date,
    *,
    asked: bool = True,
) -> State:
    """How far the value of a period has come; ``asked`` is whether it is collected."""
    if given is not None and given.standing is Standing.RETURNED:
        return State.RETURNED
    if given is not None and given.missing in _ANSWERS:
        return _ANSWERS[given.missing]
    if given is None or given.missing is not None:
        return State(awaiting(period, definition, settings, today)) if asked else State.MISSING
    if given.standing is Standing.SIGNED_OFF:
        return State.SIGNED_OFF
    return State.PROVISIONAL if given.provisional else State.FINAL


def days_late(due: date, today: date) -> int:
    """How many days a day lies behind its due date; 0 where it does not."""
    return max((today - due).days, 0)


def _begin(
    definition: Definition, own: Mapping[Period, bool], span: Span, *, home: bool
) -> Period | None:
    """The first period that is collected whether or not there is a target for it."""
    begins = [min(own, key=_end)] if own else []
    if home:
        day = min(span.today - timedelta(days=definition.due_lag_days), span.end)
        begins.append(_on(day + timedelta(days=1), definition).previous())
    if not begins:
        return None
    return max(min(begins, key=_end), _on(span.start, definition), key=_end)


def _on(day: date, definition: Definition) -> Period:
    return period_on(day, definition.calendar, definition.interval, definition.pooled_years)


def _run(begin: Period, span: Span) -> tuple[Period, ...]:
    return periods_between(begin.calendar, begin.interval, begin.end, span.end, begin.years)


def _end(period: Period) -> date:
    return period.end
