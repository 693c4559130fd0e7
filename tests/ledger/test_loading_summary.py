"""What is said of a load, what it would write, and what a complete file no longer has."""

import csv
import io
from datetime import date
from decimal import Decimal
from hashlib import sha256

import msgspec
import pytest
from samples_files.loads import BEGAN, REASON, Ledger, sample, yearly

from ledger.agreement.events import BlockSet, IndicatorPlaced, OutcomeSet
from ledger.agreement.state import evolve
from ledger.event import Recorded
from ledger.indicator.events import (
    MOST_ENTRIES,
    Source,
    ValuesCorrected,
    ValuesSubmitted,
)
from ledger.loading.absent import AbsentKey
from ledger.loading.document import document_of_check
from ledger.loading.events import to_events
from ledger.loading.mapping import Mapping, our_columns
from ledger.loading.outcomes import Counts, Outcome
from ledger.loading.summary import FIRST_SHOWN, LoadWarning, RowShown
from policies.periods import Interval
from policies.refusals import BadMapping

HEADER = "indicator,area,period,value,remarks"
FILE = "\n".join(
    (
        HEADER,
        "I1,E1,FY2021,1,",
        "I1,E2,FY2021,about 2,as told",
        "I9,E1,FY2021,3,",
        "I2,E1,FY2022,4,",
        "I2,E1,FY2022,5,",
        "I2,E2,FY2022,,",
    )
).encode()


def ledger() -> Ledger:
    made = Ledger({"E1": "Here", "E2": "There"}, {"I1": yearly(), "I2": yearly()})
    for event in (
        BlockSet(code="b1", title="Stay safe"),
        OutcomeSet(code="o1", title="Children are safe", block="b1"),
        OutcomeSet(code="o2", title="Children are well", block="b1"),
        IndicatorPlaced(indicator="I1", outcome="o1"),
        IndicatorPlaced(indicator="I2", outcome="o2"),
    ):
        made.position += 1
        recorded = made.agreement.version + 1, event, made.position
        evolve(made.agreement, Recorded(made.agreement.id, *recorded, BEGAN, "asha"))
    return made


def test_the_document_says_what_became_of_the_file() -> None:
    """Counts, codes, the rows of each indicator, warnings and the digest of the file."""
    checked = ledger().check(FILE)
    document = document_of_check("partnership", checked, len(FILE))
    told = msgspec.to_builtins(document)

    assert ("checked", 100, True, None) == (
        document.state,
        document.progress,
        document.dry_run,
        document.load,
    )
    assert ("file.csv", len(FILE), sha256(FILE).hexdigest()) == (
        document.file,
        document.bytes,
        document.digest,
    )
    assert ("csv", "utf-8", 6) == (document.format, document.encoding, document.rows)
    assert Counts(new=1, duplicate=2, missing=1, invalid=1, rejected=1) == document.counts
    assert {
        "conflicting-duplicate": 2,
        "not-a-number": 1,
        "unknown-indicator": 1,
        "missing": 1,
    } == document.codes
    assert {
        "I1": Counts(new=1, invalid=1),
        "I9": Counts(rejected=1),
        "I2": Counts(duplicate=2, missing=1),
    } == {named.indicator: named.counts for named in document.indicators}
    assert (LoadWarning("ignored-columns", "Not read: remarks."),) == document.warnings
    assert {"invalid": [3], "rejected": [4], "duplicate": [5, 6]} == {
        outcome: [row["row"] for row in rows] for outcome, rows in told["refused"].items()
    }


def test_a_refused_row_is_shown_as_published() -> None:
    """The text that could not be read stands beside the reason."""
    [row] = ledger().check(FILE).findings.refused["invalid"]

    assert (
        RowShown(
            row=3,
            outcome=Outcome.INVALID,
            code="not-a-number",
            detail="'about 2' is not a number in decimal notation.",
            data={
                "indicator": "I1",
                "area": "E2",
                "period": "FY2021",
                "value": "about 2",
                "remarks": "as told",
            },
        )
        == row
    )


def test_only_the_first_refused_rows_are_shown() -> None:
    """The counts and the list of all rows have the rest."""
    many = "\n".join((HEADER, *(f"I9,E1,FY{year},1," for year in range(1980, 2000))))
    document = ledger().check(many.encode()).findings

    assert list(range(2, 2 + FIRST_SHOWN)) == [row.row for row in document.refused["rejected"]]
    assert 20 == document.counts.rejected


