"""Pages written while the next one is folded."""

import sys
from concurrent.futures import Future, ThreadPoolExecutor

from ledger.engine import Connection
from projections.rows import Answers
from projections.store import write_page

# How long folding may keep the writer waiting, in seconds. The writer has next to nothing to do
# each time, but what it then sends keeps PostgreSQL at work; at Python's own 5 ms PostgreSQL
# would wait half of its time.
_TURN = 0.0005
_USUAL_TURN = sys.getswitchinterval()


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
        self._under_way = self._thread.submit(self._write, answers, before, after)

    def finish(self) -> None:
        """Wait until all is written."""
        under_way, self._under_way = self._under_way, None
        if under_way is not None:
            under_way.result()

    def close(self) -> None:
        """Wait until the connection is at rest, whatever became of the page under way."""
        self._thread.shutdown()

    def _write(self, answers: Answers, before: int, after: int) -> None:
        sys.setswitchinterval(_TURN)
        try:
            write_page(self._connection, answers, before, after)
        finally:
            sys.setswitchinterval(_USUAL_TURN)
