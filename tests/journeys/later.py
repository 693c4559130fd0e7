"""Thousands of events of every kind, recorded in a demonstration after its story ended."""

import re
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from services import HOME, Served, done_well, outturn

from http_api.demonstration.script import AGREEMENT, FOLDER

A = f"/api/v1/agreements/{AGREEMENT}"
OFFICER, SIGNER = "data.officer", "signoff.youth"
SIGNED = "FirstYJS"  # an indicator of the block that the signer signs for
WARDS = 40  # breakdowns given, and corrected, of each indicator
REVISIONS = 6  # of the set-up
PATIENCE_SECONDS = 60.0


def much_happens(service: Served, folder: Path) -> int:
    """Officers, a load and the performance officer write; the position it comes to."""
    rows = service.caller("auditor").get(f"{A}/status").json()["rows"]
    given = [row for row in rows if row["judged"] is not None]
    service.caller(OFFICER)  # made before the threads, which then share it
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda row: _officers(service, row), given))
    _sign_and_return(service)
    _load(service, _changed_file())
    for number in range(1, REVISIONS + 1):
        _set_up_anew(service, folder / str(number), number)
    head = service.head
    asked = {"min_position": head, "limit": 1}
    waited = service.caller("auditor").get(f"{A}/indicators/{SIGNED}/values", params=asked)
    assert 200 == waited.status_code, waited.text
    return head


def _officers(service: Served, row: dict[str, Any]) -> None:
    """New values, most of them corrected, some withdrawn, and the headline corrected too."""
    address = f"{A}/indicators/{row['indicator']}"
    about = {"period": row["period"], "area": HOME}
    for ward in range(WARDS):
        key = {**about, "breakdown": {"ward": f"W{ward:03}"}}
        _sent(service, f"{address}/submissions", {"entries": [{**key, "value": row["judged"]}]})
        corrected = {"entries": [{**key, "value": "1"}], "reason": f"Counted again in W{ward}."}
        name = _sent(service, f"{address}/corrections", corrected)["entries"][0]["name"]
        if ward % 10 == 0:
            taken = {"entries": [name], "reason": "Counted elsewhere."}
            _sent(service, f"{address}/withdrawals", taken)
    headline = {"entries": [{**about, "value": "2"}], "reason": "A mistake of transmission."}
    _sent(service, f"{address}/corrections", headline)


def _sign_and_return(service: Served) -> None:
    """Of the indicator with a signer: every second value is signed, the others are sent back."""
    address, asked = f"{A}/indicators/{SIGNED}", {"min_position": service.head}
    values = service.caller(SIGNER).get(f"{address}/values", params=asked).json()["values"]
    fresh = [one for one in values if one["breakdown"]]
    for one in fresh[::2]:
        seen = {"name": one["name"], "digest": one["digest"]}
        _sent(service, f"{address}/sign-offs", {"entries": [seen]}, SIGNER)
    for one in fresh[1::2]:
        returned = {"entries": [one["name"]], "reason": "Please look at it again."}
        _sent(service, f"{address}/returns", returned, SIGNER)
    own = {"entries": [{"name": fresh[0]["name"], "digest": fresh[0]["digest"]}]}
    refused = service.caller(OFFICER).post(f"{address}/sign-offs", json=own)
    assert 403 == refused.status_code, refused.text


def _sent(service: Served, path: str, body: Any, by: str = OFFICER) -> dict[str, Any]:
    answer = service.caller(by).post(path, json=body)
    assert 201 == answer.status_code, answer.text
    told: dict[str, Any] = answer.json()
    return told


def _changed_file() -> bytes:
    """The publisher's last file with every fiftieth figure another."""
    lines = (FOLDER / "data/values_published_2026-04-08.csv").read_text("utf-8").splitlines()
    for number in range(1, len(lines), 50):
        lines[number] = f"{lines[number].rpartition(',')[0]},{number % 90}"
    return ("\n".join(lines) + "\n").encode()


def _load(service: Served, content: bytes) -> None:
    """A file goes in, and is taken back."""
    caller = service.caller(OFFICER)
    files = {
        "file": ("later.csv", content),
        "mapping": ("mapping.toml", (FOLDER / "mapping.toml").read_bytes()),
    }
    load = caller.post(f"{A}/loads", files=files).json()["load"]
    _wait(service, load, "committed")
    taken = caller.post(f"{A}/loads/{load}/withdrawal", json={"reason": "The wrong file."})
    assert 202 == taken.status_code, taken.text
    _wait(service, load, "withdrawn")


def _wait(service: Served, load: str, state: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while True:
        document = service.caller(OFFICER).get(f"{A}/loads/{load}").json()
        if document["state"] == state:
            return
        assert time.monotonic() < give_up, document
        time.sleep(0.05)


def _set_up_anew(service: Served, folder: Path, number: int) -> None:
    """Titles, definitions, targets, structure, roles, code maps and rules, all of them others."""
    folder.mkdir(parents=True)
    for name in ("indicators.csv", "targets.csv"):
        shutil.copy(FOLDER / name, folder / name)
    text = (FOLDER / "agreement.toml").read_text("utf-8")
    for pattern, new in _revised(number):
        text, count = re.subn(pattern, new, text, count=1)
        assert 1 == count, pattern
    (folder / "agreement.toml").write_text(text + _added(number), "utf-8")
    for name, pattern, new in (
        ("targets.csv", r",local,", f",designated,{number}"),
        ("indicators.csv", r",Infant mortality,", f",Deaths of infants ({number}),"),
    ):
        old = (folder / name).read_text("utf-8")
        (folder / name).write_text(re.sub(pattern, new, old), "utf-8")
    done_well(outturn("agreement", "apply", folder / "agreement.toml", where=service.where))


def _revised(number: int) -> Iterator[tuple[str, str]]:
    yield r'title = "Warwickshire children', f'title = "({number}) Warwickshire children'
    yield r'name = "Cheshire East"', f'name = "Cheshire East, edition {number}"'
    yield r'title = "Be healthy"', f'title = "Be healthy, edition {number}"'
    yield r'version = "2" # .*', f'version = "later {number}"'
    yield r"amber_margin = 0.10", f"amber_margin = 0.{number + 20}"
    yield r"no_change_band = 0.1", f"no_change_band = 0.{number + 1}"
    yield r"grace_days = 30", f"grace_days = {number + 60}"
    yield r'(\[policies.travel\]\n)version = "1"', rf'\g<1>version = "later {number}"'
    yield r'(\[policies.due\]\n)version = "1"', rf'\g<1>version = "later {number}"'


def _added(number: int) -> str:
    return f"""
[[roles]]
person = "auditor"
role = "lead-officer"
scope = "FirstYJS"

[[blocks]]
code = "later-{number}"
title = "A later block"

[[code_maps]]
name = "districts"
kind = "area"
entries = {{ "Stratford {number}" = "E10000031" }}
"""
