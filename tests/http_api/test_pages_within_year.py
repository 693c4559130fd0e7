"""The year so far beside what was expected by then."""

from decimal import Decimal

import pytest
from browser.built import BuiltReader
from browser.indicators import HOME
from browser.judged import find
from msgspec.structs import replace

from http_api.pages.reader import ClocksAsked
from http_api.pages.series import SeriesRow, series_rows
from http_api.pages.within_year import SoFar, years_so_far
from policies.definition import Basis
from policies.periods import Interval

QUARTERS = find("absence").definition


def series() -> tuple[SeriesRow, ...]:
    """Sixteen quarters with a value of about 20 and a target of about 15 each, the latest first."""
    reader, asked = BuiltReader(), ClocksAsked()
    rows = reader.status_series("warwickshire", "absence", asked, area=HOME)
    entries = reader.values("warwickshire", "absence", asked, area=HOME).values
    return series_rows(rows, entries)


def of(basis: Basis, given: tuple[SeriesRow, ...], since: str | None = None) -> dict[str, SoFar]:
    """The years so far under a basis, by period."""
    found = years_so_far(given, replace(QUARTERS, basis=basis), retired_from=since)
    return {each.row.period: each for each in found}


def test_a_count_is_added_up_and_so_is_what_was_expected() -> None:
    found = of(Basis.DISCRETE, series())
    first, last = found["FY2021-Q1"], found["FY2021-Q4"]

    assert (first.row.judged, first.row.target) == (first.so_far, first.expected)
    values = [found[f"FY2021-Q{n}"].row.judged or "" for n in range(1, 5)]
    targets = [found[f"FY2021-Q{n}"].row.target or "" for n in range(1, 5)]
    assert sum(map(Decimal, values)) == Decimal(last.so_far or "")
    assert sum(map(Decimal, targets)) == Decimal(last.expected or "")
    assert found["FY2022-Q1"].row.judged == found["FY2022-Q1"].so_far, "a year begins anew"


def test_a_period_without_a_figure_is_named_and_one_without_a_target_leaves_nothing_expected() -> (
    None
):
    without = [
        SeriesRow(replace(each.row, judged=None, target=None), None)
        if each.row.period == "FY2021-Q2"
        else each
        for each in series()
    ]
    found = of(Basis.DISCRETE, tuple(without))

    assert "FY2021-Q2" not in found
    assert ("Q2 2021/22", None) == (found["FY2021-Q4"].without, found["FY2021-Q4"].expected)
    assert ("", found["FY2021-Q1"].row.target) == (
        found["FY2021-Q1"].without,
        found["FY2021-Q1"].expected,
    )


def test_a_retired_period_is_not_missed_in_its_year() -> None:
    """What was recorded of a later one still ends the year so far: nothing is lacking before it."""
    given = tuple(
        SeriesRow(replace(each.row, judged=None), None)
        if each.row.period in ("FY2021-Q2", "FY2021-Q3")
        else each
        for each in series()
    )
    found, retired = of(Basis.DISCRETE, given), of(Basis.DISCRETE, given, since="FY2021-Q3")

    assert "Q2 2021/22 and Q3 2021/22" == found["FY2021-Q4"].without
    assert "Q2 2021/22" == retired["FY2021-Q4"].without


def test_percentages_are_never_added_up() -> None:
    """Without their parts there is no year so far, and of a mean it says which."""
    bare = tuple(
        SeriesRow(one.row, one.entry and replace(one.entry, numerator=None, denominator=None))
        for one in series()
    )
    ratio, mean = of(Basis.RATIO, series()), of(Basis.AVERAGE, bare)

    assert {} == of(Basis.RATIO, bare)
    assert "mean-plain" == mean["FY2021-Q4"].method
    assert ("ratio-of-sums", "14.6") == (ratio["FY2021-Q4"].method, ratio["FY2021-Q4"].so_far)
    assert ratio["FY2021-Q4"].row.target == ratio["FY2021-Q4"].expected


@pytest.mark.parametrize("basis", [Basis.CUMULATIVE, Basis.SNAPSHOT, Basis.ROLLING])
def test_nothing_is_told_where_the_figure_is_that_of_the_year_so_far(basis: Basis) -> None:
    assert {} == of(basis, series())


def test_nothing_is_told_of_a_yearly_indicator() -> None:
    yearly = replace(QUARTERS, interval=Interval.YEAR, basis=Basis.DISCRETE)

    assert () == years_so_far(series(), yearly, retired_from=None)
