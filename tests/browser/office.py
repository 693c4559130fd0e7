"""People in front of the pages of entry, over a desk in memory."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
from browser.built import BuiltReader
from browser.built_desk import BuiltDesk
from browser.indicators import HOME
from browser.parsed import Element, parsed
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.testing import TestClient

from http_api.pages.entry_routes import ENTRY_PAGES
from http_api.pages.routes import board, clocks_asked, indicator_page
from ledger.accounts import PUBLIC, Visitor
from ledger.indicator.state import Held, Key


class Person:
    """Somebody in front of the pages of one desk."""

    def __init__(self, client: TestClient[Litestar]) -> None:
        self._client = client

    def get(self, path: str, status: int = 200) -> Element:
        """A page that is answered with this status."""
        answer = self._client.get(path, follow_redirects=False)
        assert status == answer.status_code, answer.text
        return parsed(answer.text)

    def led(self, path: str) -> str:
        """Where an address leads on to."""
        answer = self._client.get(path, follow_redirects=False)
        assert 303 == answer.status_code, answer.text
        return answer.headers["location"]

    def post(self, path: str, status: int, /, **typed: str) -> httpx.Response:
        """A form that is answered with this status."""
        answer = self._client.post(path, data=typed, follow_redirects=False)
        assert status == answer.status_code, answer.text
        return answer

    def check(self, path: str, status: int = 200, /, **typed: str) -> Element:
        """What a form says to what was typed."""
        return parsed(self.post(path, status, step="check", **typed).text)

    def send(self, path: str, page: Element, status: int = 303, /, **typed: str) -> httpx.Response:
        """Send what a page of the check holds."""
        return self.post(path, status, **{**hidden(page), **typed, "step": "send"})


class Office:
    """The pages as each person sees them, over the desk that stands there at the moment."""

    def __init__(self) -> None:
        self.desk = BuiltDesk()

    @contextmanager
    def seen_by(self, person: str) -> Iterator[Person]:
        """The pages as somebody sees them."""
        who = Visitor(person=person, name=person) if person else PUBLIC
        before_entry = Router(
            path="/",
            route_handlers=[board, indicator_page],
            dependencies={"asked": Provide(clocks_asked, sync_to_thread=False)},
        )
        app = Litestar(
            logging_config=None,
            route_handlers=[before_entry, ENTRY_PAGES],
            dependencies={
                "reader": Provide(BuiltReader, sync_to_thread=False),
                "desk": Provide(lambda: self.desk, sync_to_thread=False),
                "who": Provide(lambda: who, sync_to_thread=False),
            },
            openapi_config=None,
        )
        with TestClient(app) as client:
            client.headers["Accept"] = "text/html"
            yield Person(client)


def hidden(page: Element) -> dict[str, str]:
    """What a form carries on unseen; one of a page, beside that of signing out."""
    fields = page.one("main").every("input", type="hidden")
    return {each["name"]: each["value"] for each in fields}


def wrong(page: Element) -> list[tuple[str, str]]:
    """The summary of what is wrong: where each line leads, and what it says."""
    summary = page.one("div", cls="govuk-error-summary")
    return [(each["href"], each.text) for each in summary.every("a")]


def typed_in(page: Element, field: str) -> str:
    """What stands in a field."""
    (found,) = page.every("input", "textarea", id=field)
    return found["value"] or found.text


def held(desk: BuiltDesk, indicator: str, period: str) -> Held:
    """The entry of the home area that holds."""
    return desk.folds[indicator].entries[Key(HOME, period, "")]


def lines(page: Element) -> dict[str, str]:
    """The lines of the summary of a page, by their labels."""
    rows = page.one("main").every("div", cls="govuk-summary-list__row")
    return {row.one("dt").text: row.one("dd").text for row in rows}
