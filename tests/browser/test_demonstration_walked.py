"""Every page of the demonstration that a link leads to: real data reach where no example does.

Of each kind of address one page is looked at, now and at a past moment, as a laptop shows it and as
a phone does: axe finds nothing, nothing ends beyond the side, no link is dead, and at a past moment
every link within the agreement keeps it.
"""

import re
from collections import deque
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import pytest
from browser.axe import AXE, violations
from playwright.sync_api import Browser, Page
from services import Served, demo_service, done_well, made_demonstration, outturn

__all__ = ["demo_service", "made_demonstration"]
pytestmark = [pytest.mark.long, pytest.mark.timeout(1200)]

BOARD = "/agreements/warwickshire"
PAST = "known_at=2025-06-30&policy_at=2025-03-01"
READER = "board.member"
WIDTHS = (1280, 390)
ONE_OF_MANY = re.compile(r"/(indicators|loads|bodies|events|amendments|help)/[^/?]+")
FILE = re.compile(r"\.(csv|json|svg|zip|txt)$|/(file|mapping)$|/attachments/")
# A person's own, which is of now; and links that name another moment on purpose.
OF_NOW = ("/account", "/tasks", "/sign-", "/static")
ANOTHER_MOMENT = ("Back to now", "Lasting link", "How it stood then", "What the board saw")


def kind_of(address: str) -> str:
    """What addresses have in common that lead to the same kind of page."""
    asked = urlsplit(address)
    names = sorted(parse_qs(asked.query).keys() - parse_qs(PAST).keys())
    return "?".join((ONE_OF_MANY.sub(r"/\1/*", asked.path), ",".join(names)))


def links_of(page: Page) -> Iterator[tuple[str, str]]:
    """Where the links of a page lead within the service, and what each says."""
    found = page.evaluate(
        "[...document.querySelectorAll('a[href]')]"
        ".map(each => [each.getAttribute('href'), each.textContent.trim()])"
    )
    for address, words in found:
        if address.startswith("/") and not address.startswith(OF_NOW):
            yield address, re.sub(r"\s+", " ", words)


@pytest.mark.parametrize("clocks", ["", PAST], ids=["now", "past"])
def test_every_page_that_a_link_leads_to(
    chromium: Browser, demo_service: Served, clocks: str
) -> None:
    made = outturn("token", "create", READER, "--label", "walk", "--json", where=demo_service.where)
    headers = {"Authorization": f"Bearer {done_well(made).document['token']}"}
    context = chromium.new_context(extra_http_headers=headers, base_url=demo_service.url)
    context.add_init_script(path=AXE)
    page = context.new_page()
    waiting, kinds, wrong = deque([f"{BOARD}?{clocks}"]), {kind_of(BOARD)}, list[object]()
    while waiting:
        address = waiting.popleft()
        answer = page.goto(address)
        assert answer is not None
        if answer.status != 200:  # noqa: PLR2004 - all is well
            wrong.append((address, answer.status))
            continue
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if broken := violations(page):
                wrong.append((address, width, broken))
            if page.evaluate(
                "document.scrollingElement.scrollWidth > document.documentElement.clientWidth"
            ):
                wrong.append((address, width, "wider than the window"))
        for link, words in links_of(page):
            moved = words.startswith(ANOTHER_MOMENT) or "/attachments/" in link
            kept = parse_qs(clocks).items() <= parse_qs(urlsplit(link).query).items()
            if not (moved or kept):
                wrong.append((address, link, "loses the clocks"))
            if kept and not FILE.search(urlsplit(link).path) and kind_of(link) not in kinds:
                kinds.add(kind_of(link))
                waiting.append(link.partition("#")[0])
    context.close()

    assert [] == wrong
    assert len(kinds) > 60
