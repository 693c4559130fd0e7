"""An indicator is retired over HTTP: proposed, consented to, rehearsed and approved."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from journeys.asking import refused, said
from journeys.pacts import AMENDMENTS, FILE, PACT, Pact, decision, moved, unsealed_pact
from servers import Server
from services import DISTRICT, HOME, outturn

RECYCLING = f"{PACT}/indicators/recycling"
EARLIER, FIRST, LATER = "FY2023", "FY2024", "FY2025"  # all of them have begun
PROPOSAL: dict[str, Any] = {
    "title": "Recycling is measured no more",
    "reason": "The depot is closed for good.",
    "effective_from": FIRST,
    "retirements": [{"indicator": "recycling"}],
}
TARGET = f"""
[[targets]]
indicator = "recycling"
area = "{HOME}"
period = "{EARLIER}"
level = 48
"""


class Retired(NamedTuple):
    """What there was before, what the rehearsal found, and where the amendment is."""

    pact: Pact
    where: str
    before: dict[str, Any]  # the rows of the series, by period
    rehearsal: dict[str, Any]
    position: int  # just before the decision


def entries(*given: tuple[str, str, str]) -> dict[str, Any]:
    return {
        "entries": [
            {"period": period, "area": area, "value": value} for period, area, value in given
        ]
    }


def series(pact: Pact, **asked: Any) -> dict[str, dict[str, Any]]:
    rows = [
        row
        for period in (EARLIER, FIRST, LATER)
        for row in pact.get(f"{PACT}/status", period=period, **asked)["rows"]
    ]
    return {row["period"]: row for row in rows}


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The set-up with its targets some years sooner, so that their periods have begun."""
    text = FILE.read_text().replace("FY2026", FIRST).replace("FY2027", LATER) + TARGET
    changed = tmp_path_factory.mktemp("pact") / "pact.toml"
    changed.write_text(text)
    return changed


@pytest.fixture(scope="module")
def retired(embedded_server: Server, file: Path) -> Iterator[Retired]:
    """The whole way: two partners consent, and both bodies approve what was rehearsed."""
    with unsealed_pact(embedded_server, file) as pact:
        seal = {"minute_reference": "12/2026", "freeze_days": 0}
        said(pact.post(f"{PACT}/seal", seal, by="board"), 201)
        given = entries((EARLIER, HOME, "48"), (FIRST, HOME, "30"), (FIRST, DISTRICT, "45"))
        said(pact.post(f"{RECYCLING}/submissions", given, by="entry"), 201)
        before = series(pact)
        number = said(pact.post(AMENDMENTS, PROPOSAL, by="lead"), 201)["amendment"]
        where = f"{AMENDMENTS}/{number}"
        asked = {
            person
            for task in pact.get(f"{PACT}/tasks", "performance")["tasks"]
            if task["amendment"] == number and task["kind"] == "consent"
            for person in task["people"]
        }
        assert {"pact.lead", "pact.board", "pact.district"} == asked
        refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "consents-missing")
        for partner, person in (("county", "board"), ("district", "district")):
            said(pact.post(f"{where}/consents", {"partner": partner}, by=person), 201)
        refused(pact.post(f"{where}/decisions", decision(), by="board"), 409, "not-rehearsed")
        pact.rehearsed(where)
        rehearsal = pact.get(f"{where}/rehearsal")
        said(pact.post(f"{where}/decisions", decision(), by="board"), 201)
        assert "proposed" == pact.get(where)["state"], "a designated target ends with it"
        position = pact.service.head
        said(pact.post(f"{where}/decisions", decision("office"), by="reviewer"), 201)
        yield Retired(pact, where, before, rehearsal, position)


def test_the_amendment_says_what_retires_from_when_and_whom_it_binds(retired: Retired) -> None:
    answer = retired.pact.get(retired.where)
    assert "approved" == answer["state"]
    assert [
        {
            "indicator": "recycling",
            "from_period": FIRST,
            "period_label": "2024/25",
            "bound": ["county", "district"],
        }
    ] == answer["changes"]["retirements"]
    assert ["county", "district"] == [one["partner"] for one in answer["partners"]]
    assert ["board", "reviewing-body"] == [one["kind"] for one in answer["bodies"]]
    [listed] = retired.pact.get(AMENDMENTS)["amendments"]
    assert ["recycling"] == listed["indicators"]


