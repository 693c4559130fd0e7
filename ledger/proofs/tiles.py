"""The tree and its checkpoints in the database."""

from uuid import UUID

from ledger.engine import Connection
from ledger.proofs.note import Checkpoint
from ledger.proofs.tree import SIZE, ReadTile, Tiles

MOST_KEPT = 2_048  # tiles, of at most 8 KiB


def ledger_id(connection: Connection) -> UUID:
    """Which ledger this is to its signer: the id of the log in use."""
    row = connection.execute("SELECT id FROM proofs.log ORDER BY number DESC LIMIT 1").fetchone()
    assert row is not None
    found: UUID = row[0]
    return found


def reading(connection: Connection) -> ReadTile:
    """How the tiles of this database are read; a tile that is not there is empty."""

    def read(level: int, number: int, _hashes: int) -> bytes:
        row = connection.execute(
            "SELECT hashes FROM proofs.tile WHERE level = %s AND number = %s",
            (level, number),
            binary=True,
        ).fetchone()
        return b"" if row is None else bytes(row[0])

    return read


class KeptTiles:
    """Tiles that were read before, shared by the requests of a process."""

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], bytes] = {}

    def reading(self, connection: Connection) -> ReadTile:
        """As ``reading``, asking the database only for what is not kept, or not long enough."""
        read_anew = reading(connection)

        def read(level: int, number: int, hashes: int) -> bytes:
            tile = self._kept.get((level, number), b"")
            if len(tile) < hashes * SIZE:
                tile = read_anew(level, number, hashes)
                if len(self._kept) >= MOST_KEPT:
                    self._kept.clear()
                self._kept[level, number] = tile
            return tile

        return read


def write(connection: Connection, tiles: Tiles) -> None:
    """Store tiles that are new or longer."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO proofs.tile (level, number, hashes) VALUES (%s, %s, %s)"
            " ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes",
            [(level, number, hashes) for (level, number), hashes in tiles.items()],
        )


def over(tiles: Tiles, read: ReadTile) -> ReadTile:
    """How tiles are read where some have changed and are not stored yet."""

    def changed_first(level: int, number: int, hashes: int) -> bytes:
        changed = tiles.get((level, number))
        return read(level, number, hashes) if changed is None else changed

    return changed_first


def last_signed(connection: Connection) -> Checkpoint | None:
    """The newest checkpoint, whichever log signed it: the tiles are of its tree."""
    return _checkpoint(connection, "size >= 0 ORDER BY size DESC, log DESC", ())


def last_checkpoint(
    connection: Connection, least: int = 0, log: int | None = None
) -> Checkpoint | None:
    """The newest checkpoint of the log in use, or of another, where its tree has that size."""
    newest = "size >= %s AND log = coalesce(%s, (SELECT max(number) FROM proofs.log))"
    return _checkpoint(connection, f"{newest} ORDER BY size DESC", (least, log))


def first_checkpoint(connection: Connection, least: int) -> Checkpoint | None:
    """The oldest checkpoint whose tree has at least that size, whichever log signed it."""
    return _checkpoint(connection, "size >= %s ORDER BY size, log", (least,))


def _checkpoint(
    connection: Connection, wanted: str, given: tuple[int | None, ...]
) -> Checkpoint | None:
    row = connection.execute(
        f"SELECT size, root, note, key FROM proofs.checkpoint WHERE {wanted} LIMIT 1".encode(),
        given,
        binary=True,
    ).fetchone()
    return None if row is None else Checkpoint(row[0], bytes(row[1]), row[2], row[3])


def keep_checkpoint(connection: Connection, signed: Checkpoint) -> None:
    """Store a checkpoint of the log in use that is larger than those before."""
    connection.execute(
        "INSERT INTO proofs.checkpoint (log, size, root, note, key)"
        " SELECT max(number), %s, %s, %s, %s FROM proofs.log",
        (signed.size, signed.root, signed.note, signed.key),
    )
