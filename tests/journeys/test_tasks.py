"""One value on its way: whose task it is at each step, told alike by HTTP, pages and commands."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from journeys.asking import AGREEMENT, entry, get, post, refused, said, sign_off, submit
from services import DISTRICT, ENTRY_OFFICER, HOME, Served, done_well, outturn

STOVES = "stoves"
_DUE = datetime.now(UTC).date() - timedelta(days=61)  # a year is due 60 days after its end
PERIOD = f"FY{_DUE.year - (1 if _DUE.month >= 4 else 2)}"  # the last one that had to come
SIGNER, PERFORMANCE, GROUP = "signer.homes", "performance", "group.homes"
Task = dict[str, Any]


def tasks(service: Served, person: str, position: int = 0) -> list[Task]:
    """What waits for a person about the indicator of this journey."""
    answer = get(service, "/api/v1/tasks", by=person, min_position=position)
    assert person == answer["person"]
    assert sum(answer["counts"].values()) == len(answer["tasks"])
    # Another journey may have set up another agreement, with an indicator of the same code.
    mine = [task for task in answer["tasks"] if "county" == task["agreement"]]
    return [task for task in mine if task["indicator"] == STOVES]


def at_home(service: Served, person: str, position: int = 0) -> list[Task]:
    """What of that is about the value of this journey."""
    return [
        task for task in tasks(service, person, position)
        if (task["period"], task["area"]) == (PERIOD, HOME)
    ]  # fmt: skip


def kinds(service: Served, person: str, position: int = 0) -> list[str]:
    """Of which kinds that is, examinations left out."""
    found = [task["kind"] for task in at_home(service, person, position)]
    return [kind for kind in found if kind != "examine"]


def cell(service: Served, position: int) -> dict[str, Any]:
    """How far the value has come, by the grid."""
    grid = get(service, f"{AGREEMENT}/collection", min_position=position)
    cells = [one for row in grid["rows"] for one in row["cells"]]
    assert sum(grid["counts"].values()) == len(cells)
    (row,) = [one for one in grid["rows"] if (one["indicator"], one["area"]) == (STOVES, HOME)]
    assert [ENTRY_OFFICER] == row["officers"]
    assert "Asha Patel" == grid["people"][ENTRY_OFFICER]
    (found,) = [one for one in row["cells"] if one["period"] == PERIOD]
    return dict(found)


def test_a_value_goes_from_one_persons_tasks_to_the_next(service: Served) -> None:
    (missing,) = at_home(service, ENTRY_OFFICER)
    assert ("submit", "overdue") == (missing["kind"], missing["urgency"])
    assert "You are an entry officer for this indicator." == missing["why"]
    assert missing["where"].startswith(f"/agreements/county/indicators/{STOVES}/entry?period=")

    given = submit(service, STOVES, entry("81", PERIOD))
    name, position = given["entries"][0]["name"], given["position"]
    assert "submit" not in kinds(service, ENTRY_OFFICER, position)
    assert ("final", name, ENTRY_OFFICER) == tuple(
        cell(service, position)[field] for field in ("state", "entry", "given_by")
    )
    (signing,) = [one for one in at_home(service, SIGNER, position) if one["kind"] == "sign-off"]
    assert (PERIOD, 1, "due", [SIGNER]) == tuple(
        signing[field] for field in ("period", "values", "urgency", "people")
    )
    about = f"indicator={STOVES}&period={PERIOD}&area={HOME}"
    assert f"/agreements/county/sign-off?{about}" == signing["where"]

    body = {"entries": [name], "reason": "Two estates are missing."}
    back = said(post(service, STOVES, "returns", body, by=SIGNER), 201)["position"]
    assert "sign-off" not in kinds(service, SIGNER, back)
    (again,) = [one for one in at_home(service, ENTRY_OFFICER, back) if one["kind"] == "resubmit"]
    assert "You submitted it and it was returned: Two estates are missing." == again["why"]
    assert "returned" == cell(service, back)["state"]

    correction = {"entries": [entry("83", PERIOD)], "reason": "With all estates."}
    corrected = said(post(service, STOVES, "corrections", correction), 201)
    position, name = corrected["position"], corrected["entries"][0]["name"]
    assert {"resubmit", "sign-off"} & {*kinds(service, ENTRY_OFFICER, position)} == set()
    assert ["sign-off"] == kinds(service, SIGNER, position)

    signed = sign_off(service, STOVES, name, position=position)["position"]
    assert [] == kinds(service, SIGNER, signed)
    assert "signed-off" == cell(service, signed)["state"]


def test_what_waited_before_still_waits_as_known_then(service: Served) -> None:
    given = submit(service, STOVES, entry("70", PERIOD, area=DISTRICT))
    at = {"known_at": f"position:{given['position'] - 1}", "min_position": given["position"]}
    then = get(service, "/api/v1/tasks", by=ENTRY_OFFICER, **at)
    again = get(service, "/api/v1/tasks", by=ENTRY_OFFICER, **at)
    assert then["tasks"] == again["tasks"]
    assert at["known_at"] == f"position:{then['clocks']['known_position']}"


def test_everybodys_tasks_are_for_performance_officers(service: Served) -> None:
    every = get(service, f"{AGREEMENT}/tasks", by=PERFORMANCE)
    assert {SIGNER, ENTRY_OFFICER} & {one for task in every["tasks"] for one in task["people"]}
    mine = get(service, f"{AGREEMENT}/tasks", by=PERFORMANCE, person=GROUP)
    assert mine["tasks"] == [task for task in every["tasks"] if GROUP in task["people"]]
    idle = get(service, f"{AGREEMENT}/tasks", by=PERFORMANCE, person="stranger")
    assert [] == idle["tasks"]
    for slip in ("entry.homse", "Asha Patel", "a\0b"):
        asked = service.caller(PERFORMANCE).get(f"{AGREEMENT}/tasks", params={"person": slip})
        told = refused(asked, 422, "unknown-person")
        assert told["detail"].startswith("There is no person ")
    for person in (ENTRY_OFFICER, SIGNER, "administrator", "board", "stranger"):
        refused(service.caller(person).get(f"{AGREEMENT}/tasks"), 403, "no-role")
    refused(service.caller("stranger").get(f"{AGREEMENT}/collection"), 403, "no-role")
    assert [] == get(service, "/api/v1/tasks", by="stranger")["tasks"]
    refused(service.caller().get("/api/v1/tasks"), 401, "unauthenticated")


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ({"from": "FY2024", "to": "FY2023"}, 400, "from-after-to"),
        ({"from": "someday"}, 422, "unknown-period"),
        ({"known_at": "1999-01-01"}, 404, "unknown-agreement"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(
    service: Served, asked: dict[str, str], status: int, code: str
) -> None:
    answer = service.caller("board").get(f"{AGREEMENT}/collection", params=asked)
    refused(answer, status, code)


def test_the_command_line_prints_the_same(service: Served) -> None:
    at = f"position:{service.head}"
    asked = {"known_at": at, "policy_at": at}
    answer = get(service, f"{AGREEMENT}/tasks", by=PERFORMANCE, person=ENTRY_OFFICER, **asked)
    options = ("--agreement", "county", "--known-at", at, "--policy-at", at)
    done = outturn("tasks", ENTRY_OFFICER, *options, "--json", where=service.where)
    assert answer == done_well(done).document
    said = done_well(outturn("tasks", ENTRY_OFFICER, *options, where=service.where)).out
    for words in ("submit", "You are an entry officer", f"{answer['counts']['overdue']} overdue"):
        assert words in " ".join(said.split())
    slip = outturn("tasks", "entry.homse", *options, where=service.where)
    assert 2 == slip.status
    assert "There is no person 'entry.homse'" in slip.err
    nobody = done_well(outturn("tasks", "stranger", *options, where=service.where)).out
    assert "Nothing waits." in nobody


def page(service: Served, path: str, person: str) -> httpx.Response:
    """A page as a browser of this person asks for it."""
    return service.caller(person).get(path, headers={"Accept": "text/html"})


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        (ENTRY_OFFICER, True),
        (SIGNER, True),
        (PERFORMANCE, True),
        ("board", True),
        ("lead.homes", True),
        ("auditor", False),
        ("administrator", False),
        ("stranger", False),
    ],
)
def test_the_head_leads_to_tasks_whoever_may_have_some_at_the_moment_shown(
    service: Served, person: str, shown: bool
) -> None:
    pages = {"/": shown, "/?known_at=position:1": False, "/?known_at=2999-13-01": False}
    for path, expected in pages.items():
        assert expected == ('href="/tasks' in page(service, path, person).text), path
    past = page(service, f"/?known_at=position:{service.head}", person).text
    assert shown == (f'href="/tasks?known_at=position%3A{service.head}"' in past)
    assert "What waits for" in page(service, "/tasks", person).text  # whoever asks is answered


def test_the_pages_are_served_to_those_they_are_for(service: Served) -> None:
    mine = page(service, "/tasks", ENTRY_OFFICER)
    assert 200 == mine.status_code
    assert "What waits for Asha Patel" in mine.text
    assert "What waits for everybody" not in mine.text
    assert "What waits for everybody" in page(service, "/tasks", PERFORMANCE).text
    grid = page(service, "/agreements/county/collection", "board")
    assert 200 == grid.status_code
    assert "Chase what is overdue" not in grid.text
    chase = page(service, "/agreements/county/chase", PERFORMANCE)
    assert 200 == chase.status_code
    (letter,) = re.findall(r'href="mailto:asha@county.example\?[^"]*"', chase.text)
    assert "body=Dear%20Asha%20Patel" in letter
    sheet = service.caller(PERFORMANCE).get("/agreements/county/chase.csv")
    assert sheet.text.startswith("person,name,email,task,")
    for path in ("/agreements/county/chase", "/agreements/county/chase.csv"):
        assert 403 == page(service, path, ENTRY_OFFICER).status_code
        assert 403 == page(service, path, "administrator").status_code
