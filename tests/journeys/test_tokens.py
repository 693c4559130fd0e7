"""Access tokens: made and ended on one's own page, and good for what they were made for."""

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from browser.office import wrong
from browser.parsed import parsed
from signing import PASSWORD, Signing, sign_in

from http_api.visitors import TRUSTED_SECONDS
from ledger.tokens import keep_token

LIST, SEND = "/api/v1/agreements", "/api/v1/agreements/x/loads"
SEAL = "/api/v1/agreements/x/seal"
CONFIRMED = {"confirm": PASSWORD}
NEVER = r">\s*never\s*<"  # used


def made(signing: Signing, person: str, *scopes: str, until: str = "", label: str = "tests") -> str:
    """A token that a person makes on their page."""
    with signing.browser(session=signing.session(person)) as browser:
        form = {"label": label, "until": until, **dict.fromkeys(scopes, "yes"), **CONFIRMED}
        answer = browser.post("/account/tokens", data=form)
        assert 201 == answer.status_code, answer.text
        found = re.search(r'id="token">([^<]+)<', answer.text)
        assert found
        assert "is made" in parsed(answer.text).one(cls="govuk-notification-banner--success").text
        assert "no-store" == answer.headers["cache-control"]
        assert found[1] not in browser.get("/account").text
    return found[1]


def asked(signing: Signing, token: str, path: str = LIST, method: str = "GET") -> httpx.Response:
    """A question by a program."""
    with signing.browser() as program:
        return program.request(method, path, headers={"Authorization": f"Bearer {token}"})


def refused_as(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("type", "").removeprefix("/problems/")


@pytest.mark.parametrize(
    ("scope", "refused"),
    [
        ("read", {SEND: "load", SEAL: "submit"}),
        ("submit", {LIST: "read", SEND: "load"}),
        ("load", {LIST: "read", SEAL: "submit"}),
        ("administer", {LIST: "read", SEND: "load", SEAL: "submit"}),
    ],
)
def test_a_token_is_good_for_what_it_was_made_for_and_nothing_else(
    signing: Signing, scope: str, refused: dict[str, str]
) -> None:
    token = made(signing, signing.person("uma"), scope)
    for path in (LIST, SEND, SEAL):
        answer = asked(signing, token, path, "GET" if path == LIST else "POST")
        wanting = (403, "token-scope") == refused_as(answer)
        assert (path in refused) == wanting, answer.text
        assert not wanting or f"needs the scope {refused[path]}." in answer.json()["detail"]


def test_a_token_to_read_makes_no_other_token(signing: Signing) -> None:
    """Nor anything else of what a person sees to on their own page."""
    token = made(signing, signing.person("uma"), "read")
    for path in ("/account/tokens", "/account/password", "/account/sign-out"):
        assert (403, "token-scope") == refused_as(asked(signing, token, path, "POST"))


def test_an_ended_token_is_refused_within_a_second(signing: Signing) -> None:
    person = signing.person("vic")
    token = made(signing, person, "read")
    assert 200 == asked(signing, token).status_code
    ((number,),) = signing.rows("SELECT id FROM people.token WHERE person = %s", person)
    with signing.browser(session=signing.session(person)) as browser:
        assert 303 == browser.post(f"/account/tokens/{number}/end").status_code
        assert "tests" not in browser.get("/account").text.partition("Access tokens")[2]
    ended = time.monotonic()
    while asked(signing, token).status_code == httpx.codes.OK:
        assert time.monotonic() - ended < 1.5
    assert (401, "unknown-token") == refused_as(asked(signing, token))


def test_nobody_ends_the_token_of_another(signing: Signing) -> None:
    person, other = signing.person("vic"), signing.person("vic")
    token = made(signing, person, "read")
    ((number,),) = signing.rows("SELECT id FROM people.token WHERE person = %s", person)
    with signing.browser(session=signing.session(other)) as browser:
        assert 404 == browser.post(f"/account/tokens/{number}/end").status_code
    assert 200 == asked(signing, token).status_code


def test_a_token_holds_to_the_end_of_its_last_day(signing: Signing) -> None:
    person = signing.person("wyn")
    today = datetime.now(UTC).date()
    tokens = [made(signing, person, "read", until=f"{today + timedelta(days=n)}") for n in (1, 2)]
    signing.rows(
        "UPDATE people.token SET expires_at = now() WHERE person = %s"
        " AND id = (SELECT min(id) FROM people.token WHERE person = %s)",
        person,
        person,
    )
    assert (401, "unknown-token") == refused_as(asked(signing, tokens[0]))
    assert 200 == asked(signing, tokens[1]).status_code


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"label": "", "read": "yes"}, "A label has 1 to 100 characters"),
        ({"label": "x" * 101, "read": "yes"}, "A label has 1 to 100 characters"),
        ({"label": "x"}, "A token needs at least one scope"),
        ({"label": "x", "read": "yes", "until": "2020-01-01"}, "lies in the future"),
        ({"label": "x", "read": "yes", "until": "soon"}, "is a date, such as"),
    ],
)
def test_what_is_missing_of_a_token_is_said_on_the_page(
    signing: Signing, form: dict[str, str], told: str
) -> None:
    person = signing.person("xan")
    with signing.browser(session=signing.session(person)) as browser:
        answer = browser.post("/account/tokens", data=form | CONFIRMED)
    assert 422 == answer.status_code
    page = parsed(answer.text)
    assert page.one("title").text.startswith("Error: Your account")
    ((link, said),) = wrong(page)
    assert told in said
    (there,) = [each for each in page.every() if each["id"] == link.removeprefix("#")]
    assert there.tag == "input" or there["tabindex"], "it can have the focus"
    assert there["aria-describedby"].endswith(f"{there['id']}-error")
    assert [(0,)] == signing.rows("SELECT count(*) FROM people.token WHERE person = %s", person)


