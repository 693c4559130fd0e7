"""The embedded PostgreSQL where it does not start, or takes its time to."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from services import Done, at_home, done_well, outturn, short_folder

from http_api.embedded import MAKES_READY

LIBRARY_WAITS = 10  # seconds, after which it says that the server did not start


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder with an embedded server that was made and stopped again."""
    with short_folder() as folder:
        done_well(outturn("migrate", where=at_home(folder)))
        yield folder


def test_why_a_server_does_not_start_is_said_in_one_line(home: Path) -> None:
    (home / "postgresql" / "global" / "pg_control").unlink()

    done = outturn("person", "list", where=at_home(home))

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert line.startswith(f"The embedded PostgreSQL in {home} did not start (")
    assert "global/pg_control" in line
    assert f"{home / 'postgresql' / 'log'}; name another folder with OUTTURN_HOME" in line


def test_a_server_that_takes_long_to_make_ready_is_waited_for(home: Path) -> None:
    """As after a kill in the middle of a large file; here it fetches its log from far away."""
    data = home / "postgresql"
    with (data / "postgresql.auto.conf").open("a") as settings:
        settings.write(f"restore_command = 'sleep {LIBRARY_WAITS * 0.6}; false'\n")
    (data / "recovery.signal").touch()

    def asked() -> Done:
        return done_well(outturn("person", "list", "--json", where=at_home(home)))

    began = time.monotonic()
    with ThreadPoolExecutor(3) as together:
        asking = [together.submit(asked) for _ in "ab"]
        time.sleep(LIBRARY_WAITS / 2)
        asking.append(together.submit(asked))
        told = [one.result() for one in asking]

    assert time.monotonic() - began > LIBRARY_WAITS
    for done in told:
        assert [] == done.document
        assert [MAKES_READY] == done.err.splitlines()
