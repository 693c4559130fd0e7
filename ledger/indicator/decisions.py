"""What becomes of a command about values: pure functions of state, command and time.

Each answers the events to record, and what to tell the person of each entry. A refusal is raised;
nothing is recorded then, but for a refused duty, which the caller records.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from ledger.event import Event
from ledger.indicator.checks import (
    available_on,
    check_attachments,
    check_entry,
    check_not_retired,
)
from ledger.indicator.commands import (
    AttachEvidence,
    CorrectValues,
    EntryGiven,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    ValueCommand,
    WithdrawValues,
)
from ledger.indicator.events import (
    MOST_ENTRIES,
    Correction,
    Entry,
    EvidenceAttached,
    ValuesCorrected,
    ValuesReturned,
    ValuesSignedOff,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.figures import same_figures
from ledger.indicator.state import Held, Indicator, Key, key_of, sign_off_digest
from policies.permissions import Action, check_not_own
from policies.refusals import (
    AlreadySignedOff,
    DuplicateEntry,
    FieldProblem,
    NoEntries,
    NotCurrent,
    NothingChanged,
    NothingToCorrect,
    ReasonRequired,
    Refusal,
    SignOffStale,
    TooManyEntries,
    UnknownAssurance,
    UnknownEntry,
    UnknownIndicator,
    ValueExists,
)
from policies.refusals_attachments import NoAttachments
from policies.standing import Assurance, Standing, check_may

MOST_ENTRIES_OF_AN_ACT = 10 * MOST_ENTRIES

T = TypeVar("T")


class EntryOutcome(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of one entry. Its name is known once stored: the event's position, and index.

    ``event`` counts the command's events from 0; -1 where nothing was written and ``name`` is
    that of the entry which holds already.
    """

    event: int
    index: int
    name: str = ""
    period: str
    area: str
    breakdown: dict[str, str] = {}
    outcome: str
    replaces: str = ""


class Decided(msgspec.Struct, frozen=True):
    """The events of a command, in order, and the outcome of each entry, in the order asked."""

    events: tuple[Event, ...]
    outcomes: tuple[EntryOutcome, ...]


def decide(
    state: Indicator,
    command: ValueCommand,
    *,
    actor: str,
    areas: Container[str],
    today: date,
    kept: Container[str] = frozenset(),
) -> Decided:
    """Judge a command. Whether the person's role allows it was checked before.

    ``kept`` are the digests of files that are there to be named as evidence.
    """
    if state.definition is None:
        raise UnknownIndicator
    if not command.entries:
        raise NoEntries(field="entries")
    if len(command.entries) > MOST_ENTRIES_OF_AN_ACT:
        raise TooManyEntries(
            f"{len(command.entries):,} entries at once are too many: send at most"
            f" {MOST_ENTRIES_OF_AN_ACT:,}, or load a file.",
            field="entries",
        )
    match command:
        case SubmitValues():
            return _submit(state, command, areas, today, kept)
        case CorrectValues():
            return _correct(state, command, areas, today, kept)
        case ReturnValues():
            return _return(state, command)
        case WithdrawValues():
            return _withdraw(state, command)
        case SignOffValues():
            return _sign_off(state, command, actor)
        case AttachEvidence():
            return _attach(state, command, kept)


def _submit(
    state: Indicator,
    command: SubmitValues,
    areas: Container[str],
    today: date,
    kept: Container[str],
) -> Decided:
    keys = _checked_keys(state, command.entries, areas, today, kept)
    available = available_on(command.data_available_on, today)
    fresh: list[Entry] = []
    outcomes: list[EntryOutcome] = []
    problems: list[Refusal] = []
    for n, (given, key) in enumerate(zip(command.entries, keys, strict=True)):
        held = state.entries.get(key)
        if held is None:
            outcomes.append(_outcome(given.entry, "new", len(fresh)))
            fresh.append(given.entry)
        elif same_figures(held.entry, given.entry) and _has_all(held, given.entry):
            outcomes.append(_outcome(given.entry, "unchanged", -1, name=held.name))
        else:
            problems.append(_exists(held, given.entry, key, n))
    _raise_all(problems)
    events = tuple(
        ValuesSubmitted(
            entries=part,
            data_available_on=available,
            note=command.note,
            source=command.source,
        )
        for part in _parts(fresh)
    )
    return Decided(events, tuple(outcomes))


