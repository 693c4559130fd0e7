"""The one door: order, time, atomicity, idempotency, and everything else refused."""

import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
import servers
from doors import application, commit, recorded, service_pool
from psycopg import sql

from ledger.agreement.events import BlockSet, DemonstrationDeclared
from ledger.engine import (
    Appended,
    Connection,
    KeyReused,
    LedgerApplication,
    NotSimulated,
    StreamMoved,
    Text,
    postgres,
    read_feed,
)
from ledger.event import Event

DIGEST = b"d" * 32
ROLES = (
    "outturn_owner",
    "outturn_service",
    "outturn_projector",
    "outturn_sequencer",
    "outturn_reader",
)


def block(n: int = 0) -> Event:
    return BlockSet(code=f"b{n}", title="A block")


def new_stream() -> UUID:
    return uuid4()


def positions(app: LedgerApplication) -> list[int]:
    with app.ledger_recorder.pool.connection() as connection:  # type: ignore[union-attr]
        return [event.position for event in read_feed(connection, 0, 10_000_000)]


def test_positions_are_counted_without_gaps_over_all_streams(database: str) -> None:
    """Refused commands leave no hole."""
    with application(database) as app:
        one, two = new_stream(), new_stream()
        app.append([recorded(one, 1, block()), recorded(two, 1, block())], commit())
        with pytest.raises(StreamMoved):
            app.append([recorded(two, 2, block()), recorded(one, 1, block())], commit())
        appended = app.append([recorded(one, 2, block())], commit())
        assert (3, 3) == (appended.first_position, appended.last_position)
        assert [1, 2, 3] == positions(app)


def test_a_command_over_several_streams_is_all_or_nothing(database: str) -> None:
    """One stale stream keeps all of it out."""
    with application(database) as app:
        one, two = new_stream(), new_stream()
        app.append([recorded(one, 1, block())], commit())
        with pytest.raises(StreamMoved):
            app.append([recorded(two, 1, block()), recorded(one, 1, block())], commit())
        assert [] == list(app.stream(two))


@pytest.mark.parametrize("versions", [(2,), (1, 3), (0,)])
def test_a_hole_in_a_stream_is_refused(embedded_database: str, versions: tuple[int, ...]) -> None:
    """Versions go 1, 2, 3 …; the database checks."""
    with application(embedded_database) as app:
        stream = new_stream()
        with pytest.raises((StreamMoved, psycopg.errors.CheckViolation)):
            app.append([recorded(stream, version, block()) for version in versions], commit())
        assert [] == positions(app)


def test_a_stream_that_was_only_read_must_not_have_moved(database: str) -> None:
    """A decision that relied on an agreement is decided again when the agreement changed."""
    with application(database) as app:
        agreement, indicator = new_stream(), new_stream()
        app.append([recorded(agreement, 1, block())], commit())
        app.append([recorded(agreement, 2, block())], commit())
        with pytest.raises(StreamMoved):
            app.append([recorded(indicator, 1, block())], commit(reads=((agreement, 1),)))
        app.append([recorded(indicator, 1, block())], commit(reads=((agreement, 2),)))


def test_time_never_goes_back(database: str) -> None:
    """Each commit is later than the one before, also where the clock is simulated."""
    with application(database) as app:
        stream = new_stream()
        late = datetime(2030, 1, 1, tzinfo=UTC)
        declared = DemonstrationDeclared(statement="for the test")
        first = app.append([recorded(stream, 1, declared)], commit(simulated_at=late))
        earlier = commit(simulated_at=late - timedelta(days=400))
        second = app.append([recorded(stream, 2, block())], earlier)
        third = app.append([recorded(stream, 3, block())], commit())
        assert late == first.recorded_at < second.recorded_at < third.recorded_at


def test_only_a_ledger_born_as_a_demonstration_takes_simulated_time(database: str) -> None:
    """Declaring it later does not help."""
    with application(database) as app:
        stream, when = new_stream(), datetime(2024, 12, 18, tzinfo=UTC)
        with pytest.raises(NotSimulated):
            app.append([recorded(stream, 1, block())], commit(simulated_at=when))
        app.append([recorded(stream, 1, block())], commit())
        app.append([recorded(stream, 2, DemonstrationDeclared(statement="late"))], commit())
        with pytest.raises(NotSimulated):
            app.append([recorded(stream, 3, block())], commit(simulated_at=when))


def test_a_key_sent_twice_gives_the_first_answer(database: str) -> None:
    """Also when the stream has moved on since."""
    with application(database) as app:
        stream = new_stream()
        asked = commit(idempotency_key="k1", request_digest=DIGEST, answer=b'{"first":1}')
        first = app.append([recorded(stream, 1, block())], asked)
        app.append([recorded(stream, 2, block())], commit())
        again = app.append([recorded(stream, 1, block())], asked)
        assert (False, True) == (first.replayed, again.replayed)
        assert (first.last_position, b'{"first":1}') == (again.last_position, again.answer)
        with pytest.raises(KeyReused):
            other = commit(idempotency_key="k1", request_digest=b"e" * 32)
            app.append([recorded(stream, 3, block())], other)
        app.append([recorded(stream, 3, block())], commit("ben", idempotency_key="k1"))


