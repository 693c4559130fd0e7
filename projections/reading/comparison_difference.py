"""Why an area stands elsewhere among others than at an earlier moment: one cause after another."""

from collections.abc import Iterable, Iterator

from ledger.engine import Connection
from policies.comparison_change import Moved, Position, position, why_differs
from policies.definition import Definition
from policies.numbers import round_half_up, text_or_none, to_text
from projections.comparator_answers import (
    AreaMoved,
    ComparisonCause,
    ComparisonDifference,
    Standing,
)
from projections.reading.clocks import ResolvedClocks
from projections.reading.comparators import Scene, read_scene
from projections.reading.diff import check_order
from projections.reading.others import figures_of
from projections.spans import span_of


def read_comparison_difference(
    connection: Connection,
    agreement: str,
    indicator: str,
    first: ResolvedClocks,
    last: ResolvedClocks,
    *,
    period: str | None = None,
    group: str | None = None,
    area: str | None = None,
) -> ComparisonDifference:
    """The causes of a difference between two moments, in a fixed order.

    What is not named is chosen as at the later moment. Raises as ``read_comparators`` does for
    either moment, and FromAfterTo where a clock would go back.
    """
    check_order(first, last)
    now = read_scene(connection, agreement, indicator, last, period=period, group=group, area=area)
    then = read_scene(
        connection,
        agreement,
        indicator,
        first,
        period=now.period,
        group=now.group.code,
        area=now.area,
    )
    return ComparisonDifference(
        first=first.clocks,
        last=last.clocks,
        agreement=now.structure.sheet.code,
        indicator=now.indicator.code,
        title=now.indicator.definition.title,
        unit=now.indicator.definition.unit,
        period=now.period,
        period_label=span_of(now.period).label,
        area=now.area,
        area_name=now.structure.area_name(now.area),
        group=now.group.code,
        group_title=now.group.title,
        versions=(then.group.version, now.group.version),
        before=_standing(position(then.comparison)),
        after=_standing(position(now.comparison)),
        causes=tuple(_causes(then, now)),
    )


def _causes(then: Scene, now: Scene) -> Iterator[ComparisonCause]:
    anew = figures_of(then.told, now.indicator.definition)
    for moved in why_differs(then.known, now.known, now.area, anew):
        yield _cause(moved, then, now)


def _cause(moved: Moved, then: Scene, now: Scene) -> ComparisonCause:
    areas = (*moved.revised, *moved.appeared, *moved.gone)
    return ComparisonCause(
        cause=moved.cause.value,
        before=_standing(moved.before),
        after=_standing(moved.after),
        areas=tuple(_areas(areas, then, now)),
        joined=moved.joined,
        left=moved.left,
    )


def _areas(areas: Iterable[str], then: Scene, now: Scene) -> Iterator[AreaMoved]:
    """Both figures of areas by the definition of now, as the causes compare them."""
    for area in areas:
        later = now.told.get(area)
        yield AreaMoved(
            area=area,
            name=now.structure.area_name(area),
            before=_judged(then, area, now.indicator.definition),
            after=_judged(now, area, now.indicator.definition),
            source=None if later is None else later.origin,
        )


def _judged(scene: Scene, area: str, definition: Definition) -> str | None:
    told = scene.told.get(area)
    figure = None if told is None else told.figure(definition)
    return None if figure is None else to_text(round_half_up(figure, definition.decimals))


def _standing(found: Position) -> Standing:
    return Standing(
        value=text_or_none(found.value),
        rank=found.rank,
        quartile=found.quartile,
        ranked=found.ranked,
        median=text_or_none(found.median),
    )