def _exists(held: Held, given: Entry, key: Key, n: int) -> Refusal:
    """There is another entry, or the same without the note or the evidence that is given."""
    detail = f"{_about(key)} has a value already, {held.name}: correct it instead."
    if same_figures(held.entry, given):
        noted = _says_note(held, given)
        rest = "add the evidence to it instead" if noted else "correct it to change its note"
        detail = f"{_about(key)} has this value already, {held.name}: {rest}."
    return ValueExists(detail, field=f"entries[{n}]")


def _correct(
    state: Indicator,
    command: CorrectValues,
    areas: Container[str],
    today: date,
    kept: Container[str],
) -> Decided:
    if not command.reason:
        raise ReasonRequired(field="reason")
    keys = _checked_keys(state, command.entries, areas, today, kept)
    available = available_on(command.data_available_on, today)
    corrections: list[Correction] = []
    problems: list[Refusal] = []
    for n, (given, key) in enumerate(zip(command.entries, keys, strict=True)):
        try:
            held = _to_correct(state, given, key)
        except Refusal as refusal:
            problems.append(_placed(refusal, n))
            continue
        corrections.append(Correction(**msgspec.structs.asdict(given.entry), replaces=held.name))
    _raise_all(problems)
    events = tuple(
        ValuesCorrected(
            entries=part,
            reason=command.reason,
            data_available_on=available,
            source=command.source,
        )
        for part in _parts(corrections)
    )
    outcomes = (
        _outcome(entry, "correction", n, replaces=entry.replaces)
        for n, entry in enumerate(corrections)
    )
    return Decided(events, tuple(outcomes))


def _to_correct(state: Indicator, given: EntryGiven, key: Key) -> Held:
    held = state.entries.get(key)
    if held is None:
        raise NothingToCorrect(f"{_about(key)} has no value yet: submit one.")
    if given.replaces and given.replaces != held.name:
        raise NotCurrent(
            f"{given.replaces} is not the entry that holds for {_about(key)}: {held.name} is.",
            field="replaces",
        )
    check_may(Action.CORRECT, held.standing)
    same = same_figures(held.entry, given.entry) and (
        (held.entry.attachments, held.entry.note) == (given.entry.attachments, given.entry.note)
    )
    if same and held.standing is not Standing.RETURNED:
        raise NothingChanged(f"{_about(key)} has this value already, {held.name}.")
    return held


def _return(state: Indicator, command: ReturnValues) -> Decided:
    if not command.reason:
        raise ReasonRequired(field="reason")
    held = _named(state, command.entries, lambda found, _: check_may(Action.RETURN, found.standing))
    event = ValuesReturned(entries=command.entries, reason=command.reason)
    return Decided((event,), tuple(_outcome(h.entry, "returned", -1, name=h.name) for h in held))


def _withdraw(state: Indicator, command: WithdrawValues) -> Decided:
    if not command.reason:
        raise ReasonRequired(field="reason")
    held = _named(
        state, command.entries, lambda found, _: check_may(Action.WITHDRAW, found.standing)
    )
    event = ValuesWithdrawn(entries=command.entries, reason=command.reason)
    return Decided((event,), tuple(_outcome(h.entry, "withdrawn", -1, name=h.name) for h in held))


def _sign_off(state: Indicator, command: SignOffValues, actor: str) -> Decided:
    if command.assurance not in set(Assurance):
        allowed = ", ".join(grade.value for grade in Assurance)
        raise UnknownAssurance(
            f"{command.assurance!r} is not a grade of assurance: use one of {allowed}.",
            field="assurance",
        )

    def check(held: Held, n: int) -> None:
        check_not_own(actor, submitted_by=held.submitted_by, corrected_by=held.corrected_by)
        if held.signature is not None:
            raise AlreadySignedOff(f"{held.name} is signed off already, by {held.signature.by}.")
        seen = sign_off_digest(state.id, held.name, held.entry, state.definition_version)
        if command.entries[n].digest != seen:
            raise SignOffStale(
                f"The digest given for {held.name} is not of what holds now: look again.",
                field="digest",
            )
        check_may(Action.SIGN_OFF, held.standing)

    held = _named(state, tuple(signed.name for signed in command.entries), check)
    event = ValuesSignedOff(entries=command.entries, assurance=Assurance(command.assurance))
    return Decided((event,), tuple(_outcome(h.entry, "signed-off", -1, name=h.name) for h in held))


