"""The tasks of change control: whom each open amendment waits for."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

import msgspec

from ledger.amending.around import MATTERING, NOT_MATTERING
from ledger.amendment.bound import Held, indicators_of, kinds_of
from ledger.amendment.reach import reach_of
from ledger.amendment.state import Amendment, Step
from ledger.engine import Connection
from policies.amendment_tasks import OpenAmendment, to_amend
from policies.change_control import bodies_needed, freeze_until, is_frozen
from policies.permissions import MAY, Action
from policies.tasks import Task
from projections.reading.amendments import partners_in
from projections.reading.clocks import LONDON, ResolvedClocks, recorded_at
from projections.reading.standing_targets import standing_targets
from projections.reading.structure import IndicatorKnown, Structure
from projections.reading.task_places import Places

AMENDING = MAY[Action.CONSENT] | MAY[Action.REHEARSE] | MAY[Action.DECIDE] | MAY[Action.REVIEW]
_decode = msgspec.json.Decoder(Amendment).decode

_OPEN = """
SELECT data FROM amendment
 WHERE agreement = %s AND number > 0 AND from_position <= %s AND to_position > %s
   AND data::jsonb ->> 'stage' = 'proposed' ORDER BY number
"""
# The newest fact about some indicators, and about the agreement, that a rehearsal depends on.
_NEWEST = """
SELECT greatest(
  (SELECT max(n.position) FROM unnest(%(indicators)s::uuid[]) AS s (id) CROSS JOIN LATERAL (
     SELECT e.position FROM event e
      WHERE e.indicator = s.id AND e.position <= %(known)s AND e.topic <> ALL(%(besides)s)
      ORDER BY e.position DESC LIMIT 1) n),
  (SELECT max(n.position) FROM unnest(%(topics)s::text[]) AS t (topic) CROSS JOIN LATERAL (
     SELECT e.position FROM event e
      WHERE e.agreement = %(agreement)s AND e.topic = t.topic AND e.position <= %(known)s
      ORDER BY e.position DESC LIMIT 1) n), 0)
"""

# The indicators that have or had a stretch target.
_STRETCHED = """
SELECT DISTINCT indicator FROM target
 WHERE indicator = ANY(%s) AND kind = 'stretch' AND from_position <= %s
"""


def amendment_tasks(
    connection: Connection,
    places: Places,
    indicators: Iterable[IndicatorKnown],
    clocks: ResolvedClocks,
) -> Iterator[tuple[Task, str]]:
    """The tasks of every open amendment, with its title."""
    if not places.plays(AMENDING):
        return
    structure, known = places.structure, clocks.clocks.known_position
    rows = connection.execute(_OPEN, (structure.id, known, known)).fetchall()
    by_code = {one.code: one for one in indicators}
    for state in (_decode(data) for (data,) in rows):
        assert state.proposed is not None
        found = _Reading(connection, structure, by_code, known).of(state, clocks.today)
        for task in to_amend(found, places.whole):
            yield task, state.proposed.title


class _Reading:
    """What an amendment waits for is told from. Lives for one question."""

    def __init__(
        self,
        connection: Connection,
        structure: Structure,
        indicators: dict[str, IndicatorKnown],
        known: int,
    ) -> None:
        self._connection, self._structure = connection, structure
        self._indicators, self._known = indicators, known
        ids = [one.id for one in indicators.values()]
        rows = connection.execute(_STRETCHED, (ids, known)).fetchall()
        stretched = {stream for (stream,) in rows}
        self._stretched = {code for code, one in indicators.items() if one.id in stretched}

    def of(self, state: Amendment, today: date) -> OpenAmendment:
        """An amendment as the rules of tasks ask for it."""
        began, proposed = state.changed or state.began, state.proposed
        assert began is not None
        assert proposed is not None
        names = {partner.code: partner.name for partner in self._structure.partners}
        held = self._held(state)
        bound = partners_in(self._structure).of(state.changes, held)
        voices = {**state.consents, **state.objections}
        rehearsal = state.rehearsal
        target_kinds = kinds_of(state.changes, held)
        return OpenAmendment(
            number=state.number,
            since=_day(began),
            authors=state.authors,
            bound={code: names.get(code, code) for code in bound},
            spoke={code: _day(voice.step) for code, voice in voices.items() if code in bound},
            against=frozenset(state.objections) & bound,
            rehearsed=None if rehearsal is None else _day(rehearsal.step),
            stale=rehearsal is not None and self._newest(state) > rehearsal.event.position,
            kinds=self._bodies(state, target_kinds),
            gathered_until=next(
                (
                    refresh.closes_on
                    for refresh in self._structure.refreshes
                    if refresh.number == proposed.refresh
                ),
                None,
            ),
            frozen_until=self._frozen_until(target_kinds, today),
        )

    def _held(self, state: Amendment) -> Held:
        """The targets that hold of the indicators that an amendment names."""
        ids = {
            self._indicators[code].id: code
            for code in indicators_of(state.changes)
            if code in self._indicators
        }
        return {
            (ids[one.indicator], one.target.area, one.target.period): one.target
            for one in standing_targets(self._connection, list(ids), self._known)
        }

    def _bodies(
        self, state: Amendment, target_kinds: tuple[frozenset[str], ...]
    ) -> tuple[str, ...]:
        """The kinds of body that have yet to approve."""
        of_body = {body.code: body.kind for body in self._structure.bodies}
        approved = {of_body.get(verdict.event.body) for verdict in state.verdicts}
        needed = bodies_needed(kind for each in target_kinds for kind in each)
        return tuple(kind for kind in needed if kind not in approved)

    def _frozen_until(self, target_kinds: tuple[frozenset[str], ...], today: date) -> date | None:
        sealed = self._structure.sealed
        if sealed is None:
            return None
        at = recorded_at(self._connection, self._structure.sealed_position)
        until = freeze_until(at.astimezone(LONDON).date(), sealed.freeze_days)
        return until if any(is_frozen(kinds, until, today) for kinds in target_kinds) else None

    def _newest(self, state: Amendment) -> int:
        """The position of the newest fact that matters to the rehearsal, as known."""
        definitions = {code: one.definition for code, one in self._indicators.items()}
        sharing = self._stretched if self._structure.policies["reward"] else ()
        reach = reach_of(state.changes, definitions, sharing)
        ids: list[UUID] = [
            self._indicators[one].id for one in reach.matter if one in self._indicators
        ]
        row = self._connection.execute(
            _NEWEST,
            {
                "indicators": ids,
                "known": self._known,
                "besides": list(NOT_MATTERING),
                "topics": list(MATTERING),
                "agreement": self._structure.id,
            },
        ).fetchone()
        assert row is not None
        return int(row[0])


def _day(step: Step) -> date:
    return step.at.astimezone(LONDON).date()
