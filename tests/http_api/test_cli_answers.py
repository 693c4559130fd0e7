"""Reading by the command line, and the answers as a whole: rebuilt, checked, found false."""

import json
from pathlib import Path

import psycopg
import pytest
import services
from services import HOME, done_well, outturn

ledger = services.ledger
AGREEMENT = ("--agreement", "county")


@pytest.fixture(scope="module", autouse=True)
def _loaded(ledger: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("files") / "values.csv"
    rows = [f"leavers,{HOME},FY{year},{80 + year % 10}.5" for year in range(2019, 2025)]
    file.write_text("\n".join(("indicator,area,period,value", *rows)), "utf-8")
    done_well(outturn("load", file, *AGREEMENT, where=ledger))


def test_a_person_reads_words_and_shapes(ledger: dict[str, str]) -> None:
    done = done_well(outturn("status", *AGREEMENT, "--period", "FY2024", where=ledger))

    assert "County agreement: Warwickshire" in done.out
    (row,) = (line for line in done.out.splitlines() if " leavers " in line)
    assert "◆ amber" in row or "■ red" in row
    assert "84.5" in row
    assert "Known at" in done.out
    assert "" == done.err


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--agreement", "nowhere"), "nowhere"),
        ((*AGREEMENT, "--period", "2024"), "2024"),
        ((*AGREEMENT, "--area", "nowhere"), "nowhere"),
        ((*AGREEMENT, "--known-at", "yesterday"), "yesterday"),
        ((*AGREEMENT, "--policy-at", "position:999999"), "999999"),
    ],
)
def test_a_question_that_cannot_be_asked_is_one_line(
    ledger: dict[str, str], options: tuple[str, ...], code: str
) -> None:
    done = outturn("status", *options, "--json", where=ledger)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert code in line


def test_an_unknown_indicator_is_one_line(ledger: dict[str, str]) -> None:
    done = outturn("history", "nothing", *AGREEMENT, where=ledger)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "nothing" in line


def test_a_history_pages(ledger: dict[str, str]) -> None:
    history = ("history", "leavers", *AGREEMENT, "--json")
    whole = done_well(outturn(*history, where=ledger)).document
    first = done_well(outturn(*history, "--limit", "1", where=ledger)).document
    rest = done_well(outturn(*history, "--after", first["next"], where=ledger)).document

    assert whole["next"] is None
    assert whole["events"] == first["events"] + rest["events"]
    types = [event["type"] for event in whole["events"]]
    assert ["indicator-defined", "targets-set", "values-submitted"] == types


def test_rebuilding_gives_the_same_answers_and_check_agrees(ledger: dict[str, str]) -> None:
    clocks = ("--known-at", "position:51", "--policy-at", "position:51")
    status = ("status", *AGREEMENT, "--json", *clocks)
    before = rows(ledger, *status)
    rebuilt = done_well(outturn("projections", "rebuild", "--json", where=ledger)).document

    assert "answers" == rebuilt["projection"]
    assert before == rows(ledger, *status)
    named = done_well(outturn("projections", "rebuild", "answers", "--json", where=ledger))
    assert rebuilt == named.document
    checked = done_well(outturn("projections", "check", "--json", where=ledger)).document
    assert checked["same"] is True
    assert [] == checked["differences"]


def rows(ledger: dict[str, str], *command: str) -> str:
    """The rows of a status page, exactly."""
    return json.dumps(done_well(outturn(*command, where=ledger)).document["rows"])


def test_an_answer_that_was_altered_is_found_and_a_rebuild_heals_it(
    ledger: dict[str, str],
) -> None:
    done_well(outturn("status", *AGREEMENT, where=ledger))  # so that there are answers
    with psycopg.connect(next(iter(ledger.values()))) as connection:
        altered = connection.execute(
            "UPDATE answers.value SET value = 99 WHERE period = 'FY2024' RETURNING 1"
        ).fetchall()
    assert 1 == len(altered)
    done = outturn("projections", "check", "--json", where=ledger)

    assert 1 == done.status
    assert done.document["same"] is False
    (difference,) = done.document["differences"]
    assert ("value", 1, 1) == (
        difference["table"],
        difference["unexpected"],
        difference["lacking"],
    )
    told = outturn("projections", "check", where=ledger)
    assert 1 == told.status
    assert "value: 1 rows that should not be there, 1 lacking" in " ".join(told.out.split())
    done_well(outturn("projections", "rebuild", where=ledger))
    done_well(outturn("projections", "check", where=ledger))


def test_there_is_one_projection(ledger: dict[str, str]) -> None:
    done = outturn("projections", "rebuild", "board", where=ledger)

    assert (2, "") == (done.status, done.out)
    assert "board" in done.err


def test_nothing_of_the_answers_is_left_beside_them(ledger: dict[str, str], tmp_path: Path) -> None:
    """Neither a rebuild nor a check leaves its workshop behind."""
    with psycopg.connect(next(iter(ledger.values()))) as connection:
        found = connection.execute(
            "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'answers%' ORDER BY 1"
        ).fetchall()
    assert [("answers",)] == found
