"""The forms of change control but for the proposal: what each asks.

Every field is one of the body that the API takes for the same act.
"""

from collections.abc import Mapping
from datetime import date

import msgspec

from http_api.pages.filling import Field, Form, Option

REVISION = Field(name="revision", label="", kind="hidden")
REASON = Field(
    name="reason",
    label="Why",
    kind="text",
    hint="It stays on record, and everybody who reads the page sees it.",
    missing="Say why.",
)
MINUTE = Field(
    name="minute_reference",
    label="Reference of the minute",
    hint="Where the minutes of the body say so, such as 14/2026.",
    missing="Give the reference of the minute.",
)


def consent(partners: Mapping[str, str], revision_seen: int) -> Form:
    """The form of a consent for one of these partners."""
    return Form(
        title="Consent",
        button="Consent",
        fields=(
            REVISION,
            _partner(partners, "Who consents"),
            Field(name="note", label="Note (optional)", kind="text"),
        ),
        filled={"revision": str(revision_seen), "partner": _only(partners)},
    )


def objection(partners: Mapping[str, str], revision_seen: int) -> Form:
    """The form of an objection for one of these partners."""
    return Form(
        title="Object",
        button="Object",
        fields=(REVISION, _partner(partners, "Who objects"), REASON),
        filled={"revision": str(revision_seen), "partner": _only(partners)},
    )


def decision(bodies: Mapping[str, str], revision_seen: int, *, approvable: bool) -> Form:
    """The form of a decision for one of these bodies; what cannot be approved can be rejected."""
    approved = Option("approved", "Approve it", "With the last approval needed, it takes effect.")
    rejected = Option("rejected", "Reject it", "Targets, definitions and rules stay as they are.")
    return Form(
        title="Decide on the amendment",
        button="Record the decision",
        fields=(
            REVISION,
            Field(
                name="decision",
                label="What the body decides",
                kind="radios",
                options=(approved, rejected) if approvable else (rejected,),
                missing="Choose what the body decides.",
            ),
            _body(bodies),
            MINUTE,
            msgspec.structs.replace(REASON, label="Why (needed for a rejection)", missing=""),
        ),
        filled={"revision": str(revision_seen), "body": _only(bodies)},
    )


def withdrawal() -> Form:
    """The form with which a proposer takes a proposal back."""
    return Form(title="Withdraw the proposal", button="Withdraw it", fields=(REASON,), grave=True)


def rehearsal() -> Form:
    """The form of a rehearsal, which asks nothing."""
    return Form(title="Rehearse the proposal", button="Rehearse it", fields=())


def seal() -> Form:
    """The form of the sealing of an agreement."""
    return Form(
        title="Seal the agreement",
        button="Seal the agreement",
        fields=(
            MINUTE,
            Field(
                name="freeze_days",
                label="Days in which no local target moves",
                hint="Counted from today.",
                missing="Give a number of days, 0 or more.",
            ),
        ),
        filled={"freeze_days": "28"},
        grave=True,
    )


def refresh(today: date) -> Form:
    """The form with which a refresh is opened."""
    return Form(
        title="Open a refresh",
        button="Open it",
        fields=(
            Field(
                name="title",
                label="What it is called",
                hint="Such as: Refresh of spring 2027.",
                missing="Give the refresh a title.",
            ),
            Field(
                name="opens_on",
                label="First day",
                kind="day",
                missing="Give the first day.",
            ),
            Field(
                name="closes_on",
                label="Last day",
                kind="day",
                hint="What was gathered is decided together after it.",
                missing="Give the last day.",
            ),
        ),
        filled={"opens_on": today.isoformat()},
    )


def refresh_decision(bodies: Mapping[str, str], waiting: Mapping[int, str]) -> Form:
    """The form of a decision on all that a refresh gathered, by number and title."""
    return Form(
        title="Decide on what the refresh gathered",
        button="Record the decisions",
        fields=(
            _body(bodies),
            MINUTE,
            Field(
                name="rejected",
                label="Rejected (all others are approved)",
                kind="ticks",
                options=tuple(
                    Option(str(number), f"{number}. {title}") for number, title in waiting.items()
                ),
            ),
            msgspec.structs.replace(REASON, label="Why (needed where one is rejected)", missing=""),
        ),
        filled={"body": _only(bodies)},
    )


def _partner(partners: Mapping[str, str], label: str) -> Field:
    return Field(
        name="partner",
        label=label,
        kind="radios",
        options=tuple(Option(code, name) for code, name in partners.items()),
        missing="Choose the partner.",
    )


def _body(bodies: Mapping[str, str]) -> Field:
    return Field(
        name="body",
        label="Which body decides",
        kind="radios",
        options=tuple(Option(code, name) for code, name in bodies.items()),
        missing="Choose the body.",
    )


def _only(choices: Mapping[str, str]) -> str:
    """The one that can be chosen, where there is no other."""
    return next(iter(choices)) if len(choices) == 1 else ""
