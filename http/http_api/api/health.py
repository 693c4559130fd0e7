"""Whether the service lives, whether it can work, and what it counts."""

from typing import Any

from litestar import Request, Response, Router, get
from litestar.di import NamedDependency
from litestar.params import SkipValidation

from http_api import metrics
from http_api.problems import HttpProblem
from http_api.service import Service
from ledger.migrations import is_current


@get("/health/live", sync_to_thread=False)
def live() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@get("/health/ready", sync_to_thread=True)
def ready(service: NamedDependency[SkipValidation[Service]]) -> dict[str, str | int]:
    """The database answers, its schema is current, and the answers follow the record."""
    with service.pool.connection() as connection:
        if not is_current(connection):
            raise HttpProblem(
                503, "not-migrated", "The database's schema is not current: run outturn migrate."
            )
        head, projected = positions(service)
    return {"status": "ok", "position": head, "projected_position": projected}


@get("/metrics", sync_to_thread=True, include_in_schema=False)
def figures(
    _request: Request[Any, Any, Any], service: NamedDependency[SkipValidation[Service]]
) -> Response[bytes]:
    """Everything the service counts, for Prometheus."""
    return Response(
        metrics.page(*positions(service)), media_type="text/plain; version=0.0.4; charset=utf-8"
    )


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


HEALTH = Router(path="/", route_handlers=[live, ready, figures], tags=["health"])
