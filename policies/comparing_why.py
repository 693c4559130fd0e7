"""Why an area stands where it does among others: the working of a comparison, in sentences."""

from policies.comparing import Comparison, Placed
from policies.definition import Polarity
from policies.numbers import exact_text, to_text
from policies.rag import Step
from policies.ranking import has_better, less_is_better, measured
from policies.spread import LEAST_FOR_QUARTILES, Quartiles


def working(comparison: Comparison, placed: Placed) -> tuple[Step, ...]:
    """How a place was found: the group, what is better, rank, median, quartile and distance."""
    return (
        Step("group", _group(comparison)),
        Step("areas", _areas(comparison)),
        Step("better", _better(comparison)),
        Step("rank", _rank(comparison, placed)),
        Step("median", _median(comparison)),
        Step("quartile", _quartile(comparison, placed)),
        Step("distance", _distance(comparison, placed)),
    )


def _group(comparison: Comparison) -> str:
    group, members = comparison.group, comparison.compared
    said = f"{group.title}, version {group.version}; "
    if comparison.includes_home:
        added = "" if members.home_listed else ", which does not name it"
        said += f"the home area counts among them{added}"
    else:
        said += "the home area does not count among them"
        said += ", though the list names it" if members.home_listed else ""
    if members.repeated:
        said += f"; named more than once and counted once: {', '.join(members.repeated)}"
    return said


def _areas(comparison: Comparison) -> str:
    missing = comparison.not_ranked
    said = f"{len(comparison.rows)} of {len(comparison.compared.areas)} have a value"
    return f"{said}; without one: {', '.join(missing)}" if missing else said


def _better(comparison: Comparison) -> str:
    definition = comparison.definition
    if not has_better(definition):
        plan = definition.polarity is Polarity.PLAN
        return "none: the plan has no limits" if plan else "none: the indicator is neutral"
    if definition.polarity is Polarity.PLAN:
        return "the smaller distance outside the green band"
    return "smaller" if definition.polarity is Polarity.SMALLER else "bigger"


def _rank(comparison: Comparison, placed: Placed) -> str:
    if placed.rank is None:
        return "none, since no figure is better than another"
    better = placed.rank - 1
    same = len(_equals(comparison, placed))
    said = f"{better} of the others {_are(better)} better, so {placed.rank}"
    return f"{said}, shared with {same}" if same else said


def _equals(comparison: Comparison, placed: Placed) -> list[Placed]:
    """The other areas that are exactly as good."""
    measure = measured(comparison.definition)
    own = measure(placed.value)
    # Whoever stands beside the rows has the rank of the first that is worse: asked for first, it
    # leaves few to be measured.
    same_rank = (row for row in comparison.rows if row.rank == placed.rank)
    return [row for row in same_rank if row.area != placed.area and measure(row.value) == own]


def _median(comparison: Comparison) -> str:
    if comparison.median is None:
        return "none: no area has a value"
    return f"{to_text(comparison.median)} is the middle of {_values(len(comparison.rows))}"


def _quartile(comparison: Comparison, placed: Placed) -> str:
    if comparison.limits is None:
        return f"none: {_values(len(comparison.rows))}, and it takes {LEAST_FOR_QUARTILES}"
    if placed.quartile is None:
        return "none, since no figure is better than another"
    own = to_text(measured(comparison.definition)(placed.value))
    limits = _limits_best_first(comparison.limits, less=less_is_better(comparison.definition))
    sign = "≤" if less_is_better(comparison.definition) else "≥"
    reached = limits[placed.quartile - 1 :]
    if not reached:
        return f"{placed.quartile}: {own} reaches none of {', '.join(limits)}"
    return f"{placed.quartile}: {own} {sign} {reached[0]}, of the limits {', '.join(limits)}"


def _limits_best_first(limits: Quartiles, *, less: bool) -> list[str]:
    rising = [to_text(limit) for limit in (limits.lower, limits.middle, limits.upper)]
    return rising if less else rising[::-1]


def _distance(comparison: Comparison, placed: Placed) -> str:
    found = comparison.distance(placed.value)
    if comparison.median is None or comparison.deviation is None:
        return "none: no area has a value"
    if found is None:
        return "none: the median absolute deviation is 0"
    sums = f"({to_text(placed.value)} − {to_text(comparison.median)})"
    return f"{sums} ÷ {to_text(comparison.deviation)} = {exact_text(found)}"


def _values(count: int) -> str:
    return "1 value" if count == 1 else f"{count} values"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
