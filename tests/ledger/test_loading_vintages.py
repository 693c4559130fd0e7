"""Real releases loaded one after the other, counted again here from the files themselves."""

import csv
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

import pytest
from samples_files.loads import SAMPLES, Ledger, sample, yearly

from ledger.indicator.state import Key
from ledger.loading.mapping import Mapping, read_mapping
from ledger.loading.outcomes import Counts
from policies.periods import Calendar, Interval

RELEASES = ("2024-12-18", "2025-05-02", "2025-11-25")
LAIT = """
[columns]
indicator = "Short Desc"
area = "LA and Regions"
period = "Years"
value = "Values"
[codes]
areas = "names"
[codes.indicators]
"%_of LAC Adopted" = "LAC_Adopted"
[missing]
marks = ["-"]
[period]
year_label = "end"
strip_suffixes = [" (prov)"]
provisional = true
[numbers]
floating_point = "shortest"
"""


def lait() -> Ledger:
    """Ten measures of children's services: financial, calendar, academic and pooled years."""
    financial = yearly(decimals_accepted=16)
    calendar = yearly(calendar=Calendar.CALENDAR)
    names = sorted({row["LA and Regions"] for day in RELEASES for row in published(day)})
    return Ledger(
        {f"E{number:08}": name for number, name in enumerate(names)},
        {
            "ChildPov": financial,
            "CareLeaverEET": financial,
            "ReoffYO": financial,
            "16-17 NEET": financial,
            "Emotional_LAC": financial,
            "LAC_Adopted": financial,
            "FirstYJS": calendar,
            "InfMort": calendar,
            "LAC_Pers_Abs": yearly(calendar=Calendar.ACADEMIC),
            "RTA": yearly(calendar=Calendar.CALENDAR, interval=Interval.POOLED),
        },
    )


def published(day: str) -> Iterator[dict[str, str]]:
    with (SAMPLES / "lait" / f"values_published_{day}.csv").open(encoding="utf-8") as file:
        yield from csv.DictReader(file)


def release(day: str) -> bytes:
    return sample(f"lait/values_published_{day}.csv")


def mapping(*, record: bool) -> Mapping:
    return read_mapping(LAIT.replace("[missing]", f"[missing]\nrecord = {str(record).lower()}"))


Known = dict[tuple[str, str, str], tuple[float | None, bool]]


def counted(day: str, known: Known, *, record: bool) -> tuple[Counts, int]:
    """The counts and changes of a release over what is known, by csv and floats alone."""
    seen: Counter[str] = Counter()
    changes = 0
    for row in published(day):
        year = row["Years"]
        key = (row["Short Desc"], year.removesuffix(" (prov)"), row["LA and Regions"])
        figure = None if row["Values"] == "-" else float(row["Values"])
        says = (figure, year.endswith(" (prov)"))
        same = known.get(key) == says
        if figure is None:
            seen["missing"] += 1
        elif key not in known:
            seen["new"] += 1
        else:
            seen["unchanged" if same else "correction"] += 1
        if not same and (figure is not None or record):
            known[key] = says
            changes += 1
    return Counts(**seen), changes


@pytest.mark.parametrize("record", [False, True])
def test_every_release_is_counted_as_its_publisher_changed_it(record: bool) -> None:
    """New, unchanged, corrected and missing figures over three releases."""
    ledger, known = lait(), Known()
    corrected = 0
    for day in RELEASES:
        checked = ledger.load(release(day), mapping(record=record))
        counts, changes = counted(day, known, record=record)

        assert counts == checked.counts
        assert release(day).count(b"\n") - 1 == checked.counts.total
        assert changes == sum(
            len(change.new) + len(change.corrections) for change in checked.changes.values()
        )
        assert not checked.fails
        corrected += checked.counts.correction
    assert corrected > 200
    assert checked.counts.missing > 300


def test_every_figure_of_a_release_is_held_as_published() -> None:
    """After the last release, each of its figures is the same number as in the file."""
    ledger = lait()
    for day in RELEASES:
        ledger.load(release(day), mapping(record=True))
    codes = {area.name: area.code for area in ledger.agreement.areas.values()}
    held = {
        (indicator, key.area, key.period): one.entry
        for indicator, state in ledger.indicators.items()
        for key, one in state.entries.items()
    }
    for row in published(RELEASES[-1]):
        indicator = "LAC_Adopted" if "Adopted" in row["Short Desc"] else row["Short Desc"]
        entry = held[indicator, codes[row["LA and Regions"]], code_of(indicator, row["Years"])]
        figure = None if row["Values"] == "-" else float(row["Values"])
        assert figure == (None if entry.value is None else float(entry.value))
        assert entry.provisional == row["Years"].endswith(" (prov)")


def code_of(indicator: str, year: str) -> str:
    """The period code of a label, by hand."""
    first = year[:4]
    if "-" in year:
        return f"CY{first}+3"
    if indicator in {"FirstYJS", "InfMort"}:
        return f"CY{first}"
    return f"{'AY' if indicator == 'LAC_Pers_Abs' else 'FY'}{int(first) - 1}"


