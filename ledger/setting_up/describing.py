"""Changes as lines a person reads before, or after, a set-up is applied.

``+`` is new, ``~`` replaces something that is there.
"""

from collections.abc import Iterator
from enum import StrEnum
from itertools import groupby

import msgspec

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BasketSet,
    BlockSet,
    BodyFormed,
    CodeMapSet,
    ComparatorGroupSet,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    PolicyAdopted,
    PrioritySet,
    RoleAssigned,
)
from ledger.indicator.events import IndicatorRetired, Target
from ledger.person import Person
from ledger.setting_up.adopted import kind_of
from ledger.setting_up.changes import Change, Changes
from policies.definition import Definition
from policies.rag import RagSettings

LONGEST = 60  # characters of a value in a line
_PARTS: dict[type, str] = {
    AgreementDefined: "agreement",
    PartnerJoined: "partner",
    BlockSet: "block",
    PrioritySet: "priority",
    OutcomeSet: "outcome",
    BodyFormed: "body",
    CodeMapSet: "code map",
    ComparatorGroupSet: "comparator group",
    BasketSet: "basket",
}


def describe(changes: Changes) -> list[str]:
    """One line for every change; the new targets of one indicator share a line."""
    lines: list[str] = []
    for (indicator, new_target), group in groupby(changes.each, _together):
        found = list(group)
        if new_target:
            lines.append(_new_targets(indicator, found))
        else:
            lines.extend(line for change in found for line in _lines(change))
    return lines


def _together(change: Change) -> tuple[str, bool]:
    return change.indicator, isinstance(change.new, Target) and change.old is None


def _new_targets(indicator: str, found: list[Change]) -> str:
    targets = [change.new for change in found if isinstance(change.new, Target)]
    if len(targets) == 1:
        target = targets[0]
        return f"+ target {indicator} {target.area} {target.period}: {_text(target.level)}"
    periods = sorted({target.period for target in targets})
    return f"+ targets {indicator}: {len(targets)}, {periods[0]} to {periods[-1]}"


def _lines(change: Change) -> Iterator[str]:
    """The line of one change; a first placement is told by the indicator's own line."""
    new, old = change.new, change.old
    if isinstance(new, IndicatorPlaced):
        if isinstance(old, IndicatorPlaced):
            yield f"~ indicator {new.indicator}: outcome {old.outcome} → {new.outcome}"
        return
    name = _name(change)
    if old is None:
        yield f"+ {name}{_sheet(change)}"
    else:
        of = f" ({new.person})" if isinstance(new, RoleAssigned) else ""
        yield f"~ {name}{of}: {'; '.join(_differences(old, new))}{_lapsing(change.lapsing)}"


def _lapsing(sign_offs: int) -> str:
    """What a new definition undoes: whoever signs has to be asked again."""
    if not sign_offs:
        return ""
    return "; 1 sign-off lapses" if sign_offs == 1 else f"; {sign_offs:,} sign-offs lapse"


def _name(change: Change) -> str:
    match change.new:
        case Definition() | IndicatorRetired() as about:
            what = "indicator" if isinstance(about, Definition) else "retirement"
            return f"{what} {change.indicator}"
        case Target() as target:
            return f"target {change.indicator} {target.area} {target.period}"
        case Person() as person:
            return f"person {person.id}"
        case RoleAssigned() as role:
            return f"role {role.role.value} over {role.scope}"
        case _ if isinstance(change.new, PolicyAdopted):
            policy = change.new
            return f"policy {kind_of(policy)} {policy.version}"
        case part:
            return f"{_PARTS[type(part)]} {getattr(part, 'code', '') or getattr(part, 'name', '')}"


def _sheet(change: Change) -> str:
    """What a line says about something new."""
    match change.new:
        case RoleAssigned() as role:
            begins = f", from {role.valid_from}" if role.valid_from else ""
            return f": {role.person}{begins}{f', to {role.valid_to}' if role.valid_to else ''}"
        case _ if isinstance(change.new, PolicyAdopted):
            policy = change.new
            settings = _text(policy.settings)
            return f", from {policy.effective_from}: {settings}{_wide(policy.settings)}"
        case IndicatorRetired() as retired:
            return f": from {retired.from_period}"
        case CodeMapSet() as code_map:
            return f": {len(code_map.entries)} {code_map.kind} codes"
        case ComparatorGroupSet() as group:
            return f": {group.title}, {len(group.members)} areas"
        case new:
            return f": {getattr(new, 'title', '') or getattr(new, 'name', '')}"


def _wide(settings: object) -> str:
    """What a share comes to that is the whole target or more, such as a 5 that was meant as 5%."""
    if not isinstance(settings, RagSettings) or settings.basis != "relative":
        return ""
    amber = settings.amber_margin
    return f" (amber is up to {amber:.0%} off the target)" if amber >= 1 else ""


def _differences(old: msgspec.Struct, new: msgspec.Struct) -> Iterator[str]:
    for field in msgspec.structs.fields(type(new)):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield f"{field.name} {_text(before)} → {_text(after)}"


def _text(value: object) -> str:
    """A value as a person reads it; numbers as they are stored."""
    match value:
        case "" | None | ():
            return "none"
        case StrEnum():
            text = value.value
        case Area():
            text = value.code
        case tuple():
            text = ", ".join(_text(item) for item in value)
        case dict():  # weights by code
            text = ", ".join(f"{name} {_text(item)}" for name, item in value.items()) or "none"
        case msgspec.Struct():
            fields = msgspec.structs.asdict(value).items()
            return ", ".join(f"{name} {_text(item)}" for name, item in fields if item is not None)
        case _:
            text = str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
