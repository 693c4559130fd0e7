"""Where the action plans of an indicator stand: waiting, accepted, or sent back."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple

from ledger.event import Recorded
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    Response,
)


class PlanStanding(StrEnum):
    """Where an action plan stands. Once decided on it stays so; another plan may follow it."""

    SUBMITTED = "submitted"
    ACCEPTED = "accepted"
    SENT_BACK = "sent-back"


class PlanHeld(NamedTuple):
    """An action plan as it stands. ``review_on`` is its own, until its acceptance says another."""

    number: int
    area: str
    period: str
    position: int
    submitted_by: str
    begins_on: date
    review_on: date | None
    standing: PlanStanding


def follow(plans: dict[int, PlanHeld], recorded: Recorded, event: Response) -> None:
    """Bring plans, by their numbers, up to what somebody did: altered, where it was about one."""
    match event:
        case ActionPlanSubmitted():
            plans[event.number] = PlanHeld(
                event.number,
                event.area,
                event.period,
                recorded.position,
                recorded.actor,
                event.begins_on,
                event.review_on,
                PlanStanding.SUBMITTED,
            )
        case ActionPlanAccepted():
            plans[event.plan] = plans[event.plan]._replace(
                standing=PlanStanding.ACCEPTED, review_on=event.review_on
            )
        case ActionPlanSentBack():
            plans[event.plan] = plans[event.plan]._replace(standing=PlanStanding.SENT_BACK)
        case _:
            pass
