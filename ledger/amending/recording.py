"""How every act of change control is recorded: decided on what is stored, tried again when it
moved, and answered the same when it is sent twice."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from uuid import UUID

import msgspec

from ledger.acts import Act, Told, refusal_of
from ledger.agreement.state import Agreement
from ledger.amendment.events import AmendmentActionRefused
from ledger.engine import Appended, Commit, KeyReused, StreamMoved
from ledger.event import LONDON, Event, Recorded, amendment_id
from ledger.record import Record
from policies.refusals import (
    Conflict,
    DutyRefusal,
    IdempotencyKeyReused,
    Refusal,
    UnknownAgreement,
)

ATTEMPTS = 10
NOTHING: Mapping[str, str] = MappingProxyType({})
Stream = tuple[UUID, int]  # and the version of it that was seen


class Said(Told, frozen=True, kw_only=True, omit_defaults=True):
    """What an act of change control answers, as kept with its commit.

    ``numbers`` are those of the amendments, or of the refresh, it was about.
    """

    numbers: tuple[int, ...] = ()


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """An act in its place in the record."""

    numbers: tuple[int, ...]
    first_position: int
    last_position: int
    replayed: bool


def until_recorded(record: Record, act: Act, attempt: Callable[[], Acted]) -> Acted:
    """Try until no other act was in the way.

    Raises what the decision refuses, IdempotencyKeyReused, and Conflict where others never stop.
    """
    for _ in range(ATTEMPTS):
        try:
            return attempt()
        except StreamMoved:
            continue
        except KeyReused as error:
            raise IdempotencyKeyReused from error
        except Refusal:
            before = acted_before(record, act)
            if before is None:
                raise
            return before
    raise Conflict("Others acted on the same thing at the same moment: look again and repeat.")


def acted_before(record: Record, act: Act) -> Acted | None:
    """Where an act that was sent before stands. Raises the refusal it met then."""
    earlier = record.earlier(act)
    return None if earlier is None else _acted(earlier, Said())


def body_of(record: Record, agreement: str) -> Agreement:
    """The fold of an agreement as stored. Raises UnknownAgreement."""
    body = record.fresh_agreement(agreement)
    if body.sheet is None:
        raise UnknownAgreement(f"There is no agreement {agreement!r}.")
    return body


def sealed_on(body: Agreement) -> date | None:
    """The day an agreement was sealed, where the partnership is."""
    return body.sealed.at.astimezone(LONDON).date() if body.sealed else None


def append(
    record: Record,
    act: Act,
    command: str,
    events: Sequence[Recorded],
    said: Said,
    reads: Sequence[Stream] = (),
) -> Acted:
    """Record events of one act, relying on streams as they were seen.

    Raises StreamMoved and KeyReused; and what was refused, where ``said`` or the first answer to
    the same act says so.
    """
    commit = Commit(
        actor=act.actor,
        command=command,
        correlation_id=act.correlation_id,
        idempotency_key=act.idempotency_key,
        request_digest=act.request_digest,
        answer=msgspec.json.encode(said),
        reads=tuple(reads),
        texts=() if said.refused else act.texts,  # no event names those of a refused act
        simulated_at=act.at if act.simulated else None,
    )
    return _acted(record.append(events, commit), said)


def placed(act: Act, stream: UUID, version: int, *events: Event) -> list[Recorded]:
    """Events that come next in a stream, after the version that was seen."""
    return [
        Recorded(stream, version + n, event, 0, act.at, act.actor)
        for n, event in enumerate(events, 1)
    ]


def refuse_duty(
    record: Record,
    act: Act,
    agreement: str,
    command: str,
    refusal: DutyRefusal,
    *,
    stream: Stream | None = None,
    tried: Mapping[str, str] = NOTHING,
) -> Acted:
    """Record that somebody tried what their duties forbid, and raise the refusal.

    Raises TooManyRefused, with nothing recorded, where they did so too often lately.

    Without a stream it stands in the one that the agreement keeps for this. ``tried`` says more of
    what it was, field by field.
    """
    record.refused_lately.check(act.actor)
    if stream is None:
        own = amendment_id(agreement, 0)
        stream = own, record.heads([own]).get(own, 0)
    event = AmendmentActionRefused(action=command, code=refusal.code, agreement=agreement, **tried)
    said = Said(
        refused=refusal.code,
        detail=refusal.detail,
        field=refusal.field,
        errors=refusal.errors,
    )
    try:
        return append(record, act, command, placed(act, *stream, event), said)
    except DutyRefusal:
        record.refused_lately.note(act.actor)
        raise


def _acted(appended: Appended, said: Said) -> Acted:
    if appended.replayed:
        said = msgspec.json.decode(appended.answer or b"{}", type=Said)
    refusal = refusal_of(said)
    if refusal is not None:
        raise refusal
    return Acted(
        numbers=said.numbers,
        first_position=appended.first_position,
        last_position=appended.last_position,
        replayed=appended.replayed,
    )
