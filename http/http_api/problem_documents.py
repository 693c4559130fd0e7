"""What becomes of an error over HTTP: an RFC 9457 problem document."""

from typing import Any

import msgspec
import psycopg
import structlog
from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.handlers import HTTPRouteHandler
from psycopg_pool import PoolTimeout

from http_api.problems import (
    HTTP_CODES,
    PROBLEM_JSON,
    REQUEST_CODES,
    STATUS,
    HttpProblem,
    Problem,
    ProblemError,
)
from http_api.wrong_fields import wrong_in
from policies.refusals import FieldProblem, Refusal
from projections.reading.clocks import Behind

log = structlog.get_logger()

SOON = 1  # seconds
OFTEN_WITH_PLUS = ("/problems/bad-clock", "/problems/unknown-period")


def problem_of(
    error: Exception, request: Request[Any, Any, Any] | None = None
) -> tuple[Problem, dict[str, str]]:
    """The problem document of an error, and the headers that go with it.

    With ``request``, what is wrong in it is named as its caller wrote it.
    """
    match error:
        case Refusal():
            problem = _of_refusal(error)
            if request is not None and problem.type in OFTEN_WITH_PLUS:
                problem = _with_plus(problem, request)
            return problem, _said_beside(problem.status, error.again_in)
        case HttpProblem():
            return _of_http_problem(error)
        case Behind() | psycopg.DataError() | UnicodeDecodeError():
            return _of_http_problem(_of_asking(error))
        case psycopg.OperationalError() | PoolTimeout():
            return _unavailable(error)
        case HTTPException():
            return _of_http(error, request), dict(error.headers or {})
        case _:
            log.error("unhandled", error=repr(error), exc_info=error)
            return _plain(500), {}


def respond(request: Request[Any, Any, Any], error: Exception) -> Response[Problem]:
    """Litestar's handler for every exception of the JSON API."""
    problem, headers = problem_of(error, request)
    return Response(
        problem,
        status_code=problem.status,
        media_type=PROBLEM_JSON if problem.status else MediaType.JSON,
        headers=headers,
    )


def _of_refusal(refusal: Refusal) -> Problem:
    return Problem(
        type=f"/problems/{refusal.code}",
        title=_title(type(refusal)),
        status=STATUS[refusal.code],
        detail=refusal.detail,
        errors=tuple(_error(problem) for problem in refusal.errors),
    )


def _with_plus(problem: Problem, request: Request[Any, Any, Any]) -> Problem:
    """The same; where its address has a plus as it is, which means a blank, how to write one."""
    if b"+" not in request.scope["query_string"]:
        return problem
    said = " In an address a + is written %2B: as it is it means a blank."
    errors = tuple(
        msgspec.structs.replace(error, detail=error.detail + said) for error in problem.errors
    )
    return msgspec.structs.replace(problem, detail=problem.detail + said, errors=errors)


def _error(problem: FieldProblem) -> ProblemError:
    return ProblemError(problem.field, problem.code, problem.detail)


def _title(refusal: type[Refusal]) -> str:
    """What kind of refusal it is, in words: the first line of its description."""
    return (refusal.__doc__ or refusal.code).strip().split("\n")[0]


def _of_asking(error: Behind | psycopg.DataError | UnicodeDecodeError) -> HttpProblem:
    """What was asked for cannot be answered yet, or cannot be looked up or read at all."""
    if isinstance(error, UnicodeDecodeError):  # of a form: bodies of JSON are read elsewhere
        return HttpProblem(400, "malformed", "A part of the form is not text in UTF-8.")
    if isinstance(error, Behind):
        detail = f"The answers have not reached position {error.position} yet: ask again."
        return HttpProblem(503, "projection-behind", detail)
    log.warning("the database cannot take a value", error=str(error))
    detail = "Something in the request cannot be looked up, such as a NUL character."
    return HttpProblem(400, "malformed", detail)


def _of_http_problem(error: HttpProblem) -> tuple[Problem, dict[str, str]]:
    problem = Problem(
        type=f"/problems/{error.code}",
        title=REQUEST_CODES[error.code][1],
        status=error.status,
        detail=error.detail,
        errors=error.errors,
    )
    return problem, _said_beside(error.status)


def _said_beside(status: int, again_in: int = SOON) -> dict[str, str]:
    """The headers that go with a status: how to show who one is, or when to try again."""
    if status == 401:  # noqa: PLR2004 - the status of RFC 9110
        return {"WWW-Authenticate": 'Bearer realm="outturn"'}
    return {"Retry-After": str(again_in)} if status in {429, 503} else {}


def _of_http(error: HTTPException, request: Request[Any, Any, Any] | None) -> Problem:
    problem = _plain(error.status_code)
    if error.status_code == 413:  # noqa: PLR2004 - the status of RFC 9110
        return _too_large(problem, request)
    if not isinstance(error, ValidationException):
        return problem
    errors = tuple(_malformed(field, said) for field, said in wrong_in(error, request))
    if not errors:
        return problem
    return msgspec.structs.replace(problem, detail=errors[0].detail, errors=errors)


def _too_large(problem: Problem, request: Request[Any, Any, Any] | None) -> Problem:
    """The same, with how many bytes the address takes."""
    handler = None if request is None else request.scope.get("route_handler")
    most = (
        handler.resolve_request_max_body_size() if isinstance(handler, HTTPRouteHandler) else None
    )
    if not most:
        return problem
    detail = f"The body is larger than the {most:,} bytes that this address takes."
    errors = (ProblemError("", problem.errors[0].code, detail),)
    return msgspec.structs.replace(problem, detail=detail, errors=errors)


def _malformed(field: str, said: str) -> ProblemError:
    return ProblemError(field, "malformed", f"{field or 'The body'}: {said}.")


def _plain(status: int) -> Problem:
    code, sentence = HTTP_CODES.get(status, HTTP_CODES[400])
    return Problem(
        type=f"/problems/{code}",
        title=sentence,
        status=status,
        detail=sentence,
        errors=(ProblemError("", code, sentence),),
    )


def _unavailable(error: Exception) -> tuple[Problem, dict[str, str]]:
    log.warning("database unavailable", error=str(error))
    busy = getattr(error, "sqlstate", None) == "55P03"
    detail = (
        "Others are writing and the record was not free in time: nothing was recorded, try again."
        if busy
        else "The database cannot be reached: nothing was lost that had been answered, try again."
    )
    problem = Problem(
        type="/problems/busy" if busy else "/problems/database-away",
        title=REQUEST_CODES["busy" if busy else "database-away"][1],
        status=503,
        detail=detail,
        errors=(ProblemError("", "busy" if busy else "database-away", detail),),
    )
    return problem, _said_beside(problem.status)
