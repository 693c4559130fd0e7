"""Somebody in front of a browser that runs no script: reads pages, fills in forms, sends them."""

import re

import httpx
import psycopg
from browser.parsed import Element, parsed
from services import Served

from http_api import clock
from ledger.tokens import keep_token

ONE_OF_OURS = {"Sec-Fetch-Site": "same-origin"}


class Browser:
    """Somebody who is signed in, in front of a browser that runs no script."""

    def __init__(self, served: Served, session: str) -> None:
        cookies = {"outturn": session} if session else {}
        self._client = httpx.Client(
            base_url=served.url, cookies=cookies, headers={"Accept": "text/html"}, timeout=60
        )

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def answer(self, path: str, status: int = 200) -> httpx.Response:
        """What is answered to a page that is opened."""
        answer = self._client.get(path, follow_redirects=False)
        assert status == answer.status_code, answer.text
        return answer

    def page(self, path: str, status: int = 200) -> Element:
        """A page."""
        return parsed(self.answer(path, status).text)

    def offers(self, path: str) -> dict[str, str]:
        """What a page offers to do, by its words; none where it offers nothing."""
        found: dict[str, str] = {}
        for section in self.page(path).every("section", cls="app-panel--ask"):
            found |= {link.text: link["href"] for link in section.every("a")}
        return found

    def opened(self, path: str) -> dict[str, str]:
        """What stands in a form as it is opened."""
        return typed_in(self.page(path).one("main").one("form"))

    def send(self, path: str, typed: dict[str, str], **headers: str) -> httpx.Response:
        """Send a form."""
        sent = headers or ONE_OF_OURS
        return self._client.post(path, data=typed, headers=sent, follow_redirects=False)

    def send_bytes(self, path: str, body: bytes) -> httpx.Response:
        """Send what no form of ours would."""
        kind = {"Content-Type": "application/x-www-form-urlencoded", **ONE_OF_OURS}
        return self._client.post(path, content=body, headers=kind, follow_redirects=False)

    def fill(self, path: str, **typed: str) -> httpx.Response:
        """Open a form, type, and send it."""
        return self.send(path.partition("?")[0], {**self.opened(path), **named(typed)})

    def do(self, path: str, **typed: str) -> Element:
        """Fill in a form that has to be taken; the page that follows."""
        return self.follow(self.fill(path, **typed))

    def follow(self, answer: httpx.Response) -> Element:
        """The page that a form leads on to, which tells of what was recorded."""
        assert 303 == answer.status_code, problems(answer)
        page = self.page(answer.headers["location"])
        banner = page.one("div", cls="govuk-notification-banner")
        assert f"position {position(answer)}" in banner.text
        return page


def named(typed: dict[str, str]) -> dict[str, str]:
    """The names of fields, which keywords cannot be: ``steps_0_action``."""
    return {re.sub(r"^(steps|targets|retirements)_(\d+)_", r"\1[\2].", name): text
            for name, text in typed.items()}  # fmt: skip


def typed_in(form: Element) -> dict[str, str]:
    """What a browser would send of a form that nobody touched."""
    sent = {
        one["name"]: one["value"]
        for one in form.every("input")
        if one["type"] not in ("radio", "checkbox") or "checked" in one.attributes
    }
    sent |= {one["name"]: one.text for one in form.every("textarea")}
    for select in form.every("select"):
        chosen = [one for one in select.every("option") if "selected" in one.attributes]
        sent[select["name"]] = (chosen or select.every("option"))[0]["value"]
    return sent


def position(answer: httpx.Response) -> int:
    """Where it was recorded, as the address says that a form leads on to."""
    return int(answer.headers["location"].rpartition("recorded=")[2])


def problems(answer: httpx.Response) -> list[str]:
    """What a form that comes back says is wrong."""
    summary = parsed(answer.text).every("div", cls="govuk-error-summary")
    return [item.text for one in summary for item in one.every("li")]


def refused(answer: httpx.Response, status: int, *said: str) -> Element:
    """The form as it comes back, which says all of this."""
    assert status == answer.status_code, answer.text
    page = parsed(answer.text).one("main")
    for words in said:
        assert words in page.text, page.text
    return page


def token_of(url: str, person: str) -> str:
    """An access token of a person; put straight into the database, as those of the others."""
    token = clock.new_token()
    with psycopg.connect(url) as connection:
        assert keep_token(connection, token, person, "tests", clock.now())
    return token
