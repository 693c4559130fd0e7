"""The loader and PostgreSQL killed at random moments of loads, while officers write.

A round is a load, or taking one back, with one kill or two at a moment drawn over the time that
takes undisturbed. Then everything must end by itself as if nothing had happened, which is told
from the rows of the record alone. A chapter is some rounds on one ledger. Each prints its seed.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID, uuid4

import psycopg
import pytest
import servers
from doors import service_pool
from ledgers import CODE, YEARS, areas
from loads_killed_stage import (
    LONGEST,
    Observer,
    Officers,
    Process,
    Worker,
    asked,
    opened,
    send,
    until,
)
from loads_stage import Stage, csv_of, stage
from loads_truth import File, Truth, check_done, evidence

from http_api import loader
from http_api.service import Service
from ledger.loading.asking import ask_to_withdraw
from ledger.record import Record
from projections.catch_up import catch_up
from projections.check import check

INDICATORS = 6
PART = 300  # entries; a load has some thousands
DOOR = (7310001, 1)  # the lock that every append waits for
BOTH = (PART, None)  # in parts, and in one append


@pytest.fixture(scope="module")
def own_server() -> Iterator[servers.Crashing]:
    """A PostgreSQL that only this module uses, and may crash."""
    try:
        with servers.system() as server:
            yield server
    except servers.NoServer as missing:
        pytest.skip(str(missing))


class Chapter:
    """Rounds on one ledger; ``part`` is the size of a part, None for one append."""

    def __init__(
        self, server: servers.Crashing, url: str, seed: int, part: int | None, area_count: int
    ) -> None:
        self.server, self.url, self.part = server, url, part
        self.rng = random.Random(seed)  # noqa: S311 - moments and figures, no secrets
        self.seen: Counter[str] = Counter()  # what there was of each kind, for the reader
        self.files: dict[UUID, File] = {}
        self.truth = Truth(self.files, in_one=part is None)
        self.withdrawable: list[UUID] = []
        self.keys = [
            (f"I{n}", area.code, year)
            for n in range(INDICATORS)
            for area in areas(area_count)
            for year in YEARS
        ]
        self.lengths = {"load": 2.0}  # seconds; measured as the chapter begins
        self.worker = self.ready_worker()

    def ready_worker(self) -> Worker:
        """A loader that waits for errands."""
        worker = Worker(self.url, self.part)
        until(worker.is_ready, "the loader does not begin")
        return worker

    def file(self) -> tuple[UUID, bytes]:
        """A load to be, and its file: most keys, each with a figure; some say what holds."""
        load, rng = uuid4(), self.rng
        keys = rng.sample(self.keys, len(self.keys) * 9 // 10)
        figures = {key: f"{Decimal(rng.randint(100, 999)) / 10}" for key in keys}
        for key in keys:
            if key in self.truth.holds and rng.random() < 0.2:
                figures[key] = str(self.truth.entries[self.truth.holds[key]].value)
        self.files[load] = {key: Decimal(figure) for key, figure in figures.items()}
        return load, csv_of(figures)

    # One round

    def ask(self, record: Record, wanted: str) -> UUID:
        """Leave an errand: a load, or that one be taken back."""
        if wanted == "load" or not self.withdrawable:
            load, content = self.file()
            send(record, load, content)
            return load
        load = self.withdrawable.pop(self.rng.randrange(len(self.withdrawable)))
        ask_to_withdraw(record, CODE, load, "A mistake.", Stage(record).act())
        return load

    def finish(self, load: UUID) -> None:
        """Wait until nothing is left to be done for a load."""
        query = "SELECT FROM loads.work WHERE load = %s"
        until(lambda: not asked(self.url, query, load), f"{load} is not finished")
        assert self.worker.process.poll() is None

    @contextmanager
    def watched(self) -> Iterator[Record]:
        """Officers write and somebody looks meanwhile; afterwards the record must be right."""
        gap = 1.5 * max(0.2, self.lengths["load"])
        keys = self.rng.sample(self.keys, len(self.keys) // 4)
        officers = Officers(self.url, self.rng.randrange(10**9), gap, keys)
        observer = Observer(self.url, in_one=self.part is None)
        with opened(self.url) as record, officers.at_work(), observer.looking():
            yield record
        with psycopg.connect(self.url, autocommit=True) as connection:
            self.truth.read_on(connection)
        seen = observer.seen
        assert seen == self.truth.seen[: len(seen)], "what was seen is not in the record"
        acts, cut = officers.check(self.truth)
        self.seen += Counter({"acts": acts, "acts cut": cut, "looks": observer.looks})

    def settled(self, load: UUID) -> None:
        """The errand is done, once."""
        withdrawn = "load-withdrawn" in self.truth.loads[load].topics
        check_done(self.truth, load, withdrawn=withdrawn)
        if not withdrawn:
            self.withdrawable.append(load)
        self.seen["set aside"] += self.truth.loads[load].set_aside
        assert [] == asked(self.url, "SELECT load FROM loads.work")

    def undisturbed(self, wanted: str) -> None:
        """How long it takes when nothing is killed."""
        with self.watched() as record:
            load = self.ask(record, wanted)
            began = time.monotonic()
            self.finish(load)
            self.lengths[wanted] = time.monotonic() - began
        self.settled(load)

    def killed(self, wanted: str) -> None:
        """A round in which the loader is killed, once or twice."""
        rng = self.rng
        spare = self.ready_worker() if rng.random() < 0.5 else None
        if spare:
            spare.pause()
        with self.watched() as record:
            load = self.ask(record, wanted)
            delay = rng.uniform(0, 1.1 * self.lengths[wanted])
            with self.door_held(delay) if spare and rng.random() < 0.5 else ExitStack():
                time.sleep(delay)
                self.kill_worker(wanted, load)
                if spare:
                    spare.pause(ended=True)
            self.worker = spare or self.ready_worker()
            if rng.random() < 0.25:
                time.sleep(rng.uniform(0, self.lengths[wanted]))
                self.kill_worker(wanted, load)
                self.worker = self.ready_worker()
            self.finish(load)
        self.settled(load)

    def kill_worker(self, wanted: str, load: UUID) -> None:
        """With a signal that it cannot see; notes where the load was then."""
        self.worker.kill()
        self.seen["kills"] += 1
        self.seen[f"kills at {wanted} {self.stage_of(load)}"] += 1

    @contextmanager
    def door_held(self, delay: float) -> Iterator[None]:
        """Nobody can append around a kill: the words of the dead arrive after it."""
        first = self.rng.uniform(0, delay)
        rest = self.rng.uniform(1.0, 2.0)
        letting = threading.Event()

        def hold() -> None:
            time.sleep(first)
            with psycopg.connect(self.url, autocommit=True) as connection:
                connection.execute("SELECT pg_advisory_lock(%s, %s)", DOOR)
                letting.wait(LONGEST)
                time.sleep(rest)

        thread = threading.Thread(target=hold)
        thread.start()
        try:
            yield
        finally:
            letting.set()
            self.seen["doors held"] += 1
            thread.join()

    def crashed(self, wanted: str) -> None:
        """A round in which PostgreSQL is killed and comes back; the loader lives."""
        with self.watched() as record:
            load = self.ask(record, wanted)
            time.sleep(self.rng.uniform(0, 1.1 * self.lengths[wanted]))
            if self.rng.random() < 0.5:
                self.server.kill()
            else:
                self.server.stop()
            time.sleep(self.rng.uniform(0, 1))
            self.server.start()
            self.seen["crashes"] += 1
            self.seen[f"crashes at {wanted} {self.stage_of(load)}"] += 1
            self.finish(load)
        self.settled(load)

    def cut_off(self, folder: Path) -> None:
        """A round in which the process is killed that receives a file; some send it again."""
        load, content = self.file()
        sent = folder / f"{load}.csv"
        sent.write_bytes(content)
        with self.watched() as record:
            self.send_and_kill(load, sent)
            kept, received = self.kept(load), self.stage_of(load) != "nothing"
            self.seen[f"senders killed, {'received' if received else kept}"] += 1
            again = not received and self.rng.random() < 0.5
            if again:
                send(record, load, content)
            if received or again:
                self.finish(load)
        if received or again:
            self.settled(load)
        else:
            self.orphan_goes(load, kept)

    def send_and_kill(self, load: UUID, sent: Path) -> None:
        """The first time it may end, for how long that takes."""
        sender = Process(self.url, "loads_killed_stage", self.url, str(load), str(sent))
        assert sender.process.stdout
        assert sender.process.stdout.readline()
        began = time.monotonic()
        if "send" not in self.lengths:
            until(lambda: self.stage_of(load) != "nothing", "the file does not come in")
            self.lengths["send"] = time.monotonic() - began
        else:
            time.sleep(self.rng.uniform(0, 1.1 * self.lengths["send"]))
        sender.kill()
        until(lambda: not sender.connections(), "the connections of the dead stay")

    def orphan_goes(self, load: UUID, kept: dict[str, int]) -> None:
        """Of a file that was not received nothing stays, once it is old."""
        assert load not in self.truth.loads
        assert kept["file"] == kept["work"] == min(kept["piece"], 1)
        assert 0 == kept["report"]
        with service_pool(self.url) as pool, pool.connection() as connection:
            service = Service(pool)
            loader.tidy(service, connection)
            assert kept == self.kept(load), "a file that may still be received is dropped"
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(loader, "ORPHANED", timedelta(0))
                loader.tidy(service, connection)
            service.record.close()
        assert 0 == sum(self.kept(load).values())

    def kept(self, load: UUID) -> dict[str, int]:
        """What lies beside the record of a load."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            return dict(evidence(connection, load))

    def stage_of(self, load: UUID) -> str:
        """The last that the record tells of a load."""
        query = (
            "SELECT topic, count(*) OVER () FROM ledger.ledger_events WHERE originator_id = %s"
            " ORDER BY originator_version DESC"
        )
        rows = asked(self.url, query, load)
        return f"{rows[0][0]} ({rows[0][1]})" if rows else "nothing"

    def answers_follow(self) -> None:
        """The answers are what the record says, made anew beside them."""
        catch_up(self.url)
        assert [] == check(self.url, lambda *_: None)


