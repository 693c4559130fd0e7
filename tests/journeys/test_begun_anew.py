"""A restored backup lost signed events: what the operator does, and what an auditor sees."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import servers
from journeys.pacts import FILE as PACT_FILE
from proofs_stage import alter, forged, put_aside, put_back
from services import AGREEMENT_FILE, at_database, done_well, outturn, serving

Where = dict[str, str]


def checkpoint(where: Where, *options: str) -> dict[str, Any]:
    document: dict[str, Any] = done_well(
        outturn("checkpoint", "--json", *options, where=where)
    ).document
    return document


def copied(url: str, source: str, target: str) -> None:
    """A database as the copy of another, as a backup is made and restored."""
    administration = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(administration, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{target}"'.encode())
        connection.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"'.encode())


@pytest.fixture(scope="module")
def restored(
    embedded_server: servers.Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Where, Path]]:
    """A ledger as its backup was, without the agreement that was recorded and signed since.

    And what an auditor kept: the key, and a checkpoint of before and of after the backup.
    """
    kept = tmp_path_factory.mktemp("kept")
    with embedded_server.fresh_database() as url:
        where, name = at_database(url), urlsplit(url).path[1:]
        done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=where))
        before = checkpoint(where)
        (kept / "key").write_text(before["key"])
        (kept / "before").write_text(before["checkpoint"])
        copied(url, name, f"{name}_backup")
        done_well(outturn("agreement", "apply", PACT_FILE, where=where))
        (kept / "after").write_text(checkpoint(where)["checkpoint"])
        copied(url, f"{name}_backup", name)
        yield where, kept


def test_it_is_signed_on_and_says_what_was_lost(
    restored: tuple[Where, Path], tmp_path: Path
) -> None:
    where, kept = restored
    size, lost = (int((kept / name).read_text().split("\n")[1]) for name in ("before", "after"))
    refused = outturn("checkpoint", where=where)
    assert 2 == refused.status
    assert f"The signer signed a ledger of {lost} events and there are {size}" in refused.err
    assert "outturn log begin-anew" in refused.err

    done = done_well(outturn("log", "begin-anew", where=where))
    assert f"of the {lost:,} events signed before, the first {size:,}" in done.out
    pages_tell(where, kept, size, lost)
    now = checkpoint(where)
    assert now["key"] in done.out
    assert now["size"] > size

    again = outturn("log", "begin-anew", where=where)
    assert (2, "") == (again.status, again.out)
    assert "there is nothing to begin anew" in again.err
    told = done_well(outturn("log", "list", "--json", where=where)).document["logs"]
    assert [(1, None), (2, size)] == [(each["number"], each["agreed"]) for each in told]
    lines = done_well(outturn("log", "list", where=where)).out.splitlines()
    assert lines[0].endswith("the first")
    assert f"of the {lost:,} events signed before, the first {size:,} are there" in lines[1]

    held = done_well(outturn("verify", "--json", where=where)).document
    assert (now["size"], "of its signer", 1) == (held["size"], held["key"], held["remembered"])
    assert 1 == held["former_logs"]
    said = done_well(outturn("verify", where=where)).out.splitlines()[-1]
    assert "They begin with what was signed under 1 earlier log." == said
    former = done_well(outturn("verify", "--log", "1", "--json", where=where)).document
    assert (size, "of its signer", 0) == (former["size"], former["key"], former["remembered"])

    bundles_tell(where, kept, tmp_path, now["key"])


def bundles_tell(where: Where, kept: Path, folder: Path, new_key: str) -> None:
    """With the former key what is there holds, and what was lost does not; nor the new log."""
    new, former = folder / "new.zip", folder / "former.zip"
    done_well(outturn("bundle", new, where=where))
    done_well(outturn("bundle", former, "--log", "1", where=where))
    done_well(outturn("verify", new, "--key", new_key, where={}))
    held = outturn(
        "verify", former, "--key", kept / "key", "--checkpoint", kept / "before", "--json", where={}
    )
    assert done_well(held).document["checkpoints"] == 1
    shrank = outturn(
        "verify", former, "--key", kept / "key", "--checkpoint", kept / "after", "--json", where={}
    )
    assert (1, "shrank") == (shrank.status, json.loads(shrank.out)["code"])
    other = outturn("verify", new, "--key", kept / "key", where={})
    assert 1 == other.status
    assert "The checkpoint is of " in other.out


def pages_tell(where: Where, kept: Path, size: int, lost: int) -> None:
    """The loss is on the page of now, at once; what was downloaded of before is the same."""
    audit, before = "/agreements/county/audit", {"known_at": f"position:{size}"}
    said = f"since events were lost: of the {lost} events signed before, the first {size} are there"
    with serving(where) as served, served.browser("auditor") as browser:
        logs = browser.get("/api/v1/ledger/logs").json()["logs"]
        assert logs == done_well(outturn("log", "list", "--json", where=where)).document["logs"]
        assert [(None, None, None), ("events-lost", size, lost)] == [
            (each["because"], each["agreed"], each["signed"]) for each in logs
        ]
        assert said in browser.get(audit).text
        done_well(outturn("agreement", "apply", PACT_FILE, where=where))
        assert said in browser.get(audit, params={"min_position": size + 1}).text
        assert "begun anew" not in browser.get(audit, params=before).text
        of_then = browser.get(f"{audit}/checkpoint.txt", params=before)
        assert (kept / "before").read_text() == of_then.text
        assert (kept / "before").read_text() != browser.get(f"{audit}/checkpoint.txt").text


def test_what_was_altered_under_a_log_that_somebody_put_in_is_found(
    embedded_server: servers.Server,
) -> None:
    """The signer of the true one is here, and verify asks it too."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=where))
        size = checkpoint(where)["size"]
        done_well(outturn("verify", where=where))
        change = "UPDATE ledger.commits SET actor = 'ben' WHERE first_position = 1"
        alter(url, "ledger.commits", change)
        with psycopg.connect(url) as connection:
            row = connection.execute(
                "INSERT INTO proofs.log (number, begun_at, because, agreed)"
                " VALUES (2, now(), 'events-lost', %s) RETURNING id",
                (size,),
            ).fetchone()
            assert row is not None
        true = put_aside(url)
        forged(url, f"outturn.local/{row[0]}", size, log=2)
        put_back(url, true)
        done = outturn("verify", "--json", where=where)
        told = json.loads(done.out)
        assert (1, "rewritten") == (done.status, told["code"])
        assert told["detail"].startswith("By what log 1 signed: ")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["checkpoint", "--log", "9"],
            "There is no log 9: outturn log list names those there are.",
        ),
        (["bundle", "FILE", "--log", "9"], "There is no log 9"),
        (["verify", "--log", "9"], "There is no log 9"),
        (["verify", "FILE", "--log", "1"], "--log is of the live ledger"),
        (["checkpoint", "--log", "0"], "is not in the range"),
    ],
)
def test_a_log_that_there_is_not(
    restored: tuple[Where, Path], tmp_path: Path, arguments: list[str], told: str
) -> None:
    where, kept = restored
    file = kept / "key" if arguments[0] == "verify" else tmp_path / "bundle"
    given = [str(file) if each == "FILE" else each for each in arguments]
    done = outturn(*given, where=where)
    assert (2, "") == (done.status, done.out)
    assert told in done.err
    assert not (tmp_path / "bundle").exists()
