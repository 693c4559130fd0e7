"""Sending a grid: one command for what is new of an indicator, one for what is corrected.

Each is recorded whole or refused whole, and the page says which: nothing is half said.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from http_api.api.acting import Build
from http_api.api.bodies import (
    CorrectedEntryBody,
    CorrectionBody,
    SubmissionBody,
    correction,
    submission,
)
from http_api.pages.entry import Shown, Sitting
from http_api.pages.entry_forms import Mistyped, body_of, day_typed, wrong_of
from http_api.pages.entry_grid import (
    REASON_NEEDED,
    UNIT_NEEDED,
    Grid,
    around,
    grid_checked,
)
from http_api.pages.entry_grid_rows import Form, Sent, as_pasted, by_indicator, decoded
from http_api.pages.entry_receipt import receipt_address
from http_api.pages.render import render
from http_api.problems import STATUS
from ledger.acts import Answered
from policies.refusals import Refusal


class Command(NamedTuple):
    """What is sent of one indicator."""

    indicator: str
    entries: tuple[CorrectedEntryBody, ...]
    body: msgspec.Struct
    build: Build[Any]
    part: str


class Refused(NamedTuple):
    """A command that was refused as a whole, and every sentence of why."""

    title: str
    values: int
    why: tuple[str, ...]


class Recorded(NamedTuple):
    """A command that was recorded, and where; ``unchanged``: all of it was recorded before."""

    title: str
    values: int
    position: int
    unchanged: bool


def grid_sent(at: Sitting, grid: Grid, form: Form) -> tuple[Recorded, ...] | Shown:
    """What was recorded; or a page, where something was refused or is to be said first."""
    sent = decoded(form.get("payload", ""))
    try:
        commands = list(_commands(sent, form))
        wrong = _unsaid(sent, form)
    except Mistyped as error:
        commands, wrong = [], list(error.wrong)
    if wrong or not commands or not form.get("key"):
        return grid_checked(at, grid, form, wrong=wrong)
    recorded: list[Recorded] = []
    refused: list[Refused] = []
    left: list[Sent] = []
    for command in commands:
        title = _title(grid, command.indicator)
        address, key = (grid.agreement, command.indicator), f"{form['key']}-{command.part}"
        try:
            answered = at.desk.send(address, at.person, command.body, command.build, key)
        except Refusal as error:
            why = tuple(dict.fromkeys(detail for _, detail in wrong_of(error, "")))
            refused.append(Refused(title, len(command.entries), why))
            left += [Sent(command.indicator, entry) for entry in command.entries]
            continue
        recorded.append(_recorded(title, command, answered))
    if refused:
        return _page(at, grid, form, recorded, refused, left)
    return tuple(recorded)


def _unsaid(sent: list[Sent], form: Form) -> list[tuple[str, str]]:
    """What is to be said before anything is sent."""
    wrong = []
    if any(one.entry.replaces for one in sent) and not form.get("reason", "").strip():
        wrong.append(("reason", REASON_NEEDED))
    if form.get("asks_unit") and not form.get("confirm_unit"):
        wrong.append(("confirm_unit", UNIT_NEEDED))
    return wrong


def _commands(sent: list[Sent], form: Form) -> Iterator[Command]:
    """One command for what is new of each indicator, one for what is corrected of it."""
    available = day_typed(form.get("data_available_on", ""))
    for n, (code, new, corrections) in enumerate(by_indicator(sent)):
        if new:
            entries = msgspec.to_builtins(new)
            for entry in entries:
                del entry["replaces"]  # which no submission has
            given = {"entries": entries, "data_available_on": available}
            body = body_of(given, SubmissionBody)
            yield Command(code, tuple(new), body, submission, f"{n}-new")
        if corrections:
            given = {
                "entries": msgspec.to_builtins(corrections),
                "data_available_on": available,
                "reason": form.get("reason", ""),
            }
            body = body_of(given, CorrectionBody)
            yield Command(code, tuple(corrections), body, correction, f"{n}-corrections")


def _recorded(title: str, command: Command, answered: Answered) -> Recorded:
    """Where a command was recorded; where it had been before, the place of its first entry."""
    new = answered.recorded
    position = answered.first_position
    if not new:
        name = answered.name_of(answered.told.outcomes[0])
        position = int(name.partition(".")[0])
    return Recorded(title, len(command.entries), position, unchanged=not new)


def _page(
    at: Sitting,
    grid: Grid,
    form: Form,
    recorded: list[Recorded],
    refused: list[Refused],
    left: list[Sent],
) -> Shown:
    """What was recorded and what was refused, and the refused rows to be looked at again."""
    positions = [one.position for one in recorded]
    page = render(
        "entry_grid_result.html",
        **around(at, grid),
        recorded=recorded,
        refused=refused,
        receipt=receipt_address(grid.agreement, positions) if positions else "",
        left=as_pasted(left),
        form=form,
    )
    return Shown(page, STATUS["conflict"])


def _title(grid: Grid, indicator: str) -> str:
    fold = grid.folds.get(indicator)
    return fold.definition.title if fold and fold.definition else indicator
