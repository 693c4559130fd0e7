"""Accounts that an administrator closes when somebody leaves, and opens again."""

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import httpx
import psycopg
import pytest
from browser.parsed import parsed
from journeys.asking import AGREEMENT, get, refused, said
from services import Done, Served, done_well, outturn
from signing import PASSWORD, Signing, sign_in, whose

from http_api.visitors import TRUSTED_SECONDS
from ledger import accounts
from ledger.people import put_person
from ledger.person import Person
from ledger.tokens import holder_of, keep_token
from policies.refusals_sign_in import ClosedAccount, LinkSpent
from policies.sign_in import Scope

BY_ADMINISTRATOR = "administrator, to close accounts"
PAGE = "/agreements/county/people/accounts"


def now() -> datetime:
    """The moment by which sessions and tokens are good."""
    return datetime.now(UTC)


@pytest.fixture(scope="module")
def here(service: Served) -> Served:
    """The service with a token to administer."""
    with psycopg.connect(service.where["OUTTURN_DATABASE_URL"]) as connection:
        service.tokens[BY_ADMINISTRATOR] = token_of(connection, "administrator")
    return service


@pytest.fixture
def leaver(here: Served) -> Iterator[str]:
    """Somebody who may sign in and has an access token, of a partner of the agreement."""
    person = f"leaver.{secrets.token_hex(4)}"
    with psycopg.connect(here.where["OUTTURN_DATABASE_URL"], autocommit=True) as connection:
        email = f"{person}@county.example"
        put_person(connection, Person(id=person, name="Lee Ver", email=email, partner="county"))
        accounts.set_password(connection, person, PASSWORD, now())
        here.tokens[person] = token_of(connection, person)
    yield person
    del here.tokens[person]


def token_of(connection: psycopg.Connection[tuple[object, ...]], person: str) -> str:
    """A new access token that is good for everything."""
    secret = f"outturn_tests_{secrets.token_urlsafe(32)}"
    assert keep_token(connection, secret, person, "closing", now(), scopes=tuple(Scope))
    return secret


def sent(
    service: Served, person: str, what: str, by: str = BY_ADMINISTRATOR, **headers: str
) -> httpx.Response:
    """Close an account, or open it again."""
    return service.caller(by).post(f"{AGREEMENT}/people/{person}/{what}", headers=headers)


def test_nobody_acts_as_somebody_whose_account_is_closed_until_it_is_opened(
    here: Served, leaver: str
) -> None:
    with here.browser(leaver) as browser, httpx.Client(base_url=here.url, timeout=30) as stranger:
        assert leaver == whose(browser)
        link = done_well(outturn("person", "link", leaver, "--json", where=here.where)).document
        path = link["link"].removeprefix(here.url)
        closed = said(sent(here, leaver, "closure"), 201)

        (told,) = get(here, f"{AGREEMENT}/events", by="auditor", order="newest", limit=1,
                      min_position=closed["position"])["events"]  # fmt: skip
        assert ("account-closed", {"person": leaver}) == (told["type"], told["data"])
        assert "administrator" == told["actor"]
        assert "" == whose(browser)
        time.sleep(TRUSTED_SECONDS)  # a token is asked for anew by then
        refused(here.caller(leaver).get("/api/v1/agreements"), 401, "unknown-token")
        assert 410 == stranger.get(path).status_code
        answer = sign_in(stranger, leaver)
        assert 409 == answer.status_code
        assert (
            "This account is closed: ask an administrator" in parsed(answer.text).one("main").text
        )
        wrong = sign_in(stranger, leaver, "a wrong password")
        assert (401, False) == (wrong.status_code, "closed" in parsed(wrong.text).one("main").text)

        said(sent(here, leaver, "reopening"), 201)
        assert "" == whose(browser)  # what ended stays ended
        refused(here.caller(leaver).get("/api/v1/agreements"), 401, "unknown-token")
        assert 303 == sign_in(stranger, leaver).status_code
        assert leaver == whose(stranger)


