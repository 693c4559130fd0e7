"""A figure by its breakdowns: each dimension with its parts, their shares, and what they leave."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from ledger.engine import Connection
from policies.definition import Basis, Definition
from policies.numbers import EXACT, exact_text, to_text
from projections.drill_down_answers import BrokenDown, PartBehind
from projections.judging import judged_of
from projections.reading.structure import IndicatorKnown
from projections.reading.value_rows import COLUMNS, Stored, entry_of

_ADD_UP = (Basis.DISCRETE, Basis.CUMULATIVE)  # counts: their parts and nothing else make the whole


class Broken(NamedTuple):
    """A figure, and the parts of it by each dimension."""

    figure: PartBehind | None
    by: tuple[BrokenDown, ...]


def read_broken_down(
    connection: Connection,
    indicator: IndicatorKnown,
    period: str,
    area: str,
    breakdown: str,
    known_position: int,
) -> Broken:
    """What is recorded of a cell under a breakdown, "" for the headline, by one dimension more."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM value v WHERE v.indicator = %s AND v.period = %s AND v.area = %s"
        " AND v.from_position <= %s AND v.to_position > %s ORDER BY v.breakdown",
        (indicator.id, period, area, known_position, known_position),
    ).fetchall()
    fixed = _pairs(breakdown)
    whole: Stored | None = None
    parts: dict[str, list[tuple[str, Stored]]] = {}
    for row in rows:
        stored = Stored(*row)
        given = _pairs(stored.breakdown)
        more = given - fixed
        if given == fixed:
            whole = stored
        elif fixed <= given and len(more) == 1:
            ((dimension, code),) = more
            parts.setdefault(dimension, []).append((code, stored))
    definition = indicator.definition
    return Broken(
        None if whole is None else _part("", whole, None, definition),
        tuple(_dimension(name, found, whole, definition) for name, found in sorted(parts.items())),
    )


def _dimension(
    name: str, found: list[tuple[str, Stored]], whole: Stored | None, definition: Definition
) -> BrokenDown:
    total = None if whole is None else amount(whole.value, whole.numerator, definition)
    amounts = [amount(stored.value, stored.numerator, definition) for _, stored in found]
    rest = None
    if total is not None and definition.basis in _ADD_UP and not definition.has_parts:
        rest = to_text(EXACT.subtract(total, _sum(amounts)))
    return BrokenDown(
        dimension=name,
        parts=tuple(
            _part(code, stored, share, definition)
            for (code, stored), share in zip(found, shares(amounts, total, definition), strict=True)
        ),
        rest=rest,
    )


def _part(code: str, stored: Stored, share: str | None, definition: Definition) -> PartBehind:
    judged = judged_of(entry_of(stored), definition)
    return PartBehind(
        code=code,
        name=code,
        value=None if judged is None else to_text(judged),
        missing=stored.missing or None,
        share=share,
        signed_off=stored.signed_by is not None,
        provisional=stored.provisional,
        entry=f"{stored.entry_position}.{stored.entry_index}",
    )


def amount(
    value: Decimal | None, numerator: Decimal | None, definition: Definition
) -> Decimal | None:
    """What can be a share of a whole: a count, or the numerator of what is given in parts."""
    if definition.has_parts:
        return numerator
    return value if definition.basis in (*_ADD_UP, Basis.SNAPSHOT) else None


def shares(
    parts: Sequence[Decimal | None], whole: Decimal | None, definition: Definition
) -> list[str | None]:
    """What share of the whole each part is, as text; None where there is none.

    Counts and numerators have shares. A snapshot may be a count or a rate, and only its figures
    can tell: it has shares where the parts add up to the whole, as rates do not.
    """
    unclear = definition.basis is Basis.SNAPSHOT and not definition.has_parts
    if whole is None or whole <= 0 or (unclear and _sum(parts) != whole):
        return [None for _ in parts]
    return [
        None if part is None else exact_text(Fraction(part) / Fraction(whole)) for part in parts
    ]


def _pairs(breakdown: str) -> frozenset[tuple[str, str]]:
    return frozenset(_split(breakdown.split(";"))) if breakdown else frozenset()


def _split(pairs: Iterable[str]) -> Iterator[tuple[str, str]]:
    for pair in pairs:
        dimension, _, code = pair.partition("=")
        yield dimension, code


def _sum(numbers: Iterable[Decimal | None]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = total if number is None else EXACT.add(total, number)
    return total
