"""Laying things out by two dimensions, in the order in which people know these."""

from collections.abc import Callable, Iterable, Mapping
from typing import Generic, NamedTuple, Protocol, TypeVar

from projections.answers import Named
from projections.reading.cube_asked import Place, Scope
from projections.spans import span_of

WHOLE = "All"  # what a figure is called that is not broken down


class Placed(Protocol):
    """Whatever belongs somewhere."""

    @property
    def place(self) -> Place:
        """Where."""


T = TypeVar("T", bound=Placed)
U = TypeVar("U")


class Laid(NamedTuple, Generic[U]):
    """What lies in each cell by row and column, and in each whole row and column, by code."""

    cells: Mapping[tuple[str, str], U]
    rows: Mapping[str, U]
    columns: Mapping[str, U]


def lay(things: Iterable[T], scope: Scope) -> Laid[list[T]]:
    """Everything in its cell, row and column."""
    cells: dict[tuple[str, str], list[T]] = {}
    rows: dict[str, list[T]] = {}
    columns: dict[str, list[T]] = {}
    for thing in things:
        row = scope.member(scope.asked.rows, thing.place)
        column = scope.member(scope.asked.columns, thing.place)
        cells.setdefault((row, column), []).append(thing)
        rows.setdefault(row, []).append(thing)
        columns.setdefault(column, []).append(thing)
    return Laid(cells, rows, columns)


def made(
    laid: Laid[list[T]],
    cell: Callable[[list[T]], U],
    of_row: Callable[[list[T]], U] | None,
    of_column: Callable[[list[T]], U] | None,
) -> Laid[U]:
    """What all of it comes to; no totals where there is no way to make them."""
    return Laid(
        {at: cell(things) for at, things in laid.cells.items()},
        {} if of_row is None else {code: of_row(things) for code, things in laid.rows.items()},
        {}
        if of_column is None
        else {code: of_column(things) for code, things in laid.columns.items()},
    )


def members(scope: Scope, dimension: str, codes: Iterable[str]) -> tuple[Named, ...]:
    """The codes that there are along a dimension, in order, with their names."""
    there = set(codes)
    structure = scope.structure
    known: dict[str, str] = {}
    match dimension:
        case "indicator":
            known = {one.code: one.definition.title for one in scope.indicators.values()}
        case "outcome":
            known = {one.code: one.title for one in structure.outcomes.values()}
        case "block":
            known = {one.code: one.title for one in structure.blocks.values()}
        case "area":
            known = {one.code: one.name for one in structure.sheet.areas}
        case "period" | "year":
            ordered = sorted(there, key=lambda code: span_of(code).order)
            known = {code: span_of(code).label for code in ordered}
        case _:
            known = {code: code or WHOLE for code in sorted(there)}
    every = {code: name for code, name in known.items() if code in there}
    # An indicator may have no place in any outcome.
    every |= {code: code or f"No {dimension}" for code in sorted(there) if code not in every}
    return tuple(Named(code=code, name=name) for code, name in every.items())
