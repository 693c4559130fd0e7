"""Where an indicator is going: a projection to the end of its agreement, in words."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from http_api.pages.words import figure
from policies.cell import Mark
from policies.definition import Definition
from policies.numbers import to_text
from policies.periods import Period, parse_code, periods_between
from policies.trend import Point, Projection, TrendSettings, trend
from projections.answers import StatusRow


def projection_of(
    definition: Definition, rows: Sequence[StatusRow], start: date, end: date
) -> Projection | None:
    """Where the figures would come to by the last period of an agreement; None without figures.

    That is the last period of the indicator's kind that ends inside. There is no reason to tell
    of either where a figure of it is known.
    """
    figures = [row for row in rows if row.judged is not None]
    to = _last(definition, start, end)
    if to is None or not figures or max(parse_code(f.period).end for f in figures) >= to.end:
        return None
    targets = {row.period: row.target for row in rows if row.target is not None}
    target = targets.get(to.code)
    points = [
        Point(
            period=parse_code(row.period),
            value=Decimal(row.judged),
            provisional=Mark.PROVISIONAL in row.marks,
        )
        for row in figures
        if row.judged is not None
    ]
    aim = None if target is None else Decimal(target)
    return trend(points, definition, TrendSettings(), to, aim).projection


def _last(definition: Definition, start: date, end: date) -> Period | None:
    asked = definition.calendar, definition.interval, start, end, definition.pooled_years
    return max(periods_between(*asked), key=lambda period: period.end, default=None)


def told(projection: Projection, definition: Definition) -> str:
    """The projection as a sentence; with the target of that period where there is one."""
    by = projection.to.label
    if projection.judged is None:
        (step,) = projection.steps
        return f"There is no projection to {by}: {step.working.removeprefix('none: ')}."
    comes = figure(to_text(projection.judged), definition.unit)
    reached = {
        True: ", which would reach the target",
        False: ", which would not reach the target",
        None: "",
    }[projection.on_target]
    return (
        f"If it went on as in the last {len(projection.used)} figures, it would come to"
        f" {comes} by {by}{reached}."
    )
