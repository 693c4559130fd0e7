"""Pages written while the next one is folded."""

import sys
from concurrent.futures import Future, ThreadPoolExecutor

from ledger.engine import Connection
from projections.rows import Answers
from projections.store import write_page

# How long folding may keep the thread waiting, in seconds. It has next to nothing to do each time,
# but what it then sends keeps PostgreSQL at work; Python's usual 5 ms would leave that idle.
_TURN = 0.0005
_USUAL_TURN = sys.getswitchinterval()


class Writer:
    """Writes one page at a time, in order, on a thread of its own: PostgreSQL takes about as long
    to store a page as Python to fold it.

    A page is one transaction as ever, begun when the one before is committed. ``write`` and
    ``finish`` raise what went wrong with the page before; this is of no use then, but for
    ``close``.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="answers")
        self._under_way: Future[None] | None = None
        sys.setswitchinterval(_TURN)

    def write(self, answers: Answers, before: int, after: int) -> None:
        """Begin to write what a page changed, which is given away."""
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
        sys.setswitchinterval(_USUAL_TURN)
