"""Takes the ledger into the answers, page by page, from wherever they stand."""

from collections.abc import Sequence
from typing import Self
from uuid import UUID

from ledger.engine import Connection, read_streams
from ledger.event import Recorded
from ledger.memory import no_search_for_cycles
from projections.folding.fold import MOST_ENTRIES_KEPT, Fold
from projections.pages import MOST_ENTRIES, MOST_EVENTS, read_page
from projections.rows import Answers
from projections.store import check_position, tracked_position, write_page
from projections.tables import OPEN
from projections.writer import Writer


class Taken:
    """What the answers have taken in, read back from the record: a fold's source."""

    def __init__(self, connection: Connection, position: int = 0) -> None:
        self.position = position
        self._connection = connection

    def streams(self, streams: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        """The events of each of these streams up to the position, in order."""
        if self.position == 0:
            return {stream: [] for stream in streams}
        return read_streams(self._connection, streams, up_to_position=self.position)

    def agreement_of(self) -> dict[UUID, UUID]:
        """Every indicator the answers know, with its agreement."""
        if self.position == 0:
            return {}
        rows = self._connection.execute(
            "SELECT indicator, agreement FROM indicator WHERE to_position = %s", (OPEN,)
        )
        return {row[0]: row[1] for row in rows}


class Projector:
    """Brings the answers of a connection's schema forward.

    With a second connection to read by, a page is written while the next one is folded; close it,
    or leave it as a context, before its connections. Keeps folds in memory between pages. After
    any exception it must be thrown away: memory and tables may then differ.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        reading: Connection | None = None,
        most_events: int = MOST_EVENTS,
        most_entries: int = MOST_ENTRIES,
        most_entries_kept: int = MOST_ENTRIES_KEPT,
    ) -> None:
        self._connection = connection
        self._reading = reading or connection
        self._limits = {"most_events": most_events, "most_entries": most_entries}
        self._taken = Taken(self._reading, tracked_position(connection))
        self._fold = Fold(self._taken, most_entries_kept)
        self._writer = Writer(connection) if reading else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Leave the connections at rest: wait for the page on its way, whatever becomes of it."""
        if self._writer is not None:
            self._writer.close()

    @property
    def position(self) -> int:
        """How far this has taken the ledger in; the last page may still be on its way."""
        return self._taken.position

    def step(self, up_to: int | None = None) -> int:
        """Take in one page; answer how many events it had, 0 at the head with all of it written.

        Raises Overtaken when the answers are not where this left them: they may have been made
        anew while there was nothing to do.
        """
        with no_search_for_cycles():
            page = read_page(self._reading, self.position, up_to=up_to, **self._limits)
            if not page:
                self.finish()
                check_position(self._connection, self.position)
                return 0
            self._fold.expect(page)
            for recorded in page:
                self._fold.apply(recorded)
            self._write(page[-1].position)
        self._fold.forget()
        return len(page)

    def finish(self) -> None:
        """Wait for the page on its way; raise what went wrong with it."""
        if self._writer is not None:
            self._writer.finish()

    def catch_up(self, up_to: int | None = None) -> int:
        """Take in all there is, or all up to a position; answer the position reached."""
        while self.step(up_to):
            pass
        return self.position

    def _write(self, after: int) -> None:
        answers, self._fold.answers = self._fold.answers, Answers()
        if self._writer is None:
            write_page(self._connection, answers, self.position, after)
        else:
            self._writer.write(answers, self.position, after)
        self._taken.position = after
