"""Going on under another log, where nothing can be signed any more under the one in use.

Where events that were signed are lost, since a restored backup did not hold them, the signer signs
nothing more: its log has an end that the record has not. Where the signer is lost, nobody can. The
record and its tree then go on under another log, with a name, a key and a memory of its own.
Nothing is hidden by that: the former key's checkpoints stay, and whoever trusts that key alone
accepts none of the other's.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ledger.engine import Connection, log_in
from ledger.proofs.following import signing, signing_anew, step_or_trouble, take_turn
from ledger.proofs.leaf import read_leaves
from ledger.proofs.logs import EVENTS_LOST, SIGNER_LOST, Log, logs
from ledger.proofs.note import BadNote, Checkpoint, key_of, open_checkpoint
from ledger.proofs.sequencer import MOST_AT_ONCE, Trouble
from ledger.proofs.signer import PUBLIC
from ledger.proofs.tiles import last_checkpoint, last_signed, over, reading
from ledger.proofs.tree import Tiles, TileTooShort, grown, leaf_hash, root

OWNER = "outturn_owner"
ENDING_SECONDS = 2.0
BECAUSE = {  # by the code of the Trouble
    "history-shrank": EVENTS_LOST,
    "history-rewritten": EVENTS_LOST,
    "another-signer": SIGNER_LOST,
    "no-signer": SIGNER_LOST,
}


ALTERED = "See outturn verify: what was altered is told there, and another log hides none of it."


class Begun(NamedTuple):
    """A log that was begun anew, and its key, for whoever checks."""

    log: Log
    key: str


class CannotBegin(Exception):
    """Why a log is not begun anew. The message is one sentence, or two."""


def begin_anew(
    url: str, signers: Path, origin: str, at: datetime, *, signer_is_lost: bool = False
) -> Begun:
    """Go on under another log, whose key is made here; nothing is signed under it yet.

    Only where the one in use cannot go on, and what every log signed of what is there holds, by
    the keys of those whose signers are here. ``url`` must log in as a member of the record's owner,
    and the process be the user's who has the signers. Raises CannotBegin.
    """
    _check_user(signers)
    with _as_owner(url) as connection:
        _take_turn(connection)
        because, signed = _why(connection, signers, origin)
        if because == SIGNER_LOST and not signer_is_lost:
            raise CannotBegin(
                "The signer of this ledger is not here. Run this where its folder is, or bring the"
                " folder here; only if it is lost for good, say --signer-is-lost."
            )
        last = last_signed(connection)
        agreed = last.size if last else 0
        for log in logs(connection):
            _check_log(connection, log, signers / str(log.id) / PUBLIC)
        if because == EVENTS_LOST and signed is not None and signed.size <= agreed:
            raise CannotBegin(f"Nothing that was signed is lost. {ALTERED}")
        had = signed.size if signed is not None and because == EVENTS_LOST else None
        try:
            with connection.transaction():
                connection.execute(
                    "INSERT INTO proofs.log (number, begun_at, because, agreed, signed, head)"
                    " SELECT max(number) + 1, %s, %s, %s, %s,"
                    " (SELECT coalesce(max(last_position), 0) FROM ledger.commits) FROM proofs.log",
                    (at, because, agreed, had),
                )
                with signing_anew(connection, signers, origin) as signer:
                    return Begun(logs(connection)[-1], str(signer.key))
        except Trouble as trouble:
            raise CannotBegin(trouble.detail) from trouble


def _check_user(signers: Path) -> None:
    """Refuse where another user has the signers: the key would be for us alone."""
    if signers.exists() and (owner := signers.stat().st_uid) != os.geteuid():
        raise CannotBegin(
            f"The signer's folder {signers} is another user's, number {owner} of this machine: run"
            " this as the user that the service runs as."
        )


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
    except TileTooShort:
        raise CannotBegin(f"The tree of what was signed is not there. {ALTERED}") from None
    except Trouble as trouble:
        because = BECAUSE.get(trouble.code)
        if because is None:
            raise CannotBegin(trouble.detail) from trouble
        return because, signed
    raise CannotBegin("This ledger is signed as it should be: there is nothing to begin anew.")


def _check_log(connection: Connection, log: Log, public: Path) -> None:
    """The record begins with the events that a log signed last of what is there, or CannotBegin.

    Else it was altered, which another log must not pass over. Its key is the one of its signer,
    where that is here: the database names another to whoever puts in a checkpoint of their own.
    """
    last = last_checkpoint(connection, log=log.number)
    if last is None:
        return
    if public.exists() and public.read_text().strip() != last.key:
        raise CannotBegin(f"The checkpoints of log {log.number} are not its signer's. {ALTERED}")
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
            f"The first {last.size:,} events are not those that log {log.number} signed, so this is"
            f" no backup that only lost its end. {ALTERED}"
        )


@contextmanager
def _as_owner(url: str) -> Iterator[Connection]:
    with log_in(url, autocommit=True, application_name="outturn") as connection:
        connection.execute(f"SET ROLE {OWNER}; SET TIME ZONE 'UTC'")
        yield connection
