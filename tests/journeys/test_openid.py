"""Signing in by way of a provider of OpenID Connect, which runs as a process of its own."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import openid_provider
import psycopg
import pytest
import servers
from apart import awaited
from services import Served, at_database, done_well, outturn, serving
from signing import NO_TLS, Signing, whose

from http_api import openid
from http_api.app import POOL_SIZE
from http_api.openid import Provider
from http_api.problems import HttpProblem
from http_api.settings import OpenId
from ledger.people import put_person
from ledger.person import Person
from policies.refusals_sign_in import ProviderRefused

BACK = "/sign-in/openid/answer"
PEOPLE = ("asha", "ben", "carys", "dev", "ewa", "fay", "gwen", "hugh")


@dataclass
class World:
    """A service whose people sign in with a provider."""

    url: str  # of the database
    served: Served
    provider: openid_provider.Provider

    def says(self, account: dict[str, Any] | None, **more: Any) -> None:
        """Say whom the provider has signed in, and what is wrong with its answer."""
        known = {} if account is None else {"account": account}
        self.provider.say(back=f"{self.served.url}{BACK}", **known, **more)

    def browser(self) -> httpx.Client:
        """A browser without cookies."""
        return httpx.Client(base_url=self.served.url, timeout=30, verify=NO_TLS)

    def rows(self, statement: str, *given: Any) -> list[Any]:
        """What is in the database."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            done = connection.execute(statement.encode(), given)
            return done.fetchall() if done.description else []


@contextmanager
def worlds(embedded_server: servers.Server) -> Iterator[World]:
    """A world with these people, until it is left."""
    with ExitStack() as stack:
        url = stack.enter_context(embedded_server.fresh_database())
        with psycopg.connect(url) as connection:
            for name in PEOPLE:
                email = f"{name}@county.example"
                put_person(connection, Person(id=name, name=name.title(), email=email))
            for name in ("twin.one", "twin.two"):
                put_person(connection, Person(id=name, name=name, email="twins@county.example"))
        provider = stack.enter_context(openid_provider.running())
        served = stack.enter_context(serving(at_database(url) | provider.environment))
        yield World(url, served, provider)


@pytest.fixture(scope="module")
def world(embedded_server: servers.Server) -> Iterator[World]:
    with worlds(embedded_server) as made:
        yield made


def account(name: str, **changed: Any) -> dict[str, Any]:
    """Who somebody is for the provider."""
    email = f"{name}@county.example"
    return {"sub": f"subject of {name}", "email": email, "email_verified": True, **changed}


def went(browser: httpx.Client, going_on: str = "") -> str:
    """Go to the provider and be sent back: the address of the answer."""
    asked = browser.get("/sign-in/openid", params={"next": going_on} if going_on else None)
    assert 302 == asked.status_code, asked.text
    sent = httpx.get(asked.headers["location"], verify=NO_TLS)
    assert 302 == sent.status_code, sent.text
    return str(sent.headers["location"])


def signed_in(browser: httpx.Client, going_on: str = "") -> httpx.Response:
    """The whole way, up to our own answer."""
    return browser.get(went(browser, going_on))


def test_the_page_to_sign_in_leads_to_the_provider_and_back_to_where_one_wanted_to_go(
    world: World,
) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        page = browser.get("/sign-in", params={"next": "/account?a=1&b=2"}).text
        assert "Sign in with County sign-in" in page
        answer = signed_in(browser, "/account?a=1&b=2")

        assert (303, "/account?a=1&b=2") == (answer.status_code, answer.headers["location"])
        assert "asha" == whose(browser)


def test_what_is_asked_for_is_a_code_with_a_challenge_and_nothing_is_told_twice(
    world: World,
) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        asked = [browser.get("/sign-in/openid").headers["location"] for _ in range(2)]
    first, second = ({k: v[0] for k, v in parse_qs(urlsplit(a).query).items()} for a in asked)
    once = {"state", "nonce", "code_challenge"}

    assert {
        "response_type": "code",
        "client_id": openid_provider.CLIENT,
        "redirect_uri": f"{world.served.url}{BACK}",
        "scope": "openid email",
        "code_challenge_method": "S256",
    } == {name: text for name, text in first.items() if name not in once}
    assert all(first[name] != second[name] and len(first[name]) >= 43 for name in once)


