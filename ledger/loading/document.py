"""The load document: what became of a file, as a person or a partner's system reads it."""

from datetime import date, datetime
from hashlib import sha256
from typing import Any

import msgspec

from ledger.load.events import LoadKind, RowCounts, WhyAbandoned
from ledger.load.state import Load, Stage
from ledger.loading.keeping import Errand
from ledger.loading.load import Checked
from ledger.loading.named import NamedCounts
from ledger.loading.outcomes import CONFLICTING
from ledger.loading.summary import AbsentShown, Findings, LoadWarning, MovedRow, RowShown
from policies.refusals import Refusal
from policies.refusing import all_refusals, sentence

ALL_DONE = 100  # per cent
ABSENT_SHOWN = 10


class StepShown(msgspec.Struct, frozen=True):
    """Who brought the load where, and when."""

    state: str
    by: str
    at: datetime
    position: int


class CheckShown(msgspec.Struct, frozen=True):
    """The check that a commit must name, and how many entries that would write."""

    digest: str
    writes: int


class RefusalShown(msgspec.Struct, frozen=True):
    """Why the file, or the last thing asked, was refused."""

    code: str
    detail: str


class TakenBackShown(msgspec.Struct, frozen=True):
    """How many entries the withdrawal took out, gave their place back, and left to others."""

    withdrawn: int
    restored: int
    kept: int


class LoadDocument(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a file.

    ``load`` is null for a file that was only looked at. ``state`` is a stage of the load;
    ``progress`` is how far the work at hand is, 0 to 100. ``digest`` is the SHA-256 of the file,
    and ``mapping_digest`` that of the mapping it was read by, "" without one.
    ``checked`` is the check to name in a commit. ``positions`` are those of the events it wrote to
    indicators, ``entries`` how many entries they hold, ``refused_rows`` how many rows make the
    answer no, ``set_aside`` how many rows were left out since by their turn they were no longer as
    they were checked. The rest is what the check found: see Findings.
    """

    load: str | None
    agreement: str
    state: str
    progress: int
    kind: LoadKind = "values"
    file: str
    bytes: int
    digest: str
    released_on: date | None = None
    mapping_digest: str = ""
    dry_run: bool
    rows: int = 0
    counts: RowCounts = RowCounts()
    refused_rows: int = 0
    format: str = ""
    encoding: str = ""
    checked: CheckShown | None = None
    unit_changed: str = ""
    codes: dict[str, int] = {}
    indicators: tuple[NamedCounts, ...] = ()
    refused: dict[str, tuple[RowShown, ...]] = {}
    corrected: tuple[RowShown, ...] = ()
    recorded: tuple[RowShown, ...] = ()
    recorded_rows: int = 0
    warned: dict[str, tuple[RowShown, ...]] = {}
    warnings: tuple[LoadWarning, ...] = ()
    absent: tuple[AbsentShown, ...] = ()
    absent_keys: int = 0
    moved: tuple[MovedRow, ...] = ()
    moved_rows: int = 0
    positions: tuple[int, ...] = ()
    entries: int = 0
    set_aside: int = 0
    set_aside_rows: tuple[int, ...] = ()
    refusal: RefusalShown | None = None
    withdrawal: TakenBackShown | None = None
    abandoned: WhyAbandoned | None = None
    steps: tuple[StepShown, ...] = ()

    def confirmed(self) -> "LoadDocument":
        """The same, of a file whose unit was confirmed."""
        return msgspec.structs.replace(self, unit_changed="")

    @property
    def fails(self) -> bool:
        """Whether the answer is no: the file, or a row of it, was refused."""
        waits = self.unit_changed and self.state == Stage.CHECKED
        return bool(self.refused or self.refusal or waits)


def document_of_check(
    agreement: str, checked: Checked, size: int, kind: LoadKind = "values"
) -> LoadDocument:
    """The document of a file that was only looked at."""
    return LoadDocument(
        load=None,
        agreement=agreement,
        state=Stage.CHECKED,
        progress=ALL_DONE,
        kind=kind,
        file=checked.name,
        bytes=size,
        digest=checked.digest,
        dry_run=True,
        **_found(checked.findings),
    )


def document_of_refusal(
    agreement: str, name: str, content: bytes, refusal: Refusal
) -> LoadDocument:
    """The document of a file that was only looked at, and refused as a whole."""
    return LoadDocument(
        load=None,
        agreement=agreement,
        state=Stage.REFUSED,
        progress=ALL_DONE,
        file=name,
        bytes=len(content),
        digest=sha256(content).hexdigest(),
        dry_run=True,
        refusal=RefusalShown(refusal.code, refusal.detail),
    )


def document_of(
    load: Load,
    findings: Findings | None,
    refused_because: str = "",
    errand: Errand | None = None,
    progress: int = ALL_DONE,
) -> LoadDocument:
    """The document of a load as it stands, with the work that is still being done."""
    about = load.received or load.refused
    assert about is not None
    received, checked, committed = load.received, load.checked, load.committed
    return LoadDocument(
        load=str(load.id),
        agreement=load.agreement,
        state=_state(load, errand),
        progress=progress if errand else ALL_DONE,
        file=about.file,
        bytes=received.bytes if received else 0,
        digest=about.sha256,
        released_on=received.released_on if received else None,
        mapping_digest=received.mapping_sha256 if received else "",
        dry_run=received.dry_run if received else False,
        kind=received.kind if received else "values",
        checked=CheckShown(checked.digest, checked.writes) if checked else None,
        moved_rows=checked.moved if checked else 0,
        positions=tuple(n for part in load.parts for n in range(part.first, part.last + 1)),
        entries=load.entries,
        set_aside=committed.set_aside if committed else 0,
        set_aside_rows=committed.set_aside_rows if committed else (),
        refusal=_refusal(load, refused_because, errand),
        withdrawal=_taken_back(load),
        abandoned=load.abandoned.why if load.abandoned else None,
        steps=tuple(
            StepShown(stage.value, step.by, step.at, step.position)
            for stage, step in sorted(load.steps.items(), key=lambda item: item[1].position)
        ),
        **(_found(findings) if findings else {}),
    )


def _state(load: Load, errand: Errand | None) -> str:
    """The stage; a checked load that is on its way in is committing."""
    on_its_way = errand is not None and errand.wanted != "withdraw"
    if load.stage is Stage.CHECKED and on_its_way:
        return Stage.COMMITTING.value
    return load.stage.value


def _refusal(load: Load, because: str, errand: Errand | None) -> RefusalShown | None:
    """Why the file was refused, or what was asked last: not beside what is being done instead."""
    if load.refused:
        return RefusalShown(load.refused.code, because)
    if errand is not None or not load.last_refusal:
        return None
    return RefusalShown(load.last_refusal, sentence(all_refusals()[load.last_refusal]))


def _taken_back(load: Load) -> TakenBackShown | None:
    gone = load.withdrawn
    return TakenBackShown(gone.withdrawn, gone.restored, gone.kept) if gone else None


def _found(findings: Findings) -> dict[str, Any]:
    """What a check found, by field of the document."""
    found = {name: getattr(findings, name) for name in Findings.__struct_fields__}
    counts = findings.counts
    return found | {
        "refused_rows": counts.invalid + counts.rejected + findings.codes.get(CONFLICTING, 0),
        "absent": findings.absent[:ABSENT_SHOWN],
        "absent_keys": len(findings.absent),
    }
