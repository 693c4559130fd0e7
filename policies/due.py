"""When a value is due, and what the want of one is called."""

from datetime import date, timedelta
from typing import Literal

import msgspec

from policies.definition import Definition
from policies.periods import Period
from policies.refusals import BadPolicy

MOST_DAYS = 3660  # of notice, and for a sign-off


class DueSettings(msgspec.Struct, frozen=True):
    """When a value is asked for, when it is overdue, and how long it may wait for its sign-off.

    ``grace_days`` are those after its due date in which a value may still come before it is
    overdue; ``notice_days`` those before it in which it is asked for already; ``sign_off_days``
    those that an entry may wait for its sign-off. Raises BadPolicy.
    """

    grace_days: int = 0
    notice_days: int = 14
    sign_off_days: int = 14

    def __post_init__(self) -> None:
        if self.grace_days < 0:
            raise BadPolicy("The days of grace cannot be negative.", field="grace_days")
        for field in ("notice_days", "sign_off_days"):
            if not 0 <= getattr(self, field) <= MOST_DAYS:
                name = field.removesuffix("_days").replace("_", "-")
                raise BadPolicy(f"The {name} days are from 0 to {MOST_DAYS}.", field=field)


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


def asked_from(period: Period, definition: Definition, settings: DueSettings) -> date:
    """The first day on which a value is asked for."""
    return due_on(period, definition) - timedelta(days=settings.notice_days)


def sign_off_by(since: date, settings: DueSettings) -> date:
    """The last day on which a sign-off that is waited for since a day is on time."""
    return since + timedelta(days=settings.sign_off_days)
