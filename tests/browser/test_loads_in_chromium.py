"""A file sent on the page by somebody with a browser: looked at, recorded, taken back."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from browser.people import sign_in
from playwright.sync_api import Browser, Page, expect
from services import Served, serving_demonstration

from http_api.demonstration.script import FOLDER

pytestmark = pytest.mark.browser

LOADS = "/agreements/warwickshire/loads"
PATIENCE_MILLISECONDS = 20_000


class Demonstration(NamedTuple):
    """A demonstration that may be changed, and the password of its people."""

    served: Served
    password: str


@pytest.fixture(scope="module")
def demonstration(made_demonstration: Path) -> Iterator[Demonstration]:
    with serving_demonstration(made_demonstration) as made:
        yield Demonstration(*made)


@pytest.fixture
def page(chromium: Browser, demonstration: Demonstration) -> Iterator[Page]:
    """A window of the data officer on the loads; the browser must not complain."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.set_default_timeout(PATIENCE_MILLISECONDS)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda told: complaints.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(demonstration.served.url + LOADS)
    sign_in(page, "data.officer", demonstration.password)
    page.wait_for_url(f"**{LOADS}")
    yield page
    context.close()
    assert [] == [each for each in complaints if "status of 4" not in each]


def send(page: Page, file: Path, mapping: Path | None = None) -> None:
    """Fill in the form and send it."""
    page.locator("#file").set_input_files(file)
    if mapping is not None:
        page.get_by_text("A mapping file, the day of release").click()
        page.locator("#mapping").set_input_files(mapping)
    page.get_by_role("button", name="Send and check").click()
    page.wait_for_url(re.compile(f"{LOADS}/[0-9a-f-]{{36}}$"))


def wait_for_state(page: Page, state: str) -> None:
    """The page looks again by itself, until it says so."""
    expect(page.locator(".app-subtitle .app-load")).to_have_text(
        state, timeout=PATIENCE_MILLISECONDS
    )


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    """The last release with some figures changed, one of them to nonsense."""
    lines = (FOLDER / "data/values_published_2026-04-08.csv").read_text("utf-8").splitlines()
    for number in (1, 2, 3):
        lines[number] = f"{lines[number].rpartition(',')[0]},{20 + number}.5"
    lines[4] = f"{lines[4].rpartition(',')[0]},about 12"
    file = tmp_path / "figures of autumn.csv"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return file


def test_a_file_is_looked_at_recorded_and_taken_back(page: Page, changed: Path) -> None:
    """Nothing is recorded until the button is pressed; all of it can be undone."""
    send(page, changed, FOLDER / "mapping.toml")
    wait_for_state(page, "checked")
    expect(page.get_by_role("heading", name="Nothing is recorded yet")).to_be_visible()
    expect(page.get_by_role("heading", name="1 row: not a number")).to_be_visible()
    assert "is not a number" in page.locator("main").inner_text()

    page.get_by_role("button", name=re.compile("Record [0-9]+ figures")).click()
    wait_for_state(page, "committed")
    assert "recorded at ledger position" in page.locator("main").inner_text()
    with page.expect_download() as download:
        page.get_by_role("link", name="Every row with its outcome (CSV)").click()
    assert download.value.path().read_text("utf-8").startswith("row,outcome,code,detail")

    page.get_by_label("Why").fill("The wrong release.")
    page.get_by_role("button", name="Take it back").click()
    wait_for_state(page, "withdrawn")
    assert "earlier figures hold again" in page.locator("main").inner_text()


def test_a_file_can_be_left_unrecorded(page: Page, changed: Path) -> None:
    send(page, changed, FOLDER / "mapping.toml")
    wait_for_state(page, "checked")
    page.get_by_role("button", name="Do not record it").click()
    wait_for_state(page, "abandoned")


def test_a_file_that_is_no_table_says_so(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "figures.xlsx"
    file.write_bytes(b"PK\x03\x04 and no more")
    send(page, file)
    wait_for_state(page, "refused")
    expect(page.locator(".govuk-warning-text")).to_contain_text("workbook")


def test_without_a_file_the_form_says_what_to_do(page: Page) -> None:
    page.get_by_role("button", name="Send and check").click()
    expect(page.locator("main")).to_contain_text("No file was chosen")
