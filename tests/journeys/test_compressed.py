"""What goes over the wire: pages are packed, secrets and files are not, and our own files kept."""

import gzip

import httpx
import pytest
from services import Served
from signing import PASSWORD, Signing

PACKED = [
    "/agreements/county",
    "/help",
    "/static/vendor/outturn.css",
    "/static/vendor/govuk-frontend.min.js",
    "/schema/openapi.json",
]
MOST_OF_A_PAGE = 60_000


def raw(client: httpx.Client, path: str, accepted: str = "gzip") -> tuple[httpx.Response, bytes]:
    """An answer, and its bytes as they came."""
    headers = {"Accept-Encoding": accepted, "Accept": "text/html"}
    with client.stream("GET", path, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", PACKED)
def test_what_is_large_is_packed_for_whoever_can_unpack_it(service: Served, path: str) -> None:
    caller = service.caller("board")
    answer, packed = raw(caller, path)
    plain, whole = raw(caller, path, "identity")

    assert "gzip" == answer.headers["content-encoding"]
    assert "Accept-Encoding" in answer.headers["vary"]
    assert "content-encoding" not in plain.headers
    assert len(packed) < len(whole) / 2
    if path.startswith(("/static", "/schema")):  # a page says when it was made
        assert whole == gzip.decompress(packed)
    assert len(packed) < MOST_OF_A_PAGE


def test_where_a_secret_may_stand_nothing_is_packed(signing: Signing) -> None:
    """With words of an attacker's beside it, the length would tell of the secret."""
    person = signing.person("packed")
    with signing.browser(session=signing.session(person)) as browser:
        for path in ("/account", "/sign-in", f"/sign-in/link/{signing.link(person)}"):
            answer, _ = raw(browser, path)
            assert 200 == answer.status_code
            assert "content-encoding" not in answer.headers
        made = browser.post(
            "/account/tokens", data={"label": "packed", "read": "yes", "confirm": PASSWORD}
        )
        assert "outturn_" in made.text
        assert "content-encoding" not in made.headers


def test_a_file_is_sent_as_it_is(service: Served) -> None:
    answer, _ = raw(service.caller("auditor"), "/agreements/county/audit/bundle.zip")
    assert 200 == answer.status_code
    assert "content-encoding" not in answer.headers


def test_our_own_files_are_kept_for_a_while_and_pages_are_not(service: Served) -> None:
    ours, _ = raw(service.caller(), "/static/vendor/outturn.css")
    page, _ = raw(service.caller("board"), "/agreements/county")
    assert {"public", "max-age=3600"} == set(ours.headers["cache-control"].split(", "))
    assert "no-store" == page.headers["cache-control"]
