"""Whoever sends slowly, too much, or what was never meant keeps nobody from the service."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import httpx
import pytest
from browser.parsed import parsed
from journeys.asking import READER, entry, of, refused
from journeys.walking import CHANGING, HTML, filled
from services import ENTRY_OFFICER, Served

FIFTY = 50
QUICK_SECONDS = 1.0
MEGABYTE = 1_000_000
MUCH = 400 * MEGABYTE  # more than any address takes
DEEP = b"[" * 100_000
FIELDS = 10_000


def wire(service: Served) -> socket.socket:
    """A connection of one's own, to send whatever one likes."""
    address = urlsplit(service.url)
    assert address.hostname is not None
    assert address.port is not None
    return socket.create_connection((address.hostname, address.port), timeout=10)


def sent(service: Served, request: bytes) -> tuple[int, bytes]:
    """The status and the head of the answer to these very bytes."""
    with wire(service) as connection:
        connection.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head:
            piece = connection.recv(65_536)
            assert piece, head
            head += piece
    return int(head.split(b" ", 2)[1]), head.partition(b"\r\n\r\n")[0]


def head_of(method: str, path: str, token: str, **headers: str) -> bytes:
    """The head of a request."""
    said = {"Host": "localhost", "Authorization": f"Bearer {token}"} | {
        name.replace("_", "-"): text for name, text in headers.items()
    }
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {text}" for name, text in said.items())]
    return "\r\n".join([*lines, "", ""]).encode()


# Slow


@contextmanager
def dripping(service: Served) -> Iterator[list[socket.socket]]:
    """Half of fifty connections send the head of a request a byte at a time, half a body."""
    token = service.tokens[ENTRY_OFFICER]
    begun = {"Content_Type": "application/json", "Content_Length": "5000"}
    beginnings = [
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
        head_of("POST", of("leavers", "submissions"), token, **begun) + b"{",
    ]
    over = Event()
    with ExitStack() as stack:
        connections = [stack.enter_context(wire(service)) for _ in range(FIFTY)]
        for number, connection in enumerate(connections):
            connection.sendall(beginnings[number % 2])

        def drip() -> None:
            while not over.wait(0.2):
                for connection in connections:
                    connection.sendall(b" ")

        thread = Thread(target=drip)
        thread.start()
        try:
            yield connections
        finally:
            over.set()
            thread.join()


def slowest(service: Served) -> float:
    """The longest that anybody waited for one of several answers."""
    took = []
    for path in ("/health/ready", "/agreements/county", of("leavers", "values")) * 3:
        began = time.monotonic()
        assert 200 == service.caller(READER).get(path, headers=HTML).status_code
        took.append(time.monotonic() - began)
    return max(took)


def test_fifty_who_send_a_byte_at_a_time_keep_nobody_waiting(service: Served) -> None:
    before = slowest(service)
    with dripping(service):
        assert slowest(service) < max(QUICK_SECONDS, 5 * before)
        began = time.monotonic()
        body = {"entries": [entry("5", "FY2003", breakdown={"slow": "yes"})]}
        answer = service.caller(ENTRY_OFFICER).post(of("leavers", "submissions"), json=body)
        assert 201 == answer.status_code, answer.text
        assert time.monotonic() - began < max(QUICK_SECONDS, 5 * before)


def test_whoever_sends_a_body_in_small_pieces_is_heard_in_the_end(service: Served) -> None:
    body = json.dumps({"entries": [entry("6", "FY2003", breakdown={"slow": "no"})]}).encode()
    said = {"Content_Type": "application/json", "Content_Length": str(len(body))}
    token = service.tokens[ENTRY_OFFICER]
    with wire(service) as connection:
        connection.sendall(head_of("POST", of("leavers", "submissions"), token, **said))
        for at in range(len(body)):
            connection.sendall(body[at : at + 1])
        assert connection.recv(100).startswith(b"HTTP/1.1 201")


# Large


def test_a_head_that_is_too_large_is_refused(service: Served) -> None:
    token = service.tokens[READER]
    for many in (
        {"X_Large": "x" * MEGABYTE},
        {"Cookie": "outturn=" + "x" * MEGABYTE},
        {f"X_{number}": "x" * 1000 for number in range(1000)},
    ):
        status, head = sent(service, head_of("GET", "/health/live", token, **many))
        assert 431 == status
        bare(head)
    status, head = sent(service, head_of("GET", "/" + "x" * MEGABYTE, token))
    assert status in {414, 431}
    bare(head)


