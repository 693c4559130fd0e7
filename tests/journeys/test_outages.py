"""The database away and back, the runner killed: the service says so, and heals by itself."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from journeys.asking import AGREEMENT, entry, get, of, post, refused, submit, values
from servers import is_running
from services import Served, at_home, done_well, outturn, serving, set_up, short_folder

HEALING_SECONDS = 20.0
QUICK_SECONDS = 5.0


@pytest.fixture(scope="module")
def alone() -> Iterator[tuple[Served, Path]]:
    """A service on an embedded database of its own, which may be stopped."""
    with short_folder() as home:
        where = at_home(home)
        done_well(outturn("migrate", where=where))
        tokens = set_up(where, "entry.homes", "board")
        with serving(where) as served:
            served.tokens.update(tokens)
            yield served, home


@contextmanager
def stopped_database(home: Path) -> Iterator[None]:
    """The database is shut down for as long as this lasts; any command starts it again."""
    postmaster = int((home / "postgresql" / "postmaster.pid").read_text().split()[0])
    os.kill(postmaster, signal.SIGINT)  # a fast shutdown: connections are told, and ended
    until(lambda: not is_running(postmaster), "the database did not stop")
    try:
        yield
    finally:
        done_well(outturn("migrate", where=at_home(home)))


def until(true: Callable[[], bool], complaint: str) -> None:
    """Wait until something becomes true."""
    give_up = time.monotonic() + HEALING_SECONDS
    while not true():
        assert time.monotonic() < give_up, complaint
        time.sleep(0.05)


def answers(service: Served, path: str) -> bool:
    """Whether a question is answered now; all that may come instead is a 503."""
    answer = service.caller("board").get(path)
    assert answer.status_code in {200, 503}, answer.text
    return answer.status_code == httpx.codes.OK


def runners(service: Served) -> list[int]:
    """The processes of the projection runner that this service started."""
    return [
        number
        for number in begun_by(service.process.pid)
        if b"projections\0run" in _read(Path(f"/proc/{number}/cmdline"))
    ]


def begun_by(process: int) -> list[int]:
    """The processes that one began, and those that these began."""
    began = [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _read(folder / "stat").rpartition(b")")[2].split()[1:2] == [str(process).encode()]
    ]
    return [number for one in began for number in (one, *begun_by(one))]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


def test_with_the_database_away_every_answer_is_a_quick_503_and_then_all_is_well(
    alone: tuple[Served, Path],
) -> None:
    service, home = alone
    before = submit(service, "loans", entry("1", "FY2020"))
    with stopped_database(home):
        asked = (f"{AGREEMENT}/status", of("loans"), "/api/v1/ledger/events", "/health/ready")
        started = time.monotonic()
        with ThreadPoolExecutor(len(asked)) as pool:  # nobody waits for anybody else's answer
            answered = list(pool.map(service.caller("board").get, asked))
        assert time.monotonic() - started < QUICK_SECONDS
        for answer in answered:
            refused(answer, 503, "database-away")
            assert 0 < int(answer.headers["retry-after"]) < 60
        started = time.monotonic()
        answer = post(service, "loans", "submissions", {"entries": [entry("2", "FY2021")]})
        assert time.monotonic() - started < QUICK_SECONDS
        refused(answer, 503, "database-away")
        assert 200 == service.caller().get("/health/live").status_code
        assert str(before["position"]) == answer.headers["ledger-position"]
        assert service.process.poll() is None

    until(lambda: answers(service, f"{AGREEMENT}/status"), "the service did not recover")
    after = submit(service, "loans", entry("2", "FY2021"))
    assert before["position"] + 1 == after["position"]
    until(
        lambda: answers(service, f"{of('loans')}?min_position={after['position']}"),
        "the answers do not follow any more",
    )


def test_a_killed_runner_is_replaced_and_nothing_is_lost(service: Served) -> None:
    (first,) = runners(service)
    os.kill(first, signal.SIGKILL)
    given = [
        submit(service, "warmth", entry(str(n), f"FY{2000 + n}"))["position"] for n in range(5)
    ]

    path = f"{of('warmth', 'values')}?min_position={given[-1]}"
    until(lambda: answers(service, path), "no runner took over")
    held = {row["period"]: row["value"] for row in values(service, "warmth", given[-1])}
    # Other journeys load other years of this indicator.
    assert held.items() >= {f"FY{2000 + n}": str(n) for n in range(5)}.items()
    (second,) = runners(service)
    assert first != second


def test_reading_goes_on_while_the_answers_are_made_anew(service: Served) -> None:
    """The exchange of old and new is one moment; no reader may fall between."""
    position = submit(service, "warmth", entry("9", "FY2015"))["position"]
    path = f"{AGREEMENT}/status"
    expected = get(service, path, min_position=position)["rows"]
    before = service.log.stat().st_size
    with rebuilding(service) as running:
        while running():
            assert expected == get(service, path)["rows"]
    assert expected == get(service, path)["rows"]
    assert b"Traceback" not in service.log.read_bytes()[before:]


@contextmanager
def rebuilding(service: Served) -> Iterator[Callable[[], bool]]:
    """Rebuild three times in another process; answers whether that goes on."""

    def rebuild() -> None:
        for _ in range(3):
            done_well(outturn("projections", "rebuild", "--json", where=service.where))

    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(rebuild)
        yield lambda: not work.done()
        work.result()


def test_a_service_told_to_stop_leaves_no_process_behind(service: Served) -> None:
    with serving(service.where) as second:
        until(lambda: bool(runners(second)), "the service has no runner")
        started = runners(second)
    assert not any(map(is_running, started))


def test_when_a_service_is_killed_all_its_processes_end(service: Served) -> None:
    """They would hold its port, and answer with the program as it was, for as long as they live."""
    with serving(service.where) as second:
        all_of_them = len({"worker", "runner", "loader", "sequencer"})
        until(lambda: len(begun_by(second.process.pid)) >= all_of_them, "not all is there")
        began = begun_by(second.process.pid)
        os.kill(second.process.pid, signal.SIGKILL)
        until(lambda: not any(map(is_running, began)), "a process goes on by itself")
        with pytest.raises(httpx.ConnectError):
            second.caller().get("/health/live")
    assert httpx.codes.OK == service.caller().get("/health/ready").status_code
