"""Rehearsing an amendment for whoever asks: worked out, kept, and then recorded."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import msgspec

from http_api.service import ClocksAsked, Service
from ledger.acts import Act
from ledger.amending.acting import handle, to_rehearse
from ledger.amending.keeping import keep_rehearsal, read_rehearsal
from ledger.amending.recording import Acted, acted_before
from ledger.amendment.commands import Rehearse
from ledger.amendment.events import AmendmentRehearsed
from ledger.engine import Connection
from ledger.event import amendment_id
from ledger.record import Record
from policies.refusals_change_control import ChangesEarlier, NotRehearsed
from projections.reading.amendments import known_amendment
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import read_structure
from projections.rehearsing.rehearsal import rehearse

Reading = AbstractContextManager[tuple[Connection, ResolvedClocks]]
_encode = msgspec.json.Encoder(decimal_format="string").encode


class Kept(msgspec.Struct, frozen=True):
    """A rehearsal that is recorded: its digest, and its first sentence."""

    acted: Acted
    digest: str
    summary: str


def rehearse_and_keep(service: Service, agreement: str, number: int, act: Act) -> Kept:
    """Judge all history with a proposal, as known now, and record what was found.

    Raises UnknownAgreement, UnknownAmendment, AmendmentClosed, NoRole (recorded), ChangesEarlier,
    and Conflict where the proposal was revised meanwhile.
    """

    def reading(head: int) -> Reading:
        return service.reading(ClocksAsked(min_position=head))

    return rehearse_on(service.record, agreement, number, act, reading)


def rehearse_on(
    record: Record, agreement: str, number: int, act: Act, reading: Callable[[int], Reading]
) -> Kept:
    """The same, on answers that ``reading`` gives once they have reached a position.

    Sent again under its key it is not judged anew: what was recorded is told.
    """
    before = acted_before(record, act)
    if before is not None:
        return _as_recorded(record, agreement, number, before)
    state = to_rehearse(record, agreement, number, act)
    head = record.application.ledger_recorder.max_notification_id() or 0
    with reading(head) as (connection, clocks):
        found = rehearse(connection, agreement, state.changes, clocks)
        if found.earlier:
            raise ChangesEarlier(found.against, field="effective_from")
        digest = keep_rehearsal(connection, state.id, _encode(found.document))
    command = Rehearse(
        revision=state.revision,
        position=clocks.clocks.known_position,
        digest=digest,
        summary=found.summary,
    )
    acted = handle(record, agreement, number, command, act)
    if acted.replayed:  # by the same request, at the same moment
        return _as_recorded(record, agreement, number, acted)
    return Kept(acted, digest, found.summary)


def _as_recorded(record: Record, agreement: str, number: int, acted: Acted) -> Kept:
    (event,) = (
        recorded.event
        for recorded in record.application.stream(amendment_id(agreement, number))
        if recorded.position == acted.first_position
    )
    assert isinstance(event, AmendmentRehearsed)
    return Kept(acted, event.digest, event.summary)


def kept_rehearsal(service: Service, agreement: str, number: int, asked: ClocksAsked) -> bytes:
    """The document of the rehearsal of the present proposal, byte for byte.

    Raises UnknownAgreement, UnknownAmendment, and NotRehearsed where there is none as known.
    """
    with service.reading(asked) as (connection, clocks):
        read_structure(connection, agreement, clocks.clocks)
        state = known_amendment(connection, agreement, number, clocks)
        if state.rehearsal is None:
            raise NotRehearsed
        return read_rehearsal(connection, state.id, state.rehearsal.event.digest)