def bare(head: bytes) -> None:
    """The web server answers by itself, before anything of ours is asked, as the reference says."""
    assert b"content-length: 0" in head.lower()
    assert b"ledger-position" not in head.lower()


@pytest.mark.parametrize(
    ("path", "by", "size", "status"),
    [
        (of("noise", "submissions"), ENTRY_OFFICER, 5_000_100, 413),
        (of("noise", "submissions"), "", 5_000_100, 401),
        ("/api/v1/agreements/county/attachments", ENTRY_OFFICER, 30 * MEGABYTE, 413),
        ("/api/v1/nowhere", ENTRY_OFFICER, 5_000_100, 404),
    ],
)
def test_whoever_sends_all_of_it_before_they_read_reads_why_it_is_refused(
    service: Served, path: str, by: str, size: int, status: int
) -> None:
    """As the library of Python does; a connection that ended meanwhile would be all they learn."""
    kind = "multipart/form-data; boundary=x" if "attachments" in path else "application/json"
    token = {"Authorization": f"Bearer {service.tokens[by]}"} if by else {}
    for _ in range(3):
        asked = Request(  # noqa: S310 - our own address
            service.url + path, data=b" " * size, headers={"Content-Type": kind, **token}
        )
        with pytest.raises(HTTPError) as answer, urlopen(asked, timeout=20):  # noqa: S310
            pass
        assert status == answer.value.code
        assert status == json.load(answer.value)["status"]


def test_a_large_cookie_is_nobodys(service: Served) -> None:
    for cookie in ("outturn=" + "x" * 50_000, "; ".join(f"c{n}=v" for n in range(3000)), "=;;=a"):
        with httpx.Client(base_url=service.url, headers={"Cookie": cookie}) as somebody:
            assert 200 == somebody.get("/", headers=HTML).status_code
            assert 401 == somebody.get("/api/v1/agreements").status_code


@pytest.mark.parametrize(("path", "person"), CHANGING, ids=str)
def test_no_address_takes_more_than_it_says(service: Served, path: str, person: str) -> None:
    """It is told at once from what a request says of itself, and by counting where it says none."""
    token = service.tokens[person]
    kind = "application/json" if path.startswith("/api/") else "application/x-www-form-urlencoded"
    said = {"Content_Type": kind, "Content_Length": str(MUCH)}
    status, _ = sent(service, head_of("POST", filled(path), token, **said))
    assert 400 <= status < 500 or path == "/sign-out"  # which reads none


@pytest.mark.parametrize(
    "path", ["/sign-in", "/account/views", "/agreements/county/people", "/agreements/county/entry"]
)
def test_a_form_that_is_too_large_is_refused(service: Served, path: str) -> None:
    large = {"name": "x" * 6 * MEGABYTE}
    for sent_as in ({"data": large}, {"data": large, "files": {"file": ("a", b"b")}}):
        answer = service.caller("administrator").post(path, headers=HTML, **sent_as)
        assert answer.status_code in {400, 401, 403, 404, 405, 413}, answer.text[:500]


def test_a_form_of_ten_thousand_fields_is_answered(service: Served) -> None:
    many = {f"field{number}": "x" for number in range(FIELDS)}
    files = {f"file{number}": ("a.csv", b"x") for number in range(FIELDS)}
    for path in ("/sign-in", "/account/views", "/agreements/county/loads"):
        for sent_as in ({"data": many}, {"data": many, "files": files}):
            began = time.monotonic()
            answer = service.caller(ENTRY_OFFICER).post(path, headers=HTML, **sent_as)
            assert answer.status_code == 303 or 400 <= answer.status_code < 500, answer.text[:500]
            assert time.monotonic() - began < 10


@pytest.mark.parametrize(("path", "person"), CHANGING, ids=str)
def test_a_body_as_deep_as_a_well_is_refused(service: Served, path: str, person: str) -> None:
    caller = service.caller(person)
    if path.startswith("/api/"):
        said = {"Content-Type": "application/json"}
        answer = caller.post(filled(path), content=DEEP, headers=said)
        assert 400 <= answer.status_code < 500, answer.text
    else:
        form = {name: DEEP.decode() for name in ("sent", "entries", "definitions", "policies")}
        answer = caller.post(filled(path), data=form, headers=HTML, follow_redirects=False)
        assert answer.status_code == 303 or 400 <= answer.status_code < 500, answer.text[:500]


