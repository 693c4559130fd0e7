"""Other areas on the built board: a group of forty, one of two, by the real rules."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from browser.indicators import AREAS, HOME, INDICATORS
from browser.judged import CODE, NOW, TITLE, clocks, find, value_row

from http_api.pages.reader import ClocksAsked
from ledger.agreement.events import AgreementDefined, Area, ComparatorGroupSet
from ledger.event import agreement_id, indicator_id
from policies.comparator_group import ComparatorSettings
from policies.periods import parse_code
from policies.refusals import FromAfterTo
from policies.refusals_comparators import UnknownComparatorGroup
from projections.answers import Named
from projections.comparator_answers import (
    AreaMoved,
    Band,
    BandPeriod,
    Comparators,
    ComparisonCause,
    ComparisonDifference,
    League,
    LeagueRow,
    Standing,
)
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparator_groups import Compares
from projections.reading.comparators import Scene, told_of
from projections.reading.others import Told
from projections.reading.structure import IndicatorKnown, Structure

FORTY, TWO = "all-england", "pair"
ELSEWHERE = tuple(f"E06{n:06}" for n in range(1, 40))
GROUPS = (
    ComparatorGroupSet(
        code=FORTY,
        title="All of England",
        version=2,
        members=(*ELSEWHERE, HOME),
        source="Department for Education, 2025 edition",
    ),
    ComparatorGroupSet(code=TWO, title="A pair of neighbours", version=1, members=ELSEWHERE[:2]),
)
LOAD = str(UUID(int=5))
MARKED = {7: "suppressed", 11: ""}  # areas without a figure: one with a mark, one not released


class BuiltComparators:
    """The questions about other areas, answered by the rules over made figures."""

    def comparators(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        period: str | None,
        group: str | None,
        area: str | None,
    ) -> Comparators:
        """An area among forty, or among two, which are too few for quartiles."""
        built = find(indicator)
        structure = _structure()
        code = group or FORTY
        if code not in structure.groups:
            named = ", ".join(structure.groups)
            raise UnknownComparatorGroup(f"{code!r} is no group; there are {named}.")
        when = period or max(built.values, key=lambda each: parse_code(each).end)
        known = IndicatorKnown(
            indicator_id(CODE, indicator), indicator, built.definition, 2, 31, built.retired_from
        )
        told = {each.area: each for each in _told(indicator, when, built.definition.decimals)}
        own = value_row(built, when, area or HOME) if built.given(when, area or HOME) else None
        if own is not None and own.value is not None:
            told[own.area] = _figure(own.area, Decimal(own.value))._replace(
                own=True, signed_off=own.signed_off is not None, file="", released_on=None, load=""
            )
        by = Compares(ComparatorSettings(home="in" if code == FORTY else "out"), "1")
        members = {*structure.groups[code].members, area or HOME}
        told = {each: one for each, one in told.items() if each in members}
        scene = Scene(structure, known, structure.groups[code], area or HOME, when, told, by)
        return told_of(scene, scene.comparison, ResolvedClocks(clocks(asked), NOW.date()))

    def band(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        area: str,
        periods: Sequence[str],
    ) -> Band | None:
        """The middle half of the forty, by the same tables."""
        lies = []
        for code in sorted(periods, key=lambda each: parse_code(each).end):
            table = self.comparators(
                agreement, indicator, asked, period=code, group=None, area=area
            )
            if table.quartiles is None or table.median is None:
                continue
            on_scale = table.better != "in-band"
            lies.append(
                BandPeriod(
                    period=code,
                    period_label=table.period_label,
                    areas=len(table.rows),
                    includes_home=table.includes_home,
                    lower=table.quartiles[0] if on_scale else None,
                    median=table.median,
                    upper=table.quartiles[2] if on_scale else None,
                )
            )
        return Band(
            clocks=clocks(asked),
            area=area,
            group=FORTY,
            group_title=GROUPS[0].title,
            group_version=GROUPS[0].version,
            periods=tuple(lies),
        )

    def league(
        self, agreement: str, asked: ClocksAsked, *, group: str | None, area: str | None
    ) -> League:
        """Every indicator that has a value, by the same tables."""
        rows = []
        for built in INDICATORS:
            if not built.values:
                continue
            table = self.comparators(
                agreement, built.code, asked, period=None, group=group, area=area
            )
            rows.append(_league_row(table, built.outcome))
        rows.sort(key=lambda row: row.quartile or 5)
        return League(
            clocks=clocks(asked),
            agreement=agreement,
            title=TITLE,
            area=table.area,
            area_name=table.area_name,
            group=table.group,
            group_title=table.group_title,
            group_version=table.group_version,
            groups=table.groups,
            rows=tuple(rows),
            counts={},
        )

    def comparison_difference(
        self,
        agreement: str,
        indicator: str,
        first: ClocksAsked,
        last: ClocksAsked,
        *,
        period: str | None,
        group: str | None,
        area: str | None,
    ) -> ComparisonDifference:
        """A neighbour's revision, then another list."""
        if clocks(first).known_at > clocks(last).known_at:
            raise FromAfterTo(field="from")
        table = self.comparators(agreement, indicator, last, period=period, group=group, area=area)
        stood = [
            Standing(value="21.0", rank=rank, quartile=quartile, ranked=38, median="23.65")
            for rank, quartile in ((12, 2), (14, 2), (16, 2))
        ]
        revised = AreaMoved(
            area=ELSEWHERE[1], name=ELSEWHERE[1], before="25.1", after="18.2",
            source=table.rows[0].source,
        )  # fmt: skip
        gone = AreaMoved(
            area=ELSEWHERE[2], name=ELSEWHERE[2], before="1.0", after=None, source=None
        )
        nobody: tuple[str, ...] = ()
        return ComparisonDifference(
            first=clocks(first),
            last=clocks(last),
            agreement=agreement,
            indicator=indicator,
            title=table.title,
            unit=table.unit,
            period=table.period,
            period_label=table.period_label,
            area=table.area,
            area_name=table.area_name,
            group=table.group,
            group_title=table.group_title,
            versions=(1, 2),
            before=stood[0],
            after=stood[2],
            causes=(
                ComparisonCause(
                    cause="others", before=stood[0], after=stood[1], areas=(revised, gone),
                    joined=nobody, left=nobody,
                ),
                ComparisonCause(
                    cause="group", before=stood[1], after=stood[2], areas=(),
                    joined=ELSEWHERE[3:6], left=("E06000999",),
                ),
            ),
        )  # fmt: skip

    def compared_periods(
        self,
        agreement: str,
        indicator: str,
        asked: ClocksAsked,
        *,
        group: str | None,
        area: str | None,
    ) -> tuple[Named, ...]:
        """Those of the indicator, the latest first."""
        periods = sorted(map(parse_code, find(indicator).values), key=lambda each: each.end)
        return tuple(Named(code=each.code, name=each.label) for each in reversed(periods))


