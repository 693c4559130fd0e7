"""What guards every address: other sites, headers, methods, and secrets that are kept nowhere."""

import re
import time
from collections.abc import Iterator
from http.client import HTTPConnection

import httpx
import pytest
from litestar import Litestar
from psycopg_pool import ConnectionPool
from signing import ADDRESS, PASSWORD, PLAIN, Signing, sign_in, whose

from http_api.app import create_app
from http_api.rights import SAFE
from http_api.service import Service

GIVEN = {"str": "x", "int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "path": "x"}


def application() -> Litestar:
    """The application; its connections are never opened."""
    return create_app(Service(ConnectionPool("", open=False)))


def changing() -> Iterator[tuple[str, str]]:
    """Every address that changes something, with a method and something in each gap."""
    for route in application().routes:
        for method in sorted(getattr(route, "methods", set()) - SAFE):
            yield method, re.sub(r"{\w+:(\w+)}", lambda gap: GIVEN[gap[1]], route.path)


CHANGING = sorted(changing())
ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.outturn.example"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "null"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": ""},
]


@pytest.fixture(scope="module")
def visitor(signing: Signing) -> Iterator[httpx.Client]:
    """Somebody who signed in."""
    with signing.browser(session=signing.session(signing.person("visitor"))) as browser:
        yield browser


def test_there_is_much_that_changes_something() -> None:
    assert len(CHANGING) > 30
    assert {"POST"} == {method for method, _ in CHANGING}


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_nothing_is_changed_that_another_site_has_a_visitors_browser_send(
    visitor: httpx.Client, headers: dict[str, str]
) -> None:
    """Pages and API alike, and before anything of the body is read."""
    for method, path in CHANGING:
        answer = visitor.request(method, path, headers=headers, content=b"\xff")
        assert 403 == answer.status_code, (path, answer.text)
        assert "/problems/other-site" == answer.json()["type"]
    assert whose(visitor).startswith("visitor")


@pytest.mark.parametrize("behind", [0, 0.02])
def test_a_refusal_never_ends_a_connection_without_saying_so(
    signing: Signing, behind: float
) -> None:
    """Also where the body, which nobody reads, comes some time behind its head."""
    served = httpx.URL(signing.plain.url)
    for _ in range(20):
        connection = HTTPConnection(served.host, served.port)
        connection.putrequest("POST", "/api/v1/agreements/x/seal")
        connection.putheader("Origin", "https://evil.example")
        connection.putheader("Content-Length", "1")
        connection.endheaders()
        time.sleep(behind)
        connection.send(b"x")
        refused = connection.getresponse()
        assert 403 == refused.status
        refused.read()
        if not refused.will_close:
            connection.request("GET", "/health/live")
            assert 200 == connection.getresponse().status
        connection.close()


@pytest.mark.parametrize("headers", ELSEWHERE[:1] + ELSEWHERE[3:4], ids=str)
def test_nor_is_anybody_signed_in_by_another_site(
    signing: Signing, headers: dict[str, str]
) -> None:
    """As the attacker, that is, whose account the visitor would then fill in."""
    attacker = signing.person("mallory")
    with signing.browser() as browser:
        browser.headers.update(headers)
        assert 403 == sign_in(browser, attacker).status_code
        assert {} == dict(browser.cookies)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "{url}"},
        {"Origin": ADDRESS},
    ],
    ids=str,
)
def test_our_own_pages_are_heard(signing: Signing, headers: dict[str, str]) -> None:
    """By the name a browser calls us, or the address people reach us at by way of a proxy."""
    secret = signing.session(signing.person("owner"))
    with signing.browser(signing.secure, secret) as browser:
        sent = {name: text.format(url=signing.secure.url) for name, text in headers.items()}
        assert 303 == browser.post("/sign-out", headers=sent).status_code


def test_a_program_with_a_token_is_of_no_site(signing: Signing) -> None:
    """It shows itself by what no other site can have a browser send."""
    with signing.browser() as browser:
        headers = {"Authorization": "Bearer unknown", "Origin": "https://evil.example"}
        answer = browser.post("/api/v1/agreements/x/seal", headers=headers)
    assert (401, "/problems/unknown-token") == (answer.status_code, answer.json()["type"])


def test_a_session_is_good_for_the_api_too(visitor: httpx.Client) -> None:
    answer = visitor.get("/api/v1/agreements")
    assert 200 == answer.status_code
    assert [] == answer.json()["agreements"]


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/account", "/api/v1/agreements", "/health/live"]
)
def test_whoever_asks_is_told_which_methods_an_address_takes(signing: Signing, path: str) -> None:
    with signing.browser() as browser:
        answer = browser.options(path)
    assert 204 == answer.status_code
    assert {"GET", "HEAD", "OPTIONS"} <= set(answer.headers["allow"].split(", "))


