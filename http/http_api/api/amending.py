"""An act of change control, from a body to where it was recorded: for the API and the pages."""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple, TypeVar

import msgspec

from http_api import clock
from http_api.api.acting import request_digest
from http_api.api.amendment_bodies import (
    ProposalBody,
    RefreshBody,
    RefreshDecisionBody,
    SealBody,
    changes_of,
)
from http_api.api.bodies import TextKeeper
from http_api.rehearsals import Kept, rehearse_and_keep
from http_api.service import Service
from ledger.acts import Act
from ledger.amending.acting import handle, propose
from ledger.amending.recording import Acted
from ledger.amending.sealing import RefreshAsked, open_refresh, seal
from ledger.amending.together import DecideTogether, decide_together
from ledger.amendment.commands import Command

B = TypeVar("B", bound=msgspec.Struct)


class Sender(NamedTuple):
    """Who sends a request in an agreement, where to, and under which idempotency key."""

    service: Service
    person: str
    agreement: str
    path: str
    key: str | None


def on_amendment(
    sender: Sender, number: int, body: B, build: Callable[[B, TextKeeper], Command]
) -> Acted:
    """Act on an amendment as a body says. Raises its refusal."""
    texts = TextKeeper(clock.nonce)
    command = build(body, texts)
    act = _act(sender, body, texts)
    return _seen(sender, handle(sender.service.record, sender.agreement, number, command, act))


def proposing(sender: Sender, body: ProposalBody) -> Acted:
    """Propose an amendment; the answer has its number."""
    texts = TextKeeper(clock.nonce)
    changes, reason = changes_of(body, texts), texts.keep(body.reason)
    acted = propose(
        sender.service.record,
        sender.agreement,
        _act(sender, body, texts),
        title=body.title,
        reason=reason,
        changes=changes,
        refresh=body.refresh or 0,
    )
    return _seen(sender, acted)


def rehearsing(sender: Sender, number: int) -> Kept:
    """Rehearse an amendment."""
    digest = sha256(sender.path.encode()).digest() if sender.key else None
    act = sender.service.act(sender.person, key=sender.key, digest=digest)
    kept = rehearse_and_keep(sender.service, sender.agreement, number, act)
    _seen(sender, kept.acted)
    return kept


def sealing(sender: Sender, body: SealBody) -> Acted:
    """Seal the agreement."""
    act, record = _act(sender, body), sender.service.record
    acted = seal(record, sender.agreement, body.minute_reference, act, body.freeze_days)
    return _seen(sender, acted)


def opening_refresh(sender: Sender, body: RefreshBody) -> Acted:
    """Open a refresh; the answer has its number."""
    asked = RefreshAsked(title=body.title, opens_on=body.opens_on, closes_on=body.closes_on)
    act = _act(sender, body)
    return _seen(sender, open_refresh(sender.service.record, sender.agreement, asked, act))


def deciding_refresh(sender: Sender, number: int, body: RefreshDecisionBody) -> Acted:
    """Decide on all that a refresh gathered; the answer has their numbers."""
    texts = TextKeeper(clock.nonce)
    command = DecideTogether(
        body=body.body,
        minute_reference=body.minute_reference,
        rejected=body.rejected,
        reason=texts.keep(body.reason),
    )
    act, record = _act(sender, body, texts), sender.service.record
    return _seen(sender, decide_together(record, sender.agreement, number, command, act))


def _act(sender: Sender, body: msgspec.Struct, texts: TextKeeper | None = None) -> Act:
    """An act of the sender, with what tells it from another under the same key."""
    return sender.service.act(
        sender.person,
        key=sender.key,
        digest=request_digest(sender.path, body) if sender.key else None,
        texts=tuple(texts.texts) if texts else (),
    )


def _seen(sender: Sender, acted: Acted) -> Acted:
    sender.service.saw(acted.last_position)
    return acted
