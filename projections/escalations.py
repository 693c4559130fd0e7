"""The shapes of answers about escalation: stages, what moved them, and what people did.

What does not apply is null. Days are those of Europe/London.
"""

from datetime import date, datetime

from policies.examination import Outcome
from projections.answers import Answer, Clocks, StatusRow


class AwaitsAnswer(Answer, frozen=True, kw_only=True):
    """What an open stage waits for, in a word and a sentence, and who must act.

    ``who`` is a role or the kind of a body, null where only the next period is waited for;
    ``people`` and ``body`` are those who hold it for this indicator, as ids and codes.
    """

    what: str
    who: str | None
    words: str
    plan: int | None
    on: date | None
    people: tuple[str, ...]
    body: tuple[str, ...]


class MoveAnswer(Answer, frozen=True, kw_only=True):
    """A change of stage and its cause: a due period with its entry, or the act at a position."""

    on: date
    before: int
    after: int
    cause: str
    working: str
    period: str | None
    period_label: str | None
    entry: str | None
    proxy: str | None
    position: int | None


class StepAnswer(Answer, frozen=True, kw_only=True):
    """A step of an action plan."""

    action: str | None
    due_on: date
    responsible: str


class ActAnswer(Answer, frozen=True, kw_only=True):
    """Something that somebody did about a performance, with its text where that is still kept.

    ``text`` is the action, the cause behind an under-performance, the reason or the note.
    """

    kind: str
    on: date
    position: int
    recorded_at: datetime
    actor: str
    body: str
    text: str | None
    period: str | None
    stage: int | None
    plan: int | None
    decision: str | None
    due_on: date | None
    review_on: date | None
    steps: tuple[StepAnswer, ...]
    minute_reference: str


class EscalationRow(Answer, frozen=True, kw_only=True):
    """An open stage: since when, what moved it there since there was none, and what was done."""

    indicator: str
    title: str
    block: str
    outcome: str
    area: str
    stage: int
    since: date
    below: int  # periods running below target
    plan: int | None  # the accepted plan
    review_on: date | None
    awaits: AwaitsAnswer
    moves: tuple[MoveAnswer, ...]
    acts: tuple[ActAnswer, ...]


class Escalations(Answer, frozen=True, kw_only=True):
    """The open stages of an area, the highest first. ``counts`` is by stage."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    statement: str = ""
    area: str
    area_name: str
    rows: tuple[EscalationRow, ...]
    counts: dict[str, int]


class MoveTold(MoveAnswer, frozen=True, kw_only=True):
    """A move as known now, and the stage that was known at the end of that day."""

    stage_then: int


class StageKnown(Answer, frozen=True, kw_only=True):
    """The stage as it became known on a day, under the rules of that day.

    ``now`` is the stage of the same day by the clocks that are asked. Without an event it was the
    day itself that told: a due date had come. ``reason`` is null where none was given or is kept.
    """

    on: date
    stage: int
    now: int
    position: int | None
    event: str | None
    actor: str | None
    reason: str | None


class EscalationStory(Answer, frozen=True, kw_only=True):
    """One indicator's escalation in an area: every move and act, and what was known when."""

    clocks: Clocks
    agreement: str
    indicator: str
    title: str
    unit: str
    area: str
    area_name: str
    stage: int
    since: date | None
    below: int
    plan: int | None
    review_on: date | None
    awaits: AwaitsAnswer | None
    moves: tuple[MoveTold, ...]
    acts: tuple[ActAnswer, ...]
    known: tuple[StageKnown, ...]


class ExceptionRow(Answer, frozen=True, kw_only=True):
    """A row of status that asks for attention, and the latest that was done about it.

    ``kind`` is ``under-performance`` (red, amber, or an open stage) or ``over-performance``.
    """

    kind: str
    row: StatusRow
    awaits: AwaitsAnswer | None
    action: ActAnswer | None


class Exceptions(Answer, frozen=True, kw_only=True):
    """What asks for attention in an area: the highest stages first. ``counts`` is by kind."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    statement: str = ""
    area: str
    area_name: str
    rows: tuple[ExceptionRow, ...]
    counts: dict[str, int]


class ExaminationRow(Answer, frozen=True, kw_only=True):
    """How the four-week rule stands for the value of a period.

    ``days`` are, by the outcome, the day it was met on, those left, or those it is breached by.
    """

    indicator: str
    title: str
    period: str
    period_label: str
    entry: str
    available_on: date
    last_day: date
    examined_on: date | None
    outcome: Outcome
    days: int
    words: str
    body: str
    position: int | None  # of the examination


class Examinations(Answer, frozen=True, kw_only=True):
    """The four-week rule for every value of an area. ``counts`` is by outcome."""

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    statement: str = ""
    area: str
    area_name: str
    period: str | None
    rows: tuple[ExaminationRow, ...]
    counts: dict[str, int]
