"""Events as recorded, for the history of an indicator and for the feed of the ledger."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

import msgspec

from ledger.engine import Connection
from ledger.event import TEXT_FIELDS
from projections.answers import HistoryEvent
from projections.reading.streams import Stream
from projections.reading.texts import read_texts

# Both tables are ordered by position: the commit of an event is the first that ends at it or later.
SELECT = (
    "SELECT e.notification_id, c.recorded_at, c.actor, e.topic, e.originator_id, e.state"
    " FROM ledger.ledger_events e CROSS JOIN LATERAL (SELECT recorded_at, actor"
    " FROM ledger.commits c WHERE c.last_position >= e.notification_id"
    " ORDER BY c.last_position LIMIT 1) c"
)
_TEXTS = frozenset(TEXT_FIELDS)


def history_events(
    connection: Connection, rows: Sequence[tuple[Any, ...]], streams: dict[UUID, Stream]
) -> tuple[HistoryEvent, ...]:
    """The answer's form of rows of ``SELECT``: notes and reasons stand beside their digests."""
    decoded = [msgspec.json.decode(row[5]) for row in rows]
    texts = read_texts(connection, (digest for data in decoded for digest in text_digests(data)))
    return tuple(
        HistoryEvent(
            position=position,
            recorded_at=recorded_at,
            actor=actor,
            type=topic,
            agreement=streams.get(stream, Stream()).agreement,
            indicator=streams.get(stream, Stream()).indicator,
            load=streams.get(stream, Stream()).load or _load_of(data),
            amendment=streams.get(stream, Stream()).amendment or _amendment_of(data),
            data=_with_texts(data, texts),
        )
        for (position, recorded_at, actor, topic, stream, _), data in zip(
            rows, decoded, strict=True
        )
    )


def _load_of(data: dict[str, Any]) -> str | None:
    """The load that wrote or took back an indicator's entries; None where people did."""
    source = data.get("source")  # of values, the file they came in; of a group of areas, words
    return (source if isinstance(source, dict) else data).get("load") or None


def _amendment_of(data: dict[str, Any]) -> int | None:
    """The amendment by which a target, a definition or rules were changed; None where by none."""
    return data.get("amendment") or None


def text_digests(data: Any) -> Iterator[str]:
    """The digests of texts in an event as stored."""
    for part in _objects(data):
        yield from (part[field] for field in _TEXTS & part.keys() if isinstance(part[field], str))


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """An object of JSON, those in its lists, and what a proposal would change: nothing else in it,
    since what people name themselves, such as a dimension, is no field."""
    if isinstance(data, dict):
        yield data
        yield from _objects(data.get("changes"))
        for item in data.values():
            if isinstance(item, list):
                yield from _of_each(item)


def _of_each(items: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for item in items:
        yield from _objects(item)


def _with_texts(data: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    for part in list(_objects(data)):
        for field in _TEXTS & part.keys():
            text = texts.get(part[field])
            if text is not None:
                part[f"{field}_text"] = text
    return data