def test_the_page_is_what_was_rehearsed_and_the_earlier_period_as_it_was(retired: Retired) -> None:
    """Of every cell that the rehearsal names, and of those it does not."""
    effects = {
        (one["area"], one["period"]): one["after"]["reason"] for one in retired.rehearsal["effects"]
    }
    summary = "2 years would have been retired, 1 of them red."
    assert retired.rehearsal["summary"].startswith(summary)
    places = [(DISTRICT, FIRST), (HOME, FIRST), (HOME, LATER)]
    assert dict.fromkeys(places, "retired") == effects
    now = series(retired.pact)
    whens = ("why", "policy_version")
    same = [
        {name: value for name, value in rows[EARLIER].items() if name not in whens}
        for rows in (retired.before, now)
    ]
    assert "green" == same[0]["status"]
    assert same[0] == same[1]
    assert ["retired"] * 2 == [now[period]["reason"] for period in (FIRST, LATER)]
    then = series(retired.pact, known_at=f"position:{retired.position}")
    assert {"red"} == {row["status"] for row in (retired.before[FIRST], then[FIRST])}


def test_only_the_retired_periods_take_no_values(retired: Retired) -> None:
    pact = retired.pact
    late = entries((EARLIER, DISTRICT, "40"), (LATER, HOME, "30"))
    problem = refused(pact.post(f"{RECYCLING}/submissions", late, by="entry"), 409, "retired")
    assert "entries[1].period" == problem["errors"][0]["field"]
    correction = {**entries((FIRST, HOME, "31")), "reason": "Counted again."}
    refused(pact.post(f"{RECYCLING}/corrections", correction, by="entry"), 409, "retired")
    correction = {**entries((EARLIER, HOME, "47.9")), "reason": "Counted again."}
    said(pact.post(f"{RECYCLING}/corrections", correction, by="entry"), 201)
    early = entries((EARLIER, DISTRICT, "40"))
    said(pact.post(f"{RECYCLING}/submissions", early, by="entry"), 201)


def test_the_indicator_and_the_memorandum_say_so(retired: Retired) -> None:
    found = retired.pact.get(RECYCLING)
    assert (True, FIRST) == (found["retired"], found["retired_from"])
    memorandum = retired.pact.get(f"{retired.where}/memorandum")
    assert [(EARLIER, HOME)] == [(one["period"], one["area"]) for one in memorandum["targets"]]
    assert [FIRST] == [
        one["from_period"] for one in memorandum["amendment"]["changes"]["retirements"]
    ]


def test_the_difference_names_the_retirement_and_its_amendment(retired: Retired) -> None:
    asked = {"from": f"position:{retired.position}", "to": "now", "period": FIRST, "area": HOME}
    [cell] = retired.pact.get(f"{PACT}/diff", **asked)["cells"]
    number = int(retired.where.rpartition("/")[2])
    assert [("retirement", number)] == [(one["kind"], one["amendment"]) for one in cell["causes"]]


def test_it_is_neither_retired_again_nor_changed_for_what_is_retired(retired: Retired) -> None:
    pact = retired.pact
    again = refused(pact.post(AMENDMENTS, PROPOSAL, by="lead"), 409, "retired")
    assert "retirements[0].indicator" == again["errors"][0]["field"]
    late = {**PROPOSAL, "retirements": [], "targets": [moved("50", LATER)]}
    refused(pact.post(AMENDMENTS, late, by="lead"), 409, "retired")
    early = {**late, "effective_from": EARLIER, "targets": [moved("50", EARLIER)]}
    said(pact.post(AMENDMENTS, early, by="lead"), 201)


@pytest.mark.parametrize(
    ("said_so", "status", "told"),
    [
        (FIRST, 0, "nothing to change"),
        (LATER, 2, "retired from 2024/25 already, which can be neither moved nor taken back"),
    ],
)
def test_the_set_up_file_may_repeat_it_and_cannot_move_it(
    retired: Retired, file: Path, tmp_path: Path, said_so: str, status: int, told: str
) -> None:
    text = file.read_text().replace(
        'code = "recycling"', f'code = "recycling"\nretired_from = "{said_so}"'
    )
    other = tmp_path / "pact.toml"
    other.write_text(text)
    done = outturn("agreement", "apply", other, where=retired.pact.service.where)
    assert status == done.status, done.err
    assert told in done.out + done.err
