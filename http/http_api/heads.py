"""HEAD: what GET would be answered, without its body. For monitors, and for checkers of links."""

from typing import cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_heads(app: ASGIApp) -> ASGIApp:
    """The application, asked by GET where it is asked by HEAD."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP or scope["method"] != "HEAD":
            await app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await app(cast("Scope", {**scope, "method": "GET"}), receive, send_head)

    return served
