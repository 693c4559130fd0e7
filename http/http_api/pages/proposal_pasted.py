"""Targets that are pasted into the form of a proposal as a table, where rows would be too many.

The first line names the columns, which are the fields of a row; each further line is a target. They
are understood as rows are, and what is wrong with one is told by its line.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import StringIO
from typing import NamedTuple

from http_api.api.amendment_bodies import MOST_CHANGES
from http_api.pages.amendment_lists import TARGET_COLUMNS, targets_csv
from http_api.pages.filling import MALFORMED, Field, Typed
from ledger.csv_text import harmless
from policies.refusals import FieldProblem, Refusal
from projections.amendment_answers import TargetChanged

PASTED = "pasted"
MOST_ROWS = 30  # targets that a revision has a row each for
MOST_TOLD = 20  # lines of which it is told what is wrong
NEEDED = ("indicator", "period", "level")
IGNORED = "before"  # a column of the CSV of a proposal that says what there was
_COLUMNS = tuple(column for column in TARGET_COLUMNS if column != IGNORED)


class Pasted(NamedTuple):
    """What was typed, with a row for each line that was pasted, and what is wrong with the table.

    ``lines`` are the numbers of the lines, by that of their row.
    """

    typed: Typed
    lines: Mapping[int, int] = {}
    problems: Sequence[FieldProblem] = ()

    def told(self, problems: Iterable[FieldProblem]) -> tuple[FieldProblem, ...]:
        """Problems of rows as those of their lines; of very many, the first."""
        given = list(problems)
        told = [self._told(one) for one in given]
        pasted = [one for one in told if one.field == PASTED]
        others = [one for one in told if one.field != PASTED]
        more = len(pasted) - MOST_TOLD
        if more > 0:
            said = f"{more:,} more such sentences are left out: mend these first."
            pasted = [*pasted[:MOST_TOLD], FieldProblem(PASTED, MALFORMED, said)]
        return (*others, *pasted)

    def refused(self, refusal: Refusal) -> Refusal:
        """A refusal of rows as one of their lines."""
        errors = self.told(refusal.errors)
        first = errors[0] if errors else FieldProblem(refusal.field, "", "")
        return type(refusal)(refusal.detail, field=first.field, errors=errors)

    def _told(self, problem: FieldProblem) -> FieldProblem:
        row, dot, column = problem.field.partition("].")
        number = row.removeprefix("targets[").rstrip("]")
        if not row.startswith("targets[") or int(number) not in self.lines:
            return problem
        about = f" ({column})" if dot else ""
        line = self.lines[int(number)]
        return FieldProblem(PASTED, problem.code, f"Line {line:,}{about}: {problem.detail}")


def table_field(many: int = 0) -> Field:
    """What asks for the table; it stands open where it holds so many targets of a proposal."""
    columns = "indicator, area, period, level"
    others = "kind, baseline, no_baseline, performance_without, performance_with"
    return Field(
        name=PASTED,
        label=f"The {many:,} targets, as a table" if many else "Targets as a table",
        kind="text",
        hint=(
            "These are too many for a row each. Change lines here, or copy all into a spreadsheet"
            " and paste them back. A line that you leave out is no part of the proposal any more."
            if many
            else f"Pasted from a spreadsheet, or as CSV. The first line names the columns, which"
            f" are {columns} and, where needed, {others}; each further line is a target."
        ),
        aside=not many,
        line="Paste many targets at once",
        lines=20,
    )


def table_of(targets: Sequence[TargetChanged]) -> str:
    """The targets of a proposal as they would be pasted."""
    return "".join(targets_csv(targets)).replace("\r\n", "\n")


def unpacked(typed: Typed, rows: int) -> Pasted:
    """What was typed with a row more for each line, after the rows that there are."""
    text = typed.get(PASTED, "")
    if not text.strip():
        return Pasted(typed)
    try:
        table = list(_table(text))
    except csv.Error as error:
        return Pasted(typed, problems=[_wrong(f"It cannot be read as a table: {error}.")])
    head, body = (table[0][1], table[1:]) if table else ([], [])  # of separators alone
    columns = [cell.strip().lower().replace(" ", "_") for cell in head]
    problems = [*_heads_wrong(columns), *_body_wrong(body, rows)]
    found: dict[str, str] = {}
    lines: dict[int, int] = {}
    for n, (line, cells) in enumerate(body, start=rows):
        lines[n] = line
        row = dict(zip(columns, cells, strict=False))
        if any(cell.strip() for cell in cells[len(columns) :]):
            problems.append(_wrong(f"Line {line:,}: it has more cells than there are columns."))
        found |= {f"targets[{n}].{name}": row[name] for name in _COLUMNS if name in row}
    return Pasted({**typed, **found}, lines, problems)


def _table(text: str) -> Iterator[tuple[int, list[str]]]:
    """The lines in which something stands, with their numbers."""
    first = text.lstrip().partition("\n")[0]
    separator = next((one for one in "\t;" if one in first), ",")
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    for cells in reader:
        plain = [_bare(cell) for cell in cells]
        if any(cell.strip() for cell in plain):
            yield reader.line_num, plain


def _bare(cell: str) -> str:
    """A cell without the apostrophe that our CSV puts before what a spreadsheet would run."""
    plain = cell.removeprefix("'")
    return plain if harmless(plain) == cell else cell


def _heads_wrong(columns: Sequence[str]) -> Iterator[FieldProblem]:
    missing = [name for name in NEEDED if name not in columns]
    strange = [name for name in columns if name and name not in TARGET_COLUMNS]
    if missing or strange or len(set(columns)) < len(columns):
        yield _wrong(
            f"The first line names the columns, each once: {', '.join(NEEDED)} are needed; the"
            f" others are {', '.join(name for name in _COLUMNS if name not in NEEDED)}."
        )


def _body_wrong(body: Sequence[object], rows: int) -> Iterator[FieldProblem]:
    if not body:
        yield _wrong("There is no line below the names of the columns.")
    elif rows + len(body) > MOST_CHANGES:
        yield _wrong(f"{rows + len(body):,} targets are too many for one amendment.")


def _wrong(sentence: str) -> FieldProblem:
    return FieldProblem(PASTED, MALFORMED, sentence)
