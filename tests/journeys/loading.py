"""The words of journeys with files: sent, looked at, asked something of, and at rest."""

import time
from typing import Any

import httpx
from journeys.asking import AGREEMENT, get, of, said
from services import ENTRY_OFFICER, HOME, Served

LOADS = f"{AGREEMENT}/loads"
PATIENCE_SECONDS = 30.0
AT_REST = {"checked", "committed", "refused", "abandoned", "withdrawn"}


def file_of(indicator: str, **values: object) -> bytes:
    """A file in our own columns, with a figure a year."""
    rows = [f"{indicator},{HOME},{year},{value}" for year, value in values.items()]
    return "\n".join(("indicator,area,period,value", *rows, "")).encode()


def send(
    service: Served,
    content: bytes,
    *,
    by: str = ENTRY_OFFICER,
    name: str = "figures.csv",
    mapping: bytes | None = None,
    key: str = "",
    **asked: object,
) -> httpx.Response:
    """Send a file."""
    files: dict[str, Any] = {"file": (name, content)}
    if mapping is not None:
        files["mapping"] = ("mapping.toml", mapping)
    headers = {"Idempotency-Key": key} if key else {}
    params = {name: str(value).lower() for name, value in asked.items()}
    return service.caller(by).post(LOADS, files=files, params=params, headers=headers)


def sent(service: Served, content: bytes, **how: Any) -> str:
    """The id of a load that was taken."""
    return str(said(send(service, content, **how), 202)["load"])


def at_rest(service: Served, load: str, *states: str) -> dict[str, Any]:
    """The document of a load, once nobody works on it."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        document = get(service, f"{LOADS}/{load}")
        done = document["progress"] == 100 and document["state"] in AT_REST
        if done and (not states or document["state"] in states):
            return document
        assert time.monotonic() < give_up, document
        time.sleep(0.05)


def ask(
    service: Served, load: str, act: str, by: str = ENTRY_OFFICER, key: str = "", **body: object
) -> httpx.Response:
    """Ask something of a load."""
    headers = {"Idempotency-Key": key} if key else {}
    return service.caller(by).post(f"{LOADS}/{load}/{act}", json=body, headers=headers)


def figures(service: Served, indicator: str) -> dict[str, str]:
    """The home area's figures that hold, by period."""
    # a load is told to be in before the answers have laid it out
    rows = get(service, of(indicator, "values"), area=HOME, min_position=service.head)["values"]
    return {row["period"]: row["value"] for row in rows}
