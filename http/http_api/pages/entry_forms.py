"""What people typed into the forms of entry, and the bodies it makes: those of the API.

What was typed is kept as it was, so that a form that is shown again shows it.
"""

import dataclasses
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import msgspec

from http_api.api.acting import Build
from http_api.api.bodies import (
    CorrectionBody,
    NamedEntriesBody,
    SubmissionBody,
    correction,
    submission,
)
from http_api.pages.evidence_taken import FILES, KEPT
from ledger.entering.typed import figure_typed
from ledger.indicator.state import Key
from policies.cell import Missing
from policies.definition import Definition
from policies.numbers import to_text
from policies.refusals import FieldProblem, NotANumber, Refusal

Wrong = tuple[tuple[str, str], ...]  # the field that is wrong, and the sentence

MISSING_MEANS = {
    Missing.SUPPRESSED: "It is kept back, usually to protect people’s privacy",
    Missing.NOT_APPLICABLE: "The indicator does not apply to this area or period",
    Missing.MISSING: "It is not known",
}
_FIGURES = ("value", "numerator", "denominator", "confidence_low", "confidence_high")
_AT = re.compile(r" - at `\$\.?(?P<where>[^`]*)`$")


@dataclass
class EntryForm:
    """A value as typed. ``replaces`` is the entry that was there when the form was shown.

    ``files`` are those chosen as evidence, ``attachments`` the digests of those kept before.
    ``step`` is what the button asks for: ``check``, ``change`` or ``send``.
    """

    value: str = ""
    numerator: str = ""
    denominator: str = ""
    confidence_low: str = ""
    confidence_high: str = ""
    missing: str = ""
    standing: str = "final"
    data_available_on: str = ""
    note: str = ""
    reason: str = ""
    replaces: str = ""
    key: str = ""
    step: str = "check"
    files: list[Any] = dataclasses.field(default_factory=list)
    attachments: list[str] = dataclasses.field(default_factory=list)


@dataclass
class ReasonForm:
    """Why an entry is returned or withdrawn."""

    reason: str = ""
    key: str = ""


class Mistyped(Exception):
    """What was typed makes no body that the API would take."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__()
        self.wrong = wrong


class Sending(NamedTuple):
    """A body, and the way to its command."""

    body: msgspec.Struct
    build: Build[Any]


def sending(
    form: EntryForm, definition: Definition, key: Key, breakdown: dict[str, str]
) -> Sending:
    """A submission, or the correction of what the form was shown with. Raises Mistyped."""
    entry: dict[str, Any] = {
        **{field: to_text(figure) for field, figure in figures(form, definition).items()},
        "period": key.period,
        "area": key.area,
        "breakdown": breakdown,
        "missing": form.missing,
        "standing": form.standing,
        "note": form.note,
        "attachments": form.attachments,
    }
    body: dict[str, Any] = {
        "entries": [entry],
        "data_available_on": day_typed(form.data_available_on),
    }
    if not form.replaces:
        return Sending(body_of(body, SubmissionBody), submission)
    entry["replaces"] = form.replaces
    return Sending(body_of({**body, "reason": form.reason}, CorrectionBody), correction)


def naming(name: str, reason: str) -> NamedEntriesBody:
    """An entry by its name, and why something is done to it. Raises Mistyped."""
    body: NamedEntriesBody = body_of({"entries": [name], "reason": reason}, NamedEntriesBody)
    return body


def wrong_of(error: Refusal | Mistyped, main: str) -> Wrong:
    """What is wrong, by the fields of a form; ``main`` is that of the entry as a whole."""
    if isinstance(error, Mistyped):
        return error.wrong
    return tuple((field_of(problem, main), problem.detail) for problem in error.errors)


def field_of(problem: FieldProblem, main: str) -> str:
    """The field of the form that a problem is about."""
    field = re.sub(r"^entries\[[0-9]+\]\.?", "", problem.field)
    if field.startswith(KEPT):
        return FILES
    return main if field in {"", "replaces", "entries"} else field


def main_field(definition: Definition) -> str:
    """The field in which a figure is typed first."""
    return "numerator" if definition.has_parts else "value"


def figures(form: EntryForm, definition: Definition) -> dict[str, Decimal]:
    """The figures that were typed, by field. Raises Mistyped, which tells of every other text."""
    found: dict[str, Decimal] = {}
    wrong: list[tuple[str, str]] = []
    for field in _FIGURES:
        unit = "" if field in {"numerator", "denominator"} else definition.unit
        try:
            figure = figure_typed(getattr(form, field), unit, field)
        except NotANumber as error:
            wrong.append((field, f"{error.detail} Type digits, such as 1,204.5."))
            continue
        if figure is not None:
            found[field] = figure
    if wrong:
        raise Mistyped(tuple(wrong))
    return found


def day_typed(text: str) -> date | None:
    """The day of a field, None for an empty one. Raises Mistyped."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        said = "The day is a date, such as 2026-10-20."
        raise Mistyped((("data_available_on", said),)) from None


def body_of(fields: dict[str, Any], kind: type[Any]) -> Any:
    """A body as the API would read it. Raises Mistyped."""
    try:
        return msgspec.convert(fields, kind)
    except msgspec.ValidationError as error:
        said = str(error)
        found = _AT.search(said)
        problem = FieldProblem(found["where"] if found else "", "malformed", said)
        field = field_of(problem, "")
        what = field.replace("_", " ") or "entry"
        raise Mistyped(((field, f"The {what} cannot be taken: {_plainly(said)}."),)) from None


def _plainly(said: str) -> str:
    """Why a text cannot be taken, in words."""
    if "length" in said:
        return "it is too long"
    if "regex" in said:
        return "it has a character that cannot be kept"
    return "it is none of the choices"
