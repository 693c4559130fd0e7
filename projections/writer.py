"""Pages written while the next one is folded."""

from concurrent.futures import Future, ThreadPoolExecutor

from ledger.engine import Connection
from projections.rows import Answers
from projections.store import write_page


class Writer:
    """Writes one page at a time, in order, on a thread and a connection of its own.

    PostgreSQL takes about as long to store a page as Python to fold it. Each page is one
    transaction as ever, and one begins only when the one before is committed; ``finish`` and
    ``write`` raise what went wrong, after which this, like the fold, must be thrown away.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")
        self._under_way: Future[None] | None = None

    def write(self, answers: Answers, before: int, after: int) -> None:
        """Begin to write a page when the one before is written. ``answers`` are given away."""
        self.finish()
        self._under_way = self._thread.submit(write_page, self._connection, answers, before, after)

    def finish(self) -> None:
        """Wait until all is written."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def close(self) -> None:
        """Wait until the connection is at rest, whatever became of the page under way."""
        self._thread.shutdown()
