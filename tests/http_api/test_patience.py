"""How long somebody who sends or takes slowly is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from apart import awaited

from http_api import patience
from http_api.patience import patient
from http_api.problems import HttpProblem

SCOPE: Any = {"type": "http", "path": "/", "headers": [(b"content-length", b"2")]}
START: Any = {"type": "http.response.start", "status": 403, "headers": []}


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "WAIT_SECONDS", 0.05)
    monkeypatch.setattr(patience, "REST_SECONDS", 0.2)
    monkeypatch.setattr(patience, "PAUSE_SECONDS", 0.05)


def part(body: bytes, *, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def asked(parts: Iterator[dict[str, Any]]) -> Callable[[], Awaitable[Any]]:
    """A sender of these parts, and then of nothing at all."""

    async def receive() -> Any:
        for one in parts:
            return one
        return await asyncio.Event().wait()

    return receive


async def takes(message: Any) -> None:
    """Somebody who takes whatever is sent."""


async def never_takes(message: Any) -> None:
    await asyncio.Event().wait()


def read(receive: Callable[[], Awaitable[Any]], times: int) -> bytes:
    """What an application behind it has read after so many parts."""
    found: list[bytes] = []

    async def app(_scope: Any, receive: Any, _send: Any) -> None:
        for _ in range(times):
            found.append((await receive()).get("body", b""))

    awaited(patient(app)(SCOPE, receive, takes))  # type: ignore[arg-type]
    return b"".join(found)


def test_a_body_that_comes_is_read() -> None:
    parts = iter([part(b"a"), part(b"b", more=False)])
    assert b"ab" == read(asked(parts), 2)


@pytest.mark.parametrize("sent", [0, 1, 3])
def test_a_body_that_does_not_come_is_refused(sent: int) -> None:
    with pytest.raises(HttpProblem) as refused:
        read(asked(iter([part(b"a")] * sent)), sent + 1)
    assert (408, "too-slow") == (refused.value.status, refused.value.code)


def test_a_part_now_and_then_is_no_way_to_go_on_for_ever() -> None:
    async def receive() -> Any:
        await asyncio.sleep(0.02)
        return part(b"a")

    with pytest.raises(HttpProblem):
        read(receive, 20)


def test_a_large_body_has_longer_the_more_of_it_has_come() -> None:
    slow = iter([part(b"a" * 1000)])

    async def receive() -> Any:
        for one in slow:
            return one
        await asyncio.sleep(0.2)
        return part(b"b", more=False)

    assert read(receive, 2).endswith(b"ab")


def test_whoever_sent_all_of_it_is_waited_for_as_long_as_it_takes() -> None:
    whole = iter([part(b"", more=False)])

    async def receive() -> Any:
        for one in whole:
            return one
        await asyncio.sleep(0.2)
        return {"type": "http.disconnect"}

    assert b"" == read(receive, 2)


def test_whoever_takes_nothing_of_an_answer_is_let_go() -> None:
    closed: list[str] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        try:
            await send({"type": "http.response.body", "body": b"x", "more_body": True})
        finally:
            closed.append("its connection to the database")

    awaited(patient(app)(SCOPE, asked(iter([])), never_takes))  # type: ignore[arg-type]
    assert ["its connection to the database"] == closed


def answered_unread(receive: Callable[[], Awaitable[Any]], scope: Any = SCOPE) -> dict[Any, Any]:
    """The headers of an answer to a request whose body the application has not looked at."""
    started: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({**START})

    async def takes_it(message: Any) -> None:
        started.append(message)

    awaited(patient(app)(scope, receive, takes_it))  # type: ignore[arg-type]
    return dict(started[0]["headers"])


def test_a_small_body_that_nobody_wants_is_taken_in_so_that_the_connection_can_go_on() -> None:
    parts = iter([part(b"a"), part(b"b", more=False)])
    assert {} == answered_unread(asked(parts))
    assert [] == list(parts)


@pytest.mark.parametrize(
    "parts", [[], [part(b"a")], [part(b"a" * 65_536)] * 3, [{"type": "http.disconnect"}]]
)
def test_else_the_answer_says_that_the_connection_ends(parts: list[Any]) -> None:
    """The rest of it never comes, or is too much, or whoever sent it is gone."""
    assert {b"connection": b"close"} == answered_unread(asked(iter(parts)))


def test_so_is_a_larger_one_since_some_read_nothing_until_all_of_it_is_sent() -> None:
    scope = {**SCOPE, "headers": [(b"content-length", b"5000100")]}
    parts = iter([part(b"a" * 65_536)] * 76 + [part(b"a" * 19_364, more=False)])
    assert {} == answered_unread(asked(parts), scope)
    assert [] == list(parts)


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-length", b"64000001")],
        [(b"content-length", b"65537"), (b"expect", b"100-continue")],
    ],
)
def test_what_is_too_large_or_was_not_begun_is_not_waited_for(headers: list[Any]) -> None:
    """Whoever waits to be told to go on need not send it at all."""
    parts = iter([part(b"a", more=False)])
    assert {b"connection": b"close"} == answered_unread(asked(parts), {**SCOPE, "headers": headers})
    assert [part(b"a", more=False)] == list(parts)


def test_nobody_is_waited_for_for_ever_who_sends_a_little_now_and_then() -> None:
    async def receive() -> Any:
        await asyncio.sleep(0.02)
        return part(b"")

    scope = {**SCOPE, "headers": [(b"content-length", b"5000100")]}
    assert {b"connection": b"close"} == answered_unread(receive, scope)


def test_nothing_is_waited_for_where_no_body_is_announced() -> None:
    for headers in ([], [(b"content-length", b"0")]):
        assert {} == answered_unread(asked(iter([])), {**SCOPE, "headers": headers})


def test_what_goes_wrong_otherwise_is_not_taken_for_that() -> None:
    async def app(_scope: Any, _receive: Any, _send: Any) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        awaited(patient(app)(SCOPE, asked(iter([])), takes))  # type: ignore[arg-type]


def test_only_requests_are_looked_at() -> None:
    given: list[Any] = []

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        given.append(send)

    awaited(patient(app)({"type": "lifespan"}, asked(iter([])), takes))  # type: ignore
    assert [takes] == given
