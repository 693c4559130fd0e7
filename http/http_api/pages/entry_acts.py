"""Returning and withdrawing an entry: what it is, why, and what becomes of it."""

from typing import Any

from http_api.api.acting import Build
from http_api.api.bodies import NamedEntriesBody, returning, withdrawal
from http_api.pages.desk import Address
from http_api.pages.entry import (
    MISTYPED_STATUS,
    Shown,
    Sitting,
    entry_frame,
)
from http_api.pages.entry_cell import (
    Cell,
    cell_named,
    check_entitled,
    people_of,
    present,
)
from http_api.pages.entry_forms import Mistyped, ReasonForm, Wrong, naming, wrong_of
from http_api.pages.entry_offers import indicator_address
from http_api.pages.render import render
from http_api.problems import STATUS
from ledger.acts import Answered
from policies import standing
from policies.permissions import Action
from policies.refusals import Refusal

BUILD: dict[Action, Build[NamedEntriesBody]] = {
    Action.RETURN: returning,
    Action.WITHDRAW: withdrawal,
}
PART = {Action.RETURN: "return", Action.WITHDRAW: "withdrawal"}
TITLE = {Action.RETURN: "Return a value", Action.WITHDRAW: "Withdraw a value"}


def act_page(at: Sitting, address: Address, name: str, action: Action) -> Shown:
    """The entry, and the field for the reason. Raises what the act itself would be refused with."""
    cell = cell_named(at.desk, address, name)
    check_entitled(cell.body, cell.state, action, at.person, cell.today)
    assert cell.held is not None, "it was found by its name"
    standing.check_may(action, cell.held.standing)
    return _page(at, address, cell, action, ReasonForm(key=at.desk.new_key()))


def act_sent(
    at: Sitting, address: Address, name: str, action: Action, form: ReasonForm
) -> Answered | Shown:
    """What became of the act; where it was refused and the entry still holds, the page again."""
    try:
        body = naming(name, form.reason)
        return at.desk.send(address, at.person, body, BUILD[action], form.key)
    except (Refusal, Mistyped) as error:
        cell = cell_named(at.desk, address, name)  # where it holds no more, that is what is told
        wrong = wrong_of(error, "reason")
        status = STATUS[error.code] if isinstance(error, Refusal) else MISTYPED_STATUS
        return _page(at, address, cell, action, form, wrong=wrong, status=status)


def _page(
    at: Sitting,
    address: Address,
    cell: Cell,
    action: Action,
    form: ReasonForm,
    *,
    wrong: Wrong = (),
    status: int = 200,
) -> Shown:
    held = cell.held
    assert held is not None, "it was found by its name"
    path = f"{indicator_address(address)}/entries/{held.name}/{PART[action]}"
    names = at.desk.names(people_of(held))
    texts = at.desk.texts([held.entry.note]) if held.entry.note else {}
    shown: dict[str, Any] = {
        "frame": entry_frame(at, address, TITLE[action], cell.definition.title, path, {}),
        "title": TITLE[action],
        "cell": cell,
        "definition": cell.definition,
        "present": present(cell, names, texts),
        "action": path,
        "returning": action is Action.RETURN,
        "form": form,
        "wrong": wrong,
    }
    return Shown(render("entry_act.html", **shown), status)
