"""`outturn load`: every row is accounted for, and the exit status says whether all went in."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
import services
from services import DISTRICT, HOME, Done, done_well, outturn

ledger = services.ledger
OUTCOMES = ("new", "unchanged", "correction", "duplicate", "missing", "invalid", "rejected")
HEADER = "indicator,area,period,value,numerator,denominator,standing,note"


def written(folder: Path, rows: Iterable[str], header: str = HEADER) -> Path:
    """A file with these rows."""
    file = folder / "values.csv"
    file.write_text("\n".join((header, *rows)) + "\n", "utf-8")
    return file


def load(ledger: dict[str, str], file: Path, *options: str) -> Done:
    return outturn("load", file, "--agreement", "county", "--json", *options, where=ledger)


def counts(done: Done) -> dict[str, int]:
    """The counts that are not zero; they have to add up to the rows."""
    document = done.document
    assert set(OUTCOMES) == set(document["counts"])
    assert document["rows"] == sum(document["counts"].values())
    return {outcome: count for outcome, count in document["counts"].items() if count}


def test_a_file_is_loaded_once_and_changes_nothing_again(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    rows = (
        f"leavers,{HOME},FY2023,88.5,,,,",
        f"leavers,{DISTRICT},FY2023,87.0,,,provisional,Two returns are late.",
        f"repeats,{HOME},FY2024-Q1,,12,96,,",
    )
    file = written(tmp_path, rows)
    first = done_well(load(ledger, file, "--source-date", "2025-05-02"))

    assert {"new": 3} == counts(first)
    assert "committed" == first.document["state"]
    assert 2 == len(first.document["positions"])
    again = done_well(load(ledger, file))
    assert {"unchanged": 3} == counts(again)
    assert [] == again.document["positions"]
    assert first.document["digest"] == again.document["digest"]


def test_for_a_person_one_position_is_told_once(ledger: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, [f"leavers,{HOME},FY2022,81.5,,,,"])
    done = done_well(outturn("load", file, "--agreement", "county", where=ledger))

    assert re.search(r"Entries recorded: 1, at position [0-9,]+\.", done.out)


def test_a_changed_figure_is_a_correction_with_its_source(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    done_well(load(ledger, written(tmp_path, [f"rents,{HOME},FY2023,5.0,,,,"])))
    done = done_well(
        load(
            ledger,
            written(tmp_path, [f"rents,{HOME},FY2023,6.0,,,,"]),
            "--source-date",
            "2025-05-02",
        )
    )

    assert {"correction": 1} == counts(done)
    history = ("history", "rents", "--agreement", "county", "--json")
    (*_, last) = done_well(outturn(*history, where=ledger)).document["events"]
    assert ("operator", "values-corrected") == (last["actor"], last["type"])
    assert "values.csv" in last["data"]["reason_text"]
    assert "2025-05-02" == last["data"]["source"]["released_on"]


BAD = {
    f"nothing,{HOME},FY2023,1,,,,": ("rejected", "unknown-indicator"),
    "permits,nowhere,FY2023,1,,,,": ("rejected", "unknown-area"),
    f"permits,{HOME},FY2099,1,,,,": ("rejected", "period-not-begun"),
    f"permits,{HOME},sometime,1,,,,": ("invalid", "unknown-period"),
    f"permits,{HOME},FY2023,one,,,,": ("invalid", "not-a-number"),
    f"permits,{HOME},FY2023,１２,,,,": ("invalid", "not-a-number"),
    f"permits,{HOME},FY2023,1.12345,,,,": ("invalid", "too-many-decimals"),
    f"permits,{HOME}": ("invalid", "bad-file"),
}


def test_bad_rows_are_told_one_by_one_and_the_good_ones_go_in(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    file = written(tmp_path, [*BAD, f"permits,{HOME},FY2022,50,,,,"])
    done = load(ledger, file)

    assert 1 == done.status
    told = {row["row"]: row for rows in done.document["refused"].values() for row in rows}
    for number, (outcome, code) in enumerate(BAD.values(), start=2):
        assert (outcome, code) == (told[number]["outcome"], told[number]["code"]), told[number]
        assert told[number]["detail"].endswith(".")
    assert 1 == counts(done)["new"]
    assert len(BAD) == counts(done)["invalid"] + counts(done)["rejected"]


def test_a_person_reads_the_rows_that_were_refused(ledger: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, [f"permits,{HOME},FY2023,one,,,,"])
    done = outturn("load", file, "--agreement", "county", where=ledger)

    assert 1 == done.status
    assert "row 2: invalid, not-a-number: 'one' is not a number" in done.out.replace("\n", " ")


def test_the_same_key_twice_with_two_values_refuses_both(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    rows = [f"visits,{HOME},FY2023,{value},,,," for value in (1, 2)]
    done = load(ledger, written(tmp_path, rows))

    assert 1 == done.status
    assert {"duplicate": 2} == counts(done)


def test_a_dry_run_records_nothing(ledger: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, [f"warmth,{HOME},FY2023,5,,,,"])
    for _ in range(2):
        done = done_well(load(ledger, file, "--dry-run"))
        assert ("checked", {"new": 1}) == (done.document["state"], counts(done))
        assert [] == done.document["positions"]


def test_all_rows_are_written_with_their_outcomes(ledger: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, [f"warmth,{HOME},FY2021,5,,,,", f"warmth,{HOME},FY2022,x,,,,"])
    rows = tmp_path / "rows.csv"
    assert 1 == load(ledger, file, "--rows", str(rows)).status

    header, first, second = rows.read_text("utf-8").splitlines()
    assert header.startswith("row,outcome,code,detail,replaces,was,indicator,area,period")
    assert first.startswith("2,new,")
    assert second.startswith("3,invalid,not-a-number,")


def test_the_rows_of_an_earlier_load_stay_where_this_one_does_not_begin(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("row,outcome\n2,new\n", "utf-8")
    file = written(tmp_path, [f"warmth,{HOME},FY2018,5,,,,"])

    assert 2 == load(ledger, file, "--rows", str(rows), "--as", "nobody").status
    assert "row,outcome\n2,new\n" == rows.read_text("utf-8")


def test_rows_that_cannot_be_written_stop_the_load_before_it_begins(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    file = written(tmp_path, [f"warmth,{HOME},FY2019,5,,,,"])
    done = load(ledger, file, "--rows", str(tmp_path / "nowhere" / "rows.csv"))

    assert (2, "") == (done.status, done.out)
    assert 1 == len(done.err.splitlines())
    assert {"new": 1} == counts(done_well(load(ledger, file)))


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"indicator,area,period\n",
        b"\x00\x01",
        b"PK\x03\x04rest",
        b'indicator,area,period,value\n"x',
    ],
)
def test_a_file_that_cannot_be_read_is_refused_in_a_sentence(
    ledger: dict[str, str], tmp_path: Path, content: bytes, options: tuple[str, ...]
) -> None:
    """The answer is no, looked at or loaded."""
    file = tmp_path / "values.csv"
    file.write_bytes(content)
    done = load(ledger, file, *options)

    assert 1 == done.status
    assert ("refused", "bad-file") == (done.document["state"], done.document["refusal"]["code"])
    assert done.document["refusal"]["detail"].endswith(".")


@pytest.mark.parametrize(
    "options",
    [
        ("--as", "auditor", "--agreement", "nowhere"),
        ("--mapping", str(Path(__file__))),
        ("--mapping", "nowhere.toml"),
        ("--as", "auditor"),
    ],
)
def test_what_cannot_be_asked_ends_with_2(
    ledger: dict[str, str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    done = load(ledger, written(tmp_path, []), *options)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert line.endswith(".")


def test_a_mapping_and_a_day_that_are_none_are_told(ledger: dict[str, str], tmp_path: Path) -> None:
    """What could be named instead, and how a day is written."""
    file = written(tmp_path, [])
    mapping = load(ledger, file, "--mapping", "nomap")
    day = load(ledger, file, "--source-date", "20/10/2026")

    assert "There is no file and no ready mapping 'nomap'; the ready ones are dhis2_format," in (
        mapping.err
    )
    assert "'20/10/2026' is not a day, such as 2026-10-20." in day.err
    assert [2, 2] == [mapping.status, day.status]


def test_the_kind_says_whose_figures_are_taken(ledger: dict[str, str], tmp_path: Path) -> None:
    """Looked at or loaded, and told in the document."""
    rows = (f"rents,{HOME},FY2019,5.0,,,,", "rents,E06000001,FY2019,6.0,,,,")
    file = written(tmp_path, rows)
    looked = load(ledger, file, "--kind", "comparators", "--dry-run")
    assert (1, {"new": 1, "rejected": 1}) == (looked.status, counts(looked))
    assert "comparators" == looked.document["kind"]
    both = done_well(load(ledger, file, "--kind", "both"))
    assert ({"new": 2}, "both") == (counts(both), both.document["kind"])
    assert {"unchanged": 2} == counts(done_well(load(ledger, file, "--kind", "both")))


def test_a_person_loads_within_their_roles(ledger: dict[str, str], tmp_path: Path) -> None:
    more = written(tmp_path, [f"training,{HOME},FY2023,70,,,,", f"rents,{HOME},FY2016,70,,,,"])
    both = load(ledger, more.rename(tmp_path / "more.csv"), "--as", "entry.homes")
    assert both.document["refusal"]["detail"].startswith("Indicator training: To load a file here")
    file = written(tmp_path, [f"training,{HOME},FY2023,70,,,,"])
    done = load(ledger, file, "--as", "entry.homes")

    assert (1, "no-role") == (done.status, done.document["refusal"]["code"])
    assert "load a file" in done.document["refusal"]["detail"]
    assert {"new": 1} == counts(done_well(load(ledger, file, "--as", "entry.work")))


def test_another_unit_is_not_loaded_until_it_is_confirmed(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    for value, *options in (("0.327",), ("32.7",), ("32.7", "--dry-run")):
        done = load(ledger, written(tmp_path, [f"renewal,{HOME},FY2023,{value},,,,"]), *options)
    assert (1, "checked") == (done.status, done.document["state"])
    assert "Confirm the unit" in done.document["unit_changed"]
    file = written(tmp_path, [f"renewal,{HOME},FY2023,32.7,,,,"])
    assert {"correction": 1} == counts(done_well(load(ledger, file, "--confirm-unit")))


def test_a_ready_mapping_is_named_without_a_file(ledger: dict[str, str], tmp_path: Path) -> None:
    header = "Financial year,Local authority code,Code,Value"
    file = written(tmp_path, [f"2023-24,{HOME},meals,71.5"], header)
    done = done_well(load(ledger, file, "--mapping", "oflog_asc", "--dry-run"))
    assert {"new": 1} == counts(done)


def test_a_mapping_reads_a_publishers_columns(ledger: dict[str, str], tmp_path: Path) -> None:
    file = written(tmp_path, ["Warwickshire,2023/24,71.5", "Warwickshire,2022/23,-"], "Area,Year,%")
    mapping = tmp_path / "mapping.toml"
    mapping.write_text(
        '[columns]\narea = "Area"\nperiod = "Year"\nvalue = "%"\n'
        '[constants]\nindicator = "repairs"\n'
        f'[codes.areas]\n"Warwickshire" = "{HOME}"\n'
        '[missing]\nmarks = { "-" = "missing" }\n',
        "utf-8",
    )
    done = done_well(load(ledger, file, "--mapping", str(mapping)))

    assert {"new": 1, "missing": 1} == counts(done)


@pytest.mark.parametrize("options", [(), ("--dry-run",)])
def test_no_file_was_released_in_the_future(
    ledger: dict[str, str], tmp_path: Path, options: tuple[str, ...]
) -> None:
    """Looked at or loaded."""
    file = written(tmp_path, [f"rents,{HOME},FY2018,5.0,,,,"])
    done = load(ledger, file, "--source-date", "2099-01-01", *options)

    assert (2, "") == (done.status, done.out)
    assert "released by today" in done.err


def test_a_person_is_told_what_to_act_on(ledger: dict[str, str], tmp_path: Path) -> None:
    """What was there and what becomes of it, each warning with its rows, and each indicator."""
    done_well(load(ledger, written(tmp_path, [f"permits,{HOME},FY2019,5.0,,,,"])))
    rows = (f"permits,{HOME},FY2019,500,,,,", f"permits,{DISTRICT},FY2019,4,,,,", "short")
    file = written(tmp_path, rows).rename(tmp_path / "figures [final].csv")
    asked = ("load", file, "--agreement", "county", "--confirm-unit")
    done = outturn(*asked, where=ledger)

    assert 1 == done.status, done.err
    assert "figures [final].csv: 3 rows, committed" in done.out
    assert "row 2: corrected: was 5.0 (entry " in done.out
    assert f"), becomes 500: permits · {HOME} · FY2019 · 500" in done.out
    assert "Note (hundredfold)" in done.out
    assert "  row 2: permits" in done.out
    assert "The row has 1 cell, and the header 8." in done.out
    assert "indicator in the file" in done.out


def settle(ledger: dict[str, str], act: str, load: str, *options: str) -> Done:
    asked = ("loads", act, load, "--agreement", "county", *options)
    return outturn(*asked, where=ledger)


def test_a_load_that_waits_is_settled_by_the_command_it_names(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    """Committed and taken back; another is given up."""
    done_well(load(ledger, written(tmp_path, [f"heating,{HOME},FY2023,0.327,,,,"])))
    file = written(tmp_path, [f"heating,{HOME},FY2023,32.7,,,,"])
    waits = outturn("load", file, "--agreement", "county", where=ledger)
    assert 1 == waits.status
    (line,) = [each for each in waits.out.splitlines() if "outturn loads commit" in each]
    number, *options = line.partition("loads commit ")[2].split()
    assert ["--agreement", "county", "--checked", "--confirm-unit"] == [*options[:3], options[4]]

    unsure = settle(ledger, "commit", number)
    assert (2, "") == (unsure.status, unsure.out)
    done = done_well(settle(ledger, "commit", number, "--confirm-unit", "--json"))
    assert "committed" == done.document["state"]
    assert 2 == settle(ledger, "abandon", number).status
    back = done_well(settle(ledger, "withdraw", number, "--reason", "The wrong file."))
    assert "earlier ones that hold again: 1;" in back.out
    other = load(ledger, file).document["load"]
    gone = done_well(settle(ledger, "abandon", other, "--reason", "Sent twice.", "--json"))
    assert "abandoned" == gone.document["state"]
    assert 2 == settle(ledger, "commit", "not-an-id").status
    assert 2 == settle(ledger, "commit", "01234567-89ab-cdef-0123-456789abcdef").status


def test_a_load_that_was_checked_again_is_recorded_by_the_check_that_is_named(
    ledger: dict[str, str], tmp_path: Path
) -> None:
    """Whoever names none, or an earlier one, may not have seen what it would do by now."""
    done_well(load(ledger, written(tmp_path, [f"heating,{HOME},FY2022,0.327,,,,"])))
    waits = load(ledger, written(tmp_path, [f"heating,{HOME},FY2022,32.7,,,,"])).document
    number, seen = waits["load"], waits["checked"]["digest"]
    done_well(load(ledger, written(tmp_path, [f"heating,{HOME},FY2022,0.328,,,,"])))
    asked = settle(ledger, "commit", number, "--confirm-unit", "--json")
    assert (1, "checked", 1) == (
        asked.status,
        asked.document["state"],
        asked.document["moved_rows"],
    )

    for named in ((), ("--checked", seen)):
        unseen = settle(ledger, "commit", number, "--confirm-unit", *named)
        assert 1 == unseen.status
        assert "row 2: was correction of " in unseen.out
        assert f"by now: heating · {HOME} · FY2022 · 32.7." in unseen.out
    assert 2 == settle(ledger, "commit", number, "--checked", seen[:11]).status
    told = unseen.out.splitlines()[-2].partition("loads commit ")[2].split()
    now = asked.document["checked"]["digest"]
    assert [number, "--agreement", "county", "--checked", now[:12], "--confirm-unit"] == told
    done = done_well(settle(ledger, "commit", *told[:1], *told[3:], "--json"))
    assert "committed" == done.document["state"]
