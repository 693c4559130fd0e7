"""What a person may ask of an amendment. Orders, not yet facts: the decisions judge them."""

from typing import Literal

import msgspec

from ledger.amendment.events import Changes


class Propose(msgspec.Struct, frozen=True, kw_only=True):
    """Propose changes for a reason (digest of a text), in a refresh where one is named."""

    number: int
    title: str
    reason: str
    changes: Changes
    refresh: int = 0


class Revise(msgspec.Struct, frozen=True, kw_only=True):
    """Put other changes in the place of those proposed, for a reason (digest of a text)."""

    changes: Changes
    reason: str


class Consent(msgspec.Struct, frozen=True, kw_only=True):
    """Consent for a bound partner; ``note`` is the digest of a text.

    ``revision`` is that of the proposal which was seen, as in all of these; 0 is the present one.
    """

    partner: str
    note: str = ""
    revision: int = 0


class Object(msgspec.Struct, frozen=True, kw_only=True):
    """Object for a bound partner, for a reason (digest of a text)."""

    partner: str
    reason: str
    revision: int = 0


class Rehearse(msgspec.Struct, frozen=True, kw_only=True):
    """Keep what a rehearsal found: the digest of its document, and its first sentence.

    ``revision`` is that of the proposal which was rehearsed, as known at ``position``.
    """

    revision: int
    position: int
    digest: str
    summary: str


class Decide(msgspec.Struct, frozen=True, kw_only=True):
    """Approve or reject for a body, with the reference of its minute."""

    decision: Literal["approved", "rejected"]
    body: str
    minute_reference: str
    reason: str = ""
    revision: int = 0


class Withdraw(msgspec.Struct, frozen=True, kw_only=True):
    """Take the proposal back, for a reason (digest of a text)."""

    reason: str


Command = Propose | Revise | Consent | Object | Rehearse | Decide | Withdraw
