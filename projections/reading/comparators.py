"""The comparator table of one indicator: values, group and definition as known at one moment."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ledger.agreement.events import ComparatorGroupSet
from ledger.engine import Connection
from policies.comparing import Comparison, Placed, compare
from policies.comparing_why import working
from policies.comparison_change import Known
from policies.definition import Polarity
from policies.fitting import check_own
from policies.numbers import text_or_none, to_text
from policies.periods import parse_code
from policies.ranking import has_better
from policies.spread import distance_texts
from projections.answers import Named
from projections.comparator_answers import (
    Comparators,
    ComparedRow,
    NoQuartiles,
    NotRanked,
    Origin,
)
from projections.reading.area_names import name_areas
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparator_groups import (
    PARTS,
    Compares,
    area_asked,
    as_compared,
    compares_by,
    group_of,
)
from projections.reading.compared_periods import default_period
from projections.reading.indicators import one_indicator
from projections.reading.others import Told, figures_of, read_figures
from projections.reading.structure import IndicatorKnown, Structure, read_structure
from projections.spans import span_of

BETTER = {
    Polarity.BIGGER: "bigger",
    Polarity.SMALLER: "smaller",
    Polarity.PLAN: "in-band",
    Polarity.NEUTRAL: "",
}


class Scene(NamedTuple):
    """Everything a comparison is made of, as known at one moment."""

    structure: Structure
    indicator: IndicatorKnown
    group: ComparatorGroupSet
    area: str
    period: str
    told: Mapping[str, Told]
    by: Compares

    @property
    def known(self) -> Known:
        """The same as the rules ask for it."""
        definition = self.indicator.definition
        values = figures_of(self.told, definition)
        return Known(as_compared(self.group), values, definition, self.by.settings)

    @property
    def comparison(self) -> Comparison:
        """What the rules say of it."""
        known = self.known
        return compare(known.group, known.values, known.definition, known.settings, self.area)


def read_comparators(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    period: str | None = None,
    group: str | None = None,
    area: str | None = None,
) -> Comparators:
    """An area among those of a group; the home area and the first group where none is named.

    Without ``period``, the latest in which the area and another have a figure. Raises
    UnknownAgreement, UnknownIndicator, UnknownComparatorGroup, UnknownArea, UnknownPeriod, and
    WrongInterval for a period that is none of the indicator's.
    """
    scene = read_scene(
        connection, agreement, indicator, clocks, period=period, group=group, area=area
    )
    return told_of(scene, scene.comparison, clocks)


def read_scene(
    connection: Connection,
    agreement: str,
    indicator: str,
    clocks: ResolvedClocks,
    *,
    period: str | None,
    group: str | None,
    area: str | None,
) -> Scene:
    """What a comparison is made of. Raises as ``read_comparators`` does."""
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    name_areas(connection, structure, known)
    found = one_indicator(connection, structure, indicator, known)
    chosen = group_of(structure, group)
    place = area_asked(structure, chosen, area)
    if period is None:
        asked = default_period(connection, structure, clocks, found, place, chosen.members)
    else:
        asked = parse_code(period).code
    areas = {place, *chosen.members}
    own = areas.intersection(each.code for each in structure.sheet.areas)
    told = read_figures(connection, found.id, asked, areas, own, known)
    if not told:
        check_own(parse_code(asked), found.definition)
    by = compares_by(structure, asked, clocks.clocks.policy_position)
    return Scene(structure, found, chosen, place, asked, told, by)


def told_of(scene: Scene, comparison: Comparison, clocks: ResolvedClocks) -> Comparators:
    """The answer's form of a comparison."""
    structure, definition = scene.structure, scene.indicator.definition
    names = {**structure.names, **{each.code: each.name for each in structure.sheet.areas}}
    rows = _rows(scene, comparison, names, comparison.rows)
    home = comparison.home
    within = next((row for row in rows if row.area == scene.area), None)
    if within is None and home is not None:
        (within,) = _rows(scene, comparison, names, [home])
    limits = comparison.limits
    return Comparators(
        clocks=clocks.clocks,
        agreement=structure.sheet.code,
        indicator=scene.indicator.code,
        title=definition.title,
        unit=definition.unit,
        definition_version=scene.indicator.definition_version,
        period=scene.period,
        period_label=span_of(scene.period).label,
        area=scene.area,
        area_name=names.get(scene.area, scene.area),
        group=scene.group.code,
        group_title=scene.group.title,
        group_version=scene.group.version,
        group_source=scene.group.source,
        groups=tuple(Named(code=each.code, name=each.title) for each in structure.groups.values()),
        includes_home=comparison.includes_home,
        better=BETTER[definition.polarity] if has_better(definition) else "",
        rows=rows,
        home=within,
        median=text_or_none(comparison.median),
        quartiles=None
        if limits is None
        else (to_text(limits.lower), to_text(limits.middle), to_text(limits.upper)),
        no_quartiles=_no_quartiles(comparison),
        deviation=text_or_none(comparison.deviation),
        not_ranked=tuple(
            NotRanked(
                area=area,
                name=names.get(area, area),
                missing=scene.told[area].missing if area in scene.told else "",
            )
            for area in comparison.not_ranked
        ),
        policy_version=scene.by.version,
        working=() if home is None else working(comparison, home),
    )


def _rows(
    scene: Scene, comparison: Comparison, names: Mapping[str, str], placed: Sequence[Placed]
) -> tuple[ComparedRow, ...]:
    origins: dict[int, Origin] = {}  # by event: what came together has one origin
    found = []
    for one, distance in zip(placed, _distances(comparison, placed), strict=True):
        told = scene.told[one.area]
        origin = origins.get(told.entry_position)
        if origin is None:
            origin = origins[told.entry_position] = told.origin
        found.append(
            ComparedRow(
                area=one.area,
                name=names.get(one.area, one.area),
                value=to_text(one.value),
                confidence_low=text_or_none(told.confidence_low),
                confidence_high=text_or_none(told.confidence_high),
                rank=one.rank,
                quartile=one.quartile,
                distance=distance,
                own=told.own,
                signed_off=told.signed_off,
                provisional=told.provisional,
                entry=told.entry,
                source=origin,
            )
        )
    return tuple(found)


def _distances(comparison: Comparison, placed: Sequence[Placed]) -> Iterable[str | None]:
    middle, spread = comparison.median, comparison.deviation
    if middle is None or not spread:
        return [None] * len(placed)
    return distance_texts((one.value for one in placed), middle, spread)


def _no_quartiles(comparison: Comparison) -> NoQuartiles | None:
    if comparison.limits is None:
        return "too-few"
    return None if has_better(comparison.definition) else "nothing-better"
