"""The page a browser gets instead of a problem document."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import MediaType, Request, Response
from litestar.response import Redirect

from http_api.pages.render import Frame, render
from http_api.problem_documents import problem_of, respond
from http_api.problems import HttpProblem

CLOCKS = ("known_at", "policy_at")
SIGNED_OUT = "You were signed out before this was sent"


def error_page(
    status_code: int,
    title: str,
    detail: str,
    headers: Mapping[str, str] | None = None,
    *,
    at_now: str = "",
    signed_out: bool = False,
) -> Response[str]:
    """What went wrong and what to do, as a page with the status and headers of the answer.

    ``at_now`` is the same page at now, where another moment may be what is wrong; ``signed_out``
    says that a form came from somebody who was signed in when it was opened.
    """
    frame = Frame(title=title)
    text = render(
        "error.html",
        frame,
        status=status_code,
        detail=detail,
        at_now=at_now,
        signed_out=signed_out,
    )
    return Response(
        text, status_code=status_code, media_type=MediaType.HTML, headers=dict(headers or {})
    )


def sent_to_sign_in(request: Request[Any, Any, Any], error: Exception) -> Response[Any] | None:
    """The way to the form for whoever needs to sign in; None for the rest.

    Whoever sent a form is told how to send it again, since it would be lost on that way.
    """
    if not (isinstance(error, HttpProblem) and error.code == "sign-in-needed"):
        return None
    if request.method != "GET":
        return error_page(401, SIGNED_OUT, "Nothing was recorded.", signed_out=True)
    query = f"?{request.url.query}" if request.url.query else ""
    asked = urlencode({"next": f"{request.url.path}{query}"})
    return Redirect(f"/sign-in?{asked}", status_code=303)


def refused(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Litestar's handler for refusals under pages: what is unknown then may be known now."""
    if "text/html" not in request.headers.get("accept", ""):
        return respond(request, error)
    to_sign_in = sent_to_sign_in(request, error)
    if to_sign_in is not None:
        return to_sign_in
    problem, headers = problem_of(error)
    return error_page(
        problem.status, problem.title, problem.detail, headers, at_now=_at_now(request)
    )


def _at_now(request: Request[Any, Any, Any]) -> str:
    """The address without its clocks; "" where it has none."""
    asked = parse_qsl(request.url.query)
    kept = [(name, value) for name, value in asked if name not in CLOCKS]
    if kept == asked:
        return ""
    return f"{request.url.path}?{urlencode(kept)}" if kept else request.url.path
