"""Going on under another log, where nothing can be signed any more under the one in use.

Where events that were signed are lost, since a restored backup did not hold them, the signer signs
nothing more: its log has an end that the record has not. Where the signer is lost, nobody can. The
record and its tree then go on under another log, with a name, a key and a memory of its own.
Nothing is hidden by that: the former key's checkpoints stay, and whoever trusts that key alone
accepts none of the other's.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from ledger.engine import Connection, log_in
from ledger.proofs.following import signing, signing_anew, step_or_trouble, take_turn
from ledger.proofs.leaf import read_leaves
from ledger.proofs.logs import EVENTS_LOST, SIGNER_LOST, Log, logs
from ledger.proofs.note import BadNote, Checkpoint, key_of, open_checkpoint
from ledger.proofs.sequencer import MOST_AT_ONCE, Trouble
from ledger.proofs.tiles import last_signed, over, reading
from ledger.proofs.tree import Tiles, TileTooShort, grown, leaf_hash, root

OWNER = "outturn_owner"
ENDING_SECONDS = 2.0
BECAUSE = {  # by the code of the Trouble
    "history-shrank": EVENTS_LOST,
    "history-rewritten": EVENTS_LOST,
    "another-signer": SIGNER_LOST,
    "no-signer": SIGNER_LOST,
}


class CannotBegin(Exception):
    """Why a log is not begun anew. The message is one sentence, or two."""


def begin_anew(
    url: str, signers: Path, origin: str, at: datetime, *, signer_is_lost: bool = False
) -> Log:
    """Go on under another log, whose key is made here; nothing is signed under it yet.

    Only where the one in use cannot go on, and all that it signed of what is there holds.
    ``url`` must log in as a member of the record's owner. Raises CannotBegin.
    """
    with _as_owner(url) as connection:
        _take_turn(connection)
        because, signed = _why(connection, signers, origin)
        if because == SIGNER_LOST and not signer_is_lost:
            raise CannotBegin(
                "The signer of this ledger is not here. Run this where its folder is, or bring the"
                " folder here; only if it is lost for good, say --signer-is-lost."
            )
        last = last_signed(connection)
        if last:
            _check_holds(connection, last)
        try:
            with connection.transaction():
                connection.execute(
                    "INSERT INTO proofs.log (number, begun_at, because, agreed, signed)"
                    " SELECT max(number) + 1, %s, %s, %s, %s FROM proofs.log",
                    (at, because, last.size if last else 0, signed.size if signed else None),
                )
                with signing_anew(connection, signers, origin):
                    return logs(connection)[-1]
        except Trouble as trouble:
            raise CannotBegin(trouble.detail) from trouble


def _take_turn(connection: Connection) -> None:
    """Be the one that signs, so that nobody does meanwhile. Raises CannotBegin.

    One that has just ended may be seen for another moment.
    """
    give_up = time.monotonic() + ENDING_SECONDS
    while not take_turn(connection):
        if time.monotonic() > give_up:
            raise CannotBegin(
                "The service runs, and its sequencer with it: stop it first, on every machine."
            )
        time.sleep(ENDING_SECONDS / 20)


def _why(connection: Connection, signers: Path, origin: str) -> tuple[str, Checkpoint | None]:
    """Why the log in use cannot go on, and what its signer signed last. Raises CannotBegin."""
    signed = None
    try:
        with signing(connection, signers, origin) as signer:
            signed = signer.signed
            step_or_trouble(connection, signer)
    except Trouble as trouble:
        because = BECAUSE.get(trouble.code)
        if because is None:
            raise CannotBegin(trouble.detail) from trouble
        return because, signed
    raise CannotBegin("This ledger is signed as it should be: there is nothing to begin anew.")


def _check_holds(connection: Connection, last: Checkpoint) -> None:
    """The record begins with the events that the last checkpoint was signed over, or CannotBegin.

    Else it was altered, which another log must not pass over.
    """
    tiles: Tiles = {}
    read = over(tiles, lambda *_: b"")
    try:
        open_checkpoint(last.note, key_of(last.key))
        for start in range(0, last.size, MOST_AT_ONCE):
            end = min(start + MOST_AT_ONCE, last.size)
            leaves = [leaf_hash(entry) for entry in read_leaves(connection, start, end)]
            tiles.update(grown(read, start, leaves))
        roots = {root(read, last.size), root(reading(connection), last.size)}
    except (BadNote, TileTooShort):
        roots = set()
    if roots != {last.root}:
        raise CannotBegin(
            f"The first {last.size:,} events are not those that were signed, so this is no backup"
            " that only lost its end: outturn verify tells what was altered."
        )


@contextmanager
def _as_owner(url: str) -> Iterator[Connection]:
    with log_in(url, autocommit=True, application_name="outturn") as connection:
        connection.execute(f"SET ROLE {OWNER}; SET TIME ZONE 'UTC'")
        yield connection
