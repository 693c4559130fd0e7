"""A scorecard: the same indicators grouped one way or another, and each group judged together."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from ledger.agreement.events import BasketPolicyAdopted
from ledger.agreement.state import Adopted, in_force
from ledger.engine import Connection
from policies.basket import ASIDE, BasketSettings, basket
from policies.cell import NoStatus
from policies.numbers import exact_text
from policies.periods import parse_code
from policies.rag import Status as Rag
from policies.refusals import UnknownIndicator, UnknownScorecard
from projections.answers import StatusRow
from projections.folding import agreements as kinds
from projections.reading.agreement import policy_in_force
from projections.reading.clocks import ResolvedClocks
from projections.reading.status import read_status
from projections.reading.structure import BOARD, Structure, read_structure
from projections.scorecards import BasketAnswer, MemberAnswer, Scorecard, ScorecardNamed

PARTS = (*BOARD, kinds.PRIORITY, kinds.BASKET_OF)
BLOCKS, OUTCOMES, PRIORITIES, ALL, OWN = "blocks", "outcomes", "priorities", "all", "own"
_ALWAYS = {
    BLOCKS: "Blocks",
    OUTCOMES: "Outcomes",
    PRIORITIES: "Priorities",
    ALL: "The whole agreement",
}
MOST_OWN = 500  # indicators of a set that is asked for by name


class Group(NamedTuple):
    """Which indicators are judged together, and what they are called."""

    code: str
    title: str
    indicators: Sequence[str]


def read_scorecard(
    connection: Connection,
    agreement: str,
    clocks: ResolvedClocks,
    *,
    by: str = BLOCKS,
    indicators: Sequence[str] = (),
    period: str | None = None,
    area: str | None = None,
) -> Scorecard:
    """The baskets of an agreement by blocks, outcomes, priorities, a scorecard of its own, or all.

    With ``indicators`` there is one basket, of these. Which period each indicator shows is as on
    the board page. Raises UnknownAgreement, UnknownScorecard, UnknownIndicator, UnknownArea and
    UnknownPeriod.
    """
    status = read_status(connection, agreement, clocks, period=period, area=area)
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    rows = {row.indicator: row for row in status.rows}
    groups = list(_own(indicators, rows) if indicators else groups_by(structure, by, rows))
    adopted, settings = rules_of_baskets(structure, clocks, period)
    return Scorecard(
        clocks=clocks.clocks,
        agreement=status.agreement,
        title=status.title,
        demonstration=status.demonstration,
        area=status.area,
        area_name=status.area_name,
        period=status.period,
        by=OWN if indicators else by,
        groupings=tuple(groupings(structure)),
        policy=None if adopted is None else policy_in_force("basket", adopted),
        settings=msgspec.to_builtins(settings),
        baskets=tuple(
            judged_together(
                group, [rows[code] for code in group.indicators if code in rows], settings
            )
            for group in groups
        ),
    )


def rules_of_baskets(
    structure: Structure, clocks: ResolvedClocks, period: str | None
) -> tuple[Adopted | None, BasketSettings]:
    """What was adopted of judging together, if anything, and the settings that hold.

    They are those that govern the period, or without one, where each indicator shows its latest,
    those of the day.
    """
    on = clocks.today if period is None else parse_code(period).start
    adopted = in_force(structure.policies["basket"], on, clocks.clocks.policy_position)
    return adopted, settings_of(adopted)


def settings_of(adopted: Adopted | None) -> BasketSettings:
    """The settings of a version of the rules of judging together; the defaults without one."""
    if adopted is not None and isinstance(adopted.event, BasketPolicyAdopted):
        return adopted.event.settings
    return BasketSettings()


def groupings(structure: Structure) -> Iterator[ScorecardNamed]:
    """The ways to group: those that every agreement has, then its own scorecards."""
    for code, title in _ALWAYS.items():
        if code != PRIORITIES or structure.priorities:
            yield ScorecardNamed(code=code, title=title)
    for code in dict.fromkeys(one.scorecard for one in structure.baskets.values()):
        yield ScorecardNamed(code=code, title=_words(code))


def _words(code: str) -> str:
    """What a scorecard is called: its code as words."""
    said = code.replace("-", " ")
    return said[:1].upper() + said[1:]


def groups_by(structure: Structure, by: str, rows: Iterable[str]) -> Iterator[Group]:
    """The baskets of one grouping; ``rows`` are all indicators. Raises UnknownScorecard."""
    placed = structure.placements
    if by == ALL:
        yield Group(ALL, structure.sheet.title, list(rows))
    elif by == BLOCKS:
        for block in structure.blocks.values():
            inside = [one for one, outcome in placed.items()
                      if structure.block_of(outcome) == block.code]  # fmt: skip
            yield Group(block.code, block.title, inside)
    elif by == OUTCOMES:
        for outcome in structure.outcomes.values():
            yield Group(
                outcome.code, outcome.title, [i for i, o in placed.items() if o == outcome.code]
            )
    elif by == PRIORITIES and structure.priorities:
        for priority in structure.priorities:
            serving = {o.code for o in structure.outcomes.values() if priority.code in o.priorities}
            inside = [one for one, outcome in placed.items() if outcome in serving]
            yield Group(priority.code, priority.title, inside)
    else:
        found = [one for one in structure.baskets.values() if one.scorecard == by]
        if not found:
            known = ", ".join(one.code for one in groupings(structure))
            raise UnknownScorecard(
                f"{by!r} is no scorecard of this agreement as known then: use one of {known}.",
                field="by",
            )
        for one in found:
            yield Group(one.code, one.title, one.indicators)


def _own(indicators: Sequence[str], rows: Iterable[str]) -> Iterator[Group]:
    """One basket of indicators that are asked for by name; each counts once."""
    known = set(rows)
    wanted = list(dict.fromkeys(indicators))
    for code in wanted:
        if code not in known:
            raise UnknownIndicator(
                f"There is no indicator {code!r} as known then.", field="indicators"
            )
    yield Group(OWN, f"{len(wanted)} indicators chosen", wanted)


def judged_together(
    group: Group, rows: Sequence[StatusRow], settings: BasketSettings
) -> BasketAnswer:
    """A basket of these rows, by these rules."""
    found = basket({row.indicator: _brought(row) for row in rows}, settings)
    return BasketAnswer(
        code=group.code,
        title=group.title,
        status=None if found.status is None else found.status.value,
        reason=None if found.reason is None else found.reason.value,
        counts={status.value: count for status, count in found.counts},
        missing=len(found.missing),
        aside=len(found.aside),
        coverage=None if found.coverage is None else exact_text(found.coverage),
        score=None if found.score is None else exact_text(found.score),
        members=tuple(map(_member, rows)),
        steps=found.steps,
    )


def _brought(row: StatusRow) -> Rag | NoStatus:
    return Rag(row.status) if row.status is not None else NoStatus(row.reason or "")


def _member(row: StatusRow) -> MemberAnswer:
    return MemberAnswer(
        indicator=row.indicator,
        title=row.title,
        period=row.period,
        period_label=row.period_label,
        status=row.status,
        reason=row.reason,
        expected=row.status is not None or NoStatus(row.reason or "") not in ASIDE,
    )
