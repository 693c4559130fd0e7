"""`outturn serve` at a terminal: what it says, where it is started, and how it ends."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import httpx
import pytest
from services import (
    OUTTURN,
    TOLD_A_PERSON,
    Served,
    at_database,
    environment,
    free_port,
    serving,
)

ENDING_SECONDS = 20.0


def of_the_service(service: Served) -> set[int]:
    """Every process of its session: at first of one group with it, like a job of a shell."""
    session = str(service.process.pid)
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if fields[3] == session and fields[0] != "Z":
            found.add(int(stat.parent.name))
    return found


@pytest.fixture
def where(embedded_database: str) -> dict[str, str]:
    return at_database(embedded_database)


def test_whoever_reads_the_address_and_goes_there_at_once_is_answered(
    where: dict[str, str],
) -> None:
    """It is not said before, and it is said once."""
    url = f"http://127.0.0.1:{free_port()}/"
    command = [str(OUTTURN), "serve", "--port", url.rpartition(":")[2][:-1]]
    with subprocess.Popen(command, env=environment(where), stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        give_up = threading.Timer(ENDING_SECONDS, process.terminate)
        give_up.start()
        try:
            told = next(line for line in map(bytes.decode, process.stderr) if TOLD_A_PERSON in line)
            assert f"{TOLD_A_PERSON}{url} (interrupt to stop)\n" == told
            assert httpx.codes.OK == httpx.get(f"{url}health/live").status_code
        finally:
            give_up.cancel()
            process.terminate()
        assert TOLD_A_PERSON not in process.stderr.read().decode()


@pytest.mark.parametrize("pause", [None, 0.001, 0.3])
def test_an_interrupt_or_two_end_all_of_it_without_a_word(
    where: dict[str, str], pause: float | None
) -> None:
    """A terminal sends an interrupt to every process of the job at once."""
    with serving(where) as service:
        assert len(of_the_service(service)) > 4  # itself, a worker, and three beside it
        os.killpg(service.process.pid, signal.SIGINT)
        if pause is not None:
            time.sleep(pause)
            os.killpg(service.process.pid, signal.SIGINT)
        assert 0 == service.process.wait(ENDING_SECONDS)
        assert set() == of_the_service(service)
        told = service.log.read_text()
    assert "starting it again" not in told
    assert "Traceback" not in told


def test_interrupts_that_go_on_until_it_has_ended_change_nothing(where: dict[str, str]) -> None:
    """One that came while Python took itself down had killed what had ended well."""
    with serving(where) as service:
        give_up = time.monotonic() + ENDING_SECONDS
        while service.process.poll() is None and time.monotonic() < give_up:
            os.kill(service.process.pid, signal.SIGINT)
            time.sleep(0.01)
        assert 0 == service.process.poll()


def test_a_file_in_the_folder_where_it_is_started_is_no_part_of_it(
    where: dict[str, str], tmp_path: Path
) -> None:
    """Not even one that is named like a module that everything needs."""
    (tmp_path / "dis.py").write_text("raise SystemExit('this is not ours')\n")
    with serving(where, folder=tmp_path) as service:
        began = of_the_service(service)
        time.sleep(2)  # longer than one that ended is left alone
        assert began == of_the_service(service)
        assert "starting it again" not in service.log.read_text()
