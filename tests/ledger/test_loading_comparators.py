"""Files of other areas: who is taken, and real releases of all authorities one after the other."""

import csv
import gzip
from datetime import date
from decimal import Decimal
from functools import cache

import pytest
from published import FOLDER as PUBLISHED
from published import rows
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import CodeEntry, CodeMapSet, ComparatorGroupSet
from ledger.indicator.state import Key
from ledger.load.events import LoadKind
from ledger.loading.load import Checked
from ledger.loading.mapping import Mapping, read_mapping
from ledger.loading.outcomes import Counts
from ledger.loading.ready_mappings import FOLDER, ready_text

HOME, ANOTHER = "E10000031", "E10000013"
OURS = "indicator,area,period,value,note\n"


def small() -> Ledger:
    return Ledger({HOME: "Warwickshire"}, {"plans": yearly(), "other": yearly()})


def judged(ledger: Ledger, *given: str, kind: LoadKind) -> Checked:
    return ledger.check((OURS + "\n".join(given)).encode(), kind=kind)


def loaded(ledger: Ledger, *given: str, kind: LoadKind, load: str = "") -> Checked:
    return ledger.load((OURS + "\n".join(given)).encode(), kind=kind, load=load)


@pytest.mark.parametrize(
    ("kind", "own", "elsewhere"),
    [("values", 1, 0), ("comparators", 0, 1), ("both", 1, 1)],
)
def test_the_kind_says_whose_figures_are_taken(kind: LoadKind, own: int, elsewhere: int) -> None:
    checked = judged(
        small(), f"plans,{HOME},FY2022,41.0,", f"plans,{ANOTHER},FY2022,43.5,", kind=kind
    )
    assert Counts(new=own + elsewhere, rejected=2 - own - elsewhere) == checked.counts
    assert own == sum(len(change.new) for change in checked.changes.values())
    assert elsewhere == sum(len(change.new) for change in checked.elsewhere.values())
    assert own + elsewhere == checked.writes


def test_a_row_of_the_agreements_own_area_is_no_comparator_and_says_why() -> None:
    checked = judged(small(), f"plans,{HOME},FY2022,41.0,", kind="comparators")
    [row] = checked.outcomes
    assert ("rejected", "own-area") == (row.outcome.value, row.code)
    assert f"'{HOME}' is an area of this agreement: load its figures as values." == row.detail
    assert checked.fails


def test_what_is_no_area_is_rejected() -> None:
    [row] = judged(small(), "plans,Narnia,FY2022,41.0,", kind="both").outcomes
    assert ("rejected", "unknown-area") == (row.outcome.value, row.code)
    assert "'Narnia' is no area that is known" in row.detail


def test_an_area_that_a_group_compares_or_a_code_map_names_is_one_whatever_its_code() -> None:
    ledger = small()
    ledger.tell(ComparatorGroupSet(code="near", title="Near", version=1, members=("LGBF-1",)))
    ledger.tell(
        CodeMapSet(
            name="names", kind="area", entries=(CodeEntry(code="Mid Ulster", ours="local-7"),)
        )
    )
    names = read_mapping(
        '[columns]\nindicator="indicator"\narea="area"\nperiod="period"\nvalue="value"\n'
        '[codes]\nareas = "names"\n'
    )
    content = (
        OURS + "plans,LGBF-1,FY2022,1,\nplans,mid  ulster,FY2022,2,\nplans,warwickshire,FY2022,3,\n"
    )
    checked = ledger.check(content.encode(), names, kind="both")
    assert Counts(new=3) == checked.counts
    assert ["LGBF-1", "local-7"] == [entry.area for entry in checked.elsewhere["plans"].new]


def test_other_areas_go_through_the_same_rules() -> None:
    """Duplicates, missing marks, a period that has not begun, a retired sort of number."""
    checked = judged(
        small(),
        f"plans,{ANOTHER},FY2022,41.0,",
        f"plans,{ANOTHER},FY2022,41.0,",
        "plans,E06000001,FY2022,1.0,",
        "plans,E06000001,FY2022,2.0,",
        "plans,E06000002,FY2022,,",
        "plans,E06000003,FY2022,about 7,",
        "plans,E06000004,FY2099,1.0,",
        "nothing,E06000005,FY2022,1.0,",
        kind="comparators",
    )
    expected = Counts(new=1, duplicate=3, missing=1, invalid=1, rejected=2)
    assert expected == checked.counts
    assert 8 == checked.counts.total


def test_a_note_goes_along_and_a_note_of_a_row_that_is_not_written_does_not() -> None:
    checked = judged(
        small(), f"plans,{HOME},FY2022,1.0,ours", f"plans,{ANOTHER},FY2022,1.0,theirs", kind="both"
    )
    assert {Key(HOME, "FY2022", ""): "ours"} == checked.changes["plans"].notes
    assert {Key(ANOTHER, "FY2022", ""): "theirs"} == checked.elsewhere["plans"].notes


def test_the_same_file_changes_nothing_and_another_figure_is_a_revision() -> None:
    # Given a figure of another area
    ledger = small()
    loaded(ledger, f"plans,{ANOTHER},FY2022,43.5,", kind="comparators")
    # When the same comes again, or another one
    again = judged(ledger, f"plans,{ANOTHER},FY2022,43.50,", kind="both")
    other = judged(ledger, f"plans,{ANOTHER},FY2022,44.0,", kind="comparators")
    # Then the one changes nothing, and the other names what it replaces
    assert (Counts(unchanged=1), 0) == (again.counts, again.writes)
    assert Counts(correction=1) == other.counts
    [correction] = other.elsewhere["plans"].corrections
    [row] = other.outcomes
    held = ledger.others["plans"].entries[Key(ANOTHER, "FY2022", "")]
    assert held.name == correction.replaces == row.replaces
    assert "43.5" == row.was


