"""Evidence over HTTP: files are sent, named, seen by the signer, saved, and proved from outside."""

import re
from hashlib import sha256
from typing import Any

import httpx
import pytest
from evidence_files import GOOD, HTML, PDF, document, png
from journeys.asking import AGREEMENT, READER, SIGNER, entry, get, of, post, said, sign_off, submit
from journeys.asking import values as read_values
from services import ENTRY_OFFICER, Served

from ledger.attachments.kinds import MOST_BYTES, Kind

RENTS = "rents"
ATTACHMENTS = f"{AGREEMENT}/attachments"


def send(
    service: Served, content: bytes, name: str = "minutes.pdf", by: str = ENTRY_OFFICER
) -> httpx.Response:
    return service.caller(by).post(ATTACHMENTS, files={"file": (name, content)})


def sent(service: Served, content: bytes, name: str = "minutes.pdf") -> str:
    """The digest of a file that was sent."""
    return str(said(send(service, content, name), 201)["attachment"])


def save(service: Served, attachment: str, by: str = READER) -> httpx.Response:
    return service.caller(by).get(f"{ATTACHMENTS}/{attachment}")


def row(service: Served, position: int, period: str) -> dict[str, Any]:
    (found,) = read_values(service, RENTS, position, period=period)
    return found


def test_a_value_comes_with_evidence_that_its_signer_sees_and_everybody_who_reads_can_save(
    service: Served,
) -> None:
    """Sent, named, shown, signed, saved; the digest in the event proves the saved file."""
    one = said(send(service, PDF, "../Minutes 3 May – Zoë.pdf"), 201)
    assert {"name": "Minutes 3 May – Zoë.pdf", "size": len(PDF), "kind": "pdf"} == {
        key: one[key] for key in ("name", "size", "kind")
    }
    given = entry("5.5", "FY1990", attachments=[one["attachment"]])
    answer = submit(service, RENTS, given)
    name, position = answer["entries"][0]["name"], answer["position"]
    found = row(service, position, "FY1990")
    assert {**one, "attached_by": ENTRY_OFFICER, "attached_at": found["recorded_at"]} == (
        found["attachments"][0]
    )
    assert (
        "signed-off"
        == (
            row(service, sign_off(service, RENTS, name, position=position)["position"], "FY1990")[
                "standing"
            ]
        )
    )

    saved = save(service, one["attachment"])
    assert (200, PDF) == (saved.status_code, saved.content)
    assert (
        one["attachment"]
        == sha256(bytes.fromhex(saved.headers["attachment-nonce"]) + saved.content).hexdigest()
    )
    (event,) = get(service, of(RENTS, "history"), after=position - 1, limit=1)["events"]
    assert [one["attachment"]] == event["data"]["entries"][0]["attachments"]


def test_a_saved_file_is_never_shown_by_a_browser_and_keeps_its_name(service: Served) -> None:
    attachment = sent(service, b"a,b\n1,2\n", 'Qu"arter – 1.html')
    answer = save(service, attachment, ENTRY_OFFICER)
    told = answer.headers
    assert "application/octet-stream" == told["content-type"]
    assert (
        'attachment; filename="Qu_arter  1.html.txt";'
        " filename*=UTF-8''Qu%22arter%20%E2%80%93%201.html.txt" == told["content-disposition"]
    )
    assert "nosniff" == told["x-content-type-options"]
    assert "sandbox; default-src 'none'" in told["content-security-policy"]


def test_more_evidence_lapses_the_sign_off_and_a_stale_digest_is_refused(service: Served) -> None:
    answer = submit(service, RENTS, entry("5.5", "FY1991"))
    name = answer["entries"][0]["name"]
    before = row(service, answer["position"], "FY1991")
    sign_off(service, RENTS, name, position=answer["position"])
    attachment = sent(service, GOOD[Kind.XLSX], "returns.xlsx")
    body = {"entries": [name], "attachments": [attachment]}
    added = said(post(service, RENTS, "evidence", body), 201)
    assert [("attached", name)] == [(one["outcome"], one["name"]) for one in added["entries"]]

    after = row(service, added["position"], "FY1991")
    assert ("submitted", None) == (after["standing"], after["signed_off"])
    assert ["returns.xlsx"] == [one["name"] for one in after["attachments"]]
    assert before["digest"] != after["digest"]
    stale = {"entries": [{"name": name, "digest": before["digest"]}], "assurance": "checked"}
    refused = post(service, RENTS, "sign-offs", stale, by=SIGNER)
    assert "/problems/sign-off-stale" == refused.json()["type"]
    then = row(service, added["position"] - 1, "FY1991")
    known = f"position:{added['position'] - 1}"
    (then,) = read_values(service, RENTS, added["position"], period="FY1991", known_at=known)
    assert ("signed-off", [], before["digest"]) == (
        then["standing"],
        then["attachments"],
        then["digest"],
    )
    sign_off(service, RENTS, name, position=added["position"])

    again = post(service, RENTS, "evidence", body)
    assert (409, "already-attached") == told_code(again)
    (event,) = get(service, of(RENTS, "history"), after=added["position"] - 1, limit=1)["events"]
    assert ("evidence-attached", body) == (event["type"], event["data"])


