"""Notes that are given again: each digest is over its own nonce, so the same words have others."""

from collections.abc import Iterable, Mapping
from hashlib import sha256

import msgspec

from ledger.acts import Act
from ledger.engine import Connection
from ledger.indicator.commands import Command, CorrectValues, EntryGiven, SubmitValues
from ledger.indicator.state import Indicator, key_of


def notes_in_question(state: Indicator, command: Command) -> dict[str, str]:
    """The digests of notes that are given, and of those that hold where these are given."""
    if not isinstance(command, SubmitValues | CorrectValues):
        return {}
    pairs = (
        (given.entry.note, held.entry.note)
        for given in command.entries
        if given.entry.note and (held := state.entries.get(key_of(given.entry)))
    )
    return {note: held for note, held in pairs if held}


def with_notes_that_hold(
    connection: Connection, state: Indicator, command: Command, act: Act
) -> tuple[Command, Act]:
    """The command and its act; a note that says what the one it would replace says is that one.

    One that was erased is not known again.
    """
    asked = notes_in_question(state, command)
    if not asked or not isinstance(command, SubmitValues | CorrectValues):
        return command, act
    nonces = _nonces(connection, asked.values())
    given = {text.digest.hex(): text.text.encode() for text in act.texts}
    same = {
        note: held
        for note, held in asked.items()
        if held in nonces
        and note in given
        and sha256(nonces[held] + given[note]).hexdigest() == held
    }
    entries = tuple(_noted(one, same) for one in command.entries)
    texts = tuple(text for text in act.texts if text.digest.hex() not in same)
    return (
        msgspec.structs.replace(command, entries=entries),
        msgspec.structs.replace(act, texts=texts),
    )


def _noted(given: EntryGiven, same: Mapping[str, str]) -> EntryGiven:
    held = same.get(given.entry.note)
    if held is None:
        return given
    return EntryGiven(
        entry=msgspec.structs.replace(given.entry, note=held), replaces=given.replaces
    )


def _nonces(connection: Connection, digests: Iterable[str]) -> dict[str, bytes]:
    rows = connection.execute(
        "SELECT encode(digest, 'hex'), nonce FROM ledger.texts"
        " WHERE digest = ANY(%s) AND text IS NOT NULL",
        ([bytes.fromhex(digest) for digest in set(digests)],),
    )
    return {digest: bytes(nonce) for digest, nonce in rows}
