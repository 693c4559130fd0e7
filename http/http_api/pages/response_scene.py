"""What the forms about a performance are drawn from, and the fields that several of them have."""

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from http_api.pages.filling import Field, Option
from http_api.pages.words import figure
from policies.periods import Period, parse_code, period_on, periods_between
from projections.answers import AgreementAnswer, IndicatorAnswer, ValueRow
from projections.escalations import ActAnswer, EscalationStory

AREA = Field(name="area", label="", kind="hidden")
REASON = Field(
    name="reason",
    label="Why",
    kind="text",
    hint="It stays on record, and everybody who reads the page sees it.",
    missing="Say why.",
)
NOTE = Field(name="note", label="Note (optional)", kind="text")
MINUTE = Field(
    name="minute_reference",
    label="Reference of the minute (optional)",
    hint="Where the minutes of the body say so, such as 14/2026.",
)


class Scene(NamedTuple):
    """What a form is drawn from: the indicator in an area as it is today.

    ``people`` are those who hold roles, by id; ``figures`` its headline values; ``boards`` the
    codes of the bodies that are boards; ``plan`` the number of the action plan it is about, 0 for
    none, and ``days`` its first and last.
    """

    agreement: AgreementAnswer
    sheet: IndicatorAnswer
    story: EscalationStory
    people: Mapping[str, str]
    figures: tuple[ValueRow, ...]
    today: date
    boards: tuple[str, ...] = ()
    plan: int = 0
    days: tuple[date, date] | None = None

    @property
    def submitted(self) -> ActAnswer | None:
        """The action plan it is about, as it was submitted."""
        return next(
            (
                act
                for act in self.story.acts
                if act.kind == "plan-submitted" and act.plan == self.plan
            ),
            None,
        )


def below_target(at: Scene) -> Field:
    """Which period is below target."""
    return Field(
        name="period",
        label="Period that is below target",
        kind="choice",
        options=tuple(Option(one.code, one.label) for one in _begun(at)),
        missing="Choose the period.",
    )


def _begun(at: Scene) -> list[Period]:
    """The indicator's periods that have begun, the latest first."""
    it = at.sheet.definition
    now = period_on(at.today, it.calendar, it.interval, it.pooled_years)
    between = periods_between(
        it.calendar, it.interval, at.agreement.start, at.today, it.pooled_years
    )
    return [now, *(one for one in reversed(between) if one != now)]


def latest(at: Scene) -> str:
    """The period that moved the stage last; else the latest that is over."""
    moved = [move.period for move in at.story.moves if move.period and not move.proxy]
    begun = [one.code for one in _begun(at)]
    told = [code for code in reversed(moved) if code in begun]
    return (told or begun[1:] or begun)[0]


def value(at: Scene) -> Field:
    """Of which period the value is."""
    return Field(
        name="period",
        label="Value",
        kind="choice",
        options=tuple(
            Option(row.period, f"{row.period_label}: {figure(row.judged or '', at.story.unit)}")
            for row in reversed(at.figures)
        ),
        missing="Choose the value.",
    )


def latest_value(at: Scene) -> str:
    """The latest period that has a value; "" for none."""
    ends = [(parse_code(row.period).end, row.period) for row in at.figures]
    return max(ends)[1] if ends else ""


def body(at: Scene) -> Field:
    """For which body somebody acts."""
    known = (Option(one.code, one.name) for one in at.agreement.bodies)
    return Field(
        name="body",
        label="For which body (optional)",
        kind="choice",
        options=(Option("", "None named"), *known),
    )


def asked_body(at: Scene) -> str:
    """The body that must act, where it is one; else the only one there is."""
    asked = at.story.awaits.body if at.story.awaits else ()
    known = [one.code for one in at.agreement.bodies]
    candidates = list(asked) or known
    return candidates[0] if len(candidates) == 1 else ""


def board(at: Scene) -> str:
    """The board, where there is one."""
    return at.boards[0] if len(at.boards) == 1 else ""
