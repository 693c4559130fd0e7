"""What proofs are tested on: events that mean nothing, and a superuser who alters them."""

from uuid import uuid4

import psycopg
from doors import commit, recorded

from ledger.agreement.events import BlockSet
from ledger.engine import Commit, LedgerApplication

ORIGIN = "ledger.example.org"
TRIGGERS = "SET session_replication_role = replica; ALTER TABLE {} DISABLE TRIGGER ALL"


def add(app: LedgerApplication, events: int = 1, said: Commit | None = None) -> None:
    """A command of some events."""
    stream = uuid4()
    block = BlockSet(code="b", title="A block")
    app.append([recorded(stream, n + 1, block) for n in range(events)], said or commit())


def alter(url: str, table: str, statement: str) -> None:
    """What a superuser can do who disarms the triggers first."""
    with psycopg.connect(url) as connection:
        connection.execute(TRIGGERS.format(table).encode())
        connection.execute(statement.encode())
