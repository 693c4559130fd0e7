"""What changed on the built board, for the tests that look at pages: every kind of cause."""

from collections.abc import Iterator

import msgspec
from browser.indicators import AREAS, HOME, INDICATORS
from browser.judged import CODE, DAY, NOW, TITLE, clocks, row

from http_api.pages.reader import ClocksAsked
from http_api.pages.words import local_day
from policies.refusals import FromAfterTo
from projections.answers import SignedOff, StatusRow
from projections.changes import (
    Cause,
    CauseKind,
    ChangedCell,
    Diff,
    DiffCounts,
    Move,
    RestatedSide,
    Restatement,
    Restatements,
)

REASON = "Two children were counted twice."
_with = msgspec.structs.replace
ENTRIES = frozenset(
    {
        CauseKind.NEW_VALUE,
        CauseKind.LATE_ARRIVAL,
        CauseKind.CORRECTION,
        CauseKind.WITHDRAWAL,
        CauseKind.RESTORATION,
    }
)


def diff_answer(
    first: ClocksAsked, last: ClocksAsked, *, area: str | None, after: str | None
) -> Diff:
    """One cell for each kind of cause; the second page is empty."""
    begin, end = clocks(first), clocks(last)
    if begin.known_at > end.known_at:
        raise FromAfterTo(field="from")
    cells = () if after else tuple(_cells(area or HOME))
    return Diff(
        first=begin,
        last=end,
        agreement=CODE,
        title=TITLE,
        demonstration=True,
        counts=DiffCounts(
            cells=143,
            changed=len(CauseKind),
            figures=6,
            statuses=5,
            moves=(
                Move(before="red", after="amber", count=2),
                Move(before="not-due", after="overdue", count=1),
                Move(before=None, after="green", count=1),
                Move(before="no-target", after=None, count=1),
            ),
        ),
        cells=cells,
        next=None if after else "more",
    )


def _cells(area: str) -> Iterator[ChangedCell]:
    for n, kind in enumerate(CauseKind):
        built = INDICATORS[n]
        now = row(built, built.latest(NOW.date()), area)
        before, after = _sides(kind, now)
        yield ChangedCell(
            indicator=now.indicator,
            title=now.title,
            unit=now.unit,
            area=area,
            area_name=AREAS[area],
            period=now.period,
            period_label=now.period_label,
            before=before,
            after=after,
            changed=("judged",),
            causes=(_cause(kind, n, before, after),),
        )


def _sides(kind: CauseKind, now: StatusRow) -> tuple[StatusRow | None, StatusRow | None]:
    """A row before and after one of a kind, as far as a page shows it."""
    red = msgspec.structs.replace(now, status="red", reason=None, judged="12.5", entry="70.0")
    amber = msgspec.structs.replace(red, status="amber", judged="14.0", travel="improving")
    waiting = msgspec.structs.replace(
        now, status=None, reason="awaited", judged=None, entry=None, signed_off=None
    )
    signed = SignedOff(by="p-signer", at=NOW, assurance="checked")
    sides: dict[CauseKind, tuple[StatusRow | None, StatusRow | None]] = {
        CauseKind.NEW_VALUE: (None, amber),
        CauseKind.LATE_ARRIVAL: (None, amber),
        CauseKind.WITHDRAWAL: (red, None),
        CauseKind.STRUCTURE: (red, None),
        CauseKind.SIGN_OFF: (_with(red, signed_off=None), _with(red, signed_off=signed)),
        CauseKind.TARGET: (_with(red, target=None), amber),
        CauseKind.EARLIER_PERIOD: (_with(red, travel="worsening"), _with(red, travel="improving")),
        CauseKind.TIME: (waiting, _with(waiting, reason="overdue")),
    }
    return sides.get(kind, (red, amber))


def _cause(kind: CauseKind, n: int, before: StatusRow | None, after: StatusRow | None) -> Cause:
    at = NOW - (n + 1) * DAY
    time_alone = kind is CauseKind.TIME
    return Cause(
        kind=kind,
        on=local_day(at),
        position=None if time_alone else 1600 + n,
        recorded_at=None if time_alone else at,
        actor=None if time_alone else "p-entry" if n % 2 else "operator",
        event=None if time_alone else "values-corrected",
        entry="1600.0" if kind in ENTRIES else None,
        replaces="70.0" if kind is CauseKind.CORRECTION else None,
        period="FY2024" if kind in ENTRIES or kind is CauseKind.EARLIER_PERIOD else None,
        reason=REASON if kind is CauseKind.CORRECTION else None,
        version="2025-1" if kind is CauseKind.POLICY else None,
        file="returns.csv" if kind is CauseKind.LATE_ARRIVAL else None,
        load=None,
        before=before,
        after=after,
    )


def restatements_answer(
    asked: ClocksAsked, *, indicator: str | None, area: str | None, after: str | None
) -> Restatements:
    """A correction, a withdrawal and a restoration; the second page has none."""
    lines = () if after else tuple(_lines(indicator, area or HOME))
    return Restatements(
        clocks=clocks(asked),
        agreement=CODE,
        title=TITLE,
        demonstration=True,
        restatements=lines,
        next=None if after else "more",
    )


def _lines(indicator: str | None, area: str) -> Iterator[Restatement]:
    judged = RestatedSide(
        entry="70.0", value="12.54", judged="12.5", status="red", reason=None, stage=None
    )
    corrected = msgspec.structs.replace(
        judged, entry="1600.0", value="14", judged="14.0", status="amber"
    )
    nothing = RestatedSide(status=None, reason="awaited", stage=None)
    sides = {
        CauseKind.CORRECTION: (judged, corrected, REASON),
        CauseKind.WITHDRAWAL: (corrected, nothing, None),
        CauseKind.RESTORATION: (corrected, judged, REASON),
    }
    for n, (kind, (before, after, reason)) in enumerate(sides.items()):
        built = next(one for one in INDICATORS if indicator in (None, one.code))
        now = row(built, built.latest(NOW.date()), area)
        at = NOW - (n + 1) * DAY
        yield Restatement(
            position=1600 - n,
            recorded_at=at,
            actor="p-entry",
            kind=kind,
            reason=reason,
            file=None,
            load=None,
            indicator=now.indicator,
            title=now.title,
            unit=now.unit,
            area=area,
            area_name=AREAS[area],
            period=now.period,
            period_label=now.period_label,
            breakdown={"sex": "F"} if n == 2 else {},
            before=before,
            after=after,
            difference=None if kind is CauseKind.WITHDRAWAL else "1.5",
            relative=None if kind is CauseKind.WITHDRAWAL else "0.1200",
            why=now.why,
        )
