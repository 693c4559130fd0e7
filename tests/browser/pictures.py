"""The pictures of docs/images, taken of the demonstration as people see it.

Made anew where pages have changed, in a clone that has run its tests once:

    PYTHONPATH=tests .venv/bin/python -m browser.pictures
"""

from pathlib import Path
from typing import NamedTuple

from browser.conftest import CHROMIUM, OPTIONS, ROOT
from browser.people import AGREEMENT, Office
from playwright.sync_api import FloatRect, Page, sync_playwright
from services import HOME, Served, at_home, done_well, outturn, serving, short_folder

IMAGES = ROOT / "docs" / "images"
WIDTH = 1280
MOST_BYTES = 200_000  # a picture is looked at over any connection
THEN = "known_at=2025-01-31&policy_at=2025-01-31"
INJURIES = f"{AGREEMENT}/indicators/HospAd0-14/entry?period=FY2024&area={HOME}"

COMPARED = f"{AGREEMENT}/indicators/LACStable_2016on/comparators"


class Picture(NamedTuple):
    """A page as somebody sees it, down to a height: all of it, or from where its own part begins.

    ``typed`` is put into fields by their labels, and then a button pressed.
    """

    name: str
    person: str
    path: str
    height: int
    whole: bool = False
    typed: tuple[tuple[str, str], ...] = ()
    press: str = ""


PICTURES = (
    Picture("board", "board.member", AGREEMENT, 1295, whole=True),
    Picture("board-2025-01-31", "board.member", f"{AGREEMENT}?{THEN}", 1320, whole=True),
    Picture("tasks", "entry.health", "/tasks", 780, whole=True),
    Picture(
        name="entry",
        person="entry.health",
        path=INJURIES,
        height=1200,
        typed=(("Value, per 10,000 children", "0.762"),),
        press="Check",
    ),
    Picture("sign-off", "signoff.youth", f"{AGREEMENT}/sign-off?period=CY2022&area={HOME}", 1200),
    Picture("collection", "performance.officer", f"{AGREEMENT}/collection", 1250),
    Picture("body", "chair.youth", f"{AGREEMENT}/bodies/youth-group", 1250),
    Picture("comparators", "board.member", COMPARED, 1250),
    Picture("help", "entry.health", "/help", 900, whole=True),
)


def take(page: Page, picture: Picture) -> bytes:
    """One picture, in a browser in which somebody is signed in."""
    page.goto(picture.path)
    for label, text in picture.typed:
        page.get_by_label(label).fill(text)
    if picture.press:
        page.get_by_role("button", name=picture.press).click()
    page.wait_for_load_state("networkidle")
    box = page.locator("body" if picture.whole else "main").bounding_box()
    assert box is not None
    height = min(picture.height, box["height"])
    shown: FloatRect = {"x": 0, "y": box["y"], "width": WIDTH, "height": height}
    return page.screenshot(clip=shown, full_page=True, scale="css", animations="disabled")


def take_all(served: Served, password: str, folder: Path) -> None:
    """All of them, into a folder."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*OPTIONS, "--lang=en-GB"]
        )
        office = Office(chromium, served, password)
        signed_in: dict[str, Page] = {}
        for picture in PICTURES:
            if picture.person not in signed_in:
                signed_in[picture.person] = office.at_work(picture.person)
            taken = take(signed_in[picture.person], picture)
            assert len(taken) < MOST_BYTES, f"{picture.name} has {len(taken)} bytes"
            (folder / f"{picture.name}.png").write_bytes(taken)
        office.close()
        chromium.close()


def main() -> None:
    with short_folder() as home:
        where = at_home(home)
        made = done_well(outturn("demo", "--no-serve", "--json", where=where)).document
        with serving(where) as served:
            take_all(served, made["password"], IMAGES)


if __name__ == "__main__":
    main()
