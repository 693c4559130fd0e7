"""A file over HTTP: sent, looked at, committed, asked again, taken back, downloaded."""

import csv
import io
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

import httpx
import pytest
from journeys.asking import AGREEMENT, READER, entry, get, refused, said, submit
from journeys.loading import LOADS, PATIENCE_SECONDS, ask, at_rest, figures, file_of, send, sent
from services import DISTRICT, ENTRY_OFFICER, HOME, Served

from ledger.loading.ready_mappings import ready_text
from ledger.loading.table import MOST_BYTES


def test_a_file_is_checked_seen_committed_and_taken_back(service: Served) -> None:
    """The whole way, with its rows and its file to be had again byte for byte."""
    submit(service, "transfers", entry("5", "FY2022"), entry("6", "FY2021"))
    content = file_of("transfers", FY2021=6, FY2022=7, FY2023=8, FY2024="about 9")
    load = sent(service, content, dry_run=True, name="D:\\folder\\figures.csv")
    seen = at_rest(service, load)

    assert ("checked", "figures.csv", []) == (seen["state"], seen["file"], seen["positions"])
    wanted = {"new": 1, "correction": 1, "unchanged": 1, "invalid": 1}
    assert wanted == {code: rows for code, rows in seen["counts"].items() if rows}
    assert seen["rows"] == sum(seen["counts"].values())
    [corrected] = seen["corrected"]
    assert ("5", 3) == (corrected["was"], corrected["row"])
    assert {"FY2021": "6", "FY2022": "5"} == figures(service, "transfers")

    said(ask(service, load, "commit", checked=seen["checked"]["digest"]), 202)
    done = at_rest(service, load, "committed")
    assert {"FY2021": "6", "FY2022": "7", "FY2023": "8"} == figures(service, "transfers")
    assert 2 == done["entries"] == len(done["positions"])
    assert ["received", "checked", "committed"] == [step["state"] for step in done["steps"]]

    rows = get(service, f"{LOADS}/{load}/rows", outcome="invalid")["rows"]
    assert [(5, "not-a-number")] == [(row["row"], row["code"]) for row in rows]
    listed = service.caller(READER).get(f"{LOADS}/{load}/rows.csv")
    assert "attachment" in listed.headers["content-disposition"]
    assert ["unchanged", "correction", "new", "invalid"] == [
        row["outcome"] for row in csv.DictReader(io.StringIO(listed.text))
    ]
    assert content == service.caller(READER).get(f"{LOADS}/{load}/file").content

    said(ask(service, load, "withdrawal", reason="Counted twice."), 202)
    gone = at_rest(service, load, "withdrawn")
    assert {"withdrawn": 1, "restored": 1, "kept": 0} == gone["withdrawal"]
    assert {"FY2021": "6", "FY2022": "5"} == figures(service, "transfers")
    assert 4 == len(get(service, f"{LOADS}/{load}/rows")["rows"])


def test_no_file_was_released_in_the_future(service: Served) -> None:
    later = datetime.now(UTC).date() + timedelta(days=2)  # wherever the service is
    answer = send(service, file_of("adaptations", FY2022=1), source_date=str(later))
    problem = refused(answer, 422, "day-in-future")
    assert "source_date" == problem["errors"][0]["field"]


def test_the_form_names_its_own_field_of_the_day_of_release(service: Served) -> None:
    """A page has another name for it than the address has."""
    files = {"file": ("a.csv", file_of("meals", FY2018=1))}
    answer = service.caller(ENTRY_OFFICER).post(
        "/agreements/county/loads", files=files, data={"released_on": "2099-01-01"}
    )
    assert 422 == answer.status_code, answer.text
    assert "released by today" in answer.text
    assert "released_on" in answer.text
    assert "source_date" not in answer.text


def test_a_form_that_is_not_filled_in_comes_again_with_what_is_wrong(service: Served) -> None:
    """Beside its field, and with what was chosen; a mapping that is wrong is told likewise."""
    caller, html = service.caller(ENTRY_OFFICER), {"accept": "text/html"}
    parts = {'file"; filename="': "", "ready_mapping": "lait"}  # as browsers send no file
    form = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'
        for name, text in parts.items()
    )
    none = caller.post(
        "/agreements/county/loads",
        content=f"{form}--x--\r\n",
        headers={**html, "Content-Type": "multipart/form-data; boundary=x"},
    )
    files = {"file": ("a.csv", b"a"), "mapping": ("b.toml", b"[column]")}
    mapping = caller.post("/agreements/county/loads", files=files, headers=html)

    assert (400, 422) == (none.status_code, mapping.status_code)
    assert '<a href="#file">No file was chosen: choose one.</a>' in none.text
    assert "<title>Error: Loads" in none.text
    assert 'id="file-error"' in none.text
    assert '<option value="lait" selected>' in none.text
    assert 'id="mapping-error"' in mapping.text
    assert "unknown; did you mean columns?" in mapping.text


