"""Write the demonstration's targets.csv by one rule. Run as a module, like make_indicators.

The rule, as pages show it, is the script's TARGET_RULE. No body ever agreed these targets.
"""

import csv
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from statistics import median

from http_api.demonstration.make_indicators import NOW
from http_api.demonstration.make_slice import HOME, VINTAGES, neighbours, rows_of
from http_api.demonstration.published import DATA, Figure, Key, figures
from policies.definition import Polarity
from policies.numbers import round_half_up, to_text
from policies.periods import Calendar, Interval, Period, periods_between

HERE = Path(__file__).parent
START, END = date(2022, 4, 1), date(2027, 3, 31)  # of the agreement
HOME_CODE = "E10000031"
FEWEST = 5  # neighbours with a figure, for a median to stand on
WITHOUT_TARGET = {  # code → why
    "InfMort": "a few deaths more or less a year move the rate past any margin",
    "ReoffYO": "the group is small and many of its figures are not published",
    "YJS_Caution-Sentence10-17": "the series was replaced by another in 2026",
}
DESIGNATED = frozenset({"CPPlans2yrs", "PrevRegCPR", "CareLeaverEET", "16-17NEET", "FirstYJS"})
STRETCH = {"LACDental": "FY2024", "LACStable_2016on": "FY2024"}  # code → the period paid on
THIRD_BEST = 2  # of the neighbours, from the best: the performance with the stretch
FIELDS = (
    "indicator", "area", "period", "level", "kind", "baseline",
    "performance_without", "performance_with",
)  # fmt: skip
Vintage = Mapping[Key, Figure]


def neighbours_before(
    measure: str, period: Period, areas: Iterable[str], vintage: Vintage
) -> list[Fraction]:
    """The neighbours' figures for the last period before this one that enough of them have."""
    earlier = {key.period for key in vintage if key.measure == measure and key.period < period}
    areas = tuple(areas)
    for before in sorted(earlier, reverse=True):
        found = [_value(vintage, Key(measure, area, before)) for area in areas]
        values = [Fraction(value) for value in found if value is not None]
        if len(values) >= FEWEST:
            return values
    return []


def _value(vintage: Vintage, key: Key) -> Decimal | None:
    figure = vintage.get(key)
    return figure.value if figure else None


def _rows(row: Mapping[str, str], measure: str, vintage: Vintage) -> Iterable[dict[str, str]]:
    """The targets of one indicator, for every period that ends within the agreement."""
    calendar, interval = Calendar(row["calendar"]), Interval(row["interval"])
    periods = periods_between(calendar, interval, START, END)
    baseline = _value(vintage, Key(measure, HOME, periods[0].previous()))
    decimals = int(row["decimals"])
    for period in periods:
        values = neighbours_before(measure, period, neighbours(DATA), vintage)
        if not values:
            continue
        usual = to_text(round_half_up(median(values), decimals))
        stretched = STRETCH.get(row["code"]) == period.code
        best = sorted(values, reverse=row["polarity"] == Polarity.BIGGER)[THIRD_BEST]
        reached = to_text(round_half_up(best, decimals))
        local = "designated" if row["code"] in DESIGNATED else "local"
        yield {
            "indicator": row["code"],
            "area": HOME_CODE,
            "period": period.code,
            "level": reached if stretched else usual,
            "kind": "stretch" if stretched else local,
            "baseline": "" if baseline is None else to_text(baseline),
            "performance_without": usual if stretched else "",
            "performance_with": reached if stretched else "",
        }


def make() -> list[dict[str, str]]:
    """Every target."""
    vintage = figures(VINTAGES[0])
    measures = {ours["code"]: ours["key"] for ours in rows_of(HERE / "measures.csv")}
    return [
        target
        for row in rows_of(NOW)
        if row["polarity"] != Polarity.NEUTRAL and row["code"] not in WITHOUT_TARGET
        for target in _rows(row, measures[row["code"]], vintage)
    ]


def main() -> None:
    """Write the file, and the one that stands in for it before the targets were agreed."""
    for name, rows in (("targets.csv", make()), ("targets_none_yet.csv", [])):
        with (HERE / name).open("w", encoding="utf-8", newline="") as text:
            writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)


if __name__ == "__main__":
    main()
