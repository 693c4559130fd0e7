"""What changed and why, asked over HTTP: the explained difference and the restatements."""

from typing import Any, NamedTuple

import pytest
from journeys.asking import AGREEMENT, correct, entry, get, post, refused, said, sign_off, submit
from services import ENTRY_OFFICER, HOME, Served, done_well, outturn

SURVEYS = "surveys"
DIFF, RESTATEMENTS = f"{AGREEMENT}/diff", f"{AGREEMENT}/restatements"
WHY = "Two homes were counted twice."


class Story(NamedTuple):
    """The positions of what happened to one value, in order, and the one before it all."""

    before: int
    submitted: int
    corrected: int
    signed: int
    withdrawn: int


@pytest.fixture(scope="session")
def story(service: Served) -> Story:
    before = submit(service, SURVEYS, entry("100", "FY2022"))["position"]
    first = submit(service, SURVEYS, entry("120"))
    second = correct(service, SURVEYS, entry("118"), reason=WHY)
    (name,) = (one["name"] for one in second["entries"])
    signed = sign_off(service, SURVEYS, name, position=second["position"])
    body = {"entries": [name], "reason": "The survey was never made."}
    gone = said(post(service, SURVEYS, "withdrawals", body), 201)
    positions = (answer["position"] for answer in (first, second, signed, gone))
    return Story(before, *positions)


def diff(service: Served, first: int, last: int, **asked: Any) -> dict[str, Any]:
    """Of the story's indicator, between two positions."""
    asked = {"from": f"position:{first}", "to": f"position:{last}", "min_position": last, **asked}
    return get(service, DIFF, indicator=SURVEYS, **asked)


# What a page says of a period without value and target.
SHOWN_EMPTY = {"entry": None, "judged": None, "target": None, "reason": "no-target"}


def test_a_difference_names_every_cause_in_order(service: Served, story: Story) -> None:
    answer = diff(service, story.before, story.signed)

    assert story.before == answer["from"]["known_position"]
    assert story.signed == answer["to"]["policy_position"]
    (cell,) = answer["cells"]
    assert ("FY2024", HOME) == (cell["period"], cell["area"])
    assert SHOWN_EMPTY.items() <= cell["before"].items()
    assert "118" == cell["after"]["judged"]
    assert [
        ("late-arrival", story.submitted, None, "120"),
        ("correction", story.corrected, WHY, "118"),
        ("sign-off", story.signed, None, "118"),
    ] == [
        (one["kind"], one["position"], one["reason"], one["after"]["judged"])
        for one in cell["causes"]
    ]
    assert f"{story.submitted}.0" == cell["causes"][1]["replaces"]
    assert ENTRY_OFFICER == cell["causes"][1]["actor"]
    assert {"cells": 2, "changed": 1, "figures": 1, "statuses": 1} == {
        name: answer["counts"][name] for name in ("cells", "changed", "figures", "statuses")
    }
    assert [{"before": None, "after": "no-target", "count": 1}] == answer["counts"]["moves"]


def test_what_came_and_went_is_in_no_difference(service: Served, story: Story) -> None:
    answer = diff(service, story.before, story.withdrawn)
    assert [] == answer["cells"]
    assert 1 == answer["counts"]["cells"]
    (cell,) = diff(service, story.signed, story.withdrawn)["cells"]
    assert SHOWN_EMPTY.items() <= cell["after"].items()
    row = get(service, f"{AGREEMENT}/status", period="FY2024", known_at=f"position:{story.before}")
    (shown,) = (one for one in row["rows"] if one["indicator"] == SURVEYS)
    alike = ("why", "policy_version", "stage")
    assert {**shown, **dict.fromkeys(alike)} == {**cell["after"], **dict.fromkeys(alike)}
    assert ["withdrawal"] == [one["kind"] for one in cell["causes"]]


def test_the_rules_of_either_moment_may_be_chosen(service: Served, story: Story) -> None:
    """Same facts, other rules: nobody had adopted any before the agreement's first day."""
    asked = {"policy_from": "2000-01-01", "to": f"position:{story.signed}"}
    answer = get(service, DIFF, **{"from": f"position:{story.signed}", **asked})
    assert answer["from"]["known_position"] == answer["to"]["known_position"]
    assert 0 == answer["from"]["policy_position"]
    assert {"rag", "travel", "due", "escalation"} == {one["kind"] for one in answer["rules"]}
    assert all(["policy"] == [one["kind"] for one in cell["causes"]] for cell in answer["cells"])
    row = get(service, f"{AGREEMENT}/status", policy_at="2000-01-01")["rows"][0]
    assert {**row, "why": ""} == {**get(service, row["why"])["row"], "why": ""}


def test_a_row_of_a_cause_can_be_asked_why(service: Served, story: Story) -> None:
    (cell,) = diff(service, story.before, story.signed)["cells"]
    for cause in cell["causes"]:
        why = get(service, cause["after"]["why"])
        assert {**cause["after"], "why": ""} == {**why["row"], "why": ""}


