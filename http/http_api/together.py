"""Commands that arrive while others are on their way to the database go together in the next call.

Each has its own place in the record all the same. What is shared is the way there and back, and
the wait for the disk, so that many officers at once cost little more than one.
"""

import asyncio
from collections import deque

from ledger.engine import Appended
from ledger.preparing import Prepared
from ledger.record import Record

MOST_TOGETHER = 32  # commands of one call


class Together:
    """The way to the record for commands that are already decided. Lives in the event loop."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._waiting: deque[tuple[Prepared, asyncio.Future[Appended]]] = deque()
        self._at_work: asyncio.Task[None] | None = None

    async def append(self, prepared: Prepared) -> Appended:
        """Append a command with those that wait. Raises what ``Record.append`` does."""
        told: asyncio.Future[Appended] = asyncio.get_running_loop().create_future()
        self._waiting.append((prepared, told))
        if self._at_work is None or self._at_work.done():
            self._at_work = asyncio.create_task(self._work())
        return await told

    async def _work(self) -> None:
        """Append until nobody waits."""
        from litestar.concurrency import sync_to_thread  # noqa: PLC0415 - slow, not for commands

        while self._waiting:
            most = min(len(self._waiting), MOST_TOGETHER)
            batch = [self._waiting.popleft() for _ in range(most)]
            try:
                found = await sync_to_thread(self._append, [prepared for prepared, _ in batch])
            except Exception as error:  # whoever waits must hear of it, whatever it is
                found = [error] * len(batch)
            for (_, told), became in zip(batch, found, strict=True):
                if told.done():  # its caller went away; the command is recorded all the same
                    continue
                if isinstance(became, Exception):
                    told.set_exception(became)
                else:
                    told.set_result(became)

    def _append(self, prepared: list[Prepared]) -> list[Appended | Exception]:
        return self._record.append_together(prepared)
