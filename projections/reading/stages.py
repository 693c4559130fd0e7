"""The stages of many indicators in one area, by the facts of one clock and the rules of another."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from msgspec.structs import replace

from ledger.engine import Connection
from policies.escalation import Escalation
from policies.runs import NO_STAGE, Course
from policies.turns import may_have_proxy, stage_at
from projections.answers import StatusRow
from projections.reading.clocks import ResolvedClocks
from projections.reading.indicators import some_indicators
from projections.reading.responses import Responded, acts_of, read_responses
from projections.reading.structure import IndicatorKnown, Structure
from projections.reading.walking import FACTS, Facts, Rulebook, rulebook_of, walk
from projections.spans import span_of

# All cells of some indicators in an area, those of each as one text.
_LINES = f"""
SELECT s.indicator, string_agg({FACTS}, E'\\n' ORDER BY s.period) FROM status s
 WHERE s.indicator = ANY(%s) AND s.area = %s AND s.from_position <= %s AND s.to_position > %s
 GROUP BY s.indicator
"""


class Escalated(NamedTuple):
    """An indicator's escalation, and everything that was done about its performance."""

    escalation: Escalation
    responses: list[Responded]


def read_stages(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    area: str,
    indicators: Sequence[IndicatorKnown],
) -> dict[str, Escalated]:
    """The escalation of each indicator, by code, as known and under the rules of the two clocks."""
    known = clocks.clocks.known_position
    responses = read_responses(connection, [one.id for one in indicators], area, known)
    walks = _walks(connection, structure, clocks, area, indicators, responses)
    return {
        one.code: Escalated(walks.get(one.code, NO_STAGE), responses.get(one.id, []))
        for one in indicators
    }


def with_stages(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    indicators: Sequence[IndicatorKnown],
    rows: Sequence[StatusRow],
) -> tuple[StatusRow, ...]:
    """Rows of one area with the stage of each, as it stood before the next period was due."""
    if not rows or rulebook_of(structure.policies) is None:
        return tuple(rows)
    area = rows[0].area
    known = clocks.clocks.known_position
    responses = read_responses(connection, [one.id for one in indicators], area, known)
    walks = _walks(connection, structure, clocks, area, indicators, responses)
    by_code = {one.code: one for one in indicators}
    return tuple(
        replace(row, stage=_beside(row, walks[row.indicator], by_code[row.indicator], clocks.today))
        for row in rows
    )


def proxies_of(
    connection: Connection, structure: Structure, known: int, indicators: Iterable[IndicatorKnown]
) -> dict[str, IndicatorKnown]:
    """The indicators that stand in for others, by their codes."""
    by_code = {one.code: one for one in indicators}
    codes = {one.definition.proxy for one in by_code.values() if may_have_proxy(one.definition)}
    others = some_indicators(connection, structure, codes - by_code.keys(), known)
    return {code: one for code, one in (by_code | others).items() if code in codes}


def course_of(structure: Structure, today: date) -> Course:
    """The agreement's days, and the day by which periods are due."""
    return Course(structure.sheet.start, structure.sheet.end, today)


def _walks(
    connection: Connection,
    structure: Structure,
    clocks: ResolvedClocks,
    area: str,
    indicators: Sequence[IndicatorKnown],
    responses: dict[UUID, list[Responded]],
) -> dict[str, Escalation]:
    rules = rulebook_of(structure.policies)
    if rules is None:
        return {}
    known = clocks.clocks.known_position
    proxies = proxies_of(connection, structure, known, indicators)
    ids = {one.id for one in (*indicators, *proxies.values())}
    rows = connection.execute(_LINES, (list(ids), area, known, known)).fetchall()
    lines: dict[UUID, str] = dict(rows)
    course = course_of(structure, clocks.today)
    return {
        one.code: _walked(one, proxies, lines, responses.get(one.id, []), rules, course)
        for one in indicators
    }


def _walked(
    indicator: IndicatorKnown,
    proxies: dict[str, IndicatorKnown],
    lines: dict[UUID, str],
    responses: list[Responded],
    rules: Rulebook,
    course: Course,
) -> Escalation:
    definition = indicator.definition
    code = definition.proxy if may_have_proxy(definition) else ""
    proxy = proxies.get(code)
    return walk(
        _facts(indicator, lines),
        None if proxy is None or proxy.id == indicator.id else _facts(proxy, lines),
        code,
        acts_of(responses),
        rules,
        course,
    )


def _facts(indicator: IndicatorKnown, lines: dict[UUID, str]) -> Facts:
    return Facts(indicator.definition, indicator.retired_from, lines.get(indicator.id, ""))


def _beside(
    row: StatusRow, found: Escalation, indicator: IndicatorKnown, today: date
) -> int | None:
    """The stage that a row stands beside; None for no stage."""
    period = span_of(row.period).period
    stage = stage_at(found, period, indicator.definition, today, indicator.retired_from)
    return int(stage) or None
