"""Receiving a file: kept as it came, with the errand to look at it, then recorded as received."""

from collections.abc import Callable, Iterable
from datetime import date
from hashlib import sha256
from uuid import UUID

import msgspec

from ledger.acts import Act, Told, grants_of, holds_a_role
from ledger.agreement.state import Agreement
from ledger.engine import Commit, KeyReused, StreamMoved, Text
from ledger.event import Event, Recorded
from ledger.load.events import LoadKind, LoadReceived, LoadRefused
from ledger.load.state import Load
from ledger.loading.keeping import Errand, KeptFile, drop_file, keep_file, tell_workers
from ledger.loading.mapping import read_mapping
from ledger.record import Record
from policies.permissions import Action, check_may
from policies.refusals import (
    BadFile,
    Conflict,
    DutyRefusal,
    IdempotencyKeyReused,
    Refusal,
)
from policies.refusals_escalation import DayInFuture


class FileOffered(msgspec.Struct, frozen=True, kw_only=True):
    """A file to load: its bytes piece by piece, its name, and how it is to be taken.

    ``mapping`` is the text of a mapping file, "" for columns that are ours; ``kind`` says whose
    figures are taken: those of the agreement's areas, of others, or of all. ``released_on`` is the
    day its publisher released it. A ``dry_run`` is only checked, and waits for a person to commit.
    """

    pieces: Iterable[bytes]
    name: str
    mapping: str = ""
    kind: LoadKind = "values"
    released_on: date | None = None
    dry_run: bool = False
    confirmed_unit: bool = False


def receive(
    record: Record,
    agreement: str,
    file: FileOffered,
    act: Act,
    load: UUID,
    nonces: Callable[[], bytes],
) -> int:
    """Take a file in, to be looked at by a worker; answer the position at which that is recorded.

    ``load`` is the id it gets.

    The same file with the same idempotency key is the same load. Raises UnknownAgreement, NoRole
    (recorded), DayInFuture, BadMapping, BadFile (recorded) and IdempotencyKeyReused.
    """
    record.refresh(agreement, "")
    body = record.agreement(agreement)
    if file.mapping:
        read_mapping(file.mapping)
    try:
        check_may_load(body, act)
    except DutyRefusal as refusal:
        record.refused_lately.check(act.actor)
        digest = sha256(b"".join(file.pieces)).hexdigest()
        name = file.name if holds_a_role(body, act) else ""  # which may be any text of a stranger's
        _refused(record, load, agreement, name, digest, refusal, act, nonces)
        record.refused_lately.note(act.actor)
        raise
    check_released(file, act)
    errand = Errand(wanted="check", actor=act.actor)
    with record.pool.connection() as connection:
        try:
            kept = keep_file(connection, load, file.pieces, file.mapping, errand)
        except BadFile as refusal:
            _refused(record, load, agreement, file.name, "", refusal, act, nonces)
            raise
    try:
        appended = record.append(
            [Recorded(load, 1, _received(agreement, file, kept), 0, act.at, act.actor)],
            commit_of(act, body, request_digest=_request(agreement, file, kept)),
        )
    except KeyReused as error:
        raise IdempotencyKeyReused from error
    except StreamMoved as error:
        with record.pool.connection() as connection:
            drop_file(connection, load)
        raise Conflict from error
    with record.pool.connection() as connection:
        tell_workers(connection)
    return appended.last_position


def _received(agreement: str, file: FileOffered, kept: KeptFile) -> LoadReceived:
    return LoadReceived(
        agreement=agreement,
        file=file.name,
        sha256=kept.sha256,
        bytes=kept.bytes,
        mapping_sha256=sha256(file.mapping.encode()).hexdigest() if file.mapping else "",
        kind=file.kind,
        released_on=file.released_on,
        dry_run=file.dry_run,
        confirmed_unit=file.confirmed_unit,
    )