def test_what_is_done_already_is_said_and_nothing_is_recorded(here: Served, leaver: str) -> None:
    refused(sent(here, leaver, "reopening"), 409, "account-open")
    said(sent(here, leaver, "closure"), 201)
    head = here.head
    refused(sent(here, leaver, "closure"), 409, "closed-account")
    with here.browser("administrator") as browser:
        link = browser.post(f"{AGREEMENT}/people/{leaver}/sign-in-links")
    refused(link, 409, "closed-account")
    refused(sent(here, "nobody.at.all", "closure"), 422, "unknown-person")
    assert head == here.head
    said(sent(here, leaver, "reopening"), 201)


@pytest.mark.parametrize("what", ["closure", "reopening"])
def test_only_an_administrator_does_it_and_never_to_their_own(
    here: Served, leaver: str, what: str
) -> None:
    refused(sent(here, leaver, what, by=leaver), 403, "no-role")
    refused(sent(here, "administrator", what), 403, "own-account")
    with here.browser("performance") as browser:
        refused(browser.post(f"{AGREEMENT}/people/{leaver}/{what}"), 403, "no-role")
    assert 200 == here.caller(leaver).get("/api/v1/agreements").status_code


def test_the_page_of_accounts_closes_and_opens_them(here: Served, leaver: str) -> None:
    def row(page: httpx.Response) -> str:
        assert 200 == page.status_code, page.text
        rows = [" ".join(row.text.split()) for row in parsed(page.text).every("tr")]
        (found,) = [row for row in rows if leaver in row]
        return found

    with here.browser("administrator") as browser:
        before = browser.get(PAGE)
        assert "Make a link for Lee Ver Close the account of Lee Ver" in row(before)
        (own,) = [each.text for each in parsed(before.text).every("tr")
                  if "Close" not in each.text and "Make a link" in each.text]  # fmt: skip
        assert "administrator" in own

        closed = browser.post(f"{PAGE}/closed", data={"person": leaver})
        assert f"The account {leaver} is closed" in parsed(closed.text).one("main").text
        assert f"closed {now():%-d %B %Y}" in row(closed)
        assert "Open again the account of Lee Ver" in row(closed)
        assert "Make a link" not in row(closed)

        again = browser.post(f"{PAGE}/closed", data={"person": leaver})
        assert 409 == again.status_code
        assert "This account is closed" in parsed(again.text).one("main").text

        opened = browser.post(f"{PAGE}/opened", data={"person": leaver})
        assert f"The account {leaver} is open again" in parsed(opened.text).one("main").text
        assert "Close the account of Lee Ver" in row(opened)


def test_the_command_line_closes_lists_and_opens_them(here: Served, leaver: str) -> None:
    def run(*words: str) -> Done:
        return outturn("person", *words, where=here.where)

    def listed() -> object:
        (one,) = [one for one in done_well(run("list", "--json")).document if one["id"] == leaver]
        return one["closed_at"]

    assert listed() is None
    assert [f"{leaver}: closed\n", f"{leaver}: closed already\n"] == [
        done_well(run("close", leaver)).out for _ in "ab"
    ]
    assert str(listed()).startswith(f"{now():%Y-%m-%d}")
    assert f"closed {now():%Y-%m-%d}" in " ".join(done_well(run("list")).out.split())
    for given in (("person", "link", leaver), ("token", "create", leaver, "--label", "x")):
        refusal = outturn(*given, where=here.where)
        assert (2, "") == (refusal.status, refusal.out)
        assert "This account is closed: ask an administrator to open it again." in refusal.err
    told = [done_well(run("reopen", leaver, "--json")).document for _ in "ab"]
    assert [{"person": leaver, "changed": changed} for changed in (True, False)] == told
    assert "There is no person 'nobody'" in run("close", "nobody").err
    assert "There is no person 'nobody'" in run("reopen", "nobody").err