def _league_row(table: Comparators, outcome: str) -> LeagueRow:
    home = table.home
    return LeagueRow(
        indicator=table.indicator,
        title=table.title,
        unit=table.unit,
        block="",
        outcome=outcome,
        better=table.better,
        period=table.period,
        period_label=table.period_label,
        value=None if home is None else home.value,
        signed_off=None if home is None else home.signed_off,
        rank=None if home is None else home.rank,
        ranked=len(table.rows),
        quartile=None if home is None else home.quartile,
        no_quartile="no-value" if home is None else table.no_quartiles,
        median=table.median,
        distance=None if home is None else home.distance,
    )


def _structure() -> Structure:
    sheet = AgreementDefined(
        code=CODE,
        title=TITLE,
        start=date(2013, 4, 1),
        end=date(2027, 3, 31),
        accountable_body="wcc",
        calendar="financial",
        areas=tuple(Area(code, name) for code, name in AREAS.items()),
    )
    structure = Structure(agreement_id(CODE), sheet)
    structure.groups = {group.code: group for group in GROUPS}
    return structure


def _told(indicator: str, period: str, decimals: int) -> list[Told]:
    """A figure for nearly every area, spread over a good range."""
    seed = sum(map(ord, indicator + period))
    found = []
    for n, area in enumerate(ELSEWHERE):
        figure = (
            Decimal((seed + n * 37) % 400 + 50).scaleb(-1).quantize(Decimal(1).scaleb(-decimals))
        )
        if n not in MARKED:
            told = _figure(area, figure)._replace(provisional=n % 9 == 0)
            if n % 4:  # most publishers of shares say how sure they are
                far = Decimal(n % 7 + 2).scaleb(-decimals)
                told = told._replace(confidence_low=figure - far, confidence_high=figure + far)
            found.append(told)
        elif MARKED[n]:
            found.append(_figure(area, None)._replace(missing=MARKED[n]))
    return found


def _figure(area: str, value: Decimal | None) -> Told:
    return Told(
        area=area,
        own=False,
        value=value,
        numerator=None,
        denominator=None,
        confidence_low=None,
        confidence_high=None,
        missing="",
        provisional=False,
        entry_position=1200,
        entry_index=int(area[-3:]),
        recorded_at=NOW - timedelta(days=20),
        signed_off=None,
        file="values_published_2026-10-31.csv",
        released_on=date(2026, 10, 31),
        load=LOAD,
    )
