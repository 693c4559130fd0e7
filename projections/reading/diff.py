"""The explained difference between two moments: every cell that differs, and why, step by step."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from ledger.engine import Connection
from policies.periods import parse_code
from policies.refusals import BadCursor, FromAfterTo, UnknownAgreement, UnknownPeriod
from projections.answers import Clocks, StatusRow
from projections.changes import Cause, ChangedCell, Diff, DiffCounts, Move, RulesAdopted
from projections.reading.causes import causes_of
from projections.reading.changed import Changed, Only, Outline, changed_cells, count_cells
from projections.reading.clocks import ResolvedClocks
from projections.reading.cursors import cursor_of, place_of
from projections.reading.ends import NOT_COMPARED, End, order_of, read_end, rows_at
from projections.reading.recorded import read_acts
from projections.reading.structure import Structure
from projections.reading.timelines import Key, read_timelines
from projections.ways import weight_of

_COMPARED = tuple(name for name in StatusRow.__struct_fields__ if name not in NOT_COMPARED)
_EVEN = (0, 0)
_Place = tuple[tuple[int, int], Key]  # how a cell weighs, and which it is
_decode_key = msgspec.json.Decoder(Key).decode
_decode_weighed = msgspec.json.Decoder(_Place).decode


def _decode_plain(place: bytes) -> _Place:
    return _EVEN, _decode_key(place)


def read_diff(
    connection: Connection,
    agreement: str,
    first: ResolvedClocks,
    last: ResolvedClocks,
    *,
    indicator: str | None = None,
    area: str | None = None,
    period: str | None = None,
    after: str | None = None,
    limit: int = 500,
    worst_first: bool = False,
) -> Diff:
    """Every cell that differs between two moments, in the order of the board page, with causes.

    ``worst_first`` puts those first whose status became worse, then better, then is another, each
    of these in the order of the board page. ``after`` is the ``next`` of the page before, in the
    same order. Raises FromAfterTo where either clock would go back, UnknownAgreement for one not
    known at the end, UnknownIndicator, UnknownArea, UnknownPeriod and BadCursor.
    """
    check_order(first, last)
    only = Only(indicator, area, None if period is None else parse_code(period).code)
    begin, end = (read_end(connection, agreement, clocks) for clocks in (first, last))
    if end.structure is None:
        raise UnknownAgreement(f"There is no agreement {agreement!r} as known then.")
    changed = changed_cells(connection, begin, end, only)
    order = _Order(begin, end, worst_first=worst_first)
    page = order.after(changed, after)
    shown = page[:limit]
    return Diff(
        first=first.clocks,
        last=last.clocks,
        agreement=end.structure.sheet.code,
        title=end.structure.sheet.title,
        demonstration=end.structure.demonstration,
        rules=tuple(_adopted_between(end.structure, first.clocks, last.clocks)),
        counts=_counts(changed, count_cells(connection, end, only)),
        cells=_explained(connection, begin, end, shown),
        next=order.cursor(shown[-1]) if len(page) > limit else None,
    )


def _adopted_between(structure: Structure, first: Clocks, last: Clocks) -> Iterator[RulesAdopted]:
    """The rules adopted after the one policy clock and up to the other, in order."""
    found = [
        (adopted.position, kind.removesuffix("-policy"), adopted.event)
        for kind, versions in structure.policies.items()
        for adopted in versions
        if first.policy_position < adopted.position <= last.policy_position
    ]
    for position, kind, event in sorted(found, key=lambda each: each[0]):
        yield RulesAdopted(
            kind=kind,
            version=event.version,
            effective_from=event.effective_from,
            position=position,
        )


def check_order(first: ResolvedClocks, last: ResolvedClocks) -> None:
    """Both clocks may stand still, but not go back: what was undone was never a cause."""
    begin, end = first.clocks, last.clocks
    if begin.known_position > end.known_position or first.today > last.today:
        raise FromAfterTo(field="from")
    if begin.policy_position > end.policy_position:
        raise FromAfterTo(
            "The rules to start from are later than the rules to end with.", field="policy_from"
        )


class _Order:
    """The order of a list of cells, and where a page of it ends."""

    def __init__(self, begin: End, end: End, *, worst_first: bool) -> None:
        self._worst_first = worst_first
        self._of_board = order_of(begin, end)

    def after(self, changed: list[Changed], cursor: str | None) -> list[Changed]:
        """The cells in order, from a place on, whether or not the cell there still differs."""
        ordered = sorted(changed, key=self._weight)  # they come in the order of the board page
        if cursor is None:
            return ordered
        weight, key = place_of(cursor, _decode_weighed if self._worst_first else _decode_plain)
        try:
            ends = weight, self._of_board(key)
        except (KeyError, UnknownPeriod):
            raise BadCursor(field="after") from None
        return [one for one in ordered if (self._weight(one), self._of_board(one.key)) > ends]

    def cursor(self, last: Changed) -> str:
        """Where a page ends with a cell."""
        return cursor_of((self._weight(last), last.key) if self._worst_first else last.key)

    def _weight(self, one: Changed) -> tuple[int, int]:
        return weight_of(_word(one.before), _word(one.after)) if self._worst_first else _EVEN


def _explained(
    connection: Connection, begin: End, end: End, shown: Sequence[Changed]
) -> tuple[ChangedCell, ...]:
    if not shown:
        return ()
    assert end.structure is not None
    first, last = begin.instant, end.instant
    keys = [one.key for one in shown]
    timelines = read_timelines(connection, end.structure, keys, first.known, last.known)
    turns = {turn for key in keys for turn in timelines.turns(key, first, last)}
    acts = read_acts(connection, turns)
    names = begin.areas | end.areas
    before, after = (rows_at(connection, each, keys) for each in (begin, end))
    return tuple(
        _cell(
            before.get(key),
            after.get(key),
            names,
            causes_of(timelines, key, first, last, acts),
        )
        for key in keys
    )


def _cell(
    before: StatusRow | None,
    after: StatusRow | None,
    names: dict[str, str],
    causes: Iterable[Cause],
) -> ChangedCell:
    row = after or before
    assert row is not None
    return ChangedCell(
        indicator=row.indicator,
        title=row.title,
        unit=row.unit,
        area=row.area,
        area_name=names.get(row.area, row.area),
        period=row.period,
        period_label=row.period_label,
        before=before,
        after=after,
        changed=() if before is None or after is None else _fields_changed(before, after),
        causes=tuple(causes),
    )


def _fields_changed(before: StatusRow, after: StatusRow) -> tuple[str, ...]:
    return tuple(name for name in _COMPARED if getattr(before, name) != getattr(after, name))


def _counts(changed: Sequence[Changed], cells: int) -> DiffCounts:
    words = ((_word(one.before), _word(one.after)) for one in changed)
    moves = Counter((before, after) for before, after in words if before != after)
    return DiffCounts(
        cells=cells + sum(one.after is None for one in changed),
        changed=len(changed),
        figures=sum(_judged(one.before) != _judged(one.after) for one in changed),
        statuses=moves.total(),
        moves=tuple(
            Move(before=before, after=after, count=count)
            for (before, after), count in moves.most_common()
        ),
    )


def _word(row: Outline | None) -> str | None:
    return None if row is None else row.word


def _judged(row: Outline | None) -> str | None:
    return None if row is None else row.judged
