"""Whatever anybody writes anywhere is text to whoever reads it, and nothing else."""

import re
from collections import deque
from collections.abc import Iterator
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import hostile
import httpx
import pytest
from browser.parsed import Element, parsed
from hostile import ATTRIBUTE, LONG, OF, ON, PRODUCT, SHORT, TAG, TEXT, Hostile
from journeys.walking import ASKED, HTML, READING, filled
from servers import Server
from services import Served, at_database, done_well, outturn, serving

# The texts that people write freely, by the name of their field wherever it stands.
FREE = {"note", "reason", "action", "cause", "minute_reference", "no_baseline", "title", "name",
        "label"}  # fmt: skip
ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "xlink:href", "srcset")
FORBIDDEN = {"iframe", "object", "embed", "base", "style", "template", "applet", "frame", TAG}


@pytest.fixture(scope="module")
def ledger(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hostile]:
    """The ledger in which everything is hostile."""
    file = tmp_path_factory.mktemp("hostile") / "hostile.toml"
    file.write_text(hostile.set_up_file())
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        done_well(outturn("agreement", "apply", file, where=where))
        with serving(where) as service:
            written = Hostile(service, url)
            for act in (
                hostile.act_on_values,
                hostile.act_on_performance,
                hostile.act_by_files,
                hostile.act_on_the_agreement,
                hostile.act_on_accounts,
            ):
                act(written)
            yield written
            written.close()


def check_harmless(page: str, where: str) -> Element:
    """The page, in which nothing is but what our templates put there."""
    document = parsed(page)
    for element in document.every():
        attributes = element.attributes
        assert element.tag not in FORBIDDEN, (where, element.tag)
        assert not [name for name in attributes if name.startswith("on")], (where, attributes)
        assert ATTRIBUTE not in attributes, (where, attributes)
        assert "style" not in attributes, (where, attributes)
        assert "srcdoc" not in attributes, (where, attributes)
        for name in set(ADDRESSES) & set(attributes):
            check_address(element.tag, attributes[name], where)
        if element.tag == "script":
            assert attributes["src"].startswith("/static/"), (where, attributes)
            assert "" == element.text
    assert PRODUCT not in page, where
    return document


def check_address(tag: str, address: str, where: str) -> None:
    """An address of ours, of a letter, or of a page elsewhere that a text names."""
    said = re.sub(r"[\x00-\x20]", "", address).lower()
    scheme = re.match(r"[a-z][a-z0-9+.-]*:", said)
    ours = said.startswith(("/", "#", "?")) and not said.startswith("//")
    outside = tag == "a" and scheme is not None and scheme[0] in {"https:", "http:", "mailto:"}
    icon = tag == "link" and said.startswith("data:image/svg+xml")
    assert ours or outside or icon, (where, tag, address)


def kind_of(address: str) -> str:
    """Which kind of page an address is of."""
    split = urlsplit(address)
    named = sorted({name for name, _ in parse_qsl(split.query)} - {"known_at", "policy_at"})
    path = re.sub(r"\d+|[0-9a-f]{8,}|%[0-9A-F]{2}", "n", split.path)
    return f"{path}?{named}"


@cache
def looked_at(ledger: Hostile, person: str) -> dict[str, Element]:
    """The pages that a person comes to."""
    return dict(look_around(ledger, person))


def look_around(ledger: Hostile, person: str) -> Iterator[tuple[str, Element]]:
    """Every page that a person comes to by links, one of each kind; all of them harmless."""
    browser, seen = ledger.browser(person), set[str]()
    begin = ["/", "/tasks", "/account", "/sign-in", OF]
    waiting = deque(begin)
    while waiting:
        address = waiting.popleft()
        kind = kind_of(address)
        if kind in seen:
            continue
        seen.add(kind)
        answer = browser.get(address, follow_redirects=False)
        assert answer.status_code < 500, (address, answer.text)
        content = answer.headers.get("content-type", "")
        if "svg" in content:
            check_harmless(answer.text, f"{person} {address}")
        if "text/html" not in content:
            continue
        page = check_harmless(answer.text, f"{person} {address}")
        yield address, page
        links = (link["href"].partition("#")[0] for link in page.every("a"))
        waiting.extend(link for link in links if link.startswith("/"))


