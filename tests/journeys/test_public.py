"""What anybody may read: figures that were signed off, as they were when they were published."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from browser.parsed import Element, parsed
from evidence_files import PDF
from journeys.asking import AGREEMENT, entry, of, said, sign_off, submit
from servers import Server
from services import ENTRY_OFFICER, HOME, Served, at_database, more_tokens, serving, set_up

WARMTH = "/agreements/county/indicators/warmth"
BOARD, WHY = "/agreements/county?period=FY2023", f"{WARMTH}/why?period=FY2023&area={HOME}"
CHARTS = "/agreements/county/charts"
PUBLIC = "", "stranger"  # nobody, and somebody who takes no part


@contextmanager
def publishing(embedded_server: Server) -> Iterator[Served]:
    """Two values with evidence; the later one is signed off and published."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        tokens = set_up(where, ENTRY_OFFICER)
        with serving(where) as service:
            service.tokens.update(more_tokens(url) | tokens)
            file = {"file": ("survey.pdf", PDF, "application/pdf")}
            sent = service.caller(ENTRY_OFFICER).post(f"{AGREEMENT}/attachments", files=file)
            evidence = [said(sent, 201)["attachment"]]
            values = [
                entry("8125", "FY2022", note="From the ward meeting.", attachments=evidence),
                entry("8375", "FY2023", note="From the old survey.", attachments=evidence),
            ]
            given = submit(service, "warmth", *values)
            later = given["entries"][1]["name"]
            signed = sign_off(service, "warmth", later, position=given["position"])
            publish(service, signed["position"])
            yield service


@pytest.fixture(scope="module")
def served(embedded_server: Server) -> Iterator[Served]:
    with publishing(embedded_server) as service:
        yield service


def publish(service: Served, position: int) -> None:
    """Publish what is known by now, once the answers include a position."""
    body = {"title": "Figures of the autumn"}
    answer = service.caller("performance").post(f"{AGREEMENT}/publications", json=body)
    done = said(answer, 201)["position"]
    assert done > position
    said(service.caller("board").get(AGREEMENT, params={"min_position": done}), 200)


def page(service: Served, path: str, person: str = "") -> Element:
    answer = service.caller(person).get(path, headers={"accept": "text/html"})
    assert 200 == answer.status_code, answer.text
    return parsed(answer.text)


@pytest.mark.parametrize("person", PUBLIC)
@pytest.mark.parametrize("path", [BOARD, WARMTH, WHY, CHARTS])
def test_what_nobody_signed_off_is_on_no_page(served: Served, path: str, person: str) -> None:
    """Neither as a figure, nor as what a direction of travel starts from."""
    shown = page(served, path, person).one("main").text
    assert "8,375" in shown
    assert "8,125" not in shown
    assert "improving" not in shown
    assert "worsening" not in shown


@pytest.mark.parametrize("path", [WARMTH, WHY])
def test_the_contents_of_a_page_are_on_it(served: Served, path: str) -> None:
    document = page(served, path)
    inside = {one["href"] for one in document.every("a") if one["href"].startswith("#")}
    named = {one["id"] for name in ("h2", "main", "section") for one in document.every(name)}
    assert {"#history", "#"}.isdisjoint(inside)
    assert inside <= {f"#{name}" for name in named if name}


@pytest.mark.parametrize("path", [BOARD, WHY])
def test_the_page_says_why_there_is_no_direction(served: Served, path: str) -> None:
    assert "the earlier value is not signed off" in page(served, path).one("main").text
    assert "the earlier value is not signed off" not in page(served, path, "board").one("main").text


@pytest.mark.parametrize("person", PUBLIC)
@pytest.mark.parametrize("path", [BOARD, WARMTH, WHY, CHARTS])
def test_notes_evidence_and_names_are_on_no_page(served: Served, path: str, person: str) -> None:
    document = page(served, path, person)
    inside = page(served, WHY, "board").one("main")
    for words in ("survey.pdf", "From the old survey.", "Asha Patel"):
        assert words in inside.text
        assert words not in document.text
    assert not [one for one in document.every("a") if "/attachments/" in one["href"]]


@pytest.mark.parametrize("person", PUBLIC)
def test_evidence_is_saved_by_nobody_who_takes_no_part(served: Served, person: str) -> None:
    links = [one["href"] for one in page(served, WHY, "board").every("a")]
    (file,) = {one for one in links if "/attachments/" in one}
    assert PDF == served.caller("board").get(file).content
    answer = served.caller(person).get(file, headers={"accept": "application/pdf"})
    assert answer.status_code in {401, 403, 404}
    assert PDF not in answer.content


def test_what_is_signed_off_later_is_seen_once_it_is_published(embedded_server: Server) -> None:
    with publishing(embedded_server) as served:
        rows = said(served.caller("board").get(of("warmth", "values")), 200)["values"]
        earlier = next(row["name"] for row in rows if row["period"] == "FY2022")
        done = sign_off(served, "warmth", earlier, position=served.head)["position"]
        assert "8,125" not in page(served, WARMTH).one("main").text
        publish(served, done)
        assert "8,125" in page(served, WARMTH).one("main").text
        assert "the earlier value is not signed off" not in page(served, BOARD).one("main").text
