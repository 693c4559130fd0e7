"""Why a cell differs: every step from its row at one moment to its row at another, in order.

A step is an event that made a difference to this cell, or a day that came for a cell without a
figure. Each is judged from where the last one ended, so nothing is left over between the two rows.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, time

from projections.answers import StatusRow
from projections.changes import Cause, CauseKind
from projections.reading.clocks import LONDON
from projections.reading.ends import same
from projections.reading.recorded import Act
from projections.reading.timelines import Instant, Key, Timelines

ENTRY_KINDS = {
    "values-submitted": CauseKind.NEW_VALUE,
    "values-corrected": CauseKind.CORRECTION,
    "values-withdrawn": CauseKind.WITHDRAWAL,
    "values-restored": CauseKind.RESTORATION,
    "values-signed-off": CauseKind.SIGN_OFF,
    "evidence-attached": CauseKind.EVIDENCE,
}
OTHER_KINDS = {
    "targets-set": CauseKind.TARGET,
    "targets-amended": CauseKind.TARGET,
    "indicator-defined": CauseKind.DEFINITION,
    "indicator-redefined": CauseKind.DEFINITION,
    "indicator-retired": CauseKind.RETIREMENT,
    "rag-policy-adopted": CauseKind.POLICY,
    "travel-policy-adopted": CauseKind.POLICY,
    "due-policy-adopted": CauseKind.POLICY,
    "agreement-defined": CauseKind.STRUCTURE,
    "outcome-set": CauseKind.STRUCTURE,
    "indicator-placed": CauseKind.STRUCTURE,
}


def causes_of(
    timelines: Timelines, key: Key, first: Instant, last: Instant, acts: Mapping[int, Act]
) -> Iterator[Cause]:
    """Every step of a cell from the first moment to the last.

    ``acts`` holds the events at the positions where the row may turn. The facts advance to the
    last known position, the rules to the last policy position, and the day to the last day.
    """
    now, row = first, timelines.row(key, first)
    for position in timelines.turns(key, first, last):
        act = acts[position]
        then = Instant(
            known=min(max(position, first.known), last.known),
            policy=min(max(position, first.policy), last.policy),
            day=min(max(act.on, now.day), last.day),
        )
        for cause in _passing(timelines, key, now, then.day, row):
            yield cause
            row = cause.after
        after = timelines.row(key, then)
        if not same(row, after):
            yield _caused(timelines, key, (now, then), act, row, after)
        row, now = after, then
    yield from _passing(timelines, key, now, last.day, row)


def _passing(
    timelines: Timelines, key: Key, now: Instant, day: date, row: StatusRow | None
) -> Iterator[Cause]:
    """The steps that days make from a row until a day, while nothing is recorded."""
    if day == now.day or row is None or row.judged is not None:
        return
    for turn in timelines.days_that_tell(key, now):
        if not now.day < turn <= day:
            continue
        began = datetime.combine(turn, time.min, LONDON).isoformat()
        after = timelines.row(key, now._replace(day=turn), known_at=began.replace("+", "%2B"))
        if not same(row, after):
            yield _of_time(turn, row, after)
            row = after


def _of_time(day: date, before: StatusRow | None, after: StatusRow | None) -> Cause:
    return Cause(
        kind=CauseKind.TIME,
        on=day,
        position=None,
        recorded_at=None,
        actor=None,
        event=None,
        entry=None,
        replaces=None,
        period=None,
        reason=None,
        version=None,
        file=None,
        load=None,
        before=before,
        after=after,
    )


def _caused(
    timelines: Timelines,
    key: Key,
    moments: tuple[Instant, Instant],
    act: Act,
    before: StatusRow | None,
    after: StatusRow | None,
) -> Cause:
    kind = OTHER_KINDS.get(act.topic)
    period = entry = replaces = None
    if kind is None:
        old, new = _entry_of(before), _entry_of(after)
        if (old, _signature(before)) != (new, _signature(after)):
            kind, period = _own_kind(act, after), key[2]
        elif before is None or after is None:  # the indicator's run begins at another period now
            kind = CauseKind.EARLIER_PERIOD
            shown = moments[0] if after is None else moments[1]
            period = timelines.first_period(key[0], shown.known)
        else:  # only what the cell is compared with
            kind = CauseKind.EARLIER_PERIOD
            (_, old), (period, new) = (timelines.compared_entry(key, each) for each in moments)
        entry, replaces = new or old, old if new is not None and new != old else None
    return Cause(
        kind=kind,
        on=act.on,
        position=act.position,
        recorded_at=act.recorded_at,
        actor=act.actor,
        event=act.topic,
        entry=entry,
        replaces=replaces,
        period=period,
        reason=act.reason,
        version=act.version,
        file=act.file,
        load=act.load,
        amendment=act.amendment,
        before=before,
        after=after,
    )


def _own_kind(act: Act, after: StatusRow | None) -> CauseKind:
    kind = ENTRY_KINDS[act.topic]
    late = kind is CauseKind.NEW_VALUE and after is not None and act.on > after.due_on
    return CauseKind.LATE_ARRIVAL if late else kind


def _entry_of(row: StatusRow | None) -> str | None:
    return None if row is None else row.entry


def _signature(row: StatusRow | None) -> object:
    return None if row is None else row.signed_off
