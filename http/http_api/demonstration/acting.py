"""The steps of the story as ordinary commands, chosen from what holds at that moment."""

from collections.abc import Mapping

import msgspec

from http_api.demonstration.script import FOLDER, HOME
from http_api.demonstration.steps import Correct, Propose, SignOff, Withdraw
from ledger.agreement.state import Agreement
from ledger.amendment.events import Changes, DefinitionChange
from ledger.indicator.commands import (
    CorrectValues,
    EntryGiven,
    SignOffValues,
    ValueCommand,
    WithdrawValues,
)
from ledger.indicator.events import Entry, SignedEntry
from ledger.indicator.state import Held, Indicator, Key, sign_off_digest
from ledger.setting_up.reading import read_set_up
from policies.periods import parse_code
from policies.standing import Standing


def commands_of(
    step: SignOff | Withdraw | Correct,
    agreement: Agreement,
    indicators: Mapping[str, Indicator],
    reason: str = "",
) -> list[tuple[str, ValueCommand]]:
    """What the step's actor asks, by indicator code, in the order of the agreement.

    ``indicators`` are the folds of all the agreement's; ``reason`` is the digest of the stored
    text of ``step.reason``.
    """
    match step:
        case SignOff():
            return _sign_offs(step, agreement, indicators)
        case Withdraw():
            taken = _before(indicators[step.indicator], step.before)
            return [(step.indicator, WithdrawValues(entries=taken, reason=reason))]
        case Correct():
            given = _corrected(indicators[step.indicator], step)
            return [(step.indicator, CorrectValues(entries=(given,), reason=reason))]


def changes_of(step: Propose) -> Changes:
    """What an amendment of the story changes: with it, the definitions of the set-up file."""
    if not step.redefined:
        return step.changes
    text = (FOLDER / "agreement.toml").read_text("utf-8")
    set_up = read_set_up(text, lambda name: (FOLDER / name).read_text("utf-8"))
    sheets = {sheet.code: sheet for sheet in set_up.indicators}
    definitions = tuple(
        DefinitionChange(indicator=code, kind="major", definition=sheets[code].definition)
        for code in step.redefined
    )
    return msgspec.structs.replace(step.changes, definitions=definitions)


def _sign_offs(
    step: SignOff, agreement: Agreement, indicators: Mapping[str, Indicator]
) -> list[tuple[str, ValueCommand]]:
    commands: list[tuple[str, ValueCommand]] = []
    for code in agreement.placements:
        if step.block not in agreement.scopes_of(code) or code in step.leave:
            continue
        seen = tuple(_seen(indicators[code], held) for held in _waiting(indicators[code]))
        if seen:
            commands.append((code, SignOffValues(entries=seen, assurance=step.assurance)))
    return commands


def _waiting(indicator: Indicator) -> list[Held]:
    """The home area's figures that nobody has signed, by period."""
    return [
        held
        for key, held in sorted(indicator.entries.items())
        if key.area == HOME
        and held.standing is Standing.SUBMITTED
        and held.signature is None
        and not held.entry.missing
    ]


def _seen(indicator: Indicator, held: Held) -> SignedEntry:
    version = indicator.definition_version
    return SignedEntry(held.name, sign_off_digest(indicator.id, held.name, held.entry, version))


def _before(indicator: Indicator, period: str) -> tuple[str, ...]:
    """The names of all that holds for periods that begin before one, in every area."""
    limit = parse_code(period).start
    keys = sorted(indicator.entries)
    return tuple(
        indicator.entries[key].name for key in keys if parse_code(key.period).start < limit
    )


def _corrected(indicator: Indicator, step: Correct) -> EntryGiven:
    held = indicator.entries[Key(HOME, step.period, "")]
    entry = Entry(period=step.period, area=HOME, value=step.value)
    return EntryGiven(entry=entry, replaces=held.name)
