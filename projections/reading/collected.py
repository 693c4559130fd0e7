"""What an agreement has collected: the values and targets that hold, of those it asks for.

Everything comes with two questions, however many indicators and areas there are, and the same
facts on the same day under the same rules are gone through once.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import msgspec

from ledger.agreement.state import Adopted
from ledger.engine import Connection
from policies.cell import Missing
from policies.collecting import Given, Span, State, asked_for, is_asked_of, state_of
from policies.definition import Definition
from policies.due import DueSettings, due_on
from policies.periods import Period
from policies.retirement import ALL, is_retired
from policies.standing import Standing
from projections.folding.agreements import DUE, RAG, TRAVEL
from projections.judging import governing
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import IndicatorKnown, Structure
from projections.spans import span_of

# Of breakdowns only what waits for its sign-off is of interest here.
_VALUES = """
SELECT indicator, area,
       json_agg(json_build_array(period, breakdown, entry_position, entry_index,
         nullif(missing, ''), provisional, standing, submitted_by, corrected_by, recorded_at,
         from_position) ORDER BY period, breakdown)::text
  FROM value
 WHERE indicator = ANY(%(indicators)s) AND area = ANY(%(areas)s)
   AND from_position <= %(known)s AND to_position > %(known)s
   AND (breakdown = '' OR standing = 'submitted')
 GROUP BY indicator, area
"""
_TARGETS = """
SELECT indicator, area, string_agg(period, ' ' ORDER BY period) FROM target
 WHERE indicator = ANY(%(indicators)s) AND from_position <= %(known)s AND to_position > %(known)s
 GROUP BY indicator, area
"""


class Kept(NamedTuple):
    """An entry that holds. ``since`` is the position that gave it its standing."""

    period: str
    breakdown: str
    position: int
    number: int
    missing: Missing | None
    provisional: bool
    standing: Standing
    submitted_by: str
    corrected_by: str
    recorded_at: datetime
    since: int

    @property
    def name(self) -> str:
        """The entry's name: position and index."""
        return f"{self.position}.{self.number}"


class Stand(NamedTuple):
    """The value of a period: when it is due, how far it has come, and the entry if there is one.

    ``asked`` is whether it is collected; ``settings`` are the rules of lateness for it.
    """

    period: Period
    due_on: date
    state: State
    asked: bool
    entry: Kept | None
    settings: DueSettings


class Collected(NamedTuple):
    """What there is of an indicator in an area, but for its retired periods: every value in the
    order of time, and the entries of collected periods that wait for their sign-off, breakdowns
    too."""

    stands: tuple[Stand, ...]
    unsigned: tuple[tuple[Stand, Kept], ...]


class Run(NamedTuple):
    """An indicator in an area that its values are collected of."""

    indicator: IndicatorKnown
    area: str
    collected: Collected


class _Rules(msgspec.Struct, frozen=True, cache_hash=True):
    """The rules of lateness as adopted, and those of status, without which there are none."""

    rag: tuple[Adopted, ...]
    due: tuple[Adopted, ...]
    position: int


def read_runs(
    connection: Connection,
    structure: Structure,
    indicators: Iterable[IndicatorKnown],
    clocks: ResolvedClocks,
) -> list[Run]:
    """The runs of indicators as known, in the order of indicators and areas; none of one that is
    retired for all its periods.

    ``structure`` has the partners.
    """
    by_id = {one.id: one for one in indicators if one.retired_from != ALL}
    if not by_id:
        return []
    asked = {"indicators": list(by_id), "known": clocks.clocks.known_position}
    order = {area.code: n for n, area in enumerate(structure.sheet.areas)}
    targets = {
        (stream, area): periods
        for stream, area, periods in connection.execute(_TARGETS, asked).fetchall()
        if area in order
    }
    home, own = structure.home.code, {one.area for one in structure.partners} & order.keys()
    asked["areas"] = sorted({home, *own, *(area for _, area in targets)})
    values = {
        (stream, area): found
        for stream, area, found in connection.execute(_VALUES, asked).fetchall()
        if is_asked_of(area, home, has_target=(stream, area) in targets, partners_own=area in own)
    }
    keys: dict[tuple[UUID, str], None] = dict.fromkeys((stream, home) for stream in by_id)
    keys.update(dict.fromkeys((*targets, *values)))
    span = Span(structure.sheet.start, structure.sheet.end, clocks.today)
    rules = _rules(structure, clocks.clocks.policy_position)
    places = {stream: n for n, stream in enumerate(by_id)}
    return [
        Run(
            by_id[stream],
            area,
            _collected(
                by_id[stream].definition,
                by_id[stream].retired_from,
                area == home,
                targets.get((stream, area), ""),
                values.get((stream, area), "[]"),
                span,
                rules,
            ),
        )
        for stream, area in sorted(keys, key=lambda key: (places[key[0]], order[key[1]]))
    ]


@lru_cache(maxsize=2048)
def _collected(  # noqa: PLR0913 - everything that it depends on
    definition: Definition,
    retired_from: str | None,
    home: bool,
    targets: str,
    values: str,
    span: Span,
    rules: _Rules,
) -> Collected:
    entries = [
        kept
        for kept in _decode(values)
        if not is_retired(retired_from, span_of(kept.period).period)
    ]
    headlines = {
        period: kept
        for kept in entries
        if not kept.breakdown and definition.measures(period := span_of(kept.period).period)
    }
    held = dict.fromkeys(headlines, False)
    held.update((span_of(code).period, True) for code in targets.split())
    asked = asked_for(definition, held, span, home=home, retired_from=retired_from)
    stands = {
        period: _stand(period, definition, headlines.get(period), span.today, rules, asked=True)
        for period in asked
    }
    beside = [
        _stand(period, definition, kept, span.today, rules, asked=False)
        for period, kept in headlines.items()
        if period not in stands
    ]
    unsigned = [
        (stand, kept)
        for kept in entries
        if kept.standing is Standing.SUBMITTED
        and kept.missing is not Missing.MISSING
        and (stand := stands.get(span_of(kept.period).period))
    ]
    every = sorted([*stands.values(), *beside], key=lambda stand: stand.period.end)
    return Collected(tuple(every), tuple(unsigned))


def _stand(  # noqa: PLR0913 - everything that a state depends on
    period: Period,
    definition: Definition,
    kept: Kept | None,
    today: date,
    rules: _Rules,
    *,
    asked: bool,
) -> Stand:
    settings = _settings(rules, period.start)
    given = kept and Given(kept.standing, kept.missing, kept.provisional)
    state = state_of(period, definition, given, settings, today, asked=asked)
    return Stand(period, due_on(period, definition), state, asked, kept, settings)


@lru_cache(maxsize=4096)
def _settings(rules: _Rules, begins_on: date) -> DueSettings:
    """The rules of lateness for a period, as status is judged by them."""
    policies = {RAG: list(rules.rag), DUE: list(rules.due), TRAVEL: []}
    return governing(policies, begins_on, rules.position).usable.due


def _rules(structure: Structure, position: int) -> _Rules:
    return _interned(tuple(structure.policies[RAG]), tuple(structure.policies[DUE]), position)


@lru_cache(maxsize=64)
def _interned(rag: tuple[Adopted, ...], due: tuple[Adopted, ...], position: int) -> _Rules:
    """Always the same one for the same rules, so that it is quickly told from others."""
    adopted = [one.position for one in (*rag, *due) if one.position <= position]
    return _Rules(rag, due, max(adopted, default=0))


_decode = msgspec.json.Decoder(list[Kept]).decode
