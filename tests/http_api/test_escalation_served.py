"""Escalation asked over HTTP and by the command line: one answer, whoever asks."""

from collections.abc import Iterator

import pytest
from servers import Server
from services import (
    AGREEMENT_FILE,
    HOME,
    Served,
    at_database,
    done_well,
    more_tokens,
    outturn,
    serving,
)

RULES = """
[[bodies]]
code = "cabinet"
name = "The cabinet"
kind = "board"
"""
AGREEMENT = "/api/v1/agreements/county"


@pytest.fixture(scope="module")
def county(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small agreement with rules of escalation, and an indicator that falls behind."""
    folder = tmp_path_factory.mktemp("set-up")
    (folder / "indicators.csv").write_bytes((AGREEMENT_FILE.parent / "indicators.csv").read_bytes())
    set_up, values = folder / "agreement.toml", folder / "values.csv"
    set_up.write_text(AGREEMENT_FILE.read_text("utf-8") + RULES, "utf-8")
    rows = (f"leavers,{HOME},FY2023,80.5", f"leavers,{HOME},FY2024,80.0")
    values.write_text("\n".join(("indicator,area,period,value", *rows)), "utf-8")
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        done_well(outturn("agreement", "apply", set_up, where=where))
        stranger = ("--name", "Sam Stone", "--email", "sam@elsewhere.example")
        done_well(outturn("person", "add", "stranger", *stranger, where=where))
        done_well(outturn("load", values, "--agreement", "county", where=where))
        with serving(where) as served:
            served.tokens.update(more_tokens(url))
            yield served


def test_the_open_stages_are_the_same_over_http_and_by_the_command_line(county: Served) -> None:
    at = f"position:{county.head}"
    clocks = {"known_at": at, "policy_at": at}
    answer = county.caller("board").get(f"{AGREEMENT}/escalations", params=clocks).json()
    options = ("--agreement", "county", "--known-at", at, "--policy-at", at)
    printed = done_well(outturn("escalations", *options, "--json", where=county.where)).document

    assert answer == printed
    (row,) = answer["rows"]
    assert ("leavers", 2, 2) == (row["indicator"], row["stage"], row["below"])
    assert [("FY2023", 0, 1), ("FY2024", 1, 2)] == [
        (move["period"], move["before"], move["after"]) for move in row["moves"]
    ]
    assert ("action-plan", "lead-officer", ["lead.homes"], []) == (
        row["awaits"]["what"], row["awaits"]["who"], row["awaits"]["people"], row["awaits"]["body"],
    )  # fmt: skip
    assert {"1": 0, "2": 1, "3": 0} == answer["counts"]


def test_a_person_reads_stages_in_words(county: Served) -> None:
    said = done_well(outturn("escalations", "--agreement", "county", where=county.where)).out

    for words in ("leavers", "2 action", "lead.homes", "Known at"):
        assert words in said
    elsewhere = ("--agreement", "county", "--area", "E07000218")
    said = done_well(outturn("escalations", *elsewhere, where=county.where)).out
    assert "North Warwickshire. Nothing is escalated." in said


def test_the_story_exceptions_and_examinations_are_answered(county: Served) -> None:
    caller = county.caller("board")
    story = caller.get(f"{AGREEMENT}/indicators/leavers/escalation").json()
    assert [0, 0] == [move["stage_then"] for move in story["moves"]], "the values came late"
    assert [2] == [one["stage"] for one in story["known"]]
    exceptions = caller.get(f"{AGREEMENT}/exceptions").json()
    under = [row for row in exceptions["rows"] if row["kind"] == "under-performance"]
    assert [("leavers", None, 2)] == [
        (row["row"]["indicator"], row["row"]["status"], row["row"]["stage"]) for row in under
    ]
    examined = caller.get(f"{AGREEMENT}/examinations", params={"period": "FY2024"}).json()
    assert [("leavers", "running", 28)] == [
        (row["indicator"], row["outcome"], row["days"]) for row in examined["rows"]
    ]
    status = caller.get(f"{AGREEMENT}/status", params={"period": "FY2023"}).json()
    assert {"leavers": 1} == {
        row["indicator"]: row["stage"] for row in status["rows"] if row["stage"]
    }


@pytest.mark.parametrize(
    "part", ["escalations", "exceptions", "examinations", "indicators/leavers/escalation"]
)
def test_what_cannot_be_asked_is_refused_by_name(county: Served, part: str) -> None:
    address = f"{AGREEMENT}/{part}"
    assert 401 == county.caller().get(address).status_code
    assert 403 == county.caller("stranger").get(address).status_code
    answer = county.caller("board").get(address, params={"area": "E99999999"})
    assert (422, "/problems/unknown-area") == (answer.status_code, answer.json()["type"])
    then = county.caller("board").get(address, params={"known_at": "1999-01-01"})
    assert 404 == then.status_code
