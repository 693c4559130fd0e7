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
REVISIONS = 6  # of the set-up, and amendments
REDEFINED = "InfMort"
SPEAKERS = {"county": "lead.safety", "health": "lead.health", "police": "lead.youth"}
PATIENCE_SECONDS = 60.0


def much_happens(service: Served, folder: Path) -> int:
    """Officers, a load, boards and the performance officer write; the position it comes to."""
    rows = service.caller("auditor").get(f"{A}/status").json()["rows"]
    given = [row for row in rows if row["judged"] is not None]
    service.caller(OFFICER)  # made before the threads, which then share it
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda row: _officers(service, row), given))
    _sign_and_return(service)
    _load(service, _changed_file())
    for row in given:
        _respond(service, row)
    for number in range(1, REVISIONS + 1):
        _set_up_anew(service, folder / str(number), number)
        _amend(service, number)
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
    """Titles, structure, roles and code maps, all of them others."""
    folder.mkdir(parents=True)
    for name in ("indicators.csv", "targets.csv"):
        shutil.copy(FOLDER / name, folder / name)
    text = (FOLDER / "agreement.toml").read_text("utf-8")
    for pattern, new in _revised(number):
        text, count = re.subn(pattern, new, text, count=1)
        assert 1 == count, pattern
    text = re.sub(r"\[policies\.(.|\n)*?(?=\n#|\n\[(?!policies))", "", text)
    (folder / "agreement.toml").write_text(text + _added(number), "utf-8")
    # What only an amendment moves is given as it stands, or not at all.
    targets = (folder / "targets.csv").read_text("utf-8").splitlines()[0]
    (folder / "targets.csv").write_text(f"{targets}\n", "utf-8")
    if number > 1:
        sheets = (folder / "indicators.csv").read_text("utf-8")
        now = sheets.replace(",Infant mortality,", f",{_title(number - 1)},")
        (folder / "indicators.csv").write_text(now, "utf-8")
    done_well(outturn("agreement", "apply", folder / "agreement.toml", where=service.where))


def _title(number: int) -> str:
    """What the redefined indicator is called after so many amendments."""
    return f"Deaths of infants ({number})"


def _revised(number: int) -> Iterator[tuple[str, str]]:
    yield r'title = "Warwickshire children', f'title = "({number}) Warwickshire children'
    yield r'name = "Cheshire East"', f'name = "Cheshire East, edition {number}"'
    yield r'title = "Be healthy"', f'title = "Be healthy, edition {number}"'


def _amend(service: Served, number: int) -> None:
    """Rules, a definition and targets move by an amendment, all the way to its approval."""
    sheet = service.caller("auditor").get(f"{A}/indicators/{REDEFINED}").json()["definition"]
    changes = {
        "title": f"Everything moves, {number}",
        "reason": "So that something is another.",
        "effective_from": "FY2024",
        "policies": _rules(number),
        "definitions": [
            {
                "indicator": REDEFINED,
                "kind": "minor",
                "definition": {**sheet, "title": _title(number)},
            }
        ],
        "targets": [
            {
                "indicator": "6wksBreast",
                "area": HOME,
                "period": period,
                "level": str(50 + number),
                "kind": "designated",
            }
            for period in ("FY2024", "FY2025", "FY2026")
        ],
    }
    told = _sent(service, f"{A}/amendments", changes, "performance.officer")
    address = f"{A}/amendments/{told['amendment']}"
    for partner, speaker in SPEAKERS.items():
        _sent(service, f"{address}/consents", {"partner": partner}, speaker)
    _sent(service, f"{address}/rehearsals", None, "performance.officer")
    for body, person in (("review", "change.reviewer"), ("partnership-board", "board.member")):
        minute = {"decision": "approved", "body": body, "minute_reference": f"Later {number}"}
        _sent(service, f"{address}/decisions", minute, person)


def _rules(number: int) -> list[dict[str, Any]]:
    """A later version of every kind but reward, each with one setting that is another."""
    settings: dict[str, dict[str, Any]] = {
        "rag": {"amber_margin": f"0.{number + 20}", "exceed_margin": "0.10"},
        "travel": {"no_change_band": f"0.{number + 1}"},
        "due": {"grace_days": number + 60},
        "escalation": {"tolerance": f"0.{number}", "missing": "counts"},
    }
    return [
        {
            "kind": kind,
            "version": f"later {number}",
            "effective_from": "2024-04-01",
            "settings": each,
        }
        for kind, each in settings.items()
    ]


def _respond(service: Served, row: dict[str, Any]) -> None:
    """A board looks at a value, and commends it."""
    address = f"{A}/indicators/{row['indicator']}"
    seen = {"period": row["period"], "body": "partnership-board", "minute_reference": "Later"}
    _sent(service, f"{address}/examinations", seen, "board.member")
    praise = {**seen, "reason": "As agreed."}
    _sent(service, f"{address}/commendations", praise, "board.member")
    if row["stage"] is None and row["target"] is not None:
        moved = {"stage": 3, "reason": "The board will hear of it.", "body": "partnership-board"}
        _sent(service, f"{address}/fast-tracks", moved, "board.member")


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
