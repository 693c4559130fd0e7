"""What happens when in the demonstration, as data. The ordinary commands carry it out.

The days on which figures become known are the publisher's own; everything people do with them
(agreeing targets, signing off, a correction) is illustrative.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

import msgspec

FOLDER = Path(__file__).parent
LONDON = ZoneInfo("Europe/London")
AGREEMENT, HOME = "warwickshire", "E10000031"
TARGET_RULE = (
    "Illustrative target: the median of Warwickshire's ten statistical neighbours for the year"
    " before, as published on 18 December 2024, or for the last year published by then."
)
STATEMENT = (
    "This is a demonstration. The figures are real and published by the Department for Education"
    " (Open Government Licence v3.0); the agreement, its targets and its people are illustrative,"
    f" and the times are simulated. {TARGET_RULE}"
)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """Something a person does at a time."""

    at: datetime
    actor: str


class Apply(Step, frozen=True, kw_only=True):
    """Apply agreement.toml. ``instead`` names files that stand in for those it names itself.

    ``rag`` names a file whose table stands in for its ``[policies.rag]``.
    """

    instead: Mapping[str, str] = msgspec.field(default_factory=dict)
    rag: str = ""


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


def _london(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}").replace(tzinfo=LONDON)


def _published(day: str) -> Load:
    return Load(
        at=_london(day, "09:30"),
        actor="data.officer",
        file=f"data/values_published_{day}.csv",
        released_on=date.fromisoformat(day),
    )


def _signed(
    day: str,
    officer: str,
    block: str,
    *,
    leave: tuple[str, ...] = (),
    assurance: Literal["audited", "own-audit", "checked", "unchecked"] = "checked",
) -> SignOff:
    return SignOff(
        at=_london(day, "11:00"),
        actor=f"signoff.{officer}",
        block=block,
        leave=leave,
        assurance=assurance,
    )


FIRST_DEFINITIONS = {"indicators.csv": "indicators_2024-12-18.csv"}
FIRST_RULES = "policies_rag_2024-12-17.toml"

# After each publication the officers of the blocks with new figures sign them, one to three weeks
# later. Left unsigned: the youth justice figures of May 2025 until December, and those of April
# 2026 to this day (the publisher revised them back to 2017); late assessments of November 2025
# and absence in care of April 2026, which their officers question.
STORY: tuple[Step, ...] = (
    Apply(
        at=_london("2024-12-17", "10:00"),
        actor="operator",
        instead=FIRST_DEFINITIONS | {"targets.csv": "targets_none_yet.csv"},
        rag=FIRST_RULES,
    ),
    _published("2024-12-18"),
    _signed("2025-01-06", "safety", "stay-safe", assurance="audited"),
    _signed("2025-01-07", "care", "thrive-in-care"),
    _signed("2025-01-08", "health", "be-healthy"),
    _signed("2025-01-09", "youth", "positive-contribution"),
    _signed("2025-01-10", "prosper", "economic-well-being"),
    Apply(  # the board agrees the targets, which rest on the figures of 18 December
        at=_london("2025-01-15", "14:00"),
        actor="performance.officer",
        instead=FIRST_DEFINITIONS,
        rag=FIRST_RULES,
    ),
    _published("2025-05-02"),
    _signed("2025-05-12", "care", "thrive-in-care"),
    _signed("2025-05-13", "health", "be-healthy"),
    _signed("2025-05-14", "prosper", "economic-well-being"),
    Apply(  # the board adopts the second version of the rules of status
        at=_london("2025-07-16", "14:00"),
        actor="performance.officer",
        instead=FIRST_DEFINITIONS,
    ),
    _published("2025-11-25"),
    _signed(
        "2025-12-02",
        "safety",
        "stay-safe",
        leave=("Continue_Assess_Comp",),
        assurance="audited",
    ),
    _signed("2025-12-03", "care", "thrive-in-care"),
    _signed("2025-12-04", "health", "be-healthy"),
    _signed("2025-12-11", "youth", "positive-contribution", assurance="unchecked"),
    _signed("2025-12-15", "prosper", "economic-well-being"),
    Apply(  # two measures become new series, as the publisher says this day
        at=_london("2026-04-08", "09:00"), actor="performance.officer"
    ),
    Withdraw(
        at=_london("2026-04-08", "09:10"),
        actor="performance.officer",
        indicator="ChildPov",
        before="FY2021",
        reason="The publisher removed the years before 2021/22: they are not available on the"
        " basis of the new series.",
    ),
    Withdraw(
        at=_london("2026-04-08", "09:15"),
        actor="performance.officer",
        indicator="YJS_Caution-Sentence10-17",
        before="FY2024",
        reason="The publisher replaced the rate per 1,000 by a rate per 10,000 that begins with"
        " 2024/25, and shows the earlier years no longer.",
    ),
    _published("2026-04-08"),
    _signed("2026-04-14", "care", "thrive-in-care", leave=("LAC_Pers_Abs",)),
    _signed("2026-04-17", "prosper", "economic-well-being"),
    Correct(
        at=_london("2026-04-21", "15:40"),
        actor="entry.care",
        indicator="CareLeaverAcc",
        period="FY2024",
        value=Decimal(91),
        reason="Illustrative correction, made for this demonstration and not published: the"
        " accommodation of some care leavers was first recorded as unknown and is now confirmed.",
    ),
)


def set_up_of(step: Apply) -> str:
    """The set-up as it stood at a step."""
    text = (FOLDER / "agreement.toml").read_text("utf-8")
    if not step.rag:
        return text
    before, _, rest = text.partition("[policies.rag]")
    _, gap, after = rest.partition("\n\n")
    return f"{before}{(FOLDER / step.rag).read_text('utf-8').strip()}{gap}{after}"
