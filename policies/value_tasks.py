"""The tasks of values: to be submitted, sent again, signed off and examined."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

import msgspec

from policies.allowed import Place, may
from policies.collecting import State, days_late
from policies.due import DueSettings, sign_off_by
from policies.examination import Examination
from policies.permissions import Action
from policies.tasks import Kind, Task, Urgency, asked_of


class Cell(NamedTuple):
    """An indicator in an area, and the period it is about."""

    indicator: str
    area: str
    period: str


class Returned(NamedTuple):
    """An entry that was returned: who gave it, whether as a correction, when it was, and why.

    ``reason`` is "" where none is kept.
    """

    given_by: str
    corrected: bool
    on: date
    reason: str


class Unsigned(NamedTuple):
    """An entry that waits for its sign-off: who submitted and corrected it, "" for nobody."""

    submitted_by: str
    corrected_by: str
    since: date
    area: str = ""


def to_submit(
    cell: Cell, state: State, due: date, place: Place, *, recorded_missing: bool = False
) -> Task:
    """The task of a value that has not come: not due for some days, awaited, or overdue."""
    said = " It was recorded as missing." if recorded_missing else ""
    return _about(
        cell,
        kind=Kind.SUBMIT,
        people=asked_of(Kind.SUBMIT, place),
        why=f"You are an entry officer for this indicator.{said}",
        urgency=Urgency.OVERDUE if state is State.OVERDUE else Urgency.DUE,
        due_on=due,
        days_late=days_late(due, place.on),
        values=1,
    )


def to_resubmit(cell: Cell, returned: Returned, place: Place) -> Task:
    """The task of a value that was returned: of whoever gave it, or else of the entry officers."""
    people: tuple[str, ...] = (returned.given_by,)
    did = "corrected" if returned.corrected else "submitted"
    why = f"You {did} it and it was returned"
    if not may(Action.CORRECT, returned.given_by, place):
        people = asked_of(Kind.RESUBMIT, place)
        why = "You are an entry officer for this indicator, and its value was returned"
    return _about(
        cell,
        kind=Kind.RESUBMIT,
        people=people,
        why=f"{why}: {returned.reason}" if returned.reason else f"{why}.",
        since=returned.on,
        values=1,
    )


def to_sign_off(
    indicator: str, period: str, entries: Iterable[Unsigned], settings: DueSettings, place: Place
) -> list[Task]:
    """The tasks of entries of a period: one for everybody who may sign off just the same of them.

    Nobody signs off what they submitted or last corrected.
    """
    theirs: dict[str, list[Unsigned]] = {}
    nobodys: list[Unsigned] = []
    for entry in entries:
        people = asked_of(Kind.SIGN_OFF, place, but=entry[:2])
        for person in people:
            theirs.setdefault(person, []).append(entry)
        if not people:
            nobodys.append(entry)
    alike: dict[tuple[Unsigned, ...], list[str]] = {}
    for person, found in sorted(theirs.items()):
        alike.setdefault(tuple(found), []).append(person)
    told = [(found, tuple(people)) for found, people in alike.items()]
    if nobodys:
        told.append((tuple(nobodys), ()))
    return [
        _signing(Cell(indicator, "", period), found, people, settings, place.on)
        for found, people in told
    ]


def to_examine(cell: Cell, found: Examination, place: Place, agreement: str) -> Task | None:
    """The task of a value that no body has examined; None once one has.

    It is that of the group of the indicator's block, or where nobody sits on it, of the board.
    ``agreement`` is its code, the scope of the board.
    """
    if found.examined_on is not None:
        return None
    late = days_late(found.last_day, place.on)
    group = msgspec.structs.replace(place, scopes=place.scopes - {agreement})
    people, body = asked_of(Kind.EXAMINE, group), "group for this indicator"
    if not people:
        people, body = asked_of(Kind.EXAMINE, place), "board"
    return _about(
        cell,
        kind=Kind.EXAMINE,
        people=people,
        why=f"You sit on the {body}: a value is to be examined within four weeks.",
        urgency=Urgency.OVERDUE if late else Urgency.DUE,
        since=found.available_on,
        due_on=found.last_day,
        days_late=late,
        values=1,
    )


def _signing(
    cell: Cell,
    entries: tuple[Unsigned, ...],
    people: tuple[str, ...],
    settings: DueSettings,
    today: date,
) -> Task:
    areas = {entry.area for entry in entries}
    since = min(entry.since for entry in entries)
    due = sign_off_by(since, settings)
    late = days_late(due, today)
    gave = "it" if len(entries) == 1 else f"these {len(entries)} values"
    return _about(
        cell._replace(area=areas.pop()) if len(areas) == 1 else cell,
        kind=Kind.SIGN_OFF,
        people=people,
        why=f"You are a sign-off officer for this indicator, and others submitted {gave}.",
        urgency=Urgency.OVERDUE if late else Urgency.DUE,
        since=since,
        due_on=due,
        days_late=late,
        values=len(entries),
    )


def _about(cell: Cell, **fields: object) -> Task:
    return Task(indicator=cell.indicator, area=cell.area, period=cell.period, **fields)  # type: ignore[arg-type]
