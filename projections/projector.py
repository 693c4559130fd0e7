"""Takes the ledger into the answers, page by page, from wherever they stand."""

from collections.abc import Sequence
from uuid import UUID

from ledger.engine import Connection, read_streams
from ledger.event import Recorded
from ledger.memory import no_search_for_cycles
from projections.folding.fold import MOST_ENTRIES_KEPT, Fold
from projections.pages import MOST_ENTRIES, MOST_EVENTS, read_page
from projections.store import check_position, tracked_position, write_page
from projections.tables import OPEN


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

    Keeps folds in memory between pages. After any exception it must be thrown away: memory and
    tables may then differ.
    """

    def __init__(
        self,
        connection: Connection,
        *,
        most_events: int = MOST_EVENTS,
        most_entries: int = MOST_ENTRIES,
        most_entries_kept: int = MOST_ENTRIES_KEPT,
    ) -> None:
        self._connection = connection
        self._limits = {"most_events": most_events, "most_entries": most_entries}
        self._taken = Taken(connection, tracked_position(connection))
        self._fold = Fold(self._taken, most_entries_kept)

    @property
    def position(self) -> int:
        """How far the answers are."""
        return self._taken.position

    def step(self, up_to: int | None = None) -> int:
        """Take in one page; answer how many events it had, 0 at the head.

        Raises Overtaken when the answers are not where this left them: they may have been made
        anew while there was nothing to do.
        """
        with no_search_for_cycles():
            page = read_page(self._connection, self.position, up_to=up_to, **self._limits)
            if not page:
                check_position(self._connection, self.position)
                return 0
            self._fold.expect(page)
            for recorded in page:
                self._fold.apply(recorded)
            after = page[-1].position
            write_page(self._connection, self._fold.answers, self.position, after)
        self._taken.position = after
        self._fold.forget()
        return len(page)

    def catch_up(self, up_to: int | None = None) -> int:
        """Take in all there is, or all up to a position; answer the position reached."""
        while self.step(up_to):
            pass
        return self.position
