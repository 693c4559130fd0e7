"""The shapes of answers about cubes: figures laid out by any two of what they are told apart by."""

from typing import Literal

from projections.answers import Answer, Clocks, Named

# Why a cell has no value: nothing in it has one, it cannot be added up by its basis, or its
# members have more than one status.
NoValue = Literal["no-figure", "never-added", "several"]


class CubeCell(Answer, frozen=True, kw_only=True):
    """What lies under a row and a column: exactly one of ``value`` and ``reason`` is there.

    ``value`` is the measure as text; ``counts`` are how many judged cells have each status, or each
    reason for none. ``entries`` is how many recorded entries or judged cells it is made of, and
    ``method`` how they were added up, "" where there was nothing to add. ``period`` is the one that
    is shown, "" for several. A figure is ``partial`` where areas or periods that belong to it have
    none: these are named. Of its entries with a figure, so many are ``unsigned`` by anybody and
    ``provisional``.
    """

    value: str | None
    reason: NoValue | None = None
    entries: int
    method: str = ""
    period: str = ""
    partial: bool = False
    missing_areas: tuple[str, ...] = ()
    missing_periods: tuple[str, ...] = ()
    unsigned: int = 0
    provisional: int = 0
    counts: dict[str, int] = {}


class CubeRow(Named, frozen=True, kw_only=True):
    """A row: a cell for each column, null where nothing is recorded; and its total, where asked."""

    cells: tuple[CubeCell | None, ...]
    total: CubeCell | None = None


class CubeIndicator(Named, frozen=True, kw_only=True):
    """An indicator of a cube, and the unit of its figures."""

    unit: str


class Cube(Answer, frozen=True, kw_only=True):
    """Figures of an agreement laid out by two dimensions, each in the order people know it in.

    ``areas`` are those that are laid out, or taken together in each cell; ``periods`` those asked
    for, none for all; ``breakdown`` is what is fixed of it, in its canonical form. ``dimensions``
    are all by which these indicators can be laid out. ``totals`` are of each column, where asked.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    measure: str
    rows_by: str
    columns_by: str
    indicators: tuple[CubeIndicator, ...]
    areas: tuple[Named, ...]
    periods: tuple[Named, ...]
    breakdown: str
    columns: tuple[Named, ...]
    rows: tuple[CubeRow, ...]
    totals: tuple[CubeCell | None, ...] = ()
