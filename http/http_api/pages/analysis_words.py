"""Words of the pages of analysis."""

from policies.pairing import LEAST_PAIRS
from projections.reading.cube_asked import BREAKDOWN

DIMENSION: dict[str, str] = {
    "block": "Blocks",
    "outcome": "Outcomes",
    "indicator": "Indicators",
    "area": "Areas",
    "period": "Periods",
    "year": "Years",
}
MEASURE: dict[str, str] = {
    "value": "Values",
    "status": "Statuses",
    "target": "Targets",
    "rank": "Ranks",
    "numerator": "Numerators",
    "denominator": "Denominators",
    "entries": "How many entries",
}
# How figures were taken together, as a sentence about what they come to ends.
METHOD: dict[str, str] = {
    "sum": "added up",
    "latest": "the latest there is",
    "mean-weighted": "a mean weighted by denominators",
    "mean-plain": "a plain mean, since some have no denominator",
    "ratio-of-sums": "the sum of numerators over the sum of denominators",
}
NO_VALUE: dict[str, str] = {
    "no-figure": "no value",
    "never-added": "cannot be added up",
    "several": "several",
}
NO_CORRELATION: dict[str, str] = {
    "too-few": f"There are fewer than {LEAST_PAIRS} pairs, too few to say whether the two go"
    " together.",
    "all-alike": "All figures of one of the two are alike, so nothing can be said of whether they"
    " go together.",
}
_STRONG, _SOME = 0.7, 0.3  # where words for a correlation change; the number stands beside them


def dimension_words(dimension: str) -> str:
    """What a dimension is called; a breakdown by its own name."""
    return DIMENSION.get(dimension) or f"By {dimension.removeprefix(BREAKDOWN)}"


def together_words(correlation: str) -> str:
    """What a correlation says, in a sentence."""
    told = abs(float(correlation))
    if told < _SOME:
        return "The two hardly go together."
    how = "clearly" if told >= _STRONG else "somewhat"
    if correlation.startswith("-"):
        return f"Where the one is larger, the other is {how} smaller."
    return f"Where the one is larger, the other is {how} larger too."
