"""A database that answers and says no: the line says that, and what to correct."""

import re
from collections.abc import Iterator

import psycopg
import pytest
import servers
from services import at_database, outturn

from http_api.database import why_unreachable

LOGIN = "outturn_test_login"  # may log in, and nothing else


@pytest.fixture
def address(embedded_server: servers.Server) -> Iterator[str]:
    """Where an empty database is that somebody else owns."""
    name = "outturn_test_owned"
    with psycopg.connect(embedded_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        connection.execute(f"CREATE ROLE {LOGIN} LOGIN")
        yield re.sub(r"/\w+\?", f"/{name}?", embedded_server.url)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        connection.execute(f"DROP ROLE {LOGIN}")


def logging_in_as(login: str, address: str) -> str:
    """The same address for another login."""
    return re.sub(r"//[^@]*@", f"//{login}@", address)


def test_a_login_that_may_not_migrate_is_told_which_may(address: str) -> None:
    done = outturn("migrate", where=at_database(logging_in_as(LOGIN, address)))

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "permission denied" in line
    assert "migrate as the one that owns the database" in line


def test_a_server_that_refuses_is_not_said_to_be_silent(address: str) -> None:
    done = outturn("migrate", where=at_database(logging_in_as("nobody_here", address)))

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert line.startswith("The database at OUTTURN_DATABASE_URL answers, and refuses (")
    assert "nobody_here" in line


def test_a_wrong_password_is_called_one() -> None:
    error = psycopg.OperationalError(
        'connection failed: FATAL:  password authentication failed for user "outturn_app"'
    )
    assert "answers, but the name or password is wrong (" in why_unreachable(error)
