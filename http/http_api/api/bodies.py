"""The bodies of requests, as their senders write them, and how they become commands.

Numbers are text in decimal notation; a JSON number is taken where it is an exact integer or a
short decimal. Unknown fields are refused, so that a misspelt one is not silently lost, and so are
control characters: a NUL, once recorded, could never be laid out for reading.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from http_api.json_bodies import JsonNumber
from ledger.engine import Text
from ledger.indicator.commands import (
    AttachEvidence,
    CorrectValues,
    EntryGiven,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    WithdrawValues,
)
from ledger.indicator.events import Entry, SignedEntry
from policies.numbers import parse_number
from policies.refusals import FieldProblem, NotANumber, Refusal
from policies.texts import composed

MOST_SHOWN = 60  # characters of a number that is refused

# Said by what must not follow, since $ would let a line's end pass. What turns the order of letters
# has no place in a line that others stand beside.
NO_CONTROLS = r"^(?![\s\S]*[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069])"
NO_NUL = r"^(?![\s\S]*\x00)"
Code = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_CONTROLS)]
Part = Annotated[str, Meta(max_length=100, pattern=NO_CONTROLS)]  # the rule says the rest
Breakdown = Annotated[dict[Part, Part], Meta(max_length=20)]
LongText = Annotated[str, Meta(max_length=10_000, pattern=NO_NUL)]
Number = str | int | float | None


class Body(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Common base of bodies."""


class EntryBody(Body, frozen=True, kw_only=True):
    """A value for a period, area and breakdown; ``missing`` names why there is none.

    ``confidence_low`` and ``confidence_high`` are its confidence limits, both or neither.
    """

    period: Code
    area: Code
    breakdown: Breakdown = {}
    value: Number = None
    numerator: Number = None
    denominator: Number = None
    confidence_low: Number = None
    confidence_high: Number = None
    missing: Literal["", "missing", "suppressed", "not-applicable"] = ""
    standing: Literal["final", "provisional"] = "final"
    note: LongText = ""
    attachments: tuple[Code, ...] = ()


class CorrectedEntryBody(EntryBody, frozen=True, kw_only=True):
    """The same in the place of one that holds; ``replaces`` names which, for whoever minds."""

    replaces: Part = ""


class SubmissionBody(Body, frozen=True, kw_only=True):
    """Values for keys that have none yet."""

    entries: tuple[EntryBody, ...]
    data_available_on: date | None = None
    note: LongText = ""


class CorrectionBody(Body, frozen=True, kw_only=True):
    """Other values in the place of those that hold, and why."""

    entries: tuple[CorrectedEntryBody, ...]
    reason: LongText = ""
    data_available_on: date | None = None


class NamedEntriesBody(Body, frozen=True, kw_only=True):
    """Entries by name, and why they are returned or withdrawn."""

    entries: tuple[Code, ...]
    reason: LongText = ""


class EvidenceBody(Body, frozen=True, kw_only=True):
    """Entries by name, and the files they are given as evidence, by digest."""

    entries: tuple[Code, ...]
    attachments: tuple[Code, ...]


class SignedBody(Body, frozen=True, kw_only=True):
    """An entry and the digest of what the signer saw of it."""

    name: Code
    digest: Code


class SignOffBody(Body, frozen=True, kw_only=True):
    """Entries signed off, with the grade of assurance."""

    entries: tuple[SignedBody, ...]
    assurance: str = "checked"


class TextKeeper:
    """Collects the texts of one request; each is named in events by a digest over a nonce."""

    def __init__(self, nonces: Callable[[], bytes]) -> None:
        self._nonces = nonces
        self.texts: list[Text] = []

    def keep(self, text: str) -> str:
        """The digest (hex) to put into the event, "" for no text."""
        stripped = text.strip()
        if not stripped:
            return ""
        nonce = self._nonces()
        digest = sha256(nonce + stripped.encode()).digest()
        self.texts.append(Text(digest, nonce, stripped))
        return digest.hex()


def submission(body: SubmissionBody, texts: TextKeeper) -> SubmitValues:
    """The command of a submission."""
    return SubmitValues(
        entries=_entries(body.entries, texts),
        data_available_on=body.data_available_on,
        note=texts.keep(body.note),
    )


def correction(body: CorrectionBody, texts: TextKeeper) -> CorrectValues:
    """The command of a correction."""
    return CorrectValues(
        entries=_entries(body.entries, texts),
        reason=texts.keep(body.reason),
        data_available_on=body.data_available_on,
    )


def returning(body: NamedEntriesBody, texts: TextKeeper) -> ReturnValues:
    """The command of a return."""
    return ReturnValues(entries=body.entries, reason=texts.keep(body.reason))


def withdrawal(body: NamedEntriesBody, texts: TextKeeper) -> WithdrawValues:
    """The command of a withdrawal."""
    return WithdrawValues(entries=body.entries, reason=texts.keep(body.reason))


def evidence(body: EvidenceBody, _: TextKeeper) -> AttachEvidence:
    """The command that adds evidence."""
    return AttachEvidence(entries=body.entries, attachments=body.attachments)


def sign_off(body: SignOffBody, _: TextKeeper) -> SignOffValues:
    """The command of a sign-off."""
    signed = tuple(SignedEntry(entry.name, entry.digest) for entry in body.entries)
    return SignOffValues(entries=signed, assurance=body.assurance)


def _entries(bodies: Sequence[EntryBody], texts: TextKeeper) -> tuple[EntryGiven, ...]:
    entries: list[EntryGiven] = []
    problems: list[Refusal] = []
    for n, body in enumerate(bodies):
        try:
            entries.append(_entry(body, texts, f"entries[{n}]."))
        except Refusal as refusal:
            problems.append(refusal)
    if problems:
        errors = tuple(FieldProblem(p.field, p.code, p.detail) for p in problems)
        raise type(problems[0])(problems[0].detail, field=problems[0].field, errors=errors)
    return tuple(entries)


def _entry(body: EntryBody, texts: TextKeeper, where: str) -> EntryGiven:
    entry = Entry(
        period=body.period,
        area=body.area,
        breakdown={composed(name): composed(code) for name, code in body.breakdown.items()},
        value=number_given(body.value, f"{where}value"),
        numerator=number_given(body.numerator, f"{where}numerator"),
        denominator=number_given(body.denominator, f"{where}denominator"),
        confidence_low=number_given(body.confidence_low, f"{where}confidence_low"),
        confidence_high=number_given(body.confidence_high, f"{where}confidence_high"),
        missing=body.missing,
        provisional=body.standing == "provisional",
        note=texts.keep(body.note),
        attachments=body.attachments,
    )
    replaces = body.replaces if isinstance(body, CorrectedEntryBody) else ""
    return EntryGiven(entry=entry, replaces=replaces)


def number_given(given: Number, field: str) -> Decimal | None:
    """A number of a body, exactly as written; None where none is given. Raises NotANumber."""
    if given is None:
        return None
    if isinstance(given, JsonNumber):  # an integer is read as it is written, whatever its size
        raise NotANumber(
            f"{str(given)[:MOST_SHOWN]} as a JSON number may not be exact: send it as text in"
            " decimal notation.",
            field=field,
        )
    return parse_number(str(given), field=field)
