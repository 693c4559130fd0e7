"""Pages: the board as HTML against its JSON, what comes over the wire, and many people at once."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any, NamedTuple

import psycopg
import pytest
from bench_submission import BODY, HERE, free_port
from ledgers import CODE, TOKEN, Filler, ledger, ratio, report, served
from servers import Server
from wire_load import ask_once, get

from http_api import clock
from http_api.settings import SERVED_VARIABLE
from ledger.accounts import begin_session
from projections.catch_up import catch_up

INDICATORS = 200
ROUNDS = 40
READERS, WRITERS = 32, 8
PAUSE_SECONDS = 4.0  # between two pages of one person, and between two values
ALONE_SECONDS, TOGETHER_SECONDS = 15.0, 30.0
PAGE, JSON = f"/agreements/{CODE}", f"/api/v1/agreements/{CODE}/status"
INDICATOR = f"{PAGE}/indicators/I7"
WALK = [PAGE, INDICATOR, PAGE, f"{INDICATOR}/why?period=FY2024&area=E10000031"]
ASSETS = [f"/static/vendor/{name}" for name in ("outturn.css", "outturn.js", "htmx.min.js",
                                                "govuk-frontend.min.js")]  # fmt: skip


class Signed(NamedTuple):
    """A service over a ledger, and the cookie of somebody who signed in."""

    port: int
    cookie: str

    def ask(self, path: str, *, html: bool = True, packed: bool = False) -> tuple[float, int]:
        """Seconds of an answer, and the bytes of its body."""
        return ask_once(self.port, get(path, **self.headers(html=html, packed=packed)))

    def headers(self, *, html: bool = True, packed: bool = False) -> dict[str, str]:
        """What a browser sends."""
        kind = "text/html" if html else "application/json"
        coding = {"Accept_Encoding": "gzip"} if packed else {}
        return {"Cookie": self.cookie, "Accept": kind, **coding}


@contextmanager
def signed_in(server: Server) -> Iterator[tuple[Signed, Filler, str]]:
    """A ledger of 200 indicators, served, and somebody of it who signed in."""
    with ledger(server, indicators=INDICATORS, versions=2) as (url, filler):
        catch_up(url)
        secret = clock.new_token()
        with psycopg.connect(url, autocommit=True) as connection:
            begin_session(connection, "asha", secret, clock.now())
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path]),
            SERVED_VARIABLE: url,
        }
        port = free_port()
        with served("http_api.app:create_worker", port, environment):
            yield Signed(port, f"outturn={secret}"), filler, url


@pytest.mark.timeout(600)
def test_the_board_as_a_page_against_its_json(embedded_server: Server) -> None:
    """By the same person, in turn: what is due last, one period of it, and a moment in the past.

    That moment is another in each round, so that no row of it was drawn before.
    """
    with signed_in(embedded_server) as (visitor, filler, _):
        moments = iter(range(filler.position))
        asked: dict[str, Callable[[], str]] = {
            "the latest due": lambda: "",
            "one period": lambda: "?period=FY2024",
            "looked at first": lambda: f"?known_at=position:{filler.position - next(moments)}",
        }
        rows: list[tuple[str, str]] = []
        for name, query in asked.items():
            pairs = [
                (visitor.ask(PAGE + said)[0], visitor.ask(JSON + said, html=False)[0])
                for said in (query() for _ in range(ROUNDS + 1))
            ][1:]
            page, answer = ([*each] for each in zip(*pairs, strict=True))
            rows += [
                (f"{name}: page, median", f"{1000 * median(page):.1f} ms"),
                (f"{name}: JSON, median", f"{1000 * median(answer):.1f} ms"),
                (f"{name}: page ÷ JSON", ratio(page, answer)),
            ]
        rows += [
            ("the page as it is", f"{visitor.ask(PAGE)[1]:,} bytes"),
            ("the page over the wire", f"{visitor.ask(PAGE, packed=True)[1]:,} bytes"),
            *(
                (f"{path}, kept for an hour", f"{visitor.ask(path, packed=True)[1]:,} bytes")
                for path in ASSETS
            ),
        ]
    report(f"The board of {INDICATORS} indicators as a page", rows)


@pytest.mark.timeout(600)
def test_small_charts_of_all_indicators_beside_the_board(embedded_server: Server) -> None:
    """The page of charts in turn with the board, and what pictures cost that come after it.

    They are fetched as they come into view: a screenful is nine of them.
    """
    with signed_in(embedded_server) as (visitor, _, _):
        charts = f"{PAGE}/charts"
        pairs = [(visitor.ask(charts)[0], visitor.ask(PAGE)[0]) for _ in range(ROUNDS + 1)][1:]
        page, board = ([*each] for each in zip(*pairs, strict=True))
        asked = [f"{PAGE}/indicators/I{n}/chart.svg?size=small" for n in range(ROUNDS)]
        drawn = [visitor.ask(path)[0] for path in asked]
        again = [visitor.ask(path)[0] for path in asked]
    rows = [
        ("the board, median", f"{1000 * median(board):.1f} ms"),
        ("the page of charts, median", f"{1000 * median(page):.1f} ms"),
        ("the page of charts ÷ board", ratio(page, board)),
        ("a small chart drawn first, median", f"{1000 * median(drawn):.1f} ms"),
        ("drawn before, median", f"{1000 * median(again):.1f} ms"),
        ("nine in a row, drawn first", f"{1000 * 9 * median(drawn):.0f} ms"),
    ]
    report(f"Small charts of {INDICATORS} indicators", rows)


@pytest.mark.timeout(600)
def test_readers_and_writers_together(embedded_server: Server) -> None:
    """One reader, then 32 with 8 who write; first as people do, then all of them without pause.

    An answer that is not the one expected ends the measurement.
    """
    with signed_in(embedded_server) as (visitor, _, _):
        reading = {
            "port": visitor.port,
            "get": WALK,
            "headers": visitor.headers(packed=True),
            "expected": "200",
        }
        writing = {
            "port": visitor.port,
            "post": f"/api/v1/agreements/{CODE}/indicators/{{indicator}}/submissions",
            "body": BODY,
            "token": TOKEN,
            "expected": "201",
            "indicators": INDICATORS,
        }
        alone, _ = together(reading, writing, "a", (1, 0), ALONE_SECONDS)
        rows = [told("one reader alone", alone)]
        for name, pause in (("people", PAUSE_SECONDS), ("without pause", 0.0)):
            readers, writers = together(
                reading, writing, name, (READERS, WRITERS), TOGETHER_SECONDS, pause
            )
            rows += [
                told(f"{READERS} readers, {name}", readers),
                told(f"{WRITERS} writers, {name}", writers),
                (f"99th percentile of a reader, {name} ÷ alone",
                 f"{readers['p99_ms'] / alone['p99_ms']:.2f}"),
            ]  # fmt: skip
    report(f"{READERS} readers and {WRITERS} writers of {INDICATORS} indicators", rows)


def together(
    reading: dict[str, Any],
    writing: dict[str, Any],
    run: str,
    clients: tuple[int, int],
    seconds: float,
    pause: float = 0.0,
) -> tuple[dict[str, float], dict[str, float]]:
    """So many readers and writers at once, each kind in a process of its own."""
    jobs = [
        {**job, "clients": count, "seconds": seconds, "pause": pause, "run": run}
        for job, count in zip((reading, writing), clients, strict=True)
    ]
    started = [
        subprocess.Popen(
            [sys.executable, str(HERE / "wire_load.py"), json.dumps(job)], stdout=subprocess.PIPE
        )
        for job in jobs
        if job["clients"]
    ]
    answers = [json.loads(process.communicate()[0]) for process in started]
    assert all(process.returncode == 0 for process in started)
    return answers[0], answers[1] if len(answers) > 1 else {}


def told(name: str, figures: dict[str, float]) -> tuple[str, str]:
    """A line of the report."""
    return (
        name,
        f"{figures['rate']:.1f} a second, median {figures['median_ms']:.0f} ms,"
        f" 99th percentile {figures['p99_ms']:.0f} ms",
    )
