"""A sealed agreement over HTTP, and what its people do to change it."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psycopg
from journeys.asking import said
from servers import Server
from services import HOME, Done, Served, at_database, done_well, outturn, serving

from ledger.tokens import keep_token

FILE = Path(__file__).with_name("pact.toml")
PACT = "/api/v1/agreements/pact"
AMENDMENTS = f"{PACT}/amendments"
PEOPLE = ("lead", "district", "board", "reviewer", "performance", "entry")


def moved(level: str, period: str = "FY2026", area: str = HOME, **more: Any) -> dict[str, Any]:
    return {"indicator": "recycling", "area": area, "period": period, "level": level, **more}


def proposal(*targets: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "title": "Recycling after the fire",
        "reason": "The depot is closed.",
        "effective_from": "FY2026",
        "targets": list(targets),
        **more,
    }


class Pact:
    """The agreement of this journey, and what its people do.

    ``applied`` is what became of its set-up file just after it was sealed: changed, and as it was.
    """

    def __init__(self, service: Served) -> None:
        self.service = service
        self.url = service.where["OUTTURN_DATABASE_URL"]
        self.applied: tuple[Done, Done] | None = None

    def post(self, path: str, body: Any, *, by: str, **headers: str) -> httpx.Response:
        sent = {name.replace("_", "-"): text for name, text in headers.items()}
        return self.service.caller(f"pact.{by}").post(path, json=body, headers=sent)

    def get(self, path: str = PACT, by: str = "lead", **asked: Any) -> dict[str, Any]:
        params = {"min_position": self.service.head, **asked}
        return said(self.service.caller(f"pact.{by}").get(path, params=params), 200)

    def proposed(self, *targets: dict[str, Any], by: str = "lead", **more: Any) -> str:
        """The address of a new amendment."""
        response = self.post(AMENDMENTS, proposal(*targets, **more), by=by)
        number = said(response, 201)["amendment"]
        assert f"{AMENDMENTS}/{number}" == response.headers["location"]
        return f"{AMENDMENTS}/{number}"

    def rehearsed(self, where: str, by: str = "lead") -> dict[str, Any]:
        """What the rehearsal of an amendment is answered with."""
        return said(self.post(f"{where}/rehearsals", None, by=by), 201)

    def agreed(self, *targets: dict[str, Any], by: str = "lead", **more: Any) -> str:
        """An amendment that only waits for its decisions."""
        where = self.proposed(*targets, by=by, **more)
        for one in self.get(where)["partners"]:
            person = {"county": "board", "district": "district"}[one["partner"]]
            said(self.post(f"{where}/consents", {"partner": one["partner"]}, by=person), 201)
        self.rehearsed(where)
        return where


def decision(body: str = "board", **more: Any) -> dict[str, Any]:
    return {"decision": "approved", "body": body, "minute_reference": "14/2026", **more}


@contextmanager
def unsealed_pact(server: Server, file: Path = FILE) -> Iterator[Pact]:
    """A service of its own: whoever reads across all agreements needs a role in each."""
    with server.fresh_database() as url:
        where = at_database(url)
        done_well(outturn("agreement", "apply", file, where=where))
        with serving(where) as service, psycopg.connect(url) as connection:
            for person in PEOPLE:
                token = f"outturn_tests_{secrets.token_urlsafe(32)}"
                assert keep_token(connection, token, f"pact.{person}", "tests", datetime.now(UTC))
                service.tokens[f"pact.{person}"] = token
            connection.commit()
            yield Pact(service)
