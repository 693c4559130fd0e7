"""Carrying out what was asked to be done with a load: check, commit, withdraw.

Everything it needs is in the database, so whoever takes an errand up again after a crash goes on
where the record says it is: nothing is done twice, and nothing is left half done.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from ledger.acts import OPERATOR, Act
from ledger.engine import StreamMoved
from ledger.event import Event
from ledger.load.events import LoadAbandoned, LoadCommitted
from ledger.load.state import Load, Stage
from ledger.loading.judged import OUTCOMES
from ledger.loading.judging import Judgement, judge
from ledger.loading.keeping import Errand, Waiting, drop_file, keep_report, read_report
from ledger.loading.load import Checked
from ledger.loading.parts import MOST_AT_ONCE, Writing, put_in
from ledger.loading.receiving import after, commit_of, refuse
from ledger.loading.report import KeptJudgement, differing, judgement_of
from ledger.loading.resuming import Left, remaining
from ledger.loading.summary import MovedRow
from ledger.loading.withdrawing import refuse_duty, withdraw
from ledger.record import Record
from policies.numbers import text_or_none
from policies.periods import parse_code
from policies.permissions import Action
from policies.refusals import Conflict, DutyRefusal, Refusal

ATTEMPTS = 5  # officers may write to the same indicators while a file is checked
MOST_TAKEN_UP = 5  # what ended its worker so often is given up, unless half of it is in
MOVED_SHOWN = 10
TO_PUT_IN = frozenset({Stage.RECEIVED, Stage.CHECKED, Stage.COMMITTING})
CHECKING = 60  # per cent of the way; the rest is putting in


class Workshop(NamedTuple):
    """What a worker has: the record, the way to make an act of a person, and whom to tell how far
    it is in per cent. ``most_entries`` is how many go in at once."""

    record: Record
    act_of: Callable[[str], Act]
    nonces: Callable[[], bytes]
    told: Callable[[int], None]
    most_entries: int = MOST_AT_ONCE


class NotReceivedYet(Exception):
    """The file is kept and not yet recorded as received: in a moment, or its sender went away."""


def carry_out(shop: Workshop, waiting: Waiting) -> None:
    """Do what an errand asks, from wherever the load stands; nothing where it is done already.

    Raises Conflict where others never stop writing to the same indicators, and NotReceivedYet: try
    again later.
    """
    load = shop.record.load(waiting.load)
    if not load.version:
        raise NotReceivedYet
    errand = waiting.errand
    act = shop.act_of(errand.actor)
    given_up = waiting.taken_up > MOST_TAKEN_UP
    match errand.wanted, load.stage:
        case "check" | "commit", Stage.RECEIVED | Stage.CHECKED if given_up:
            event, nobody = LoadAbandoned(why="unreadable"), shop.act_of(OPERATOR)
            shop.record.append([after(load, event, nobody)], commit_of(nobody, None))
        case "withdraw", _ if given_up:
            pass  # it holds as it did, and whoever asked may ask again
        case "check", Stage.RECEIVED | Stage.CHECKED:
            _or_refuse(shop, load, act, lambda: _take_in(shop, load, act))
        case "commit", Stage.CHECKED:
            _or_refuse(shop, load, act, lambda: _commit(shop, load, errand, act))
        case "check" | "commit", Stage.COMMITTING:
            _go_on(shop, load, act)
        case "withdraw", Stage.COMMITTED:
            withdraw(shop.record, load, errand.reason, act, shop.nonces)
        case "check", Stage.REFUSED if load.checked is None:
            _drop_file(shop, load)  # its worker was killed between the two
        case _:
            pass


def _or_refuse(shop: Workshop, load: Load, act: Act, doing: Callable[[], None]) -> None:
    """A refusal is the end of the errand: recorded, and of a file never judged nothing is kept."""
    assert load.received is not None
    try:
        doing()
    except Conflict:
        raise
    except Refusal as refusal:
        if load.stage is Stage.CHECKED and isinstance(refusal, DutyRefusal):
            refuse_duty(shop.record, load, Action.LOAD, refusal, act)
            return
        refuse(shop.record, load, load.received, refusal, act, shop.nonces)
        if load.stage is Stage.RECEIVED:
            _drop_file(shop, load)


def _drop_file(shop: Workshop, load: Load) -> None:
    with shop.record.pool.connection() as connection:
        drop_file(connection, load.id)


def _take_in(shop: Workshop, load: Load, act: Act) -> None:
    """Check a file that came in and, unless a person is to look at it first, put it in."""
    received = load.received
    assert received is not None

    def attempt(load: Load) -> None:
        judged = _judge(shop, load, act)
        unsure = judged.checked.findings.unit_changed and not received.confirmed_unit
        if not (received.dry_run or unsure):
            _keep(shop, load, judged)
            # A worker that was gone before the first part went in may have recorded its check.
            known = load.checked is not None and load.checked.digest == judged.digest
            _put_in(shop, load, judged, act, first=() if known else (judged.event(),))
        elif load.stage is Stage.RECEIVED:
            _record_check(shop, load, judged, act)

    _until_in(shop, load, act, attempt)


def _commit(shop: Workshop, load: Load, errand: Errand, act: Act) -> None:
    """Put in what was checked and seen. Where it would be judged otherwise by now, ask again."""

    def attempt(load: Load) -> None:
        assert load.checked is not None
        if errand.checked != load.checked.digest:
            return  # it was checked again since, and that was not seen
        judged = _judge(shop, load, act)
        if _as_seen(shop, load, judged):
            _put_in(shop, load, judged, act)
        else:
            _ask_again(shop, load, judged, act)

    _until_in(shop, load, act, attempt)


def _go_on(shop: Workshop, load: Load, act: Act) -> None:
    """Put in what is left of a large load, whose earlier parts are in."""

    def attempt(load: Load) -> None:
        # whoever sent it was entitled when the first part went in; the rest belongs to that
        judged = _judge(shop, load, act, entitled=True)
        with shop.record.pool.connection() as connection:
            left = remaining(connection, load, _seen(shop, load), judged.checked, judged.body)
        _put_in(shop, load, judged, act, left=left)

    try:
        _until_in(shop, load, act, attempt)
    except Conflict:
        raise
    except Refusal:
        _end_as_it_stands(shop, load, act)


def _end_as_it_stands(shop: Workshop, load: Load, act: Act) -> None:
    """The file can be read no more, by a version that reads more strictly: what is in stays, and
    the rest is set aside."""
    load = shop.record.load(load.id)
    assert load.checked is not None
    left = max(load.checked.writes - load.entries, 0)
    event = LoadCommitted(digest=load.checked.digest, events=0, written=0, set_aside=left)
    shop.record.append([after(load, event, act)], commit_of(act, None))


def _until_in(shop: Workshop, load: Load, act: Act, attempt: Callable[[Load], None]) -> None:
    """Try again when an officer wrote to one of the indicators meanwhile. Raises Conflict.

    Where it was the load that moved, a person gave it up, or it is in: the last words of a worker
    that was killed may arrive after the next one has begun.
    """
    began = load.stage
    for _ in range(ATTEMPTS):
        try:
            attempt(load)
        except StreamMoved:
            load = shop.record.load(load.id)
            if load.stage not in TO_PUT_IN:
                return
            if load.stage is Stage.COMMITTING is not began:
                _go_on(shop, load, act)
                return
            continue
        return
    raise Conflict


def _judge(shop: Workshop, load: Load, act: Act, *, entitled: bool = False) -> Judgement:
    def told(done: int) -> None:
        shop.told(CHECKING * done // 100)

    return judge(shop.record, load, act, told, entitled=entitled, most_entries=shop.most_entries)


def _seen(shop: Workshop, load: Load) -> KeptJudgement:
    """The judgement that is to be committed."""
    assert load.checked is not None
    with shop.record.pool.connection() as connection:
        return judgement_of(read_report(connection, load.id, load.checked.digest))


def _keep(shop: Workshop, load: Load, judged: Judgement) -> None:
    with shop.record.pool.connection() as connection:
        keep_report(connection, load.id, judged.digest, judged.report)


def _record_check(shop: Workshop, load: Load, judged: Judgement, act: Act, moved: int = 0) -> None:
    _keep(shop, load, judged)
    event = judged.event(moved)
    shop.record.append([after(load, event, act)], commit_of(act, judged.body))


def _as_seen(shop: Workshop, load: Load, judged: Judgement) -> bool:
    """Whether a judgement is the one that was seen, as far as that was kept.

    Checks that were made by a version that did not keep what the rows write have other digests.
    """
    assert load.checked is not None
    if judged.digest == load.checked.digest:
        return True
    before, unit = _seen(shop, load), bool(judged.checked.findings.unit_changed)
    if before.meant or unit != load.checked.unit_changed:
        return False
    return not any(True for _ in differing(before, judgement_of(judged.report)))


def _ask_again(shop: Workshop, load: Load, judged: Judgement, act: Act) -> None:
    """Record the check as it is now, with the rows that are judged otherwise than before."""
    before = _seen(shop, load)
    places = list(differing(before, judgement_of(judged.report)))
    moved = _moved(before, judged.checked, places[:MOVED_SHOWN])
    told = judged.telling(msgspec.structs.replace(judged.checked.findings, moved=moved))
    _record_check(shop, load, told, act, moved=len(places))


def _moved(before: KeptJudgement, now: Checked, places: Sequence[int]) -> tuple[MovedRow, ...]:
    rows = now.outcomes.pick(places)
    return tuple(
        MovedRow(
            row=rows[place].row,
            outcome=rows[place].outcome,
            detail=rows[place].detail or _reads(now, place, before),
            replaces=rows[place].replaces,
            before=OUTCOMES[before.outcomes[place]],
            before_replaces=before.replaced(place)[0],
            data=dict(zip(now.header, rows[place].cells, strict=False)),
        )
        for place in places
    )


def _reads(now: Checked, place: int, before: KeptJudgement) -> str:
    """What a row is taken to say, where that is why it differs: it is judged as it was before."""
    entry, held, judged = now.entries[place], now.judged.held[place], now.judged
    same = judged.outcomes[place] == before.outcomes[place]
    if entry is None or not same or judged.replaced(place) != before.replaced(place):
        return ""
    parts = f"{text_or_none(entry.numerator)} of {text_or_none(entry.denominator)}"
    figure = entry.missing or text_or_none(entry.value) or parts
    said = f"By now it says {figure} of {entry.area} in {parse_code(entry.period).label}."
    signed = held is not None and held.signature is not None
    return f"{said} The figure it corrects is signed off, which would lapse." if signed else said


def _put_in(
    shop: Workshop,
    load: Load,
    judged: Judgement,
    act: Act,
    *,
    first: tuple[Event, ...] = (),
    left: Left | None = None,
) -> None:
    assert load.received is not None
    checked = judged.checked
    changes, elsewhere, set_aside = left or Left(checked.changes, checked.elsewhere, ())
    writing = Writing(
        load=load,
        digest=judged.digest if load.checked is None or first else load.checked.digest,
        body=judged.body,
        folds=judged.folds,
        changes=changes,
        holds=checked.slices.holds,
        source=checked.source(load.received.released_on, str(load.id)),
        act=act,
        first=first,
        set_aside=set_aside,
        most_entries=shop.most_entries,
        elsewhere=elsewhere,
        elsewhere_folds=judged.elsewhere,
    )

    def told(done: int, of: int) -> None:
        shop.told(CHECKING + (100 - CHECKING) * done // max(of, 1))

    put_in(shop.record, writing, shop.nonces, told)