# What was never meant to be sent


TRAVERSALS = [
    "/static/../app.py",
    "/static/vendor/../../app.py",
    "/static/%2e%2e/app.py",
    "/static/..%2fapp.py",
    "/static/%2e%2e%2fapp.py",
    "/static/..%5capp.py",
    "/static/%252e%252e/app.py",
    "/static/....//app.py",
    "/static//etc/passwd",
    "/static/%2fetc%2fpasswd",
    "/static//../../../../../../../etc/passwd",
    "/static/vendor/outturn.css/../../../app.py",
    "/static/vendor/outturn.css%00.js",
    "/static/%00",
    "/static/vendor",
    "/static/",
    "/static/" + "../" * 40 + "etc/passwd",
    "/static/" + "a/" * 2000,
    "/help/..%2f..%2freference%2fhttp",
    "/help/%2fetc%2fpasswd",
    "/problems/..%2f..%2fetc",
    "/agreements/county/attachments/..%2f..%2f..%2fetc%2fpasswd",
    "/agreements/county/attachments/%00",
    "/api/v1/agreements/county/attachments/..%2fpasswd",
    "/agreements/county/loads/..%2f..%2fetc/file",
    "/agreements/..%2fcounty",
    "/agreements/county/indicators/..%2f..%2fetc",
]


@pytest.mark.parametrize("path", TRAVERSALS, ids=lambda path: path[:60])
def test_no_address_leads_to_another_file(service: Served, path: str) -> None:
    status, _ = sent(service, head_of("GET", path, service.tokens["auditor"], Accept="text/html"))
    assert 400 <= status < 500


BROKEN = "county\r\nX-Injected: yes\r\nSet-Cookie: outturn=evil"


@pytest.mark.parametrize(("path", "person"), CHANGING, ids=str)
def test_no_line_of_a_head_can_be_written_from_an_address(
    service: Served, path: str, person: str
) -> None:
    """Each gap of it in turn, and what a form says of where to go on."""
    caller = service.caller(person)
    form = dict.fromkeys(("next", "address", "name", "area", "period", "key"), BROKEN)
    for address in (filled(path), filled(path, BROKEN)):
        answer = caller.post(
            address,
            headers=HTML,
            follow_redirects=False,
            **({"json": {}} if path.startswith("/api/") else {"data": form}),  # type: ignore[arg-type]
        )
        assert answer.status_code < 500, answer.text
        assert "x-injected" not in answer.headers
        assert "evil" not in answer.headers.get("set-cookie", "")
        assert "\n" not in answer.headers.get("location", "")


def test_a_sign_in_leads_nowhere_else(service: Served) -> None:
    for elsewhere in (
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/%0d%0aX-Injected:yes",
        "javascript:alert(1)",
        BROKEN,
        " //evil.example",
    ):
        page = service.caller().get("/sign-in", params={"next": elsewhere}, headers=HTML)
        (kept,) = [one["value"] for one in parsed(page.text).every("input", name="next")] or [""]
        assert kept in {"", "/", "/%0d%0aX-Injected:yes"}, kept


def test_a_name_with_the_end_of_a_line_is_saved_without_it(service: Served) -> None:
    name = 'figures\r\nX-Injected: yes".csv'
    form = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.replace("\r\n", "%0D%0A").replace('"', "%22").encode()
        + b'"\r\n\r\nindicator,area,period,value\r\n--b--\r\n'
    )
    caller = service.caller(ENTRY_OFFICER)
    answer = caller.post(
        "/api/v1/agreements/county/attachments",
        content=form,
        headers={"Content-Type": "multipart/form-data; boundary=b"},
    )
    assert 201 == answer.status_code, answer.text
    saved = caller.get(answer.headers["location"])
    assert 200 == saved.status_code
    assert "x-injected" not in saved.headers
    assert saved.headers["content-disposition"].isprintable()


def test_a_problem_still_says_what_it_is_after_all_of_that(service: Served) -> None:
    refused(service.caller(READER).get("/api/v1/agreements/nowhere"), 404, "unknown-agreement")
