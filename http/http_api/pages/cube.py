"""The page of a cube: what is laid out how, the table, and the same as CSV."""

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from http_api.pages import choices
from http_api.pages.analysis_reader import AnalysisReader
from http_api.pages.analysis_words import DIMENSION, MEASURE, NO_VALUE, dimension_words
from http_api.pages.choices import with_chosen
from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Frame, render
from http_api.pages.words import listed, period_label
from ledger.csv_text import csv_text
from policies.refusals import UnsuitableCube
from projections.answers import AgreementAnswer, Named
from projections.cube_answers import Cube, CubeCell
from projections.reading.cube_asked import BREAKDOWN, EVERY_AREA, OF_TIME, CubeAsked

PAGE, TITLE, TOGETHER = "cube", "Figures side by side", "Together"
METHOD_TOLD = {
    "sum": "Figures are added up.",
    "latest": "Figures of several periods are not added up: the latest stands for them.",
    "mean-weighted": "Figures are means, weighted by denominators.",
    "mean-plain": "Some figures are plain means, since some have no denominator.",
    "ratio-of-sums": "Figures are sums of numerators over sums of denominators.",
}
WIDEST = 40  # columns of a page; the file has all
SHEET = 14  # columns that a sheet of paper has room for beside each other
CSV_COLUMNS = (
    "row", "row_name", "column", "column_name", "measure", "value", "reason", "entries", "method",
    "period", "missing_areas", "missing_periods", "unsigned", "provisional", "counts",
)  # fmt: skip


class Shown(msgspec.Struct, frozen=True):
    """A cell in words: ``statuses`` by their code, ``lacking`` what a figure is without."""

    cell: CubeCell | None
    text: str
    unit: str
    statuses: tuple[tuple[str, int], ...] = ()
    lacking: str = ""
    link: str = ""


def cube_page(reader: AnalysisReader, asked: ClocksAsked, code: str, laid_out: CubeAsked) -> str:
    """Figures laid out as asked; what cannot be is told, above the form to ask otherwise."""
    agreement = reader.agreement(code, asked)
    refused, answer = "", None
    try:
        answer = newest_first(reader.cube(code, asked, laid_out))
    except UnsuitableCube as refusal:
        refused = refusal.detail
    clocks = agreement.clocks if answer is None else answer.clocks
    frame = frame_of(agreement, asked, clocks, TITLE, PAGE, kept=said(laid_out))
    return render(
        "cube.html",
        frame,
        agreement=agreement,
        asked=laid_out,
        answer=answer,
        refused=refused,
        indicators=with_chosen(
            choices.indicators(reader, asked, code, "Every indicator"), *laid_out.indicators
        ),
        dimensions=_dimensions(laid_out),
        measures=[Named(code=one, name=name) for one, name in MEASURE.items()],
        areas=_areas(agreement, laid_out),
        periods=_periods(agreement, laid_out),
        blocks=with_chosen(
            (Named(code="", name="Every block"), *agreement.blocks), *laid_out.blocks
        ),
        heading="" if answer is None else heading(answer),
        lines=() if answer is None else tuple(lines_of(answer, frame)),
        totals=() if answer is None else _totals(answer, frame),
        notes=() if answer is None else tuple(notes_of(answer)),
        periods_differ=answer is not None and len(_periods_of(answer)) > 1,
        csv=frame.links.to(f"{frame.path}.csv", **said(laid_out)),
        widest=WIDEST,
        sheet=SHEET,
        dimension_words=dimension_words,
    )


def cube_csv(
    reader: AnalysisReader, asked: ClocksAsked, code: str, laid_out: CubeAsked
) -> Iterator[str]:
    """A line for every cell that has anything in it; a total has an empty code."""
    return csv_text(CSV_COLUMNS, _csv_lines(reader.cube(code, asked, laid_out)))


def newest_first(answer: Cube) -> Cube:
    """The same with what is newest first, as on other pages; the file has it in order of time."""
    columns, rows, totals = answer.columns, answer.rows, answer.totals
    if answer.columns_by in OF_TIME:
        columns, totals = columns[::-1], totals[::-1]
        rows = tuple(replace(row, cells=row.cells[::-1]) for row in rows)
    if answer.rows_by in OF_TIME:
        rows = rows[::-1]
    return replace(answer, columns=columns, rows=rows, totals=totals)


def said(laid_out: CubeAsked) -> dict[str, str]:
    """What an address says of a cube, by the name of its query parameter; lists with commas."""
    plain = CubeAsked()
    given = {field: getattr(laid_out, field) for field in CubeAsked.__struct_fields__}
    return {field: _text(value) for field, value in given.items() if value != getattr(plain, field)}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(value)
    return "true" if value is True else str(value)


def heading(answer: Cube) -> str:
    """What is shown, in a line."""
    rows, columns = (dimension_words(each).lower() for each in (answer.rows_by, answer.columns_by))
    told = f"{MEASURE[answer.measure]}: {rows} by {columns}"
    if len(answer.indicators) == 1:
        told = f"{answer.indicators[0].name}. {told}"
    return told


def lines_of(answer: Cube, frame: Frame) -> Iterator[tuple[Named, tuple[Shown, ...]]]:
    """Each row with its cells, and its total as the last where there are totals."""
    whole = any(row.total for row in answer.rows)
    for row in answer.rows:
        cells = [
            _shown(answer, cell, frame, row.code, column.code)
            for column, cell in zip(answer.columns, row.cells[:WIDEST], strict=False)
        ]
        if whole:
            cells.append(_shown(answer, row.total, frame, row.code, ""))
        yield row, tuple(cells)


