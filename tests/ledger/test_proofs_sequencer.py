"""The sequencer: every event becomes a leaf, once, in order, whatever is killed in between."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import servers
from doors import application, commit, service_pool
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofs_stage import ORIGIN, add, alter
from proofs_truth import is_what_the_events_say

from ledger.engine import Text
from ledger.proofs.following import Sequencer, connect, seal_now
from ledger.proofs.leaf import read_leaves
from ledger.proofs.note import BadNote, Checkpoint, key_of
from ledger.proofs.sequencer import Trouble, step
from ledger.proofs.signer import Ask, Signer
from ledger.proofs.tiles import last_checkpoint, reading
from ledger.proofs.tree import root


class Near:
    """A signer in this process, as the sequencer asks one."""

    def __init__(self, folder: Path) -> None:
        self._signer = Signer(folder, ORIGIN)

    @property
    def signed(self) -> Checkpoint | None:
        return self._signer.signed

    def sign(self, size: int, root: bytes, proof: list[bytes]) -> Checkpoint:
        return self._signer.sign(Ask(size, root, tuple(proof)))

    def close(self) -> None:
        self._signer.close()


@contextmanager
def near(folder: Path) -> Iterator[Near]:
    signer = Near(folder)
    try:
        yield signer
    finally:
        signer.close()


def test_what_is_recorded_is_signed(database: str, tmp_path: Path) -> None:
    """On each kind of PostgreSQL; nothing new is signed twice."""
    with application(database) as app, connect(database) as connection, near(tmp_path) as signer:
        assert step(connection, signer) is None
        add(app, 300)
        add(app, 1, commit(idempotency_key="k", request_digest=b"d" * 32, answer=b"{}"))
        assert 301 == step(connection, signer)
        assert step(connection, signer) is None
        add(app, 2, commit(texts=(Text(b"t" * 32, b"n" * 16, "why"),)))
        assert 303 == step(connection, signer)
        assert 303 == is_what_the_events_say(connection)


def test_a_leaf_is_the_line_that_the_reference_tells(embedded_database: str) -> None:
    """Field by field, in order, and nothing else; the answer and the request by their digests."""
    with application(embedded_database) as app, connect(embedded_database) as connection:
        add(app, 1, commit(idempotency_key="k\u00e9", request_digest=b"d" * 32, answer=b"{}"))
        (line,) = read_leaves(connection, 0, 1)
        row = connection.execute(
            "SELECT e.originator_id::text, c.recorded_at, c.correlation_id::text,"
            " encode(sha256(c.answer), 'hex'), encode(sha256(e.state), 'hex')"
            " FROM ledger.ledger_events e, ledger.commits c"
        ).fetchone()
    assert row is not None
    stream, recorded_at, correlation, answer, payload = row
    expected = {
        "leaf": 1,
        "position": 1,
        "stream": stream,
        "version": 1,
        "topic": "block-set",
        "recorded_at": recorded_at.isoformat().replace("+00:00", "Z"),
        "actor": "asha",
        "command": "test",
        "first": 1,
        "last": 1,
        "correlation": correlation,
        "key": "k\u00e9",
        "request": (b"d" * 32).hex(),
        "answer": answer,
        "payload": payload,
    }
    assert json.dumps(expected, ensure_ascii=False, separators=(",", ":")) == line.decode()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(st.lists(st.tuples(st.integers(1, 40), st.booleans(), st.booleans()), max_size=12))
def test_ended_anywhere_it_goes_on_and_contradicts_nothing(
    embedded_server: servers.Server,
    tmp_path_factory: pytest.TempPathFactory,
    days: list[tuple[int, bool, bool]],
) -> None:
    """The signer signed and the tiles were not stored; or neither; or both.

    Every checkpoint ever given away is a tree that the last one begins with.
    """
    folder = tmp_path_factory.mktemp("signer")
    given_away: list[Checkpoint] = []
    with (
        embedded_server.fresh_database() as url,
        application(url) as app,
        connect(url) as connection,
    ):
        for events, ends, before_signing in days:
            add(app, events)
            with near(folder) as signer:
                if ends:
                    with pytest.raises(Ended):
                        step(connection, Ending(signer, before_signing))
                else:
                    step(connection, signer)
                if signer.signed:
                    given_away.append(signer.signed)
        add(app)
        with near(folder) as signer:
            step(connection, signer)
        size = is_what_the_events_say(connection)
        assert 1 + sum(events for events, _, _ in days) == size
        read = reading(connection)
        assert all(root(read, each.size) == each.root for each in given_away)


class Ended(Exception):
    """The sequencer's process is gone."""


class Ending(Near):
    """A signer whose answer never arrives."""

    def __init__(self, signer: Near, before_signing: bool) -> None:
        self._real = signer
        self._before_signing = before_signing

    @property
    def signed(self) -> Checkpoint | None:
        return self._real.signed

    def sign(self, size: int, root: bytes, proof: list[bytes]) -> Checkpoint:
        if not self._before_signing:
            self._real.sign(size, root, proof)
        raise Ended


CUT = "DELETE FROM ledger.ledger_events WHERE notification_id > 8"
CUT_COMMITS = "DELETE FROM ledger.commits WHERE last_position > 8"


def cut_tail(url: str) -> None:
    alter(url, "ledger.ledger_events", CUT)
    alter(url, "ledger.commits", CUT_COMMITS)


def forget_proofs(url: str) -> None:
    for table in ("proofs.tile", "proofs.checkpoint"):
        alter(url, table, f"DELETE FROM {table}")


def restore_backup(url: str) -> None:
    """Everything as it was, the tree of then included: here, none."""
    cut_tail(url)
    forget_proofs(url)


