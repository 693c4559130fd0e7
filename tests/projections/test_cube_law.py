"""A cube is what the rules of adding up say of the same entries, one by one."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import hypothesis.strategies as st
import msgspec
from histories import (
    AGREEMENT,
    SHEET,
    Ledger,
    Story,
    definition,
    empty,
    opening,
)
from hypothesis import given

from ledger.agreement.events import Area
from ledger.engine import Connection
from ledger.indicator.events import Entry, IndicatorDefined, ValuesSubmitted
from ledger.indicator.figures import figure_of
from policies.definition import Basis, Definition
from policies.numbers import exact_text, round_half_up, to_text
from policies.periods import Interval, parse_code
from policies.sums import Method, across
from policies.year_to_date import Part, RollUp, roll_up, year_to_date
from projections.catch_up import catch_up
from projections.cube_answers import Cube, CubeCell
from projections.reading.clocks import resolve
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked

AREAS = ("E10000031", "E07000218", "E07000219", "E07000220")
QUARTERS = tuple(f"FY{year}-Q{quarter}" for year in (2023, 2024) for quarter in (1, 2, 3, 4))
SEXES = ("", "sex=F", "sex=M")
NUMBERS = st.decimals(0, 1000, places=2)
DENOMINATORS = st.decimals("0.01", 1000, places=2)  # zero is refused, and never recorded
NOW = parse_code("FY2025").end

Key = tuple[str, str, str]  # area, period, breakdown


class Recorded(NamedTuple):
    """An indicator and all that is recorded of it."""

    definition: Definition
    entries: Mapping[Key, Entry]


@st.composite
def recorded(draw: st.DrawFn) -> Recorded:
    """Entries of one indicator on any basis: with values, with parts, with neither."""
    basis = draw(st.sampled_from(Basis))
    parts = basis is Basis.RATIO or draw(st.booleans())
    words = {"numerator": "those", "denominator": "all"} if parts else {}
    interval = Interval.YEAR if basis in (Basis.ANNUAL, Basis.SURVEY) else Interval.QUARTER
    periods = ("FY2023", "FY2024") if interval is Interval.YEAR else QUARTERS
    keys = st.tuples(st.sampled_from(AREAS), st.sampled_from(periods), st.sampled_from(SEXES))
    entries = {}
    for area, period, breakdown in draw(st.sets(keys, min_size=1, max_size=24)):
        told: dict[str, Any] = {"provisional": draw(st.booleans())}
        if draw(st.integers(0, 9)) == 0:
            told["missing"] = "suppressed"
        elif parts and draw(st.integers(0, 4)):  # else a value alone, as a publisher may give it
            told |= {"numerator": draw(NUMBERS), "denominator": draw(DENOMINATORS)}
        else:
            weight = st.one_of(st.none(), DENOMINATORS) if basis is Basis.AVERAGE else st.none()
            told |= {"value": draw(NUMBERS), "denominator": draw(weight)}
        codes = dict([breakdown.split("=")]) if breakdown else {}
        entries[area, period, breakdown] = Entry(period=period, area=area, breakdown=codes, **told)
    changes: dict[str, Any] = {"basis": basis, "interval": interval, "decimals": 3, **words}
    return Recorded(definition("I1", multiplier=Decimal(100), **changes), entries)


def story_of(what: Recorded) -> Story:
    story = opening("I1", days_between=1)
    story.structure(
        msgspec.structs.replace(SHEET, areas=tuple(Area(code, f"Area {code}") for code in AREAS))
    )
    story.indicator(
        "I1", IndicatorDefined(agreement=AGREEMENT, code="I1", definition=what.definition)
    )
    return story.indicator("I1", ValuesSubmitted(entries=tuple(what.entries.values())))


def part_of(what: Recorded, key: Key) -> Part:
    entry, period = what.entries.get(key), parse_code(key[1])
    if entry is None:
        return Part(period=period)
    return Part(
        period=period,
        value=figure_of(entry, what.definition),
        numerator=entry.numerator,
        denominator=entry.denominator,
    )


def rolled_up(what: Recorded, period: str, breakdown: str) -> tuple[RollUp, Part]:
    """All areas together in one period, and what that hands on to the year."""
    parts = {area: part_of(what, (area, period, breakdown)) for area in AREAS}
    found = roll_up(parts, what.definition)
    weights = [one.denominator for one in parts.values() if one.denominator is not None]
    numerators = [one.numerator for one in parts.values() if one.numerator is not None]
    figures = [one for one in parts.values() if one.value is not None]
    whole = bool(numerators) or len(figures) == len(weights)
    part = Part(
        period=parse_code(period),
        value=found.value,
        numerator=sum(numerators, Decimal(0)) if numerators else None,
        denominator=sum(weights, Decimal(0)) if weights and whole else None,
    )
    return found, part


def shown(figure: Any, what: Recorded) -> str | None:
    return None if figure is None else to_text(round_half_up(figure, what.definition.decimals))


def cells(cube: Cube) -> dict[tuple[str, str], CubeCell]:
    return {
        (row.code, column.code): cell
        for row in cube.rows
        for column, cell in zip(cube.columns, row.cells, strict=True)
        if cell is not None
    }


@given(what=recorded(), data=st.data())
def test_a_cube_adds_up_as_the_rules_do(
    written: tuple[str, Ledger, Connection], what: Recorded, data: st.DataObject
) -> None:
    """Over areas, over the year, over both, of each part; and no entry is lost."""
    url, owner, reader = written
    empty(owner)
    owner.write(story := story_of(what))
    catch_up(url)
    clocks = resolve(reader, "now", "now", story.at)

    def cube(**asked: Any) -> Cube:
        return read_cube(reader, AGREEMENT, clocks, CubeAsked(**asked))

    periods = sorted({period for _, period, _ in what.entries})
    breakdown = data.draw(st.sampled_from(SEXES))
    there = {key: entry for key, entry in what.entries.items() if key[2] == breakdown}

    apart = cells(cube(rows="area", columns="period", breakdown=breakdown))
    assert {
        (area, period): shown(part_of(what, (area, period, breakdown)).value, what)
        for area, period, _ in there
    } == {at: cell.value for at, cell in apart.items()}

    together = cells(cube(columns="period", areas=("*",), breakdown=breakdown))
    assert sorted({period for _, period, _ in there}) == sorted(period for _, period in together)
    for (_, period), cell in together.items():
        found, _ = rolled_up(what, period, breakdown)
        never = across(what.definition) == "none"
        assert shown(found.value, what) == cell.value
        assert (found.method if found.value is not None else "") == cell.method
        lacking = ((), False) if never else (found.missing, found.partial)
        assert lacking == (tuple(sorted(cell.missing_areas)), cell.partial)

    yearly = cells(cube(columns="year", areas=("*",), breakdown=breakdown))
    for (_, year), cell in yearly.items():
        parts = [
            rolled_up(what, period, breakdown)[1]
            for period in sorted({key[1] for key in there})
            if period.startswith(year)
        ]
        told = year_to_date(parts, what.definition, clocks.today)
        missing = () if cell.reason == "never-added" else told.missing
        assert (shown(told.value, what), missing) == (cell.value, cell.missing_periods)
        method: Method | str = told.method if told.value is not None else ""
        assert method == cell.method

    counted = cube(rows="area", columns="breakdown.sex", measure="entries", totals=True)
    every = sum(int(cell.value or 0) for cell in cells(counted).values())
    assert len(what.entries) == every
    assert every == sum(int(row.total.value or 0) for row in counted.rows if row.total)
    assert every == sum(int(total.value or 0) for total in counted.totals if total)
    with_figure = [entry for entry in what.entries.values() if not entry.missing]
    assert sum(entry.provisional for entry in with_figure) == sum(
        cell.provisional for cell in cells(counted).values()
    )
    assert len(with_figure) == sum(cell.unsigned for cell in cells(counted).values())
    assert set(periods) >= {cell.period for cell in apart.values()}


@given(what=recorded())
def test_a_total_of_areas_is_their_roll_up_and_a_cell_says_what_it_is_of(
    written: tuple[str, Ledger, Connection], what: Recorded
) -> None:
    url, owner, reader = written
    empty(owner)
    owner.write(story := story_of(what))
    catch_up(url)
    clocks = resolve(reader, "now", "now", story.at)
    asked = CubeAsked(rows="period", columns="area", totals=True)
    totals = {row.code: row.total for row in read_cube(reader, AGREEMENT, clocks, asked).rows}
    for period in {period for _, period, breakdown in what.entries if not breakdown}:
        total = totals[period]
        assert total is not None
        assert shown(rolled_up(what, period, "")[0].value, what) == total.value
    above = CubeAsked(rows="area", columns="period", measure="numerator")
    for (area, period), cell in cells(read_cube(reader, AGREEMENT, clocks, above)).items():
        entry = what.entries[area, period, ""]
        expected = None if entry.numerator is None else exact_text(entry.numerator)
        assert expected == cell.value


def test_a_value_that_came_without_its_numerator_still_weighs(
    written: tuple[str, Ledger, Connection],
) -> None:
    """Of an average in parts: 10 of 20, which is 50%, beside a value of 80% that weighs 60."""
    url, owner, reader = written
    empty(owner)
    quarter, (north, south) = QUARTERS[0], AREAS[:2]
    parts = Entry(period=quarter, area=north, numerator=Decimal(10), denominator=Decimal(20))
    alone = Entry(period=quarter, area=south, value=Decimal(80), denominator=Decimal(60))
    entries = {(one.area, quarter, ""): one for one in (parts, alone)}
    mean = definition(
        "I1",
        multiplier=Decimal(100),
        basis=Basis.AVERAGE,
        interval=Interval.QUARTER,
        decimals=1,
        numerator="those",
        denominator="all",
    )
    owner.write(story := story_of(Recorded(mean, entries)))
    catch_up(url)
    clocks = resolve(reader, "now", "now", story.at)
    asked = CubeAsked(columns="period", areas=("*",))
    [cell] = cells(read_cube(reader, AGREEMENT, clocks, asked)).values()
    assert ("72.5", "mean-weighted") == (cell.value, cell.method)
