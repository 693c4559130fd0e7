"""Where the run of an indicator's periods in an area leads: the one way to a stage.

Whoever asks, a decision, an answer or a rehearsal, lays its facts out as a run and walks it here.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from policies.definition import Definition
from policies.escalation import Act, Escalation, Stage, Turn, escalate
from policies.retirement import sooner
from policies.turns import (
    GovernedBy,
    PeriodFacts,
    escalates,
    turns_of,
    with_proxy,
)

NO_STAGE = Escalation(stage=Stage.NONE, moves=(), below=0, plan=0, review_on=None)


class Run(NamedTuple):
    """An indicator in an area: its definition, the first period that it is retired for (see
    retirement), and what is known of its periods, by code."""

    code: str
    definition: Definition
    retired_from: str | None
    facts: Mapping[str, PeriodFacts]


class Course(NamedTuple):
    """The agreement's first and last day, and the day by which periods are due."""

    start: date
    end: date
    today: date


def stage_of(
    own: Run, proxy: Run | None, acts: Iterable[Act], governed_by: GovernedBy, on: Course
) -> Escalation:
    """Where due periods and acts lead an indicator.

    ``proxy`` stands in for an annual one between its outturns, until either of them is retired. One
    that is never judged against a target, or is retired for all its periods, has no stage. A
    retired period is in no run: where an indicator is led by those before it, it stays until the
    board says otherwise.
    """
    if not escalates(own.definition, own.retired_from):
        return NO_STAGE
    turns = _turns(own, governed_by, on)
    if proxy is not None and escalates(proxy.definition, proxy.retired_from):
        until = sooner(own.retired_from, proxy.retired_from)
        theirs = _turns(proxy._replace(retired_from=until), governed_by, on)
        turns = with_proxy(turns, theirs, proxy.code, proxy.definition)
    found = escalate(turns, acts, own.definition, today=on.today, ends_on=on.end)
    return replace(found, over=not any(turn.due_on > on.today for turn in turns))


def _turns(run: Run, governed_by: GovernedBy, on: Course) -> tuple[Turn, ...]:
    """All turns of a run, those that are yet to come due too: they tell whether it goes on."""
    return turns_of(
        run.definition,
        run.facts,
        governed_by,
        start=on.start,
        end=on.end,
        today=date.max,
        retired_from=run.retired_from,
    )
