"""What commands ask for by a code or an id can be listed, and what there is not is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
import services
from services import HOME, Done, done_well, outturn

from http_api.cli.answers import clock_words
from projections.answers import Clocks

ledger = services.ledger
AGREEMENT = ("--agreement", "county")


def refused(done: Done) -> str:
    """The one line that a command said on its way out."""
    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    return line


def test_agreements_are_listed(ledger: dict[str, str]) -> None:
    document = done_well(outturn("agreement", "list", "--json", where=ledger)).document
    told = done_well(outturn("agreement", "list", where=ledger)).out

    assert ["county"] == [one["code"] for one in document["agreements"]]
    assert "County agreement" in told


def test_people_are_listed(ledger: dict[str, str]) -> None:
    document = done_well(outturn("person", "list", "--json", where=ledger)).document
    told = done_well(outturn("person", "list", where=ledger)).out

    assert sorted(one["id"] for one in document) == [one["id"] for one in document]
    assert {"id", "name", "email", "partner", "closed_at"} == set(document[0])
    for one in document:
        assert one["id"] in told


def test_loads_are_listed(ledger: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    assert "There is no load." in done_well(outturn("loads", "list", *AGREEMENT, where=ledger)).out
    file = tmp_path_factory.mktemp("files") / "values [x].csv"
    file.write_text(f"indicator,area,period,value\nleavers,{HOME},FY2024,84.5\n", "utf-8")
    load = done_well(outturn("load", file, *AGREEMENT, "--json", where=ledger)).document["load"]

    document = done_well(outturn("loads", "list", *AGREEMENT, "--json", where=ledger)).document
    assert [load] == [one["load"] for one in document["loads"]]
    (line,) = (
        line
        for line in done_well(outturn("loads", "list", *AGREEMENT, where=ledger)).out.splitlines()
        if load in line
    )
    assert "committed" in line
    assert "values [x].csv" in line


@pytest.mark.parametrize(
    "command",
    [
        ("status", "--agreement", "nowhere"),
        ("loads", "list", "--agreement", "nowhere"),
        ("agreement", "seal", "nowhere", "--minute-reference", "1"),
    ],
    ids=lambda command: " ".join(command[:2]),
)
def test_an_agreement_there_is_not_is_told_with_those_there_are(
    ledger: dict[str, str], command: tuple[str, ...]
) -> None:
    line = refused(outturn(*command, where=ledger))
    assert line.startswith("There is no agreement 'nowhere'")
    assert line.endswith(" There is county.")


@pytest.mark.parametrize(
    ("area", "says"),
    [
        ("north  warwickshire", "use E07000218 (North Warwickshire)."),
        ("Coventry", "use one of E10000031 (Warwickshire), E07000218 (North Warwickshire)"),
    ],
)
def test_an_area_there_is_not_is_told_with_the_codes_there_are(
    ledger: dict[str, str], area: str, says: str
) -> None:
    line = refused(outturn("status", *AGREEMENT, "--area", area, where=ledger))
    assert line.startswith(f"{area!r} is not the code of an area of County agreement")
    assert says in line


def test_a_partner_that_no_agreement_has_is_told_of(ledger: dict[str, str]) -> None:
    """And taken: the agreement that has it may come later."""
    given = ("--name", "New", "--email", "new@county.example", "--partner")
    known = done_well(outturn("person", "add", "new", *given, "county", where=ledger))
    assert ("new: recorded\n", "") == (known.out, known.err)

    unknown = done_well(outturn("person", "add", "new", *given, "nopartner", where=ledger))
    assert "new: recorded\n" == unknown.out
    assert unknown.err.startswith("No agreement has a partner 'nopartner' so far: ")
    assert "county" in unknown.err


def test_an_address_that_somebody_else_has_is_told_of(ledger: dict[str, str]) -> None:
    """Neither signs in with it, and the form of sign-in must not say why."""

    def add(person: str, address: str) -> str:
        given = ("--name", "New", "--email", address)
        return done_well(outturn("person", "add", person, *given, where=ledger)).err

    assert "" == add("one", "desk@county.example")
    assert "" == add("one", "desk@county.example")
    told = add("two", "Desk@County.example")
    assert told.startswith("Desk@County.example is the address of one too: each of them signs in")


def test_a_link_without_an_address_says_what_to_put_before_it(ledger: dict[str, str]) -> None:
    bare = done_well(outturn("person", "link", "board", where=ledger))
    assert bare.out.startswith("/sign-in/link/")
    assert "OUTTURN_ADDRESS" in bare.err

    where = ledger | {"OUTTURN_ADDRESS": "https://outturn.example"}
    whole = done_well(outturn("person", "link", "board", where=where))
    assert whole.out.startswith("https://outturn.example/sign-in/link/")
    assert "" == whole.err


def test_moments_are_told_by_the_clock_of_the_pages() -> None:
    """The end of a day in summer is not an hour before midnight."""
    end = datetime(2026, 4, 20, 22, 59, tzinfo=UTC)
    clocks = Clocks(known_at=end, known_position=1, policy_at=end, policy_position=1, is_now=False)
    assert clock_words(clocks).startswith("Known at 20 April 2026 23:59 (position 1), rules of 20")


def test_a_history_counts_one_entry_as_one(ledger: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "values.csv"
    file.write_text(f"indicator,area,period,value\nleavers,{HOME},FY2022,81.5\n", "utf-8")
    done_well(outturn("load", file, *AGREEMENT, where=ledger))
    history = done_well(outturn("history", "leavers", *AGREEMENT, where=ledger)).out
    assert "1 entries" not in history
    assert "1 entry" in history
