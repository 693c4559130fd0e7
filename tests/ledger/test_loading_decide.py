"""The one outcome of every row: an example of each, and laws that hold for any file."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import REASON, TODAY, Ledger, yearly

from ledger.indicator.commands import CorrectValues, EntryGiven, SubmitValues
from ledger.indicator.decisions import decide
from ledger.indicator.events import (
    Correction,
    Entry,
    IndicatorRetired,
    ValuesReturned,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.figures import same_figures
from ledger.indicator.state import Key
from ledger.loading.decide import Changes
from ledger.loading.events import to_events
from ledger.loading.load import Checked
from ledger.loading.mapping import Mapping, MissingMarks, our_columns
from ledger.loading.outcomes import CONFLICTING, Counts, Outcome
from policies.cell import Missing

AREAS = {"E1": "Here", "E2": "There"}
HEADER = "indicator,area,period,value,standing,note"


def file(*rows: str) -> bytes:
    return "\n".join((HEADER, *rows)).encode()


def marked(*, record: bool) -> Mapping:
    """Our own columns, and a dash for what is missing."""
    ours = our_columns(HEADER.split(","))
    marks = {"-": Missing.MISSING, "c": Missing.SUPPRESSED}
    return Mapping(columns=ours.columns, missing=MissingMarks(marks=marks, record=record))


def ledger() -> Ledger:
    """Two indicators. I1 holds 12.3 for E1 in 2022/23 (4.0) and 40, provisional, for E2 (4.1)."""
    made = Ledger(AREAS, {"I1": yearly(), "I2": yearly()})
    held = (
        Entry(period="FY2022", area="E1", value=Decimal("12.3")),
        Entry(period="FY2022", area="E2", value=Decimal(40), provisional=True),
    )
    made.record("I1", ValuesSubmitted(entries=held))
    return made


def outcomes(checked: Checked) -> list[tuple[str, str]]:
    return [(row.outcome.value, row.code) for row in checked.outcomes]


def test_a_key_without_a_value_is_new() -> None:
    """Another area, period or indicator is another key."""
    checked = ledger().check(file("I1,E1,FY2023,1,,", "I2,E1,FY2022,12.3,,"))

    assert [("new", ""), ("new", "")] == outcomes(checked)
    assert ["I1", "I2"] == list(checked.changes)
    assert not checked.fails


@pytest.mark.parametrize("value", ["12.3", "12.30", "+12.3"])
def test_the_same_figure_is_unchanged_however_it_is_written(value: str) -> None:
    """12.30 is 12.3."""
    checked = ledger().check(file(f"I1,E1,FY2022,{value},final,another note"))

    assert [("unchanged", "")] == outcomes(checked)
    assert {} == checked.changes


@pytest.mark.parametrize(
    ("row", "name", "expected"),
    [
        ("I1,E1,FY2022,12.4,,", "4.0", {"value": Decimal("12.4")}),
        ("I1,E1,FY2022,12.3,provisional,", "4.0", {"value": Decimal("12.3"), "provisional": True}),
        ("I1,E2,FY2022,40,final,", "4.1", {"value": Decimal(40)}),  # no longer provisional
    ],
)
def test_another_figure_is_a_correction_that_names_what_it_replaces(
    row: str, name: str, expected: dict[str, Decimal | bool]
) -> None:
    """Whether a figure is provisional is part of what is said."""
    checked = ledger().check(file(row))
    area = row.split(",")[1]
    correction = Correction(period="FY2022", area=area, replaces=name, **expected)  # type: ignore[arg-type]

    assert [("correction", "")] == outcomes(checked)
    assert {"I1": Changes(corrections=(correction,))} == checked.changes


def test_a_correction_replaces_a_returned_entry_too() -> None:
    """What was sent back is put right by the next file."""
    made = ledger()
    made.record("I1", ValuesReturned(entries=("4.0",), reason=REASON))

    assert Counts(correction=1) == made.load(file("I1,E1,FY2022,12.4,,")).counts
    assert Decimal("12.4") == made.indicators["I1"].entries[Key("E1", "FY2022", "")].entry.value


def test_a_withdrawn_entry_can_be_new_again() -> None:
    """Its key holds nothing."""
    made = ledger()
    made.record("I1", ValuesWithdrawn(entries=("4.0",), reason=REASON))

    assert Counts(new=1) == made.check(file("I1,E1,FY2022,12.3,,")).counts


def test_of_identical_rows_the_first_counts_and_the_load_does_not_fail() -> None:
    """Saying the same thing twice does no harm."""
    checked = ledger().check(
        file("I1,E1,FY2023,1.0,,", "I2,E1,FY2023,5,,", "I1,E1,2023/24,1,,", "I1,E1,FY2022,12.3,,")
    )

    assert [("new", ""), ("new", ""), ("duplicate", ""), ("unchanged", "")] == outcomes(checked)
    assert "The same as row 2, which counts." == checked.outcomes[2].detail
    assert not checked.fails


def test_rows_that_contradict_each_other_are_all_refused_and_name_each_other() -> None:
    """Nobody guesses which of them is right; the other rows are still loaded."""
    made = ledger()
    checked = made.load(
        file("I1,E1,FY2023,1,,", "I1,E1,FY2023,2,,", "I1,E2,FY2023,3,,", "I1,E1,2023/24,1,,")
    )

    refused = ("duplicate", CONFLICTING)
    assert [refused, refused, ("new", ""), refused] == outcomes(checked)
    assert "row 3, 5" in checked.outcomes[0].detail
    assert checked.fails
    assert Key("E1", "FY2023", "") not in made.indicators["I1"].entries
    assert Key("E2", "FY2023", "") in made.indicators["I1"].entries


def test_a_figure_and_a_missing_mark_of_one_key_contradict_each_other() -> None:
    """One of them must be wrong."""
    checked = ledger().check(file("I1,E1,FY2023,1,,", "I1,E1,FY2023,-,,"), marked(record=False))

    assert [("duplicate", CONFLICTING)] * 2 == outcomes(checked)


def test_a_row_that_cannot_be_read_contradicts_nothing() -> None:
    """It says nothing."""
    checked = ledger().check(file("I1,E1,FY2023,1,,", "I1,E1,FY2023,about 2,,"))

    assert [("new", ""), ("invalid", "not-a-number")] == outcomes(checked)


def test_a_missing_mark_is_counted_and_not_recorded() -> None:
    """Unless the mapping says so; a figure that is held stays, and the row says which."""
    checked = ledger().check(
        file("I1,E1,FY2022,-,,", "I1,E1,FY2023,c,,", "I1,E2,FY2023,,,"), marked(record=False)
    )

    assert [("missing", "missing"), ("missing", "suppressed"), ("missing", "missing")] == outcomes(
        checked
    )
    assert ["Not recorded: 4.0 stays.", "Not recorded.", "Not recorded."] == [
        row.detail for row in checked.outcomes
    ]
    assert {} == checked.changes
    assert not checked.fails


def test_a_missing_mark_is_recorded_where_the_mapping_says_so() -> None:
    """As new, or in the place of a figure the publisher took back; the second time it is known."""
    made = ledger()
    content = file("I1,E1,FY2022,-,,", "I1,E1,FY2023,c,,")
    first, second = (made.load(content, marked(record=True)) for _ in range(2))

    assert Counts(missing=2) == first.counts == second.counts
    assert (
        Changes(
            new=(Entry(period="FY2023", area="E1", missing="suppressed"),),
            corrections=(
                Correction(period="FY2022", area="E1", missing="missing", replaces="4.0"),
            ),
        )
        == first.changes["I1"]
    )
    assert ["Recorded in the place of 4.0.", "Recorded."] == [row.detail for row in first.outcomes]
    assert ["6.0 says so already.", "5.0 says so already."] == [
        row.detail for row in second.outcomes
    ]
    assert {} == second.changes


def test_a_figure_where_missing_was_recorded_fills_the_gap_as_a_correction() -> None:
    """The ledger held a statement, and it was another one."""
    made = ledger()
    made.load(file("I1,E1,FY2023,-,,"), marked(record=True))

    assert Counts(correction=1) == made.check(file("I1,E1,FY2023,3,,")).counts


def test_a_retired_indicator_takes_no_values() -> None:
    """The row is readable, and a rule forbids it."""
    made = ledger()
    made.record("I1", IndicatorRetired())

    assert [("rejected", "retired")] == outcomes(made.check(file("I1,E1,FY2023,1,,")))


def test_a_row_of_a_retired_period_is_rejected_and_earlier_ones_are_taken() -> None:
    """By period, whichever comes first, and where the ledger has a value."""
    made = ledger()
    made.record("I1", IndicatorRetired(from_period="FY2022"))
    rows = ["I1,E1,FY2021,1,,", "I1,E1,FY2022,12.4,,", "I1,E2,FY2021,2,,", "I1,E2,FY2023,2,,"]

    expected = [("new", ""), ("rejected", "retired")] * 2
    assert expected == outcomes(made.check(file(*rows)))
    assert expected[::-1] == outcomes(made.check(file(*rows[::-1])))


def test_a_row_of_an_indicator_that_is_not_there_is_rejected() -> None:
    """However often it comes, and whatever else is in the file."""
    rows = ("I9,E1,FY2023,1,,", "I1,E1,FY2023,1,,", "I9,E1,FY2023,1,,")

    assert [
        ("rejected", "unknown-indicator"), ("new", ""), ("rejected", "unknown-indicator")
    ] == outcomes(ledger().check(file(*rows)))  # fmt: skip


def test_the_text_of_a_note_stays_out_of_the_entry() -> None:
    """An entry names a stored text by its digest, once there is one; unchanged rows have none."""
    made = ledger()
    checked = made.check(file("I1,E1,FY2023,1,,Strike in May", "I1,E1,FY2022,12.3,,Again"))

    assert {Key("E1", "FY2023", ""): "Strike in May"} == checked.changes["I1"].notes
    assert "" == checked.changes["I1"].new[0].note
    [(_, event)] = to_events(
        checked.changes, checked.source(), REASON, note_digests={"Strike in May": "cd" * 32}
    )
    assert isinstance(event, ValuesSubmitted)
    assert "cd" * 32 == event.entries[0].note
    with pytest.raises(KeyError):  # rather than lose it
        to_events(checked.changes, checked.source(), REASON)


CELLS = st.tuples(
    st.sampled_from(["I1", "I1", "I2", "I9", ""]),
    st.sampled_from(["E1", "E1", "E2", "E9", ""]),
    st.sampled_from(["FY2022", "2022/23", "FY2023", "2023", "FY2039", "2023-04"]),
    st.sampled_from(["12.3", "12.30", "1", "2.25", "0.0001", "-", "c", "", "many"]),
    st.sampled_from(["", "final", "provisional", "perhaps"]),
    st.sampled_from(["", "A note"]),
)
FILES = st.lists(CELLS.map(",".join), max_size=12)


@given(FILES, st.booleans())
def test_every_row_has_one_outcome_and_the_seven_counts_add_up(
    rows: list[str], record: bool
) -> None:
    """Whatever the file holds, in the order of the file."""
    checked = ledger().check(file(*rows), marked(record=record))

    assert list(range(2, len(rows) + 2)) == [row.row for row in checked.outcomes]
    assert len(rows) == checked.counts.total
    assert {outcome: getattr(checked.counts, outcome) for outcome in Outcome} == {
        outcome: sum(row.outcome is outcome for row in checked.outcomes) for outcome in Outcome
    }


@given(FILES, st.booleans())
def test_the_same_file_twice_changes_nothing_and_says_so(rows: list[str], record: bool) -> None:
    """What was new or a correction is unchanged; every other outcome is as before."""
    made, content, mapping = ledger(), file(*rows), marked(record=record)
    first = made.load(content, mapping, today=TODAY)
    position = made.position
    second = made.load(content, mapping, today=TODAY)

    assert {} == second.changes
    assert position == made.position
    settled = {Outcome.NEW, Outcome.CORRECTION, Outcome.UNCHANGED}
    assert [Outcome.UNCHANGED if r.outcome in settled else r.outcome for r in first.outcomes] == [
        row.outcome for row in second.outcomes
    ]


@given(FILES.flatmap(lambda rows: st.tuples(st.just(rows), st.permutations(rows))), st.booleans())
def test_the_order_of_rows_does_not_matter(both: tuple[list[str], list[str]], record: bool) -> None:
    """The counts are the same, and so is what the ledger holds afterwards."""
    ends = []
    for rows in both:
        made = ledger()
        checked = made.load(file(*rows), marked(record=record))
        held = {
            (code, key, one.entry.value, one.entry.missing, one.entry.provisional)
            for code, indicator in made.indicators.items()
            for key, one in indicator.entries.items()
        }
        ends.append((checked.counts, held))

    assert ends[0] == ends[1]


@given(FILES)
def test_a_load_writes_what_hand_entry_would_have_written(rows: list[str]) -> None:
    """The same gate and the same facts, whichever door the figures come through."""
    made = ledger()
    for code, changes in made.check(file(*rows), marked(record=True)).changes.items():
        for entries, command in (
            (changes.new, SubmitValues(entries=given_by_hand(changes.new))),
            (
                changes.corrections,
                CorrectValues(entries=given_by_hand(changes.corrections), reason=REASON),
            ),
        ):
            if entries:
                state = made.indicators[code]
                decided = decide(state, command, actor="asha", areas=AREAS, today=TODAY)
                assert entries == decided.events[0].entries  # type: ignore[attr-defined]


def given_by_hand(entries: tuple[Entry, ...]) -> tuple[EntryGiven, ...]:
    """The same as an officer would type them."""
    return tuple(
        EntryGiven(
            entry=Entry(
                period=entry.period,
                area=entry.area,
                value=entry.value,
                missing=entry.missing,
                provisional=entry.provisional,
            )
        )
        for entry in entries
    )


@given(FILES)
def test_after_a_load_the_ledger_holds_what_the_good_rows_say(rows: list[str]) -> None:
    """And where every row of a key was refused, what it held before."""
    made, before = ledger(), ledger()
    checked = made.load(file(*rows))
    written = {
        (code, Key(entry.area, entry.period, ""))
        for code, changes in checked.changes.items()
        for entry in (*changes.new, *changes.corrections)
    }
    for code, indicator in made.indicators.items():
        for key, held in indicator.entries.items():
            if (code, key) in written:
                continue
            assert same_figures(before.indicators[code].entries[key].entry, held.entry)
    assert sum(row.outcome in {Outcome.NEW, Outcome.CORRECTION} for row in checked.outcomes) == len(
        written
    )