def test_nobody_is_shown_who_asked_before_them(signing: Signing) -> None:
    """Over one connection, as a proxy keeps it, and on pages that nothing guards too."""
    person = signing.person("zed")
    session = {"Cookie": f"{PLAIN}={signing.session(person)}"}
    with signing.browser() as proxy:
        proxy.headers["Accept"] = "text/html"
        for path in ("/", "/nothing/here", "/sign-in") * 5:
            assert "Signed in as" in proxy.get("/", headers=session).text
            assert "Signed in as" not in proxy.get(path).text


# Headers


POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}
ANSWERS = [
    ("GET", "/", 200),
    ("GET", "/sign-in", 200),
    ("GET", "/account", 303),
    ("POST", "/sign-out", 303),
    ("GET", "/sign-in/link/x", 410),
    ("GET", "/nothing/here", 404),
    ("DELETE", "/", 405),
    ("GET", "/api/v1/agreements", 401),
    ("GET", "/api/v1/nothing", 404),
    ("POST", "/api/v1/agreements/x/seal", 401),
    ("GET", "/static/vendor/outturn.css", 200),
    ("GET", "/static/nothing.css", 404),
    ("GET", "/schema/openapi.json", 200),
    ("GET", "/health/ready", 200),
    ("GET", "/metrics", 200),
    ("GET", "/problems/other-site", 200),
    ("OPTIONS", "/", 204),
]


@pytest.mark.parametrize("accept", ["text/html", "application/json"])
@pytest.mark.parametrize(("method", "path", "status"), ANSWERS)
def test_every_answer_forbids_what_no_page_of_ours_does(
    signing: Signing, method: str, path: str, status: int, accept: str
) -> None:
    headers = {"Accept": accept}
    with signing.browser() as plain, signing.browser(signing.secure) as secure:
        answer = plain.request(method, path, headers=headers)
        behind = secure.request(method, path, headers=headers)
    anonymous = path == "/account" and accept != "text/html"

    assert (status if not anonymous else 401) == answer.status_code
    policy = dict(
        part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";")
    )
    assert POLICY.items() <= policy.items()
    assert not re.search(r"unsafe|\*|http", answer.headers["content-security-policy"])
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert "same-origin" == answer.headers["referrer-policy"]
    assert "same-origin" == answer.headers["cross-origin-opener-policy"]
    assert "strict-transport-security" not in answer.headers
    assert "max-age=31536000" == behind.headers["strict-transport-security"]


@pytest.mark.parametrize("path", ["/", "/account", "/api/v1/agreements", "/nothing/here"])
def test_what_one_person_sees_is_kept_for_no_other(visitor: httpx.Client, path: str) -> None:
    answer = visitor.get(path, headers={"Accept": "text/html"})
    if path != "/nothing/here":
        assert ["no-store"] == answer.headers.get_list("cache-control")
    assert "set-cookie" not in answer.headers


# Secrets


def test_no_secret_is_kept_or_logged_anywhere(signing: Signing) -> None:
    """Not in any table, as text or as bytes, and not in what the service writes."""
    person, new = signing.person("tess"), "fresh words for a password"
    in_the_wrong_box = "words that are a password"
    with signing.browser() as browser:
        assert 401 == sign_in(browser, in_the_wrong_box).status_code
        sign_in(browser, person)
        secrets = [PASSWORD, new, browser.cookies[PLAIN], signing.link(person), in_the_wrong_box]
        made = browser.post(
            "/account/tokens", data={"label": "secrets", "read": "yes", "confirm": PASSWORD}
        )
        secrets.append(re.search(r'id="token">([^<]+)<', made.text)[1])  # type: ignore[index]
        browser.get("/api/v1/agreements", headers={"Authorization": f"Bearer {secrets[-1]}"})
        form = {"password": new, "again": new}
        assert 303 == browser.post(f"/sign-in/link/{secrets[3]}", data=form).status_code
    tables = signing.rows(
        "SELECT schemaname || '.' || tablename FROM pg_tables"
        " WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    )
    assert ("people.session",) in tables
    logged = signing.plain.log.read_text() + signing.secure.log.read_text()
    assert f'"person": "{person}", "by": "password"' in logged
    assert '"code": "sign-in-failed"' in logged
    for secret in secrets:
        assert secret not in logged
        forms = [f"%{secret}%", f"%{secret.encode().hex()}%"]
        for (table,) in tables:
            found = f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)"
            assert [(0,)] == signing.rows(found, forms), table
