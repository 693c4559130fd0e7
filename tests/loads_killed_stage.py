"""What goes on around a load that is killed: the loader's process, officers, somebody who looks."""

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg
from doors import service_pool
from ledgers import CODE
from loads_stage import REASON, nonce
from loads_truth import Connection, Seen, Truth, check_whole, commits_after, seen_in
from psycopg_pool import PoolTimeout

from http_api.loader import PART_VARIABLE
from http_api.settings import SERVED_VARIABLE
from ledger.acts import Act
from ledger.indicator.commands import (
    Command,
    CorrectValues,
    EntryGiven,
    SubmitValues,
    WithdrawValues,
)
from ledger.indicator.events import Entry
from ledger.indicator.state import Key
from ledger.loading.receiving import FileOffered, receive
from ledger.record import Record
from policies.refusals import Refusal

ROOT = Path(__file__).resolve().parent.parent
LONGEST = 120.0  # seconds within which whatever was broken must be healed, on a busy machine
AWAY = (psycopg.OperationalError, PoolTimeout)
OFFICERS = 2
SLOWER = 1.1
PIECE = 4096


def until(holds: Callable[[], bool], complaint: str) -> None:
    """Wait until something holds; a database that is away says nothing of it."""
    give_up = time.monotonic() + LONGEST
    while True:
        with suppress(*AWAY):
            if holds():
                return
        assert time.monotonic() < give_up, complaint
        time.sleep(0.02)


def asked(url: str, query: str, *given: object) -> list[tuple[object, ...]]:
    """The rows of a query, on a connection of its own."""
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
        return connection.execute(query.encode(), given).fetchall()


class Process:
    """A process of ours, known to the database by a name."""

    def __init__(self, url: str, module: str, *arguments: str, **environment: str) -> None:
        self.name = f"{module.rpartition('.')[2]} {uuid4().hex[:12]}"
        self._url = url
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - goes with the process
        places = [ROOT, ROOT / "http", ROOT / "tests", ROOT / "tests" / "benchmarks"]
        path = os.pathsep.join(map(str, places))
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": path, "PGAPPNAME": self.name, **environment},
            stdout=subprocess.PIPE if arguments else subprocess.DEVNULL,
            stderr=self._log,
        )

    def kill(self) -> None:
        """End it as it stands, and bury it."""
        self.process.kill()
        self.process.wait()
        self._log.close()
        if self.process.stdout:
            self.process.stdout.close()

    def said(self) -> str:
        """The last of what it wrote to standard error."""
        self._log.seek(0)
        return self._log.read().decode()[-3000:]

    def connections(self) -> list[tuple[object, ...]]:
        """What its connections do, as the database sees them."""
        query = "SELECT query FROM pg_stat_activity WHERE application_name = %s"
        return asked(self._url, query, self.name)


class Worker(Process):
    """A loader."""

    def __init__(self, url: str, part: int | None) -> None:
        own = {SERVED_VARIABLE: url, **({PART_VARIABLE: str(part)} if part else {})}
        super().__init__(url, "http_api.loader", **own)

    def is_ready(self) -> bool:
        """Whether it looks for errands."""
        assert self.process.poll() is None, "the loader ended by itself"
        return any("loads.work" in str(query) for (query,) in self.connections())

    def pause(self, *, ended: bool = False) -> None:
        """Let it stand still, or go on."""
        self.process.send_signal(signal.SIGCONT if ended else signal.SIGSTOP)


class Wrote(NamedTuple):
    """What an officer asked, and what they were told: true recorded, false not, None nothing."""

    act: UUID
    key: tuple[str, str, str]
    command: Command
    recorded: bool | None


