"""The tasks of open stages, and of files that wait to be committed."""

from collections.abc import Iterable, Iterator

import msgspec

from ledger.engine import Connection
from ledger.load.state import EXPIRES, Load, Stage
from policies.answer_tasks import KIND_OF, to_answer, to_commit
from policies.awaits import awaits
from policies.permissions import Role
from policies.tasks import ASKED, Task
from projections.reading.clocks import LONDON, ResolvedClocks
from projections.reading.responses import acts_of
from projections.reading.stages import read_stages
from projections.reading.structure import IndicatorKnown
from projections.reading.task_places import Places
from projections.reading.told_stages import awaited

ANSWERING = frozenset({Role.LEAD_OFFICER, Role.BOARD_MEMBER})
_decode = msgspec.json.Decoder(Load).decode

# Where a stage can be open beside the home area: where there is a target, or an entry of one whose
# own limits say what is good, or somebody opened one.
_AREAS = """
SELECT indicator, area FROM target
 WHERE indicator = ANY(%(indicators)s) AND from_position <= %(known)s AND to_position > %(known)s
 UNION
SELECT indicator, area FROM latest_figure
 WHERE indicator = ANY(%(limited)s) AND from_position <= %(known)s AND to_position > %(known)s
 UNION
SELECT indicator, area FROM response
 WHERE indicator = ANY(%(indicators)s) AND position <= %(known)s
"""
_CHECKED = """
SELECT data FROM load
 WHERE agreement = %s AND from_position <= %s AND to_position > %s
   AND data::jsonb ->> 'stage' = 'checked'
"""


def stage_tasks(
    connection: Connection,
    places: Places,
    indicators: Iterable[IndicatorKnown],
    clocks: ResolvedClocks,
) -> Iterator[Task]:
    """The tasks of open stages in every area that can have one."""
    concerned = {one.id: one for one in places.concerned(indicators, ANSWERING)}
    if not concerned:
        return
    asked = {
        "indicators": list(concerned),
        "limited": [stream for stream, one in concerned.items() if one.definition.limits],
        "known": clocks.clocks.known_position,
    }
    sheet, home = places.structure.sheet, places.structure.home.code
    there: dict[str, list[IndicatorKnown]] = {area.code: [] for area in sheet.areas}
    there[home] = list(concerned.values())
    for stream, area in connection.execute(_AREAS, asked).fetchall():
        if area in there and area != home:
            there[area].append(concerned[stream])
    for area, known in there.items():
        if known:
            yield from _of_area(connection, places, area, known, clocks)


def load_tasks(connection: Connection, places: Places, clocks: ResolvedClocks) -> Iterator[Task]:
    """The tasks of files that are checked and not committed."""
    known = clocks.clocks.known_position
    rows = connection.execute(_CHECKED, (places.structure.id, known, known)).fetchall()
    for load in (_decode(data) for (data,) in rows):
        came, checked = load.steps[Stage.RECEIVED], load.steps[Stage.CHECKED]
        assert load.received is not None
        yield to_commit(
            str(load.id),
            load.received.file,
            came.by,
            checked.at.astimezone(LONDON).date(),
            (came.at + EXPIRES).astimezone(LONDON).date(),
            places.anywhere,
        )


def _of_area(
    connection: Connection,
    places: Places,
    area: str,
    indicators: list[IndicatorKnown],
    clocks: ResolvedClocks,
) -> Iterator[Task]:
    structure, today = places.structure, clocks.today
    stages = read_stages(connection, structure, clocks, area, indicators)
    for indicator in indicators:
        found = stages[indicator.code]
        acts = acts_of(found.responses)
        asked = awaits(found.escalation, acts, today=today)
        told = awaited(structure, indicator.code, found, today)
        if asked is None or told is None or asked.what not in KIND_OF:
            continue
        yield to_answer(
            indicator.code,
            area,
            asked,
            found.escalation,
            acts,
            told.people,
            places.of(indicator, ASKED[KIND_OF[asked.what]].action),
        )