def test_the_first_rows_of_each_rule_are_shown() -> None:
    """A rule that refused many does not hide one that refused few."""
    many = [f"I9,E1,FY{year},1," for year in range(1980, 2000)]
    content = "\n".join((HEADER, *many, "I1,E9,FY2020,1,", "I1,E9,FY2021,1,"))
    refused = ledger().check(content.encode()).findings.refused["rejected"]

    assert ["unknown-indicator"] * FIRST_SHOWN + ["unknown-area"] * 2 == [
        one.code for one in refused
    ]


def test_everything_is_a_file_of_all_rows() -> None:
    """Row for row what was read, with what became of it in front."""
    checked = ledger().check(FILE)
    told = list(csv.reader(io.StringIO(checked.everything())))
    published = list(csv.reader(io.StringIO(FILE.decode())))

    assert ["row", "outcome", "code", "detail", "replaces", "was", *published[0]] == told[0]
    assert published[1:] == [row[6:] for row in told[1:]]
    assert [str(n) for n in range(2, 8)] == [row[0] for row in told[1:]]
    assert [one.outcome for one in checked.outcomes] == [row[1] for row in told[1:]]


def test_windows_1252_is_a_warning() -> None:
    """Somebody should look at the accents."""
    content = "indicator,area,period,value\nI1,E1,FY2021,n° 1\n".encode("cp1252")
    document = ledger().check(content).findings

    assert "windows-1252" == document.encoding
    assert ["encoding"] == [warning.code for warning in document.warnings]


def test_events_name_their_source_and_the_day_the_data_were_available() -> None:
    """New values and corrections apart, by indicator, with the reason for the corrections."""
    made = ledger()
    made.load(b"indicator,area,period,value\nI2,E1,FY2021,1\n")
    checked = made.check(
        b"indicator,area,period,value\nI2,E1,FY2021,2\nI2,E2,FY2021,3\nI1,E1,FY2021,4\n"
    )
    source = checked.source(date(2025, 5, 2))
    backwards = dict(reversed(checked.changes.items()))
    events = to_events(backwards, source, REASON)

    assert Source("file.csv", checked.digest, date(2025, 5, 2)) == source
    assert [
        ("I1", ValuesSubmitted(
            entries=checked.changes["I1"].new, data_available_on=date(2025, 5, 2), source=source
        )),
        ("I2", ValuesSubmitted(
            entries=checked.changes["I2"].new, data_available_on=date(2025, 5, 2), source=source
        )),
        ("I2", ValuesCorrected(
            entries=checked.changes["I2"].corrections,
            reason=REASON,
            data_available_on=date(2025, 5, 2),
            source=source,
        )),
    ] == events  # fmt: skip


def test_without_a_date_of_release_the_day_of_the_load_counts() -> None:
    """The source keeps silent about what nobody said."""
    checked = ledger().check(FILE)
    [(_, event)] = to_events(
        checked.changes, checked.source(), REASON, available_on=date(2026, 1, 2)
    )

    assert isinstance(event, ValuesSubmitted)
    assert (date(2026, 1, 2), Source("file.csv", checked.digest)) == (
        event.data_available_on,
        event.source,
    )


def test_no_event_has_more_entries_than_it_may() -> None:
    """A long file is several events, in the order of its rows."""
    months = yearly(interval=Interval.MONTH)
    made = Ledger({f"E{n}": f"Area {n}" for n in range(205)}, {"I1": months})
    rows = [f"I1,E{n},20{year:02}-01,{n}" for n in range(205) for year in range(10)]
    checked = made.check("\n".join(("indicator,area,period,value", *rows)).encode())
    events = [event for _, event in to_events(checked.changes, checked.source(), REASON)]
    parts = [event.entries for event in events if isinstance(event, ValuesSubmitted)]

    assert [MOST_ENTRIES, MOST_ENTRIES, 50] == [len(part) for part in parts]
    assert list(checked.changes["I1"].new) == [entry for part in parts for entry in part]


def complete(*scopes: str) -> Mapping:
    """Our own columns, and a file that is complete for scopes."""
    columns = our_columns(("indicator", "area", "period", "value")).columns
    return Mapping(columns=columns, complete_for=scopes)


