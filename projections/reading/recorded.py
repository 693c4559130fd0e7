"""What the record says of some positions: who did what, when, and why."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import NamedTuple

import msgspec

from ledger.engine import Connection
from projections.reading.clocks import LONDON
from projections.reading.events import SELECT
from projections.reading.texts import read_texts


class _FileSaid(msgspec.Struct, frozen=True):
    file: str = ""
    load: str = ""


class _Said(msgspec.Struct, frozen=True):
    """What events of any kind say beside their entries."""

    reason: str = ""
    version: str = ""
    amendment: int = 0
    load: str = ""
    source: _FileSaid | None = None


class Act(NamedTuple):
    """An event without its entries. ``reason`` is its text, None where it has none or none now."""

    position: int
    recorded_at: datetime
    on: date  # in Europe/London
    actor: str
    topic: str
    reason: str | None
    version: str | None
    file: str | None
    load: str | None
    amendment: int | None  # that was approved with it


def read_acts(connection: Connection, positions: Iterable[int]) -> dict[int, Act]:
    """The events at some positions, by position."""
    rows = connection.execute(
        f"{SELECT} WHERE e.notification_id = ANY(%s)", (sorted(set(positions)),)
    ).fetchall()
    said = {row[0]: _decode(row[5]) for row in rows}
    texts = read_texts(connection, (one.reason for one in said.values() if one.reason))
    return {
        position: _act(position, at, actor, topic, said[position], texts)
        for position, at, actor, topic, *_ in rows
    }


def _act(
    position: int, at: datetime, actor: str, topic: str, said: _Said, texts: dict[str, str]
) -> Act:
    source = said.source or _FileSaid()
    return Act(
        position=position,
        recorded_at=at,
        on=at.astimezone(LONDON).date(),
        actor=actor,
        topic=topic,
        reason=texts.get(said.reason),
        version=said.version or None,
        file=source.file or None,
        load=said.load or source.load or None,
        amendment=said.amendment or None,
    )


_decode = msgspec.json.Decoder(_Said).decode
