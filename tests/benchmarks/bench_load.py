"""Loads of 100,000 and 1,000,000 rows: against raw COPY, against the plain way, beside officers."""

import json
import resource
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from statistics import median, quantiles
from uuid import uuid4

import httpx
import psycopg
import pytest
from doors import service_pool
from ledgers import CODE, TOKEN, YEARS, areas, figure, ledger, ratio, report
from plain_library import save_one_by_one
from servers import Server
from services import at_database, serving

from ledger.acts import Act
from ledger.load.state import Stage
from ledger.loading.now import finish
from ledger.loading.receiving import FileOffered, receive
from ledger.loading.working import Workshop
from ledger.record import Record
from projections.catch_up import catch_up

INDICATORS, AREAS, MOST_AREAS = 200, 50, 500  # with ten years: 100,000 rows, and 1,000,000
ROUNDS = 3
PIECE = 1 << 20
PLAIN_ROWS = 2_000  # of the plain way, which takes some minutes for all
OFFICERS, PAUSE_SECONDS, QUIET_SECONDS = 4, 0.05, 20.0


def rows_of(area_count: int, *, corrected: int = 0) -> list[str]:
    """The rows of a file; every so many-th figure is another, where that is asked."""
    codes = [area.code for area in areas(area_count)]
    rows: list[str] = []
    for number in range(INDICATORS):
        for index, code in enumerate(codes):
            for year in YEARS:
                value = figure(number, index, int(year[2:]), 0)
                if corrected and len(rows) % corrected == 0:
                    value += 1
                rows.append(f"I{number},{code},{year},{value}")
    return rows


def file_of(rows: list[str]) -> bytes:
    """The file of some rows."""
    return "\n".join(("indicator,area,period,value", *rows, "")).encode()


def act(actor: str) -> Act:
    """An act of somebody, now."""
    return Act(actor=actor, at=datetime.now(UTC), correlation_id=uuid4())


def load(url: str, content: bytes) -> float:
    """Seconds from sending a file until the answers show it."""
    pieces = [content[start : start + PIECE] for start in range(0, len(content), PIECE)]
    with service_pool(url) as pool:
        record = Record(pool)
        shop = Workshop(record, act, lambda: secrets.token_bytes(16), lambda _: None)
        started = time.perf_counter()
        offered = FileOffered(pieces=pieces, name="figures.csv")
        receive(record, CODE, offered, act("asha"), identity := uuid4(), shop.nonces)
        finish(shop, identity)
        catch_up(url)
        seconds = time.perf_counter() - started
        found = record.load(identity)
        record.close()
    assert found.stage is Stage.COMMITTED
    return seconds


def copy(url: str, rows: list[str]) -> float:
    """Seconds to COPY the same rows into a plain table with its key and one more index."""
    data = "\n".join((*rows, "")).encode()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS plain")
        connection.execute(
            "CREATE TABLE plain (indicator text, area text, period text, value numeric,"
            " PRIMARY KEY (indicator, area, period))"
        )
        connection.execute("CREATE INDEX ON plain (period, area)")
        started = time.perf_counter()
        with connection.cursor().copy("COPY plain FROM STDIN (FORMAT csv)") as into:
            for start in range(0, len(data), PIECE):
                into.write(data[start : start + PIECE])
        return time.perf_counter() - started


