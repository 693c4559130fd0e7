"""What proofs are tested on: events that mean nothing, and a superuser who alters them."""

from typing import Any
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from doors import commit, recorded

from ledger.agreement.events import BlockSet
from ledger.engine import Commit, LedgerApplication
from ledger.proofs.leaf import read_leaves
from ledger.proofs.note import Key, sign
from ledger.proofs.tiles import over, write
from ledger.proofs.tree import grown, leaf_hash, root

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


def forged(url: str, name: str, size: int, log: int = 1) -> None:
    """The tree of what is there now, and a checkpoint over it by a key of the forger's own."""
    for table in ("proofs.tile", "proofs.checkpoint"):
        alter(url, table, f"DELETE FROM {table}")
    private = Ed25519PrivateKey.generate()
    key = Key(name, private.public_key().public_bytes_raw())
    with psycopg.connect(url) as connection:
        leaves = [leaf_hash(line) for line in read_leaves(connection, 0, size)]
        tiles = grown(lambda *_: b"", 0, leaves)
        write(connection, tiles)
        note = sign(key, private, size, root(over(tiles, lambda *_: b""), size))
        connection.execute(
            "INSERT INTO proofs.checkpoint (log, size, root, note, key)"
            " VALUES (%s, %s, %s, %s, %s)",
            (log, note.size, note.root, note.note, note.key),
        )


Rows = list[tuple[Any, ...]]


def put_aside(url: str) -> Rows:
    """The checkpoints there are."""
    with psycopg.connect(url) as connection:
        return connection.execute("SELECT * FROM proofs.checkpoint").fetchall()


def put_back(url: str, checkpoints: Rows) -> None:
    """Put checkpoints beside those there are, whatever their order."""
    with psycopg.connect(url) as connection:
        connection.execute(TRIGGERS.format("proofs.checkpoint").encode())
        for row in checkpoints:
            connection.execute("INSERT INTO proofs.checkpoint VALUES (%s, %s, %s, %s, %s, %s)", row)
