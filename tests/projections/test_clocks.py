"""The clocks of a question: which moment is meant, and which position that is."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import msgspec
import psycopg
import pytest
import servers
from histories import APPEND, Commit, Ledger, ledger, opening, reading

from ledger.agreement.events import PrioritySet
from ledger.engine import Connection
from ledger.event import agreement_id, encode
from policies.refusals import BadClock
from projections.catch_up import catch_up
from projections.reading.clocks import Behind, ResolvedClocks, pinned, resolve

NOW = datetime(2025, 6, 1, 12, 0, tzinfo=UTC)
# In British Summer Time, 2 May ends at 23:00 UTC.
LAST_MOMENT = datetime(2025, 5, 2, 22, 59, 59, 999999, tzinfo=UTC)
STREAM = agreement_id("clocks")


def told(at: datetime, n: int) -> Commit:
    return Commit(STREAM, (PrioritySet(code=f"p{n}", title="A priority"),), "pat", at)


@pytest.fixture
def reader(database: str) -> Iterator[Connection]:
    with reading(database) as connection:
        yield connection


@contextmanager
def written(url: str) -> Iterator[Ledger]:
    """Positions 1 to 8 a year ago; 9 in the last moment of 2 May, 10 one microsecond later."""
    with ledger(url) as owner:
        owner.write(opening())
        owner.append(told(LAST_MOMENT, 9))
        assert owner.append(told(LAST_MOMENT + timedelta(microseconds=1), 10)) == 10
        catch_up(url)
        yield owner


@pytest.fixture(scope="module")
def settled(server: servers.Server) -> Iterator[Connection]:
    """A reader of a ledger to which nothing is added, so that many questions are put to it."""
    with server.fresh_database() as url, written(url), reading(url) as connection:
        yield connection


def position(reader: Connection, asked: str) -> int:
    return ask(reader, asked).clocks.known_position


def ask(reader: Connection, known_at: str, policy_at: str = "now") -> ResolvedClocks:
    return resolve(reader, known_at, policy_at, NOW)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("now", 10),
        ("position:4", 4),
        ("2025-05-02", 9),
        ("2025-05-01", 8),
        ("2025-05-03", 10),
        ("2025-05-02T23:59:59.999999+01:00", 9),
        ("2025-05-02T23:59:59.999998+01:00", 8),
        ("2025-05-02T23:00:00Z", 10),
        ("2025-05-02t23:00:00z", 10),
        ("2019-01-01", 0),
        ("2999-12-31", 10),
        ("2999-12-31T00:00:00Z", 10),
        ("position:4@2025-06-01T09:00:00Z", 4),
        ("position:10@2999-12-31", 10),
        ("position:0@2019-01-01", 0),
    ],
)
def test_a_clock_is_the_last_position_recorded_at_or_before_it(
    settled: Connection, asked: str, found: int
) -> None:
    assert found == position(settled, asked)


def test_lateness_goes_by_the_day_at_the_known_clock(settled: Connection) -> None:
    """Now is the caller's day, a position the day it was recorded, always in London."""
    assert date(2025, 6, 1) == ask(settled, "now").today
    assert date(2025, 5, 2) == ask(settled, "position:9").today
    assert date(2025, 5, 3) == ask(settled, "position:10").today
    assert date(2025, 5, 2) == ask(settled, "2025-05-02", "position:1").today
    assert date(2025, 7, 1) == ask(settled, "2025-06-30T23:30:00Z").today
    assert date(2025, 7, 1) == ask(settled, "position:9@2025-06-30T23:30:00Z").today


