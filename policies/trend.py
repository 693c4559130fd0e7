"""Where an indicator is going: its figures in order, series apart, and a projection or why none.

A projection is a straight line through the last figures by least squares, by the last days of
their periods. It says where figures would come to if they went on as they did; it is never a
value, and nothing is judged or paid on it. It is exact, and not held within any bounds: a line can
leave what is possible, which tells that it should not be followed so far.
"""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

import msgspec

from policies.definition import Basis, Definition, Polarity
from policies.line import Line, line_through, reaches
from policies.numbers import exact_text, round_half_up, to_text
from policies.period import Interval, Period, parse_code, period_on
from policies.rag import Step
from policies.refusals import BadPolicy

Method = Literal["least-squares", "none"]
FEWEST, MOST = 2, 100  # figures of a line


class TrendSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a projection is made: by a line through the last ``figures``, at least ``least`` of them.

    ``method`` none makes none. Raises BadPolicy.
    """

    method: Method = "least-squares"
    figures: int = 4
    least: int = 3

    def __post_init__(self) -> None:
        if not FEWEST <= self.least <= self.figures <= MOST:
            raise BadPolicy(
                f"A line takes {FEWEST} to {MOST} figures, and no more at least than at most.",
                field="least",
            )


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A period of an indicator: its judged figure and its target.

    A point without a value is a gap in the line.
    """

    period: Period
    value: Decimal | None = None
    target: Decimal | None = None
    provisional: bool = False


class NoProjection(StrEnum):
    """Why there is no projection, in order of precedence."""

    NOT_ASKED = "not-asked"
    REACHED = "reached"
    ANOTHER_YEAR = "another-year"
    TOO_FEW = "too-few"


class Projection(msgspec.Struct, frozen=True, kw_only=True):
    """Where a line comes to by the end of a period, or why there is none.

    Exactly one of ``value`` and ``reason``. ``judged`` is the value rounded as figures are, and
    ``on_target`` whether the exact value reaches the target of that period; None where there is
    nothing to reach. ``used`` are the codes of the periods whose figures the line goes through,
    ``provisional`` those of them that may still be revised.
    """

    to: Period
    method: Method
    value: Fraction | None
    judged: Decimal | None
    reason: NoProjection | None
    on_target: bool | None
    used: tuple[str, ...]
    provisional: tuple[str, ...]
    steps: tuple[Step, ...]


class Trend(msgspec.Struct, frozen=True):
    """An indicator's points in order of time, one tuple for each series, and the projection."""

    series: tuple[tuple[Point, ...], ...]
    projection: Projection


def trend(
    points: Iterable[Point],
    definition: Definition,
    settings: TrendSettings,
    to: Period,
    target: Decimal | None = None,
) -> Trend:
    """The line of an indicator in an area, and its projection to the end of a period.

    ``target`` is that of the period projected to. Only figures of the latest series are projected.
    """
    series = _series(sorted(points, key=lambda point: point.period.end), definition)
    latest = series[-1] if series else ()
    return Trend(series, _projected(latest, definition, settings, to, target))


def _series(points: Sequence[Point], definition: Definition) -> tuple[tuple[Point, ...], ...]:
    if not definition.series_break_at:
        runs = [points]
    else:
        first = parse_code(definition.series_break_at).end
        runs = [
            [point for point in points if point.period.end < first],
            [point for point in points if point.period.end >= first],
        ]
    return tuple(tuple(run) for run in runs if run)


def _projected(
    points: Sequence[Point],
    definition: Definition,
    settings: TrendSettings,
    to: Period,
    target: Decimal | None,
) -> Projection:
    figures = [point for point in points if point.value is not None]
    if settings.method == "none":
        return _none(to, NoProjection.NOT_ASKED, "the policy makes no projection")
    if figures and figures[-1].period.end >= to.end:
        latest = figures[-1].period.label
        return _none(to, NoProjection.REACHED, f"there is a figure of {latest}")
    if definition.basis is Basis.CUMULATIVE:
        year = _year(to, definition)
        if figures and _year(figures[-1].period, definition) != year:
            why = f"figures begin anew each year, and there is none of {year.label}"
            return _none(to, NoProjection.ANOTHER_YEAR, why)
        figures = [point for point in figures if _year(point.period, definition) == year]
    used = figures[-settings.figures :]
    line = line_through(
        [(point.period.end, point.value) for point in used if point.value is not None]
    )
    if len(used) < settings.least or line is None:
        why = f"a line takes {settings.least} figures of one series, and there are {len(used)}"
        return _none(to, NoProjection.TOO_FEW, why)
    return _along(line, used, definition, to, target)


def _year(period: Period, definition: Definition) -> Period:
    return period_on(period.end, definition.calendar, Interval.YEAR)


def _none(to: Period, reason: NoProjection, why: str) -> Projection:
    return Projection(
        to=to,
        method="none",
        value=None,
        judged=None,
        reason=reason,
        on_target=None,
        used=(),
        provisional=(),
        steps=(Step("projection", f"none: {why}"),),
    )


def _along(
    line: Line,
    used: Sequence[Point],
    definition: Definition,
    to: Period,
    target: Decimal | None,
) -> Projection:
    value = line.at(to.end)
    first, last = used[0].period, used[-1].period
    steps = [
        Step("method", "a straight line by least squares, by the last days of periods"),
        Step("figures", f"{len(used)}, from {first.label} to {last.label}"),
        Step("slope", f"{exact_text(line.slope)} a day"),
        Step("projection", f"{exact_text(value)} by {to.end}"),
    ]
    on_target = reaches(value, target, definition)
    if on_target is not None:
        plan = definition.polarity is Polarity.PLAN
        aim = "the green band" if plan or target is None else f"the target of {to_text(target)}"
        steps.append(Step("on target?", f"{aim}: {'yes' if on_target else 'no'}"))
    return Projection(
        to=to,
        method="least-squares",
        value=value,
        judged=round_half_up(value, definition.decimals),
        reason=None,
        on_target=on_target,
        used=tuple(point.period.code for point in used),
        provisional=tuple(point.period.code for point in used if point.provisional),
        steps=tuple(steps),
    )
