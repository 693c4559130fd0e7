"""The causes of a difference in plain sentences: what happened, on which day, by whom."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time

import msgspec

from http_api.pages.links import Links
from http_api.pages.reader import ClocksAsked
from http_api.pages.vocabulary import word
from http_api.pages.words import LONDON, day, figure, name_of, period_label, quantity
from policies.cell import NoStatus
from projections.answers import StatusRow
from projections.changes import Cause, CauseKind, ChangedCell
from projections.reading.ends import holds

NO_VALUE = "no value"


class ToldCause(msgspec.Struct, frozen=True, kw_only=True):
    """A cause as a page tells it: a sentence, the reason that was given, and where to see it."""

    text: str
    reason: str
    href: str  # the derivation just after it; "" where the page has no such cell then


class CauseTelling(msgspec.Struct, frozen=True):
    """What the sentences need: the names of people, the agreement, and the rules asked for."""

    people: Mapping[str, str]
    agreement: str
    policy_at: str = ""  # where the page is judged by the rules of one moment


def told_causes(cell: ChangedCell, telling: CauseTelling) -> tuple[ToldCause, ...]:
    """Every cause of a cell, in order."""
    return tuple(_told(cause, cell, telling) for cause in cell.causes)


def state(row: StatusRow | None) -> str | None:
    """The status of a row, or the reason for none."""
    return None if row is None else row.status or row.reason


def _told(cause: Cause, cell: ChangedCell, telling: CauseTelling) -> ToldCause:
    sentence = _SENTENCES[cause.kind](cause, cell.unit, _by(cause, telling))
    effects = [sentence, *_effects(cause)]
    return ToldCause(
        text=" ".join(effects), reason=cause.reason or "", href=_href(cause, cell, telling)
    )


def _by(cause: Cause, telling: CauseTelling) -> str:
    """on 3 May 2025 by Asha Patel, with amendment 4."""
    who = "" if cause.actor is None else f" by {name_of(cause.actor, telling.people)}"
    amendment = "" if cause.amendment is None else f", with amendment {cause.amendment}"
    return f"on {day(cause.on)}{who}{amendment}"


def _href(cause: Cause, cell: ChangedCell, telling: CauseTelling) -> str:
    if cause.after is None:
        return ""
    if cause.position is None:
        known = datetime.combine(cause.on, time.min, LONDON).isoformat()
        links = Links(ClocksAsked(known, telling.policy_at or known))
    else:
        known = f"position:{cause.position}"
        links = Links(ClocksAsked(known, telling.policy_at or known))
    return links.why(telling.agreement, cell.indicator, period=cell.period, area=cell.area)


def _value(row: StatusRow | None, unit: str) -> str:
    """The judged figure, or why there is none."""
    if row is None or row.entry is None:
        return NO_VALUE
    if row.judged is None:
        return word(row.reason or "") if row.reason in _SAID_FOR_A_VALUE else NO_VALUE
    return quantity(row.judged, unit)


_SAID_FOR_A_VALUE = frozenset({NoStatus.SUPPRESSED, NoStatus.NOT_APPLICABLE})


def _target(row: StatusRow | None) -> str:
    return "none" if row is None or row.target is None else figure(row.target, row.unit)


def _new(cause: Cause, unit: str, by: str) -> str:
    came = f"Loaded from {cause.file}" if cause.file else "Submitted"
    return f"{came} {by}: {_value(cause.after, unit)}."


def _late(cause: Cause, unit: str, by: str) -> str:
    came = f"loaded from {cause.file}" if cause.file else "submitted"
    due = "" if cause.after is None else f" It was due on {day(cause.after.due_on)}."
    return f"Came late, {came} {by}: {_value(cause.after, unit)}.{due}"


def _corrected(cause: Cause, unit: str, by: str) -> str:
    before, after = _value(cause.before, unit), _value(cause.after, unit)
    if before == after:
        return f"Corrected {by}: still {after} when rounded."
    return f"Corrected {by}: {before} became {after}."


def _withdrawn(cause: Cause, unit: str, by: str) -> str:
    with_load = ", with the load that had brought it" if cause.load else ""
    return f"Withdrawn {by}{with_load}: {_value(cause.before, unit)} counts no longer."


def _restored(cause: Cause, unit: str, by: str) -> str:
    before, after = _value(cause.before, unit), _value(cause.after, unit)
    return f"A load was withdrawn {by}: {after} holds again in place of {before}."


BEGINS = "an indicator is shown from the first period that has a value or a target on."


def _targeted(cause: Cause, unit: str, by: str) -> str:
    before, after = _target(cause.before), _target(cause.after)
    if before == after == "none":
        return f"A target of an earlier period was set {by}: {BEGINS}"
    if before == after:
        return f"The target was set anew {by}, at the same level: {after}."
    if before == "none":
        return f"A target was set {by}: {after}."
    return f"The target was changed {by}: {before} became {after}."


def _defined(cause: Cause, unit: str, by: str) -> str:
    before, after = cause.before, cause.after
    if before is None:
        return f"The indicator was defined {by}."
    lapsed = before.signed_off and after and not after.signed_off
    more = " The sign-off was given under the earlier definition, so it lapsed." if lapsed else ""
    figures = _value(before, before.unit), _value(after, unit)
    moved = "" if figures[0] == figures[1] else f": {figures[0]} became {figures[1]}"
    return f"The indicator was defined anew {by}{moved}.{more}"


def _structured(cause: Cause, unit: str, by: str) -> str:
    what = "area" if holds(cause.before) or holds(cause.after) else "area, or the period,"
    if cause.before is None:
        return f"The {what} became part of the agreement {by}."
    if cause.after is None:
        return f"The {what} left the agreement {by}."
    return f"The indicator was placed elsewhere in the agreement {by}."


def _compared(cause: Cause, unit: str, by: str) -> str:
    period = period_label(cause.period or "")
    if cause.before is None:
        return f"A value of {period} came {by}: {BEGINS}"
    if cause.after is None:
        return f"The value of {period} was taken out {by}: {BEGINS}"
    return f"The value of {period}, which this one is compared with, changed {by}."


def _came(cause: Cause, unit: str, by: str) -> str:
    if state(cause.after) == NoStatus.OVERDUE:
        return f"The days of grace were over {by}, and there was still no value."
    return f"The value became due {by}, and there was none yet."


_SENTENCES: dict[CauseKind, Callable[[Cause, str, str], str]] = {
    CauseKind.NEW_VALUE: _new,
    CauseKind.LATE_ARRIVAL: _late,
    CauseKind.CORRECTION: _corrected,
    CauseKind.WITHDRAWAL: _withdrawn,
    CauseKind.RESTORATION: _restored,
    CauseKind.SIGN_OFF: lambda cause, unit, by: f"Signed off {by}.",
    CauseKind.EVIDENCE: lambda cause, unit, by: (
        f"Evidence was added {by}, so it waits for sign-off again."
    ),
    CauseKind.TARGET: _targeted,
    CauseKind.DEFINITION: _defined,
    CauseKind.RETIREMENT: lambda cause, unit, by: f"The indicator was retired {by}.",
    CauseKind.POLICY: lambda cause, unit, by: f"Rules were adopted {by}: version {cause.version}.",
    CauseKind.STRUCTURE: _structured,
    CauseKind.EARLIER_PERIOD: _compared,
    CauseKind.TIME: _came,
}


def _effects(cause: Cause) -> Iterator[str]:
    """What the cause did to the status and the direction of travel, where it did something."""
    before, after = cause.before, cause.after
    was, now = state(before), state(after)
    if was and now and was != now and cause.kind is not CauseKind.TIME:
        yield f"Status: {word(was)} became {word(now)}."
    if before and after and before.travel != after.travel and _goes(before) and _goes(after):
        yield f"Direction of travel: {word(before.travel)} became {word(after.travel)}."


def _goes(row: StatusRow) -> bool:
    return row.travel != "none"


def months_before(when: date, months: int) -> date:
    """The same day of the month so many months earlier, or that month's last."""
    count = when.year * 12 + when.month - 1 - months
    year, month = divmod(count, 12)
    for last in range(when.day, when.day - 4, -1):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has a day four days before the 31st or sooner")
