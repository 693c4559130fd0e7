"""Requests that are wrong before any rule is asked: bodies, questions, addresses, methods."""

import gzip
import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest
from journeys.asking import AGREEMENT, FEED, READER, entry, of, refused, submit, values
from journeys.walking import HTML, application, handlers
from journeys.wrong import REASON, one
from services import ENTRY_OFFICER, HOME, Served

COMPLAINTS = "complaints"
MEGABYTE = 1_000_000


@pytest.fixture(scope="module", autouse=True)
def _held(service: Served) -> None:
    """A value for 2020/21, so that there is something to ask about."""
    position = submit(service, COMPLAINTS, entry("9", "FY2020"))["position"]
    values(service, COMPLAINTS, position)  # the answers have it, whoever asks first


@pytest.fixture
def unchanged(service: Served) -> Iterator[None]:
    """Nothing at all is recorded by the test."""
    head = service.head
    yield
    assert head == service.head


def raw(
    service: Served, body: bytes, content_type: str = "application/json", **headers: str
) -> httpx.Response:
    """A submission whose body is these bytes."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return service.caller(ENTRY_OFFICER).post(
        of(COMPLAINTS, "submissions"),
        content=body,
        headers={"Content-Type": content_type, **sent} if content_type else sent,
    )


ENTRY = json.dumps(one()["entries"][0])


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "not-json"),
        (b" ", 400, "not-json"),
        (b"{", 400, "not-json"),
        (b"entries=1", 400, "not-json"),
        (b"<entries/>", 400, "not-json"),
        (b'{"entries":[]} {"entries":[]}', 400, "not-json"),
        (b"{'entries':[]}", 400, "not-json"),
        (b'{"entries":[],}', 400, "not-json"),
        (b'\xef\xbb\xbf{"entries":[]}', 400, "not-json"),
        (f'{{"entries":[{ENTRY}]}}'.encode("utf-16"), 400, "not-json"),
        (f'{{"entries":[{ENTRY}]}}'.replace(HOME, "\xe9").encode("latin-1"), 400, "not-json"),
        (f'{{"entries":[{ENTRY}]}}'.replace(HOME, "\\ud800").encode(), 400, "not-json"),
        (b"\x00" * 100, 400, "not-json"),
        (b"null", 400, "malformed"),
        (b"[" * 5000 + b"]" * 5000, 400, "too-deep"),
        (b'{"entries":' * 5000 + b"1" + b"}" * 5000, 400, "too-deep"),
        (b"[" * 100_000, 400, "too-deep"),
        (f'{{"entries":[],"entries":[{ENTRY}]}}'.encode(), 400, "duplicate-name"),
        (f'{{"entries":[{ENTRY[:-1]},"value":"6"}}]}}'.encode(), 400, "duplicate-name"),
        (f'{{"entries":[{ENTRY[:-1]},"v\\u0061lue":"6"}}]}}'.encode(), 400, "duplicate-name"),
        (b" " * 6 * MEGABYTE, 413, "body-too-large"),
        (b'{"entries":["' + b"x" * 6 * MEGABYTE + b'"]}', 413, "body-too-large"),
    ],
    ids=lambda given: repr(given[:24]) if isinstance(given, bytes) else str(given),
)
def test_a_body_that_cannot_be_read(service: Served, body: bytes, status: int, code: str) -> None:
    refused(raw(service, body), status, code)


@pytest.mark.usefixtures("unchanged")
def test_a_body_that_is_packed_or_too_large_is_told_why(service: Served) -> None:
    packed = raw(service, gzip.compress(b"{}"), Content_Encoding="gzip")
    problem = refused(packed, 415, "wrong-content-type")
    assert "Content-Encoding" == problem["errors"][0]["field"]
    assert "Content-Encoding: gzip" in problem["detail"]
    refused(raw(service, b"{}", Content_Encoding="identity"), 400, "malformed")
    file = service.caller(ENTRY_OFFICER).post(
        f"{AGREEMENT}/attachments",
        files={"file": ("a.txt", gzip.compress(b"a"))},
        headers={"Content-Encoding": "gzip"},
    )
    refused(file, 415, "wrong-content-type")
    large = refused(raw(service, b" " * 6 * MEGABYTE), 413, "body-too-large")
    assert "5,000,000 bytes" in large["detail"] == large["errors"][0]["detail"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("known_at=2025-05-02T09:30:00+01:00", 400, "bad-clock"),
        ("period=CY2021+3", 422, "unknown-period"),
    ],
)
def test_a_plus_as_it_is_in_an_address_is_told_how_to_be_written(
    service: Served, query: str, status: int, code: str
) -> None:
    problem = refused(service.caller(READER).get(f"{of('noise', 'values')}?{query}"), status, code)
    assert "%2B" in problem["detail"] == problem["errors"][0]["detail"]
    written = service.caller(READER).get(f"{of('noise', 'values')}?{query.replace('+', '%2B')}")
    assert "%2B" not in written.text


@pytest.mark.usefixtures("unchanged")
def test_a_body_too_large_that_does_not_say_its_length(service: Served) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(6):
            yield b" " * MEGABYTE

    answer = service.caller(ENTRY_OFFICER).post(
        of(COMPLAINTS, "submissions"),
        content=pieces(),
        headers={"Content-Type": "application/json"},
    )
    refused(answer, 413, "body-too-large")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "content_type",
    ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x", ""],
)
def test_a_body_that_is_not_declared_as_json(service: Served, content_type: str) -> None:
    answer = raw(service, f'{{"entries":[{ENTRY}]}}'.encode(), content_type)
    problem = refused(answer, 415, "wrong-content-type")
    assert "Content-Type" == problem["errors"][0]["field"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("charset", ["iso-8859-1", '"utf-16"', "windows-1252"])
def test_a_body_in_other_letters_than_it_is_read_in_is_refused(
    service: Served, charset: str
) -> None:
    body = f'{{"entries":[{ENTRY}]}}'.encode()
    answer = raw(service, body, f"application/json; charset={charset}")
    problem = refused(answer, 415, "wrong-content-type")
    assert "Content-Type" == problem["errors"][0]["field"]
    assert charset.strip('"') in problem["detail"]


@pytest.mark.parametrize("where", ["loads", "attachments"])
@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("content_type", ["text/csv", "application/json", ""])
def test_a_file_that_is_not_sent_as_a_form(service: Served, where: str, content_type: str) -> None:
    answer = service.caller(ENTRY_OFFICER).post(
        f"{AGREEMENT}/{where}",
        content=b"period,area,value",
        headers={"Content-Type": content_type} if content_type else {},
    )
    problem = refused(answer, 415, "wrong-content-type")
    assert "Content-Type" == problem["errors"][0]["field"]
    assert "multipart/form-data" in problem["detail"]


@pytest.mark.parametrize("where", ["loads", "attachments"])
@pytest.mark.usefixtures("unchanged")
def test_a_form_that_brings_something_else_than_a_file(service: Served, where: str) -> None:
    path, caller = f"{AGREEMENT}/{where}", service.caller(ENTRY_OFFICER)
    text = caller.post(path, files={"file": (None, b"period,area,value")})
    problem = refused(text, 400, "malformed")
    assert "file" == problem["errors"][0]["field"]
    assert problem["detail"].startswith("file: send a file here")

    twice = caller.post(path, files=[("file", ("a.csv", b"a")), ("file", ("b.csv", b"b"))])
    assert "file: send one file here" in refused(twice, 400, "malformed")["detail"]

    whole = caller.post(path, content=b"x", headers={"Content-Type": "multipart/form-data"})
    assert "Content-Type" == refused(whole, 400, "malformed")["errors"][0]["field"]


@pytest.mark.usefixtures("unchanged")
def test_a_text_that_is_sent_as_a_file(service: Served) -> None:
    files = {"file": ("a.csv", b"a"), "ready_mapping": ("b.csv", b"lait")}
    answer = service.caller(ENTRY_OFFICER).post(f"{AGREEMENT}/loads", files=files)
    assert "ready_mapping: send a text here" in refused(answer, 400, "malformed")["detail"]


@pytest.mark.usefixtures("unchanged")
def test_what_takes_no_body_takes_none(service: Served) -> None:
    answer = service.caller("lead.homes").post(
        f"{AGREEMENT}/amendments/1/rehearsals", json={"x": 1}
    )
    assert "takes no body" in refused(answer, 400, "malformed")["detail"]


def test_no_address_of_the_api_lets_a_body_go_unread() -> None:
    unread = {
        path: handler
        for path, handler in handlers(application())
        if path.startswith("/api/")
        and "POST" in handler.http_methods
        and "data" not in handler.parsed_fn_signature.parameters
    }
    assert unread
    for path, handler in unread.items():
        assert handler.resolve_before_request() is not None, path


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "APPLICATION/JSON"])
def test_a_body_that_is_declared_as_json_in_other_words(service: Served, content_type: str) -> None:
    body = json.dumps({"entries": [entry("9", "FY2020")]}).encode()
    assert 201 == raw(service, body, content_type).status_code


QUERIES = [
    ("values?limit=-1", 400, "malformed", "limit"),
    ("values?limit=0", 400, "malformed", "limit"),
    ("values?limit=1001", 400, "malformed", "limit"),
    ("values?limit=x", 400, "malformed", "limit"),
    ("values?limit=1.5", 400, "malformed", "limit"),
    ("values?after=x", 400, "bad-cursor", "after"),
    ("values?after=!!", 400, "bad-cursor", "after"),
    ("values?after=", 400, "bad-cursor", "after"),
    ("values?after=" + "A" * 3000, 400, "bad-cursor", "after"),
    ("values?after=WyJGWTIwMjAiLCAiXHUwMDAwIiwgIiJd", 400, "malformed", ""),  # a NUL inside
    ("values?period=2020", 422, "unknown-period", "period"),
    ("values?period=FY2020-Q1", 422, "wrong-interval", "period"),
    ("values?period=%00", 422, "unknown-period", "period"),
    ("values?area=nowhere", 422, "unknown-area", "area"),
    ("values?area=%00", 422, "unknown-area", "area"),
    ("values?area=%FF", 422, "unknown-area", "area"),
    ("values?breakdown=sex", 422, "unknown-breakdown", "breakdown"),
    ("values?breakdown=sex%3D%00", 400, "malformed", ""),
    ("values?known_at=yesterday", 400, "bad-clock", "known_at"),
    ("values?known_at=2025-02-30", 400, "bad-clock", "known_at"),
    ("values?known_at=2025-05-02T09:30:00", 400, "bad-clock", "known_at"),
    ("values?known_at=position:0", 400, "bad-clock", "known_at"),
    ("values?known_at=position:-1", 400, "bad-clock", "known_at"),
    ("values?known_at=position:999999", 400, "bad-clock", "known_at"),
    ("values?policy_at=position:999999", 400, "bad-clock", "policy_at"),
    ("values?known_at=position:" + "9" * 400, 400, "bad-clock", "known_at"),
    ("values?known_at=position:１", 400, "bad-clock", "known_at"),
    ("values?known_at=%00", 400, "bad-clock", "known_at"),
    ("values?known_at=0001-01-01T00:00:00%2B14:00", 400, "bad-clock", "known_at"),
    ("values?known_at=20250502", 400, "bad-clock", "known_at"),
    ("values?policy_at=x", 400, "bad-clock", "policy_at"),
    ("values?known_at=", 400, "bad-clock", "known_at"),
    ("values?policy_at=", 400, "bad-clock", "policy_at"),
    ("values?area=", 422, "unknown-area", "area"),
    ("values?period=", 422, "unknown-period", "period"),
    ("values?min_position=-1", 400, "malformed", "min_position"),
    ("values?min_position=x", 400, "malformed", "min_position"),
    ("values?min_position=999999", 404, "no-such-position", "min_position"),
    ("values?min_position=" + "9" * 400, 404, "no-such-position", "min_position"),
    ("history?after=-1", 400, "malformed", "after"),
    ("history?after=x", 400, "malformed", "after"),
    ("history?limit=0", 400, "malformed", "limit"),
    ("why", 400, "malformed", "period"),
    ("why?period=x", 422, "unknown-period", "period"),
    ("why?period=FY2020-Q1", 422, "wrong-interval", "period"),
    ("why?period=FY2020&area=x", 422, "unknown-area", "area"),
    ("comparators?group=x", 404, "unknown-comparator-group", "group"),
]
# Names as a caller writes them, where ours in Python are others or the rule knows another word.
ELSEWHERE = [
    ("events?from=x", 400, "malformed", "from"),
    ("events?until=x", 400, "malformed", "until"),
    ("events?actor=", 400, "malformed", "actor"),
    ("events?indicator=", 400, "malformed", "indicator"),
    ("rules?indicator=", 400, "malformed", "indicator"),
    (f"loads/{UUID(int=1)}/rows?code=", 400, "malformed", "code"),
    ("diff?from=", 400, "bad-clock", "from"),
    ("diff?from=position:1&to=", 400, "bad-clock", "to"),
    ("diff?from=position:1&policy_from=", 400, "bad-clock", "policy_from"),
    ("diff?from=position:1&policy_to=", 400, "bad-clock", "policy_to"),
    ("collection?from=x", 422, "unknown-period", "from"),
    ("collection?to=x", 422, "unknown-period", "to"),
    ("diff?from=position:1&indicator=x", 404, "unknown-indicator", "indicator"),
    ("scorecard?indicators=x", 404, "unknown-indicator", "indicators"),
    ("cube?areas=x", 422, "unknown-area", "areas"),
    ("cube?periods=x", 422, "unknown-period", "periods"),
    ("cube?blocks=x", 404, "unknown-block", "blocks"),
    ("cube?outcomes=x", 404, "unknown-outcome", "outcomes"),
    ("pairs?across=x&up=complaints", 404, "unknown-indicator", "across"),
    ("pairs?across=complaints&up=x", 404, "unknown-indicator", "up"),
    ("pairs?across=complaints&up=noise&period=x", 422, "unknown-period", "period"),
    ("pairs?across=complaints&up=noise&over=period&area=x", 422, "unknown-area", "area"),
    ("drill-down?indicator=x", 404, "unknown-indicator", "indicator"),
    ("drill-down?indicator=complaints&period=FY2020-Q1", 422, "wrong-interval", "period"),
    ("sign-offs/waiting?indicator=x", 404, "unknown-indicator", "indicator"),
    ("/api/v1/ledger/proofs/inclusion?position=1&size=99999", 404, "no-such-position", "size"),
    ("/api/v1/ledger/proofs/inclusion?position=2&size=1", 400, "bad-proof", "size"),
    ("/api/v1/ledger/proofs/inclusion?position=99999", 404, "no-such-position", "position"),
    ("/api/v1/ledger/proofs/consistency?from=0", 400, "malformed", "from"),
    ("/api/v1/ledger/proofs/consistency?from=2&to=1", 400, "bad-proof", "from"),
    ("/api/v1/ledger/proofs/consistency?from=1&to=99999", 404, "no-such-position", "to"),
    ("/api/v1/ledger/checkpoint?min_position=99999", 404, "no-such-position", "min_position"),
]
UNDECLARED = {
    "status?known_on=2025-01-31": ("known_on", "known_on: this is no parameter here; known_at is"),
    "status?foo=1": ("foo", "there are area, known_at, min_position, period, policy_at."),
    "status?Period=FY2020": ("Period", "Period: this is no parameter here; period is probably"),
    "status?=1": ("", "A parameter without a name: this is no parameter here"),
    "status?period=FY2020&period=FY2021": ("period", "comes more than once"),
    "status?known_at=now&known_at=2025-01-31": ("known_at", "comes more than once"),
    "loads/00000000-0000-0000-0000-000000000001/rows.csv?outcome=written": (
        "outcome",
        "outcome: this is no parameter here",
    ),
    "/api/v1/ledger/bundle?min_position=1": ("min_position", "this is no parameter here; there is"),
}


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("query", "status", "code", "field"), QUERIES, ids=lambda g: str(g)[:40])
def test_a_question_that_cannot_be_asked(
    service: Served, query: str, status: int, code: str | None, field: str | None
) -> None:
    answer = service.caller(READER).get(of(COMPLAINTS, query))

    problem = refused(answer, status, code or answer.json()["errors"][0]["code"])
    if field is not None:
        assert field == problem["errors"][0]["field"]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(("query", "status", "code", "field"), ELSEWHERE, ids=lambda g: str(g)[:60])
def test_what_is_wrong_is_named_as_whoever_asked_wrote_it(
    service: Served, query: str, status: int, code: str, field: str
) -> None:
    path = query if query.startswith("/") else f"{AGREEMENT}/{query}"
    problem = refused(service.caller("auditor").get(path), status, code)
    assert field == problem["errors"][0]["field"]


@pytest.mark.parametrize("query", UNDECLARED)
def test_a_parameter_that_an_address_does_not_take_is_refused(service: Served, query: str) -> None:
    """Were it let go, an answer about now would stand where one about another day was asked for."""
    path = query if query.startswith("/") else f"{AGREEMENT}/{query}"
    problem = refused(service.caller("auditor").get(path), 400, "malformed")
    (error,) = problem["errors"]
    assert UNDECLARED[query][0] == error["field"]
    assert UNDECLARED[query][1] in error["detail"] == problem["detail"]


def test_all_that_is_wrong_with_the_parameters_is_told_at_once(service: Served) -> None:
    answer = service.caller(READER).get(f"{AGREEMENT}/status?foo=1&area=a&area=b&pollicy_at=now")
    problem = refused(answer, 400, "malformed")
    assert ["area", "foo", "pollicy_at"] == [error["field"] for error in problem["errors"]]


@pytest.mark.usefixtures("unchanged")
def test_a_command_takes_no_parameters_it_does_not_know(service: Served) -> None:
    path = of(COMPLAINTS, "submissions?dry_run=true")
    answer = service.caller(ENTRY_OFFICER).post(path, json=one())
    assert "dry_run" == refused(answer, 400, "malformed")["errors"][0]["field"]


def test_what_may_come_more_than_once_may(service: Served) -> None:
    asked = "events?kind=values-submitted&kind=refusals&limit=1"
    assert 200 == service.caller(READER).get(f"{AGREEMENT}/{asked}").status_code


def test_whoever_may_not_ask_is_told_that_first(service: Served) -> None:
    refused(service.caller("").get(f"{AGREEMENT}/status?foo=1"), 401, "unauthenticated")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("number", ["9223372036854775808", "9" * 400])
@pytest.mark.parametrize("path", [of(COMPLAINTS, "history"), FEED])
def test_after_a_position_beyond_all_there_is_nothing(
    service: Served, path: str, number: str
) -> None:
    answer = service.caller(READER).get(path, params={"after": number})
    if answer.status_code == 200:
        assert [] == answer.json()["events"]
    else:
        refused(answer, 400, "malformed")


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/agreements/nowhere", 404, "unknown-agreement"),
        ("GET", "/api/v1/agreements/%00/status", 404, "unknown-agreement"),
        ("GET", "/api/v1/agreements/COUNTY/status", 404, "unknown-agreement"),
        ("GET", of("nothing"), 404, "unknown-indicator"),
        ("GET", of("nothing", "values"), 404, "unknown-indicator"),
        ("GET", of("nothing", "history"), 404, "unknown-indicator"),
        ("GET", of("%00", "history"), 404, "unknown-indicator"),
        ("GET", of("%FF"), 404, "unknown-indicator"),
        ("GET", f"{of('nothing', 'why')}?period=FY2020", 404, "unknown-indicator"),
        ("GET", "/api/v1/nowhere", 404, "not-found"),
        ("GET", "/nowhere", 404, "not-found"),
        ("GET", f"{AGREEMENT}/status/nowhere", 404, "not-found"),
        ("GET", "/problems/nothing", 404, "not-found"),
        ("GET", of(COMPLAINTS, "submissions"), 405, "method-not-allowed"),
        ("PUT", of(COMPLAINTS, "submissions"), 405, "method-not-allowed"),
        ("DELETE", of(COMPLAINTS), 405, "method-not-allowed"),
        ("POST", f"{AGREEMENT}/status", 405, "method-not-allowed"),
        ("PATCH", AGREEMENT, 405, "method-not-allowed"),
        ("DELETE", FEED, 405, "method-not-allowed"),
        ("POST", "/health/live", 405, "method-not-allowed"),
    ],
)
def test_an_address_or_method_that_is_none(
    service: Served, method: str, path: str, status: int, code: str
) -> None:
    answer = service.caller(READER).request(method, path)
    refused(answer, status, code)
    if status == 405:
        allowed = set(answer.headers["allow"].split(", "))
        assert ("GET" in allowed) == ("HEAD" in allowed)


def test_what_is_empty_is_told_as_that(service: Served) -> None:
    problem = refused(service.caller(READER).get(f"{AGREEMENT}/events?actor="), 400, "malformed")
    assert problem["detail"].startswith("actor: this is empty")


@pytest.mark.usefixtures("unchanged")
def test_an_address_of_the_api_that_is_none_is_no_page(service: Served) -> None:
    answer = service.caller(READER).get("/api/v1/nowhere", headers=HTML)
    refused(answer, 404, "not-found")


@pytest.mark.parametrize(
    "act", ["submissions", "corrections", "returns", "withdrawals", "sign-offs"]
)
@pytest.mark.parametrize("place", ["/api/v1/agreements/nowhere/indicators/x", of("nothing")])
@pytest.mark.usefixtures("unchanged")
def test_a_command_on_what_does_not_exist(service: Served, act: str, place: str) -> None:
    bodies: dict[str, Any] = {
        "submissions": one(),
        "corrections": one() | REASON,
        "sign-offs": {"entries": [{"name": "1.0", "digest": "00"}]},
    }
    body = bodies.get(act, {"entries": ["1.0"], **REASON})
    answer = service.caller(ENTRY_OFFICER).post(f"{place}/{act}", json=body)

    code = "unknown-agreement" if "nowhere" in place else "unknown-indicator"
    refused(answer, 404, code)