def test_without_a_dry_run_a_file_goes_in_at_once_and_again_it_changes_nothing(
    service: Served,
) -> None:
    content = file_of("adaptations", FY2022=1, FY2023=2)
    first = at_rest(service, sent(service, content, source_date="2026-10-20"), "committed")
    assert {"FY2022": "1", "FY2023": "2"} == figures(service, "adaptations")
    again = at_rest(service, sent(service, content), "committed")

    assert "2026-10-20" == first["released_on"]
    assert ([], 2) == (again["positions"], again["counts"]["unchanged"])
    [same] = [warning for warning in again["warnings"] if warning["code"] == "same-file"]
    assert first["load"] in same["detail"]


def test_a_load_that_the_ledger_overtook_is_shown_and_asked_again(service: Served) -> None:
    load = sent(service, file_of("adaptations", FY2030=1, FY2031=2), dry_run=True)
    seen = at_rest(service, load)
    submit(service, "adaptations", entry("9", "FY2024"))  # another key: nothing moves
    said(ask(service, load, "commit", checked=seen["checked"]["digest"]), 202)
    assert {"rejected": 2} == {k: n for k, n in at_rest(service, load)["counts"].items() if n}

    load = sent(service, file_of("adaptations", FY2020=1, FY2021=2), dry_run=True)
    seen = at_rest(service, load)
    submit(service, "adaptations", entry("8", "FY2021"))
    said(ask(service, load, "commit", checked=seen["checked"]["digest"]), 202)
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not (asked := at_rest(service, load))["moved_rows"]:  # until the errand is taken up
        assert time.monotonic() < give_up, asked
        time.sleep(0.05)
    assert ("checked", 1, 3) == (asked["state"], asked["moved_rows"], asked["moved"][0]["row"])
    refused(ask(service, load, "commit", checked=seen["checked"]["digest"]), 409, "load-stale")
    refused(ask(service, load, "abandonment", by="entry.work", reason="Not mine."), 403, "no-role")
    said(ask(service, load, "abandonment", reason="Not now."), 201)
    digest = asked["checked"]["digest"]
    refused(ask(service, load, "commit", checked=digest), 409, "load-wrong-stage")


def test_a_file_of_all_areas_brings_values_and_comparators_and_takes_both_back(
    service: Served,
) -> None:
    """Over HTTP, and from the form on the page, which asks whose figures to take."""
    content = (
        b"indicator,area,period,value\n"
        + f"damp,{HOME},FY2012,11\ndamp,E06000001,FY2012,12\n".encode()
    )
    load = sent(service, content, kind="both")
    document = at_rest(service, load, "committed")
    assert ("both", 2, 2) == (document["kind"], document["entries"], document["counts"]["new"])
    assert "11" == figures(service, "damp")["FY2012"]
    said(ask(service, load, "withdrawal", reason="The wrong year."), 202)
    gone = at_rest(service, load, "withdrawn")["withdrawal"]
    assert {"withdrawn": 2, "restored": 0, "kept": 0} == gone

    path = "/agreements/county/loads"
    form = {"kind": "comparators", "at_once": "yes"}
    files = {"file": ("damp.csv", content)}
    html = {"accept": "text/html"}
    caller = service.caller(ENTRY_OFFICER)
    answer = caller.post(path, data=form, files=files, headers=html)
    assert 303 == answer.status_code, answer.text
    document = at_rest(service, answer.headers["location"].rpartition("/")[2], "committed")
    assert (1, 1) == (document["counts"]["new"], document["counts"]["rejected"])
    [row] = document["refused"]["rejected"]
    assert "own-area" == row["code"]
    page = caller.get(answer.headers["location"], headers=html).text
    assert "Figures of other areas, to compare with." in page
    wrong = caller.post(path, data={"kind": "neighbours"}, files=files, headers=html)
    assert (400, True) == (wrong.status_code, "The kind of a load is one of" in wrong.text)


