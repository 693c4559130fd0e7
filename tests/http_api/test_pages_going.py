"""Where an indicator is going: one sentence on its page, and dots on its chart."""

from collections.abc import Sequence
from datetime import date

import msgspec
import pytest
from browser.judged import find, row

from http_api.charts import draw, specify
from http_api.pages.going import projection_of, told
from http_api.pages.series import chart_of
from policies.periods import parse_code
from projections.answers import StatusRow

FIRST, LAST = date(2013, 4, 1), date(2027, 3, 31)
YEARS = ("FY2021", "FY2022", "FY2023", "FY2024")
GLD = find("gld")


def given(*figures: str | None, target: str | None = None) -> list[StatusRow]:
    """A figure for each year, and a target of the agreement's last."""
    plain = row(GLD, "FY2025", "E10000031")
    years = [*zip(YEARS, figures, strict=False), ("FY2026", None)]
    return [
        msgspec.structs.replace(
            plain,
            period=code,
            period_label=parse_code(code).label,
            judged=figure,
            value=figure,
            marks=(),
            target=target if code == "FY2026" else None,
        )
        for code, figure in years
    ]


def sentence(rows: Sequence[StatusRow]) -> str:
    found = projection_of(GLD.definition, rows, FIRST, LAST)
    return "" if found is None else told(found, GLD.definition)


def test_figures_in_a_line_come_to_where_the_line_goes() -> None:
    said = sentence(given("60", "62", "64", "66", target="69"))
    assert said.startswith("If it went on as in the last 4 figures, it would come to 70")
    assert said.endswith("by 2026/27, which would reach the target.")
    missed = sentence(given("60", "62", "64", "66", target="71"))
    assert missed.endswith("by 2026/27, which would not reach the target.")
    assert sentence(given("60", "62", "64", "66")).endswith("by 2026/27.")


def test_whatever_order_they_come_in_the_last_is_the_last() -> None:
    rows = given("60", "62", "64", "66")
    assert sentence(rows) == sentence(rows[::-1])


def test_too_few_figures_are_no_line_and_the_page_says_so() -> None:
    said = sentence(given("60", "62"))
    assert "There is no projection to 2026/27: a line takes 3 figures of one series" in said


def test_without_a_figure_or_with_that_of_the_last_year_there_is_nothing_to_say() -> None:
    assert "" == sentence(given())
    whole = given("60", "62", "64", "66")
    whole[-1] = msgspec.structs.replace(whole[-1], judged="70")
    assert "" == sentence(whole)


@pytest.mark.parametrize("size", ["wide", "narrow"])
def test_the_chart_leads_to_it_with_dots_and_says_what_they_are(size: str) -> None:
    rows = given("60", "62", "64", "66")
    projection = projection_of(GLD.definition, rows, FIRST, LAST)
    chart = chart_of(GLD.definition, rows, area_name="Rugby", known="now", projection=projection)
    assert "2026/27" == chart.points[-1].period
    picture = draw(chart, "wide" if size == "wide" else "narrow")
    assert "projected" in picture
    assert "projection" in " ".join(specify(chart, "wide")["title"]["subtitle"])
    without = chart_of(GLD.definition, rows, area_name="Rugby", known="now")
    assert "projected" not in draw(without)
