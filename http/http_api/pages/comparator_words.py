"""Places among other areas as people write them."""

from collections.abc import Mapping
from decimal import Decimal

import msgspec

from http_api.pages.words import counted, day, number, quantity
from policies.numbers import decimals_of, round_half_up, to_text
from projections.comparator_answers import Band, BandPeriod, ComparedRow, LeagueRow, Standing

BETTER: Mapping[str, str] = {
    "bigger": "Bigger is better",
    "smaller": "Smaller is better",
    "in-band": "Nearer to the green band is better",
    "": "Neither bigger nor smaller is better",
}
NO_QUARTILES: Mapping[str, str] = {
    "too-few": "There are no quartiles: it takes at least four values.",
    "nothing-better": "There are no quartiles: no value is better than another.",
}
QUARTILES: Mapping[int | None, str] = {
    1: "Quartile 1, the best",
    2: "Quartile 2",
    3: "Quartile 3",
    4: "Quartile 4, the worst",
    None: "Without a quartile",
}
NO_PLACE: Mapping[str, str] = {
    "no-value": "the area has no value",
    "no-others": "no other area has a value",
    "too-few": "fewer than four areas have a value",
    "nothing-better": "no value is better than another",
}
CAUSES: Mapping[str, str] = {
    "definition": "The definition is another",
    "setting": "The rules of comparison are others",
    "own-value": "The value of the area is another",
    "others": "Values of other areas are others",
    "group": "The group is another",
}
_ENDS = {1: "1 (best)", 4: "4 (worst)"}
_TENS = {11: "th", 12: "th", 13: "th"}
_UNITS = {1: "st", 2: "nd", 3: "rd"}
DEVIATION_DECIMALS = 2


def rounded(figure: str, decimals: int) -> str:
    """What was worked out from figures, with their decimals, and one more where it lies between.

    With fewer, a limit could seem to be a figure that it is better or worse than.
    """
    finer = round_half_up(Decimal(figure), decimals + 1)
    plain = round_half_up(finer, decimals)
    return to_text(plain if plain == finer else finer)


def rounded_band(band: Band, decimals: int) -> Band:
    """Where others lie, period by period, as people read it."""

    def shown(period: BandPeriod) -> BandPeriod:
        lower, upper = (
            None if limit is None else rounded(limit, decimals)
            for limit in (period.lower, period.upper)
        )
        median = rounded(period.median, decimals)
        return msgspec.structs.replace(period, lower=lower, median=median, upper=upper)

    return msgspec.structs.replace(band, periods=tuple(map(shown, band.periods)))


def median_of(row: LeagueRow) -> str:
    """The median beside an area's value, as that is written; as it is where there is none."""
    if row.median is None or row.value is None:
        return row.median or ""
    return rounded(row.median, decimals_of(Decimal(row.value)))


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 11th, 112th."""
    return f"{place:,}{_TENS.get(place % 100) or _UNITS.get(place % 10, 'th')}"


def quartile_words(quartile: int) -> str:
    """A quartile, and which end the first and the last are."""
    return _ENDS.get(quartile, str(quartile))


def deviations(distance: str) -> str:
    """A distance with its sign, to two decimals."""
    rounded = round_half_up(Decimal(distance), DEVIATION_DECIMALS)
    return f"{'+' if rounded > 0 else ''}{number(to_text(rounded))}"


def released(row: ComparedRow) -> str:
    """When a figure was released; of the agreement's own, whether it is signed off."""
    if row.own:
        return f"own value, {'signed off' if row.signed_off else 'not signed off'}"
    if row.source.released_on is None:
        return f"recorded {day(row.source.recorded_at)}"
    return day(row.source.released_on)


def standing_words(standing: Standing, unit: str, decimals: int) -> str:
    """Where an area stands at a moment: its figure, rank and quartile, and the median."""
    if standing.value is None:
        return f"no value, among {counted(standing.ranked, 'area')}"
    said = [quantity(standing.value, unit)]
    if standing.rank is not None:
        said.append(f"rank {standing.rank} of {counted(standing.ranked, 'area')}")
    if standing.quartile is not None:
        said.append(f"quartile {quartile_words(standing.quartile)}")
    if standing.median is not None:
        said.append(f"median {number(rounded(standing.median, decimals))}")
    return ", ".join(said)
