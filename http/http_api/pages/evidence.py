"""The page on which evidence is attached to an entry: what it has, the files to choose, and what
became of them."""

from typing import Any

from litestar.datastructures import FormMultiDict

from http_api.api.bodies import EvidenceBody, evidence
from http_api.pages.desk import Address
from http_api.pages.entry import MISTYPED_STATUS, Shown, Sitting, entry_frame
from http_api.pages.entry_cell import Cell, cell_named, check_entitled, people_of, present
from http_api.pages.entry_forms import Mistyped, body_of, wrong_of
from http_api.pages.entry_offers import indicator_address
from http_api.pages.evidence_taken import FILES, KEPT, Taken, files_taken
from http_api.pages.render import render
from http_api.problems import STATUS
from ledger.acts import Answered
from policies import standing
from policies.permissions import Action
from policies.refusals import Refusal

TITLE = "Attach evidence"
NOTHING_CHOSEN = ((FILES, "Choose at least one file."),)


def evidence_page(at: Sitting, address: Address, name: str) -> Shown:
    """The entry, what it has, and the files to choose. Raises what attaching is refused with."""
    return _page(at, address, _cell(at, address, name), Taken((), ()))


def evidence_sent(
    at: Sitting, address: Address, name: str, sent: FormMultiDict
) -> Answered | Shown:
    """What became of the files; where one was refused and the entry still holds, the page again."""
    cell = _cell(at, address, name)
    before = [digest for digest in sent.getall(KEPT, []) if isinstance(digest, str)]
    taken = files_taken(at.desk, address[0], at.person, sent.getall(FILES, []), before)
    if not taken.kept and not taken.wrong:
        taken = taken._replace(wrong=NOTHING_CHOSEN)
    if taken.wrong:
        return _page(at, address, cell, taken, status=MISTYPED_STATUS)
    try:
        body = body_of({"entries": [name], "attachments": taken.digests}, EvidenceBody)
        return at.desk.send(address, at.person, body, evidence, str(sent.get("key", "")))
    except (Refusal, Mistyped) as error:
        cell = _cell(at, address, name)  # where it holds no more, that is what is told
        status = STATUS[error.code] if isinstance(error, Refusal) else MISTYPED_STATUS
        return _page(at, address, cell, taken._replace(wrong=wrong_of(error, FILES)), status=status)


def _cell(at: Sitting, address: Address, name: str) -> Cell:
    """The cell of an entry that holds, for somebody who may attach evidence to it."""
    cell = cell_named(at.desk, address, name)
    check_entitled(cell.body, cell.state, Action.ATTACH, at.person, cell.today)
    assert cell.held is not None, "it was found by its name"
    standing.check_may(Action.ATTACH, cell.held.standing)
    return cell


def _page(at: Sitting, address: Address, cell: Cell, taken: Taken, *, status: int = 200) -> Shown:
    held = cell.held
    assert held is not None, "it was found by its name"
    had = at.desk.attached(address, (held.position, held.index))
    path = f"{indicator_address(address)}/entries/{held.name}/evidence"
    names = at.desk.names(people_of(held) | {one.attached_by for one in had})
    texts = at.desk.texts([held.entry.note]) if held.entry.note else {}
    shown: dict[str, Any] = {
        "title": TITLE,
        "agreement": address[0],
        "cell": cell,
        "definition": cell.definition,
        "present": present(cell, names, texts),
        "action": path,
        "attachments": had,
        "names": names,
        "kept": taken.kept,
        "wrong": taken.wrong,
        "key": at.desk.new_key(),
    }
    frame = entry_frame(at, address, TITLE, cell.definition.title, path, {})
    return Shown(render("evidence.html", frame, **shown), status)
