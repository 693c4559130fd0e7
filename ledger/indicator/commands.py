"""What a person may ask of an indicator. Orders, not yet facts: the decisions judge them."""

from datetime import date

import msgspec

from ledger.indicator.events import Entry, SignedEntry, Source
from ledger.indicator.response_commands import ResponseCommand


class EntryGiven(msgspec.Struct, frozen=True, kw_only=True):
    """An entry as asked for; ``replaces`` may say which entry the person means to correct."""

    entry: Entry
    replaces: str = ""


class SubmitValues(msgspec.Struct, frozen=True, kw_only=True):
    """Give values for keys that have none."""

    entries: tuple[EntryGiven, ...]
    data_available_on: date | None = None
    note: str = ""  # digest of a text
    source: Source | None = None


class CorrectValues(msgspec.Struct, frozen=True, kw_only=True):
    """Put other values in the place of those that hold, for a reason (digest of a text)."""

    entries: tuple[EntryGiven, ...]
    reason: str
    data_available_on: date | None = None
    source: Source | None = None


class ReturnValues(msgspec.Struct, frozen=True, kw_only=True):
    """Send entries back to whoever gave them, for a reason (digest of a text)."""

    entries: tuple[str, ...]
    reason: str


class WithdrawValues(msgspec.Struct, frozen=True, kw_only=True):
    """Take entries out, for a reason (digest of a text)."""

    entries: tuple[str, ...]
    reason: str


class SignOffValues(msgspec.Struct, frozen=True, kw_only=True):
    """Vouch for entries exactly as seen, with a grade of assurance."""

    entries: tuple[SignedEntry, ...]
    assurance: str


class AttachEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """Add files, by their digests, to entries that hold."""

    entries: tuple[str, ...]
    attachments: tuple[str, ...]


ValueCommand = (
    SubmitValues | CorrectValues | ReturnValues | WithdrawValues | SignOffValues | AttachEvidence
)
Command = ValueCommand | ResponseCommand


def attachments_named(command: Command) -> frozenset[str]:
    """The digests of the files that a command names."""
    match command:
        case SubmitValues(entries=entries) | CorrectValues(entries=entries):
            return frozenset(digest for one in entries for digest in one.entry.attachments)
        case AttachEvidence(attachments=attachments):
            return frozenset(attachments)
        case _:
            return frozenset()
