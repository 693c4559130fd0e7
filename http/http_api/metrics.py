"""What the service counts, in the form Prometheus reads.

Several workers count together in files of a folder, which ``serve`` names before any of them
begins: whichever answers tells of all.
"""

import os
from time import perf_counter

from litestar.types import Scope
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from http_api.settings import COUNTING_VARIABLE
from ledger.deciding import ACTIONS
from ledger.indicator.commands import Command

REGISTRY = CollectorRegistry()
RESPONSES = Counter(
    "outturn_http_responses", "Answers sent.", ["method", "status"], registry=REGISTRY
)
COMMANDS = Counter(
    "outturn_commands",
    "Commands answered, by kind; refused names the duty that forbade it, if one did.",
    ["command", "refused"],
    registry=REGISTRY,
)
RESPONSE_SECONDS = Histogram(
    "outturn_http_response_seconds",
    "Time from a request to the first byte of its answer, by face: api, page or static.",
    ["face"],
    registry=REGISTRY,
)
BEGAN = "outturn.began"  # where a request keeps when it came
COMMAND_SECONDS = Histogram(
    "outturn_command_seconds",
    "Time to decide and record a command.",
    registry=REGISTRY,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
HEAD = Gauge(
    "outturn_ledger_position",
    "The last position of the ledger.",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)
ANSWERED = Gauge(
    "outturn_projected_position",
    "The last position the answers include.",
    registry=REGISTRY,
    multiprocess_mode="mostrecent",
)


def count_response(scope: Scope, status: int) -> None:
    """Count one answer, and the time it took until it began."""
    RESPONSES.labels(scope.get("method", ""), str(status)).inc()
    began = scope["state"].get(BEGAN)
    if began is not None:
        RESPONSE_SECONDS.labels(_kind(scope)).observe(perf_counter() - began)


def begin(scope: Scope) -> None:
    """Note when a request came."""
    scope["state"][BEGAN] = perf_counter()


def _kind(scope: Scope) -> str:
    """Which face answered: the API, a page, or a file of ours."""
    path = scope["path"]
    if path.startswith("/api/"):
        return "api"
    return "static" if path.startswith("/static/") else "page"


def count_command(command: Command, refused: str) -> None:
    """Count one command that was recorded."""
    COMMANDS.labels(ACTIONS[type(command)].value, refused).inc()


def page(head: int, projected: int) -> bytes:
    """All figures as text, with the two positions as they are now."""
    HEAD.set(head)
    ANSWERED.set(projected)
    return generate_latest(_of_all_workers())


def _of_all_workers() -> CollectorRegistry:
    folder = os.environ.get(COUNTING_VARIABLE)
    if not folder:
        return REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together, folder)  # type: ignore[no-untyped-call] # it says no types
    return together
