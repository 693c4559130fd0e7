"""What can happen in the demonstration's story, as data: the ordinary commands carry it out.

A text that a person gives stands in a step as it is; whoever carries it out keeps it beside the
ledger and puts its digest in its place.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

from ledger.amendment.commands import Command as AmendmentCommand
from ledger.amendment.events import Changes
from ledger.indicator.response_commands import ResponseCommand

LONDON = ZoneInfo("Europe/London")


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person does at a time."""

    at: datetime
    actor: str


class Apply(Step, frozen=True, kw_only=True):
    """Apply agreement.toml. ``instead`` names files that stand in for those it names itself.

    ``rag`` names a file whose table stands in for its ``[policies.rag]``, ``more`` one whose tables
    come after its own.
    """

    instead: Mapping[str, str] = msgspec.field(default_factory=dict)
    rag: str = ""
    more: str = ""


class Load(Step, frozen=True, kw_only=True):
    """Load a published file through mapping.toml, on the day of its publication."""

    file: str
    released_on: date


class SignOff(Step, frozen=True, kw_only=True):
    """Sign every figure of the home area in a block that waits for it.

    That is: submitted, not signed, not missing, and of an indicator that is not in ``leave``.
    """

    block: str
    leave: tuple[str, ...] = ()
    assurance: Literal["audited", "own-audit", "checked", "unchecked"] = "checked"


class Withdraw(Step, frozen=True, kw_only=True):
    """Withdraw all that holds for an indicator before a period: every area, missing ones too."""

    indicator: str
    before: str
    reason: str


class Correct(Step, frozen=True, kw_only=True):
    """Correct one value of the home area."""

    indicator: str
    period: str
    value: Decimal
    reason: str


class Respond(Step, frozen=True, kw_only=True):
    """Do something about an indicator's performance in the home area."""

    indicator: str
    command: ResponseCommand


class Seal(Step, frozen=True, kw_only=True):
    """Seal the agreement, by a minute."""

    minute_reference: str


class Publish(Step, frozen=True, kw_only=True):
    """Show the public what is signed off."""

    title: str


class Propose(Step, frozen=True, kw_only=True):
    """Propose an amendment. ``redefined`` names indicators that get the definition of the set-up
    file in its present form, as a new series."""

    title: str
    reason: str
    changes: Changes
    redefined: tuple[str, ...] = ()


class Rehearse(Step, frozen=True, kw_only=True):
    """Judge all history with a proposal."""

    number: int


class Amend(Step, frozen=True, kw_only=True):
    """Do something else with a proposal."""

    number: int
    command: AmendmentCommand


def london(day: str, time: str) -> datetime:
    """A time of a day in the partnership."""
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LONDON)