def rewrite(url: str) -> None:
    """Another payload, and all tiles and checkpoints gone, so that they are made anew."""
    change = "UPDATE ledger.ledger_events SET state = state || ' ' WHERE notification_id = 3"
    alter(url, "ledger.ledger_events", change)
    forget_proofs(url)


@pytest.mark.parametrize(
    ("attack", "code"),
    [
        (cut_tail, "history-shrank"),
        (restore_backup, "history-shrank"),
        (rewrite, "history-rewritten"),
        (
            lambda url: alter(
                url,
                "ledger.ledger_events",
                "DELETE FROM ledger.ledger_events WHERE notification_id = 11",
            ),
            "gap",
        ),
    ],
)
def test_a_ledger_that_is_not_what_was_signed_is_signed_no_more(
    embedded_database: str, tmp_path: Path, attack: Callable[[str], object], code: str
) -> None:
    """A cut tail, an older backup, a rewritten history, a hole: the signer's memory tells."""
    with application(embedded_database) as app:
        add(app, 10)
        assert seal_now(embedded_database, tmp_path, ORIGIN) is not None
        if code == "gap":
            add(app, 2)
        attack(embedded_database)
        if code == "history-rewritten":
            add(app, 2)
    with pytest.raises(Trouble) as trouble:
        seal_now(embedded_database, tmp_path, ORIGIN)
    assert code == trouble.value.code


def test_another_signer_does_not_go_on_where_one_has_signed(
    embedded_database: str, tmp_path: Path
) -> None:
    """And no key is made in its folder."""
    with application(embedded_database) as app:
        add(app, 3)
        seal_now(embedded_database, tmp_path / "first", ORIGIN)
        add(app, 3)
    with pytest.raises(Trouble) as trouble:
        seal_now(embedded_database, tmp_path / "second", ORIGIN)
    assert "another-signer" == trouble.value.code
    assert not list((tmp_path / "second").rglob("key"))
    assert 6 == getattr(seal_now(embedded_database, tmp_path / "first", ORIGIN), "size", None)


def wait_until(condition: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_a_sequencer_follows_says_what_troubles_it_and_another_takes_over(
    embedded_database: str, tmp_path: Path
) -> None:
    """As a service runs it: two of them, one stands by; a trouble is kept for whoever asks."""
    url = embedded_database
    two = [Sequencer(url, tmp_path, ORIGIN) for _ in range(2)]
    threads = [threading.Thread(target=each.run) for each in two]
    with application(url) as app, service_pool(url, 1) as pool, pool.connection() as connection:
        for thread in threads:
            thread.start()
        add(app, 5)
        wait_until(lambda: last_checkpoint(connection, 5) is not None)
        two[0].stop()
        threads[0].join()
        add(app, 5)
        assert seal_now(url, tmp_path, ORIGIN) == last_checkpoint(connection, 10)
        cut_tail(url)
        told = "SELECT code FROM proofs.trouble"
        wait_until(lambda: connection.execute(told).fetchone() == ("history-shrank",))
        two[1].stop()
        threads[1].join()


TABLES = ("checkpoint", "log", "tile", "trouble")


def test_the_rights_to_proofs_are_exactly_these(database: str) -> None:
    with psycopg.connect(database) as connection:
        rows = connection.execute(
            "SELECT grantee, table_name, string_agg(privilege_type, ',' ORDER BY privilege_type)"
            " FROM information_schema.role_table_grants WHERE table_schema = 'proofs'"
            " AND grantee <> 'outturn_owner' GROUP BY 1, 2"
        ).fetchall()
    expected = {
        (role, table): "SELECT"
        for role in ("outturn_reader", "outturn_service")
        for table in TABLES
    } | {
        ("outturn_sequencer", "checkpoint"): "INSERT,SELECT",
        ("outturn_sequencer", "log"): "SELECT",
        ("outturn_sequencer", "tile"): "INSERT,SELECT,UPDATE",
        ("outturn_sequencer", "trouble"): "DELETE,INSERT,SELECT,UPDATE",
    }
    assert expected == {(role, table): rights for role, table, rights in rows}


@pytest.mark.parametrize("role", ["superuser", "outturn_owner", "outturn_sequencer"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE proofs.tile SET hashes = decode(repeat('00', 32), 'hex')",
        "UPDATE proofs.tile SET number = 7",
        "DELETE FROM proofs.tile",
        "TRUNCATE proofs.tile",
        "UPDATE proofs.checkpoint SET note = 'x'",
        "DELETE FROM proofs.checkpoint",
        "TRUNCATE proofs.checkpoint",
        "INSERT INTO proofs.checkpoint SELECT 2, root, note, key FROM proofs.checkpoint",
        "UPDATE proofs.log SET id = gen_random_uuid()",
        "DELETE FROM proofs.log",
    ],
)
def test_a_tree_only_grows_for_everybody(
    embedded_database: str, tmp_path: Path, role: str, statement: str
) -> None:
    with application(embedded_database) as app:
        add(app, 3)
    seal_now(embedded_database, tmp_path, ORIGIN)
    with psycopg.connect(embedded_database) as connection:
        if role != "superuser":
            connection.execute(f"SET ROLE {role}".encode())
        with pytest.raises(psycopg.Error) as refused:
            connection.execute(statement.encode())
        assert refused.value.sqlstate in {"OT403", "42501"}


def test_a_key_that_is_none_is_refused() -> None:
    for text in ("", "name", "name+00000000+AAAA", "n+zz+!", "+12345678+AQ=="):
        with pytest.raises(BadNote):
            key_of(text)