def test_the_roles_that_nobody_acts_in_any_more_are_told(here: Served, leaver: str) -> None:
    """And each time: another may have been given since."""

    def close(*options: str) -> Done:
        return done_well(outturn("person", "close", leaver, *options, where=here.where))

    def role(act: str, name: str, *days: str) -> None:
        words = (leaver, name, "homes", "--agreement", "county", *days)
        done_well(outturn("role", act, *words, where=here.where))

    role("assign", "entry-officer")
    role("assign", "lead-officer", "--from", "2098-04-01", "--to", "2099-03-31")
    told = close()
    assert f"{leaver}: closed\n" == told.out
    names = ("entry-officer", "lead-officer")
    for name, line in zip(names, told.err.splitlines(), strict=True):
        assert line.startswith(f"{leaver} still is {name} over homes in county, and nobody acts")
    left = [{"agreement": "county", "role": name, "scope": "homes"} for name in names]
    assert {"person": leaver, "changed": False, "roles": left} == close("--json").document
    for name in names:
        role("end", name)
    again = close("--json")
    assert ({"person": leaver, "changed": False, "roles": []}, "") == (again.document, again.err)


Try = Callable[["psycopg.Connection[tuple[object, ...]]", str], object]


def by_session(connection: "psycopg.Connection[tuple[object, ...]]", person: str) -> object:
    """Prove who one is before the account is closed, and begin a session of it after that."""
    secret = secrets.token_urlsafe()
    connection.execute(
        "INSERT INTO people.session (sha256, person, began_at, seen_at, expires_at)"
        " VALUES (sha256(%s), %s, now(), now(), now() + interval '1 day')",
        (secret.encode(), person),
    )
    return accounts.visitor_of(connection, secret, now())


def by_token(connection: "psycopg.Connection[tuple[object, ...]]", person: str) -> object:
    """A token whose making was under way when the account was closed."""
    secret = secrets.token_urlsafe()
    connection.execute(
        "INSERT INTO people.token (sha256, person, label, created_at)"
        " VALUES (sha256(%s), %s, 'late', now())",
        (secret.encode(), person),
    )
    return holder_of(connection, secret, now())


def by_link(connection: "psycopg.Connection[tuple[object, ...]]", person: str) -> object:
    """A link whose making was under way when the account was closed."""
    secret = secrets.token_urlsafe()
    connection.execute(
        "INSERT INTO people.link (sha256, person, made_at, expires_at)"
        " VALUES (sha256(%s), %s, now(), now() + interval '1 day')",
        (secret.encode(), person),
    )
    try:
        return accounts.holder_of_link(connection, secret, now())
    except LinkSpent:
        return None


@pytest.mark.parametrize("way", [by_session, by_token, by_link])
def test_what_was_under_way_when_an_account_was_closed_is_good_for_nothing(
    signing: Signing, way: Try
) -> None:
    """It is written by a transaction that did not see the closing, which did not see it either."""
    person = signing.person("lou")
    with signing.connection() as connection:
        assert way(connection, person) is not None
        assert accounts.close_account(connection, person, now())
        assert way(connection, person) is None
        with pytest.raises(ClosedAccount):
            accounts.begin_session(connection, person, secrets.token_urlsafe(), now())
        assert accounts.reopen_account(connection, person, now())
        for kept, ended in (("session", "ended_at"), ("token", "revoked_at"), ("link", "spent_at")):
            goes_on = f"SELECT FROM people.{kept} WHERE person = %s AND {ended} IS NULL"
            assert [] == signing.rows(goes_on, person)
        assert way(connection, person) is not None


def test_under_a_key_an_account_is_closed_and_opened_once(here: Served, leaver: str) -> None:
    """Sent again it is answered again, and what was done since stays."""
    close, reopen = ({"Idempotency-Key": f"{what} {leaver}"} for what in ("close", "open"))

    closed = said(sent(here, leaver, "closure", **close), 201)
    refused(sent(here, leaver, "closure"), 409, "closed-account")
    assert closed == said(sent(here, leaver, "closure", **close), 201)
    opened = said(sent(here, leaver, "reopening", **reopen), 201)
    assert (closed, opened) == (
        said(sent(here, leaver, "closure", **close), 201),
        said(sent(here, leaver, "reopening", **reopen), 201),
    )
    refused(sent(here, leaver, "reopening"), 409, "account-open")
    refused(sent(here, leaver, "closure", **reopen), 422, "idempotency-key-reused")
