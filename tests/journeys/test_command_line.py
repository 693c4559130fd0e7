"""What the command line prints is what HTTP answers, and each follows the other."""

from pathlib import Path

import pytest
from journeys.asking import AGREEMENT, READER, get, of, values
from services import DISTRICT, HOME, Served, done_well, outturn


def pinned(service: Served) -> dict[str, str]:
    """Both clocks where the set-up ends, which no other journey moves."""
    then = f"position:{service.set_up}"
    return {"known_at": then, "policy_at": then}


def options_of(asked: dict[str, str]) -> list[str]:
    """The same on the command line."""
    return [word for name, text in asked.items() for word in (f"--{name.replace('_', '-')}", text)]


@pytest.mark.parametrize(
    ("options", "asked"),
    [
        ((), {}),
        (("--period", "FY2023"), {"period": "FY2023"}),
        (("--area", DISTRICT), {"area": DISTRICT}),
    ],
)
def test_status_prints_what_http_answers(
    service: Served, options: tuple[str, ...], asked: dict[str, str]
) -> None:
    command = ("status", "--agreement", "county", "--json", *options_of(pinned(service)), *options)
    printed = done_well(outturn(*command, where=service.where)).document

    assert get(service, f"{AGREEMENT}/status", **pinned(service), **asked) == printed


def test_history_prints_what_http_answers(service: Served) -> None:
    command = (
        "history",
        "leavers",
        "--agreement",
        "county",
        "--json",
        *options_of(pinned(service)),
        "--limit",
        "1",
    )
    printed = done_well(outturn(*command, where=service.where)).document

    assert get(service, of("leavers", "history"), limit=1, **pinned(service)) == printed


def test_what_is_loaded_beside_the_service_is_there_for_its_readers(
    service: Served, tmp_path: Path
) -> None:
    file = tmp_path / "values.csv"
    file.write_text(f"indicator,area,period,value\nlettings,{HOME},FY2024,75.5\n", "utf-8")
    command = ("load", file, "--agreement", "county", "--json")
    (position,) = done_well(outturn(*command, where=service.where)).document["positions"]
    (row,) = values(service, "lettings", position, period="FY2024", by=READER)

    assert ("75.5", "operator") == (row["value"], row["submitted_by"])
