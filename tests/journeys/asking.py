"""The words of the journeys: who asks the service for what, over real HTTP."""

from typing import Any

import httpx
from services import ENTRY_OFFICER, HOME, Served

AGREEMENT = "/api/v1/agreements/county"
FEED = "/api/v1/ledger/events"
SIGNER, READER = "signer.homes", "board"


def of(indicator: str, part: str = "") -> str:
    """The address of an indicator, or of a part of it."""
    return f"{AGREEMENT}/indicators/{indicator}{'/' if part else ''}{part}"


def entry(value: str | None = "91.5", period: str = "FY2024", **fields: Any) -> dict[str, Any]:
    """An entry for the home area."""
    given: dict[str, Any] = {"period": period, "area": HOME, **fields}
    return given if value is None else {**given, "value": value}


def post(
    service: Served,
    indicator: str,
    act: str,
    body: Any,
    *,
    by: str = ENTRY_OFFICER,
    **headers: str,
) -> httpx.Response:
    """Send a command; headers are written with low lines for hyphens."""
    sent = {name.replace("_", "-"): text for name, text in headers.items()}
    return service.caller(by).post(of(indicator, act), json=body, headers=sent)


def submit(
    service: Served, indicator: str, *entries: dict[str, Any], by: str = ENTRY_OFFICER, **more: Any
) -> dict[str, Any]:
    """Submit entries, which has to succeed; the answer."""
    return said(post(service, indicator, "submissions", {"entries": entries, **more}, by=by), 201)


def correct(
    service: Served, indicator: str, *entries: dict[str, Any], reason: str = "Counted again."
) -> dict[str, Any]:
    """Correct entries, which has to succeed; the answer."""
    body = {"entries": entries, "reason": reason}
    return said(post(service, indicator, "corrections", body), 201)


def sign_off(
    service: Served, indicator: str, *names: str, position: int, by: str = SIGNER
) -> dict[str, Any]:
    """Sign entries off as they stood at a position, which has to succeed; the answer."""
    seen = {row["name"]: row["digest"] for row in values(service, indicator, position)}
    signed = [{"name": name, "digest": seen[name]} for name in names]
    body = {"entries": signed, "assurance": "checked"}
    return said(post(service, indicator, "sign-offs", body, by=by), 201)


def values(service: Served, indicator: str, position: int, **asked: Any) -> list[dict[str, Any]]:
    """The entries that hold, once the answers include a position."""
    return list(get(service, of(indicator, "values"), min_position=position, **asked)["values"])


def get(service: Served, path: str, *, by: str = READER, **asked: Any) -> dict[str, Any]:
    """A question that has to be answered."""
    return said(service.caller(by).get(path, params=asked or None), 200)


def said(response: httpx.Response, status: int) -> dict[str, Any]:
    """The body of an answer that must have this status."""
    assert status == response.status_code, response.text
    body: dict[str, Any] = response.json()
    return body


def refused(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal, which must be whole."""
    assert status == response.status_code, response.text
    assert "application/problem+json" == response.headers["content-type"]
    problem: dict[str, Any] = response.json()
    assert f"/problems/{code}" == problem["type"], problem
    assert status == problem["status"]
    assert problem["title"]
    assert problem["detail"]
    assert problem["errors"], problem
    assert all({"field", "code", "detail"} == set(error) for error in problem["errors"])
    return problem
