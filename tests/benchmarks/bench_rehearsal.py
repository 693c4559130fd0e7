"""Rehearsing a policy change over 200 indicators × 20 periods × 10 areas, against a status page.

The page is of the same 40,000 cells at past clocks, judged by other rules than they were stored
under, as every page of a mixed pair of clocks is.
"""

import time
from datetime import date
from decimal import Decimal
from statistics import median

import ledgers
import pytest
from histories import reading
from ledgers import AT, CODE, Filler, areas, definition, figure, ledger, ratio, report
from servers import Server

from ledger.agreement.events import EscalationPolicyAdopted, RagPolicyAdopted
from ledger.amendment.events import Changes, PolicyChange
from ledger.engine import Connection
from ledger.event import Event
from ledger.indicator.events import Entry, Target, TargetsSet, ValuesSubmitted
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.status_rows import status_rows
from projections.reading.stored_status import Cell, stored_cells
from projections.reading.structure import read_indicators, read_structure
from projections.rehearsing.rehearsal import rehearse

INDICATORS, AREAS, ROUNDS = 200, 10, 7
PERIODS = tuple(f"FY{year}" for year in range(2006, 2026))
START = date(2006, 4, 1)
WIDER = RagSettings(amber_margin=Decimal("0.2"), exceed_margin=Decimal("0.3"))
SECOND = PolicyChange(kind="rag", version="3", effective_from=START, rag=WIDER)


def fill(filler: Filler) -> None:
    """Targets and values for every period and area, and rules of escalation; then other rules of
    status, so that a page of facts now under rules then is judged on reading."""
    codes = [area.code for area in areas(AREAS)]
    keys = [(area, period) for area in codes for period in PERIODS]
    streams: list[tuple[str, list[Event]]] = []
    for n in range(INDICATORS):
        targets = tuple(Target(area=a, period=p, level=Decimal(50)) for a, p in keys)
        entries = tuple(
            Entry(area=a, period=p, value=figure(n, codes.index(a), int(p[2:]), 0)) for a, p in keys
        )
        streams.append((f"I{n}", [TargetsSet(targets=targets), ValuesSubmitted(entries=entries)]))
    policy = EscalationPolicyAdopted(
        version="1", effective_from=START, settings=EscalationSettings()
    )
    filler.append([("", [policy])])
    filler.append(streams)
    narrow = RagSettings(amber_margin=Decimal("0.1"), exceed_margin=Decimal("0.2"))
    filler.append([("", [RagPolicyAdopted(version="2", effective_from=START, settings=narrow)])])


def page(connection: Connection, clocks: ResolvedClocks) -> int:
    """The status page of every indicator, area and period; how many rows it has."""
    structure = read_structure(connection, CODE, clocks.clocks)
    indicators = read_indicators(connection, structure, clocks.clocks.known_position)
    keys = [
        (one, area.code, period)
        for one in indicators.values()
        for area in structure.sheet.areas
        for period in PERIODS
    ]
    found = stored_cells(
        connection, clocks.clocks.known_position, [(one.id, a, p) for one, a, p in keys]
    )
    cells = [Cell(one, p, a, found[one.id, a, p]) for one, a, p in keys]
    return len(status_rows(connection, structure, clocks, cells))


@pytest.mark.timeout(900)
def test_a_rehearsal_against_a_page_of_the_same_size(
    embedded_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both in turn, on one connection; the second adoption is what the page's rules leave out."""
    monkeypatch.setattr(ledgers, "START", START)
    assert definition(0).decimals == 1
    with ledger(embedded_server, indicators=INDICATORS, area_count=AREAS) as (url, filler):
        fill(filler)
        catch_up(url)
        pages: list[float] = []
        rehearsals: list[float] = []
        with reading(url) as connection:
            last = filler.position
            past = resolve(connection, f"position:{last}", f"position:{last - 1}", AT)
            now = resolve(connection, "now", "now", AT)
            changes = Changes(effective_from="FY2006", policies=(SECOND,))
            for _ in range(ROUNDS):
                begun = time.perf_counter()
                assert page(connection, past) == INDICATORS * AREAS * len(PERIODS)
                pages.append(time.perf_counter() - begun)
                begun = time.perf_counter()
                found = rehearse(connection, CODE, changes, now)
                rehearsals.append(time.perf_counter() - begun)
            assert found.document.counts.cells == INDICATORS * AREAS * len(PERIODS)
    report(
        f"Rehearsing a change of the rules of status over {found.document.counts.cells:,} cells",
        [
            ("status page of the same cells, median", f"{median(pages):.2f} s"),
            ("rehearsal, median", f"{median(rehearsals):.2f} s"),
            ("cells that would change", f"{found.document.counts.changed:,}"),
            ("rehearsal ÷ page", ratio(rehearsals, pages)),
        ],
    )
