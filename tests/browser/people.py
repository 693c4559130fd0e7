"""People in front of browsers of their own, at one ledger that is served."""

from browser.axe import violations
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from services import Served

PATIENCE_MILLISECONDS = 20_000
AGREEMENT = "/agreements/warwickshire"


class Office:
    """Whoever sits in front of a browser. Each has one of their own, with its own sign-in."""

    def __init__(self, chromium: Browser, served: Served, password: str) -> None:
        self.served = served
        self.password = password
        self.complaints: list[str] = []
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def browser(self) -> Page:
        """A browser in which nobody is signed in."""
        context = self._chromium.new_context(
            base_url=self.served.url,
            viewport={"width": 1280, "height": 900},
            locale="en-GB",
            timezone_id="Europe/London",
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        self._contexts.append(context)
        page = context.new_page()
        page.on("console", self._complained)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def at_work(self, person: str, path: str = "/tasks") -> Page:
        """A browser in which somebody asked for a page, and signed in as they were asked to."""
        page = self.browser()
        page.goto(path)
        sign_in(page, person, self.password)
        page.wait_for_url(f"**{path}")
        return page

    def close(self) -> None:
        """Everybody goes home. No browser complained but of pages that were refused."""
        for context in self._contexts:
            context.close()
        assert [] == self.complaints, self.complaints

    def _complained(self, message: ConsoleMessage) -> None:
        # a page that refuses is itself the expected answer
        if message.type in ("error", "warning") and "status of 4" not in message.text:
            self.complaints.append(message.text)


def sign_in(page: Page, person: str, password: str) -> None:
    """Fill in the form of signing in, by the keyboard."""
    page.get_by_label("Your name here or e-mail address").fill(person)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def go_to(page: Page, group: str, name: str) -> None:
    """Open one of the groups of pages of an agreement, and go to one of them."""
    pages = page.get_by_role("navigation", name="This agreement")
    pages.get_by_text(group, exact=True).click()
    pages.get_by_role("link", name=name, exact=True).click()


def look_over(page: Page) -> str:
    """What a page says, once axe finds nothing on it and nothing of it ends beyond the side."""
    page.wait_for_load_state("load")
    assert [] == violations(page), page.url
    width = page.evaluate("document.documentElement.clientWidth")
    assert width >= page.evaluate("document.scrollingElement.scrollWidth"), page.url
    return told(page)


def told(page: Page) -> str:
    """What a page says, once all of it is there."""
    page.wait_for_load_state("domcontentloaded")
    return page.locator("main").inner_text()
