"""Whether the service lives, whether it can work, and what it counts."""

import msgspec
from litestar import Response, Router, get
from litestar.di import NamedDependency
from litestar.params import FromPath, SkipValidation

from http_api import metrics
from http_api.api.described import refusing
from http_api.problems import REQUEST_CODES, STATUS, HttpProblem
from http_api.rights import RIGHT
from http_api.service import Service
from ledger.migrations import is_current
from policies.permissions import Access
from policies.refusals import all_refusals, sentence


@get("/health/live", sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", sync_to_thread=True, responses=refusing(503))
def ready(service: NamedDependency[SkipValidation[Service]]) -> dict[str, str | int]:
    """The database answers, its schema is current, and the answers have caught up once."""
    with service.pool.connection() as connection:
        current = is_current(connection)
    if not current:
        raise HttpProblem(
            503, "not-migrated", "The database's schema is not current: run outturn migrate."
        )
    head, projected = positions(service)
    if projected < service.head_at_start:
        detail = f"The answers are at position {projected}, before {service.head_at_start}: wait."
        raise HttpProblem(503, "projection-behind", detail)
    return {"status": "ok", "position": head, "projected_position": projected}


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def figures(service: NamedDependency[SkipValidation[Service]]) -> Response[bytes]:
    """Everything the service counts, for Prometheus."""
    return Response(metrics.page(*positions(service)), media_type="text/plain; version=0.0.4")


def positions(service: Service) -> tuple[int, int]:
    """The last position of the record, and the last one the answers include."""
    with service.pool.connection() as connection:
        row = connection.execute(
            "SELECT coalesce((SELECT max(last_position) FROM ledger.commits), 0),"
            " coalesce((SELECT max(position) FROM tracking), 0)"
        ).fetchone()
    assert row is not None
    service.saw(row[0])
    return row[0], row[1]


class ProblemExplained(msgspec.Struct, frozen=True, kw_only=True):
    """What the type of a problem document means."""

    type: str
    status: int
    meaning: str


@get("/problems/{code:str}", sync_to_thread=False, responses=refusing(400, 404))
def problem(code: FromPath[str]) -> ProblemExplained:
    """What a problem's type means: each problem document names its own."""
    refusal = all_refusals().get(code)
    if refusal is not None:
        status, meaning = STATUS[code], sentence(refusal)
    elif code in REQUEST_CODES:
        status, meaning = REQUEST_CODES[code]
    else:
        raise HttpProblem(404, "not-found", f"There is no problem {code!r}.")
    return ProblemExplained(type=f"/problems/{code}", status=status, meaning=meaning)


HEALTH = Router(
    path="/",
    route_handlers=[live, ready, figures, problem],
    opt={RIGHT: Access.ANYONE},
    tags=["health"],
)
