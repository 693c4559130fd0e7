"""The pages as a browser shows them: accessible, narrow, printed, and without a mouse."""

from collections.abc import Iterator

import pytest
from browser.axe import AXE, violations
from browser.visiting import BOARD, INDICATOR, MEMORANDUM, PAGES, PAST, STAFF, at
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

pytestmark = pytest.mark.browser

# A form of each kind of field, with something wrong everywhere; and what pages offer.
ACTS = ("submit-action-plan", "fast-track", "amendments-new", "amendments-decisions",
        "refreshes-decisions")  # fmt: skip
OFFERS = ("performance", "examinations", "amendment", "register")
SHOWN = {
    **PAGES,
    **{f"form {name}": f"/acts/{name}?wrong=yes" for name in ACTS},
    **{f"offers {name}": f"/offers/{name}" for name in OFFERS},
    "memorandum": MEMORANDUM,
    "board of the past": at(BOARD, PAST),
    "error": "/agreements/nowhere",
    "people with mistakes": f"{STAFF}?wrong=yes",
}
EVERY_PAGE = pytest.mark.parametrize("path", SHOWN.values(), ids=SHOWN.keys())
WIDTHS = (1280, 320)  # of a common screen; of a small telephone, or a page enlarged to 400%
MOST_TABS = 30
PATIENCE_MILLISECONDS = 20_000


class Visit:
    """A page in a window of a given width, and everything the browser complained about."""

    def __init__(self, browser: Browser, address: str, width: int) -> None:
        self.address = address
        self.context = browser.new_context(
            viewport={"width": width, "height": 900}, locale="en-GB", timezone_id="Europe/London"
        )
        self.context.set_default_timeout(PATIENCE_MILLISECONDS)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._complained)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _complained(self, message: ConsoleMessage) -> None:
        # a page that says 404 is itself the expected answer
        if message.type in ("error", "warning") and "status of 404" not in message.text:
            self.complaints.append(message.text)

    def go(self, path: str) -> Page:
        """Open a page of the service."""
        self.page.goto(self.address + path)
        return self.page

    def widen(self, width: int) -> None:
        """Make the window this wide."""
        self.page.set_viewport_size({"width": width, "height": 900})


