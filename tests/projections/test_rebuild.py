"""A rebuild changes nothing, and nobody has to stop for it."""

import subprocess
import sys
import threading
from collections.abc import Iterator

import psycopg
import pytest
from histories import Ledger, contents, ledger, opening, reading
from runners import ROOT, keep_telling, reached, running
from servers import Server

from ledger.engine import Connection
from projections.catch_up import catch_up
from projections.check import check
from projections.reading.clocks import wait_for
from projections.rebuild import rebuild


@pytest.fixture
def owner(database: str) -> Iterator[Ledger]:
    with ledger(database) as written:
        yield written


@pytest.fixture
def reader(database: str) -> Iterator[Connection]:
    with reading(database) as connection:
        yield connection


def test_a_rebuild_beside_a_runner_and_appends_loses_nothing(
    database: str, owner: Ledger, reader: Connection
) -> None:
    """The exchange overtakes the runner or not; either way it goes on, and readers see no gap."""
    story = opening("I1")
    for commit in story.commits:
        owner.append(commit)
    ended = threading.Event()
    writing = threading.Thread(target=keep_telling, args=(database, ended))
    with running(database):
        writing.start()
        try:
            seen = 0
            for _ in range(3):
                seen = rebuild_while_reading(database, reader, seen)
        finally:
            ended.set()
            writing.join()
        row = owner.connection.execute("SELECT max(last_position) FROM ledger.commits").fetchone()
        assert row is not None
        reached(reader, row[0])
    assert [] == check(database, lambda _done, _head: None)
    left = owner.connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'answers%'"
    ).fetchall()
    assert [("answers",)] == left


def test_a_rebuild_tells_how_far_it_is(embedded_server: Server) -> None:
    """Up to all that there is, and never back."""
    with embedded_server.fresh_database() as url:
        with ledger(url) as written:
            last = written.write(opening("I1", "I2"))
        told: list[tuple[int, int]] = []
        rebuild(url, lambda done, of_all: told.append((done, of_all)))
    assert (last, last) == told[-1]
    assert sorted(told) == told


def rebuild_while_reading(url: str, reader: Connection, seen: int) -> int:
    """Rebuild in another process; the position readers see meanwhile never goes back."""
    script = "import sys; from projections.rebuild import rebuild; rebuild(sys.argv[1], print)"
    with subprocess.Popen(
        [sys.executable, "-c", script, url], cwd=ROOT, stdout=subprocess.DEVNULL
    ) as rebuilding:
        while rebuilding.poll() is None:
            now = wait_for(reader, 0, 1)
            assert seen <= now
            seen = now
        assert 0 == rebuilding.returncode
    return seen


def test_rebuilding_gives_the_rows_that_were_there(database: str, owner: Ledger) -> None:
    story = opening("I1", "I2")
    for commit in story.commits:
        owner.append(commit)
    catch_up(database)
    before = contents(owner.connection, "answers")
    told_of: list[tuple[int, int]] = []
    last = rebuild(database, lambda done, head: told_of.append((done, head)))
    assert before == contents(owner.connection, "answers")
    assert (last, last) == told_of[-1]


def test_a_rebuild_that_fails_leaves_the_answers_as_they_were(database: str, owner: Ledger) -> None:
    owner.write(opening("I1"))
    catch_up(database)
    before = contents(owner.connection, "answers")

    def interrupted(_done: int, _head: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(database, interrupted)
    owner.connection.execute("ALTER SCHEMA answers RENAME TO answers_away")
    with pytest.raises(psycopg.errors.InvalidSchemaName):  # nothing to exchange the fresh ones with
        rebuild(database, lambda _done, _head: None)
    owner.connection.execute("ALTER SCHEMA answers_away RENAME TO answers")
    assert before == contents(owner.connection, "answers")
    assert [("answers",)] == owner.connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'answers%'"
    ).fetchall()