def test_the_same_key_is_the_same_load_and_another_file_under_it_is_refused(
    service: Served,
) -> None:
    key = str(uuid4())
    content = file_of("renewal", FY2022=1)
    load = sent(service, content, key=key)
    assert load == sent(service, content, key=key)
    at_rest(service, load, "committed")
    assert load == sent(service, content, key=key)
    other = send(service, file_of("renewal", FY2022=2), key=key)
    refused(other, 422, "idempotency-key-reused")
    assert {"FY2022": "1"} == figures(service, "renewal")


def test_the_same_request_twice_at_once_is_one_load(service: Served) -> None:
    """A sender that did not wait for the first answer gets it twice."""
    for n in range(8):
        content, key = file_of("renewal", FY2019=n), str(uuid4())
        with ThreadPoolExecutor(2) as both:
            first, second = both.map(partial(sent, service, key=key, dry_run=True), (content,) * 2)
        assert first == second
        assert "checked" == at_rest(service, first)["state"]


def test_the_reason_of_a_form_is_a_text_as_over_the_api(service: Served) -> None:
    """What no keyboard types is not taken for a reason, and nobody waits behind it."""
    load = sent(service, file_of("renewal", FY2017=3))
    at_rest(service, load, "committed")
    caller, html = service.caller(ENTRY_OFFICER), {"Accept": "text/html"}
    path = f"/agreements/county/loads/{load}/withdrawal"
    long = caller.post(path, data={"reason": "a" * 10_001}, headers=html)
    assert (400, True) == (long.status_code, "at most 10,000 characters" in long.text)
    assert "committed" == at_rest(service, load)["state"]

    assert 303 == caller.post(path, data={"reason": "a\0b"}, headers=html).status_code
    at_rest(service, load, "withdrawn")


def test_two_people_loading_at_once_do_not_mix(service: Served) -> None:
    """Each load has its own rows, whoever looks at them in whatever order."""
    loads = [
        sent(service, file_of("warmth", **{f"FY20{n}": n}), by=person)
        for n, person in ((10, ENTRY_OFFICER), (11, "performance"), (12, ENTRY_OFFICER))
    ]
    for n, load in zip((10, 11, 12), loads, strict=True):
        document = at_rest(service, load, "committed")
        [row] = get(service, f"{LOADS}/{load}/rows")["rows"]
        assert (str(n), 1) == (row["data"]["value"], document["entries"])
    listed = get(service, LOADS, limit=2, min_position=service.head)
    assert list(reversed(loads))[:2] == [each["load"] for each in listed["loads"]]
    assert loads[0] == get(service, LOADS, limit=1, after=listed["next"])["loads"][0]["load"]


def test_a_mapping_may_be_sent_along_or_a_ready_one_named(service: Served) -> None:
    content = f"Financial year,Local authority code,Code,Value\n2023-24,{DISTRICT},meals,71.5\n"
    mapping = (
        b'[columns]\nindicator = "Code"\narea = "Local authority code"\n'
        b'period = "Financial year"\nvalue = "Value"\n'
    )
    document = at_rest(service, sent(service, content.encode(), mapping=mapping, dry_run=True))
    assert 1 == document["counts"]["new"]
    ready = service.caller(ENTRY_OFFICER).post(
        LOADS, files={"file": ("a.csv", content.encode())}, data={"ready_mapping": "oflog_asc"}
    )
    named = at_rest(service, said(ready, 202)["load"], "committed")
    assert 1 == named["counts"]["new"]
    for text, how in ((mapping, document), (ready_text("oflog_asc").encode(), named)):
        load = how["load"]
        kept = service.caller(READER).get(f"{LOADS}/{load}/mapping")
        assert (200, text) == (kept.status_code, kept.content)
        assert "attachment" in kept.headers["content-disposition"]
        assert sha256(text).hexdigest() == get(service, f"{LOADS}/{load}")["mapping_digest"]
    without = sent(service, file_of("meals", FY2019=1), dry_run=True)
    at_rest(service, without, "checked")
    refused(service.caller(READER).get(f"{LOADS}/{without}/mapping"), 404, "not-found")
    both = service.caller(ENTRY_OFFICER).post(
        LOADS,
        files={"file": ("a.csv", content.encode()), "mapping": ("m.toml", mapping)},
        data={"ready_mapping": "oflog_asc"},
    )
    refused(both, 400, "malformed")
    refused(send(service, content.encode(), mapping=b"[columns"), 422, "bad-mapping")
    refused(send(service, content.encode(), mapping=b"\xff"), 422, "bad-mapping")


