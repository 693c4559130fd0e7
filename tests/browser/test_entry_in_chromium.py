"""Entering values in a browser: without a mouse, accessible at every step, wide and narrow."""

from collections.abc import Iterator

import pytest
from browser.axe import violations
from browser.built_desk import BuiltDesk
from browser.indicators import HOME
from browser.judged import CODE
from browser.office import held
from browser.test_pages_in_chromium import Visit, tab_to
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BASE = f"/agreements/{CODE}"
GRID = f"{BASE}/entry-grid?period=FY2026&area={HOME}"
ENTRY = held(BuiltDesk(), "gld", "FY2025").name
FORMS = {
    "a value": f"{BASE}/indicators/gld/entry?period=FY2026&area={HOME}",
    "a ratio": f"{BASE}/indicators/infant/entry?period=CY2023%2B3&area={HOME}",
    "a correction": f"{BASE}/indicators/gld/entry?period=FY2025&area={HOME}",
    "a withdrawal": f"{BASE}/indicators/gld/entries/{ENTRY}/withdrawal",
    "the grid of one": f"{BASE}/entry-grid?indicator=gld&area={HOME}",
    "a receipt": f"{BASE}/receipts/{ENTRY.partition('.')[0]}",
}
PASTED = "\n".join(
    (
        "gld\t2025-26\t0.71\t\thttps://a.example/a/very/long/address/that/does/not/end/anywhere",
        "falls\t2026-27\tabout 7",
        "Emergency admissions after a fall, aged 65 and over, and nobody\t2026-27\t7",
    )
)


@pytest.fixture(params=[1280, 320])
def visit(request: pytest.FixtureRequest, chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """A window, wide and narrow."""
    visit = Visit(chromium, built_pages, request.param)
    yield visit
    visit.context.close()


@pytest.fixture
def wide(chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """A window of a common screen."""
    visit = Visit(chromium, built_pages, 1280)
    yield visit
    visit.context.close()


def is_fine(page: Page) -> None:
    """Axe finds nothing, and nothing ends beyond the side."""
    assert [] == violations(page)
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('main *')].filter(each => {
            const box = each.getBoundingClientRect();
            return !each.closest('thead') && box.right > document.documentElement.clientWidth + 1;
        }).map(each => each.outerHTML.slice(0, 80))"""
    )
    assert [] == beyond


def test_every_form_is_accessible_and_fits(visit: Visit) -> None:
    for path in FORMS.values():
        is_fine(visit.go(path))
    assert [] == visit.complaints


def test_what_is_wrong_and_what_was_checked_is_accessible_and_fits(visit: Visit) -> None:
    page = visit.go(FORMS["a ratio"])
    page.fill("#numerator", "about 3")
    page.get_by_role("button", name="Check").click()
    is_fine(page)
    assert page.evaluate("document.activeElement.matches('.govuk-error-summary')")
    page.fill("#numerator", "1204")
    page.fill("#denominator", "311000")
    page.get_by_role("button", name="Check").click()
    is_fine(page)
    assert page.get_by_role("button", name="Send the value").is_visible()


def test_the_grid_and_its_check_are_accessible_and_fit(visit: Visit) -> None:
    page = visit.go(GRID)
    is_fine(page)
    page.fill("#pasted", PASTED)
    page.get_by_role("button", name="Check").click()
    is_fine(page)
    assert ["correction", "invalid", "rejected"] == page.locator(".app-outcome").all_inner_texts()
    page.get_by_role("button", name="Send 1 value").click()
    is_fine(page)
    assert page.get_by_role("link", name="Say why the values are corrected").is_visible()


def test_a_value_is_entered_without_a_mouse(wide: Visit) -> None:
    page = wide.go(f"{BASE}/indicators/home-care/entry?period=FY2026-Q2&area={HOME}")
    steps = ("#value", "summary", "#standing", "#data_available_on", "#note", "button[value=check]")
    for selector in steps:
        tab_to(page, f"main {selector}")
        if selector == "#value":
            page.keyboard.type("1.9")
    page.keyboard.press("Enter")
    page.get_by_text("Nothing is recorded yet").wait_for()
    tab_to(page, "button[value=send]")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipts/**")

    assert "1.9 weeks" in page.locator("main").inner_text()


def test_a_value_is_entered_without_a_script(chromium: Browser, built_pages: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{built_pages}{BASE}/indicators/home-care/entry?period=FY2026-Q1&area={HOME}")
    page.fill("#value", "1.8")
    page.get_by_role("button", name="Check").click()
    page.get_by_role("button", name="Send the value").click()
    page.wait_for_url("**/receipts/**")

    assert "1.8 weeks" in page.locator("main").inner_text()
    context.close()


PASTE = """(field, text) => {
    const carried = new DataTransfer();
    carried.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", {
        clipboardData: carried, bubbles: true, cancelable: true,
    }));
}"""


def test_cells_pasted_into_the_grid_are_spread_over_its_fields(wide: Visit) -> None:
    page = wide.go(f"{BASE}/entry-grid?indicator=gld&area={HOME}")
    first = page.locator("#value-1")
    first.evaluate(f"(field) => ({PASTE})(field, '70.1\\tas told\\r\\n69.5\\t\\r\\n')")

    shown = [page.input_value(f"#{name}") for name in ("value-1", "note-1", "value-2", "note-2")]
    assert ["70.1", "as told", "69.5", ""] == shown
    assert "" == page.input_value("#pasted")


def test_cells_that_would_find_no_field_all_go_to_the_box(wide: Visit) -> None:
    page = wide.go(f"{BASE}/entry-grid?indicator=gld&area={HOME}")
    first = page.locator("#note-1")
    first.evaluate(f"(field) => ({PASTE})(field, 'a\\tb\\nc')")

    assert "a\tb\nc" == page.input_value("#pasted")
    assert "" == page.input_value("#note-1")
    assert page.evaluate("document.activeElement.id === 'pasted'")
    assert [] == wide.complaints