def test_when_a_token_was_used_last_is_shown(signing: Signing) -> None:
    person = signing.person("yan")
    token = made(signing, person, "read", label="<b>nightly</b>")
    with signing.browser(session=signing.session(person)) as browser:
        assert re.search(NEVER, browser.get("/account").text)
        asked(signing, token)
        page = browser.get("/account").text
    assert not re.search(NEVER, page)
    assert "&lt;b&gt;nightly&lt;/b&gt;" in page
    ((used,),) = signing.rows("SELECT last_used_at FROM people.token WHERE person = %s", person)
    assert datetime.now(UTC) - used < timedelta(minutes=1)


@pytest.mark.parametrize("confirm", ["", "a wrong password"])
def test_a_session_alone_makes_no_token_where_there_is_a_password(
    signing: Signing, confirm: str
) -> None:
    """It would outlive the session, and do all that its holder may."""
    person = signing.person("yves")
    form = {"label": "kept", "read": "yes", "confirm": confirm}
    with signing.browser(session=signing.session(person)) as browser:
        answer = browser.post("/account/tokens", data=form)
    assert 401 == answer.status_code
    assert "This is not your present password." in answer.text
    assert [(0,)] == signing.rows("SELECT count(*) FROM people.token WHERE person = %s", person)


def test_who_signs_in_by_way_of_a_provider_has_none_to_type(signing: Signing) -> None:
    person = signing.person("yves", password="")
    with signing.browser(session=signing.session(person)) as browser:
        assert "to make it" not in browser.get("/account").text
        made = browser.post("/account/tokens", data={"label": "kept", "read": "yes"})
    assert 201 == made.status_code, made.text


def by_link(signing: Signing, person: str) -> httpx.Response:
    form = {"password": "three other words here", "again": "three other words here"}
    with signing.browser() as browser:
        return browser.post(f"/sign-in/link/{signing.link(person)}", data=form)


def by_changing(signing: Signing, person: str) -> httpx.Response:
    other = "three other words here"
    form = {"present": PASSWORD, "password": other, "again": other}
    with signing.browser(session=signing.session(person)) as browser:
        return browser.post("/account/password", data=form)


def by_signing_out(signing: Signing, person: str) -> httpx.Response:
    with signing.browser(session=signing.session(person)) as browser:
        return browser.post("/account/sign-out")


@pytest.mark.parametrize("remedy", [by_link, by_changing, by_signing_out])
def test_no_token_outlives_what_is_done_against_a_thief(
    signing: Signing, remedy: Callable[[Signing, str], httpx.Response]
) -> None:
    """Nor one of the command line, which is a token like any other; nobody else's ends."""
    person, other = signing.person("zoe"), signing.person("zoe")
    tokens = [made(signing, person, "read"), f"outturn_of_the_command_line_{person}"]
    theirs = made(signing, other, "read")
    with signing.connection() as connection:
        assert keep_token(connection, tokens[1], person, "nightly", datetime.now(UTC))
    assert [200, 200] == [asked(signing, token).status_code for token in tokens]

    answer = remedy(signing, person)
    assert 303 == answer.status_code, answer.text
    time.sleep(TRUSTED_SECONDS + 0.1)
    assert [(401, "unknown-token")] * 2 == [refused_as(asked(signing, token)) for token in tokens]
    assert 200 == asked(signing, theirs).status_code
    with signing.browser() as browser:
        assert sign_in(browser, other).status_code == 303
