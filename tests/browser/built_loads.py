"""Loads of the built board, one in each state, checked by the real rules on a small ledger."""

from datetime import timedelta
from uuid import UUID

import msgspec
from browser.judged import CODE, NOW, clocks
from samples_files.loads import Ledger, yearly

from http_api.load_answers import LoadAnswer, LoadListed, LoadsAnswer
from http_api.pages.reader import ClocksAsked
from ledger.event import Event, Recorded
from ledger.load.events import (
    LoadAbandoned,
    LoadChecked,
    LoadCommitted,
    LoadPartCommitted,
    LoadReceived,
    LoadRefused,
    LoadWithdrawn,
    RowCounts,
)
from ledger.load.state import Load, evolve
from ledger.loading.document import LoadDocument, document_of
from ledger.loading.keeping import Errand
from ledger.loading.load import Checked
from ledger.loading.outcomes import Outcome
from ledger.loading.summary import LoadWarning, MovedRow
from policies.refusals import UnknownLoad

DIGEST, REASON = "cd" * 32, "ab" * 32
BEFORE = "\n".join(
    ("indicator,area,period,value", *(f"I1,E1,FY20{year},{year / 2}" for year in range(12, 24)))
)
FILE = "\n".join(
    (
        "indicator,area,period,value,remarks",
        "I1,E1,FY2022,11,",
        "I1,E1,FY2023,1190,as told",
        "I1,E1,FY2024,12.2,",
        "I1,E2,FY2024,about 12,",
        "I1,E9,FY2024,12.4,",
        "I2,E1,FY2024,12.4,",
        "I2,E1,FY2024,12.5,",
        "I2,E2,FY2024,,",
        "I9,E1,FY2024,7,=SUM(A1)",
    )
)
RECEIVED = LoadReceived(
    agreement=CODE, file="figures_2026-10-20_final (2).csv", sha256=DIGEST, bytes=48211
)
PART = LoadPartCommitted(part=1, of=3, events=100, written=100_000)
COMMITTED = LoadCommitted(digest=DIGEST, events=2, written=3, set_aside=2, set_aside_rows=(3, 7))
STATES = ("checked", "moved", "checking", "committing", "committed", "refused", "abandoned",
          "withdrawn")  # fmt: skip


def checked() -> Checked:
    """A file with every outcome, warned about too."""
    ledger = Ledger({"E1": "Warwickshire", "E2": "Rugby"}, {"I1": yearly(), "I2": yearly()})
    ledger.load(BEFORE.encode())
    return ledger.check(FILE.encode())


CHECKED = checked()
CHECK = LoadChecked(
    digest=DIGEST, rows=9, counts=CHECKED.counts, writes=CHECKED.writes, conflicting=2
)
STORIES: dict[str, tuple[Event, ...]] = {
    "checked": (RECEIVED, CHECK),
    "moved": (RECEIVED, CHECK, msgspec.structs.replace(CHECK, moved=2)),
    "checking": (RECEIVED,),
    "committing": (RECEIVED, CHECK, PART),
    "committed": (RECEIVED, CHECK, COMMITTED),
    "refused": (LoadRefused(agreement=CODE, file="=cmd|'x'.csv", sha256=DIGEST, code="bad-file"),),
    "abandoned": (RECEIVED, CHECK, LoadAbandoned(why="by-person", reason=REASON)),
    "withdrawn": (
        RECEIVED,
        CHECK,
        COMMITTED,
        LoadWithdrawn(reason=REASON, withdrawn=1, restored=2, kept=1),
    ),
}
IDS = {state: UUID(int=number) for number, state in enumerate(STATES, start=1)}


def load_of(state: str) -> Load:
    """A load in a state."""
    load = Load(id=IDS[state])
    for n, event in enumerate(STORIES[state], start=1):
        at = NOW - timedelta(hours=5 - n)
        load = evolve(load, Recorded(load.id, n, event, 1000 + 200 * n, at, "p-entry"))
    return load


def document(state: str) -> LoadDocument:
    """The document of a load in a state."""
    load = load_of(state)
    busy = state in {"checking", "committing"}
    errand = Errand(wanted="check", actor="p-entry") if busy else None
    findings = CHECKED.findings if load.checked else None
    found = document_of(load, findings, "The file is cut short: save it anew.", errand, 35)
    if state != "moved":
        return found
    moved = MovedRow(2, Outcome.CORRECTION, "", "1742.3", Outcome.NEW, "", {"value": "11"})
    return msgspec.structs.replace(
        found,
        moved=(moved, moved),
        unit_changed="4 of the 4 figures are about 100 times those before.",
        warnings=(*found.warnings, LoadWarning("same-file", "Exactly this file came in before.")),
    )


def load_answer(load: UUID, asked: ClocksAsked) -> LoadAnswer:
    """A load by its id."""
    state = next((state for state, known in IDS.items() if known == load), None)
    if state is None:
        raise UnknownLoad
    fields = msgspec.structs.asdict(document(state))
    return LoadAnswer(clocks=clocks(asked), **fields)


def loads_answer(asked: ClocksAsked, *, after: str) -> LoadsAnswer:
    """One load in each state, on two pages."""
    states = STATES[5:] if after else STATES[:5]
    return LoadsAnswer(
        clocks=clocks(asked),
        loads=tuple(_listed(state) for state in states),
        next=None if after else "5",
    )


def _listed(state: str) -> LoadListed:
    found = document(state)
    first = found.steps[0]
    return LoadListed(
        load=str(found.load),
        file=found.file,
        state=found.state,
        progress=found.progress,
        received_at=first.at,
        received_by=first.by,
        digest=found.digest,
        rows=found.rows,
        counts=found.counts if found.rows else RowCounts(),
        refused_rows=found.refused_rows,
    )
