"""The rows of a load's file, read from what is kept of it: a page of them, or all as CSV."""

from collections.abc import Iterator

import msgspec

from ledger.engine import Connection
from ledger.load.state import Load
from ledger.loading.judged import BYTES, RowOutcomes
from ledger.loading.keeping import mapping_of, read_file, read_report
from ledger.loading.load import open_table
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Outcome
from ledger.loading.report import findings_of, judgement_of
from ledger.loading.summary import AbsentShown, RowShown, everything, shown
from policies.refusals import LoadWrongStage
from projections.answers import Clocks


class RowsAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a load's file with what became of each, in the order of the file."""

    clocks: Clocks
    load: str
    rows: tuple[RowShown, ...]
    next: str | None


class AbsentAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """Entries of the ledger whose keys a file lacks that was declared complete."""

    clocks: Clocks
    load: str
    absent: tuple[AbsentShown, ...]
    next: str | None


class RowsAsked(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows: those after a number, of an outcome, or with a code or warning."""

    outcome: Outcome | None = None
    code: str = ""
    after: int = 0
    limit: int = 500


class KeptRows:
    """The rows of a load that was checked. Raises LoadWrongStage for one that was not."""

    def __init__(self, connection: Connection, load: Load) -> None:
        self._judged = judgement_of(_report(connection, load))
        mapping = mapping_of(connection, load.id)
        content = read_file(connection, load.id)
        table = open_table(content, read_mapping(mapping) if mapping else None)
        self._id = str(load.id)
        self._header = table.header
        self._outcomes = RowOutcomes(table, self._judged)

    def pieces(self) -> Iterator[str]:
        """All rows as CSV, piece by piece."""
        return everything(self._outcomes, self._header)

    def page(self, asked: RowsAsked, clocks: Clocks) -> RowsAnswer:
        """Some rows, for an answer under these clocks."""
        places = []
        for place, number in enumerate(self._judged.numbers):
            if number > asked.after and self._fits(place, asked):
                places.append(place)
                if len(places) > asked.limit:
                    break
        rows = self._outcomes.pick(places[: asked.limit])
        found = tuple(shown(rows[place], self._header) for place in places[: asked.limit])
        more = len(places) > asked.limit
        return RowsAnswer(
            clocks=clocks,
            load=self._id,
            rows=found,
            next=str(found[-1].row) if more else None,
        )

    def _fits(self, place: int, asked: RowsAsked) -> bool:
        judged = self._judged
        if asked.outcome is not None and judged.outcomes[place] != BYTES[asked.outcome]:
            return False
        said = judged.said.get(place, ("", ""))[0]
        return asked.code in {"", said} or place in judged.warned.get(asked.code, ())


def absent_page(
    connection: Connection, load: Load, clocks: Clocks, *, after: int, limit: int
) -> AbsentAnswer:
    """Some of the keys that a complete file lacks. Raises LoadWrongStage."""
    absent = findings_of(_report(connection, load)).absent
    end = after + limit
    return AbsentAnswer(
        clocks=clocks,
        load=str(load.id),
        absent=absent[after:end],
        next=str(end) if len(absent) > end else None,
    )


def _report(connection: Connection, load: Load) -> bytes:
    if load.checked is None:
        raise LoadWrongStage("The load's rows were not judged: its state says why.")
    return read_report(connection, load.id, load.checked.digest)
