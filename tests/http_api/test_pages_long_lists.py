"""Lists that may be long: a part at a time, and the way on and back keeps what was asked."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest
from browser.built import BuiltReader
from browser.built_changes import diff_answer
from browser.judged import CODE
from browser.parsed import Element, parsed
from browser.serving import create
from browser.visiting import CHANGES, PAGES, RESTATEMENTS, visit
from litestar import Litestar
from litestar.testing import TestClient

from http_api.pages.changes import Asked, changes_page, restatements_page
from http_api.pages.reader import ClocksAsked
from projections.changes import Diff, Restatements

MOST = 25  # of a list on a page
CLOCKS = "known_at=2026-10-31&policy_at=2026-09-30"
BEGINNING = "Back to the beginning of the list"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


def followed(page: Element, text: str) -> dict[str, list[str]]:
    """What the address of a link says."""
    (link,) = (each for each in page.every("a") if each.text == text)
    return parse_qs(urlsplit(link["href"]).query)


@pytest.mark.parametrize(
    ("path", "onward"),
    [
        (f"{CHANGES}?from=2026-01-31&area=all", "More changes"),
        (f"{RESTATEMENTS}?indicator=absence&area=all", "Earlier restatements"),
    ],
    ids=["changes", "restatements"],
)
def test_the_way_on_and_back_keeps_the_clocks_and_what_was_chosen(
    client: TestClient[Litestar], path: str, onward: str
) -> None:
    asked = parse_qs(f"{urlsplit(path).query}&{CLOCKS}")

    first = visit(client, f"{path}&{CLOCKS}")
    assert asked | {"after": ["more"]} == followed(first, onward)
    assert BEGINNING not in first.text
    second = visit(client, f"{path}&{CLOCKS}&after=more")
    assert asked == followed(second, BEGINNING)
    assert onward not in second.text


@pytest.mark.parametrize("name", ["amendment of many targets", "amendment, further on"])
def test_of_several_lists_on_a_page_each_way_on_says_of_which_it_is(
    client: TestClient[Litestar], name: str
) -> None:
    links = visit(client, PAGES[name]).one("main").every("a")
    ways = [(one.text, one["href"]) for one in links
            if one.text.startswith(("More", BEGINNING)) or "CSV" in one.text]  # fmt: skip

    assert len(ways) > 3
    assert len(ways) == len({text for text, _ in ways}), ways


def test_a_page_asks_for_no_more_than_can_be_read() -> None:
    limits = list[int]()

    class Watched(BuiltReader):
        def diff(self, *asked: object, limit: int, **named: object) -> Diff:
            limits.append(limit)
            return super().diff(*asked, limit=limit, **named)  # type: ignore[arg-type]

        def restatements(self, *asked: object, limit: int, **named: object) -> Restatements:
            limits.append(limit)
            return super().restatements(*asked, limit=limit, **named)  # type: ignore[arg-type]

    changes_page(Watched(), Asked(clocks=ClocksAsked()), CODE)
    restatements_page(Watched(), Asked(clocks=ClocksAsked()), CODE)

    assert 2 == len(limits)
    assert max(limits) <= MOST


def test_a_part_of_the_changes_says_of_how_many(client: TestClient[Litestar]) -> None:
    said = visit(client, CHANGES).one("section", **{"aria-labelledby": "summary"}).text
    counts = diff_answer(ClocksAsked(), ClocksAsked(), area=None, after=None).counts

    assert f"The list has {counts.changed} differences: statuses that became worse," in said
    assert "This part of it has" in said


def test_a_part_of_the_restatements_says_that_there_are_others() -> None:
    """On paper too, where the way on is left out."""

    class Last(BuiltReader):
        def restatements(self, *asked: object, **named: object) -> Restatements:
            answer = super().restatements(*asked, **named | {"after": None})  # type: ignore[arg-type]
            return msgspec.structs.replace(answer, next=None)

    clocks = ClocksAsked()
    first = parsed(restatements_page(BuiltReader(), Asked(clocks=clocks), CODE)).text
    last = parsed(restatements_page(Last(), Asked(clocks=clocks, after="more"), CODE)).text
    assert "; there are earlier ones." in first
    assert "; there are later ones." in last
    assert (
        "This part of the list"
        not in parsed(restatements_page(Last(), Asked(clocks=clocks), CODE)).text
    )


def test_of_several_causes_the_steps_are_folded_and_one_is_told_at_once() -> None:
    class Longer(BuiltReader):
        def diff(self, *asked: object, **named: object) -> Diff:
            answer = super().diff(*asked, **named)  # type: ignore[arg-type]
            alone, *_ = answer.cells
            twice = msgspec.structs.replace(
                alone, period_label="twice", causes=(*alone.causes, *alone.causes)
            )
            return msgspec.structs.replace(answer, cells=(alone, twice))

    page = parsed(changes_page(Longer(), Asked(clocks=ClocksAsked()), CODE))
    alone, twice = page.every("div", cls="app-change")
    assert [] == alone.every("details")
    assert twice.one("details").one("summary").text.startswith("Why: 2 steps")
    assert 2 == len(twice.one("details").every("li"))