def test_a_part_that_the_form_does_not_take_is_not_lost_without_a_word(service: Served) -> None:
    """A file would be read without the mapping that was meant."""
    file = ("file", ("a.csv", file_of("meals", FY2019=1)))
    caller, before = service.caller(ENTRY_OFFICER), get(service, LOADS)["loads"]
    misspelt = caller.post(LOADS, files=[file, ("maping", ("m.toml", b"[columns]"))])
    problem = refused(misspelt, 400, "malformed")
    assert ["maping"] == [error["field"] for error in problem["errors"]]
    assert "which takes file, mapping, ready_mapping" in problem["detail"]
    evidence = caller.post(f"{AGREEMENT}/attachments", files=[file], data={"note": "a"})
    assert "which takes file." in refused(evidence, 400, "malformed")["detail"]
    assert before == get(service, LOADS)["loads"]


REFUSED = {
    "a workbook that is none": b"PK\x03\x04 and no more",
    "a program": b"\x7fELF\x02\x01\x01\x00\x00",
    "deeply nested": b"[" * 100_000,
    "one long field": b"indicator,area,period,value\n" + b"x" * 5_000_000,
    "many columns": b"a," * 1_000_000,
    "a quote left open": b'indicator,area,period,value\n"' + b"x,\n" * 2_000_000,
    "nothing": b"",
}


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_attacks_is_a_sentence_and_nothing_stays_of_it(
    service: Served, what: str
) -> None:
    load = sent(service, REFUSED[what])
    document = at_rest(service, load, "refused")

    assert "bad-file" == document["refusal"]["code"]
    assert document["refusal"]["detail"].endswith((".", "?"))
    assert 0 == document["rows"]
    refused(service.caller(READER).get(f"{LOADS}/{load}/file"), 404, "not-found")
    answer = service.caller(READER).get(f"{LOADS}/{load}/rows")
    refused(answer, 409, "load-wrong-stage")


def test_who_may_not_load_is_refused_and_that_is_recorded(service: Served) -> None:
    refused(send(service, file_of("warmth", FY2022=1), by="board"), 403, "no-role")
    [latest] = get(service, LOADS, limit=1, min_position=service.head)["loads"]
    assert ("refused", "board") == (latest["state"], latest["received_by"])
    refused(send(service, b"x", by="stranger"), 403, "no-role")
    refused(send(service, b"x", by=""), 401, "unauthenticated")
    load = sent(service, file_of("training", FY2022=1), by="entry.work", dry_run=True)
    seen = at_rest(service, load)["checked"]["digest"]
    refused(ask(service, load, "commit", by="auditor", checked=seen), 403, "no-role")
    refused(ask(service, load, "withdrawal", by="entry.work", reason="x"), 409, "load-wrong-stage")
    refused(service.caller("stranger").get(f"{LOADS}/{load}"), 403, "no-role")


def test_what_a_request_leaves_out_or_gets_wrong_is_said(service: Served) -> None:
    caller = service.caller(ENTRY_OFFICER)
    refused(caller.post(LOADS), 400, "malformed")
    refused(caller.post(LOADS, data={"file": "no file"}), 415, "wrong-content-type")
    refused(send(service, b"x", kind="neighbours"), 400, "malformed")
    refused(caller.get(f"{LOADS}/{uuid4()}"), 404, "unknown-load")
    refused(ask(service, str(uuid4()), "withdrawal", reason="x"), 404, "unknown-load")
    elsewhere = caller.post("/api/v1/agreements/nowhere/loads", files={"file": ("a.csv", b"x")})
    refused(elsewhere, 404, "unknown-agreement")


def test_a_file_larger_than_any_is_refused_before_it_is_read(service: Served) -> None:
    """Its size alone is enough."""
    headers = {
        "Content-Length": str(MOST_BYTES * 4),
        "Content-Type": "multipart/form-data; boundary=b",
    }

    def never() -> Any:
        yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        while True:
            yield b"x" * 1_000_000

    try:
        answer = service.caller(ENTRY_OFFICER).post(LOADS, content=never(), headers=headers)
    except httpx.TransportError:
        return  # the connection was closed while we were still sending
    refused(answer, 413, "body-too-large")


def test_a_load_seen_in_the_past_is_as_it_was(service: Served) -> None:
    """The clocks of every read."""
    load = sent(service, file_of("warmth", FY2014=1), dry_run=True)
    seen = at_rest(service, load)
    (step,) = [one for one in seen["steps"] if one["state"] == "checked"]
    said(ask(service, load, "commit", checked=seen["checked"]["digest"]), 202)
    at_rest(service, load, "committed")
    past = get(service, f"{LOADS}/{load}", known_at=f"position:{step['position']}")
    assert ("checked", []) == (past["state"], past["positions"])
