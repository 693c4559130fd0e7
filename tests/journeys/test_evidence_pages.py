"""Evidence on pages: chosen beside a value or for one that is recorded, seen, and saved."""

import re
from collections.abc import Sequence
from html import unescape
from urllib.parse import unquote

import httpx
import pytest
from evidence_files import GOOD, HTML, PDF, png
from journeys.asking import READER, SIGNER, entry, submit, values
from services import ENTRY_OFFICER, HOME, Served

from ledger.attachments.kinds import Kind

WARMTH = "/agreements/county/indicators/warmth"
File = tuple[str, bytes]


def page(service: Served, path: str, by: str = ENTRY_OFFICER) -> str:
    answer = service.caller(by).get(path, headers={"accept": "text/html"})
    assert 200 == answer.status_code, answer.text
    return answer.text


def send_form(
    service: Served,
    path: str,
    fields: dict[str, str | list[str]],
    files: Sequence[File] = (),
    by: str = ENTRY_OFFICER,
) -> httpx.Response:
    """A form with files, as a browser sends it: an empty part where none was chosen."""
    parts = [("files", one) for one in files] or [("files", ("", b""))]
    return service.caller(by).post(path, data=fields, files=parts, headers={"accept": "text/html"})


def hidden(text: str) -> dict[str, str | list[str]]:
    """The hidden fields of the form of a page."""
    found: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', text):
        found.setdefault(name, []).append(unescape(value))
    return {name: given if len(given) > 1 else given[0] for name, given in found.items()}


def saved_as(answer: httpx.Response) -> str:
    """The name under which a browser saves a file."""
    said = answer.headers["content-disposition"]
    _, in_full, name = said.rpartition("''")
    return unquote(name) if in_full else said.split('"')[1]


def where(answer: httpx.Response) -> str:
    assert 303 == answer.status_code, answer.text
    return answer.headers["location"]


def test_a_value_is_entered_with_its_evidence_which_every_reader_can_save(service: Served) -> None:
    """Chosen once, carried through the check, sent, and shown where the figure is explained."""
    path = f"{WARMTH}/entry?period=FY1990&area={HOME}"
    assert 'type="file" multiple' in page(service, path)
    typed: dict[str, str | list[str]] = {"value": "5.5", "step": "check"}
    checked = send_form(service, path, typed, [("survey.pdf", PDF), ("plan.png", png())])
    assert 200 == checked.status_code
    assert "survey.pdf, plan.png" in checked.text
    sent = send_form(service, path, hidden(checked.text) | {"step": "send"})
    receipt = page(service, where(sent))
    assert "Attach evidence" in receipt
    assert 2 == len(hidden(checked.text)["attachments"])

    (row,) = values(service, "warmth", service.head, period="FY1990")
    assert ["survey.pdf", "plan.png"] == [one["name"] for one in row["attachments"]]
    why = page(service, f"{WARMTH}/why?period=FY1990&area={HOME}", READER)
    links = re.findall(
        r'href="(/agreements/county/attachments/[0-9a-f]{64})" download>([^<]*)', why
    )
    assert ["survey.pdf", "plan.png"] == [name for _, name in links]
    saved = service.caller(READER).get(links[0][0])
    assert (200, PDF, "survey.pdf") == (saved.status_code, saved.content, saved_as(saved))
    assert links[0][0] in page(service, f"{WARMTH}?area={HOME}", READER)


def test_a_correction_begins_with_the_evidence_there_is_and_may_leave_it_out(
    service: Served,
) -> None:
    path = f"{WARMTH}/entry?period=FY1991&area={HOME}"
    fields: dict[str, str | list[str]] = {"value": "6.5", "step": "check"}
    first = send_form(service, path, fields, [("old.txt", b"Old.")])
    where(send_form(service, path, hidden(first.text) | {"step": "send"}))
    form = page(service, path)
    assert re.search(r'value="[0-9a-f]{64}" checked>\s*<label[^>]*>old.txt', form)
    replaces = hidden(form)["replaces"]
    fields = {"value": "6.5", "step": "check", "replaces": replaces, "reason": "The other file."}
    checked = send_form(service, path, fields, [("new.txt", b"New.")])
    where(send_form(service, path, hidden(checked.text) | {"step": "send"}))
    (row,) = values(service, "warmth", service.head, period="FY1991")
    assert (replaces, ["new.txt"]) == (row["replaces"], [one["name"] for one in row["attachments"]])


def test_a_file_that_is_refused_is_named_and_no_other_has_to_be_chosen_again(
    service: Served,
) -> None:
    path = f"{WARMTH}/entry?period=FY1992&area={HOME}"
    fields: dict[str, str | list[str]] = {"value": "7.5", "note": "Typed once.", "step": "check"}
    answer = send_form(service, path, fields, [("page.png", HTML), ("good.txt", b"Good.")])
    assert 422 == answer.status_code
    assert re.search(r'<a href="#files">page.png: The file is a web page', answer.text)
    assert 'id="files-error-1"' in answer.text
    assert re.search(r"checked>\s*<label[^>]*>good.txt", answer.text)
    assert "Typed once." in answer.text
    assert 'value="7.5"' in answer.text


@pytest.fixture(scope="module")
def recorded(service: Served) -> str:
    """The name of an entry without evidence."""
    answer = submit(service, "warmth", entry("8.5", "FY1993"))
    values(service, "warmth", answer["position"])  # the answers have it, whoever asks first
    return str(answer["entries"][0]["name"])


def test_evidence_is_attached_to_a_recorded_entry_by_those_who_enter_values(
    service: Served, recorded: str
) -> None:
    path = f"{WARMTH}/entries/{recorded}/evidence"
    form = page(service, path)
    assert "None yet." in form
    empty = send_form(service, path, hidden(form))
    assert (422, True) == (empty.status_code, "Choose at least one file." in empty.text)
    assert "<title>Error: Attach evidence" in empty.text
    sent = send_form(service, path, hidden(form), [("../Returns.xlsx", GOOD[Kind.XLSX])])
    assert "Evidence added to" in page(service, where(sent))
    assert where(sent) == where(
        send_form(service, path, hidden(form), [("../Returns.xlsx", GOOD[Kind.XLSX])])
    )
    again = page(service, path)
    assert re.search(r"download>Returns.xlsx</a> \(Excel, ", again)
    twice = send_form(service, path, hidden(again), [("Returns.xlsx", GOOD[Kind.XLSX])])
    assert (409, True) == (twice.status_code, "attached already" in twice.text)

    for by, status in ((READER, 403), (SIGNER, 403), ("stranger", 403)):
        answer = service.caller(by).get(path, headers={"accept": "text/html"})
        assert status == answer.status_code
    unknown = service.caller(ENTRY_OFFICER).get(path.replace(recorded, "1.0"))
    assert 404 == unknown.status_code


def test_a_file_of_a_page_is_saved_by_readers_only(service: Served) -> None:
    kept = service.caller(ENTRY_OFFICER).post(
        "/api/v1/agreements/county/attachments", files={"file": ("later.txt", b"Later.")}
    )
    path = f"/agreements/county/attachments/{kept.json()['attachment']}"
    assert 200 == service.caller(ENTRY_OFFICER).get(path).status_code
    assert 404 == service.caller(READER).get(path).status_code
    assert service.caller("stranger").get(path).status_code in {403, 404}
    public = service.caller().get(path, headers={"accept": "text/html"})
    assert (303, "/sign-in") == (public.status_code, public.headers["location"].partition("?")[0])
