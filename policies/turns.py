"""The due periods of an indicator in an area as escalation looks at them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from policies.cell import EntryFacts, Missing, Rules, TargetFacts
from policies.definition import Definition, Polarity
from policies.due import due_on
from policies.escalation import Escalation, EscalationSettings, Stage, Turn
from policies.numbers import round_half_up
from policies.periods import Interval, Period, parse_code, period_on
from policies.retirement import ALL, is_retired

_DAY = timedelta(days=1)
_NO_FIGURE_WANTED = (Missing.SUPPRESSED, Missing.NOT_APPLICABLE)


class PeriodFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of one period: its entry and that entry's name, and its target."""

    entry: EntryFacts | None = None
    target: TargetFacts | None = None
    name: str = ""


class Governed(msgspec.Struct, frozen=True):
    """The settings that govern a period: of status, for which figures are judged, and of stages."""

    rules: Rules
    escalation: EscalationSettings


class _Named(NamedTuple):
    """A period with what a turn says of it, worked out once."""

    period: Period
    code: str
    label: str
    start: date
    end: date


NOTHING = PeriodFacts()
GovernedBy = Callable[[date], Governed | None]  # by the period's first day


def escalates(definition: Definition, retired_from: str | None) -> bool:
    """Whether an indicator can be below target at all, in a period that is not retired."""
    if retired_from == ALL or definition.placeholder or definition.data_only:
        return False
    return definition.polarity is not Polarity.NEUTRAL


def turns_of(
    definition: Definition,
    facts: Mapping[str, PeriodFacts],
    governed_by: GovernedBy,
    *,
    start: date,
    end: date,
    today: date,
    retired_from: str | None = None,
) -> tuple[Turn, ...]:
    """The periods of an agreement that are due by a day, in order of time.

    ``facts`` are by period code. Periods that end from ``start`` to ``end``, the agreement's days,
    have a turn, and earlier ones from the first that has facts. A period without settings, because
    no policy of escalation was adopted, has none; nor have facts of periods that the indicator
    is not measured by, as it is defined now, nor the first that is retired and those after it.
    """
    first = period_on(start, definition.calendar, definition.interval, definition.pooled_years)
    period = min([first, *_own_periods(facts, definition)], key=lambda one: one.end)
    turns: list[Turn] = []
    for named in _run(period, end):
        due = due_on(named.period, definition)
        if due > today or is_retired(retired_from, named.period):
            break
        governed = governed_by(named.start)
        if governed is not None:
            facts_of = facts.get(named.code, NOTHING)
            turns.append(_turn(named, due, definition, facts_of, governed))
    return tuple(turns)


def stage_at(
    escalation: Escalation,
    period: Period,
    definition: Definition,
    today: date,
    retired_from: str | None = None,
) -> Stage:
    """The stage that a period stands beside: the one at the end of the day before the next period
    comes due, or of today where that has not come. A retired period stands beside none."""
    if is_retired(retired_from, period):
        return Stage.NONE
    last = due_on(period.next(), definition) - _DAY
    return escalation.stage_on(min(last, today))


def may_have_proxy(definition: Definition) -> bool:
    """Whether another indicator stands in for this one between its outturns, a year apart."""
    return bool(definition.proxy) and definition.interval in (Interval.YEAR, Interval.POOLED)


def with_proxy(
    own: Sequence[Turn], proxies: Iterable[Turn], proxy: str, definition: Definition
) -> tuple[Turn, ...]:
    """An indicator's turns, and those of its proxy in between, marked and never merged.

    A turn of the proxy counts where its settings let annual indicators escalate on one, unless the
    indicator's own turn for that time had come by then. ``definition`` is the proxy's.
    """
    between = (
        replace(turn, proxy=proxy, definition=definition)
        for turn in proxies
        if turn.settings.annual_on_proxy
        and not any(one.due_on <= turn.due_on and turn.ends_on <= one.ends_on for one in own)
    )
    return tuple(sorted([*own, *between], key=lambda turn: turn.due_on))


def _own_periods(codes: Iterable[str], definition: Definition) -> list[Period]:
    """The periods that an indicator is measured by."""
    return [one for one in map(parse_code, codes) if definition.measures(one)]


@lru_cache(maxsize=256)
def _run(first: Period, end: date) -> tuple[_Named, ...]:
    """The periods from one on that end by a day. Many indicators share them."""
    found = []
    period = first
    while period.end <= end:
        found.append(_Named(period, period.code, period.label, period.start, period.end))
        period = period.next()
    return tuple(found)


def _turn(
    named: _Named, due: date, definition: Definition, facts: PeriodFacts, governed: Governed
) -> Turn:
    entry, target = facts.entry, facts.target
    judged = None
    if entry is not None and entry.judged is not None and _may_be_judged(entry, governed.rules):
        judged = round_half_up(entry.judged, definition.decimals)
    has_limits = definition.limits is not None and definition.polarity is Polarity.PLAN
    excused = entry is not None and entry.missing in _NO_FIGURE_WANTED
    return Turn(
        period=named.code,
        label=named.label,
        ends_on=named.end,
        due_on=due,
        judged=judged,
        target=None if target is None else target.level,
        settings=governed.escalation,
        counts=(target is not None or has_limits) and not excused,
        entry=facts.name,
    )


def _may_be_judged(entry: EntryFacts, rules: Rules) -> bool:
    return entry.signed or rules.rag.judge != "signed-only"