@pytest.mark.parametrize(
    ("scopes", "absent"),
    [
        ((), []),
        (("partnership",), ["I1 E1", "I1 E2", "I2 E2"]),
        (("b1",), ["I1 E1", "I1 E2", "I2 E2"]),
        (("o1",), ["I1 E1", "I1 E2"]),
        (("I2",), ["I2 E2"]),
        (("E2",), ["I1 E2", "I2 E2"]),
        (("o1", "E2"), ["I1 E2"]),
        (("o1", "I2"), ["I1 E1", "I1 E2", "I2 E2"]),
    ],
)
def test_what_a_complete_file_no_longer_has_is_listed(
    scopes: tuple[str, ...], absent: list[str]
) -> None:
    """For a person to decide: nothing is withdrawn by being left out."""
    made = ledger()
    header = "indicator,area,period,value"
    lines = [f"{code},{area},FY2021,1" for code in ("I1", "I2") for area in ("E1", "E2")]
    made.load("\n".join((header, *lines)).encode())
    checked = made.load(f"{header}\nI2,E1,FY2021,1\n".encode(), complete(*scopes))

    assert absent == [f"{one.indicator} {one.key.area}" for one in checked.absent]
    assert Counts(unchanged=1) == checked.counts
    assert len(absent) == sum(w.rows for w in checked.findings.warnings if w.code == "absent")
    assert 2 == len(made.indicators["I1"].entries)


@pytest.mark.parametrize("row", ["I1,E1,FY2021,about 1,", "I1,E1,FY2021,1,guessed"])
def test_a_key_whose_figure_cannot_be_read_is_not_absent(row: str) -> None:
    """The file has it, and says so by a row that is refused."""
    made = ledger()
    header = "indicator,area,period,value,standing\n"
    made.load(f"{header}I1,E1,FY2021,1,\nI1,E2,FY2021,1,".encode())
    columns = our_columns(header.strip().split(",")).columns
    checked = made.check(
        f"{header}{row}\n".encode(), Mapping(columns=columns, complete_for=("o1",))
    )

    assert ["invalid"] == [one.outcome for one in checked.outcomes]
    assert ["E2"] == [one.key.area for one in checked.absent]


def test_an_absent_key_names_its_entry() -> None:
    """So that it can be withdrawn by hand."""
    made = ledger()
    made.load(b"indicator,area,period,value\nI1,E1,FY2021,1\n")
    checked = made.check(b"indicator,area,period,value\n", complete("o1"))
    [(key, held)] = made.indicators["I1"].entries.items()

    assert (AbsentKey("I1", held.name, key),) == checked.absent
    absent = LoadWarning(
        "absent",
        "In the ledger and not in the file, which is declared complete: 1, the first"
        f" I1 {held.name}. They stay as they are.",
        1,
    )
    assert absent == checked.findings.warnings[-1]


def test_a_scope_that_is_nothing_of_the_agreement_is_refused() -> None:
    """A misspelt scope would list nothing, and nobody would know."""
    with pytest.raises(BadMapping) as caught:
        ledger().check(FILE, complete("o3"))

    assert "'o3' is not the code of the agreement" in caught.value.detail


def test_judging_a_file_changes_nothing() -> None:
    """A dry run is only an answer."""
    made = ledger()
    first, second = made.check(FILE), made.check(FILE)

    assert (first.findings, first.changes) == (second.findings, second.changes)
    assert list(first.outcomes) == list(second.outcomes)
    assert {} == made.indicators["I1"].entries


def test_a_published_file_goes_through_from_end_to_end() -> None:
    """Rates of a district: the figures in the events are those in the file."""
    quarterly = yearly(interval=Interval.QUARTER)
    made = Ledger({"E08000009": "Trafford"}, {"planning": quarterly})
    mapping = Mapping(
        columns={"area": "area_code", "period": "period", "value": "value"},
        constants={"indicator": "planning"},
    )
    content = sample("trafford/planning_applications_major_2026-05-07.csv")
    checked = made.check(content, mapping)
    [(code, event)] = to_events(checked.changes, checked.source(), REASON)
    trafford = [
        Decimal(row["value"])
        for row in csv.DictReader(io.StringIO(content.decode()))
        if row["area_code"] == "E08000009"
    ]

    assert "planning" == code
    assert isinstance(event, ValuesSubmitted)
    assert trafford == [entry.value for entry in event.entries]
    assert Counts(new=len(trafford), rejected=39 - len(trafford)) == checked.counts
