"""Advisory locks are for the roles that need them, once an administrator has said so."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from documents import blocks, text_of
from doors import application, commit, recorded
from psycopg import sql

from ledger.agreement.events import BlockSet

GUIDE = "how-to/run-on-your-own-postgresql.md"
NEEDED_BY = ("outturn_owner", "outturn_service", "outturn_projector", "outturn_sequencer")


@pytest.fixture
def kept(database: str) -> Iterator[str]:
    """A ledger whose superuser did what the guide shows."""
    [statement] = [one for one in blocks(text_of(GUIDE), "sql") if "advisory" in one]
    with psycopg.connect(database) as superuser:
        superuser.execute(statement.encode())
    yield database


def takes_the_door(url: str, role: str) -> bool:
    """Whether a login of this role gets at the lock that every append waits for."""
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(role)))
        try:
            connection.execute("SELECT pg_advisory_xact_lock(7310001, 1)")
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True


def test_whoever_only_reads_cannot_keep_others_from_writing(kept: str) -> None:
    assert not takes_the_door(kept, "outturn_reader")


@pytest.mark.parametrize("role", NEEDED_BY)
def test_whoever_works_with_a_lock_gets_it(kept: str, role: str) -> None:
    assert takes_the_door(kept, role)


def test_the_service_writes_as_before(kept: str) -> None:
    with application(kept) as app:
        event = BlockSet(code="b", title="A block")
        assert 1 == app.append([recorded(uuid4(), 1, event)], commit()).first_position