def check_released(file: FileOffered, act: Act) -> None:
    """Refuse a day of release that has not come. Raises DayInFuture."""
    if file.released_on is not None and file.released_on > act.today:
        raise DayInFuture(
            "A file that is there was released by today: put the day right, or leave it out.",
            field="source_date",
        )


def check_may_load(body: Agreement, act: Act) -> None:
    """Refuse a person who may load nothing of an agreement. Raises NoRole."""
    grants = tuple(grants_of(body, act.actor))
    anywhere = frozenset(grant.scope for grant in grants)
    check_may(Action.LOAD, person=act.actor, grants=grants, scopes=anywhere, on=act.today)


def check_may_load_all(body: Agreement, act: Act) -> None:
    """Refuse a person who may not load into the whole of an agreement. Raises NoRole."""
    assert body.sheet is not None
    grants, everything = grants_of(body, act.actor), frozenset({body.sheet.code})
    check_may(Action.LOAD, person=act.actor, grants=grants, scopes=everything, on=act.today)


def refuse(
    record: Record,
    load: Load,
    received: LoadReceived,
    refusal: Refusal,
    act: Act,
    nonces: Callable[[], bytes],
) -> None:
    """Record that a file which was received is refused, and why."""
    event, text = _refusal(received.agreement, received.file, received.sha256, refusal, nonces)
    record.append([after(load, event, act)], commit_of(act, None, texts=(text,)))


def _refused(
    record: Record,
    load: UUID,
    agreement: str,
    name: str,
    digest: str,
    refusal: Refusal,
    act: Act,
    nonces: Callable[[], bytes],
) -> None:
    """Record that a file was not even received."""
    event, text = _refusal(agreement, name, digest, refusal, nonces)
    recorded = Recorded(load, 1, event, 0, act.at, act.actor)
    record.append([recorded], commit_of(act, None, texts=(text,)))


def _refusal(
    agreement: str, name: str, digest: str, refusal: Refusal, nonces: Callable[[], bytes]
) -> tuple[LoadRefused, Text]:
    text = text_of(refusal.detail, nonces)
    event = LoadRefused(
        agreement=agreement,
        file=name,
        sha256=digest,
        code=refusal.code,
        reason=text.digest.hex(),
    )
    return event, text


def after(load: Load, event: Event, act: Act, further: int = 1) -> Recorded:
    """An event that comes next in the stream of a load, or so many later."""
    return Recorded(load.id, load.version + further, event, 0, act.at, act.actor)


def commit_of(
    act: Act,
    body: Agreement | None,
    *,
    texts: tuple[Text, ...] = (),
    key: str | None = None,
    request_digest: bytes | None = None,
    answer: Told | None = None,
    also: tuple[Load, ...] = (),
) -> Commit:
    """What goes with the events of a load. ``body`` and ``also`` are an agreement and other loads
    that were relied on."""
    key, request_digest = key or act.idempotency_key, request_digest or act.request_digest
    return Commit(
        actor=act.actor,
        command=Action.LOAD.value,
        correlation_id=act.correlation_id,
        idempotency_key=key,
        request_digest=request_digest if key else None,
        answer=msgspec.json.encode(answer) if answer else None,
        reads=tuple((each.id, each.version) for each in (*((body,) if body else ()), *also)),
        texts=texts,
        simulated_at=act.at if act.simulated else None,
    )


def text_of(text: str, nonces: Callable[[], bytes]) -> Text:
    """A text to be kept beside the record."""
    nonce = nonces()
    return Text(sha256(nonce + text.encode()).digest(), nonce, text)


def _request(agreement: str, file: FileOffered, kept: KeptFile) -> bytes:
    """What tells one request from another under the same idempotency key."""
    asked = (
        agreement,
        kept.sha256,
        file.name,
        file.mapping,
        file.kind,
        file.released_on,
        file.dry_run,
        file.confirmed_unit,
    )
    return sha256(msgspec.json.encode(asked)).digest()
