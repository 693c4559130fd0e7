"""Reward on stretch targets: the same facts under every version of the rules, side by side."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from ledger.agreement.events import RewardPolicyAdopted
from ledger.agreement.state import Adopted
from ledger.engine import Connection
from ledger.indicator.events import Target
from policies.definition import Definition
from policies.numbers import exact_text, to_text
from policies.retirement import is_retired
from policies.reward import Reward, RewardSettings, SubTarget, rewards
from projections.judging import Governing, governing
from projections.reading.agreement import policy_in_force
from projections.reading.clocks import ResolvedClocks
from projections.reading.stored_cells import Place, read_cells, read_stretches
from projections.reading.stored_status import Stored
from projections.reading.structure import (
    IndicatorKnown,
    Structure,
    read_indicators,
    read_structure,
)
from projections.rewards import RewardRow, Rewards, RewardsUnder
from projections.spans import span_of

Cells = Mapping[Place, Mapping[str, Stored]]
Stretches = Mapping[Place, Mapping[str, Target]]
_NOTHING = Decimal("0.00")  # pounds
Governs = Callable[[date], Governing]  # the rules of status, by the period's first day


def read_rewards(connection: Connection, agreement: str, clocks: ResolvedClocks) -> Rewards:
    """What is earned and paid on the stretch targets of an agreement, under each reward policy.

    Raises UnknownAgreement.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    indicators = {one.id: one for one in read_indicators(connection, structure, known).values()}
    stretches = read_stretches(connection, known, list(indicators))
    wanted = list({indicator for indicator, _ in stretches})
    areas = [area.code for area in structure.sheet.areas]
    cells = read_cells(connection, known, wanted, areas)

    def rules(begins_on: date) -> Governing:
        return governing(structure.policies, begins_on, clocks.clocks.policy_position)

    given = list(sub_targets(indicators, stretches, cells, rules))
    return Rewards(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        title=structure.sheet.title,
        demonstration=structure.demonstration,
        policies=tuple(
            _under(structure, indicators, given, adopted)
            for adopted in structure.policies["reward"]
        ),
    )


def sub_targets(
    indicators: Mapping[UUID, IndicatorKnown], stretches: Stretches, cells: Cells, rules: Governs
) -> Iterator[SubTarget]:
    """The stretch targets of each indicator, by area: the last one, with an interim before it.

    One that a retirement ended is left out, and so is one without its two performances, which no
    ordinary way records. Where signed-off values alone are judged, another is no outturn either.
    """
    by_area = sorted(stretches.items(), key=lambda one: one[0][1])
    for stream, indicator in indicators.items():
        for (of, area), targets in by_area:
            ordered = _standing(targets, indicator) if of == stream else []
            if not ordered:
                continue
            target = targets[ordered[-1]]
            without, with_ = target.performance_without, target.performance_with
            if without is None or with_ is None:
                continue
            stored = cells.get((stream, area), {})
            outturn = _outturn(stored, target.period, rules)
            interim = targets[ordered[-2]] if len(ordered) > 1 else None
            before = None if interim is None else _outturn(stored, interim.period, rules)
            yield SubTarget(
                indicator=indicator.code,
                area=area,
                period=target.period,
                without=without,
                with_=with_,
                outturn=_judged(outturn),
                interim=None if interim is None else interim.level,
                interim_outturn=_judged(before),
                marks=() if outturn is None else tuple(outturn.marks.split()),
            )


def _standing(targets: Iterable[str], indicator: IndicatorKnown) -> list[str]:
    """The periods of targets that are not retired, in order of time."""
    since = indicator.retired_from
    standing = (code for code in targets if not is_retired(since, span_of(code).period))
    return sorted(standing, key=lambda code: span_of(code).order)


def under_policy(
    given: Iterable[SubTarget], indicators: Mapping[UUID, IndicatorKnown], adopted: Adopted
) -> list[tuple[SubTarget, Reward]]:
    """What each sub-target earns under one version."""
    definitions: dict[str, Definition] = {one.code: one.definition for one in indicators.values()}
    return rewards(given, definitions, settings_of(adopted))


def settings_of(adopted: Adopted) -> RewardSettings:
    """The settings of a version."""
    assert isinstance(adopted.event, RewardPolicyAdopted)
    return adopted.event.settings


def _outturn(cells: Mapping[str, Stored], period: str, rules: Governs) -> Stored | None:
    """The cell with the figure of a period; None without one that may be judged."""
    stored = cells.get(period)
    if stored is None or stored.judged is None:
        return None
    signed_only = rules(span_of(period).start).usable.rag.judge == "signed-only"
    return None if signed_only and stored.signed_by is None else stored


def _judged(outturn: Stored | None) -> Decimal | None:
    return None if outturn is None else Decimal(outturn.judged or 0)


def _under(
    structure: Structure,
    indicators: Mapping[UUID, IndicatorKnown],
    given: list[SubTarget],
    adopted: Adopted,
) -> RewardsUnder:
    found = under_policy(given, indicators, adopted)
    titles = {one.code: one.definition.title for one in indicators.values()}
    earned = sum((reward.earned or _NOTHING for _, reward in found), _NOTHING)
    return RewardsUnder(
        policy=policy_in_force("reward", adopted),
        rows=tuple(_row(structure, titles[one.indicator], one, reward) for one, reward in found),
        earned=to_text(earned),
        paid=to_text(sum((reward.paid for _, reward in found), _NOTHING)),
    )


def _row(structure: Structure, title: str, one: SubTarget, reward: Reward) -> RewardRow:
    return RewardRow(
        indicator=one.indicator,
        title=title,
        area=one.area,
        area_name=structure.area_name(one.area),
        period=one.period,
        period_label=span_of(one.period).label,
        without=to_text(one.without),
        with_performance=to_text(one.with_),
        outturn=_text(one.outturn),
        marks=one.marks,
        interim=_text(one.interim),
        interim_outturn=_text(one.interim_outturn),
        part=to_text(reward.part),
        achievement=_text(reward.achievement),
        share=_text(reward.share),
        earned=_text(reward.earned),
        on_account=to_text(reward.on_account),
        paid=to_text(reward.paid),
        steps=reward.steps,
    )


def _text(number: Decimal | Fraction | None) -> str | None:
    return None if number is None else exact_text(number)