def test_texts_are_kept_with_the_command(database: str) -> None:
    """A text is stored in the same transaction as the event that holds its digest."""
    with application(database) as app:
        stream = new_stream()
        text = Text(b"t" * 32, b"n" * 16, "why it was corrected")
        app.append([recorded(stream, 1, block())], commit(texts=(text,)))
        with pytest.raises(StreamMoved):
            lost = Text(b"u" * 32, b"n" * 16, "never stored")
            app.append([recorded(stream, 1, block())], commit(texts=(lost,)))
        with psycopg.connect(database) as connection:
            rows = connection.execute("SELECT digest, text FROM ledger.texts").fetchall()
        assert [(b"t" * 32, "why it was corrected")] == rows


def test_a_tailing_reader_sees_every_position_once_and_in_order(database: str) -> None:
    """With eight writers and a loader at work, nothing is ever passed over."""
    seen: list[int] = []
    done = threading.Event()

    def tail() -> None:
        with service_pool(database, 1) as pool, pool.connection() as connection:
            after = 0
            while True:
                ended = done.is_set()
                page = read_feed(connection, after, 500)
                seen.extend(event.position for event in page)
                after = page[-1].position if page else after
                if ended and not page:
                    return

    with application(database, 9) as app:

        def write() -> None:
            stream = new_stream()
            for n in range(100):
                app.append([recorded(stream, n + 1, block(n))], commit())

        def load() -> None:
            for _ in range(10):
                events = [recorded(new_stream(), 1, block(n)) for n in range(200)]
                app.append(events, commit())

        reader = threading.Thread(target=tail)
        writers = [threading.Thread(target=write) for _ in range(8)]
        writers.append(threading.Thread(target=load))
        for thread in [reader, *writers]:
            thread.start()
        for thread in writers:
            thread.join()
        done.set()
        reader.join()
    assert list(range(1, 8 * 100 + 10 * 200 + 1)) == seen


TABLES = {"ledger_events": "topic", "commits": "actor", "texts": "text"}


@pytest.fixture(scope="module")
def attempted(server: servers.Server) -> Iterator[str]:
    """A database with one event, for all that is tried and refused: it stays as it is."""
    with server.fresh_database() as url:
        with application(url) as app:
            app.append([recorded(new_stream(), 1, block())], commit())
        yield url


@pytest.mark.parametrize("role", ["superuser", *ROLES])
@pytest.mark.parametrize("table", ["ledger_events", "commits"])
@pytest.mark.parametrize("change", ["UPDATE", "DELETE", "TRUNCATE"])
def test_the_past_cannot_be_changed_by_anyone(
    attempted: str, role: str, table: str, change: str
) -> None:
    """Update, delete and truncate fail for every role, the owner and a superuser included."""
    name = sql.Identifier("ledger", table)
    column = sql.Identifier(TABLES[table])
    statement = {
        "UPDATE": sql.SQL("UPDATE {} SET {} = 'x'").format(name, column),
        "DELETE": sql.SQL("DELETE FROM {}").format(name),
        "TRUNCATE": sql.SQL("TRUNCATE {} CASCADE").format(name),
    }[change]
    with psycopg.connect(attempted, autocommit=True) as connection:
        if role != "superuser":
            connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        before = connection.execute(sql.SQL("SELECT * FROM {}").format(name)).fetchall()
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statement)
        assert refused.value.sqlstate in {"OT403", "42501"}  # our trigger, or no privilege
        after = connection.execute(sql.SQL("SELECT * FROM {}").format(name)).fetchall()
    assert before == after != []


