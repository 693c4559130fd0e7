"""The plain way: the event-sourcing library as it comes, one event a row, saved by itself."""

import time
from collections.abc import Iterable
from typing import cast
from urllib.parse import parse_qs, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event


class Indicator(Aggregate):
    """An indicator as the library's own examples write one."""

    @event("Defined")
    def __init__(self, code: str) -> None:
        self.code = code
        self.values: dict[str, str] = {}

    @staticmethod
    def create_id(code: str) -> UUID:
        """The same code is the same aggregate."""
        return uuid5(NAMESPACE_URL, f"/indicators/{code}")

    @event("ValueSubmitted")
    def submit(self, area: str, period: str, value: str) -> None:
        """Take a value."""
        self.values[f"{area} {period}"] = value


class Plain(Application[UUID]):
    """Load, trigger, save: once for each row."""

    def submit(self, code: str, area: str, period: str, value: str) -> None:
        """Take one row."""
        identity = Indicator.create_id(code)
        indicator = cast(Indicator, self.repository.get(identity))
        indicator.submit(area, period, value)
        self.save(indicator)


def save_one_by_one(url: str, rows: Iterable[str]) -> float:
    """Seconds to save rows, one event and one save each; no answers are laid out."""
    parts = urlsplit(url)
    application = Plain(
        env={
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": parts.path.lstrip("/"),
            "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
            "POSTGRES_PORT": "5432",
            "POSTGRES_USER": parts.username or "postgres",
            "POSTGRES_PASSWORD": "",
        }
    )
    split = [row.split(",") for row in rows]
    for code in dict.fromkeys(row[0] for row in split):
        application.save(Indicator(code))
    started = time.perf_counter()
    for code, area, period, value in split:
        application.submit(code, area, period, value)
    seconds = time.perf_counter() - started
    application.close()
    return seconds