def test_the_cookie_of_a_sign_in_is_for_this_site_short_lived_and_gone_afterwards(
    world: World,
) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        begun = browser.get("/sign-in/openid").headers["set-cookie"]
        browser.cookies.clear()
        answer = signed_in(browser)
        kept = dict(browser.cookies)

    assert begun.startswith("outturn-openid=")
    assert {"Path=/", "HttpOnly", "SameSite=lax", "Max-Age=600"} <= set(begun.split("; "))
    assert 2 == len(answer.headers.get_list("set-cookie"))
    assert {"outturn"} == set(kept)


def test_a_long_way_on_is_not_kept(world: World) -> None:
    world.says(account("asha"))
    world.rows("DELETE FROM people.openid_begun")
    with world.browser() as browser:
        long = browser.get("/sign-in/openid", params={"next": f"/{'x' * 2_000}"})
    assert 302 == long.status_code
    assert [("/",)] == world.rows("SELECT going_on FROM people.openid_begun")


@pytest.mark.parametrize(
    ("who", "told"),
    [
        (account("ben", email_verified=False), "has not verified that address"),
        (account("ben", email_verified="yes"), "has not verified that address"),
        (account("ben", email_verified=None), "has not verified that address"),
        (account("zoe"), "nobody here has that address"),
        (account("ben", email=""), "does not say by which address"),
        (account("twins"), "several people here have it"),
        (account("<b>zoe</b>"), "&lt;b&gt;zoe&lt;/b&gt;@county.example"),
    ],
)
def test_whom_nobody_here_knows_is_told_so_and_whom_to_ask(
    world: World, who: dict[str, Any], told: str
) -> None:
    world.says(who)
    with world.browser() as browser:
        answer = signed_in(browser)

        assert 403 == answer.status_code
        assert told in answer.text
        assert "ask an administrator" in answer.text
        assert "You are known to County sign-in" in answer.text
        assert "" == whose(browser)


@pytest.mark.parametrize(
    ("edov", "email_verified", "lets_in"),
    [(True, ..., True), ("1", ..., True), (False, ..., False), (True, False, False)],
)
def test_who_has_microsofts_word_for_an_address_is_let_in_by_it(
    world: World, edov: object, email_verified: object, lets_in: bool
) -> None:
    """Entra ID never says ``email_verified``; its user information has an address of any kind."""
    known = {"xms_edov": edov, "email_verified": email_verified}
    who = {name: said for name, said in account("hugh", **known).items() if said is not ...}
    world.rows("DELETE FROM people.subject WHERE person = 'hugh'")
    world.says(who)
    with world.browser() as browser:
        assert (303 if lets_in else 403) == signed_in(browser).status_code
        assert ("hugh" if lets_in else "") == whose(browser)


def test_whoever_came_once_is_known_by_their_subject_though_the_address_changed(
    world: World,
) -> None:
    with world.browser() as browser:
        world.says(account("carys", email="CARYS@county.example"))
        assert 303 == signed_in(browser).status_code
        browser.cookies.clear()
        world.says(account("carys", email="married@elsewhere.example", email_verified=False))
        assert 303 == signed_in(browser).status_code

        assert "carys" == whose(browser)


def test_an_address_given_to_somebody_else_does_not_make_them_the_person_who_had_it(
    world: World,
) -> None:
    other = account("dev", sub="somebody new")
    with world.browser() as browser:
        world.says(account("dev"))
        assert 303 == signed_in(browser).status_code
        browser.cookies.clear()
        world.says(other)
        refused = signed_in(browser)

        assert 403 == refused.status_code
        assert "another account of County sign-in" in refused.text
        assert "" == whose(browser)

        printed = outturn("person", "unlink", "dev", "--json", where=world.served.where)
        assert {"person": "dev", "changed": True} == done_well(printed).document
        assert 303 == signed_in(browser).status_code
        assert "dev" == whose(browser)


