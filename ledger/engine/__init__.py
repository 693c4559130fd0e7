"""The event-sourcing library, behind this one package: mapper, recorders, application.

Its part: the application, its repository and event store, in-memory persistence. Ours: how an
event becomes bytes (msgspec under stable topics), and the write (one SQL function, because the
library's own takes locks that an append-only role may not take, or none at all).
"""

from ledger.engine.application import LedgerApplication
from ledger.engine.commits import (
    Appended,
    Commit,
    Connection,
    Encoded,
    KeyReused,
    NotSimulated,
    Pool,
    StreamMoved,
    Text,
)
from ledger.engine.logging_in import log_in
from ledger.engine.memory import MemoryRecorder
from ledger.engine.postgres import PostgresRecorder
from ledger.engine.reading import read_feed, read_stream, read_streams

__all__ = [
    "Appended",
    "Commit",
    "Connection",
    "Encoded",
    "KeyReused",
    "LedgerApplication",
    "MemoryRecorder",
    "NotSimulated",
    "Pool",
    "PostgresRecorder",
    "StreamMoved",
    "Text",
    "log_in",
    "read_feed",
    "read_stream",
    "read_streams",
]