def notes_of(answer: Cube) -> Iterator[str]:
    """How figures were taken together, each way once; and whose they are."""
    named = [area.name for area in answer.areas]
    if "area" not in (answer.rows_by, answer.columns_by):
        if len(named) == 1:
            yield f"All of them are of {named[0]}."
        else:
            yield f"Taken together: {listed(named)}."
    if answer.periods:
        yield f"Only what ends in {listed([period.name for period in answer.periods])}."
    elif not set(OF_TIME) & {answer.rows_by, answer.columns_by}:
        yield "Each is the latest that has a value."
    if len(found := _periods_of(answer)) == 1:
        yield f"The period of all of them is {period_label(*found)}."
    if answer.breakdown:
        yield f"Only {answer.breakdown.replace(';', ', ')}."
    cells = [cell for row in answer.rows for cell in (*row.cells, row.total) if cell is not None]
    for method in dict.fromkeys(cell.method for cell in cells if cell.method):
        yield METHOD_TOLD[method]
    if answer.measure == "rank":
        yield "A rank is among the agreement’s areas that lie within the same one; 1 is the best."


def _periods_of(answer: Cube) -> frozenset[str]:
    """Of which periods the cells are, where no side of the table says it."""
    if set(OF_TIME) & {answer.rows_by, answer.columns_by}:
        return frozenset()
    cells = [cell for row in answer.rows for cell in (*row.cells, row.total)]
    return frozenset(cell.period for cell in (*cells, *answer.totals) if cell and cell.period)


def _shown(answer: Cube, cell: CubeCell | None, frame: Frame, row: str, column: str) -> Shown:
    if cell is None:
        return Shown(None, "none", "")
    at = {answer.rows_by: row, answer.columns_by: column}
    only = answer.indicators[0].code if len(answer.indicators) == 1 else ""
    indicator = at.get("indicator") or only
    unit = next((one.unit for one in answer.indicators if one.code == indicator), "")
    area = at.get("area") or (answer.areas[0].code if len(answer.areas) == 1 else "")
    text = cell.value if cell.value is not None else NO_VALUE[cell.reason or "no-figure"]
    link = ""
    if indicator and area:
        link = frame.links.drill_down(
            answer.agreement, indicator=indicator, area=area, period=cell.period
        )
    return Shown(
        cell,
        text,
        unit if answer.measure in ("value", "target") else "",
        tuple(cell.counts.items()),
        _lacking(answer, cell),
        link,
    )


def _lacking(answer: Cube, cell: CubeCell) -> str:
    names = {area.code: area.name for area in answer.areas}
    without = [names.get(code, code) for code in cell.missing_areas]
    told = [*without, *map(period_label, cell.missing_periods)]
    if len(told) > 3:  # noqa: PLR2004 - as many as a cell has room for; the file names all
        return f"without {len(told)} of them"
    return f"without {listed(told)}" if told else ""


def _totals(answer: Cube, frame: Frame) -> tuple[Shown, ...]:
    return tuple(
        _shown(answer, cell, frame, "", column.code)
        for column, cell in zip(answer.columns, answer.totals[:WIDEST], strict=False)
    )


def _dimensions(laid_out: CubeAsked) -> list[Named]:
    own = [each for each in laid_out.laid_out if each.startswith(BREAKDOWN)]
    return [Named(code=each, name=dimension_words(each)) for each in (*DIMENSION, *own)]


def _areas(agreement: AgreementAnswer, laid_out: CubeAsked) -> list[Named]:
    laid = "area" in laid_out.laid_out
    every = EVERY_AREA if laid and laid_out.areas == (EVERY_AREA,) else ""
    name = "Every area" if laid else agreement.areas[0].name
    listed_so = [Named(code=every, name=name)]
    if not laid:
        listed_so.append(Named(code=EVERY_AREA, name="All areas together"))
    return with_chosen([*listed_so, *agreement.areas], *laid_out.areas)


def _periods(agreement: AgreementAnswer, laid_out: CubeAsked) -> list[Named]:
    laid = set(OF_TIME) & set(laid_out.laid_out)
    years = choices.years(agreement, "All" if laid else "The latest")
    return with_chosen(years, *laid_out.periods)


def _csv_lines(answer: Cube) -> Iterator[Sequence[str]]:
    together = Named(code="", name=TOGETHER)
    for row in answer.rows:
        cells = zip((*answer.columns, together), (*row.cells, row.total), strict=True)
        for column, cell in cells:
            if cell is not None:
                yield _csv_line(answer, row, column, cell)
    for column, cell in zip(answer.columns, answer.totals, strict=False):
        if cell is not None:
            yield _csv_line(answer, together, column, cell)


def _csv_line(answer: Cube, row: Named, column: Named, cell: CubeCell) -> Sequence[str]:
    return (
        row.code,
        row.name,
        column.code,
        column.name,
        answer.measure,
        cell.value or "",
        cell.reason or "",
        str(cell.entries),
        cell.method,
        cell.period,
        " ".join(cell.missing_areas),
        " ".join(cell.missing_periods),
        str(cell.unsigned),
        str(cell.provisional),
        " ".join(f"{status}={count}" for status, count in cell.counts.items()),
    )
