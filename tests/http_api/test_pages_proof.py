"""The page that proves one figure: in words, in order, and with what it does not prove."""

import json
from collections.abc import Iterator

import pytest
from browser.indicators import HOME
from browser.parsed import Element
from browser.proved import KEY, SIZE
from browser.serving import create
from browser.visiting import BOARD, PROOF, WHY, visit
from journeys.rfc9162 import proves
from litestar import Litestar
from litestar.testing import TestClient


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient[Litestar]]:
    with TestClient(create()) as client:
        yield client


@pytest.fixture(scope="module")
def page(client: TestClient[Litestar]) -> Element:
    return visit(client, PROOF)


def test_the_page_shows_what_the_receipt_holds(client: TestClient[Litestar], page: Element) -> None:
    """Exactly, so that whoever copies it can check it."""
    receipt = client.get(PROOF.replace("/proof?", "/receipt.json?")).json()
    assert proves(receipt)
    shown = [each.text for each in page.every("pre")]
    stored, line, hashes, checkpoint, key = shown
    assert json.loads(stored) in json.loads(receipt["payload"])["entries"]
    assert receipt["entry"] == line
    assert list(receipt["hashes"]) == hashes.split()
    assert receipt["checkpoint"].split() == checkpoint.split()
    assert str(KEY) == key
    assert f"all {SIZE} events" in page.text


def test_the_figure_and_its_giver_are_told_in_words(page: Element) -> None:
    assert "Proof of" in page.one("h1").text
    assert "This figure is entry" in page.text
    assert "What it does not prove" in page.text


def test_the_working_leads_to_the_proof(client: TestClient[Litestar]) -> None:
    links = [each["href"] for each in visit(client, WHY).every("a")]
    assert PROOF in links


def test_what_was_never_given_has_no_proof(client: TestClient[Litestar]) -> None:
    answer = client.get(f"{BOARD}/indicators/falls/proof?period=FY2026&area={HOME}")
    assert 404 == answer.status_code
    assert "no value for FY2026 to prove" in answer.text


def test_the_receipt_is_a_file(client: TestClient[Litestar]) -> None:
    answer = client.get(PROOF.replace("/proof?", "/receipt.json?"))
    name = f'attachment; filename="receipt-{answer.json()["position"]}.json"'
    assert name == answer.headers["content-disposition"]