def test_floating_point_noise_is_read_as_the_figure_behind_it() -> None:
    """No decimal beyond the second survives where the publisher shows two."""
    ledger = lait()
    ledger.load(release(RELEASES[0]), mapping(record=False))
    noisy = [
        row
        for row in published(RELEASES[0])
        if row["Short Desc"] == "RTA" and len(row["Values"]) > 9
    ]

    assert noisy
    assert all(
        held.entry.value is not None and held.entry.value == round(held.entry.value, 2)
        for held in ledger.indicators["RTA"].entries.values()
    )


def test_a_provisional_figure_made_final_is_a_correction() -> None:
    """Infant mortality of 2022 came as provisional, and later without the suffix."""
    ledger = lait()
    key = Key(next(a.code for a in ledger.agreement.areas.values() if a.name == "England"), "", "")
    key = key._replace(period="CY2022")
    ledger.load(release(RELEASES[1]), mapping(record=False))
    before = ledger.indicators["InfMort"].entries[key]
    ledger.load(release(RELEASES[2]), mapping(record=False))
    after = ledger.indicators["InfMort"].entries[key]

    assert (True, False) == (before.entry.provisional, after.entry.provisional)
    assert before.name == after.replaces


@pytest.mark.parametrize("day", RELEASES)
def test_the_same_release_twice_changes_nothing(day: str) -> None:
    """Also when gaps are recorded."""
    ledger = lait()
    first = ledger.load(release(day), mapping(record=True))
    second = ledger.load(release(day), mapping(record=True))

    assert {} == second.changes
    assert Counts(unchanged=first.counts.new, missing=first.counts.missing) == second.counts


def test_a_release_in_another_encoding_and_order_is_the_same_release() -> None:
    """Windows-1252 with a quoted header and rows from the bottom up changes nothing."""
    ledger = lait()
    ledger.load(release(RELEASES[0]), mapping(record=True))
    header, *lines = release(RELEASES[0]).decode().splitlines()
    turned = "\r\n".join([header, *reversed(lines)]) + "\r\nÉ,,,,,\r\n"
    again = ledger.check(turned.encode("cp1252"), mapping(record=True))

    assert ("windows-1252", {}) == (again.findings.encoding, again.changes)
    assert 1 == again.counts.rejected


HART = """
[columns]
indicator = "ref"
value = "this_quarter"
[constants]
area = "E07000089"
period = "Q1 2014/15"
"""


def test_a_districts_corrections_from_day_to_day_are_found() -> None:
    """The first quarter of 2014/15 as shown on three days; one indicator was dropped."""
    days = ("2014-08-06", "2014-08-07", "2014-08-08")
    shown = {}
    for day in days:
        with (SAMPLES / "hart_kpi" / f"kpis_{day}.csv").open(encoding="utf-8") as file:
            shown[day] = {row["ref"]: Decimal(row["this_quarter"]) for row in csv.DictReader(file)}
    quarterly = yearly(interval=Interval.QUARTER)
    ledger = Ledger({"E07000089": "Hart"}, dict.fromkeys(shown[days[0]], quarterly))
    known: dict[str, Decimal] = {}
    for day in days:
        checked = ledger.load(sample(f"hart_kpi/kpis_{day}.csv"), read_mapping(HART))
        corrected = [ref for ref, value in shown[day].items() if known.get(ref, value) != value]
        new = len(shown[day].keys() - known.keys())
        assert (
            Counts(
                new=new,
                correction=len(corrected),
                unchanged=len(shown[day]) - new - len(corrected),
            )
            == checked.counts
        )
        known |= shown[day]
    assert corrected
    assert Decimal(0) == known["RB03"]  # dropped from the page is not withdrawn
    held = ledger.indicators["RB03"].entries[Key("E07000089", "FY2014-Q1", "")]
    assert Decimal(0) == held.entry.value


def test_a_slip_of_a_hundred_is_warned_about_where_the_ledger_knows_better() -> None:
    """The page of 7 August had its earlier quarters wrong too; who has them right is asked."""
    days = ("2014-08-07", "2014-08-08")
    quarterly = yearly(interval=Interval.QUARTER, decimals_accepted=6)
    with (SAMPLES / "hart_kpi" / "kpis_2014-08-07.csv").open(encoding="utf-8") as file:
        refs = [row["ref"] for row in csv.DictReader(file)]
    before = HART.replace("this_quarter", "last_quarter").replace("Q1 2014/15", "Q4 2013/14")
    warned = {}
    for known_before in (False, True):
        ledger = Ledger({"E07000089": "Hart"}, dict.fromkeys(refs, quarterly))
        if known_before:
            ledger.load(sample("hart_kpi/kpis_2014-08-08.csv"), read_mapping(before))
        for day in days:
            checked = ledger.load(sample(f"hart_kpi/kpis_{day}.csv"), read_mapping(HART))
            counts = {one.code: one.rows for one in checked.findings.warnings}
            warned[known_before, day] = counts.get("hundredfold", 0)

    assert {
        (False, days[0]): 0,
        (False, days[1]): 11,
        (True, days[0]): 5,
        (True, days[1]): 11,
    } == warned
