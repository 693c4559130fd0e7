"""The pages of loads: the list with its form, and what became of one file."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from http_api.load_answers import LoadAnswer
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from ledger.accounts import Visitor
from ledger.load.state import EXPIRES
from ledger.loading.named import NamedCounts
from ledger.loading.ready_mappings import ready_names
from ledger.loading.summary import RowShown
from policies.permissions import MAY, Action
from policies.texts import cut
from projections.answers import AgreementAnswer, Clocks

LOADS_SHOWN = 50
CELLS_SHOWN = 8  # of a row as published; a wide file has the rest in its list of all rows
BUSY = frozenset({"received", "committing"})
OPEN_ROLES = MAY[Action.LOAD]

# What each outcome means to somebody who looks at the counts, in the order of the seven.
OUTCOMES_MEAN = {
    "new": "There was no figure here before",
    "correction": "Another figure than the ledger has: it takes its place",
    "unchanged": "The ledger has this figure already",
    "missing": "A mark that says there is no figure",
    "duplicate": "The same key stands in the file more than once",
    "invalid": "Cannot be read, so it is not taken",
    "rejected": "Can be read, but a rule forbids it",
}

# Why a load was given up, on its page.
GIVEN_UP = {
    "by-person": "Given up before anything was recorded.",
    "expired": f"Nobody decided within {EXPIRES.days} days, so it was given up. Nothing was"
    " recorded: send the file again.",
    "unreadable": "The work on it failed again and again, so it was given up. Nothing was recorded:"
    " tell whoever runs the service, whose log says why.",
}


FIELDS = ("file", "ready_mapping", "mapping", "released_on", "kind")  # of the form


class Sent(NamedTuple):
    """What the form was sent with, to be shown again; of ``wrong`` each has its field.

    Files have to be chosen again: no page can choose one for somebody.
    """

    ready_mapping: str = ""
    released_on: str = ""
    kind: str = "values"
    at_once: str = "no"
    wrong: tuple[tuple[str, str], ...] = ()


UNTOUCHED = Sent()


def loads_page(
    reader: Reader,
    asked: ClocksAsked,
    who: Visitor,
    code: str,
    *,
    after: str = "",
    sent: Sent = UNTOUCHED,
) -> str:
    """The loads of an agreement, and the form to send a file."""
    agreement = reader.agreement(code, asked)
    answer = reader.loads(code, asked, after=after, limit=LOADS_SHOWN)
    names = reader.person_names({load.received_by for load in answer.loads})
    frame = _frame(asked, agreement, answer.clocks, "Loads", kept={"after": after} if after else {})
    return render(
        "loads.html",
        frame,
        agreement=agreement,
        loads=answer.loads,
        next=answer.next,
        names=names,
        may_load=_may_load(agreement, who),
        mappings=ready_names(),
        sent=sent,
        wrong=_by_field(sent.wrong),
    )


def _by_field(wrong: Iterable[tuple[str, str]]) -> dict[str, str]:
    """What is wrong by field: the first of each, as the summary has all."""
    found = dict.fromkeys(FIELDS, "")
    for field, detail in wrong:
        found[field] = found.get(field) or detail
    return found


def load_page(reader: Reader, asked: ClocksAsked, who: Visitor, code: str, load: UUID) -> str:
    """What became of a file, and what can be done with it now."""
    agreement = reader.agreement(code, asked)
    answer = reader.load(code, load, asked)
    names = reader.person_names({step.by for step in answer.steps})
    frame = _frame(asked, agreement, answer.clocks, answer.file, load=str(load))
    return render(
        "load.html",
        frame,
        agreement=agreement,
        load=answer,
        busy=_is_busy(answer),
        outcomes=OUTCOMES_MEAN,
        names=names,
        may_load=not (frame.moments and frame.moments.is_past) and _may_load(agreement, who),
        cells=cells,
        given_up=GIVEN_UP,
        failing=_failing(answer),
        told_of=[named for named in answer.indicators if not _is_quiet(named)],
        quiet=[named for named in answer.indicators if _is_quiet(named)],
    )


def cells(row: RowShown) -> str:
    """A row as published, in one line."""
    texts = [cut(text) for text in row.data.values() if text][:CELLS_SHOWN]
    return " · ".join(texts)


def _is_busy(load: LoadAnswer) -> bool:
    """Whether somebody is at work on it: the page then looks again by itself."""
    return load.state in BUSY or load.progress < 100  # noqa: PLR2004 - per cent


def _failing(load: LoadAnswer) -> dict[str, tuple[RowShown, ...]]:
    """The refused rows by the rule that refused them, in the order of the file."""
    found: dict[str, list[RowShown]] = {}
    for row in sorted((row for rows in load.refused.values() for row in rows), key=_number):
        found.setdefault(row.code, []).append(row)
    return {code: tuple(rows) for code, rows in found.items()}


def _is_quiet(named: NamedCounts) -> bool:
    """Whether a commit records nothing of an indicator, and nothing of it was refused."""
    counts = named.counts
    return not named.recorded and counts.unchanged + counts.missing == counts.total


def _number(row: RowShown) -> int:
    return row.row


def _may_load(agreement: AgreementAnswer, who: Visitor) -> bool:
    """Whether somebody may load anything here; each row is asked about when it is loaded."""
    return any(role.person == who.person and role.role in OPEN_ROLES for role in agreement.roles)


def _frame(
    asked: ClocksAsked,
    agreement: AgreementAnswer,
    clocks: Clocks,
    title: str,
    *,
    load: str = "",
    kept: dict[str, str] | None = None,
) -> Frame:
    moments = Moments(asked, clocks)
    links = moments.links
    path = links.load(agreement.code, load) if load else links.loads(agreement.code)
    above = links.loads(agreement.code) if load else None
    crumbs = (
        Crumb("Agreements", links.home()),
        Crumb(agreement.title, links.board(agreement.code)),
        Crumb("Loads", above),
    )
    said = agreement.statement or "This is a demonstration."
    return Frame(
        title=title,
        moments=moments,
        path=path.partition("?")[0],
        kept=kept or {},
        demonstration=said if agreement.demonstration else "",
        crumbs=(*crumbs, Crumb(title)) if load else crumbs,
        section="agreements",
    )