def _attach(state: Indicator, command: AttachEvidence, kept: Container[str]) -> Decided:
    if not command.attachments:
        raise NoAttachments(field="attachments")

    def check(held: Held, _: int) -> None:
        check_may(Action.ATTACH, held.standing)
        check_attachments(command.attachments, kept, held.entry.attachments)

    held = _named(state, command.entries, check)
    event = EvidenceAttached(entries=command.entries, attachments=command.attachments)
    return Decided((event,), tuple(_outcome(h.entry, "attached", -1, name=h.name) for h in held))


def _has_all(held: Held, given: Entry) -> bool:
    """Whether what is given beside the figures stands there already."""
    return _says_note(held, given) and set(given.attachments) <= set(held.entry.attachments)


def _says_note(held: Held, given: Entry) -> bool:
    return given.note in {"", held.entry.note}


def _checked_keys(
    state: Indicator,
    given: Sequence[EntryGiven],
    areas: Container[str],
    today: date,
    kept: Container[str],
) -> list[Key]:
    """The keys of the entries, each checked; every problem of every entry is named."""
    assert state.definition is not None
    keys: list[Key] = []
    seen: set[Key] = set()
    problems: list[Refusal] = []
    for n, one in enumerate(given):
        key = key_of(one.entry)
        try:
            check_entry(one.entry, state.definition, areas, today)
            check_not_retired(state, one.entry.period)
            check_attachments(one.entry.attachments, kept)
            if key in seen:
                raise DuplicateEntry(f"{_about(key)} is given twice.")
        except Refusal as refusal:
            problems.append(_placed(refusal, n))
        seen.add(key)
        keys.append(key)
    _raise_all(problems)
    return keys


def _named(
    state: Indicator, names: Sequence[str], check: Callable[[Held, int], None]
) -> list[Held]:
    """The entries of these names, each checked; every problem of every entry is named."""
    found: list[Held] = []
    problems: list[Refusal] = []
    for n, name in enumerate(names):
        try:
            if name in names[:n]:
                raise DuplicateEntry(f"{name} is named twice.")
            held = holding(state, name)
            check(held, n)
            found.append(held)
        except Refusal as refusal:
            problems.append(_placed(refusal, n))
    _raise_all(problems)
    return found


def holding(state: Indicator, name: str) -> Held:
    """The entry of a name, which must hold. Raises NotCurrent, and UnknownEntry for no entry."""
    key = state.key_named(name)
    if key is not None:
        return state.entries[key]
    gone = state.former.get(name)
    if gone is not None:
        raise NotCurrent(f"{name} does not hold any more: it was {gone}.")
    raise UnknownEntry(f"{name!r} is not an entry of {state.code}.")


def _placed(refusal: Refusal, n: int) -> Refusal:
    """The same refusal, saying which entry of the request it is about."""
    field = f"entries[{n}].{refusal.field}" if refusal.field else f"entries[{n}]"
    return type(refusal)(refusal.detail, field=field)


def _raise_all(problems: list[Refusal]) -> None:
    """Raise the first problem, carrying all of them."""
    if problems:
        first = problems[0]
        errors = tuple(
            FieldProblem(field=problem.field, code=problem.code, detail=problem.detail)
            for problem in problems
        )
        raise type(first)(first.detail, field=first.field, errors=errors)


def _parts(entries: Sequence[T]) -> Iterable[tuple[T, ...]]:
    """Cut an act into events of a bearable size."""
    return (
        tuple(entries[start : start + MOST_ENTRIES])
        for start in range(0, len(entries), MOST_ENTRIES)
    )


def _outcome(
    entry: Entry, outcome: str, n: int, *, name: str = "", replaces: str = ""
) -> EntryOutcome:
    return EntryOutcome(
        event=n // MOST_ENTRIES if n >= 0 else -1,
        index=n % MOST_ENTRIES if n >= 0 else 0,
        name=name,
        period=entry.period,
        area=entry.area,
        breakdown=entry.breakdown,
        outcome=outcome,
        replaces=replaces,
    )


def _about(key: Key) -> str:
    breakdown = f" ({key.breakdown})" if key.breakdown else ""
    return f"{key.area} {key.period}{breakdown}"
