"""What waits for whom, across agreements or in one of them."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import quote, urlencode

import msgspec

from ledger.agreement.events import RoleAssigned
from ledger.agreement.state import grant_of
from ledger.engine import Connection
from policies.tasks import Kind, Task, Urgency, order_of
from projections.folding.agreements import ROLE, SHEET
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
    sheet_of,
)
from projections.reading.task_amendments import AMENDING, amendment_tasks
from projections.reading.task_answers import ANSWERING, load_tasks, stage_tasks
from projections.reading.task_places import PARTS, Places
from projections.reading.task_values import (
    EXAMINING,
    GIVING,
    SIGNING,
    examining_tasks,
    value_tasks,
)
from projections.spans import span_of
from projections.task_answers import TaskAnswer, Tasks

CONCERNED = GIVING | SIGNING | EXAMINING | ANSWERING | AMENDING  # a role that tasks are for
_role = msgspec.json.Decoder(RoleAssigned).decode

_THEIRS = """
SELECT r.data, s.data FROM structure r
  JOIN structure s ON s.agreement = r.agreement AND s.kind = %(sheet)s
   AND s.from_position <= %(known)s AND s.to_position > %(known)s
 WHERE r.kind = %(role)s AND starts_with(r.code, %(person)s)
   AND r.from_position <= %(known)s AND r.to_position > %(known)s
"""


class _Found(NamedTuple):
    """The tasks of an agreement, and what their answers are told from."""

    structure: Structure
    indicators: dict[str, IndicatorKnown]
    tasks: list[Task]
    titles: dict[int, str]  # of amendments


def read_tasks(
    connection: Connection, person: str, clocks: ResolvedClocks, agreements: Iterable[str]
) -> Tasks:
    """What waits for a person in these agreements."""
    return _answer(
        [
            task
            for agreement in agreements
            for task in _told(_found(connection, agreement, person, clocks))
        ],
        clocks,
        person=person,
    )


def read_agreement_tasks(
    connection: Connection, agreement: str, clocks: ResolvedClocks, *, person: str | None = None
) -> Tasks:
    """What waits in an agreement, for one person or for everybody. Raises UnknownAgreement."""
    found = _found(connection, agreement, person, clocks)
    return _answer(_told(found), clocks, agreement=agreement, person=person)


def tasks_waiting(connection: Connection, person: str, clocks: ResolvedClocks) -> int | None:
    """How many tasks wait for a person: as many as ``read_tasks`` has; None where none ever can."""
    roles = _roles_of(connection, person, clocks)
    if not _may_be_asked(roles, clocks):
        return None
    return sum(
        len(_found(connection, agreement, person, clocks).tasks)
        for agreement in {agreement for agreement, _ in roles}
    )


def agreements_of(connection: Connection, person: str, clocks: ResolvedClocks) -> list[str]:
    """The codes of the agreements in which a person holds a role on the day of the known clock."""
    return sorted({agreement for agreement, _ in _roles_of(connection, person, clocks)})


def may_have_tasks(connection: Connection, person: str, clocks: ResolvedClocks) -> bool:
    """Whether a person holds a role, on the day of the known clock, that any task is for."""
    return _may_be_asked(_roles_of(connection, person, clocks), clocks)


def _may_be_asked(roles: Iterable[tuple[str, RoleAssigned]], clocks: ResolvedClocks) -> bool:
    return any(
        role.role in CONCERNED and grant_of(role).holds_on(clocks.today) for _, role in roles
    )


def _roles_of(
    connection: Connection, person: str, clocks: ResolvedClocks
) -> list[tuple[str, RoleAssigned]]:
    """The roles of a person, each with the code of its agreement."""
    asked = {
        "sheet": SHEET,
        "role": ROLE,
        "person": f"{person} ",
        "known": clocks.clocks.known_position,
    }
    rows = connection.execute(_THEIRS, asked).fetchall()
    found = [(sheet_of(sheet).code, _role(role)) for role, sheet in rows]
    return [one for one in found if one[1].person == person]


def _found(
    connection: Connection, agreement: str, person: str | None, clocks: ResolvedClocks
) -> _Found:
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    places = Places(structure, clocks.today, person)
    if not places.plays(CONCERNED):
        return _Found(structure, {}, [], {})
    known = clocks.clocks.known_position
    indicators = read_indicators(connection, structure, known)
    every = list(indicators.values())
    amendments = list(amendment_tasks(connection, places, every, clocks))
    tasks = [
        *value_tasks(connection, places, every, clocks),
        *stage_tasks(connection, places, every, clocks),
        *examining_tasks(connection, places, every, clocks),
        *load_tasks(connection, places, clocks),
        *(task for task, _ in amendments),
    ]
    mine = [task for task in tasks if person is None or person in task.people]
    titles = {task.amendment: title for task, title in amendments}
    return _Found(structure, indicators, mine, titles)


def _answer(
    tasks: Iterable[tuple[Task, TaskAnswer]],
    clocks: ResolvedClocks,
    *,
    agreement: str | None = None,
    person: str | None = None,
) -> Tasks:
    told = [answer for _, answer in sorted(tasks, key=lambda one: order_of(one[0]))]
    counts = Counter(one.urgency for one in told)
    return Tasks(
        clocks=clocks.clocks,
        agreement=agreement,
        person=person,
        tasks=tuple(told),
        counts={urgency.value: counts[urgency.value] for urgency in Urgency},
    )


def _told(found: _Found) -> Iterator[tuple[Task, TaskAnswer]]:
    for task in found.tasks:
        yield task, _task(found, task)


def _task(found: _Found, task: Task) -> TaskAnswer:
    structure = found.structure
    title = found.titles.get(task.amendment, "") or task.file
    if task.indicator:
        title = found.indicators[task.indicator].definition.title
    return TaskAnswer(
        kind=task.kind.value,
        urgency=task.urgency.value,
        agreement=structure.sheet.code,
        title=title,
        indicator=task.indicator or None,
        period=task.period or None,
        period_label=span_of(task.period).label if task.period else None,
        area=task.area or None,
        area_name=structure.area_name(task.area) if task.area else None,
        plan=task.plan or None,
        amendment=task.amendment or None,
        load=task.load or None,
        values=task.values,
        since=task.since,
        due_on=task.due_on,
        days_late=task.days_late,
        why=task.why,
        where=address_of(structure.sheet.code, task),
        people=task.people,
    )


def address_of(agreement: str, task: Task) -> str:
    """The page where a task is done."""
    base = f"/agreements/{quote(agreement, safe='')}"
    indicator = f"{base}/indicators/{quote(task.indicator, safe='')}"
    cell = {"period": task.period, "area": task.area}
    match task.kind:
        case Kind.SUBMIT | Kind.RESUBMIT:
            return f"{indicator}/entry?{urlencode(cell)}"
        case Kind.SIGN_OFF:
            about = {"indicator": task.indicator, "period": task.period, "area": task.area}
            named = {name: code for name, code in about.items() if code}
            return f"{base}/sign-off?{urlencode(named)}"
        case Kind.EXAMINE:
            return f"{base}/examinations?{urlencode(cell)}"
        case Kind.CONSENT | Kind.REHEARSE | Kind.DECIDE_AMENDMENT:
            return f"{base}/amendments/{task.amendment}"
        case Kind.COMMIT_LOAD:
            return f"{base}/loads/{quote(task.load, safe='')}"
        case _:
            return f"{indicator}/escalation?{urlencode({'area': task.area})}"
