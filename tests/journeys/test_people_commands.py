"""Seeing to people on the command line: links, access tokens, and what the public is shown."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import services
from services import Done, done_well, ledger, outturn

from http_api import clock
from ledger.accounts import Visitor, holder_of_link
from ledger.event import LONDON
from ledger.tokens import holder_of

__all__ = ["ledger"]
Where = Mapping[str, str]


def rows(where: Where, statement: str) -> list[Any]:
    """What is in the database."""
    with psycopg.connect(where["OUTTURN_DATABASE_URL"]) as connection:
        return connection.execute(statement.encode()).fetchall()


def refused(done: Done) -> str:
    """The one line that a command said on its way out."""
    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    return line


def test_a_link_is_for_one_person_and_is_kept_as_a_digest(ledger: Where) -> None:
    printed = done_well(outturn("person", "link", "board", "--json", where=ledger)).document
    path, _, secret = printed["link"].rpartition("/")

    assert ("board", "/sign-in/link") == (printed["person"], path)
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        holder = holder_of_link(connection, secret, clock.now())
    assert Visitor(person="board", name="Fay Hughes", partner="county") == holder


@pytest.mark.parametrize(
    ("command", "told"),
    [
        *(
            (command, "There is no person 'nobody': add them with person add.")
            for command in (
                ("person", "link", "nobody"),
                ("person", "unlink", "nobody"),
                ("token", "create", "nobody", "--label", "x"),
                ("token", "list", "nobody"),
                ("token", "revoke", "nobody", "1"),
            )
        ),
        (
            ("token", "create", "board", "--label", "x", "--until", "soon"),
            "'soon' is not a day, such as 2026-10-20.",
        ),
        (
            ("token", "create", "board", "--label", "x", "--until", "2020-01-01"),
            "The end of a token lies in the future.",
        ),
        (
            ("token", "revoke", "board", "4711"),
            "This person has no access token with this number.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said_in_a_line(
    ledger: Where, command: tuple[str, ...], told: str
) -> None:
    assert told in refused(outturn(*command, where=ledger))


def test_a_token_is_made_listed_and_ended(ledger: Where) -> None:
    until = (datetime.now(UTC) + timedelta(days=9)).date()
    scopes = ("--scope", "load", "--scope", "read", "--scope", "load")
    command = ("token", "create", "auditor", "--label", "nightly [load]", *scopes)
    made = done_well(outturn(*command, "--until", str(until), "--json", where=ledger)).document
    assert {"token"} == set(made)
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        holder = holder_of(connection, made["token"], clock.now())
    assert holder is not None
    assert ("auditor", {"load", "read"}) == (holder.person, set(holder.scopes))

    printed = done_well(outturn("token", "list", "auditor", "--json", where=ledger))
    (token,) = printed.document
    assert made["token"] not in printed.out
    assert ("nightly [load]", ["load", "read"]) == (token["label"], token["scopes"])
    assert token["expires_at"].startswith(f"{until}T")
    assert token["last_used_at"] is not None
    assert token["revoked_at"] is None

    number = str(token["id"])
    ends = [done_well(outturn("token", "revoke", "auditor", number, where=ledger)) for _ in "ab"]
    assert [f"{number}: revoked\n", f"{number}: revoked before\n"] == [end.out for end in ends]
    line = done_well(outturn("token", "list", "auditor", where=ledger)).out
    today = datetime.now(LONDON).date()
    assert line.startswith(f"{number}  nightly [load]  load, read  ends or ended {today}  used ")


def test_a_token_may_what_is_usual_unless_it_is_said(ledger: Where) -> None:
    done_well(outturn("token", "create", "board", "--label", "usual", where=ledger))

    assert [(["load", "read", "submit"], None)] == rows(
        ledger, "SELECT scopes, expires_at FROM people.token WHERE person = 'board'"
    )


AGREEMENT = ("--agreement", "county")
SEAL = ("agreement", "seal", "county", "--minute-reference", "5/26")


@pytest.mark.parametrize(
    "command",
    [
        ("load", "FILE", *AGREEMENT),
        ("load", "FILE", *AGREEMENT, "--dry-run"),
        ("role", "assign", "board", "auditor", "county", *AGREEMENT),
        ("role", "end", "board", "board-member", "county", *AGREEMENT),
        ("publish", *AGREEMENT, "--title", "Quarter 2"),
        ("agreement", "apply", str(services.AGREEMENT_FILE)),
        SEAL,
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_nobody_acts_under_a_name_that_is_no_id(
    ledger: Where, tmp_path: Path, command: tuple[str, ...]
) -> None:
    """The actor of an event stands in the record for ever, whatever was typed there."""
    file = tmp_path / "values.csv"
    file.write_text("indicator,area,period,value\n", "utf-8")
    typed = [str(file) if word == "FILE" else word for word in command]
    last = "SELECT max(notification_id) FROM ledger.ledger_events"
    before = rows(ledger, last)

    told = refused(outturn(*typed, "--as", "John Q. Smith, john@x.example", where=ledger))
    assert told.startswith("Error: There is no person 'John Q. Smith, john@x.example': ")
    assert before == rows(ledger, last)


def test_whoever_holds_a_role_is_known_without_a_row(ledger: Where) -> None:
    """As where the record came back from a copy, and the table of people did not."""
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM people.person WHERE id = 'performance'")
    command = ("publish", *AGREEMENT, "--title", "Quarter 3", "--as", "performance")
    done_well(outturn(*command, where=ledger))


def test_a_performance_officer_publishes_and_nobody_else(ledger: Where) -> None:
    """What the operator may too, who has the rights of one; a try of others is recorded."""
    command = ("publish", "--agreement", "county", "--title", " Quarter  2 2026/27 ")
    tried = outturn(*command, "--as", "entry.homes", where=ledger)
    assert "a person must be a performance officer" in refused(tried)
    printed = done_well(outturn(*command, "--json", where=ledger)).document
    blank = outturn("publish", "--agreement", "county", "--title", " ", where=ledger)
    assert "has a title of 1 to 200 characters" in refused(blank)

    recorded = rows(
        ledger,
        "SELECT notification_id, topic, convert_from(state, 'UTF8')::jsonb ->> 'title',"
        " convert_from(state, 'UTF8')::jsonb ->> 'action' FROM ledger.ledger_events"
        " ORDER BY notification_id DESC LIMIT 2",
    )
    assert [
        (printed["position"], "figures-published", "Quarter 2 2026/27", None),
        (printed["position"] - 1, "amendment-action-refused", None, "publish-figures"),
    ] == recorded


@pytest.mark.parametrize(
    ("lock", "command"),
    [
        ("7310006, 1", ("person", "add", "zed", "--name", "Zed", "--email", "zed@x.example")),
        ("7310001, 1", ("role", "assign", "zed", "auditor", "county", "--agreement", "county")),
    ],
)
def test_whoever_finds_the_record_held_for_long_is_told_so(
    ledger: Where, lock: str, command: tuple[str, ...]
) -> None:
    done_well(
        outturn("person", "add", "zed", "--name", "Zed M", "--email", "zed@x.example", where=ledger)
    )
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        connection.execute(f"SELECT pg_advisory_xact_lock({lock})".encode())
        told = refused(outturn(*command, where=ledger))
    assert "Others are writing and the record was not free in time: try again." == told
