"""Every code that an answer carries, in the words people read."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from http_api.pages.words import capital, day, number
from ledger.indicator.responses import Intervention
from policies.cell import Mark, NoStatus
from policies.definition import Basis, Polarity
from policies.escalation import ActKind, Cause, Stage
from policies.examination import Outcome
from policies.numbers import to_text
from policies.periods import Calendar, Interval
from policies.permissions import Role, role_words
from policies.rag import Status
from policies.standing import Assurance
from policies.travel import Travel
from projections.answers import StatusRow

# In the order a board reads them. The word is the code without its hyphens.
STATUS_MEANS: dict[str, str] = {
    Status.EXCEEDING: "Better than the target by at least the margin the rules name.",
    Status.GREEN: "On or better than the target, or within the small green margin the rules allow.",
    Status.AMBER: "Worse than the target, but within the amber margin of the rules.",
    Status.RED: "Worse than the target by more than the amber margin, or worse than any floor.",
}
PLAN_MEANS: dict[str, str] = {
    Status.GREEN: "Inside the limits that were set.",
    Status.AMBER: "Outside the inner limits, but inside the outer ones.",
    Status.RED: "Outside the outer limits.",
}
REASON_MEANS: dict[str, str] = {
    NoStatus.OVERDUE: "There is no value, its due date has passed, and so have the days of grace.",
    NoStatus.AWAITED: "There is no value yet. It is due, and still within the days of grace.",
    NoStatus.NOT_DUE: "There is no value yet, and its due date has not come.",
    NoStatus.UNSIGNED: "Nobody has signed the value off, and only signed-off values count here.",
    NoStatus.NO_TARGET: "No target is set for this period and area.",
    NoStatus.NOT_JUDGEABLE: "The value cannot be compared with its target under these rules.",
    NoStatus.SUPPRESSED: "The publisher keeps the value back, usually to protect people's privacy.",
    NoStatus.NOT_APPLICABLE: "The indicator does not apply to this area or period.",
    NoStatus.CONTEXTUAL: "The indicator gives background. It is shown and not judged.",
    NoStatus.PLACEHOLDER: "No measure, baseline or level has been agreed yet.",
    NoStatus.RETIRED: "The indicator is no longer in use in this period. What was recorded stays.",
}
MARK_MEANS: dict[str, str] = {
    Mark.PROVISIONAL: "The value may still be revised by whoever publishes it.",
    Mark.UNSIGNED: "Nobody has signed the value off yet.",
    Mark.CORRECTED: "The value replaces an earlier one. The earlier one stays on record.",
    Mark.SERIES_BREAK: "The value was measured in a new way, so earlier values do not compare.",
    Mark.PROXY: "Another indicator stands in until this one has a value.",
}
TRAVEL_MEANS: dict[str, str] = {
    Travel.IMPROVING: "Better than the value it is compared with, whichever way is better.",
    Travel.WORSENING: "Worse than the value it is compared with.",
    Travel.NO_CHANGE: "The same, or within the band the rules count as no change.",
    Travel.INCREASING: "Higher than before, for an indicator where neither way is better.",
    Travel.DECREASING: "Lower than before, for an indicator where neither way is better.",
    Travel.NONE: "Nothing to compare with, and the page says why.",
}
POLARITY: dict[str, str] = {
    Polarity.BIGGER: "Bigger is better",
    Polarity.SMALLER: "Smaller is better",
    Polarity.PLAN: "Staying within limits is best",
    Polarity.NEUTRAL: "Neither bigger nor smaller is better",
}
BASIS: dict[str, str] = {
    Basis.DISCRETE: "A count for each period; a year is the sum of its periods",
    Basis.CUMULATIVE: "A running total through the year; a year is its latest value",
    Basis.SNAPSHOT: "A count on one day; a year is its latest value, never a sum",
    Basis.AVERAGE: "An average; a year is the mean of its periods",
    Basis.RATIO: "One number divided by another; a year divides the two sums",
    Basis.ROLLING: "A moving window; a year is its latest window",
    Basis.MULTI_YEAR: "Several years taken together; the latest window counts",
    Basis.ANNUAL: "One value a year",
    Basis.SURVEY: "One value from each survey",
}
INTERVAL: dict[str, str] = {
    Interval.MONTH: "Every month",
    Interval.QUARTER: "Every quarter",
    Interval.TERM: "Every term",
    Interval.YEAR: "Every year",
    Interval.POOLED: "Every year, for several years taken together",
}
CALENDAR: dict[str, str] = {
    Calendar.FINANCIAL: "financial year, April to March",
    Calendar.CALENDAR: "calendar year",
    Calendar.ACADEMIC: "academic year, September to August",
}
ASSURANCE: dict[str, str] = {
    Assurance.AUDITED: "audited",
    Assurance.OWN_AUDIT: "audited by the partner itself",
    Assurance.CHECKED: "checked",
    Assurance.UNCHECKED: "not checked further",
}
ASSURANCE_MEANS: dict[str, str] = {
    Assurance.AUDITED: "An auditor has checked the values.",
    Assurance.OWN_AUDIT: "The partner’s own audit has checked the values.",
    Assurance.CHECKED: "You, as a second person, have checked the values.",
    Assurance.UNCHECKED: "You vouch for the values without a further check.",
}
POLICY_KIND: dict[str, str] = {
    "rag": "Status",
    "travel": "Direction of travel",
    "due": "When values are due",
    "escalation": "Escalation",
}
STAGE_WORD: dict[int, str] = {
    Stage.NONE: "no stage",
    Stage.IDENTIFICATION: "stage 1: identification",
    Stage.ACTION: "stage 2: action",
    Stage.INTERVENTION: "stage 3: intervention",
}
STAGE_MEANS: dict[int, str] = {
    Stage.INTERVENTION: "A plan did not help, or none was accepted. The board decides.",
    Stage.ACTION: "Below target several periods running, with no trend. A plan is asked for.",
    Stage.IDENTIFICATION: "The latest due period is below target. What is done is asked for.",
    Stage.NONE: "Nothing is escalated.",
}
CAUSE_MEANS: dict[str, str] = {
    Cause.BELOW_TARGET: "below target",
    Cause.NO_TREND: "below target with no trend toward it",
    Cause.PLAN_FAILED: "still below target after the plan’s review",
    Cause.NO_PLAN: "no accepted plan",
    Cause.FAST_TRACK: "moved at once by the board",
    Cause.ON_TARGET: "on target again",
    Cause.CLOSED: "closed by the board",
}
ACT_DID: dict[str, str] = {
    ActKind.REMEDIAL_ACTION: "Remedial action recorded",
    ActKind.PLAN_SUBMITTED: "Action plan {plan} submitted",
    ActKind.PLAN_ACCEPTED: "Action plan {plan} accepted",
    ActKind.PLAN_SENT_BACK: "Action plan {plan} sent back",
    ActKind.INTERVENTION: "The board decided",
    ActKind.FAST_TRACK: "Moved to stage {stage} at once",
    ActKind.CLOSURE: "Escalation closed",
    ActKind.COMMENDATION: "Performance commended",
}
DECISION: dict[str, str] = {
    Intervention.REVIEW_ISSUES: "Review the issues",
    Intervention.REVIEW_FAILURE: "Review why action failed",
    Intervention.REALLOCATE: "Reallocate resources",
    Intervention.ALTERNATIVE: "Find an alternative solution",
    Intervention.CHANGE_CONTROL: "Take the target to change control",
}
EXAMINATION: dict[str, str] = {
    Outcome.RUNNING: "To be examined",
    Outcome.BREACHED: "Not examined in time",
    Outcome.MET: "Examined in time",
}
FILE_KIND: dict[str, str] = {
    "pdf": "PDF",
    "png": "PNG picture",
    "jpeg": "JPEG picture",
    "text": "text",
    "csv": "CSV",
    "docx": "Word",
    "xlsx": "Excel",
    "odt": "OpenDocument text",
    "ods": "OpenDocument spreadsheet",
}
# The groups in which an auditor asks for events.
EVENT_GROUP: dict[str, str] = {
    "values": "Values given, corrected, taken out",
    "sign-offs": "Sign-offs",
    "publications": "Publications",
    "accounts": "Accounts",
    "refusals": "Refusals",
    "rules": "Changes to rules",
    "roles": "Roles given and ended",
    "escalation": "Actions, plans and decisions on performance",
    "amendments": "Sealing, amendments, refreshes",
    "loads": "Files loaded",
    "other": "Everything else",
}
# What rules are about.
POLICY_KINDS: dict[str, str] = {
    "rag": "status",
    "travel": "direction of travel",
    "due": "lateness",
    "escalation": "escalation",
    "reward": "reward",
    "comparators": "comparison",
    "basket": "judging together",
}
# What an event does to the rules.
RULE_CHANGED: dict[str, str] = {
    "rag-policy-adopted": "Rules of status adopted, version",
    "travel-policy-adopted": "Rules of direction of travel adopted, version",
    "due-policy-adopted": "Rules of lateness adopted, version",
    "escalation-policy-adopted": "Rules of escalation adopted, version",
    "reward-policy-adopted": "Rules of reward adopted, version",
    "comparators-policy-adopted": "Rules of comparison adopted, version",
    "basket-policy-adopted": "Rules of judging together adopted, version",
    "indicator-defined": "Indicator set up",
    "indicator-redefined": "Definition changed",
    "indicator-retired": "Indicator retired",
    "targets-set": "Targets set",
    "targets-amended": "Targets amended, by amendment",
    "code-map-set": "Code map set",
    "comparator-group-set": "Comparator group set",
    "basket-set": "Basket of a scorecard set",
    "agreement-defined": "Sheet of the agreement set",
    "partner-joined": "Partner entered",
    "body-formed": "Body entered",
    "block-set": "Block set",
    "priority-set": "Priority set",
    "outcome-set": "Outcome set",
    "indicator-placed": "Indicator placed",
}


def meaning(code: str, polarity: Polarity) -> str:
    """What a status, or a reason for having none, says about one indicator."""
    plan = PLAN_MEANS if polarity is Polarity.PLAN else {}
    return {**STATUS_MEANS, **REASON_MEANS, **plan}[code]


def words_in(rows: Iterable[StatusRow]) -> list[str]:
    """The statuses, reasons, directions and marks that rows tell of, in the order of the help."""
    told: set[str | None] = set()
    for row in rows:
        told.update((row.status or row.reason, row.travel.replace(" ", "-"), *row.marks))
    known = (*STATUS_MEANS, *REASON_MEANS, *TRAVEL_MEANS, *MARK_MEANS)
    return [code for code in dict.fromkeys(known) if code in told and code != "none"]


_ROLES = frozenset(Role)


def word(code: str) -> str:
    """A code as words: ``not-due`` is not due."""
    if code in _ROLES:
        return role_words(code)
    return code.replace("-", " ").replace("_", " ")


def setting(name: str, value: Any, settings: Mapping[str, Any]) -> str:
    """A setting of adopted rules in words."""
    return f"{capital(word(name))}: {setting_value(name, value, settings)}"


def setting_value(name: str, value: Any, settings: Mapping[str, Any]) -> str:
    """What a setting says; a margin that is a share also as a percentage."""
    if value is None:
        return "not set"
    text = number(str(value)) if _is_number(str(value)) else word(str(value))
    if name.endswith("_margin") and settings.get("basis") == "relative":
        share = to_text((Decimal(str(value)) * 100).normalize())
        text += f" ({number(share)}% of the target)"
    return text


def _is_number(text: str) -> bool:
    return text.removeprefix("-").replace(".", "", 1).isdigit()


_ISO_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")


def _day_of(found: re.Match[str]) -> str:
    try:
        return day(date.fromisoformat(found.group()))
    except ValueError:  # such as 31 February
        return found.group()


_MINUS = re.compile(r"(?<![\w.])-(?=\d)")


def plainly(working: str) -> str:
    """A step of a working as people write it: dates in words, true minus signs, no codes."""
    said = POLARITY.get(working, working)
    said = _ISO_DAY.sub(_day_of, said)
    return _MINUS.sub("−", said)