@contextmanager
def chapter(
    server: servers.Crashing, seed: int, part: int | None, area_count: int
) -> Iterator[Chapter]:
    """A ledger for some rounds, and what is measured of it; told in the end."""
    with server.fresh_database() as url:
        with stage(url, indicators=INDICATORS, areas=area_count):
            pass
        made = Chapter(server, url, seed, part, area_count)
        try:
            made.undisturbed("load")
            made.undisturbed("withdraw")
            yield made
        except BaseException:
            print(f"\nthe loader said:\n{made.worker.said()}")  # noqa: T201
            raise
        finally:
            made.worker.kill()
            print(f"\nseed {seed}, parts of {part}: {dict(sorted(made.seen.items()))}")  # noqa: T201
        made.answers_follow()


@pytest.mark.parametrize("part", BOTH, ids=["in parts", "in one"])
def test_a_few_kills_leave_all_of_a_load_or_finish_it(
    own_server: servers.Crashing, part: int | None, tmp_path: Path
) -> None:
    """The long run in small."""
    with chapter(own_server, 1, part, 20) as made:
        made.killed("load")
        made.killed("withdraw")
        if part:
            made.crashed("load")
        else:
            made.cut_off(tmp_path)
            made.cut_off(tmp_path)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 110))
def test_kills_at_any_moment_leave_all_of_a_load_or_none_or_finish_it(
    own_server: servers.Crashing, seed: int, tmp_path: Path
) -> None:
    """Ten chapters: at least 60 kills of the loader, 20 crashes, 20 kills of who receives."""
    with chapter(own_server, seed, BOTH[seed % 2], 50) as made:
        rounds = [made.killed] * 6 + [made.crashed] * 2
        made.rng.shuffle(rounds)
        for number, disturb in enumerate(rounds):
            disturb("withdraw" if number % 3 == 2 else "load")
        for _ in range(3):
            made.cut_off(tmp_path)
