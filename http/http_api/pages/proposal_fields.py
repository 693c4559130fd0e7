"""The form of a proposal, and of its revision: targets as rows.

Definitions and rules have too many parts for a form: they are written as the API takes them.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from http_api.pages.amendment_fields import REASON
from http_api.pages.amendment_lists import as_typed
from http_api.pages.filling import Field, Form, Option, Rows
from http_api.pages.proposal_pasted import MOST_ROWS, PASTED, table_field, table_of
from http_api.pages.words import capital
from projections.amendment_answers import AmendmentAnswer
from projections.answers import AgreementAnswer

OTHERS = "others"  # the field of definitions and rules, which is none of a body's own
KINDS = ("local", "designated", "stretch")


class Choices(NamedTuple):
    """What a proposal can be about: the indicators, with their titles, for which somebody may
    propose, and the refreshes that gather today."""

    indicators: Mapping[str, str]
    refreshes: Mapping[int, str] = {}


def proposal(agreement: AgreementAnswer, choices: Choices) -> Form:
    """The form of a new proposal."""
    gathering = (Option(str(number), title) for number, title in choices.refreshes.items())
    refresh = Field(
        name="refresh",
        label="To be decided",
        kind="choice",
        options=(Option("", "By itself"), *gathering),
    )
    title = Field(
        name="title",
        label="What the amendment is called",
        hint="Such as: Recycling after the depot fire.",
        missing="Give the amendment a title.",
    )
    return Form(
        title="Propose an amendment",
        button="Propose it",
        fields=(
            title,
            *_changes(agreement, choices, table_field()),
            *((refresh,) if choices.refreshes else ()),
        ),
    )


def revision(agreement: AgreementAnswer, choices: Choices, amendment: AmendmentAnswer) -> Form:
    """The form of a revision, filled with the proposal as it is: very many targets as a table."""
    changes, large = amendment.changes, is_large(amendment)
    named = [one.indicator for one in changes.targets]
    named += [one.indicator for one in changes.retirements]
    known = Choices({**dict(zip(named, named, strict=True)), **choices.indicators})
    return Form(
        title="Revise the proposal",
        button="Put this in its place",
        fields=_changes(agreement, known, table_field(len(changes.targets) if large else 0)),
        filled=_as_proposed(amendment),
    )


def is_large(amendment: AmendmentAnswer) -> bool:
    """Whether a proposal has more targets than rows can be looked over."""
    return len(amendment.changes.targets) > MOST_ROWS


def _changes(
    agreement: AgreementAnswer, choices: Choices, table: Field
) -> tuple[Field | Rows, ...]:
    """What a proposal and a revision ask alike; a table that is not aside is in place of rows."""
    rows = _targets(agreement, choices)
    return (
        REASON,
        Field(
            name="effective_from",
            label="First period it applies to",
            hint="Such as 2026/27, or Q2 2026/27. Nothing before it changes.",
            missing="Give the first period it applies to.",
        ),
        *((rows, table) if table.aside else (table, msgspec.structs.replace(rows, elsewhere=True))),
        _retirements(choices),
        Field(
            name=OTHERS,
            label="Definitions and rules as JSON",
            kind="text",
            hint="An object with the lists definitions and policies, as the API takes them.",
            aside=True,
            line="Change a definition, or rules",
        ),
    )


def _targets(agreement: AgreementAnswer, choices: Choices) -> Rows:
    """A row for each target that moves; the first area needs no choosing."""
    return Rows(
        name="targets",
        legend="Target",
        another="Add another target",
        aside="Kind, baseline and stretch of the target",
        fields=(
            Field(
                name="indicator",
                label="Indicator",
                kind="choice",
                options=_indicators(choices),
                missing="Choose the indicator.",
            ),
            Field(
                name="area",
                label="Area",
                kind="choice",
                options=tuple(
                    Option(one.code if n else "", one.name) for n, one in enumerate(agreement.areas)
                ),
            ),
            Field(
                name="period",
                label="Period, such as 2026/27",
                missing="Give the period of the target.",
            ),
            Field(
                name="level",
                label="New level",
                missing="Give the new level.",
            ),
            *_BESIDE,
        ),
    )


def _retirements(choices: Choices) -> Rows:
    """A row for each indicator that retires; few proposals have any."""
    return Rows(
        name="retirements",
        legend="Retirement",
        another="Retire another indicator",
        aside="Retire an indicator",
        fields=(
            Field(
                name="indicator",
                label="Indicator that retires",
                kind="choice",
                hint="From the first period above on it has no status and takes no values.",
                options=_indicators(choices),
                missing="Choose the indicator.",
                aside=True,
            ),
        ),
    )


def _indicators(choices: Choices) -> tuple[Option, ...]:
    return (
        Option("", "Choose an indicator"),
        *(Option(code, title) for code, title in choices.indicators.items()),
    )


_BESIDE = (
    Field(
        name="kind",
        label="Kind",
        kind="choice",
        options=(
            Option("", "As it is now; local where there is none"),
            *(Option(kind, capital(kind)) for kind in KINDS),
        ),
        aside=True,
    ),
    Field(
        name="baseline",
        label="Baseline",
        hint="Left empty, that of the present target.",
        aside=True,
    ),
    Field(name="no_baseline", label="Why it has no baseline", kind="text", aside=True),
    Field(
        name="performance_without",
        label="Performance without the stretch",
        hint="Of a stretch target; left empty, that of the present one.",
        aside=True,
    ),
    Field(
        name="performance_with",
        label="Performance with the stretch",
        hint="Of a stretch target; left empty, that of the present one.",
        aside=True,
    ),
)


def _as_proposed(amendment: AmendmentAnswer) -> dict[str, str]:
    """A proposal as it would be typed."""
    typed = {"effective_from": amendment.effective_from}
    targets = amendment.changes.targets
    if is_large(amendment):
        typed[PASTED] = table_of(targets)
    for n, one in enumerate(() if is_large(amendment) else targets):
        typed |= {f"targets[{n}].{name}": text for name, text in as_typed(one).items() if text}
    for n, retired in enumerate(amendment.changes.retirements):
        typed[f"retirements[{n}].indicator"] = retired.indicator
    others = _others(amendment)
    return {**typed, OTHERS: others} if others else typed


def _others(amendment: AmendmentAnswer) -> str:
    """The definitions and rules of a proposal, as the API takes them; "" for none."""
    changes = amendment.changes
    written: dict[str, Any] = {}
    if changes.definitions:
        written["definitions"] = [
            {"indicator": one.indicator, "kind": one.kind, "definition": one.after}
            for one in changes.definitions
        ]
    if changes.policies:
        written["policies"] = [
            {
                "kind": one.kind,
                "version": one.version,
                "effective_from": one.effective_from,
                "settings": one.settings,
            }
            for one in changes.policies
        ]
    if not written:
        return ""
    return msgspec.json.format(_encode(written), indent=2).decode()


_encode = msgspec.json.Encoder(decimal_format="string").encode
