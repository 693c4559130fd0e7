"""Committing a load: the whole file in one commit, or nothing of it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from hashlib import sha256

import msgspec

from ledger.acts import Act, grants_of
from ledger.agreement.state import Agreement
from ledger.engine import Commit, StreamMoved, Text
from ledger.event import Event, Recorded, indicator_id
from ledger.indicator.state import Indicator
from ledger.loading.events import to_events
from ledger.loading.load import Checked, check_file
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.summary import LoadDocument
from ledger.record import Record
from policies.permissions import Action, check_may
from policies.refusals import Conflict, UnknownAgreement

ATTEMPTS = 5  # officers may write to the same indicators while a file is checked


class FileGiven(msgspec.Struct, frozen=True, kw_only=True):
    """A file to load: its bytes and name, how to read it, the day its publisher released it."""

    content: bytes
    name: str
    mapping: FileMapping | None = None
    released_on: date | None = None


class Loaded(msgspec.Struct, frozen=True):
    """The load document, and the check it came from with every row."""

    document: LoadDocument
    checked: Checked


def load_file(
    record: Record,
    agreement: str,
    file: FileGiven,
    act: Act,
    nonces: Callable[[], bytes],
    *,
    dry_run: bool = False,
) -> Loaded:
    """Check a file and, unless it is a dry run, record what it changes.

    Rows that are refused stop no other row. The file is checked on fresh state, and again when an
    officer wrote to the same indicators meanwhile. Raises BadFile, BadMapping, NoRole, Conflict.
    """
    for _ in range(ATTEMPTS):
        try:
            return _attempt(record, agreement, file, act, nonces, dry_run=dry_run)
        except StreamMoved:
            continue
    raise Conflict


def _attempt(
    record: Record,
    agreement: str,
    file: FileGiven,
    act: Act,
    nonces: Callable[[], bytes],
    *,
    dry_run: bool,
) -> Loaded:
    body = record.fresh_agreement(agreement)
    if body.sheet is None:
        raise UnknownAgreement(f"There is no agreement {agreement!r}.")
    folds: dict[str, Indicator] = {}

    def folded(codes: Iterable[str]) -> dict[str, Indicator]:
        folds.update(record.indicators(agreement, codes))
        return folds

    checked = check_file(file.content, file.name, file.mapping, body, folded, act.today)
    _check_role(body, checked, act)
    if dry_run:
        return Loaded(checked.document("checked"), checked)
    positions = _commit(record, body, folds, file, checked, act, nonces)
    return Loaded(checked.document("committed", positions), checked)


def _check_role(body: Agreement, checked: Checked, act: Act) -> None:
    """The person must be entitled for every indicator the file would change.

    For a file that changes nothing, it is enough to be entitled somewhere in the agreement.
    """
    grants = tuple(grants_of(body, act.actor))
    anywhere = frozenset(grant.scope for grant in grants)
    check_may(Action.LOAD, person=act.actor, grants=grants, scopes=anywhere)
    for code in checked.changes:
        scopes = body.scopes_of(code)
        check_may(Action.LOAD, person=act.actor, grants=grants, scopes=scopes)


def _commit(
    record: Record,
    body: Agreement,
    folds: Mapping[str, Indicator],
    file: FileGiven,
    checked: Checked,
    act: Act,
    nonces: Callable[[], bytes],
) -> Sequence[int]:
    texts = _texts(file, checked, nonces)
    events = to_events(
        checked.changes,
        checked.source(file.released_on),
        texts[0].digest.hex(),
        available_on=act.today,
        note_digests={text.text: text.digest.hex() for text in texts[1:]},
    )
    if not events:
        return ()
    commit = Commit(
        actor=act.actor,
        command=Action.LOAD.value,
        correlation_id=act.correlation_id,
        idempotency_key=act.idempotency_key,
        request_digest=act.request_digest,
        reads=((body.id, body.version),),
        texts=texts,
        simulated_at=act.at if act.simulated else None,
    )
    appended = record.append(_numbered(events, folds, body, act), commit)
    return range(appended.first_position, appended.last_position + 1)


def _texts(file: FileGiven, checked: Checked, nonces: Callable[[], bytes]) -> tuple[Text, ...]:
    """The reason of all corrections of this file, then each note once."""
    released = f", released on {file.released_on}" if file.released_on else ""
    reason = f"The figure differs in {file.name}{released}."
    notes = {note for change in checked.changes.values() for note in change.notes.values()}
    return tuple(_text(text, nonces) for text in (reason, *sorted(notes)))


def _text(text: str, nonces: Callable[[], bytes]) -> Text:
    nonce = nonces()
    return Text(sha256(nonce + text.encode()).digest(), nonce, text)


def _numbered(
    events: Sequence[tuple[str, Event]], folds: Mapping[str, Indicator], body: Agreement, act: Act
) -> list[Recorded]:
    """The events in their streams, each numbered on from what was recorded."""
    assert body.sheet is not None
    versions = {code: fold.version for code, fold in folds.items()}
    numbered: list[Recorded] = []
    for code, event in events:
        versions[code] += 1
        stream = indicator_id(body.sheet.code, code)
        numbered.append(Recorded(stream, versions[code], event, 0, act.at, act.actor))
    return numbered