@pytest.fixture(scope="module")
def examined(chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """One window for all pages that axe examines, and axe in each of them.

    Nothing is typed or kept there, so a page is what it would be in a window of its own; opening
    one, and reading axe anew for each page, would take longer than axe itself.
    """
    visit = Visit(chromium, built_pages, WIDTHS[0])
    visit.context.add_init_script(path=AXE)
    yield visit
    visit.context.close()


@pytest.fixture(params=[1280, 320])
def visit(request: pytest.FixtureRequest, chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """A window, wide and narrow."""
    visit = Visit(chromium, built_pages, request.param)
    yield visit
    visit.context.close()


@pytest.fixture
def narrow(chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """A window as narrow as a small telephone, or a page enlarged to 400%."""
    visit = Visit(chromium, built_pages, 320)
    yield visit
    visit.context.close()


@pytest.fixture
def wide(chromium: Browser, built_pages: str) -> Iterator[Visit]:
    """A window of a common screen."""
    visit = Visit(chromium, built_pages, 1280)
    yield visit
    visit.context.close()


@EVERY_PAGE
def test_axe_finds_nothing_and_nothing_is_cut_off(examined: Visit, path: str) -> None:
    """One visit for all of it: nothing scrolls sideways, and nothing ends beyond the side, but for
    what a table has in a frame of its own."""
    examined.complaints.clear()  # of the page before
    examined.widen(WIDTHS[0])
    page = examined.go(path)
    for width in WIDTHS:
        examined.widen(width)
        assert [] == violations(page), width
        shown = page.evaluate("document.documentElement.clientWidth")
        assert shown >= page.evaluate("document.scrollingElement.scrollWidth"), width
        beyond = page.evaluate(
            """() => [...document.querySelectorAll('main *')].filter(each => {
                const box = each.getBoundingClientRect();
                const side = document.documentElement.clientWidth + 1;
                return !each.closest('thead, .app-wide > *') && box.right > side;
            }).map(each => each.outerHTML.slice(0, 80))"""
        )
        assert [] == beyond, width
    assert [] == examined.complaints


def tab_to(page: Page, selector: str) -> None:
    """Press the tabulator key until it reaches the control."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"{MOST_TABS} steps do not reach {selector}")


# The same day whichever of day and month a browser asks for first.
TYPED, TYPED_ON, IN_WORDS = "03032025", "2025-03-03", "3 March 2025"


# One page of each kind: the control is the same on all of them.
WITH_CONTROL = ("board", "indicator", "why", "changes", "audit", "exceptions", "register", "loads")


@pytest.mark.parametrize("path", [PAGES[name] for name in WITH_CONTROL], ids=WITH_CONTROL)
def test_the_known_at_control_works_without_a_mouse(wide: Visit, path: str) -> None:
    page = wide.go(path)
    tab_to(page, "#known-at")
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**known_at={TYPED_ON}**")

    banner = page.get_by_role("region", name="Moment shown")
    assert f"what was known on {IN_WORDS}" in banner.inner_text()
    assert banner.is_visible()


def test_the_rules_of_another_day_are_chosen_without_a_mouse(wide: Visit) -> None:
    page = wide.go(BOARD)
    tab_to(page, "form summary")
    page.keyboard.press("Enter")
    tab_to(page, "#policy-at")
    page.keyboard.type(TYPED)
    page.keyboard.press("Enter")
    page.wait_for_url(f"**policy_at={TYPED_ON}**")

    assert f"under the rules of {IN_WORDS}" in page.locator(".app-past").inner_text()


def test_the_way_back_to_now_is_one_press(wide: Visit) -> None:
    page = wide.go(at(BOARD, PAST))
    tab_to(page, ".app-past a")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{BOARD}")

    assert 0 == page.locator(".app-past").count()


def test_the_banner_of_the_past_stays_in_sight(wide: Visit) -> None:
    page = wide.go(at(BOARD, PAST))
    page.evaluate("window.scrollTo(0, 2000)")
    box = page.locator(".app-past").bounding_box()

    assert box is not None
    assert 0 == box["y"]


def test_what_has_the_focus_is_not_under_the_banner(wide: Visit) -> None:
    page = wide.go(at(BOARD, PAST))
    page.locator("table a").nth(20).focus()
    for _ in range(10):
        page.keyboard.press("Shift+Tab")
        top = page.evaluate("document.activeElement.getBoundingClientRect().top")
        banner = page.locator(".app-past").bounding_box()
        assert banner is not None
        assert top >= banner["height"]


def test_only_the_group_that_is_looked_at_is_underlined_where_colours_are_forced(
    wide: Visit,
) -> None:
    """A border that nobody should see has a colour there as all others have."""
    page = wide.go(BOARD)
    page.emulate_media(forced_colors="active")
    names = ("app-sections__name", "app-sections__name app-sections__name--here")
    link = page.locator(".app-sections a").first
    width = "(link, name) => (link.className = name, getComputedStyle(link).borderBottomWidth)"
    lines = [link.evaluate(width, name) for name in names]

    assert ["0px", "4px"] == lines


# What WCAG 1.4.12 lets everybody choose; the pages’ policy keeps a test from it, and no reader.
SPACING = """* { line-height: 1.5 !important; letter-spacing: 0.12em !important;
word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"""
SPACED = ("board", "indicator", "scorecard", "examinations", "collection of some periods")


@pytest.mark.parametrize("name", SPACED)
def test_letters_and_words_further_apart_find_room(
    chromium: Browser, built_pages: str, name: str
) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 900}, bypass_csp=True)
    page = context.new_page()
    page.goto(built_pages + PAGES[name])
    page.add_style_tag(content=SPACING)
    width = page.evaluate("document.scrollingElement.scrollWidth")
    context.close()

    assert 320 == width


@pytest.mark.parametrize("name", ["board", "cube"])
def test_what_is_chosen_is_not_cut_off(narrow: Visit, name: str) -> None:
    """In a box as wide as the page a long name may end early; beside another a short one had."""
    boxes = narrow.go(PAGES[name]).locator(".app-tools select")
    widths = boxes.evaluate_all("all => all.map(one => one.getBoundingClientRect().width)")
    room = narrow.page.evaluate("getComputedStyle(document.querySelector('.app-tool')).width")

    assert widths
    assert {float(room.removesuffix("px"))} == set(widths)


def test_a_table_keeps_its_meaning_as_cards(narrow: Visit) -> None:
    page = narrow.go(BOARD)
    title = "Infant deaths in the first year of life"
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=title))

    assert 1 == row.count()
    assert 7 == row.get_by_role("cell").count()
    first = row.get_by_role("cell").first
    assert '"Period"' == first.evaluate("cell => getComputedStyle(cell, '::before').content")


def test_a_cube_is_moved_within_its_frame_and_keeps_what_its_rows_are_of(narrow: Visit) -> None:
    page = narrow.go(PAGES["cube wider than a sheet"])
    frame, row = page.locator(".app-wide"), page.locator("tbody tr").first
    lead, cells = row.get_by_role("rowheader"), row.get_by_role("cell")
    left, first = (one.bounding_box() for one in (lead, cells.first))
    assert left is not None
    assert first is not None
    frame.evaluate("frame => frame.scrollLeft = 400")
    moved, gone = (one.bounding_box() for one in (lead, cells.first))

    assert moved is not None
    assert gone is not None
    assert (left["x"], first["x"] - 400) == (moved["x"], gone["x"])
    assert 0 == page.evaluate("document.scrollingElement.scrollLeft")
    names = cells.evaluate_all("all => all.map(one => getComputedStyle(one, '::before').content)")
    columns = page.locator("thead th").all_text_contents()[1:]
    assert [f'"{name}"' for name in columns] == names
    assert moved["height"] < 300  # a card of so many columns would take twice as much
    cells.nth(1).get_by_role("link").focus()  # on the way back it is beside what is kept
    box = page.evaluate("document.activeElement.getBoundingClientRect().left")
    assert box >= moved["x"] + moved["width"]


def test_a_load_that_goes_on_leaves_everybody_their_place_and_tells_when_it_has_ended(
    wide: Visit,
) -> None:
    """Its bar alone is drawn anew: a box that was opened stays open, and what has the focus keeps
    it. Whoever listens is told each step once, by an element that was there before."""
    page = wide.go(PAGES["load checking"])
    page.evaluate(
        """() => {
            window.said = [];
            const told = document.querySelector("[role=status]");
            const tell = () => said.push(told.textContent);
            new MutationObserver(tell).observe(told, {childList: true});
        }"""
    )
    tab_to(page, "form summary")
    page.keyboard.press("Enter")
    asked = f"**{PAGES['load checking']}"
    for _ in range(2):
        with page.expect_response(asked):
            pass
    page.wait_for_function("said.length")
    assert page.evaluate("document.activeElement.matches('details[open] > summary')")
    assert ["Being checked"] == page.evaluate("said")

    ended = wide.context.request.get(wide.address + PAGES["load checked"])
    page.route(asked, lambda route: route.fulfill(response=ended))
    expect(page.locator(".app-subtitle .app-load")).to_have_text("checked")
    _, last = page.evaluate("said")
    assert last.startswith("checked. ")
    assert " rows: " in last
    assert 0 == page.locator("#load-goes-on").count()
    assert [] == wide.complaints


def test_an_area_is_chosen_and_the_moment_kept(wide: Visit) -> None:
    page = wide.go(at(BOARD, "known_at=position:77"))
    page.get_by_label("Area", exact=True).select_option(label="Rugby")
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**area=E07000220**")

    assert "ledger position 77" in page.locator(".app-past").inner_text()
    assert "Rugby" in page.locator(".app-subtitle").inner_text()


def test_the_chart_is_shown_and_fits(visit: Visit) -> None:
    image = visit.go(INDICATOR).locator("figure img")
    image.scroll_into_view_if_needed()
    drawn = image.evaluate("image => image.decode().then(() => [image.naturalWidth, image.width])")

    assert drawn[0] > 200
    assert drawn[1] > 200
    assert [] == visit.complaints


def test_print_has_the_figures_and_none_of_the_controls(wide: Visit) -> None:
    page = wide.go(at(BOARD, PAST))
    page.emulate_media(media="print")

    assert page.locator(".app-past").is_visible()
    assert page.locator("table").first.is_visible()
    assert not page.locator("form").first.is_visible()
    left_out = page.locator(".app-screen-only")
    assert "nav" in left_out.evaluate_all("all => all.map(one => one.localName)")
    assert 0 == left_out.filter(visible=True).count()
    links = page.locator("main table a").first
    assert "none" == links.evaluate("link => getComputedStyle(link, '::after').content")
    tag = page.locator("table .app-status--amber").first
    assert "rgba(0, 0, 0, 0)" == tag.evaluate("tag => getComputedStyle(tag).backgroundColor")
    assert "rgb(0, 0, 0)" == tag.locator("svg").evaluate("svg => getComputedStyle(svg).color")


def test_a_print_of_a_part_says_that_it_is_one(wide: Visit) -> None:
    page = wide.go(PAGES["amendment of many targets"])
    page.emulate_media(media="print")
    assert page.get_by_text("This part of the list has targets 1 to 20 of 45.").is_visible()
    assert not page.get_by_role("link", name="More targets").first.is_visible()
    page = wide.go(PAGES["sign-off"])
    page.emulate_media(media="print")
    assert page.get_by_text("40 are on other parts.").is_visible()
    assert page.locator(".app-table--waiting").is_visible(), "what is folded on a screen is read"


def test_a_print_is_on_a4_on_its_side(wide: Visit) -> None:
    document = wide.go(BOARD).pdf(prefer_css_page_size=True)
    boxes = {part.split(b"]")[0] for part in document.split(b"/MediaBox [")[1:]}

    assert boxes
    for box in boxes:
        _, _, width, height = (float(edge) for edge in box.split())
        assert (842, 595) == (round(width), round(height))


SHEET = 1032  # of A4 on its side between its margins, in the pixels of a print


@pytest.mark.parametrize("name", ["cube", "cube wider than a sheet"])
def test_a_cube_is_printed_whole(chromium: Browser, built_pages: str, name: str) -> None:
    visit = Visit(chromium, built_pages, SHEET)
    page = visit.go(PAGES[name])
    page.emulate_media(media="print")
    cells = page.locator(".app-wide td")
    ends = cells.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    shown = cells.evaluate_all("all => all.filter(one => one.checkVisibility()).length")
    visit.context.close()

    assert len(ends) == shown > 0
    assert max(ends) <= SHEET