def test_whose_account_is_closed_is_told_so_though_the_provider_knows_them(world: World) -> None:
    with world.browser() as browser:
        world.says(account("gwen"))
        for command, status in (("close", 409), ("reopen", 303)):
            done_well(outturn("person", command, "gwen", where=world.served.where))
            answer = signed_in(browser)
            assert status == answer.status_code
            assert ("This account is closed" in answer.text) is (command == "close")
            assert ("gwen" if command == "reopen" else "") == whose(browser)


def test_user_information_is_asked_for_where_the_token_does_not_tell_the_address(
    world: World,
) -> None:
    with world.browser() as browser:
        world.says(account("ewa"), user_info={"name": "Ewa"})
        assert 303 == signed_in(browser).status_code
        assert "ewa" == whose(browser)

        browser.cookies.clear()
        world.says(account("fay"), user_info={"sub": "somebody else"})
        assert 401 == signed_in(browser).status_code


def test_an_answer_is_good_once_and_in_the_browser_that_asked(world: World) -> None:
    world.says(account("asha"))
    with world.browser() as browser, world.browser() as other:
        answer = went(browser)
        begun = browser.cookies["outturn-openid"]
        elsewhere = other.get(answer)
        assert 400 == elsewhere.status_code
        assert "was not begun in this browser" in elsewhere.text

        wrong = browser.get(answer.replace("state=", "state=x"))
        assert 400 == wrong.status_code  # which spends nothing
        assert 303 == browser.get(answer).status_code
        browser.cookies.clear()
        browser.cookies["outturn-openid"] = begun
        assert 400 == browser.get(answer).status_code
        assert "" == whose(browser)


def test_a_sign_in_that_took_too_long_is_begun_again(world: World) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        answer = went(browser)
        world.rows(
            "UPDATE people.openid_begun SET began_at = %s",
            datetime.now(UTC) - timedelta(minutes=10, seconds=1),
        )
        assert 400 == browser.get(answer).status_code
        assert 303 == signed_in(browser).status_code
        assert [] == world.rows("SELECT sha256 FROM people.openid_begun")


@pytest.mark.parametrize(
    "wrong",
    [
        {"claims": {"nonce": "another"}},
        {"claims": {"nonce": None}},
        {"claims": {"aud": "another client"}},
        {"claims": {"aud": None}},
        {"claims": {"aud": [openid_provider.CLIENT, "another client"]}},
        {"claims": {"azp": "another client"}},
        {"claims": {"iss": "https://elsewhere.example"}},
        {"claims": {"exp": -70}},
        {"claims": {"exp": None}},
        {"claims": {"iat": 70}},
        {"claims": {"sub": ""}},
        {"claims": {"at_hash": "of another token"}},
        {"signed": "not at all"},
        {"signed": "with the client's secret"},
        {"signed": "by somebody else"},
        {"answer": {"iss": "https://elsewhere.example"}},
        {"answer": {"code": "never given"}},
        {"answer": {"error": "server_error"}},
    ],
    ids=str,
)
def test_an_answer_that_cannot_be_relied_on_signs_nobody_in(
    world: World, wrong: dict[str, Any]
) -> None:
    world.says(account("asha"), **wrong)
    with world.browser() as browser:
        answer = signed_in(browser)

        assert 401 == answer.status_code
        assert "County sign-in did not say who you are" in answer.text
        assert {"outturn-openid"} == set(browser.cookies)
        assert "" == whose(browser)


def test_clocks_may_differ_by_a_minute(world: World) -> None:
    world.says(account("asha"), claims={"iat": 50, "exp": -50})
    with world.browser() as browser:
        assert 303 == signed_in(browser).status_code


def test_whoever_says_no_at_the_provider_is_shown_nothing_of_what_it_wrote(world: World) -> None:
    world.says(None)
    with world.browser() as browser:
        answer = signed_in(browser)

    assert 401 == answer.status_code
    assert "<script>no" not in answer.text
    assert "There is a problem" in answer.text


