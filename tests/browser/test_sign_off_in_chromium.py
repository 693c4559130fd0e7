"""Signing off in a browser: by keyboard alone, without a script, and on a small telephone."""

from collections.abc import Iterator
from typing import Any

import pytest
from browser.axe import violations
from browser.visiting import LEFT, SIGN_OFF
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

PATIENCE_MILLISECONDS = 5000
MOST_TABS = 60


def window(chromium: Browser, address: str, **settings: Any) -> Iterator[Page]:
    context = chromium.new_context(base_url=address, locale="en-GB", **settings)
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    yield context.new_page()
    context.close()


@pytest.fixture(params=[1280, 320])
def page(request: pytest.FixtureRequest, chromium: Browser, built_pages: str) -> Iterator[Page]:
    """A window, wide and narrow."""
    yield from window(chromium, built_pages, viewport={"width": request.param, "height": 900})


@pytest.fixture
def plain(chromium: Browser, built_pages: str) -> Iterator[Page]:
    """A window in which no script runs."""
    yield from window(chromium, built_pages, java_script_enabled=False)


def check(page: Page) -> None:
    """Axe finds nothing, and nothing ends beyond the side."""
    assert [] == violations(page)
    width = page.evaluate("document.documentElement.clientWidth")
    assert width >= page.evaluate("document.scrollingElement.scrollWidth")


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator key until it reaches the control."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{MOST_TABS} steps do not reach {selector}")


def test_what_is_missing_and_what_is_checked_is_accessible_and_fits(page: Page) -> None:
    """The pages that only a form leads to: axe is asked of them too."""
    page.goto(SIGN_OFF)
    page.get_by_role("button", name="Go on with those I chose").click()
    assert page.get_by_role("alert").is_visible()
    check(page)
    page.get_by_label("Checked", exact=True).check()
    page.get_by_role("button", name="Go on with all 3 shown").click()
    assert "Check what you sign off" == page.get_by_role("heading", level=1).inner_text()
    check(page)


@pytest.mark.parametrize("came", [f"key=signed&{LEFT}", "key=returned", "key=unknown"])
def test_what_came_of_a_form_is_accessible_and_fits(page: Page, came: str) -> None:
    page.goto(f"{SIGN_OFF}/done?{came}")
    check(page)


def test_a_value_is_chosen_and_checked_by_keyboard_alone(page: Page) -> None:
    """A press of Enter on a box goes on with the form, and returns nothing to anybody."""
    page.goto(SIGN_OFF)
    tab_to(page, "#main-content input[type=checkbox]")
    page.keyboard.press("Space")
    assert page.locator("article").first.locator("input[type=checkbox]").is_checked()
    tab_to(page, "#assurance-audited")
    page.keyboard.press("Space")
    tab_to(page, "button[value=chosen]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sign-off/confirm")
    assert page.get_by_role("button", name="Sign off 1 value").is_visible()


def test_a_reason_is_sent_with_its_own_value(page: Page) -> None:
    """The form of a return is apart from that of the list: it sends neither boxes nor a grade."""
    page.goto(SIGN_OFF)
    entry = page.locator("article").nth(1)
    entry.get_by_text("Return it with a reason").click()
    entry.get_by_label("What is wrong, for whoever gave it").fill("Which schools?")
    with page.expect_request("**/sign-off/return") as sent:
        entry.get_by_role("button", name="Return it").click()
    body = sent.value.post_data or ""
    assert "reason=Which+schools%3F" in body
    assert "absence+1703.0" in body
    assert "assurance" not in body
    assert "shown" not in body


def test_it_all_works_without_a_script(plain: Page) -> None:
    plain.goto(SIGN_OFF)
    plain.locator("#main-content input[type=checkbox]").first.check()
    plain.get_by_label("Audited", exact=True).check()
    plain.get_by_role("button", name="Go on with those I chose").click()
    plain.wait_for_url("**/sign-off/confirm")
    assert plain.get_by_role("button", name="Sign off 1 value").is_visible()
