"""Runners in threads and processes, and something for them to do."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from histories import Commit, Ledger, ledger

from ledger.agreement.events import PrioritySet
from ledger.engine import Connection
from ledger.event import agreement_id
from projections.reading.clocks import wait_for
from projections.runner import Runner

ROOT = Path(__file__).parent.parent
STREAM = agreement_id("runner")
SOON = 8.0  # seconds within which whatever was broken must be healed
RUNNERS = (
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND application_name = 'outturn projections'"
)


@contextmanager
def running(url: str, *, poll_seconds: float = 0.2) -> Iterator[Runner]:
    runner = Runner(url, poll_seconds=poll_seconds)
    thread = threading.Thread(target=runner.run)
    thread.start()
    try:
        yield runner
    finally:
        runner.stop()
        thread.join(SOON)
        assert not thread.is_alive()


@contextmanager
def process(url: str) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "projections", "run", "--url", url]
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE) as started:
        try:
            yield started
        finally:
            started.kill()


def told(n: int) -> Commit:
    event = PrioritySet(code=f"p{n}", title="A priority")
    return Commit(STREAM, (event,), "pat", datetime(2025, 1, 1, tzinfo=UTC))


def tell(owner: Ledger, n: int) -> int:
    return owner.append(told(n), simulated=False)


def keep_telling(url: str, ended: threading.Event) -> None:
    with ledger(url) as writer:
        n = 0
        while not ended.wait(0.002):
            tell(writer, n)
            n += 1


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def reached(reader: Connection, position: int) -> None:
    wait_for(reader, position, SOON)