def test_a_provider_may_change_its_key(world: World) -> None:
    for _ in range(2):  # from RSA to an elliptic curve, and back
        world.says(account("asha"), rotate=True)
        with world.browser() as browser:
            assert 303 == signed_in(browser).status_code


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_after_the_sign_in_nobody_is_led_to_another_site(world: World, evil: str) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        answer = signed_in(browser, evil)

    assert (303, "/") == (answer.status_code, answer.headers["location"])


def test_the_session_a_browser_came_with_ends_and_a_new_one_begins(world: World) -> None:
    world.says(account("asha"))
    with world.browser() as browser:
        signed_in(browser)
        former = browser.cookies["outturn"]
        signed_in(browser)
        assert former != browser.cookies["outturn"]
        browser.cookies.clear()
        browser.cookies["outturn"] = former

        assert "" == whose(browser)


def test_whoever_waits_for_a_silent_provider_keeps_nobody_else_waiting(world: World) -> None:
    """More of them than there are threads, and they are signed in when it speaks again."""
    world.says(account("asha"))
    with ExitStack() as stack:
        browsers = [stack.enter_context(world.browser()) for _ in range(POOL_SIZE + 1)]
        answers = [went(browser) for browser in browsers]
        other = stack.enter_context(world.browser())
        pool = stack.enter_context(ThreadPoolExecutor(len(browsers)))
        with world.provider.silent():
            waiting = [pool.submit(one.get, to) for one, to in zip(browsers, answers, strict=True)]
            assert 200 == other.get("/health/ready").status_code
            assert [] == [one for one in waiting if one.done()]
        assert {303} == {one.result().status_code for one in waiting}


def test_a_provider_that_is_away_is_said_to_be_with_what_else_can_be_done(
    embedded_server: servers.Server,
) -> None:
    """In a world of its own, since it does not come back."""
    with worlds(embedded_server) as world, world.browser() as browser:
        world.says(account("asha"))
        answer = went(browser)
        world.provider.end()
        away = browser.get(answer)

    assert 503 == away.status_code
    assert "1" == away.headers["retry-after"]
    assert "County sign-in does not answer: try again in a moment" in away.text
    assert '<form method="post" action="/sign-in"' in away.text


# Of a provider whose first word is wrong already, no service is needed


def asked(issuer: str) -> str:
    """What becomes of going to a provider."""

    async def ask() -> str:
        provider = Provider(OpenId(issuer=issuer, client_id="us", name="Theirs"))
        try:
            return await provider.address("outturn_secret", "https://outturn.example/back")
        finally:
            await provider.close()

    return awaited(ask())


def test_a_provider_that_was_never_there_is_away() -> None:
    with pytest.raises(HttpProblem) as problem:
        asked("http://127.0.0.1:9")
    assert (503, "provider-away") == (problem.value.status, problem.value.code)


@pytest.mark.parametrize("limit", ["STEP_SECONDS", "WHOLE_SECONDS"])
def test_a_provider_that_says_nothing_is_away_after_a_while(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(openid, limit, 0.1)
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(HttpProblem) as problem:
        asked(f"http://127.0.0.1:{silent.getsockname()[1]}")
    assert (503, "provider-away") == (problem.value.status, problem.value.code)


@pytest.mark.parametrize("issuer", ["http://login.example", "ftp://login.example", "login.example"])
def test_a_provider_is_asked_by_https_alone_but_on_this_computer(issuer: str) -> None:
    with pytest.raises(ProviderRefused):
        asked(issuer)


def test_a_provider_that_calls_itself_otherwise_is_not_relied_on() -> None:
    with openid_provider.running() as provider, pytest.raises(ProviderRefused):
        asked(provider.issuer.replace("127.0.0.1", "localhost"))


def test_without_a_provider_there_is_no_way_to_one(signing: Signing) -> None:
    with signing.browser() as browser:
        assert "/sign-in/openid" not in browser.get("/sign-in").text
        for path in ("/sign-in/openid", BACK):
            assert 404 == browser.get(path).status_code
