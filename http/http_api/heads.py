"""HEAD: what GET would be answered, without its body. For monitors, and for checkers of links."""

from typing import cast

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send


def answering_heads(app: ASGIApp) -> ASGIApp:
    """The application, asked by GET where it is asked by HEAD."""

    async def served(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await app(scope, receive, send)
            return
        only_head = scope["method"] == "HEAD"

        async def send_on(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [_allowing(*each) for each in message["headers"]]}
            elif message["type"] == "http.response.body" and only_head:
                message = {**message, "body": b""}
            await send(message)

        asked = cast("Scope", {**scope, "method": "GET"}) if only_head else scope
        await app(asked, receive, send_on)

    return served


def _allowing(name: bytes, text: bytes) -> tuple[bytes, bytes]:
    """A header as it is sent: one that says that GET is taken says the same of HEAD."""
    if name.lower() == b"allow":
        methods = {each.strip() for each in text.split(b",")}
        if b"GET" in methods:
            text = b", ".join(sorted(methods | {b"HEAD"}))
    return name, text
