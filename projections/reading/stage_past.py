"""Everything that stages ever depended on: the stage as known at any position, read once."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from policies.escalation import Escalation
from policies.runs import NO_STAGE, Course
from policies.turns import may_have_proxy
from projections.reading.responses import Responded, acts_of, read_responses
from projections.reading.spells import Spells, gathered
from projections.reading.stages import proxies_of
from projections.reading.structure import IndicatorKnown, Structure, definition_of
from projections.reading.walking import FACTS, Facts, Rulebook, rulebook_of, walk


class StagePast(NamedTuple):
    """Everything that an indicator's stages ever depended on in an area, up to a position."""

    indicators: dict[UUID, Spells[IndicatorKnown]]  # itself, and its proxies
    lines: dict[UUID, dict[str, Spells[str]]]  # by indicator and period
    responses: list[Responded]
    rules: Rulebook | None

    def positions(self, known: int) -> list[int]:
        """Where any of it changed."""
        turns = {turn for one in self.indicators.values() for turn in one.turns()}
        turns |= {turn for of in self.lines.values() for one in of.values() for turn in one.turns()}
        turns |= {one.position for one in self.responses}
        if self.rules is not None:
            turns |= {one.position for one in (*self.rules.rag, *self.rules.escalation)}
        return sorted(turn for turn in turns if turn <= known)

    def at(self, stream: UUID, position: int, on: Course) -> Escalation:
        """The escalation by what was known and adopted at a position."""
        own = self._facts(stream, position)
        if own is None or self.rules is None:
            return NO_STAGE
        code = own.definition.proxy if may_have_proxy(own.definition) else ""
        proxy = next(
            (
                self._facts(other, position)
                for other, versions in self.indicators.items()
                if other != stream and any(one.code == code for one in versions.values())
            ),
            None,
        )
        acts = acts_of(one for one in self.responses if one.position <= position)
        return walk(own, proxy, code, acts, self.rules.until(position), on)

    def _facts(self, stream: UUID, position: int) -> Facts | None:
        indicator = self.indicators[stream].at(position)
        if indicator is None:
            return None
        periods = sorted(self.lines.get(stream, {}).items())
        lines = (line for _, spells in periods if (line := spells.at(position)) is not None)
        return Facts(indicator.definition, indicator.retired, "\n".join(lines))


def read_pasts(
    connection: Connection,
    structure: Structure,
    known: int,
    indicators: Sequence[IndicatorKnown],
    area: str,
) -> dict[UUID, StagePast]:
    """The past of each indicator in an area up to a position; rules as ``structure`` has them."""
    proxies = proxies_of(connection, structure, known, indicators)
    ids = [*dict.fromkeys(one.id for one in (*indicators, *proxies.values()))]
    versions = _read_versions(connection, ids, known)
    lines = _read_lines(connection, ids, area, known)
    responses = read_responses(connection, [one.id for one in indicators], area, known)
    rules = rulebook_of(structure.policies)
    found: dict[UUID, StagePast] = {}
    for one in indicators:
        codes = {known.definition.proxy for known in versions[one.id].values()}
        own = [one.id, *(its.id for code, its in proxies.items() if code in codes)]
        found[one.id] = StagePast(
            {stream: versions[stream] for stream in own},
            {stream: lines[stream] for stream in own if stream in lines},
            responses.get(one.id, []),
            rules,
        )
    return found


def _read_versions(
    connection: Connection, ids: Iterable[UUID], known: int
) -> dict[UUID, Spells[IndicatorKnown]]:
    rows = connection.execute(
        "SELECT indicator, code, definition, definition_version, definition_position, retired,"
        " from_position, to_position FROM indicator WHERE indicator = ANY(%s)"
        " AND from_position <= %s",
        (list(ids), known),
    )
    return gathered(
        (stream, IndicatorKnown(stream, code, definition_of(text), *rest), begins, ends)
        for stream, code, text, *rest, begins, ends in rows
    )


def _read_lines(
    connection: Connection, ids: Iterable[UUID], area: str, known: int
) -> dict[UUID, dict[str, Spells[str]]]:
    rows = connection.execute(
        f"SELECT s.indicator, s.period, {FACTS}, s.from_position, s.to_position FROM status s"
        " WHERE s.indicator = ANY(%s) AND s.area = %s AND s.from_position <= %s",
        (list(ids), area, known),
    )
    cells: dict[tuple[UUID, str], Spells[str]] = gathered(
        ((stream, period), line, begins, ends) for stream, period, line, begins, ends in rows
    )
    found: dict[UUID, dict[str, Spells[str]]] = {}
    for (stream, period), spells in cells.items():
        found.setdefault(stream, {})[period] = spells
    return found
