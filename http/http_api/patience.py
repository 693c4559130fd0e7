"""How long the service waits for somebody who sends or takes slowly, before it lets go of them.

And what becomes of a body that nobody wants: it is taken in where it ends soon, so that whoever
sends all of it before they read gets to read the answer, and the connection can be used again.
Else the answer says that the connection ends.
"""

from asyncio import get_running_loop, timeout, timeout_at

import structlog
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
    HTTPScope,
    Message,
    Receive,
    Scope,
    Send,
    WebSocketReceiveMessage,
)

from http_api.problems import HttpProblem

log = structlog.get_logger()

WAIT_SECONDS = 30.0
SLOWEST = 1000  # bytes a second that a body brings on the whole, beyond the wait
REST_SECONDS = 10.0  # for the rest of a body that nobody wants
PAUSE_SECONDS = 1.0  # for the next part of it
REST_BYTES = 64_000_000  # of it, taken in at most
ASKED_BYTES = 65_536  # the same from whoever sends nothing until they are told to go on

_CLOSES = (b"connection", b"close")


def patient(app: ASGIApp) -> ASGIApp:
    """The application, with an end to how long anybody keeps it waiting.

    The web server itself looks after the head of a request, and after connections that say nothing.
    """

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        sender = Sender(receive, body_length(scope), rest_taken(scope))
        taker = Taker(send, sender)
        try:
            await app(scope, sender.receive, taker.send)
        except Exception:
            if not taker.gone:
                raise
            log.warning("nothing was taken of an answer any more", path=scope["path"])

    return served


def body_length(scope: HTTPScope) -> int | None:
    """How many bytes follow the head of a request; None for as many as come."""
    headers = dict(scope["headers"])
    return None if b"transfer-encoding" in headers else int(headers.get(b"content-length", 0))


def rest_taken(scope: HTTPScope) -> int:
    """How many bytes are taken in of a body that nobody wants.

    To read from somebody who waits to be told to go on is to tell them, and brings it all here.
    """
    waits = any(name == b"expect" for name, _ in scope["headers"])
    return ASKED_BYTES if waits else REST_BYTES


class Sender:
    """Whoever sends a request, whose body is so long; None: as long as it comes.

    Of a body that nobody wants, ``rest`` bytes are taken in at most.
    """

    def __init__(self, receive: Receive, length: int | None, rest: int) -> None:
        self._receive = receive
        self._length = length
        self._rest = rest
        self._begun = get_running_loop().time()
        self._received = 0
        self._whole = length == 0

    async def receive(self) -> HTTPReceiveMessage | WebSocketReceiveMessage:
        """The next part of it. Raises a 408 problem where it is too long in coming.

        Once all of it is there, whoever waits waits only to be told that the sender went away.
        """
        if self._whole:
            return await self._receive()
        patience = WAIT_SECONDS + self._received / SLOWEST
        try:
            async with timeout_at(self._begun + patience):
                message = await self._receive()
        except TimeoutError:
            raise HttpProblem(
                408,
                "too-slow",
                f"The body was not there after {patience:.0f} seconds: send it again, over a"
                " connection that is faster or more at once.",
            ) from None
        if message["type"] == "http.request":
            self._received += len(message["body"])
            self._whole = not message["more_body"]
        return message

    async def finish(self) -> bool:
        """Take in what nobody read of the body, if it ends and is soon there; whether it was.

        The web server closes a connection with something left on it, without a word to whoever
        would send the next request there.
        """
        most = self._received + self._rest
        if self._length is not None and self._length > most:
            return False
        try:
            async with timeout(REST_SECONDS):
                while not self._whole and self._received <= most:
                    async with timeout(PAUSE_SECONDS):
                        message = await self.receive()
                    if message["type"] != "http.request":
                        return False
        except (TimeoutError, HttpProblem):
            return False
        return self._whole


class Taker:
    """Whoever takes an answer. ``gone`` when they took nothing of it for too long."""

    def __init__(self, send: Send, sender: Sender) -> None:
        self._send = send
        self._sender = sender
        self.gone = False

    async def send(self, message: Message) -> None:
        """Hand on the next part of it. Raises TimeoutError where it is not taken."""
        if message["type"] == "http.response.start" and not await self._sender.finish():
            message["headers"] = [*message["headers"], _CLOSES]
        try:
            async with timeout(WAIT_SECONDS):
                await self._send(message)
        except TimeoutError:
            self.gone = True
            raise
