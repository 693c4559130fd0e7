"""A database made as the guide shows: one login that owns the schema, and one for the service."""

import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import servers
from documents import blocks, text_of
from services import AGREEMENT_FILE, at_database, done_well, outturn

GUIDE = "how-to/run-on-your-own-postgresql.md"
SELF_GRANT_SINCE = 16  # the version of PostgreSQL that knows the setting


def shown(word: str) -> list[str]:
    """The statements of the guide's block in which this stands."""
    [block] = [one for one in blocks(text_of(GUIDE), "sql") if word in one]
    lines = (line.partition(" -- ")[0] for line in block.splitlines())
    return [one.strip() for one in "\n".join(lines).split(";") if one.strip()]


def as_superuser(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as superuser:
        for statement in statements:
            superuser.execute(statement.encode())


def login(url: str, name: str) -> str:
    """The guide's database, by this login."""
    split = urlsplit(url)
    host = split.netloc.rpartition("@")[2]
    return split._replace(netloc=f"{name}@{host}", path="/outturn").geturl()


@pytest.fixture(params=[servers.embedded, servers.system], ids=["embedded", "system"])
def new_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """The superuser's URL of a server on which nobody ever migrated: roles belong to servers."""
    starting: AbstractContextManager[servers.Server] = request.param()
    try:
        with starting as server:
            yield server.url
    except servers.NoServer as missing:
        pytest.skip(str(missing))


def test_two_logins_are_enough(new_server: str) -> None:
    with psycopg.connect(new_server) as connection:
        knows = connection.info.server_version >= SELF_GRANT_SINCE * 10_000
    as_superuser(
        new_server, *(one for one in shown("CREATE ROLE") if knows or "self_grant" not in one)
    )
    admin, app = (login(new_server, name) for name in ("outturn_admin", "outturn_app"))
    applied = done_well(outturn("migrate", where=at_database(admin))).out
    assert "0017_logs_begun_anew.sql" in applied
    done_well(outturn("projections", "rebuild", where=at_database(admin)))
    as_superuser(new_server, *shown("TO outturn_app"))

    done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=at_database(app)))
    done_well(outturn("projections", "rebuild", where=at_database(app)))
    found = done_well(outturn("status", "--agreement", "county", "--json", where=at_database(app)))
    assert found.document["rows"]
    begins_anew_by_who_migrates(app, admin)
    with psycopg.connect(admin) as connection, pytest.raises(psycopg.Error, match="only ever"):
        connection.execute("DELETE FROM ledger.ledger_events")


def begins_anew_by_who_migrates(app: str, admin: str) -> None:
    """A lost signer: the login of the service may not begin another log."""
    where = at_database(app)
    done_well(outturn("checkpoint", where=where))
    shutil.rmtree(Path(where["OUTTURN_HOME"]) / "signer")
    refused = outturn("log", "begin-anew", "--signer-is-lost", where=where)
    assert (2, "") == (refused.status, refused.out)
    assert "has to name the one that migrates" in refused.err
    elsewhere = outturn("log", "begin-anew", where={**where, "OUTTURN_DATABASE_URL": admin})
    assert (2, "") == (elsewhere.status, elsewhere.out)
    assert "The signer of this ledger is not here." in elsewhere.err
    done_well(
        outturn(
            "log", "begin-anew", "--signer-is-lost", where={**where, "OUTTURN_DATABASE_URL": admin}
        )
    )
    done_well(outturn("verify", where=where))