class Officers:
    """People who submit, correct and withdraw, until told to stop. ``gap`` is between two acts."""

    def __init__(
        self, url: str, seed: int, gap: float, keys: Sequence[tuple[str, str, str]]
    ) -> None:
        self._url, self._gap, self._keys = url, gap, keys
        self.wrote: list[Wrote] = []
        self.failed: list[BaseException] = []
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, args=(f"{seed} {n}",)) for n in range(OFFICERS)
        ]

    @contextmanager
    def at_work(self) -> Iterator[None]:
        for thread in self._threads:
            thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            for thread in self._threads:
                thread.join(LONGEST)
        assert not self.failed, self.failed

    def _work(self, seed: str) -> None:
        rng = random.Random(seed)  # noqa: S311 - figures, no secrets
        try:
            with opened(self._url) as record:
                gap = self._gap
                while not self._stopping.wait(rng.expovariate(1 / gap)):
                    self._act(record, rng)
                    gap *= SLOWER  # a load in one append needs a moment in which nobody writes
        except BaseException as error:  # noqa: BLE001 - told by the thread that started this one
            self.failed.append(error)

    def _act(self, record: Record, rng: random.Random) -> None:
        key = rng.choice(self._keys)
        act = Act(actor="asha", at=datetime.now(UTC), correlation_id=uuid4())
        try:
            record.refresh(CODE, key[0])
            held = record.indicator(CODE, key[0]).entries.get(Key(key[1], key[2], ""))
        except AWAY:
            return
        command = _command(rng, key, held.name if held else "")
        try:
            answered = record.handle(CODE, key[0], command, act)
            assert not answered.told.refused
            recorded: bool | None = answered.recorded
        except Refusal:
            recorded = False
        except AWAY:
            recorded = None
        self.wrote.append(Wrote(act.correlation_id, key, command, recorded))

    def check(self, truth: Truth) -> tuple[int, int]:
        """What they were told is in the record is there, once; how many acts, how many cut."""
        for wrote in self.wrote:
            found = truth.acts.get(wrote.act, [])
            if wrote.recorded is None:
                assert len(found) <= 1, "an act is recorded twice"
                continue
            assert int(wrote.recorded) == len(found), "what was acknowledged is not as it was told"
            for commit in found:
                (event,) = commit.events
                assert event.topic == _TOPICS[type(wrote.command)]
                _as_given(wrote, event.told["entries"])
        return len(self.wrote), sum(wrote.recorded is None for wrote in self.wrote)


_TOPICS: dict[type[Command], str] = {
    SubmitValues: "values-submitted",
    CorrectValues: "values-corrected",
    WithdrawValues: "values-withdrawn",
}


def _as_given(wrote: Wrote, entries: list[object]) -> None:
    (entry,) = entries
    if isinstance(wrote.command, WithdrawValues):
        assert (entry,) == wrote.command.entries
        return
    assert isinstance(wrote.command, SubmitValues | CorrectValues)
    assert isinstance(entry, dict)
    (given,) = wrote.command.entries
    told = (entry["area"], entry["period"], Decimal(entry["value"]))
    assert (given.entry.area, given.entry.period, given.entry.value) == told


def _command(rng: random.Random, key: tuple[str, str, str], held: str) -> Command:
    """Something to ask of a key: mostly a figure, now and then to take the one there is out."""
    if held and rng.random() < 0.3:
        return WithdrawValues(entries=(held,), reason=REASON)
    value = Decimal(rng.randint(100, 999)) / 10
    given = (EntryGiven(entry=Entry(area=key[1], period=key[2], value=value)),)
    return CorrectValues(entries=given, reason=REASON) if held else SubmitValues(entries=given)


class Observer:
    """Looks at the record all the while, and never sees a part of a load without its end."""

    def __init__(self, url: str, *, in_one: bool) -> None:
        self._url, self._in_one = url, in_one
        self.seen: list[Seen] = []
        self.failed: list[BaseException] = []
        self.looks = 0
        self._stopping = threading.Event()

    @contextmanager
    def looking(self) -> Iterator[None]:
        thread = threading.Thread(target=self._look)
        thread.start()
        try:
            yield
        finally:
            self._stopping.set()
            thread.join(LONGEST)
        assert not self.failed, self.failed

    def _look(self) -> None:
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as connection:
                    while not self._stopping.wait(0.02):
                        self._look_once(connection)
            except AWAY:
                self._stopping.wait(0.05)
            except BaseException as error:  # noqa: BLE001 - told by the thread that started this
                self.failed.append(error)
                return

    def _look_once(self, connection: Connection) -> None:
        for commit in commits_after(connection, len(self.seen)):
            check_whole(commit, in_one=self._in_one)
            self.seen += seen_in(commit)
        self.looks += 1


@contextmanager
def opened(url: str) -> Iterator[Record]:
    """The record, on connections of the caller's own."""
    with service_pool(url) as pool:
        record = Record(pool)
        try:
            yield record
        finally:
            record.close()


def send(record: Record, load: UUID, content: bytes, pause: float = 0.0) -> None:
    """Receive a file in small pieces, as the service does."""

    def pieces() -> Iterator[bytes]:
        for start in range(0, len(content), PIECE):
            yield content[start : start + PIECE]
            time.sleep(pause)

    act = Act(actor="asha", at=datetime.now(UTC), correlation_id=uuid4())
    receive(record, CODE, FileOffered(pieces=pieces(), name="a.csv"), act, load, nonce)


def main() -> None:
    """Send a file: the database's URL, the load's id, and where the file is."""
    url, load, file = sys.argv[1:]
    content = Path(file).read_bytes()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with opened(url) as record:
        send(record, UUID(load), content, pause=0.005)


if __name__ == "__main__":
    main()
