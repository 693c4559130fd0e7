"""What happens when in the demonstration, as data. The ordinary commands carry it out.

The days on which figures become known are the publisher's own; everything people do with them
(agreeing targets, signing off, a correction) is illustrative.
"""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

from http_api.demonstration.change_story import CHANGE_CONTROL
from http_api.demonstration.escalation_story import ESCALATION
from http_api.demonstration.steps import (
    Apply,
    Correct,
    Load,
    Publish,
    SignOff,
    Step,
    Withdraw,
    london,
)

FOLDER = Path(__file__).parent
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


def _published(day: str) -> Load:
    return Load(
        at=london(day, "09:30"),
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
        at=london(day, "11:00"),
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
_FIGURES: tuple[Step, ...] = (
    Apply(
        at=london("2024-12-17", "10:00"),
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
        at=london("2025-01-15", "14:00"),
        actor="performance.officer",
        instead=FIRST_DEFINITIONS,
        rag=FIRST_RULES,
    ),
    _published("2025-05-02"),
    _signed("2025-05-12", "care", "thrive-in-care"),
    _signed("2025-05-13", "health", "be-healthy"),
    _signed("2025-05-14", "prosper", "economic-well-being"),
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
    Withdraw(
        at=london("2026-04-08", "09:10"),
        actor="performance.officer",
        indicator="ChildPov",
        before="FY2021",
        reason="The publisher removed the years before 2021/22: they are not available on the"
        " basis of the new series.",
    ),
    Withdraw(
        at=london("2026-04-08", "09:15"),
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
        at=london("2026-04-21", "15:40"),
        actor="entry.care",
        indicator="CareLeaverAcc",
        period="FY2024",
        value=Decimal(91),
        reason="Illustrative correction, made for this demonstration and not published: the"
        " accommodation of some care leavers was first recorded as unknown and is now confirmed.",
    ),
    Apply(  # whom to compare with, and another scorecard
        at=london("2026-04-27", "16:00"),
        actor="performance.officer",
        more="comparisons.toml",
    ),
    Publish(
        at=london("2026-04-28", "09:00"),
        actor="performance.officer",
        title="Figures published to April 2026",
    ),
)

# What people do with figures, about performance and about the rules, in order of time.
STORY: tuple[Step, ...] = tuple(
    sorted((*_FIGURES, *ESCALATION, *CHANGE_CONTROL), key=lambda step: step.at)
)


def set_up_of(step: Apply) -> str:
    """The set-up as it stood at a step."""
    text = (FOLDER / "agreement.toml").read_text("utf-8")
    if step.more:
        text = f"{text}\n{(FOLDER / step.more).read_text('utf-8')}"
    if not step.rag:
        return text
    before, _, rest = text.partition("[policies.rag]")
    _, gap, after = rest.partition("\n\n")
    return f"{before}{(FOLDER / step.rag).read_text('utf-8').strip()}{gap}{after}"
