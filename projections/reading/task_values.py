"""The tasks of values: those to be sent, sent again, signed off and examined."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from ledger.engine import Connection
from ledger.event import decode
from ledger.indicator.events import ValuesReturned
from policies.collecting import LACKING, State
from policies.due import asked_from
from policies.periods import Period
from policies.permissions import MAY, Action, Role
from policies.retirement import is_retired
from policies.tasks import Task
from policies.value_tasks import (
    Cell,
    Returned,
    Unsigned,
    to_examine,
    to_resubmit,
    to_sign_off,
    to_submit,
)
from projections.reading.clocks import LONDON, ResolvedClocks
from projections.reading.collected import Kept, Run, Stand, read_runs
from projections.reading.events import SELECT
from projections.reading.examinations import four_weeks
from projections.reading.structure import IndicatorKnown
from projections.reading.task_places import Places
from projections.reading.texts import read_texts
from projections.spans import span_of

# Whom values may wait for: whoever may give one may have given one that is returned.
GIVING, SIGNING = MAY[Action.CORRECT], MAY[Action.SIGN_OFF]
EXAMINING = frozenset({Role.BOARD_MEMBER})


class _Step(NamedTuple):
    """The act at a position: by whom, on which day, and the digest of its reason."""

    actor: str
    on: date
    reason: str


def value_tasks(
    connection: Connection,
    places: Places,
    indicators: Iterable[IndicatorKnown],
    clocks: ResolvedClocks,
) -> list[Task]:
    """The tasks of values that are to be sent, sent again or signed off."""
    concerned = places.concerned(indicators, GIVING | SIGNING)
    runs = read_runs(connection, places.structure, concerned, clocks)
    found = _Values(connection, places)
    gives = {one.code for one in places.concerned(concerned, GIVING)}
    signs = {one.code for one in places.concerned(concerned, SIGNING)}
    tasks: list[Task] = []
    if gives:
        tasks += found.sending([run for run in runs if run.indicator.code in gives])
    if signs:
        tasks += found.signing([run for run in runs if run.indicator.code in signs])
    return tasks


def examining_tasks(
    connection: Connection,
    places: Places,
    indicators: Iterable[IndicatorKnown],
    clocks: ResolvedClocks,
) -> Iterator[Task]:
    """The tasks of the latest values of the home area that no body has examined.

    An earlier value that was not examined is past helping.
    """
    concerned = {one.id: one for one in places.concerned(indicators, EXAMINING)}
    if not concerned:
        return
    agreement, area = places.structure.sheet.code, places.structure.home.code
    known = clocks.clocks.known_position
    for one in four_weeks(connection, list(concerned), area, known, clocks.today, latest=True):
        indicator = concerned[one.indicator]
        if is_retired(indicator.retired_from, span_of(one.period).period):
            continue
        cell = Cell(indicator.code, area, one.period)
        task = to_examine(cell, one.found, places.of(indicator), agreement)
        if task is not None:
            yield task


class _Values:
    """Makes tasks of runs. Lives for one question."""

    def __init__(self, connection: Connection, places: Places) -> None:
        self._connection, self._places = connection, places

    def sending(self, runs: list[Run]) -> Iterator[Task]:
        """What is to be sent, and what was returned."""
        asked = [(run, stand) for run in runs for stand in run.collected.stands if stand.asked]
        yield from self._sent_back(
            (run, stand.entry)
            for run, stand in asked
            if stand.state is State.RETURNED and stand.entry
        )
        for run, stand in asked:
            if stand.state in LACKING and self._is_asked_now(run, stand):
                yield to_submit(
                    Cell(run.indicator.code, run.area, stand.period.code),
                    stand.state,
                    stand.due_on,
                    self._places.of(run.indicator),
                    recorded_missing=stand.entry is not None,
                )

    def signing(self, runs: list[Run]) -> Iterator[Task]:
        """What waits for its sign-off, the areas of an indicator's period together."""
        waiting: dict[tuple[str, Period], list[tuple[str, Stand, Kept]]] = {}
        for run in runs:
            for stand, kept in run.collected.unsigned:
                place = (run.indicator.code, stand.period)
                waiting.setdefault(place, []).append((run.area, stand, kept))
        every = [kept for found in waiting.values() for _, _, kept in found]
        lapsed = {kept.since for kept in every if kept.since != kept.position}
        steps = _steps(self._connection, lapsed)
        indicators = {run.indicator.code: run.indicator for run in runs}
        for (code, period), found in waiting.items():
            yield from to_sign_off(
                code,
                period.code,
                [
                    Unsigned(kept.submitted_by, kept.corrected_by, _since(kept, steps), area)
                    for area, _, kept in found
                ],
                found[0][1].settings,
                self._places.of(indicators[code]),
            )

    def _is_asked_now(self, run: Run, stand: Stand) -> bool:
        begins = asked_from(stand.period, run.indicator.definition, stand.settings)
        return begins <= self._places.today

    def _sent_back(self, back: Iterable[tuple[Run, Kept]]) -> Iterator[Task]:
        returned = list(back)
        steps = _steps(self._connection, {kept.since for _, kept in returned})
        texts = read_texts(self._connection, (step.reason for step in steps.values()))
        for run, kept in returned:
            step = steps[kept.since]
            about = Returned(
                given_by=kept.corrected_by or kept.submitted_by,
                corrected=bool(kept.corrected_by),
                on=step.on,
                reason=texts.get(step.reason, ""),
            )
            cell = Cell(run.indicator.code, run.area, kept.period)
            yield to_resubmit(cell, about, self._places.of(run.indicator))


def _since(kept: Kept, steps: dict[int, _Step]) -> date:
    """The day from which an entry waits: that of its act, or of what lapsed its sign-off."""
    step = steps.get(kept.since)
    return _day(kept.recorded_at) if step is None else step.on


def _steps(connection: Connection, positions: set[int]) -> dict[int, _Step]:
    """The acts at positions."""
    if not positions:
        return {}
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s)", (sorted(positions),)
    ).fetchall()
    return {
        position: _Step(actor, _day(at), _reason(topic, state))
        for position, at, actor, topic, _, state in rows
    }


def _reason(topic: str, state: bytes) -> str:
    """The digest of why values were returned, "" for any other act."""
    if topic != ValuesReturned.TOPIC:
        return ""
    event = decode(topic, state)
    assert isinstance(event, ValuesReturned)
    return event.reason


def _day(at: datetime) -> date:
    return at.astimezone(LONDON).date()
