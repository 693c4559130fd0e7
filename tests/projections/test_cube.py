"""Laying out figures: by which dimensions, with what in each cell, and what cannot be laid out."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from histories import (
    AGREEMENT,
    HOME,
    SHEET,
    Ledger,
    Story,
    definition,
    ledger,
    opening,
    reading,
    taken_in,
)
from servers import Server

from ledger.agreement.events import Area, RagPolicyAdopted
from ledger.engine import Connection
from ledger.indicator.events import Entry, IndicatorDefined, IndicatorRetired, Target
from policies.definition import Basis
from policies.periods import Interval
from policies.rag import RagSettings
from policies.refusals import (
    Refusal,
    UnknownArea,
    UnknownBlock,
    UnknownBreakdown,
    UnknownIndicator,
    UnknownOutcome,
    UnknownPeriod,
    UnsuitableCube,
)
from projections.catch_up import catch_up
from projections.cube_answers import Cube
from projections.drill_down_answers import DrillDown
from projections.pair_answers import Pairs
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked, read_drill_down
from projections.reading.pairs import read_pairs

MAY = datetime(2024, 5, 15, 9, 30, tzinfo=UTC)
NORTH, SOUTH = "E07000218", "E07000219"
JULY = datetime(2024, 7, 5, 12, tzinfo=UTC)


def told() -> Story:
    """A county of two districts: I1 is a yearly count, I2 a ratio, I3 has no value.
    One figure of the ratio came without its parts, as a publisher may give it."""
    story = opening("I1", "I2", "I3", start=MAY, days_between=1)
    story.structure(
        msgspec.structs.replace(
            SHEET,
            areas=(
                Area(HOME, "Warwickshire"),
                Area(NORTH, "North", within=HOME),
                Area(SOUTH, "South", within=HOME),
            ),
        ),
        RagPolicyAdopted(
            version="1",
            effective_from=date(2022, 4, 1),
            settings=RagSettings(amber_margin=Decimal("0.1"), least_coverage=Decimal("0.6")),
        ),
    )
    counted = definition("I1", basis=Basis.DISCRETE, interval=Interval.YEAR, decimals=0, unit="")
    story.indicator("I1", IndicatorDefined(agreement=AGREEMENT, code="I1", definition=counted))
    for area, level in ((HOME, 100), (NORTH, 40)):
        story.target("I1", Target(area=area, period="FY2023", level=Decimal(level)))
    for area, period, value in (
        (HOME, "FY2022", 80),
        (HOME, "FY2023", 95),
        (NORTH, "FY2022", 30),
        (NORTH, "FY2023", 30),
        (SOUTH, "FY2023", 57),
    ):
        story.submit("I1", Entry(period=period, area=area, value=Decimal(value)))
    for sex, value in (("F", 50), ("M", 40)):
        entry = Entry(period="FY2023", area=HOME, breakdown={"sex": sex}, value=Decimal(value))
        story.submit("I1", entry)
    for area, above, below in ((HOME, 30, 60), (NORTH, 10, 40)):
        entry = Entry(
            period="FY2023", area=area, numerator=Decimal(above), denominator=Decimal(below)
        )
        story.submit("I2", entry)
    story.submit("I2", Entry(period="FY2022", area=SOUTH, value=Decimal("40")))
    return story


@pytest.fixture(scope="module")
def answers(embedded_server: Server) -> Iterator[tuple[Connection, ResolvedClocks]]:
    """The answers to the story, at July of the year after."""
    with embedded_server.fresh_database() as url:
        with ledger(url) as written:
            written.write(told())
        catch_up(url)
        with reading(url) as connection:
            yield connection, resolve(connection, "now", "now", JULY)


Answers = tuple[Connection, ResolvedClocks]


def cube(answers: Answers, **asked: Any) -> Cube:
    connection, clocks = answers
    return read_cube(connection, AGREEMENT, clocks, CubeAsked(**asked))


def drilled(answers: Answers, **asked: Any) -> DrillDown:
    connection, clocks = answers
    return read_drill_down(connection, AGREEMENT, clocks, DrillAsked(**asked))


def paired(answers: Answers, across: str = "I1", up: str = "I2", **asked: Any) -> Pairs:
    connection, clocks = answers
    return read_pairs(connection, AGREEMENT, clocks, across, up, **asked)


def written(answer: Cube) -> list[list[str]]:
    """The table as a person reads it: a line of names, then a line for each row."""
    lines = [["", *(column.name for column in answer.columns)]]
    for row in answer.rows:
        told = ["" if cell is None else cell.value or cell.reason or "" for cell in row.cells]
        lines.append([row.name, *told])
    return lines


def test_figures_lie_by_area_and_period_in_the_order_people_know(answers: Answers) -> None:
    assert [
        ["", "2022/23", "2023/24"],
        ["Warwickshire", "80", "95"],
        ["North", "30", "30"],
        ["South", "", "57"],
    ] == written(cube(answers, rows="area", columns="period", indicators=("I1",)))


def test_a_district_is_in_the_figure_of_its_county_already(answers: Answers) -> None:
    """Together are the outermost of the areas that are asked for; a total is of these too."""
    every = cube(answers, rows="indicator", columns="period", indicators=("I1",), areas=("*",))
    assert [["", "2022/23", "2023/24"], ["Indicator I1", "80", "95"]] == written(every)
    assert ["Warwickshire"] == [area.name for area in every.areas]
    apart = cube(
        answers, rows="period", columns="area", indicators=("I1",), areas=("*",), totals=True
    )
    assert ["80", "95"] == [row.total.value for row in apart.rows if row.total]
    districts = cube(answers, rows="period", columns="area", indicators=("I1",),
                     areas=(NORTH, SOUTH), totals=True)  # fmt: skip
    assert [("30", True), ("87", False)] == [
        (row.total.value, row.total.partial) for row in districts.rows if row.total
    ]


def test_areas_taken_together_say_how_and_which_are_missing(answers: Answers) -> None:
    answer = cube(answers, rows="period", columns="indicator", areas=(NORTH, SOUTH))
    assert [
        ["", "Indicator I2", "Indicator I1"],
        ["2022/23", "no-figure", "30"],
        ["2023/24", "25.0", "87"],
    ] == written(answer)
    of_2022, of_2023 = (row.cells[1] for row in answer.rows)
    assert of_2022 is not None and of_2023 is not None
    assert ("sum", True, (SOUTH,)) == (of_2022.method, of_2022.partial, of_2022.missing_areas)
    assert ("sum", False, ()) == (of_2023.method, of_2023.partial, of_2023.missing_areas)
    ratio = answer.rows[1].cells[0]
    assert ratio is not None and "ratio-of-sums" == ratio.method


def test_a_breakdown_stands_beside_the_whole(answers: Answers) -> None:
    answer = cube(
        answers, rows="breakdown.sex", columns="period", indicators=("I1",), periods=("FY2023",)
    )
    assert [["", "2023/24"], ["All", "95"], ["F", "50"], ["M", "40"]] == written(answer)
    fixed = cube(answers, rows="area", columns="period", indicators=("I1",), breakdown="sex=F")
    assert [["", "2023/24"], ["Warwickshire", "50"]] == written(fixed)


def test_statuses_are_counted_and_one_alone_is_told(answers: Answers) -> None:
    answer = cube(answers, rows="area", columns="indicator", measure="status", totals=True)
    shown = {row.code: row for row in answer.rows}
    county, north = shown[HOME].cells[1], shown[NORTH].cells[1]
    assert county is not None and north is not None
    assert ("amber", {"amber": 1}, "FY2023") == (county.value, county.counts, county.period)
    assert ("red", {"red": 1}) == (north.value, north.counts)
    assert answer.totals[1] is not None
    assert {"amber": 1, "red": 1, "no-target": 1} == answer.totals[1].counts
    assert "several" == answer.totals[1].reason
    total = shown[HOME].total
    assert total is not None and {"amber": 1, "no-target": 1} == total.counts


def test_targets_are_of_one_area_and_ranks_among_those_beside_it(answers: Answers) -> None:
    asked: dict[str, Any] = {"rows": "area", "columns": "indicator", "periods": ("FY2023",)}
    assert [
        ["", "Indicator I2", "Indicator I1"],
        ["Warwickshire", "no-figure", "100"],
        ["North", "no-figure", "40"],
        ["South", "", "no-figure"],
    ] == written(cube(answers, measure="target", **asked))
    ranks = cube(answers, measure="rank", areas=(NORTH, SOUTH), **asked)
    assert [
        ["", "Indicator I2", "Indicator I1"],
        ["North", "1", "2"],
        ["South", "", "1"],
    ] == written(ranks)


def test_without_periods_each_shows_its_latest(answers: Answers) -> None:
    answer = cube(answers, rows="indicator", columns="area")
    assert [
        ["", "Warwickshire", "North", "South"],
        ["Indicator I2", "50.0", "25.0", "40.0"],
        ["Indicator I1", "95", "30", "57"],
    ] == written(answer)
    last = answer.rows[0].cells[-1]
    assert last is not None and "FY2022" == last.period


def test_what_cannot_be_added_up_lacks_no_period_either(embedded_server: Server) -> None:
    """A snapshot of two areas has no sum, whatever quarters of the year have come."""
    story = opening("I1", start=MAY, days_between=1)
    areas = (Area(HOME, "Warwickshire"), Area(NORTH, "North"))
    story.structure(msgspec.structs.replace(SHEET, areas=areas))
    snapshot = definition("I1", basis=Basis.SNAPSHOT, interval=Interval.QUARTER)
    story.indicator("I1", IndicatorDefined(agreement=AGREEMENT, code="I1", definition=snapshot))
    for area in (HOME, NORTH):
        story.submit("I1", Entry(period="FY2023-Q2", area=area, value=Decimal(5)))
    with embedded_server.fresh_database() as url:
        with ledger(url) as written:
            written.write(story)
        catch_up(url)
        with reading(url) as connection:
            at_july = (connection, resolve(connection, "now", "now", JULY))
            together = cube(at_july, columns="year", areas=("*",)).rows[0].cells[0]
            alone = cube(at_july, columns="year", areas=(HOME,)).rows[0].cells[0]
    assert together is not None
    assert alone is not None
    assert ("never-added", (), False) == (
        together.reason, together.missing_periods, together.partial
    )  # fmt: skip
    assert ("FY2023-Q1", "FY2023-Q3", "FY2023-Q4") == alone.missing_periods


def test_entries_of_blocks_add_up(answers: Answers) -> None:
    answer = cube(answers, rows="block", columns="year", measure="entries", areas=("*",))
    assert [
        ["", "2022/23", "2023/24"],
        ["Stay safe", "1", "2"],
        ["Be healthy", "2", "3"],
    ] == written(answer)


@pytest.mark.parametrize(
    ("asked", "refusal", "told"),
    [
        ({"rows": "colour"}, UnsuitableCube, "cannot be laid out"),
        ({"rows": "breakdown."}, UnsuitableCube, "cannot be laid out"),
        ({"rows": "area", "columns": "area"}, UnsuitableCube, "are the same"),
        ({"rows": "year", "columns": "period"}, UnsuitableCube, "not both"),
        ({"measure": "beauty"}, UnsuitableCube, "is no measure"),
        ({"rows": "block"}, UnsuitableCube, "several indicators together"),
        (
            {"columns": "year", "measure": "target", "areas": ("*",)},
            UnsuitableCube,
            "is of one area",
        ),
        ({"measure": "status", "breakdown": "sex=F"}, UnsuitableCube, "of whole figures"),
        ({"indicators": ("I9",)}, UnknownIndicator, "I9"),
        ({"blocks": ("none",)}, UnknownBlock, "none"),
        ({"outcomes": ("none",)}, UnknownOutcome, "none"),
        ({"areas": ("E1",)}, UnknownArea, "E1"),
        ({"periods": ("soon",)}, UnknownPeriod, "soon"),
        ({"breakdown": "sex"}, UnknownBreakdown, "sex"),
    ],
)
def test_what_cannot_be_laid_out_is_refused_with_what_to_do(
    answers: Answers, asked: dict[str, Any], refusal: type[Refusal], told: str
) -> None:
    with pytest.raises(refusal, match=told):
        cube(answers, **asked)


def test_an_indicator_has_its_areas_their_shares_and_what_they_come_to(answers: Answers) -> None:
    answer = drilled(answers, indicator="I1")
    assert ["A partnership", "Be healthy", "Homes"] == [above.name for above in answer.trail]
    assert answer.row is not None
    assert ("FY2023", "amber") == (answer.period, answer.row.status)
    assert [("North", "red", "0.315789473684"), ("South", None, "0.6")] == [
        (each.name, each.row.status, each.share) for each in answer.areas
    ]
    together = answer.together
    assert together is not None
    assert ("87", "sum", "95", "100") == (
        together.figure.value,
        together.figure.method,
        together.own,
        together.target,
    )
    assert (2, 2, "red") == (together.expected, together.counted, together.status)


def test_the_areas_of_a_retired_period_come_to_as_much_and_are_not_judged(
    written: tuple[str, Ledger, Connection],
) -> None:
    reader = taken_in(written, told().indicator("I1", IndicatorRetired(from_period="FY2023")))
    answer = drilled((reader, resolve(reader, "now", "now", JULY)), indicator="I1", period="FY2023")
    together = answer.together
    assert together is not None
    assert ("87", 2, 2) == (together.figure.value, together.expected, together.counted)
    told_of = {(each.row.status, each.row.reason) for each in answer.areas}
    assert {(None, "retired")} == {(together.status, together.reason), *told_of}


def test_what_too_few_areas_come_to_is_not_judged(answers: Answers) -> None:
    together = drilled(answers, indicator="I2").together
    assert together is not None
    assert (1, 2, None, "least-coverage", (SOUTH,)) == (
        together.counted,
        together.expected,
        together.status,
        together.reason,
        together.figure.missing_areas,
    )


def test_a_figure_has_its_parts_and_says_what_they_leave(answers: Answers) -> None:
    answer = drilled(answers, indicator="I1")
    (by_sex,) = answer.breakdowns
    assert ("sex", "5") == (by_sex.dimension, by_sex.rest)
    assert [("F", "50", "0.526315789474"), ("M", "40", "0.421052631579")] == [
        (part.code, part.value, part.share) for part in by_sex.parts
    ]
    chosen = drilled(answers, indicator="I1", breakdown="sex=F")
    assert chosen.figure is not None and "50" == chosen.figure.value
    assert () == chosen.breakdowns


def test_a_district_has_the_same_view_and_says_what_it_is_within(answers: Answers) -> None:
    answer = drilled(answers, indicator="I1", area=NORTH)
    assert answer.row is not None
    assert ("red", ["Warwickshire"]) == (answer.row.status, [each.name for each in answer.around])
    assert ((), None) == (answer.areas, answer.together)
    board = drilled(answers, area=NORTH)
    assert board.basket is not None and 1 == board.basket.counts["red"]


def test_the_agreement_a_block_and_an_outcome_are_judged_together(answers: Answers) -> None:
    whole = drilled(answers)
    assert ("agreement", ()) == (whole.level, whole.trail)
    assert ["Stay safe", "Be healthy"] == [each.title for each in whole.baskets]
    block = drilled(answers, block="well")
    assert ("block", ["Homes"]) == (block.level, [each.title for each in block.baskets])
    outcome = drilled(answers, outcome="homes")
    assert ["I1", "I3"] == [row.indicator for row in outcome.rows]
    assert outcome.basket is not None and 1 == outcome.basket.counts["amber"]
    members = sum(len(each.members) for each in whole.baskets)
    assert whole.basket is not None and len(whole.basket.members) == members
    for wrong, refusal in (({"block": "x"}, UnknownBlock), ({"outcome": "x"}, UnknownOutcome)):
        with pytest.raises(refusal):
            drilled(answers, **wrong)


def test_two_indicators_are_held_against_each_other_over_areas_and_periods(
    answers: Answers,
) -> None:
    over_areas = paired(answers)
    assert "FY2023" == over_areas.period
    assert [("Warwickshire", "95", "50.0"), ("North", "30", "25.0")] == [
        (pair.name, pair.across, pair.up) for pair in over_areas.pairs
    ]
    assert [("South", "I2")] == [(each.name, each.lacking) for each in over_areas.unpaired]
    assert (None, "too-few") == (over_areas.correlation, over_areas.no_correlation)
    over_time = paired(answers, over="period")
    assert (HOME, None) == (over_time.area, over_time.period)
    assert [("2023/24", "95", "50.0")] == [(p.name, p.across, p.up) for p in over_time.pairs]
    assert [("2022/23", "I2")] == [(each.name, each.lacking) for each in over_time.unpaired]
    with pytest.raises(UnsuitableCube, match="choose two"):
        paired(answers, "I1", "I1")


def test_without_a_year_in_common_nothing_is_paired(answers: Answers) -> None:
    answer = paired(answers, "I1", "I3")
    assert ((), None) == (answer.pairs, answer.period)
