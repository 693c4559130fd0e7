"""Accounts, where HTTP would be clumsy: the work a try costs, what is counted, races."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import psycopg
import pytest
import servers
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from ledger import accounts, openid
from ledger.people import put_person
from ledger.person import Person
from ledger.tries import Whence
from policies.refusals_sign_in import (
    LinkSpent,
    SignInFailed,
    SignInNotBegun,
    TooManyTries,
    UnknownHere,
)
from policies.sign_in import (
    LINK_HOLDS,
    LONGEST_PASSWORD,
    MOST_BEGUN_FROM_AN_ADDRESS,
    MOST_TRIES,
    OPENID_HOLDS,
    SESSION_HOLDS,
    TRIES_WITHIN,
)

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
GUESS = "a guess"
HERE = "192.0.2.1"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
LATER = AT - MINUTE + TRIES_WITHIN + SECOND

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def database(embedded_server: servers.Server) -> Iterator[str]:
    with embedded_server.fresh_database() as url:
        with psycopg.connect(url) as connection:
            for name in ("asha", "ben"):
                put_person(connection, Person(id=name, name=name, email=f"{name}@x.example"))
            accounts.set_password(connection, "asha", PASSWORD, AT)
        yield url


@pytest.fixture
def connection(database: str) -> Iterator[Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("SET ROLE outturn_service")
        yield connection
        connection.execute("DELETE FROM people.failed_try")


def tried(connection: Connection, name: str, password: str = GUESS, **more: Any) -> str:
    """What becomes of a try."""
    given = {"whence": Whence(more.pop("address", HERE)), "at": AT, **more}
    try:
        return accounts.prove(connection, name, password, **given)
    except (SignInFailed, TooManyTries) as refusal:
        return refusal.code


@pytest.mark.parametrize("name", ["asha", "asha@x.example", "ben", "nobody", ""])
def test_every_try_costs_one_check_of_a_hash_whoever_it_is_for(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """So that the time of an answer tells nobody who has an account: the same parameters, too."""
    checked: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        checked.append(kept.rpartition("$")[0].rpartition("$")[0])
        return real(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert "sign-in-failed" == tried(connection, name)
    assert ["$argon2id$v=19$m=65536,t=3,p=4"] == checked


@pytest.mark.parametrize("name", ["asha", "nobody"])
@pytest.mark.timeout(30)
def test_a_password_longer_than_any_can_be_costs_one_check_and_no_look(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What is behind its first letters is read nowhere: to put marks in order takes for ever."""
    checked: list[str] = []
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        checked.append(password)
        return real(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    assert "sign-in-failed" == tried(connection, name, "a" + "\u0301" * 90_000 + "\u0316" * 90_000)
    assert "sign-in-failed" == tried(connection, name, PASSWORD + " " * LONGEST_PASSWORD)
    assert ["", ""] == checked


def test_after_too_many_no_hash_is_checked_any_more(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(MOST_TRIES.of_both):
        assert "sign-in-failed" == tried(connection, "asha")
    monkeypatch.setattr(PasswordHasher, "verify", None)

    assert "too-many-tries" == tried(connection, "asha", PASSWORD)


def test_of_many_tries_at_once_no_more_are_looked_at_than_in_turn(
    database: str, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is counted before it is looked at; those that are not looked at are not counted."""
    looked_at: list[str] = []

    def verify(_: PasswordHasher, kept: str, password: str) -> bool:
        looked_at.append(password)
        time.sleep(0.3)
        raise VerifyMismatchError

    monkeypatch.setattr(PasswordHasher, "verify", verify)

    def guess(number: int) -> str:
        with psycopg.connect(database, autocommit=True) as mine:
            return tried(mine, "asha", f"guess {number}")

    with ThreadPoolExecutor(20) as pool:
        became = list(pool.map(guess, range(20)))
    assert len(looked_at) <= MOST_TRIES.of_both
    assert 20 - len(looked_at) == became.count("too-many-tries")
    counted = connection.execute("SELECT count(*) FROM people.failed_try").fetchone()
    assert (len(looked_at),) == counted


def keep_failed(connection: Connection, tries: list[tuple[str, str]]) -> None:
    """Tries in vain a minute ago, each of a name from an address."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO people.failed_try (typed, address, at) VALUES (%s, %s, %s)",
            [(sha256(name.encode()).digest(), address, AT - MINUTE) for name, address in tries],
        )


def test_many_guessers_of_one_name_are_stopped_for_a_while(connection: Connection) -> None:
    keep_failed(connection, [("asha", f"203.0.113.{n}") for n in range(MOST_TRIES.of_name)])

    assert "too-many-tries" == tried(connection, "asha", PASSWORD)
    assert "asha" == tried(connection, "asha", PASSWORD, at=LATER)


def test_one_guesser_of_many_names_is_stopped_for_a_while(connection: Connection) -> None:
    keep_failed(connection, [(f"name {n}", "192.0.2.1") for n in range(MOST_TRIES.of_address)])

    assert "too-many-tries" == tried(connection, "asha", PASSWORD)
    assert "asha" == tried(connection, "asha", PASSWORD, address="192.0.2.2")
    assert "asha" == tried(connection, "asha", PASSWORD, at=LATER)


def test_a_hash_of_older_parameters_is_made_anew_when_its_password_is_seen(
    connection: Connection,
) -> None:
    older = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    connection.execute("UPDATE people.account SET password = %s WHERE person = 'asha'", (older,))

    assert "asha" == tried(connection, "asha", PASSWORD)
    (kept,) = connection.execute("SELECT password FROM people.account").fetchone() or ("",)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert "asha" == tried(connection, "asha", PASSWORD)


def test_a_password_is_the_same_on_every_keyboard(connection: Connection) -> None:
    accounts.set_password(connection, "asha", "caf\u00e9 bleu au matin", AT)
    try:
        assert "asha" == tried(connection, "asha", "cafe\u0301 bleu au matin")
    finally:
        accounts.set_password(connection, "asha", PASSWORD, AT)


def test_tries_that_count_no_longer_are_not_kept(connection: Connection) -> None:
    keep_failed(connection, [("ben", f"203.0.113.{n}") for n in range(3)])
    tried(connection, "asha", at=LATER)
    tried(connection, "asha", at=LATER)

    assert (2,) == connection.execute("SELECT count(*) FROM people.failed_try").fetchone()


def test_sessions_and_links_that_nobody_can_use_are_forgotten_and_no_others(
    connection: Connection,
) -> None:
    for number, began in enumerate((AT, AT + MINUTE)):
        accounts.begin_session(connection, "ben", f"session {number}", began)
        accounts.end_session(connection, f"session {number}", began + SECOND)
    accounts.give_link(connection, "ben", "first link", AT)
    accounts.give_link(connection, "ben", "second link", AT + MINUTE)

    accounts.begin_session(connection, "asha", "new session", AT + SESSION_HOLDS)
    accounts.give_link(connection, "asha", "new link", AT + LINK_HOLDS)

    for table, kept in (
        ("session", ("session 1", "new session")),
        ("link", ("second link", "new link")),
    ):
        found = connection.execute(f"SELECT sha256 FROM people.{table}").fetchall()  # noqa: S608
        assert {sha256(secret.encode()).digest() for secret in kept} == {row[0] for row in found}
    for table in ("session", "link"):
        connection.execute(f"DELETE FROM people.{table}")  # noqa: S608


def test_when_a_session_was_used_is_kept_by_the_minute(connection: Connection) -> None:
    accounts.begin_session(connection, "asha", "secret", AT)
    for later, kept in ((59, 0), (61, 61), (100, 61), (122, 122)):
        at = AT + timedelta(seconds=later)
        assert "asha" == getattr(accounts.visitor_of(connection, "secret", at), "person", None)
        (seen,) = accounts.sessions_of(connection, "asha", at)
        assert AT + timedelta(seconds=kept) == seen["seen_at"]


def test_of_two_who_use_a_link_at_once_one_sets_the_password(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        assert accounts.give_link(connection, "ben", "link", AT)

    def spend(password: str) -> str:
        with psycopg.connect(database) as connection:
            try:
                return accounts.spend_link(connection, "link", password, AT)
            except LinkSpent as refusal:
                return refusal.code

    with ThreadPoolExecutor(4) as pool:
        became = sorted(pool.map(spend, [f"number {n} of these words" for n in range(4)]))
    assert ["ben", "link-spent", "link-spent", "link-spent"] == became


def test_a_sign_in_that_was_begun_is_finished_once_by_whoever_is_first(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        openid.begin(connection, "begun", "/account", HERE, AT)

    def finish(_: int) -> str:
        with psycopg.connect(database, autocommit=True) as connection:
            try:
                return openid.finish(connection, "begun", AT + OPENID_HOLDS)
            except SignInNotBegun as refusal:
                return refusal.code

    with ThreadPoolExecutor(4) as pool:
        became = sorted(pool.map(finish, range(4)))
    assert ["/account", *["sign-in-not-begun"] * 3] == became


def test_what_was_begun_long_ago_is_not_kept(connection: Connection) -> None:
    openid.begin(connection, "older", "/", HERE, AT)
    openid.begin(connection, "newer", "/", HERE, AT + OPENID_HOLDS + SECOND)

    assert (1,) == connection.execute("SELECT count(*) FROM people.openid_begun").fetchone()


def test_of_one_address_no_more_than_so_many_sign_ins_are_kept_the_latest(
    connection: Connection,
) -> None:
    """None is refused: else one could keep out everybody behind the same address."""
    connection.execute("DELETE FROM people.openid_begun")
    openid.begin(connection, "elsewhere", "/", HERE, AT)
    for number in range(MOST_BEGUN_FROM_AN_ADDRESS + 1):
        at = AT + number * SECOND
        openid.begin(connection, f"begun {number}", "/", f"2001:db8::{number:x}", at)
    with pytest.raises(SignInNotBegun):
        openid.finish(connection, "begun 0", at)
    for secret in ("begun 1", f"begun {MOST_BEGUN_FROM_AN_ADDRESS}", "elsewhere"):
        assert "/" == openid.finish(connection, secret, at)


def test_of_all_sign_ins_that_are_begun_no_more_than_so_many_are_kept_the_latest(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("DELETE FROM people.openid_begun")
    monkeypatch.setattr(openid, "MOST_BEGUN", 3)
    for number in range(5):
        openid.begin(connection, f"{number}", "/", f"192.0.2.{number}", AT + number * SECOND)
    assert (3,) == connection.execute("SELECT count(*) FROM people.openid_begun").fetchone()
    with pytest.raises(SignInNotBegun):
        openid.finish(connection, "1", AT)
    assert ["/"] * 3 == [openid.finish(connection, f"{number}", AT) for number in (2, 3, 4)]


@pytest.mark.parametrize("letter", ["\u212a", "\u0130"], ids=["kelvin", "dotted capital i"])
def test_an_address_that_only_looks_like_one_in_capitals_is_of_nobody(
    connection: Connection, letter: str
) -> None:
    """Unicode has small letters for these that are those of ASCII; a provider tells them apart."""
    put_person(connection, Person(id="kit", name="Kit", email="kit@x.example"))
    other = "kit@x.example".replace("k" if letter == "\u212a" else "i", letter)
    claimed = openid.Claimed(issuer="https://x", subject="other", email=other, verified=True)
    with pytest.raises(UnknownHere):
        openid.person_of(connection, claimed, "X")
    accounts.set_password(connection, "kit", PASSWORD, AT)
    assert "sign-in-failed" == tried(connection, other, PASSWORD)
    assert "kit" == tried(connection, "KIT@X.example", PASSWORD)


def test_nobody_is_given_a_link_or_a_password_who_is_not_there(connection: Connection) -> None:
    assert not accounts.give_link(connection, "zoe", "link of nobody", AT)
    with pytest.raises(LinkSpent):
        accounts.holder_of_link(connection, "link of nobody", AT)


def test_a_hash_made_anew_takes_the_place_of_no_other_password(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One was set while the former was looked at, whose hash was of older parameters."""
    older = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(PASSWORD)
    connection.execute("UPDATE people.account SET password = %s WHERE person = 'asha'", (older,))
    real = PasswordHasher.verify

    def verify(hasher: PasswordHasher, kept: str, password: str) -> bool:
        accounts.set_password(connection, "asha", "three quite other words", AT)
        return real(hasher, kept, password)

    monkeypatch.setattr(PasswordHasher, "verify", verify)
    try:
        with pytest.raises(SignInFailed):
            accounts.sign_in(connection, "asha", PASSWORD, "secret", Whence(HERE), AT)
        monkeypatch.undo()
        assert "sign-in-failed" == tried(connection, "asha", PASSWORD)
        assert "asha" == tried(connection, "asha", "three quite other words")
    finally:
        accounts.set_password(connection, "asha", PASSWORD, AT)


def test_whoever_signs_out_everywhere_can_ask_again_where_it_failed(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Sessions do not end without the tokens: it is asked for in one of them."""

    def away(*_: object) -> int:
        raise psycopg.OperationalError("the database went away")

    accounts.begin_session(connection, "ben", "asking again", AT)
    monkeypatch.setattr(accounts, "revoke_tokens", away)
    with pytest.raises(psycopg.OperationalError):
        accounts.end_all(connection, "ben", AT)
    found = accounts.visitor_of(connection, "asking again", AT)
    assert found is not None
    assert "ben" == found.person
