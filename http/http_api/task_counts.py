"""How many tasks wait for somebody, for the head of every page."""

from datetime import date
from threading import Lock

from http_api.service import ClocksAsked, Service
from projections.reading.tasks import tasks_waiting

MOST_KEPT = 10_000


class TaskCounts:
    """Counts of one process; each holds until something is recorded, or the day ends."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._kept: dict[str, tuple[int, date, int]] = {}  # guarded by _lock
        self._lock = Lock()

    def of(self, person: str) -> int:
        """How many tasks wait for a person now."""
        with self._service.reading(ClocksAsked()) as (connection, clocks):
            position, today = clocks.clocks.known_position, self._service.today
            kept = self._kept.get(person)
            if kept is not None and kept[:2] == (position, today):
                return kept[2]
            count = tasks_waiting(connection, person, clocks)
        with self._lock:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[person] = position, today, count
        return count
