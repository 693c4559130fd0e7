"""The runner heals by itself: lost connections, lost notifications, lost turns, sudden death."""

import random
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import psycopg
import pytest
from histories import Ledger, ledger, opening, reading
from runners import RUNNERS, SOON, STREAM, keep_telling, process, reached, running, tell, until

from ledger.agreement.events import PrioritySet
from ledger.engine import Connection
from ledger.event import encode
from projections.catch_up import catch_up
from projections.check import check
from projections.connection import connect
from projections.reading.clocks import resolve


@pytest.fixture
def owner(database: str) -> Iterator[Ledger]:
    with ledger(database) as written:
        yield written


@pytest.fixture
def reader(database: str) -> Iterator[Connection]:
    with reading(database) as connection:
        yield connection


def test_an_append_is_seen_at_once(database: str, owner: Ledger, reader: Connection) -> None:
    """Far sooner than the poll: the notification woke the runner."""
    with running(database, poll_seconds=30) as runner:
        reached(reader, tell(owner, 0))
        for n in range(1, 4):
            began = time.monotonic()
            reached(reader, tell(owner, n))
            assert time.monotonic() - began < 5
        runner.stop()
        tell(owner, 4)  # wakes it, so that it sees that it should end


def test_a_runner_whose_connection_was_killed_goes_on(
    database: str, owner: Ledger, reader: Connection
) -> None:
    with running(database):
        reached(reader, tell(owner, 0))
        (killed,) = owner.connection.execute(RUNNERS).fetchall()
        owner.connection.execute("SELECT pg_terminate_backend(%s)", killed)
        reached(reader, tell(owner, 1))


def test_an_event_that_nobody_told_of_is_found_by_the_poll(
    database: str, owner: Ledger, reader: Connection
) -> None:
    """Written past the one door, so that there is no notification."""
    with running(database):
        reached(reader, tell(owner, 0))
        time.sleep(0.1)  # let it go to sleep
        event = PrioritySet(code="untold", title="A priority")
        with owner.connection.transaction():
            owner.connection.execute(
                "INSERT INTO ledger.ledger_events VALUES (%s, 2, %s, %s, 2)",
                (STREAM, event.TOPIC, encode(event)),
            )
            owner.connection.execute(
                "INSERT INTO ledger.commits VALUES"
                " (2, 2, clock_timestamp(), 'pat', 'test', gen_random_uuid())"
            )
        reached(reader, 2)


def test_of_two_runners_one_works_and_the_other_takes_over(
    database: str, owner: Ledger, reader: Connection
) -> None:
    with running(database):
        reached(reader, tell(owner, 0))
        with running(database):
            reached(reader, tell(owner, 1))
            time.sleep(0.5)
            assert 1 == len(holders(owner))
            (working,) = holders(owner)
            owner.connection.execute("SELECT pg_terminate_backend(%s)", (working,))
            reached(reader, tell(owner, 2))
        reached(reader, tell(owner, 3))


def holders(owner: Ledger) -> list[int]:
    rows = owner.connection.execute(
        "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND classid = 7310002 AND objid = 1"
        " AND granted AND database = (SELECT oid FROM pg_database WHERE datname ="
        " current_database())"
    )
    return [row[0] for row in rows]


def test_the_runner_that_stands_by_takes_over_when_the_first_is_stopped(
    database: str, owner: Ledger, reader: Connection
) -> None:
    with running(database) as first:
        reached(reader, tell(owner, 0))
        with running(database):
            first.stop()
            reached(reader, tell(owner, 1))


def test_a_process_ends_cleanly_when_told_to(
    database: str, owner: Ledger, reader: Connection
) -> None:
    with process(database) as runner:
        reached(reader, tell(owner, 0))
        runner.terminate()
        assert 0 == runner.wait(SOON)
        assert runner.stderr is not None
        lines = runner.stderr.read().decode().splitlines()
    assert all(line.startswith("{") for line in lines)
    assert '"runner ends"' in lines[-1]
    assert [] == owner.connection.execute(RUNNERS).fetchall()


def test_position_and_rows_stay_together_however_a_runner_dies(
    database: str, owner: Ledger
) -> None:
    """Killed at random moments while events stream in, it never leaves one without the other."""
    story = opening("I1", "I2")
    for commit in story.commits:
        owner.append(commit)
    at_random = random.Random(7)  # noqa: S311 - moments, not secrets
    ended = threading.Event()
    writing = threading.Thread(target=keep_telling, args=(database, ended))
    writing.start()
    try:
        for _ in range(5):
            before = tracked(owner)
            with process(database) as runner:
                until(lambda: tracked(owner) > before)  # noqa: B023 - called at once
                time.sleep(at_random.random() * 0.2)
                runner.kill()
            until_gone(owner)
            assert [] == check(database, lambda _done, _head: None)
    finally:
        ended.set()
        writing.join()
    assert catch_up(database) > len(story.recorded())
    assert [] == check(database, lambda _done, _head: None)


def tracked(owner: Ledger) -> int:
    row = owner.connection.execute("SELECT position FROM answers.tracking").fetchone()
    assert row is not None
    return int(row[0])


def until_gone(owner: Ledger) -> None:
    """The server notices a dead client when it next writes to it; wait for that."""
    until(lambda: not owner.connection.execute(RUNNERS).fetchall())


def test_catching_up_by_hand_does_the_work_or_waits_for_the_runner(
    database: str, owner: Ledger
) -> None:
    assert 0 == catch_up(database)
    assert tell(owner, 0) == catch_up(database)
    with running(database):
        until(lambda: len(holders(owner)) == 1)
        last = [tell(owner, n) for n in range(1, 30)][-1]
        assert last <= catch_up(database)


def test_readers_may_read_the_answers_and_nobody_else_may_write_them(
    database: str, reader: Connection
) -> None:
    assert (
        0 == resolve(reader, "now", "now", datetime(2025, 1, 1, tzinfo=UTC)).clocks.known_position
    )
    for statement in ("DELETE FROM status", "UPDATE tracking SET position = 7", "DROP TABLE value"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(statement)
    with connect(database) as projector, pytest.raises(psycopg.errors.InsufficientPrivilege):
        projector.execute("DELETE FROM ledger.ledger_events")
