"""What the faces ask of loads: one document, and the list of an agreement."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

import msgspec

from http_api.service import ClocksAsked, Service
from ledger.engine import Connection
from ledger.event import LONDON
from ledger.load.decisions import check_there_is
from ledger.load.events import RowCounts
from ledger.load.state import Load, Stage
from ledger.loading.document import ALL_DONE, LoadDocument, document_of
from ledger.loading.keeping import Waiting, read_report, waiting_for
from ledger.loading.report import findings_of
from ledger.loading.summary import Findings, LoadWarning
from projections.answers import Clocks
from projections.reading.clocks import NOW, ResolvedClocks
from projections.reading.loads import read_load, read_loads, same_file
from projections.reading.structure import read_structure
from projections.reading.texts import read_texts

_GOING_ON = (Stage.RECEIVED, Stage.CHECKED, Stage.COMMITTING)


class LoadAnswer(LoadDocument, frozen=True, kw_only=True):
    """The load document, and the clocks it is seen under."""

    clocks: Clocks


class LoadListed(msgspec.Struct, frozen=True, kw_only=True):
    """A load in a list."""

    load: str
    file: str
    state: str
    progress: int
    received_at: datetime
    received_by: str
    digest: str
    rows: int
    counts: RowCounts
    refused_rows: int


class LoadsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """The loads of an agreement, the latest first."""

    clocks: Clocks
    loads: tuple[LoadListed, ...]
    next: str | None


class Known(NamedTuple):
    """A load as known, and the connection it was read on.

    ``errand`` is the work under way on it, which is told of now alone.
    """

    connection: Connection
    load: Load
    clocks: ResolvedClocks
    errand: Waiting | None = None


@contextmanager
def known_load(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> Iterator[Known]:
    """A load as known. Now, it is told from the record itself, which the answers may follow only
    after a while: they take a large load in for longer than it took to go in. The work under way
    is read first: it is done only when its last event is in, so whoever finds none sees what came
    of it.

    Raises UnknownAgreement and UnknownLoad.
    """
    if asked.known_at == NOW:
        with service.reading(asked) as (connection, _):
            errand = waiting_for(connection, (load,)).get(load)
        found = service.record.load(load)
        check_there_is(found, agreement)
        position = max(step.position for step in found.steps.values())
        service.saw(position)
        with service.reading(asked) as (connection, clocks):
            read_structure(connection, agreement, clocks.clocks)
            yield Known(connection, found, _at_least(clocks, position), errand)
        return
    with service.reading(asked) as (connection, clocks):
        read_structure(connection, agreement, clocks.clocks)
        yield Known(connection, read_load(connection, agreement, load, clocks), clocks)


def _at_least(clocks: ResolvedClocks, position: int) -> ResolvedClocks:
    """The clocks of an answer that knows a load up to a position."""
    known = max(clocks.clocks.known_position, position)
    return msgspec.structs.replace(
        clocks, clocks=msgspec.structs.replace(clocks.clocks, known_position=known)
    )


def read_document(service: Service, agreement: str, load: UUID, asked: ClocksAsked) -> LoadAnswer:
    """The document of a load. Raises UnknownAgreement and UnknownLoad."""
    with known_load(service, agreement, load, asked) as known:
        document = _document(known)
        warnings = (*_seen_before(known), *document.warnings)
    fields = msgspec.structs.asdict(document) | {"warnings": warnings}
    return LoadAnswer(clocks=known.clocks.clocks, **fields)


def read_list(
    service: Service, agreement: str, asked: ClocksAsked, *, before: int | None, limit: int
) -> LoadsAnswer:
    """The loads of an agreement as known. Now, those that may go on are told from the record, and
    the work on them is read first, as of one load (``known_load``). Raises UnknownAgreement."""
    live = asked.known_at == NOW
    with service.reading(asked) as (connection, clocks):
        read_structure(connection, agreement, clocks.clocks)
        found = read_loads(connection, agreement, clocks, before=before, limit=limit + 1)
        shown = found[:limit]
        errands = waiting_for(connection, [load.id for _, load in shown]) if live else {}
    loads = [_as_recorded(service, load) if live else load for _, load in shown]
    with service.pool.connection() as connection:
        listed = tuple(_listed(connection, load, errands.get(load.id)) for load in loads)
    last = max((step.position for load in loads for step in load.steps.values()), default=0)
    return LoadsAnswer(
        clocks=_at_least(clocks, last).clocks,
        loads=listed,
        next=str(shown[-1][0]) if len(found) > limit else None,
    )


def _as_recorded(service: Service, load: Load) -> Load:
    """A load that may still go on as the record has it, which is ahead of the answers."""
    return service.record.load(load.id) if load.stage in _GOING_ON else load


def _document(known: Known) -> LoadDocument:
    connection, load = known.connection, known.load
    because = ""
    findings = _findings(connection, load)
    if load.refused:
        because = read_texts(connection, [load.refused.reason]).get(load.refused.reason, "")
    errand = known.errand
    return document_of(
        load,
        findings,
        because,
        errand.errand if errand else None,
        errand.progress if errand else ALL_DONE,
    )


def _findings(connection: Connection, load: Load) -> Findings | None:
    """What the last check of a load found."""
    if load.checked is None:
        return None
    return findings_of(read_report(connection, load.id, load.checked.digest))


def _seen_before(known: Known) -> tuple[LoadWarning, ...]:
    """That exactly this file is in already, where it is."""
    earlier = same_file(known.connection, known.load.agreement, known.load, known.clocks)
    if earlier is None:
        return ()
    day = f"{earlier.steps[Stage.RECEIVED].at.astimezone(LONDON):%-d %B %Y}"
    return (LoadWarning("same-file", f"Exactly this file came in on {day}: load {earlier.id}."),)


def _listed(connection: Connection, load: Load, errand: Waiting | None) -> LoadListed:
    checked = load.checked
    refused_rows = checked.refused_rows if checked else 0
    document = document_of(
        load,
        _findings(connection, load) if refused_rows is None else None,
        errand=errand.errand if errand else None,
        progress=errand.progress if errand else ALL_DONE,
    )
    first = document.steps[0]
    return LoadListed(
        load=str(load.id),
        file=document.file,
        state=document.state,
        progress=document.progress,
        received_at=first.at,
        received_by=first.by,
        digest=document.digest,
        rows=checked.rows if checked else 0,
        counts=checked.counts if checked else RowCounts(),
        refused_rows=document.refused_rows if refused_rows is None else refused_rows,
    )