@pytest.mark.parametrize("role", ROLES[1:])
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO ledger.ledger_events VALUES (gen_random_uuid(), 1, 't', '', 99)",
        "INSERT INTO ledger.commits SELECT 99, 99, now(), 'x', 'x', gen_random_uuid()",
        "UPDATE ledger.texts SET text = 'x'",
        "DELETE FROM ledger.texts",
        "INSERT INTO ledger.texts VALUES (decode(repeat('00', 32), 'hex'), '', '')",
        "ALTER TABLE ledger.ledger_events DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "DROP FUNCTION ledger.refuse_change() CASCADE",
        "CREATE TABLE ledger.other (x int)",
        "CREATE TABLE public.other (x int)",
    ],
)
def test_no_role_at_work_has_another_way_in(attempted: str, role: str, statement: str) -> None:
    """They read the record; the service calls append; that is all."""
    with psycopg.connect(attempted, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize("role", ROLES[2:])
def test_only_the_service_may_append(attempted: str, role: str) -> None:
    """The projector and the reader cannot call the door."""
    with psycopg.connect(attempted, autocommit=True) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(
                "SELECT ledger.append('a', 'c', gen_random_uuid(), null, null, null, '{}', '{}',"
                " '{}', '{}', '{}', '{}', '{}', '{}', '{}', null)"
            )


def test_the_rights_are_exactly_these(database: str) -> None:
    """Read back from the catalogue, for every role and table of the record."""
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT grantee, table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE table_schema = 'ledger'"
            " AND grantee <> 'outturn_owner' GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    readers = ("outturn_projector", "outturn_reader", "outturn_service")
    expected = {(role, table, "SELECT") for role in readers for table in TABLES}
    expected |= {("outturn_sequencer", table, "SELECT") for table in ("commits", "ledger_events")}
    assert sorted(expected) == rows


CAPTURE = """
CREATE FUNCTION pg_temp.take(v pg_catalog.text) RETURNS bool LANGUAGE plpgsql AS $$
BEGIN
  GRANT UPDATE, TRIGGER ON ledger.ledger_events TO outturn_service;
  RETURN true;
END $$;
CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (pg_temp.take(VALUE));
"""


def test_a_type_of_a_session_has_the_door_run_nothing_as_the_owner(database: str) -> None:
    """Names of a session are found last, or a check of a type ``text`` of its own would be run."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE outturn_service")
        connection.execute(CAPTURE)
        connection.execute(
            "SELECT ledger.append('a', 'c', gen_random_uuid(), null, null, null, '{}', '{}',"
            " ARRAY[gen_random_uuid()], ARRAY[1::bigint], ARRAY['block-set'], ARRAY['{}'::bytea],"
            " '{}', '{}', '{}', null)"
        )
    test_the_rights_are_exactly_these(database)


def test_whatever_acts_as_the_owner_finds_names_of_a_session_last(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT proname, array_to_string(proconfig, ' ') FROM pg_proc WHERE prosecdef"
        ).fetchall()
    paths = {name: config or "" for name, config in rows}
    assert {"append", "refuse_dropping_evidence"} == set(paths)
    assert all("search_path=pg_catalog, pg_temp" in config for config in paths.values())


def killed_mid_append(url: str, after: Callable[[psycopg.Connection], None]) -> None:
    """Append in a transaction, do something to it, and cut the backend before COMMIT."""
    with psycopg.connect(url) as connection, psycopg.connect(url, autocommit=True) as killer:
        connection.execute(
            "SELECT ledger.append('a', 'c', gen_random_uuid(), null, null, null, '{}', '{}',"
            " ARRAY[gen_random_uuid()], ARRAY[1::bigint], ARRAY['block-set'], ARRAY['{}'::bytea],"
            " '{}', '{}', '{}', null)"
        )
        killer.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
        with pytest.raises(psycopg.OperationalError):
            after(connection)


def test_a_killed_backend_leaves_nothing_half_done(database: str) -> None:
    """The lock is free again, no position is lost, nothing is stored."""
    killed_mid_append(database, lambda connection: connection.execute("SELECT 1").close())
    with application(database) as app:
        assert [] == positions(app)
        assert 1 == app.append([recorded(new_stream(), 1, block())], commit()).first_position


def test_a_lock_that_is_not_free_in_time_is_said_quickly(embedded_database: str) -> None:
    """A writer that cannot have the lock within three seconds is told so."""
    with (
        psycopg.connect(embedded_database) as holder,
        application(embedded_database) as app,
    ):
        holder.execute("SELECT pg_advisory_xact_lock(7310001, 1)")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            app.append([recorded(new_stream(), 1, block())], commit())


def test_of_commands_that_go_together_each_hears_what_became_of_it(
    embedded_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One is refused, so each goes alone; then the lock is not free for one, which is no word
    about those that are recorded."""
    door = postgres._append

    def kept_waiting(connection: Connection, arguments: Sequence[Any]) -> Appended:
        if arguments[0] == "kept.waiting":
            raise psycopg.errors.LockNotAvailable
        return door(connection, arguments)

    monkeypatch.setattr(postgres, "_append", kept_waiting)
    with application(embedded_database) as app:
        stream = new_stream()
        first, refused, waited, last = app.append_together(
            [
                ([recorded(stream, 1, block())], commit("first")),
                ([recorded(stream, 1, block())], commit("refused")),
                ([recorded(new_stream(), 1, block())], commit("kept.waiting")),
                ([recorded(new_stream(), 1, block())], commit("last")),
            ]
        )
        assert isinstance(refused, StreamMoved)
        assert isinstance(first, Appended)
        assert isinstance(waited, psycopg.errors.LockNotAvailable)
        assert waited is last  # which did not wait as long once more
        assert [1] == positions(app)