@pytest.mark.parametrize(
    ("known_at", "policy_at"),
    [("now", "now"), ("2025-05-02", "2019-01-01"), ("position:4", "2999-12-31")],
)
def test_any_pair_of_clocks_can_be_pinned(
    database: str, reader: Connection, known_at: str, policy_at: str
) -> None:
    """Asked again under the pin, the moment is the same, and so after more was recorded."""
    with written(database) as owner:
        found = ask(reader, known_at, policy_at)
        owner.append(told(NOW - timedelta(days=1), 11))
        catch_up(database)
    clocks = found.clocks
    again = (
        pinned(clocks.known_position, clocks.known_at),
        pinned(clocks.policy_position, clocks.policy_at),
    )
    expected = msgspec.structs.replace(clocks, is_now=False), found.today
    kept = ask(reader, *again)
    assert expected == (kept.clocks, kept.today)


def test_an_answer_says_which_clocks_it_used(settled: Connection) -> None:
    clocks = ask(settled, "position:9", "2025-05-01").clocks
    assert (LAST_MOMENT, 9) == (clocks.known_at, clocks.known_position)
    assert 8 == clocks.policy_position
    assert datetime(2025, 5, 1, 22, 59, 59, 999999, tzinfo=UTC) == clocks.policy_at
    assert not clocks.is_now
    assert ask(settled, "now").clocks.is_now


@pytest.mark.parametrize(
    "asked",
    ["position:11", "position:0", "position:-1", "yesterday", "2025-02-30", "2025-05-02T09:30:00",
     "", "2025", "0001-01-01T00:00:00+14:00", "position:4@", "position:4@yesterday",
     "position:11@2999-12-31", "position:10@2025-05-02", "position:4@2025-06-01T09:00:00"],
)  # fmt: skip
def test_what_is_no_moment_is_refused_with_a_sentence(settled: Connection, asked: str) -> None:
    with pytest.raises(BadClock) as refused:
        ask(settled, asked)
    assert refused.value.detail.endswith(".")


@pytest.mark.parametrize("asked", ["20250502", "2025-W18-5", "2025"])
def test_a_day_in_other_words_is_not_told_that_its_offset_is_missing(
    settled: Connection, asked: str
) -> None:
    with pytest.raises(BadClock, match="is not a moment"):
        ask(settled, asked)
    with pytest.raises(BadClock, match="does not say its offset"):
        ask(settled, "2025-05-02T09:30:00")


def test_an_answer_waits_until_the_answers_hold_what_it_must_know(
    database: str, reader: Connection
) -> None:
    """An officer sees their own entry: the reader waits, the projection catches up meanwhile."""
    with ledger(database) as owner:
        last = owner.write(opening())

        def later() -> None:
            time.sleep(0.2)
            catch_up(database)

        runner = threading.Thread(target=later)
        runner.start()
        found = resolve(reader, "now", "now", NOW, last)
        runner.join()
    assert last == found.clocks.known_position


def test_answers_that_stay_behind_are_told_in_time(database: str, reader: Connection) -> None:
    with ledger(database) as owner:
        last = owner.write(opening())
    for asked, least in (("now", last), ("2999-01-01", 0), (f"position:{last}", 0)):
        began = time.monotonic()
        with pytest.raises(Behind) as behind:
            resolve(reader, asked, "now", NOW, least, wait_seconds=0.1)
        assert last == behind.value.position
        assert time.monotonic() - began < 2


def test_a_moment_just_past_waits_for_the_append_that_took_its_time_from_it(
    database: str, reader: Connection
) -> None:
    """Asked again a second later, the same moment would otherwise give another position."""
    with psycopg.connect(database) as writer, psycopg.connect(database) as clock:
        event = PrioritySet(code="p", title="A priority")
        writer.execute(
            APPEND,
            {"actor": "pat", "ids": [STREAM], "versions": [1], "topics": [event.TOPIC],
             "states": [encode(event)], "digests": [], "nonces": [], "texts": [], "at": None},
        )  # fmt: skip
        row = clock.execute("SELECT clock_timestamp()").fetchone()
        assert row is not None
        found: list[int] = []
        asking = threading.Thread(target=lambda: found.append(position(reader, row[0].isoformat())))
        asking.start()
        asking.join(0.3)
        assert [] == found
        writer.commit()
        catch_up(database)
        asking.join(10)
    assert [1] == found
