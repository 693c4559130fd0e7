"""How many tasks wait for whoever asks, remembered for as long as nothing happened that matters."""

from datetime import date
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from ledger.engine import Connection
from ledger.event import agreement_id
from projections.reading.clocks import ResolvedClocks
from projections.reading.tasks import agreements_of, tasks_waiting

MOST_REMEMBERED = 10_000  # people
# Beside what happens in their agreements: where a person may come to hold a role.
JOINING = ("role-assigned", "agreement-defined")

_HAPPENED = """
SELECT EXISTS (SELECT 1 FROM event WHERE position > %s AND position <= %s
   AND (agreement = ANY(%s) OR topic = ANY(%s)))
"""


class _Count(NamedTuple):
    """A number of tasks: at which position, on which day, and in which agreements."""

    position: int
    today: date
    agreements: list[UUID]
    tasks: int | None


class TaskCounts:
    """The counts of one process, for the head of every page.

    A count is looked up at the position and on the day it was made; at a later position it is the
    same where nothing was recorded since in an agreement of the person, nor a role given.
    """

    def __init__(self) -> None:
        self._known: dict[str, _Count] = {}  # guarded by _lock
        self._lock = Lock()

    def waiting(self, connection: Connection, person: str, clocks: ResolvedClocks) -> int | None:
        """How many tasks wait for a person now, None where none ever can. ``clocks`` are at now."""
        position, known = clocks.clocks.known_position, self._known.get(person)
        if known is not None and known.today == clocks.today and known.position <= position:
            if known.position == position:
                return known.tasks
            if not _happened(connection, known, position):
                return self._keep(person, known._replace(position=position))
        theirs = [agreement_id(code) for code in agreements_of(connection, person, clocks)]
        tasks = tasks_waiting(connection, person, clocks)
        return self._keep(person, _Count(position, clocks.today, theirs, tasks))

    def _keep(self, person: str, count: _Count) -> int | None:
        with self._lock:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[person] = count
        return count.tasks


def _happened(connection: Connection, known: _Count, position: int) -> bool:
    row = connection.execute(
        _HAPPENED, (known.position, position, known.agreements, list(JOINING))
    ).fetchone()
    return row is not None and bool(row[0])
