"""Signing in with a password, sessions and their ends, links, and a change of the password."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from services import done_well, outturn
from signing import ADDRESS, PASSWORD, PLAIN, SECURE, Signing, sign_in, whose

from policies.sign_in import (
    BROWSER_KNOWN,
    LINK_HOLDS,
    MOST_TRIES,
    SESSION_HOLDS,
    SESSION_IDLE,
    TRIES_WITHIN,
)

OTHER = "three random words here"
KNOWN = "outturn-known"
SECOND = timedelta(seconds=1)


def cookie_of(answer: httpx.Response) -> tuple[str, str, set[str]]:
    """The name, the secret and the attributes of the first cookie of an answer."""
    sent = answer.headers.get_list("set-cookie")[0]
    (name, _, secret), *more = (part.partition("=") for part in sent.split("; "))
    return name, secret, {"=".join(filter(None, (key, text))) for key, _, text in more}


# The form


@pytest.mark.parametrize(
    "typed", [lambda who: who, lambda who: f"  {who} ", lambda who: f"{who.upper()}@county.EXAMPLE"]
)
def test_whoever_types_their_name_or_address_and_password_is_signed_in(
    signing: Signing, typed: Callable[[str], str]
) -> None:
    person = signing.person("asha")
    with signing.browser() as browser:
        answer = sign_in(browser, typed(person), next="/account?x=1")

        assert (303, "/account?x=1") == (answer.status_code, answer.headers["location"])
        assert person == whose(browser)
        assert "Signed in as" in browser.get("/").text


def test_a_wrong_password_and_a_name_of_nobody_are_answered_alike(signing: Signing) -> None:
    known, without = signing.person("ben"), signing.person("ben", password="")
    pages = []
    with signing.browser() as browser:
        for name in (known, without, "nobody.at.all"):
            answer = sign_in(browser, name, "a wrong password")
            assert 401 == answer.status_code
            assert {} == dict(browser.cookies)
            pages.append(answer.text.replace(name, "NAME"))

    assert "The name and the password do not go together" in pages[0]
    assert "a wrong password" not in pages[0]
    assert 1 == len(set(pages))


@pytest.mark.parametrize("path", ["/sign-in", "/account/password", "/account/tokens"])
def test_whoever_signs_in_sends_little(signing: Signing, path: str) -> None:
    """Strangers send these too, and a body is read before anybody knows who it is of."""
    with signing.browser(session=signing.session(signing.person("large"))) as browser:
        assert 413 == browser.post(path, data={"name": "x" * 20_000}).status_code
        assert 413 != browser.post(path, data={"name": "x" * 19_900}).status_code


def test_a_link_takes_little_too(signing: Signing) -> None:
    with signing.browser() as browser:
        path = f"/sign-in/link/{signing.link(signing.person('large'))}"
        assert 413 == browser.post(path, data={"password": "x" * 20_000}).status_code
        assert 303 == browser.post(path, data={"password": OTHER, "again": OTHER}).status_code


def test_no_password_of_any_length_keeps_others_waiting(signing: Signing) -> None:
    """Marks in the wrong order: to spell them as they should be takes time by their square."""
    person = signing.person("long")
    with signing.browser() as browser:
        began = time.monotonic()
        assert 401 == sign_in(browser, person, "a" + "\u0301" * 1500 + "\u0316" * 1500).status_code
        assert 413 == sign_in(browser, person, "a" + "\u0301" * 90_000).status_code
        assert time.monotonic() - began < 5


def test_an_address_of_two_people_signs_neither_in(signing: Signing) -> None:
    first, second = signing.person("carys"), signing.person("carys")
    signing.rows(
        "UPDATE people.person SET email = 'c@x.example' WHERE id = ANY(%s)", [first, second]
    )
    with signing.browser() as browser:
        assert 401 == sign_in(browser, "c@x.example").status_code
        assert 303 == sign_in(browser, first).status_code


def test_after_five_tries_in_vain_whoever_guesses_has_to_wait_and_nobody_else(
    signing: Signing,
) -> None:
    person, other = signing.person("dev"), signing.person("dev")
    with signing.browser() as browser:
        for _ in range(5):
            assert 401 == sign_in(browser, person, "a guess").status_code
        refused = sign_in(browser, person)
        assert 429 == refused.status_code
        assert "wait a quarter of an hour" in refused.text
        assert 303 == sign_in(browser, other).status_code

        signing.rows("UPDATE people.failed_try SET at = at - %s", TRIES_WITHIN + SECOND)
        assert 303 == sign_in(browser, person).status_code


def test_whoever_signs_in_after_all_begins_to_count_anew(signing: Signing) -> None:
    person = signing.person("dev")
    with signing.browser() as browser:
        for _ in range(2):
            for _ in range(4):
                assert 401 == sign_in(browser, person, "a guess").status_code
            assert 303 == sign_in(browser, person).status_code


def guessed_by_strangers(signing: Signing, person: str) -> None:
    """So often that whoever types the name next is told to wait."""
    signing.rows(
        "INSERT INTO people.failed_try (typed, address, at)"
        " SELECT sha256(name::bytea), '203.0.113.' || n, now()"
        " FROM generate_series(1, %s) n, unnest(%s::text[]) name",
        MOST_TRIES.of_name,
        [person, f"{person}@county.example"],
    )


def test_strangers_who_guess_keep_nobody_out_of_a_browser_they_signed_in_with(
    signing: Signing,
) -> None:
    person, other = signing.person("dot"), signing.person("dot")
    with signing.browser() as browser, signing.browser() as stranger:
        assert 303 == sign_in(browser, person).status_code
        browser.post("/sign-out")
        assert 303 == sign_in(stranger, other).status_code
        guessed_by_strangers(signing, person)
        assert 429 == sign_in(stranger, person).status_code
        assert 303 == sign_in(browser, f"{person}@county.example").status_code
        form = {"password": OTHER, "again": OTHER, "present": PASSWORD}
        assert 303 == browser.post("/account/password", data=form).status_code
        for _ in range(MOST_TRIES.of_both):
            assert 401 == sign_in(browser, person, "a guess").status_code
        assert 429 == sign_in(browser, person, OTHER).status_code


def test_whoever_was_given_a_link_signs_in_with_the_password_they_set(signing: Signing) -> None:
    """Also while strangers guess: who is told to wait is told of a link, too."""
    person = signing.person("dot")
    guessed_by_strangers(signing, person)
    with signing.browser() as browser:
        assert 303 == set_by_link(browser, signing.link(person))
        assert 303 == sign_in(browser, person, OTHER).status_code


def test_a_link_lets_in_whoever_shut_themselves_out_in_their_own_browser(signing: Signing) -> None:
    person = signing.person("dot")
    with signing.browser() as browser:
        assert 303 == sign_in(browser, person).status_code
        browser.cookies.delete("outturn")
        tries = [sign_in(browser, person, "not this one").status_code for _ in range(5)]
        assert 429 not in tries
        assert 429 == sign_in(browser, person).status_code
        assert 303 == set_by_link(browser, signing.link(person))
        assert 303 == sign_in(browser, person, OTHER).status_code


def test_a_browser_is_known_by_a_secret_of_ours_for_a_season(signing: Signing) -> None:
    person, other = signing.person("dot"), signing.person("dot")

    def given(browser: httpx.Client, whose: str) -> tuple[str, set[str]]:
        _, sent = sign_in(browser, whose).headers.get_list("set-cookie")
        secret, *attributes = sent.split("; ")
        return secret, set(attributes)

    with signing.browser() as browser:
        browser.cookies[KNOWN] = "of somebody's own choice"
        secret, attributes = given(browser, person)
    assert secret.startswith(f"{KNOWN}=outturn_")
    assert {"Path=/", "HttpOnly", "SameSite=lax", "Max-Age=7776000"} == attributes
    with signing.browser(signing.secure) as browser:
        over_tls, attributes = given(browser, person)
        assert over_tls.startswith(f"__Host-{KNOWN}=outturn_")
        assert "Secure" in attributes
    with signing.browser() as browser:
        browser.cookies[KNOWN] = secret.partition("=")[2]
        assert secret == given(browser, other)[0]  # a computer that several people use

    guessed_by_strangers(signing, person)
    signing.rows("UPDATE people.known_browser SET seen_at = seen_at - %s", BROWSER_KNOWN + SECOND)
    with signing.browser() as browser:
        browser.cookies[KNOWN] = secret.partition("=")[2]
        assert 429 == sign_in(browser, person).status_code
        assert 303 == sign_in(browser, other).status_code
    ((kept,),) = signing.rows("SELECT count(*) FROM people.known_browser")
    assert 1 == kept


def test_behind_a_proxy_tries_are_counted_where_they_come_from(signing: Signing) -> None:
    """By the last address that the proxy itself added, since anybody can write the others."""
    person = signing.person("ewa")

    def tried(comes_from: str, password: str) -> int:
        with signing.browser(signing.secure) as browser:
            browser.headers["X-Forwarded-For"] = comes_from
            return sign_in(browser, person, password).status_code

    guesses = [tried(f"192.0.2.{n}, 198.51.100.7", "a guess") for n in range(5)]
    assert [401] * 5 == guesses
    assert 429 == tried("198.51.100.7", PASSWORD)
    assert 303 == tried("198.51.100.8", PASSWORD)

    guesses = [tried(f"2001:db8:0:1::{n}", "a guess") for n in range(5)]
    assert [401] * 5 == guesses
    assert 429 == tried("2001:db8:0:1:ffff::7", PASSWORD)  # one subscriber has all of these
    assert 303 == tried("2001:db8:0:2::1", PASSWORD)


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 9_000, "\u202e\ud83d"])
def test_whatever_is_typed_is_answered(signing: Signing, name: str) -> None:
    text = name.encode("utf-8", "surrogatepass")
    with signing.browser() as browser:
        answer = browser.post("/sign-in", data={"name": text, "password": text})
    assert answer.status_code in {400, 401}


@pytest.mark.parametrize(
    "evil",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\r\nSet-Cookie: x=1",
        "javascript:alert(1)",
        "evil.example",
        "//[",
        "",
    ],
)
def test_signing_in_never_leads_to_another_site(signing: Signing, evil: str) -> None:
    person = signing.person("fay")
    with signing.browser() as browser:
        shown = browser.get("/sign-in", params={"next": evil}).text
        answer = sign_in(browser, person, next=evil)

    assert '<input type="hidden" name="next" value="/">' in shown
    assert (303, "/") == (answer.status_code, answer.headers["location"])


def test_whoever_needs_a_sign_in_is_led_to_it_and_back(signing: Signing) -> None:
    with signing.browser() as browser:
        answer = browser.get("/account?a=b", headers={"Accept": "text/html"})
    assert 303 == answer.status_code
    assert "/sign-in?next=%2Faccount%3Fa%3Db" == answer.headers["location"]


def test_whoever_asks_for_another_day_is_told_why_they_need_to_sign_in(signing: Signing) -> None:
    for asked, told in (("/account", False), ("/account%3Fknown_at=2025-01-31", True)):
        with signing.browser() as browser:
            page = browser.get(f"/sign-in?next={asked}").text
        assert told == ("what was known then is not public" in page)


# The cookie


def test_on_this_computer_the_cookie_is_plain_and_nothing_but_us_can_read_it(
    signing: Signing,
) -> None:
    person = signing.person("gil")
    with signing.browser() as browser:
        name, secret, attributes = cookie_of(sign_in(browser, person))

    assert PLAIN == name
    assert len(secret) > 43
    assert {"Path=/", "HttpOnly", "SameSite=lax"} == attributes


def test_behind_an_address_the_cookie_is_of_that_host_alone_and_never_sent_in_the_open(
    signing: Signing,
) -> None:
    person = signing.person("gil")
    with signing.browser(signing.secure) as browser:
        name, secret, attributes = cookie_of(sign_in(browser, person))
    assert SECURE == name
    assert {"Path=/", "HttpOnly", "SameSite=lax", "Secure"} == attributes

    with signing.browser(signing.secure, secret) as browser:
        assert person == whose(browser)
    with signing.browser(signing.secure) as browser:
        browser.cookies[PLAIN] = secret
        assert "" == whose(browser)  # a name that others may have put there


@pytest.mark.parametrize("name", ["evil.example", "outturn.example:8000", "[", ""])
def test_without_an_address_nobody_signs_in_from_elsewhere(signing: Signing, name: str) -> None:
    """Nor by way of a proxy or a name that leads here, which bring a request to this computer."""
    person = signing.person("gil")
    with signing.browser() as browser:
        answer = browser.post(
            "/sign-in", data={"name": person, "password": PASSWORD}, headers={"Host": name}
        )
    assert 400 <= answer.status_code < 404
    assert "set-cookie" not in answer.headers


# Sessions


def test_a_session_survives_a_restart(signing: Signing) -> None:
    """Another process, which never saw it, knows it too: it is kept in the database alone."""
    person = signing.person("hana")
    with signing.browser() as browser:
        sign_in(browser, person)
        secret = browser.cookies[PLAIN]
    with signing.browser(signing.secure, secret) as browser:
        assert person == whose(browser)


def test_signing_out_ends_the_session_and_takes_the_cookie(signing: Signing) -> None:
    person = signing.person("idris")
    with signing.browser() as browser, signing.browser() as other:
        sign_in(browser, person)
        sign_in(other, person)
        secret = browser.cookies[PLAIN]
        answer = browser.post("/sign-out")
        assert (303, "/") == (answer.status_code, answer.headers["location"])
        assert {KNOWN} == set(browser.cookies)
        browser.cookies[PLAIN] = secret
        assert "" == whose(browser)
        assert person == whose(other)


def test_signing_out_everywhere_ends_all_of_ones_sessions_at_once(signing: Signing) -> None:
    person, somebody = signing.person("jo"), signing.person("jo")
    mine = [signing.session(person) for _ in range(3)]
    theirs = signing.session(somebody)
    with signing.browser(session=mine[0]) as browser:
        assert 3 == browser.get("/account").text.count("last used")
        assert 303 == browser.post("/account/sign-out").status_code
    for served in (signing.plain, signing.secure):
        for secret in mine:
            with signing.browser(served, secret) as browser:
                assert "" == whose(browser)
    with signing.browser(session=theirs) as browser:
        assert somebody == whose(browser)


def test_a_cookie_that_was_there_before_is_not_the_session_afterwards(signing: Signing) -> None:
    """Neither one that somebody made up, nor one that somebody else signed in with."""
    person, somebody = signing.person("kai"), signing.person("kai")
    for former in ("made up", signing.session(somebody)):
        with signing.browser() as browser:
            answer = browser.post(
                "/sign-in",
                data={"name": person, "password": PASSWORD},
                headers={"Cookie": f"{PLAIN}={former}"},
            )
            assert former != cookie_of(answer)[1]
        with signing.browser(session=former) as browser:
            assert "" == whose(browser)


@pytest.mark.parametrize(
    ("column", "ago", "goes_on"),
    [
        ("seen_at", SESSION_IDLE - timedelta(minutes=1), True),
        ("seen_at", SESSION_IDLE + SECOND, False),
        ("expires_at", SESSION_HOLDS - timedelta(minutes=1), True),
        ("expires_at", SESSION_HOLDS + SECOND, False),
    ],
)
def test_a_session_ends_when_it_is_not_used_and_after_a_day_of_work(
    signing: Signing, column: str, ago: timedelta, goes_on: bool
) -> None:
    person = signing.person("lou")
    secret = signing.session(person)
    signing.rows(
        f"UPDATE people.session SET {column} = {column} - %s WHERE person = %s", ago, person
    )
    with signing.browser(session=secret) as browser:
        assert (person if goes_on else "") == whose(browser)


def test_a_session_that_is_used_is_not_idle(signing: Signing) -> None:
    person = signing.person("lou")
    secret = signing.session(person)
    ago = timedelta(hours=1)
    signing.rows("UPDATE people.session SET seen_at = seen_at - %s WHERE person = %s", ago, person)
    with signing.browser(session=secret) as browser:
        whose(browser)
    ((seen,),) = signing.rows("SELECT seen_at FROM people.session WHERE person = %s", person)
    assert datetime.now(UTC) - seen < timedelta(minutes=1)


# Links


def set_by_link(browser: httpx.Client, secret: str, password: str = OTHER, again: str = "") -> int:
    """Send the form of a link."""
    form = {"password": password, "again": again or password}
    return browser.post(f"/sign-in/link/{secret}", data=form).status_code


def test_with_a_link_a_person_sets_a_password_once_and_is_signed_out_elsewhere(
    signing: Signing,
) -> None:
    person = signing.person("mia")
    session, secret = signing.session(person), signing.link(person)
    with signing.browser() as browser:
        page = browser.get(f"/sign-in/link/{secret}")
        assert 200 == page.status_code
        assert person in page.text
        assert "no-store" == page.headers["cache-control"]
        assert 303 == set_by_link(browser, secret)
        assert 410 == set_by_link(browser, secret, "one more password")
        assert 410 == browser.get(f"/sign-in/link/{secret}").status_code
        assert 401 == sign_in(browser, person).status_code
        assert 303 == sign_in(browser, person, OTHER).status_code
    with signing.browser(session=session) as browser:
        assert "" == whose(browser)


@pytest.mark.parametrize(
    ("password", "again", "told"),
    [
        ("short", "", "12 to 200 characters"),
        ("x" * 201, "", "12 to 200 characters"),
        ("aaaaaaaaaaaaaaaaaa", "", "easily guessed"),
        ("{person}@county.example", "", "easily guessed"),
        (OTHER, "other words", "The two passwords differ"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_stays_good(
    signing: Signing, password: str, again: str, told: str
) -> None:
    person = signing.person("noor")
    secret = signing.link(person)
    typed = password.format(person=person).upper()
    with signing.browser() as browser:
        form = {"password": typed, "again": again or typed}
        answer = browser.post(f"/sign-in/link/{secret}", data=form)
        assert 422 == answer.status_code
        assert told in answer.text
        assert typed not in answer.text
        assert 303 == set_by_link(browser, secret)


def test_a_link_is_good_for_a_day_and_until_the_next_one_is_made(signing: Signing) -> None:
    person = signing.person("olu")
    with signing.browser() as browser:
        first, second = signing.link(person), signing.link(person)
        assert 410 == set_by_link(browser, first)
        signing.rows(
            "UPDATE people.link SET expires_at = expires_at - %s WHERE person = %s",
            LINK_HOLDS,
            person,
        )
        assert 410 == set_by_link(browser, second)
        assert 410 == set_by_link(browser, "made up")
        assert 303 == sign_in(browser, person).status_code


# A change of the password


def test_whoever_changes_their_password_has_to_know_it_and_is_signed_out_everywhere(
    signing: Signing,
) -> None:
    person = signing.person("pia")
    other = signing.session(person)
    with signing.browser() as browser:
        sign_in(browser, person)
        form = {"present": "not this one", "password": OTHER, "again": OTHER}
        wrong = browser.post("/account/password", data=form)
        assert 401 == wrong.status_code
        assert "This is not your present password" in wrong.text
        weak = browser.post(
            "/account/password", data={"present": PASSWORD, "password": "short", "again": "short"}
        )
        assert 422 == weak.status_code
        assert ([(2,)]) == signing.rows(
            "SELECT count(*) FROM people.session WHERE person = %s", person
        )
        assert (
            303 == browser.post("/account/password", data=form | {"present": PASSWORD}).status_code
        )
        assert "" == whose(browser)
        assert 401 == sign_in(browser, person).status_code
        assert 303 == sign_in(browser, person, OTHER).status_code
    with signing.browser(session=other) as browser:
        assert "" == whose(browser)


def test_guessing_the_present_password_is_as_slow_as_guessing_to_sign_in(signing: Signing) -> None:
    person = signing.person("pia")
    with signing.browser(session=signing.session(person)) as browser:
        form = {"present": "a guess", "password": OTHER, "again": OTHER}
        told = [browser.post("/account/password", data=form).status_code for _ in range(6)]
    assert [401] * 5 + [429] == told


def test_a_link_is_printed_with_the_address_that_people_reach_us_at(signing: Signing) -> None:
    """What a command prints can be sent to a person as it is."""
    person = signing.person("quin")
    where = {**signing.plain.where, "OUTTURN_ADDRESS": ADDRESS}
    printed = done_well(outturn("person", "link", person, where=where)).out.strip()
    address, _, secret = printed.rpartition("/")

    assert f"{ADDRESS}/sign-in/link" == address
    with signing.browser() as browser:
        assert 303 == set_by_link(browser, secret)