def in_a_process(url: str, area_count: int) -> tuple[float, int]:
    """The seconds of a load in a process of its own, and the megabytes that took at most."""
    done = subprocess.run(
        [sys.executable, __file__, url, str(area_count)],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(done.stdout)
    return float(answer["seconds"]), int(answer["megabytes"])


@pytest.mark.timeout(1800)
def test_a_first_and_a_second_vintage(embedded_server: Server) -> None:
    """100,000 rows over 200 indicators, against COPY of them; then again with 5% corrections."""
    rows, again = rows_of(AREAS), rows_of(AREAS, corrected=20)
    firsts: list[float] = []
    seconds: list[float] = []
    copies: list[float] = []
    plain: list[float] = []
    for _ in range(ROUNDS):
        with ledger(embedded_server, indicators=INDICATORS, area_count=AREAS) as (url, _filler):
            catch_up(url)
            copies.append(copy(url, rows))
            firsts.append(load(url, file_of(rows)))
            seconds.append(load(url, file_of(again)))
            with psycopg.connect(url) as connection:
                counted = connection.execute("SELECT count(*) FROM answers.value").fetchone()
            assert counted == (len(rows) + len(rows) // 20,)
            plain.append(save_one_by_one(url, rows[:PLAIN_ROWS]) * len(rows) / PLAIN_ROWS)
    report(
        f"Loading {len(rows):,} rows, from sending the file until the answers show it",
        [
            ("first vintage, median", f"{median(firsts):.2f} s"),
            ("COPY into a plain indexed table, median", f"{median(copies):.2f} s"),
            ("first vintage ÷ COPY", ratio(firsts, copies)),
            ("one event a row by the library ÷ first vintage", ratio(plain, firsts)),
            ("second vintage, 5% corrections ÷ first", ratio(seconds, firsts)),
        ],
    )


@pytest.mark.timeout(1800)
def test_ten_times_as_many_rows(embedded_server: Server) -> None:
    """Time and memory of 1,000,000 rows against 100,000, each in a process of its own."""
    small: list[float] = []
    large: list[float] = []
    memory: list[int] = []
    for _ in range(ROUNDS - 1):
        for area_count, found in ((AREAS, small), (MOST_AREAS, large)):
            with ledger(embedded_server, indicators=INDICATORS, area_count=MOST_AREAS) as (url, _):
                catch_up(url)
                taken, megabytes = in_a_process(url, area_count)
                found.append(taken)
        memory.append(megabytes)
    report(
        "Loading 1,000,000 rows",
        [
            ("1,000,000 rows, median", f"{median(large):.1f} s"),
            ("1,000,000 ÷ 100,000 rows", ratio(large, small)),
            ("memory of the process that checks, commits and projects", f"{max(memory)} MB"),
        ],
    )


class Officers:
    """Some officers who submit over HTTP now and then, and how long each waited."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._run = uuid4().hex[:8]
        self._ended = threading.Event()
        self.waited: list[float] = []
        self.refused: list[str] = []

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """For as long as this lasts."""
        threads = [threading.Thread(target=self._work, args=(n,)) for n in range(OFFICERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._ended.set()
            for thread in threads:
                thread.join()

    def _work(self, officer: int) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}"}
        with httpx.Client(base_url=self._url, headers=headers, timeout=60) as client:
            count = 0
            while not self._ended.wait(PAUSE_SECONDS):
                count += 1
                entry = {
                    "period": "FY2023",
                    "area": "E10000031",
                    "breakdown": {"run": f"{self._run}-{officer}-{count}"},
                    "value": "91.5",
                }
                address = f"/api/v1/agreements/{CODE}/indicators/I{officer * 7}/submissions"
                started = time.perf_counter()
                answer = client.post(address, json={"entries": [entry]})
                self.waited.append(time.perf_counter() - started)
                if answer.status_code != httpx.codes.CREATED:
                    self.refused.append(answer.text)


def p99(waited: list[float]) -> float:
    """The 99th percentile of waits, in seconds."""
    return quantiles(waited, n=100)[98]


def send(url: str, content: bytes) -> None:
    """Send a file over HTTP, and wait until it is in."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with httpx.Client(base_url=f"{url}/api/v1/agreements/{CODE}", headers=headers) as client:
        answer = client.post("/loads", files={"file": ("figures.csv", content)}, timeout=120)
        address = f"/loads/{answer.json()['load']}"
        state = ""
        while state != "committed":
            time.sleep(0.5)
            found = client.get(address, timeout=60)
            state = found.json().get("state", "")
            assert state in {"", "received", "checked", "committing", "committed"}, found.text


@pytest.mark.timeout(1800)
def test_officers_beside_a_large_load(embedded_server: Server) -> None:
    """How long four officers wait for their answers, with and without 1,000,000 rows going in."""
    content = file_of(rows_of(MOST_AREAS))
    with (
        ledger(embedded_server, indicators=INDICATORS, area_count=MOST_AREAS) as (url, _),
        serving(at_database(url)) as service,
    ):
        for officers in (Officers(service.url), quiet := Officers(service.url)):
            with officers.at_work():
                time.sleep(QUIET_SECONDS / 2)
        with (busy := Officers(service.url)).at_work():
            started = time.perf_counter()
            send(service.url, content)
            took, going_in = time.perf_counter() - started, list(busy.waited)
            catch_up(url)
            shown = time.perf_counter() - started
        assert [] == quiet.refused + busy.refused
    report(
        "Officers beside a load of 1,000,000 rows",
        [
            ("the load was in after, and shown after", f"{took:.0f} s and {shown:.0f} s"),
            ("submissions without and with", f"{len(quiet.waited)} and {len(busy.waited)}"),
            (
                "median wait without and with",
                _ms(quiet.waited, 50) + " and " + _ms(busy.waited, 50),
            ),
            ("99th percentile without", _ms(quiet.waited, 99)),
            ("… while it was checked and went in", _ms(going_in, 99)),
            ("… until the answers showed it", _ms(busy.waited, 99)),
            ("99th percentile with ÷ without", f"{p99(busy.waited) / p99(quiet.waited):.2f}"),
            ("… while it went in ÷ without", f"{p99(going_in) / p99(quiet.waited):.2f}"),
            ("longest wait with", f"{1000 * max(busy.waited):.0f} ms"),
        ],
    )


def _ms(waited: list[float], per_cent: int) -> str:
    return f"{1000 * quantiles(waited, n=100)[per_cent - 1]:.1f} ms"


def main(url: str, area_count: str) -> None:
    """One load, for ``in_a_process``."""
    content = file_of(rows_of(int(area_count)))
    seconds = load(url, content)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stdout.write(json.dumps({"seconds": seconds, "megabytes": peak}))


if __name__ == "__main__":
    main(*sys.argv[1:])
