"""An indicator below target and what people do about it: given, asked, refused, after."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BodyFormed,
    EscalationPolicyAdopted,
    RoleAssigned,
)
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.event import Event, Recorded, agreement_id
from ledger.indicator.events import (
    Target,
    TargetsSet,
    ValuesSubmitted,
)
from ledger.indicator.responding import Responded, respond
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    RecordRemedialAction,
    ResponseCommand,
    SubmitActionPlan,
)
from ledger.indicator.responses import (
    ActionPlanSubmitted,
    PlanStep,
)
from ledger.indicator.stage import present_stage
from ledger.indicator.state import Indicator, evolve
from policies.escalation import EscalationSettings, Stage
from policies.periods import Interval
from policies.permissions import Role
from policies.refusals import (
    Refusal,
)
from scenario import AREAS, HOME, STREAM, defined, entry

ELSEWHERE = AREAS[1]
TEXT = "ab" * 32  # the digest of one
LEAD, MEMBER = "lead.care", "chair"
QUARTERS = ("FY2024-Q1", "FY2024-Q2", "FY2024-Q3", "FY2024-Q4")
SETTINGS = EscalationSettings(review_after_days=60)
TODAY = date(2025, 6, 2)  # the last quarter of 2024/25 was due on 30 April
SHEET = AgreementDefined(
    code="partnership",
    title="A partnership",
    start=date(2024, 4, 1),
    end=date(2027, 3, 31),
    accountable_body="county",
    calendar="financial",
    areas=tuple(Area(code, code) for code in AREAS),
)
SET_UP: tuple[Event, ...] = (
    SHEET,
    BodyFormed(code="board", name="The board", kind="board"),
    EscalationPolicyAdopted(version="1", effective_from=date(2024, 4, 1), settings=SETTINGS),
    RoleAssigned(person=LEAD, role=Role.LEAD_OFFICER, scope="partnership"),
)


def agreed(*events: Event) -> Agreement:
    """The agreement after events, as it was set up."""
    fold = Agreement(agreement_id("partnership"))
    at = datetime(2024, 4, 1, 9, tzinfo=UTC)
    for n, event in enumerate(events, 1):
        evolve_agreement(fold, Recorded(fold.id, n, event, n, at, "pat"))
    return fold


def quarterly(**changes: Any) -> Event:
    """A quarterly percentage where more is better, due within thirty days."""
    sheet: dict[str, Any] = {"interval": Interval.QUARTER, "due_lag_days": 30} | changes
    return defined(**sheet)


def targets(level: str = "90", *areas: str) -> Event:
    """The same level for every quarter of 2024/25."""
    return TargetsSet(
        targets=tuple(
            Target(area=area, period=period, level=Decimal(level))
            for area in areas or (HOME,)
            for period in QUARTERS
        )
    )


def values(*figures: str | None, area: str = HOME) -> Event:
    """The first quarters' figures, in order; None for one that is left out."""
    given = zip(QUARTERS, figures, strict=False)
    entries = tuple(entry(figure, period=code, area=area) for code, figure in given if figure)
    return ValuesSubmitted(entries=entries, data_available_on=TODAY)


STAGES = {  # by the figures for a target of 90
    0: values("95", "95", "95", "95"),
    1: values("95", "95", "95", "80"),
    2: values("95", "95", "85", "80"),
    3: values("85", "80", "75", "70"),
}


class Scene:
    """An indicator with its past, in an agreement, on a day."""

    def __init__(self, past: Sequence[tuple[str, date, Event]], agreement: Agreement) -> None:
        self.past = list(past)
        self.agreement = agreement
        self.state = Indicator(STREAM)
        for n, (actor, on, event) in enumerate(self.past, 1):
            at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
            evolve(self.state, Recorded(STREAM, n, event, n, at, actor))

    def asked(self, command: ResponseCommand, by: str = MEMBER, today: date = TODAY) -> Responded:
        """What becomes of a command."""
        return respond(self.state, command, actor=by, agreement=self.agreement, today=today)

    def refused(
        self, command: ResponseCommand, refusal: type[Refusal], field: str = "", by: str = MEMBER
    ) -> Refusal:
        """It is refused for this reason, and the state is as it was."""
        before = self.state.version, list(self.state.responses), dict(self.state.plans)
        with pytest.raises(refusal) as caught:
            self.asked(command, by)
        assert refusal is type(caught.value)
        assert field == caught.value.field
        assert before == (self.state.version, self.state.responses, self.state.plans)
        return caught.value

    def after(self, *events: Event, by: str = MEMBER, on: date = TODAY) -> "Scene":
        """The same with more that happened."""
        return Scene([*self.past, *((by, on, event) for event in events)], self.agreement)

    def stage(self, area: str = HOME, today: date = TODAY) -> Stage:
        """The stage at the end of a day."""
        return present_stage(self.state, self.agreement, area, today).stage


def given(*events: Event, set_up: Sequence[Event] = SET_UP) -> Scene:
    """An indicator whose past was recorded in April 2024, by asha."""
    return Scene([("asha", date(2024, 4, 2), event) for event in events], agreed(*set_up))


def at_stage(number: int) -> Scene:
    """An indicator that stands at a stage in the home area."""
    scene = given(quarterly(), targets(), STAGES[number])
    assert number == scene.stage()
    return scene


def remedy(**changes: Any) -> RecordRemedialAction:
    """A remedial action for the last quarter, changed as asked."""
    sent: dict[str, Any] = {"period": "FY2024-Q4", "action": TEXT} | changes
    return RecordRemedialAction(**sent)


def plan(**changes: Any) -> SubmitActionPlan:
    """An action plan of one step, changed as asked."""
    sent: dict[str, Any] = {
        "period": "FY2024-Q4",
        "cause": TEXT,
        "steps": (PlanStep(action=TEXT, due_on=date(2025, 7, 31), responsible=LEAD),),
        "begins_on": date(2025, 6, 2),
        "ends_on": date(2025, 12, 31),
    }
    return SubmitActionPlan(**(sent | changes))


def submitted(number: int = 1, **changes: Any) -> ActionPlanSubmitted:
    """That plan as recorded."""
    fields = msgspec.structs.asdict(plan(**changes)) | {"number": number, "area": HOME}
    return ActionPlanSubmitted(**fields)


def step(**changes: Any) -> tuple[PlanStep, ...]:
    """The steps of a plan that has one."""
    sent: dict[str, Any] = {"action": TEXT, "due_on": date(2025, 7, 31)} | changes
    return (PlanStep(**sent),)


def accept(**changes: Any) -> AcceptActionPlan:
    """The acceptance of the first plan."""
    return AcceptActionPlan(plan=1, **changes)


BOARD = {"body": "board", "minute_reference": "Board 4/2025"}
