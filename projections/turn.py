"""Whose turn it is: one runner moves the answers, the others stand by."""

from ledger.engine import Connection

_RUNNER = (7310002, 1)  # the record's own locks are 7310001, n
_REBUILD = (7310002, 2)


def take(connection: Connection) -> bool:
    """Become the active runner, unless there is one. It ends with the connection at the latest."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", _RUNNER).fetchone()
    return bool(row and row[0])


def give_back(connection: Connection) -> None:
    """Be the active runner no longer."""
    connection.execute("SELECT pg_advisory_unlock(%s, %s)", _RUNNER)


def take_rebuild(connection: Connection) -> None:
    """Wait until no other rebuild or check is under way; it ends with the connection."""
    connection.execute("SELECT pg_advisory_lock(%s, %s)", _REBUILD)
