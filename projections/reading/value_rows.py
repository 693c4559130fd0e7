"""Entries as answers show them, with the digest a signer signs."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from ledger.engine import Connection
from ledger.indicator.events import Entry
from ledger.indicator.state import sign_off_digest
from policies.numbers import exact_text, text_or_none, to_text
from projections.answers import AttachmentRow, SignedOff, ValueRow
from projections.judging import figure_of, judged_of
from projections.reading.attachments import read_attachments
from projections.reading.structure import IndicatorKnown, Structure
from projections.reading.texts import read_texts
from projections.spans import span_of

COLUMNS = (
    "v.period, v.area, v.breakdown, v.entry_position, v.entry_index, v.value, v.numerator,"
    " v.denominator, v.confidence_low, v.confidence_high, v.missing, v.provisional, v.standing,"
    " v.submitted_by, v.corrected_by, v.recorded_at, v.signed_by, v.signed_at, v.assurance,"
    " v.replaces, v.note"
)


class Stored(NamedTuple):
    """The state of an entry at the known clock."""

    period: str
    area: str
    breakdown: str
    entry_position: int
    entry_index: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    confidence_low: Decimal | None
    confidence_high: Decimal | None
    missing: str
    provisional: bool
    standing: str
    submitted_by: str
    corrected_by: str
    recorded_at: datetime
    signed_by: str | None
    signed_at: datetime | None
    assurance: str | None
    replaces: str
    note: str


def value_rows(
    connection: Connection,
    structure: Structure,
    indicator: IndicatorKnown,
    found: Iterable[Stored],
    known_position: int,
) -> tuple[ValueRow, ...]:
    """The answer's rows of stored entries, in their order, with the evidence they had then."""
    entries = list(found)
    texts = read_texts(connection, (stored.note for stored in entries if stored.note))
    places = [(stored.entry_position, stored.entry_index) for stored in entries]
    evidence = read_attachments(connection, indicator.id, places, known_position)
    return tuple(
        _row(
            stored,
            indicator,
            structure.area_name(stored.area),
            texts.get(stored.note),
            evidence.get(place, ()),
        )
        for stored, place in zip(entries, places, strict=True)
    )


def headline(
    connection: Connection,
    indicator: IndicatorKnown,
    period: str,
    area: str,
    known_position: int,
) -> Stored | None:
    """The headline entry of a cell."""
    row = connection.execute(
        f"SELECT {COLUMNS} FROM value v WHERE v.indicator = %s AND v.period = %s AND v.area = %s"
        " AND v.breakdown = '' AND v.from_position <= %s AND v.to_position > %s",
        (indicator.id, period, area, known_position, known_position),
    ).fetchone()
    return None if row is None else Stored(*row)


def _row(
    stored: Stored,
    indicator: IndicatorKnown,
    area_name: str,
    note: str | None,
    attachments: tuple[AttachmentRow, ...],
) -> ValueRow:
    name = f"{stored.entry_position}.{stored.entry_index}"
    entry = entry_of(stored, tuple(one.attachment for one in attachments))
    judged = judged_of(entry, indicator.definition)
    signed = None
    if stored.signed_by is not None and stored.signed_at is not None:
        signed = SignedOff(
            by=stored.signed_by, at=stored.signed_at, assurance=stored.assurance or ""
        )
    return ValueRow(
        name=name,
        period=stored.period,
        period_label=span_of(stored.period).label,
        area=stored.area,
        area_name=area_name,
        breakdown=entry.breakdown,
        value=figure_text(entry, indicator),
        judged=text_or_none(judged),
        numerator=text_or_none(stored.numerator),
        denominator=text_or_none(stored.denominator),
        confidence_low=text_or_none(stored.confidence_low),
        confidence_high=text_or_none(stored.confidence_high),
        missing=stored.missing or None,
        standing=stored.standing,
        provisional=stored.provisional,
        corrected=bool(stored.corrected_by),
        signed_off=signed,
        recorded_at=stored.recorded_at,
        submitted_by=stored.submitted_by,
        corrected_by=stored.corrected_by or None,
        digest=sign_off_digest(indicator.id, name, entry, indicator.definition_version),
        replaces=stored.replaces or None,
        note=note,
        attachments=attachments,
    )


def entry_of(stored: Stored, attachments: tuple[str, ...] = ()) -> Entry:
    """The entry as it was given, with the digests of its evidence."""
    pairs = (pair.partition("=") for pair in stored.breakdown.split(";") if pair)
    return Entry(
        period=stored.period,
        area=stored.area,
        breakdown={dimension: code for dimension, _, code in pairs},
        value=stored.value,
        numerator=stored.numerator,
        denominator=stored.denominator,
        confidence_low=stored.confidence_low,
        confidence_high=stored.confidence_high,
        missing=stored.missing,
        provisional=stored.provisional,
        note=stored.note,
        attachments=attachments,
    )


def figure_text(entry: Entry, indicator: IndicatorKnown) -> str | None:
    """The value as given; from its parts, where only these were given."""
    if entry.value is not None:
        return to_text(entry.value)
    figure = figure_of(entry, indicator.definition)
    return None if figure is None else exact_text(figure)
