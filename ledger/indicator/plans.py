"""Where the action plans of an indicator stand: waiting, accepted, or sent back."""

from datetime import date
from enum import StrEnum
from typing import NamedTuple


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
