"""What every handler is given: the pool, the record, the name of the product's version."""

from threading import Lock

from ledger.engine import Pool
from ledger.record import Record


class Service:
    """The running service of one process. ``head`` is the highest position it has seen."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.record = Record(pool)
        self.head = 0  # guarded by _lock; only ever grows
        self._lock = Lock()

    def saw(self, position: int) -> None:
        """Remember the highest position seen, for the header of every answer."""
        with self._lock:
            self.head = max(self.head, position)

    def close(self) -> None:
        """Let go of the connections."""
        self.record.close()
        self.pool.close()
