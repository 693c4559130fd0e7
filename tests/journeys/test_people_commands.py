"""Seeing to people on the command line: links, access tokens, and what the public is shown."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from services import Done, done_well, ledger, outturn

from http_api import clock
from ledger.accounts import Visitor, holder_of_link
from ledger.tokens import holder_of

__all__ = ["ledger"]
Where = Mapping[str, str]


def rows(where: Where, statement: str) -> list[Any]:
    """What is in the database."""
    with psycopg.connect(where["OUTTURN_DATABASE_URL"]) as connection:
        return connection.execute(statement.encode()).fetchall()


def refused(done: Done) -> str:
    """What a command said on its way out; click frames some of it."""
    assert (2, "") == (done.status, done.out)
    assert "Traceback" not in done.err
    return " ".join(done.err.replace("│", " ").split())


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
        (("person", "link", "nobody"), "There is no person 'nobody': add them with person add."),
        (
            ("token", "create", "nobody", "--label", "x"),
            "There is no person 'nobody': add them with person add.",
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
    today = datetime.now(UTC).date()
    assert line.startswith(f"{number}  nightly [load]  load, read  ends or ended {today}  used ")


def test_a_token_may_what_is_usual_unless_it_is_said(ledger: Where) -> None:
    done_well(outturn("token", "create", "board", "--label", "usual", where=ledger))

    assert [(["load", "read", "submit"], None)] == rows(
        ledger, "SELECT scopes, expires_at FROM people.token WHERE person = 'board'"
    )


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