@pytest.mark.parametrize(
    ("asked", "status", "code", "field"),
    [
        ({"from": "now", "to": "position:3"}, 400, "from-after-to", "from"),
        (
            {"from": "position:3", "policy_from": "now", "policy_to": "position:2"},
            400,
            "from-after-to",
            "policy_from",
        ),
        ({"to": "now"}, 400, "malformed", "from"),
        ({"from": "yesterday"}, 400, "bad-clock", "from"),
        ({"from": "position:3", "to": "tomorrow"}, 400, "bad-clock", "to"),
        ({"from": "position:3", "after": "nonsense"}, 400, "bad-cursor", "after"),
        ({"from": "position:3", "area": "E1"}, 422, "unknown-area", "area"),
        ({"from": "position:3", "period": "2024"}, 422, "unknown-period", "period"),
        ({"from": "position:3", "indicator": "nothing"}, 404, "unknown-indicator", "indicator"),
    ],
)
def test_what_cannot_be_compared_is_refused(
    service: Served, asked: dict[str, str], status: int, code: str, field: str
) -> None:
    problem = refused(service.caller("board").get(DIFF, params=asked), status, code)
    assert field == problem["errors"][0]["field"]


def test_only_who_holds_a_role_may_ask(service: Served) -> None:
    stranger = service.caller("stranger")
    refused(stranger.get(DIFF, params={"from": "position:3"}), 403, "no-role")
    refused(stranger.get(RESTATEMENTS), 403, "no-role")


def test_the_register_says_what_was_replaced_by_whom_and_why(service: Served, story: Story) -> None:
    answer = get(service, RESTATEMENTS, indicator=SURVEYS, min_position=story.withdrawn)
    withdrawn, corrected = answer["restatements"]

    assert ("withdrawal", story.withdrawn) == (withdrawn["kind"], withdrawn["position"])
    assert "The survey was never made." == withdrawn["reason"]
    assert withdrawn["after"]["entry"] is withdrawn["difference"] is None
    assert "signer.homes" == withdrawn["before"]["signed_off_by"]
    assert ("correction", WHY, ENTRY_OFFICER) == (
        corrected["kind"],
        corrected["reason"],
        corrected["actor"],
    )
    assert ("120", "118") == (corrected["before"]["value"], corrected["after"]["value"])
    assert ("-2", "-0.0167") == (corrected["difference"], corrected["relative"])
    assert "no-target" == corrected["before"]["reason"] == corrected["after"]["reason"]
    assert get(service, corrected["why"])["row"]["judged"] == "118"
    assert answer["next"] is None


def test_the_register_goes_by_the_known_clock_and_in_pages(service: Served, story: Story) -> None:
    then = get(service, RESTATEMENTS, indicator=SURVEYS, known_at=f"position:{story.corrected}")
    assert ["correction"] == [one["kind"] for one in then["restatements"]]
    first = get(service, RESTATEMENTS, indicator=SURVEYS, limit=1)
    rest = get(service, RESTATEMENTS, indicator=SURVEYS, limit=1, after=first["next"])
    assert ["withdrawal"] == [one["kind"] for one in first["restatements"]]
    assert then["restatements"] == rest["restatements"]
    problem = refused(
        service.caller("board").get(RESTATEMENTS, params={"after": "x"}), 400, "bad-cursor"
    )
    assert "after" == problem["errors"][0]["field"]


def test_the_command_line_gives_the_same_documents(service: Served, story: Story) -> None:
    between = ("--from", f"position:{story.before}", "--to", f"position:{story.signed}")
    asked = ("--agreement", "county", "--indicator", SURVEYS)
    printed = done_well(outturn("diff", *asked, *between, "--json", where=service.where))
    assert diff(service, story.before, story.signed) == printed.document
    pinned = ("--known-at", f"position:{story.signed}", "--policy-at", f"position:{story.signed}")
    printed = done_well(outturn("restatements", *asked, *pinned, "--json", where=service.where))
    clocks = {"known_at": pinned[1], "policy_at": pinned[1]}
    assert get(service, RESTATEMENTS, indicator=SURVEYS, **clocks) == printed.document


def test_a_person_reads_the_difference_and_the_register_as_tables(
    service: Served, story: Story
) -> None:
    between = ("--from", f"position:{story.before}", "--to", f"position:{story.signed}")
    asked = ("--agreement", "county", "--indicator", SURVEYS)
    told = done_well(outturn("diff", *asked, *between, where=service.where)).out
    assert "1 of 2 cells differ, 1 in their figure, 1 in their status." in told
    for words in ("–  no target", "118  no target", "correction", "late arrival", "sign off"):
        assert words in told
    register = done_well(outturn("restatements", *asked, where=service.where)).out
    for words in ("withdrawal by", "-2", "surveys"):
        assert words in register
    done = outturn("diff", *asked, "--from", "now", "--to", "position:3", where=service.where)
    assert (2, "") == (done.status, done.out)
    assert "The moment to start from is later than the moment to end at.\n" == done.err
