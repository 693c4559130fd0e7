"""Escalation on the built board: a stage of each kind, a story with a past that was revised."""

from datetime import date, timedelta

from browser.indicators import AREAS, HOME, INDICATORS
from browser.judged import CODE, NOW, TITLE, clocks, entry_name, find, row
from msgspec.structs import asdict, replace

from http_api.pages.reader import ClocksAsked
from policies.examination import Outcome, examine
from policies.periods import parse_code
from projections.answers import StatusRow
from projections.escalations import (
    ActAnswer,
    AwaitsAnswer,
    EscalationRow,
    Escalations,
    EscalationStory,
    ExaminationRow,
    Examinations,
    ExceptionRow,
    Exceptions,
    MoveAnswer,
    MoveTold,
    StageKnown,
    StepAnswer,
)

DAY = timedelta(days=1)
TODAY = NOW.date()
SAID = "Outreach workers visit every family whose child missed ten days; two posts are filled."


def act(kind: str, days_ago: int, position: int, **fields: object) -> ActAnswer:
    """Something somebody did."""
    plain: dict[str, object] = {
        "body": "", "text": None, "period": None, "stage": None, "plan": None, "decision": None,
        "due_on": None, "review_on": None, "steps": (), "minute_reference": "", "actor": "p-lead",
    }  # fmt: skip
    at = NOW - days_ago * DAY
    plain |= {"kind": kind, "on": at.date(), "recorded_at": at, "position": position}
    return ActAnswer(**(plain | fields))  # type: ignore[arg-type]


ACTS = (
    act("remedial-action", 200, 1501, text=SAID, period="FY2024-Q2", due_on=date(2026, 9, 1)),
    act(
        "plan-submitted",
        100,
        1602,
        text="Attendance fell when two schools merged.",
        plan=1,
        steps=(
            StepAnswer(
                action="A support worker in each school", due_on=TODAY, responsible="p-lead"
            ),
            StepAnswer(action=None, due_on=TODAY + 60 * DAY, responsible=""),
        ),
    ),
    act("plan-sent-back", 90, 1610, actor="p-signer", body="hc", text="No costs.", plan=1),
    act("plan-submitted", 80, 1620, text="With the costs.", plan=2),
    act(
        "plan-accepted",
        70,
        1633,
        actor="p-signer",
        body="hc",
        text="Agreed.",
        plan=2,
        review_on=date(2027, 1, 15),
        minute_reference="HC 14/9",
    ),
    act("intervention", 40, 1650, actor="p-erased", body="board", decision="reallocate-resources"),
    act("fast-track", 60, 1640, actor="p-erased", body="board", text="Deaths rose.", stage=3),
    act("closure", 30, 1660, actor="p-erased", body="board", text="The service has ended."),
    act(
        "commendation", 20, 1670, actor="p-erased", body="board", text="Share it.", period="FY2025"
    ),
)


def move(
    days_ago: int, before: int, after: int, cause: str, working: str, **by: object
) -> MoveAnswer:
    """A change of stage."""
    plain: dict[str, object] = {
        "period": None, "period_label": None, "entry": None, "proxy": None, "position": None,
    }  # fmt: skip
    return MoveAnswer(
        on=TODAY - days_ago * DAY,
        before=before,
        after=after,
        cause=cause,
        working=working,
        **(plain | by),  # type: ignore[arg-type]
    )


def quarter(code: str) -> dict[str, object]:
    """A due period as what moved a stage."""
    return {"period": code, "period_label": parse_code(code).label, "entry": "230.2"}


MOVES = (
    move(
        260, 0, 1, "below-target", "Q2 2024/25 is worse than its target by 3.1",
        **quarter("FY2024-Q2"),
    ),
    move(
        170, 1, 2, "no-trend",
        "Q3 2024/25 is worse than its target by 4.2: 2 periods running, and the gap was 3.1 in"
        " Q2 2024/25",
        **quarter("FY2024-Q3"),
    ),
)  # fmt: skip


def asked(what: str, who: str | None, words: str, **fields: object) -> AwaitsAnswer:
    """What is waited for."""
    plain: dict[str, object] = {"plan": None, "on": None, "people": (), "body": ()}
    return AwaitsAnswer(what=what, who=who, words=words, **(plain | fields))  # type: ignore[arg-type]


REVIEW = asked(
    "review",
    "thematic-group",
    "The thematic group is to review action plan 2 on 2027-01-15.",
    plan=2,
    on=date(2027, 1, 15),
    people=("p-signer",),
    body=("hc",),
)
DECISION = asked("decision", "board", "The board is to decide how to intervene.", body=("board",))
REMEDY = asked(
    "remedial-action", "lead-officer", "The lead officer is to record a remedial action."
)
HELD = asked(
    "next-period", None,
    "A remedial action is recorded; the next due period shows whether it helps.",
)  # fmt: skip


def open_stage(code: str, stage: int, waits: AwaitsAnswer, *acts: ActAnswer) -> EscalationRow:
    """An open stage."""
    shown = row(find(code), find(code).latest(TODAY))
    tracked = move(60, 0, 3, "fast-track", "the board moved it at once", position=1640)
    return EscalationRow(
        indicator=code,
        title=shown.title,
        block=shown.block,
        outcome=shown.outcome,
        area=HOME,
        stage=stage,
        since=TODAY - 60 * DAY,
        below=stage,
        plan=2 if waits is REVIEW else None,
        review_on=waits.on,
        awaits=waits,
        moves=(tracked,) if stage == 3 else MOVES[:stage],
        acts=acts,
    )