@pytest.mark.parametrize("person", ["", "entry", "performance", "board", "admin"])
def test_nothing_that_was_written_is_more_than_text_on_any_page(
    ledger: Hostile, person: str
) -> None:
    """Every page by links from the first, as each kind of person sees them."""
    pages = looked_at(ledger, person)
    shown = "".join(page.text for page in pages.values())
    if person:
        assert len(pages) > 30, sorted(pages)
        assert "<evil data-evil=" in shown


WANTED = {  # by whom a page is looked at on which all of something is shown
    "performance": ["", "ON", "ON/escalation", "/exceptions",
                    "/examinations", "/changes", "/restatements", "/amendments", "/amendments/1",
                    "/amendments/1/memorandum", "/people", "/loads", "/collection", "/chase",
                    "/bodies", "/audit", "/audit/events", "/audit/rules", "/audit/roles"],
    "entry": ["/entry-grid", "ON/entry?period=FY2025&area=E10000031"],
    "signer": ["/sign-off"],
    "admin": ["/people/accounts"],
}  # fmt: skip


def test_every_page_that_shows_what_was_written_is_among_them(ledger: Hostile) -> None:
    """So that the walk above is not a walk past them."""
    for person, parts in WANTED.items():
        for part in parts:
            address = ON + part.removeprefix("ON") if part.startswith("ON") else OF + part
            answer = ledger.browser(person).get(address)
            assert 200 == answer.status_code, (address, answer.text)
            page = check_harmless(answer.text, address)
            assert "<evil" in page.one("main").text, address


def test_every_event_is_told_as_text(ledger: Hostile) -> None:
    """Whatever was recorded, as an auditor is told of it, with what it says in the record."""
    kinds = set()
    for position in range(1, ledger.service.head + 1):
        page = ledger.browser("auditor").get(f"{OF}/audit/events/{position}").text
        kinds.add(check_harmless(page, f"event {position}").one("h1").text)
    assert len(kinds) > 30


def test_every_text_of_the_api_was_tried(ledger: Hostile) -> None:
    """By the description of the API itself: a field that comes later must be tried too."""
    described: dict[str, Any] = ledger.browser("").get("/schema/openapi.json").json()
    free = set(free_texts(described))
    assert len(free) > 25
    untried = {
        ("/loads/{}/withdrawal", "reason"),  # tried as that of an abandonment
        ("/refreshes/{}/decisions", "minute_reference"),  # as those of an amendment
        ("/refreshes/{}/decisions", "reason"),
    }
    assert set() == free - ledger.sent - untried


