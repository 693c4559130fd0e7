"""The bodies of change control, as their senders write them, and how they become changes."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

import msgspec
from msgspec import Meta

from http_api.api.bodies import Body, Code, LongText, Number, TextKeeper, number_given
from http_api.api.loads import ReasonBody
from ledger.agreement.events import SETTINGS
from ledger.amendment.commands import Consent, Decide, Object, Revise, Withdraw
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    DefinitionChangeKind,
    PolicyChange,
    PolicyKind,
    RetirementChange,
    TargetChange,
)
from ledger.indicator.events import Target, TargetKind
from ledger.setting_up.entry import Entry, read_entry
from ledger.setting_up.problems import Place, Problems
from policies.definition import Definition
from policies.period import MOST_POOLED
from policies.refusals import FieldProblem, NotANumber, Refusal
from policies.refusals_change_control import BadChanges

MOST_CHANGES = 10_000
MOST_DAYS = 3660
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
Days = Annotated[int, Meta(ge=0, le=3660)]
AmendmentNumber = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Revision = Annotated[int, Meta(ge=1, le=2**31 - 1)]
S = TypeVar("S", bound=msgspec.Struct)


class SealBody(Body, frozen=True, kw_only=True):
    """By which minute the agreement is sealed, and for how long no local target moves at all."""

    minute_reference: Code
    freeze_days: Days = 28


class RefreshBody(Body, frozen=True, kw_only=True):
    """A window in which amendments are gathered; both of its days are included."""

    title: Code
    opens_on: date
    closes_on: date


class TargetChangeBody(Body, frozen=True, kw_only=True):
    """A target to stand in the place of the one that holds for its area and period."""

    indicator: Code
    area: Code
    period: Code
    level: Number
    kind: TargetKind = "local"
    baseline: Number = None
    performance_without: Number = None
    performance_with: Number = None
    no_baseline: LongText = ""


class DefinitionChangeBody(Body, frozen=True, kw_only=True):
    """A whole definition to stand in the place of the one that holds."""

    indicator: Code
    kind: DefinitionChangeKind
    definition: dict[str, Any]


class PolicyChangeBody(Body, frozen=True, kw_only=True):
    """A version of rules to be adopted, with all of its settings."""

    kind: PolicyKind
    version: Code
    effective_from: date
    settings: dict[str, Any]


class RetirementChangeBody(Body, frozen=True, kw_only=True):
    """An indicator to be retired, from its first period that begins in or after the effective
    one."""

    indicator: Code


class RevisionBody(Body, frozen=True, kw_only=True):
    """All that the amendment changes from now on, in the place of what it did, and why."""

    effective_from: Code
    reason: LongText = ""
    targets: tuple[TargetChangeBody, ...] = ()
    definitions: tuple[DefinitionChangeBody, ...] = ()
    policies: tuple[PolicyChangeBody, ...] = ()
    retirements: tuple[RetirementChangeBody, ...] = ()


class ProposalBody(RevisionBody, frozen=True, kw_only=True):
    """What an amendment is called, why, from when, all that it changes, and in which refresh."""

    title: Code
    refresh: AmendmentNumber | None = None


class ConsentBody(Body, frozen=True, kw_only=True):
    """The partner that consents, to the revision that was seen."""

    partner: Code
    note: LongText = ""
    revision: Revision | None = None


class ObjectionBody(Body, frozen=True, kw_only=True):
    """The partner that objects, to the revision that was seen, and why."""

    partner: Code
    reason: LongText = ""
    revision: Revision | None = None


class DecisionBody(Body, frozen=True, kw_only=True):
    """The decision of a body on the revision that was seen, by which minute, and why."""

    decision: Literal["approved", "rejected"]
    body: Code
    minute_reference: Code
    reason: LongText = ""
    revision: Revision | None = None


class RefreshDecisionBody(Body, frozen=True, kw_only=True):
    """A body's decision on all that a refresh gathered: which are rejected, and why; the others
    are approved."""

    body: Code
    minute_reference: Code
    rejected: tuple[AmendmentNumber, ...] = ()
    reason: LongText = ""


def revision(body: RevisionBody, texts: TextKeeper) -> Revise:
    """The command of a revision."""
    return Revise(changes=changes_of(body, texts), reason=texts.keep(body.reason))


def consent(body: ConsentBody, texts: TextKeeper) -> Consent:
    """The command of a consent."""
    return Consent(partner=body.partner, note=texts.keep(body.note), revision=body.revision or 0)


def objection(body: ObjectionBody, texts: TextKeeper) -> Object:
    """The command of an objection."""
    return Object(partner=body.partner, reason=texts.keep(body.reason), revision=body.revision or 0)


def decision(body: DecisionBody, texts: TextKeeper) -> Decide:
    """The command of a decision."""
    return Decide(
        decision=body.decision,
        body=body.body,
        minute_reference=body.minute_reference,
        reason=texts.keep(body.reason),
        revision=body.revision or 0,
    )


def withdrawal(body: ReasonBody, texts: TextKeeper) -> Withdraw:
    """The command of a withdrawal."""
    return Withdraw(reason=texts.keep(body.reason))


def changes_of(body: RevisionBody, texts: TextKeeper) -> Changes:
    """What a proposal changes. Raises NotANumber and BadChanges, naming every field."""
    every = (body.targets, body.definitions, body.policies, body.retirements)
    count = sum(map(len, every))
    if count > MOST_CHANGES:
        raise BadChanges(f"{count:,} changes are too many for one amendment.")
    problems: list[FieldProblem] = []
    targets = [_target(one, f"targets[{n}]", texts, problems) for n, one in enumerate(body.targets)]
    definitions = [
        _definition(one, f"definitions[{n}]", problems) for n, one in enumerate(body.definitions)
    ]
    policies = [_policy(one, f"policies[{n}]", problems) for n, one in enumerate(body.policies)]
    if problems:
        first = problems[0]
        kind = NotANumber if first.code == NotANumber.code else BadChanges
        raise kind(first.detail, field=first.field, errors=tuple(problems))
    return Changes(
        effective_from=body.effective_from,
        targets=tuple(one for one in targets if one is not None),
        definitions=tuple(one for one in definitions if one is not None),
        policies=tuple(one for one in policies if one is not None),
        retirements=tuple(RetirementChange(indicator=one.indicator) for one in body.retirements),
    )


def _target(
    body: TargetChangeBody, field: str, texts: TextKeeper, problems: list[FieldProblem]
) -> TargetChange | None:
    try:
        level = number_given(body.level, f"{field}.level")
        if level is None:
            raise BadChanges("A target has a level.", field=f"{field}.level")
        target = Target(
            area=body.area,
            period=body.period,
            level=level,
            kind=body.kind,
            baseline=number_given(body.baseline, f"{field}.baseline"),
            performance_without=number_given(
                body.performance_without, f"{field}.performance_without"
            ),
            performance_with=number_given(body.performance_with, f"{field}.performance_with"),
        )
    except Refusal as refusal:
        problems.extend(refusal.errors)
        return None
    return TargetChange(
        indicator=body.indicator, target=target, no_baseline=texts.keep(body.no_baseline)
    )


def _definition(
    body: DefinitionChangeBody, field: str, problems: list[FieldProblem]
) -> DefinitionChange | None:
    definition = _read(body.definition, Definition, f"{field}.definition", problems)
    if definition is None:
        return None
    return DefinitionChange(indicator=body.indicator, kind=body.kind, definition=definition)


def _policy(
    body: PolicyChangeBody, field: str, problems: list[FieldProblem]
) -> PolicyChange | None:
    settings = _read(body.settings, SETTINGS[body.kind], f"{field}.settings", problems)
    if settings is None:
        return None
    given: dict[str, Any] = {body.kind: settings}
    return PolicyChange(
        kind=body.kind, version=body.version, effective_from=body.effective_from, **given
    )


def _read(
    values: Mapping[str, Any], shape: type[S], field: str, problems: list[FieldProblem]
) -> S | None:
    """A sheet or settings, by the reader of the set-up file; what is wrong is noted."""
    if not _plain(values):
        sentence = "A text has no control characters but for line ends and tabs."
        problems.append(FieldProblem(field, BadChanges.code, sentence))
        return None
    found = Problems()
    read = read_entry(Entry(Place(field, field), _exact(values)), shape, found)
    problems.extend(_told(found))
    large = [] if read is None else list(_too_large(read, field))
    problems.extend(large)
    return None if large else read


def _too_large(read: msgspec.Struct, field: str) -> Iterator[FieldProblem]:
    """Whole numbers, such as of days, that no day could be worked out with."""
    for name, value in msgspec.structs.asdict(read).items():
        most = MOST_POOLED if name == "pooled_years" else MOST_DAYS
        if isinstance(value, int) and abs(value) > most:
            yield FieldProblem(f"{field}.{name}", BadChanges.code, f"This is at most {most:,}.")


def _plain(value: Any) -> bool:
    """Whether no text in a value, nor the name of one, has a character that none should have."""
    if isinstance(value, dict):
        return all(_plain(key) and _plain(each) for key, each in value.items())
    if isinstance(value, list):
        return all(map(_plain, value))
    return not isinstance(value, str) or not _CONTROLS.search(value)


def _told(found: Problems) -> Iterator[FieldProblem]:
    for problem in found.found:
        yield FieldProblem(problem.field, BadChanges.code, problem.detail)


def _exact(value: Any) -> Any:
    """JSON numbers as the numbers they were written as; null is as if it were left out."""
    if isinstance(value, dict):
        return {key: _exact(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return Decimal(repr(value)) if isinstance(value, float) else value