OPEN = (
    open_stage("infant", 3, DECISION, ACTS[6]),
    open_stage("absence", 2, REVIEW, *ACTS[:5]),
    open_stage("killed", 1, REMEDY),
    open_stage("gld", 1, HELD, ACTS[0]),
)


class BuiltEscalations:
    """The questions about escalation, answered over the built board."""

    def escalations(self, agreement: str, asked: ClocksAsked, *, area: str | None) -> Escalations:
        """Stages in the home area; none elsewhere."""
        rows = OPEN if area in (None, HOME) else ()
        return Escalations(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            area=area or HOME,
            area_name=AREAS[area or HOME],
            rows=rows,
            counts={str(n): sum(one.stage == n for one in rows) for n in (1, 2, 3)},
        )

    def escalation(
        self, agreement: str, indicator: str, asked: ClocksAsked, *, area: str | None
    ) -> EscalationStory:
        """A long story of one indicator; that of every other is short."""
        built, told = find(indicator), indicator == "absence"
        return EscalationStory(
            clocks=clocks(asked),
            agreement=CODE,
            indicator=indicator,
            title=built.definition.title,
            unit=built.definition.unit,
            area=area or HOME,
            area_name=AREAS[area or HOME],
            stage=2 if told else 0,
            since=MOVES[-1].on if told else None,
            below=2 if told else 0,
            plan=2 if told else None,
            review_on=REVIEW.on if told else None,
            awaits=REVIEW if told else None,
            moves=_told_moves() if told else (),
            acts=ACTS if told else (),
            known=_known() if told else (),
        )

    def exceptions(self, agreement: str, asked: ClocksAsked, *, area: str | None) -> Exceptions:
        """What is red, amber and exceeding, by the rows of the board."""
        where = area or HOME
        stages = {one.indicator: one for one in OPEN} if where == HOME else {}
        rows = tuple(
            _exception(shown, stages.get(shown.indicator))
            for shown in (row(each, each.latest(TODAY), where) for each in INDICATORS)
            if shown.status in ("red", "amber", "exceeding")
        )
        kinds = ("under-performance", "over-performance")
        return Exceptions(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            area=where,
            area_name=AREAS[where],
            rows=rows,
            counts={kind: sum(one.kind == kind for one in rows) for kind in kinds},
        )

    def examinations(
        self, agreement: str, asked: ClocksAsked, *, area: str | None, period: str | None
    ) -> Examinations:
        """A value of each outcome, and more than a page shows of the first."""
        rows = tuple(
            one
            for n, built in enumerate(INDICATORS)
            for code in built.values
            if period in (None, code)
            for one in [_examined(n, built.code, code)]
        )
        return Examinations(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            area=area or HOME,
            area_name=AREAS[area or HOME],
            period=period,
            rows=rows,
            counts={one.value: sum(row.outcome is one for row in rows) for one in Outcome},
        )


def _told_moves() -> tuple[MoveTold, ...]:
    thens = (1, 0)
    return tuple(
        MoveTold(**asdict(one), stage_then=then) for one, then in zip(MOVES, thens, strict=True)
    )


def _known() -> tuple[StageKnown, ...]:
    """Opened, removed by a correction, opened again by another one, then a day that came."""
    plain = {"position": None, "event": None, "actor": None, "reason": None}
    corrected = {"event": "values-corrected", "actor": "p-entry"}
    return (
        StageKnown(on=MOVES[0].on, stage=1, now=1, **plain),
        StageKnown(
            on=MOVES[0].on + 20 * DAY, stage=0, now=1, position=1480,
            reason="Two schools had sent the figures of the year before.", **corrected,
        ),
        StageKnown(
            on=MOVES[1].on + 30 * DAY, stage=2, now=2, position=1530, reason=None, **corrected
        ),
    )  # fmt: skip


def _exception(shown: StatusRow, found: EscalationRow | None) -> ExceptionRow:
    over = shown.status == "exceeding"
    return ExceptionRow(
        kind="over-performance" if over else "under-performance",
        row=replace(shown, stage=found.stage) if found else shown,
        awaits=found.awaits if found else None,
        action=ACTS[-1] if over else (found.acts[-1] if found and found.acts else None),
    )


def _examined(n: int, indicator: str, code: str) -> ExaminationRow:
    built = find(indicator)
    available = TODAY - (10 + 15 * (n % 4)) * DAY
    done = available + 12 * DAY if n % 4 == 2 else None
    found = examine(available, done, TODAY)
    return ExaminationRow(
        indicator=indicator,
        title=built.definition.title,
        period=code,
        period_label=parse_code(code).label,
        entry=entry_name(built, code),
        available_on=found.available_on,
        last_day=found.last_day,
        examined_on=found.examined_on,
        outcome=found.outcome,
        days=found.days,
        words=found.words,
        body="board" if done else "",
        position=1700 if done else None,
    )