def told_code(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


@pytest.mark.parametrize(
    ("content", "name", "status", "code"),
    [
        (HTML, "chart.png", 422, "attachment-kind"),
        (document(parts={"word/vbaProject.bin": b"x"}), "report.docx", 422, "attachment-macros"),
        (png() + HTML, "chart.png", 422, "attachment-kind"),
        (b"", "empty.pdf", 413, "attachment-size"),
        (b"x" * (MOST_BYTES + 1), "long.txt", 413, "attachment-size"),
        (b"x" * (MOST_BYTES + 200_000), "longer.txt", 413, "body-too-large"),
    ],
    ids=["a web page", "macros", "a picture and more", "empty", "too large", "far too large"],
)
def test_what_cannot_be_evidence_is_refused_and_nothing_is_recorded(
    service: Served, content: bytes, name: str, status: int, code: str
) -> None:
    head = service.head
    assert (status, code) == told_code(send(service, content, name))
    assert head == service.head


def test_a_form_without_a_file_is_refused(service: Served) -> None:
    caller = service.caller(ENTRY_OFFICER)
    for files in ({"other": ("a.txt", b"a")}, {"file": ("", b"a")}):
        answer = caller.post(ATTACHMENTS, files=files)
        assert (400, "malformed") == told_code(answer)


def test_a_form_with_a_part_that_is_no_text_is_refused(service: Served) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n\xed\xbc\r\n--x--\r\n'
    for path in (ATTACHMENTS, f"{AGREEMENT}/loads"):
        answer = service.caller(ENTRY_OFFICER).post(
            path, content=body, headers={"Content-Type": "multipart/form-data; boundary=x"}
        )
        assert (400, "malformed") == told_code(answer)


def test_only_who_enters_values_sends_files_and_only_who_reads_the_agreement_saves_them(
    service: Served,
) -> None:
    head = service.head
    assert (403, "no-role") == told_code(send(service, PDF, by=READER))
    assert head + 1 == service.head  # and that is on record
    asked = {"order": "newest", "limit": 1, "min_position": head + 1}
    (told,) = get(service, f"{AGREEMENT}/events", by="auditor", **asked)["events"]
    assert ("amendment-action-refused", READER) == (told["type"], told["actor"])
    attachment = sent(service, b"Kept for later.", "later.txt")
    assert 200 == save(service, attachment, ENTRY_OFFICER).status_code
    assert (404, "unknown-attachment") == told_code(save(service, attachment))
    assert (404, "unknown-attachment") == told_code(save(service, "ab" * 32))
    assert (404, "not-found") == told_code(save(service, "..%2f..%2fetc%2fpasswd"))
    assert (403, "no-role") == told_code(save(service, attachment, "stranger"))
    assert 401 == save(service, attachment, "").status_code
    answer = submit(service, RENTS, entry("5.5", "FY1992", attachments=[attachment]))
    row(service, answer["position"], "FY1992")
    assert b"Kept for later." == save(service, attachment).content


def test_the_same_file_sent_again_is_the_same_attachment_and_under_another_name_is_not(
    service: Served,
) -> None:
    """A connection was lost: the repeat changes nothing. Its bytes are kept once either way."""
    first = sent(service, b"The same.", "a.txt")
    assert first == sent(service, b"The same.", "a.txt")
    assert first != sent(service, b"The same.", "b.txt")


def test_a_file_that_nobody_sent_cannot_be_named(service: Served) -> None:
    bad = post(
        service, RENTS, "submissions", {"entries": [entry("5", "FY1993", attachments=["x"])]}
    )
    assert (404, "unknown-attachment") == told_code(bad)
    assert ["entries[0].attachments"] == [one["field"] for one in bad.json()["errors"]]
    name = submit(service, RENTS, entry("5.5", "FY1993"))["entries"][0]["name"]
    for attachments, code in ((["ab" * 32], "unknown-attachment"), ([], "no-attachments")):
        body = {"entries": [name], "attachments": attachments}
        assert code == told_code(post(service, RENTS, "evidence", body))[1]
    refused = post(service, RENTS, "evidence", body, by=SIGNER)
    assert (403, "no-role") == told_code(refused)


def test_the_metrics_count_evidence_by_its_name(service: Served) -> None:
    page = service.caller().get("/metrics").text
    assert re.search(r'outturn_commands_total\{command="attach-evidence"', page)
