"""The command line before there is anything to read: databases, set-up files, people."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import servers
import services
from click.testing import CliRunner
from services import AGREEMENT_FILE, at_database, at_home, done_well, free_port, outturn

from http_api.cli.commands import outturn as commands

ledger = services.ledger
AGREEMENT = ("--agreement", "county")
COMMANDS = [
    ("migrate",),
    ("agreement", "apply", str(AGREEMENT_FILE)),
    ("load", str(AGREEMENT_FILE), *AGREEMENT),
    ("status", *AGREEMENT),
    ("history", "leavers", *AGREEMENT),
    ("projections", "rebuild"),
    ("projections", "check"),
    ("person", "add", "asha", "--name", "Asha", "--email", "asha@county.example"),
    ("token", "create", "asha", "--label", "tests"),
    ("serve", "--port", str(free_port())),
    ("demo", "--no-serve"),
]
NAMES = [" ".join(command[:2]) if command[0] != "load" else "load" for command in COMMANDS]


@pytest.fixture
def empty(embedded_server: servers.Server) -> Iterator[dict[str, str]]:
    """Where a database with nothing in it is."""
    name = "outturn_test_empty"
    with psycopg.connect(embedded_server.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        yield at_database(re.sub(r"/\w+\?", f"/{name}?", embedded_server.url))
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.parametrize("command", COMMANDS, ids=NAMES)
def test_a_database_that_does_not_answer_is_one_line(command: tuple[str, ...]) -> None:
    nowhere = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    done = outturn(*command, where=at_database(nowhere))

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "OUTTURN_DATABASE_URL" in line
    assert "check" in line


@pytest.mark.parametrize("command", COMMANDS[2:-1], ids=NAMES[2:-1])
def test_a_database_that_is_not_set_up_is_one_line(
    empty: dict[str, str], command: tuple[str, ...]
) -> None:
    done = outturn(*command, where=empty)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "outturn migrate" in line


def test_migrating_twice_changes_nothing_the_second_time(empty: dict[str, str]) -> None:
    first = done_well(outturn("migrate", "--json", where=empty)).document
    again = done_well(outturn("migrate", "--json", where=empty)).document

    assert first["applied"]
    assert [] == again["applied"]
    done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=empty))


def test_a_home_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    done = outturn("status", *AGREEMENT, where=at_home(tmp_path / "file" / "home"))

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "OUTTURN_HOME" in line


@pytest.mark.parametrize("words", ["", "projections", *NAMES])
def test_help_is_everywhere(words: str) -> None:
    """Asked without a process each: it is the same words wherever they are printed."""
    command = [word for word in words.split() if word.isalpha() and word != "leavers"]
    done = CliRunner().invoke(commands, [*command, "--help"])

    assert 0 == done.exit_code
    assert "Usage: " in done.output


@pytest.mark.parametrize(
    "command", [("frobnicate",), ("status",), ("load", "/nowhere"), ("serve", "--port", "0")]
)
def test_a_command_that_cannot_be_understood_ends_with_2(command: tuple[str, ...]) -> None:
    done = outturn(*command, where={})

    assert (2, "") == (done.status, done.out)
    assert "Traceback" not in done.err
    assert "Error" in done.err


def test_applying_a_set_up_again_changes_nothing(ledger: dict[str, str]) -> None:
    done = done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=ledger))
    assert "county: nothing to change.\n" == done.out
    done = done_well(outturn("agreement", "apply", AGREEMENT_FILE, "--json", where=ledger))
    assert [] == done.document["changes"]
    assert done.document["position"] is None


def changed(folder: Path, *changes: tuple[str, str]) -> Path:
    """The set-up file with some of its text replaced."""
    text = AGREEMENT_FILE.read_text("utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    file = folder / "agreement.toml"
    file.write_text(text, "utf-8")
    indicators = AGREEMENT_FILE.with_name("indicators.csv").read_text("utf-8")
    (folder / "indicators.csv").write_text(indicators, "utf-8")
    return file


def test_a_dry_run_says_what_would_change_and_changes_nothing(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    file = changed(tmp_path, ("level = 90", "level = 91"))
    run = ("agreement", "apply", file, "--dry-run", "--json")
    first = done_well(outturn(*run, where=ledger)).document
    again = done_well(outturn(*run, where=ledger)).document

    assert first == again
    assert (None, True) == (first["position"], first["dry_run"])
    (line,) = first["changes"]
    assert "leavers" in line
    assert "91" in line


def test_a_mark_of_utf_8_that_an_editor_begins_a_file_with_is_no_part_of_it(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    file = changed(tmp_path, ("level = 90", "level = 92"))
    file.write_text(file.read_text("utf-8"), "utf-8-sig")
    done = done_well(outturn("agreement", "apply", file, "--dry-run", where=ledger))

    assert "county: 1 change would be made." == done.out.splitlines()[-1]


def test_a_sheet_in_another_encoding_is_told_with_its_line_and_what_to_do(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    """As a spreadsheet saves it that is asked for CSV and no more."""
    file = changed(tmp_path, ('role = "auditor"', 'role = "auditer"'))
    sheet = file.with_name("indicators.csv")
    sheet.write_text(sheet.read_text("utf-8").replace("\n", " £\n", 2), "cp1252")
    done = outturn("agreement", "apply", file, where=ledger)

    assert 2 == done.status
    assert "is not UTF-8 text, as line 1 shows: save it as UTF-8" in done.err
    assert "auditer" in done.err


def test_three_mistakes_are_all_named(ledger: dict[str, str], tmp_path: Path) -> None:
    file = changed(
        tmp_path,
        ('role = "auditor"', 'role = "auditer"'),
        ("start = 2022-04-01\nend", "begin = 2022-04-01\nend"),
        ('period = "FY2023"', 'period = "2023"'),
    )
    done = outturn("agreement", "apply", file, "--json", where=ledger)

    assert (2, "") == (done.status, done.out)
    for table, key in (("roles", "auditer"), ("agreement", "begin"), ("targets", "2023")):
        assert any(table in line and key in line for line in done.err.splitlines()), done.err
    assert "Traceback" not in done.err


def test_a_file_that_is_not_toml_is_one_line(ledger: dict[str, str]) -> None:
    done = outturn("agreement", "apply", Path(__file__), where=ledger)

    assert (2, "") == (done.status, done.out)
    assert 1 == len(done.err.splitlines())


def test_a_person_is_added_once_and_may_be_named_anew(ledger: dict[str, str]) -> None:
    def add(name: str) -> object:
        given = ("--name", name, "--email", "new@county.example", "--json")
        return done_well(outturn("person", "add", "new.person", *given, where=ledger)).document

    assert {"person": "new.person", "changed": True} == add("New Person")
    assert {"person": "new.person", "changed": False} == add("New Person")
    assert {"person": "new.person", "changed": True} == add("Newer Person")


@pytest.mark.parametrize("person", ["Asha", "a b", "", "é", "operator", "-x", "a" * 64])
def test_an_id_that_is_none_is_refused(ledger: dict[str, str], person: str) -> None:
    given = ("--name", "Asha", "--email", "asha@county.example")
    done = outturn("person", "add", *given, "--", person, where=ledger)

    assert (2, "") == (done.status, done.out)
    assert "Traceback" not in done.err


@pytest.mark.parametrize(
    ("name", "email", "told"),
    [
        ("Asha", "nope", "An e-mail address looks like ama.boateng@council.example."),
        (" ", "asha@county.example", "A name has 1 to 200 characters."),
    ],
)
def test_what_no_other_door_takes_of_a_person_is_refused_here_too(
    ledger: dict[str, str], name: str, email: str, told: str
) -> None:
    done = outturn("person", "add", "mailx", "--name", name, "--email", email, where=ledger)

    assert (2, "", f"{told}\n") == (done.status, done.out, done.err)
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        assert [] == connection.execute("SELECT FROM people.person WHERE id = 'mailx'").fetchall()


def test_a_token_is_shown_once_and_only_to_whom_there_is(ledger: dict[str, str]) -> None:
    made = [
        done_well(outturn("token", "create", "board", "--label", "x", "--json", where=ledger))
        for _ in range(2)
    ]
    first, second = (done.document for done in made)
    assert {"token"} == set(first)
    assert first["token"] != second["token"]
    with psycopg.connect(ledger["OUTTURN_DATABASE_URL"]) as connection:
        kept = connection.execute("SELECT * FROM people.token").fetchall()
    assert 2 == len(kept)
    assert first["token"] not in json.dumps(kept, default=str)

    done = outturn("token", "create", "nobody", "--label", "x", "--json", where=ledger)
    assert (2, "") == (done.status, done.out)
    assert "nobody" in done.err
    assert "person add" in done.err


def test_a_real_ledger_is_never_cleared_for_a_demonstration(ledger: dict[str, str]) -> None:
    history = ("history", "leavers", *AGREEMENT, "--json")
    before = done_well(outturn(*history, where=ledger)).document["events"]
    done = outturn("demo", "--no-serve", "--json", where=ledger)

    assert (2, "") == (done.status, done.out)
    assert "real ledger" in done.err
    assert before == done_well(outturn(*history, where=ledger)).document["events"]


def test_a_port_that_is_taken_is_one_line(ledger: dict[str, str]) -> None:
    """Two servers on one port would each answer now and then."""
    with services.serving(ledger) as served:
        port = served.url.rpartition(":")[2]
        for command in ("serve", "demo"):
            done = outturn(command, "--port", port, where=ledger)
            assert (2, "") == (done.status, done.out)
            (line,) = done.err.splitlines()
            assert port in line
            assert "--port" in line