def free_texts(described: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The act and the field of every free text of a body."""
    for path, item in described["paths"].items():
        act = re.sub(r"\{\w+\}", "{}", path.partition("/agreements/{agreement}")[2])
        content = item.get("post", {}).get("requestBody", {}).get("content", {})
        for body in content.values():
            for field in texts_inside(body["schema"], described["components"]["schemas"], ""):
                if (act, field) != ("/indicators/{}/sign-offs", "entries[].name"):  # of an entry
                    yield act, field


def texts_inside(schema: dict[str, Any], schemas: dict[str, Any], path: str) -> Iterator[str]:
    """The free texts inside of a schema."""
    inner = [(each, path) for each in (*schema.get("oneOf", ()), *schema.get("anyOf", ()))]
    inner += [(one, f"{path}.{name}" if path else name)
              for name, one in schema.get("properties", {}).items()]  # fmt: skip
    if "$ref" in schema:
        inner.append((schemas[schema["$ref"].rpartition("/")[2]], path))
    if "items" in schema:
        inner.append((schema["items"], f"{path}[]"))
    for one, place in inner:
        yield from texts_inside(one, schemas, place)
    if "string" in schema.get("type", ()) and path.rpartition(".")[2] in FREE:
        yield path


@pytest.mark.parametrize("words", ["Zx\0", "Zx" + "x" * 10_000], ids=["a NUL", "too many letters"])
def test_what_cannot_be_kept_is_refused_in_every_text(ledger: Hostile, words: str) -> None:
    before, acts = ledger.service.head, list(ledger.acts)
    for part, body, by, indicator in acts:
        for other in hostile.in_other_words(body, words):
            answer = ledger.post(part, other, by, indicator)
            assert answer.status_code in {400, 422}, (part, other, answer.text)
    assert before == ledger.service.head
    assert len(acts) > 30


def test_a_line_that_others_stand_beside_turns_the_order_of_none(ledger: Hostile) -> None:
    turned = "paid \u202e001 \u202c pounds"
    for part, body, by in (
        ("amendments", {"title": turned, "reason": "x", "effective_from": "FY2026"}, "lead"),
        ("refreshes", {"title": turned, "opens_on": "2026-01-01", "closes_on": "2026-02-01"},
         "performance"),
        ("publications", {"title": turned}, "performance"),
        ("people", {"id": "turned", "name": turned, "email": "turned@county.example"}, "admin"),
    ):  # fmt: skip
        answer = ledger.post(part, body, by)
        assert answer.status_code in {400, 422}, (part, answer.text)


# Forms


def test_a_form_that_comes_back_shows_what_was_typed_as_text(ledger: Hostile) -> None:
    """Every form of every page, with an attack in every field; most of them are refused."""
    tried: set[str] = set()
    for person in ("entry", "signer", "lead", "performance", "board", "admin"):
        for address, page in looked_at(ledger, person).items():
            for form in page.every("form", method="post"):
                where = form["action"] or address
                kind = kind_of(where)
                if kind in tried or "sign-out" in where or not texts_of(form):
                    continue
                tried.add(kind)
                for text in (TEXT, SHORT, LONG):
                    answer = sent(ledger.browser(person), where, form, text)
                    assert answer.status_code < 500, (where, answer.text)
                    if "text/html" in answer.headers.get("content-type", ""):
                        check_harmless(answer.text, f"form {where}")
    assert len(tried) > 12, sorted(tried)


def texts_of(form: Element) -> list[str]:
    """The fields of a form in which one can write."""
    lines = [one for one in form.every("input") if one["type"] in {"", "text", "search", "email"}]
    return [one["name"] for one in (*lines, *form.every("textarea")) if one["name"]]


def sent(browser: httpx.Client, where: str, form: Element, text: str) -> httpx.Response:
    """A form with a text in each of its fields, and in what it would say unseen."""
    typed = {one["name"]: one["value"] for one in form.every("input") if one["name"]}
    typed |= dict.fromkeys(texts_of(form), text)
    typed |= {one["name"]: text for one in form.every("select") if one["name"]}
    if form["enctype"] == "multipart/form-data":
        files = {"file": (f"{SHORT}.csv", text.encode())}
        return browser.post(where, data=typed, files=files, follow_redirects=False)
    return browser.post(where, data=typed, follow_redirects=False)


# Reflected


PAGES = [(path, person) for path, person in READING if not path.startswith("/api/")]
ATTACKS = (TEXT, "javascript:alert(1)", "\u202eexe.txt", "a\x00b", "x" * 1000, "//evil.example")


@pytest.mark.parametrize(("path", "person"), PAGES, ids=str)
def test_an_address_is_shown_as_text(service: Served, path: str, person: str) -> None:
    """With an attack in each gap of it, and in every parameter that the page takes."""
    asked = [dict.fromkeys(ASKED[path], attack) for attack in ATTACKS]
    alone = [{name: TEXT} for name in sorted(ASKED[path])]
    tried: list[tuple[str, dict[str, str]]]
    addresses = dict.fromkeys(filled(path, attack) for attack in (*ATTACKS, "x" * 10_000))
    tried = [(address, {}) for address in addresses]
    tried += [(filled(path), query) for query in (*asked, *alone, {"<evil>": TEXT})]
    for address, query in tried:
        answer = service.caller(person).get(address, params=query, headers=HTML)
        assert answer.status_code < 500, (address, query, answer.text)
        if "html" in answer.headers.get("content-type", ""):
            check_harmless(answer.text, f"{address} {query}")


def test_after_all_of_that_the_answers_still_follow(ledger: Hostile) -> None:
    """Nothing that was taken in is more than they can lay out."""
    head = ledger.service.head
    answer = ledger.browser("auditor").get(f"/api/v1{OF}", params={"min_position": head})
    assert 200 == answer.status_code, answer.text