def test_figures_of_other_areas_warn_as_others_do() -> None:
    ledger = small()
    loaded(ledger, f"plans,{ANOTHER},FY2022,43.5,", kind="comparators")
    checked = ledger.check(
        f"{OURS}plans,{ANOTHER},FY2022,0.4,\n".encode(), kind="both", confirm_unit=True
    )
    assert {"hundredfold": 1} == {w.code: w.rows for w in checked.findings.warnings}


def test_an_area_is_the_agreements_or_another_one_by_what_the_agreement_says_now() -> None:
    """What was a comparator before an area joined is not what its values are compared with."""
    ledger = small()
    loaded(ledger, f"plans,{ANOTHER},FY2022,43.5,", kind="comparators")
    both = Ledger({HOME: "Warwickshire", ANOTHER: "Gloucestershire"}, {"plans": yearly()})
    both.others = ledger.others
    checked = judged(both, f"plans,{ANOTHER},FY2022,43.5,", kind="both")
    assert (Counts(new=1), 1, 0) == (
        checked.counts,
        len(checked.changes["plans"].new),
        len(checked.elsewhere),
    )


def test_a_load_of_values_asks_for_no_figure_of_another_area(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ledger = small()
    monkeypatch.setattr(ledger, "folds_elsewhere", None)
    assert Counts(new=1) == judged(ledger, f"plans,{HOME},FY2022,1.0,", kind="values").counts


# Four releases of the Local Authority Interactive Tool, two measures, all authorities

RELEASES = ("2024-12-18", "2025-05-02", "2025-11-25", "2026-04-08")
WARWICKSHIRE, ENGLAND = "937", "E92000001"


@cache
def by_number() -> Mapping:
    """The ready mapping, with authorities by their numbers."""
    text = ready_text("lait").replace('areas = "names"', 'areas = "dfe"')
    return read_mapping(text.replace('area = "LA and Regions"', 'area = "LA Number"'))


def national() -> Ledger:
    """Warwickshire's agreement, with the department's numbers of all authorities."""
    whole = yearly(decimals_accepted=16)
    ledger = Ledger({HOME: "Warwickshire"}, {"ChildPov": whole, "CPP_rate": whole})
    with (FOLDER / "dfe.csv").open(encoding="utf-8") as file:
        entries = tuple(
            CodeEntry(
                code=row["code"],
                ours=row["ours"],
                valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(file)
        )
    ledger.tell(CodeMapSet(name="dfe", kind="area", entries=entries))
    return ledger


def content_of(day: str) -> bytes:
    return gzip.decompress((PUBLISHED / f"lait/values_published_{day}.csv.gz").read_bytes())


def counted(held: dict[tuple[str, str, str], Decimal | None], day: str) -> Counts:
    """What should become of a release, by the file alone; ``held`` goes on."""
    found = dict.fromkeys(("new", "unchanged", "correction", "missing", "rejected"), 0)
    for row in rows(f"lait/values_published_{day}"):
        key = (row["Short Desc"], row["LA Number"], row["Years"].removesuffix(" (prov)"))
        text = row["Values"]
        value = None if text == "-" else Decimal(repr(float(text)))
        if row["LA Number"] == WARWICKSHIRE:
            outcome = "rejected"
        elif value is None:
            outcome = "missing"
        elif key not in held:
            outcome = "new"
        else:
            outcome = "unchanged" if held[key] == value else "correction"
        found[outcome] += 1
        if outcome != "rejected":
            held[key] = value
    return Counts(**found)


def test_four_releases_of_all_authorities_are_taken_as_comparators() -> None:
    """The second and later ones: what is unchanged, revised and new adds up, counted apart."""
    ledger, held = national(), dict[tuple[str, str, str], Decimal | None]()
    told = []
    for day in RELEASES:
        checked = ledger.load(content_of(day), by_number(), kind="comparators", load=day)
        assert counted(held, day) == checked.counts
        assert {} == checked.changes
        assert {"own-area"} == {row.code for row in checked.outcomes if row.outcome == "rejected"}
        again = ledger.check(content_of(day), by_number(), kind="comparators")
        assert 0 == again.writes
        told.append(checked.counts)
    assert [
        Counts(new=2886, missing=156, rejected=18),
        Counts(new=324, unchanged=1626, correction=1268, missing=162, rejected=20),
        Counts(new=162, unchanged=2640, correction=258, missing=151, rejected=19),
        Counts(new=162, unchanged=1603, correction=485, missing=116, rejected=14),
    ] == told
    assert 2 * 169 <= len(
        {(c, key.area) for c in ledger.others for key in ledger.others[c].entries}
    )


def test_what_a_release_revised_is_told_as_it_was_before_when_that_is_taken_back() -> None:
    ledger = national()
    england = Key(ENGLAND, "FY2022", "")
    seen = []
    for day in RELEASES:
        ledger.load(content_of(day), by_number(), kind="both", load=day)
        seen.append(dict(ledger.others["ChildPov"].entries))
    for day, before in zip(reversed(RELEASES), [*reversed(seen[:-1]), {}], strict=True):
        ledger.take_back(day)
        now = ledger.others["ChildPov"].entries
        assert before.keys() == now.keys()
        assert [held.name for held in before.values()] == [now[key].name for key in before]
    assert "937" not in {key.area for key in seen[0]}
    values = {str(one[england].entry.value) for one in seen}
    assert len(values) > 1
