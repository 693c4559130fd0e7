"""Everything that stages ever depended on: the stage as known at any position, read once."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from policies.escalation import Escalation
from policies.runs import NO_STAGE, Course
from policies.turns import may_have_proxy
from projections.folding.agreements import SHEET
from projections.reading.indicators import some_indicators
from projections.reading.responses import Responded, acts_of, read_responses
from projections.reading.spells import Spell, Spells, gathered
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    definition_of,
    sheet_of,
)
from projections.reading.walking import FACTS, Facts, Rulebook, rulebook_of, walk


class Span(NamedTuple):
    """The days of an agreement."""

    starts_on: date
    ends_on: date


class StagePast(NamedTuple):
    """Everything that an indicator's stages ever depended on in an area, up to a position."""

    indicators: dict[UUID, Spells[IndicatorKnown]]  # itself, and its proxies
    lines: dict[UUID, dict[str, Spells[str]]]  # by indicator and period
    responses: list[Responded]
    rules: Rulebook | None
    spans: Spells[Span]  # of the agreement

    def positions(self, known: int) -> list[int]:
        """Where any of it changed."""
        turns = {turn for one in self.indicators.values() for turn in one.turns()}
        turns |= {turn for of in self.lines.values() for one in of.values() for turn in one.turns()}
        turns |= {one.position for one in self.responses}
        turns |= {*self.spans.turns()}
        if self.rules is not None:
            turns |= {one.position for one in (*self.rules.rag, *self.rules.escalation)}
        return sorted(turn for turn in turns if turn <= known)

    def at(self, stream: UUID, position: int, day: date) -> Escalation:
        """The escalation on a day, by what was known and adopted at a position."""
        own, span = self._facts(stream, position), self.spans.at(position)
        if own is None or span is None or self.rules is None:
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
        course = Course(span.starts_on, span.ends_on, day)
        return walk(own, proxy, code, acts, self.rules.until(position), course)

    def _facts(self, stream: UUID, position: int) -> Facts | None:
        indicator = self.indicators[stream].at(position)
        if indicator is None:
            return None
        periods = sorted(self.lines.get(stream, {}).items())
        lines = (line for _, spells in periods if (line := spells.at(position)) is not None)
        return Facts(indicator.definition, indicator.retired_from, "\n".join(lines))


def read_pasts(
    connection: Connection,
    structure: Structure,
    known: int,
    indicators: Sequence[IndicatorKnown],
    area: str,
) -> dict[UUID, StagePast]:
    """The past of each indicator in an area up to a position; rules as ``structure`` has them."""
    versions = _read_versions(connection, [one.id for one in indicators], known)
    proxied = {
        one.id: {
            then.definition.proxy
            for then in versions[one.id].values()
            if may_have_proxy(then.definition)
        }
        for one in indicators
    }
    codes = frozenset[str]().union(*proxied.values())
    proxies = {one.code: one for one in indicators if one.code in codes}
    proxies |= some_indicators(connection, structure, codes - proxies.keys(), known)
    beside = [one.id for one in proxies.values() if one.id not in versions]
    versions |= _read_versions(connection, beside, known)
    ids = list(versions)
    lines = _read_lines(connection, ids, area, known)
    responses = read_responses(connection, [one.id for one in indicators], area, known)
    rules, spans = rulebook_of(structure.policies), _read_spans(connection, structure.id, known)
    found: dict[UUID, StagePast] = {}
    for one in indicators:
        own = [one.id, *(its.id for code, its in proxies.items() if code in proxied[one.id])]
        found[one.id] = StagePast(
            {stream: versions[stream] for stream in own},
            {stream: lines[stream] for stream in own if stream in lines},
            responses.get(one.id, []),
            rules,
            spans,
        )
    return found


def _read_spans(connection: Connection, agreement: UUID, known: int) -> Spells[Span]:
    rows = connection.execute(
        "SELECT data, from_position, to_position FROM structure WHERE agreement = %s"
        " AND kind = %s AND from_position <= %s",
        (agreement, SHEET, known),
    )
    sheets = ((sheet_of(data), begins, ends) for data, begins, ends in rows)
    return Spells(Spell(Span(one.start, one.end), *when) for one, *when in sheets)


def _read_versions(
    connection: Connection, ids: Iterable[UUID], known: int
) -> dict[UUID, Spells[IndicatorKnown]]:
    rows = connection.execute(
        "SELECT indicator, code, definition, definition_version, definition_position, retired_from,"
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
