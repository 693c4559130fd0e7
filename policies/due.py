"""When a value is due, and what the want of one is called."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from policies.definition import Definition
from policies.periods import Period
from policies.refusals import BadPolicy


class DueSettings(msgspec.Struct, frozen=True):
    """How many days after its due date a value may still come before it is overdue.

    Raises BadPolicy.
    """

    grace_days: int = 0

    def __post_init__(self) -> None:
        if self.grace_days < 0:
            raise BadPolicy("The days of grace cannot be negative.", field="grace_days")


def due_on(period: Period, definition: Definition) -> date:
    """The last day a value is on time: the period's end and the definition's lag."""
    return period.end + timedelta(days=definition.due_lag_days)


def awaiting(
    period: Period, definition: Definition, settings: DueSettings, today: date
) -> Literal["not-due", "awaited", "overdue"]:
    """What a value that has not come is called today.

    Not due before its due date, awaited from that day through the days of grace, then overdue.
    """
    due = due_on(period, definition)
    if today < due:
        return "not-due"
    return "awaited" if today <= due + timedelta(days=settings.grace_days) else "overdue"
