"""How long the service waits for somebody who sends or takes slowly, before it lets go of them."""

from asyncio import get_running_loop, timeout, timeout_at

import structlog
from litestar.enums import ScopeType
from litestar.types import (
    ASGIApp,
    HTTPReceiveMessage,
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


def patient(app: ASGIApp) -> ASGIApp:
    """The application, with an end to how long anybody keeps it waiting.

    The web server itself looks after the head of a request, and after connections that say nothing.
    """

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        taker = Taker(send)
        try:
            await app(scope, Sender(receive).receive, taker.send)
        except Exception:
            if not taker.gone:
                raise
            log.warning("nothing was taken of an answer any more", path=scope["path"])

    return served


class Sender:
    """Whoever sends a request."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._begun = get_running_loop().time()
        self._received = 0
        self._whole = False

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


class Taker:
    """Whoever takes an answer. ``gone`` when they took nothing of it for too long."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.gone = False

    async def send(self, message: Message) -> None:
        """Hand on the next part of it. Raises TimeoutError where it is not taken."""
        try:
            async with timeout(WAIT_SECONDS):
                await self._send(message)
        except TimeoutError:
            self.gone = True
            raise
