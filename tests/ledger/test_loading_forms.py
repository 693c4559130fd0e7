"""Files of real publishers, each in its own form, read by a mapping."""

import csv
from decimal import Decimal

from samples_files.loads import Ledger, sample, yearly

from ledger.indicator.events import Entry
from ledger.loading.mapping import read_mapping
from ledger.loading.outcomes import Counts
from ledger.loading.ready_mappings import ready_text
from policies.definition import Basis
from policies.periods import Calendar, Interval

AREAS = {"E08000009": "Trafford", "E92000001": "England", "E06000030": "Swindon"}
ACADEMIC = yearly(calendar=Calendar.ACADEMIC)
FIVE_ACADEMIC = yearly(calendar=Calendar.ACADEMIC, interval=Interval.POOLED, pooled_years=5)
MONTHLY = yearly(interval=Interval.MONTH)
QUARTERLY = yearly(interval=Interval.QUARTER)

CLAIMANTS = """
[columns]
indicator = "indicator"
area = "area_code"
period = "period"
value = "value"
[codes.indicators]
"Claimant count" = "claimants"
"Claimants as a proportion of residents aged 16-64" = "claimant_rate"
"""


def test_months_of_the_claimant_count_are_read() -> None:
    """222 published rows: two indicators, three areas, April 2021 to April 2024."""
    ledger = Ledger(AREAS, {"claimants": MONTHLY, "claimant_rate": MONTHLY})
    checked = ledger.check(
        sample("trafford/claimant_count_2024-07-08.csv"), read_mapping(CLAIMANTS)
    )
    claimants = checked.changes["claimants"].new

    assert Counts(new=222) == checked.counts
    assert ("2021-04", "2024-04") == (
        min(entry.period for entry in claimants),
        max(entry.period for entry in claimants),
    )
    assert Entry(period="2021-04", area="E92000001", value=Decimal(2255825)) == claimants[0]


def test_quarter_ends_of_licensed_vehicles_are_read() -> None:
    """Each of two values in a row has a mapping of its own; a calculated tail is no figure."""
    text = """
[columns]
area = "area_code"
period = "period"
value = "value_all_vehicles"
[constants]
indicator = "vehicles"
[numbers]
floating_point = "shortest"
"""
    quarterly = yearly(interval=Interval.QUARTER, decimals=0)
    ledger = Ledger(AREAS, {"vehicles": quarterly})
    content = sample("trafford/licensed_vehicles_2026-04-29.csv")
    checked = ledger.check(content, read_mapping(text))
    tails = sum(line.split(",")[-1].count(".") for line in content.decode().splitlines())
    [first, *_] = checked.changes["vehicles"].new

    assert tails > 0
    assert Counts(new=36 - tails, invalid=tails) == checked.counts
    assert {"too-many-decimals"} == {row.code for row in checked.outcomes if row.fails}
    assert Entry(period="FY2022-Q3", area="E92000001", value=Decimal(33577614)) == first


OBESITY = """
[columns]
indicator = "indicator"
area = "area_code"
period = "period"
value = "value"
breakdown.deprivation = "inequality"
[codes.indicators]
"Year 6 prevalence of obesity (including severe obesity)" = "obese"
"Year 6 prevalence of obesity (including severe obesity), 5 years data combined" = "obese_5"
[codes.breakdown.deprivation]
NA = ""
[missing]
marks = ["NA"]
"""


def test_what_is_a_mark_in_the_value_may_be_the_headline_in_a_dimension() -> None:
    """NA is both here: each is said by itself."""
    ledger = Ledger(
        AREAS | {"E06000053": "Isles of Scilly", "E09000001": "City of London"},
        {"obese": ACADEMIC, "obese_5": FIVE_ACADEMIC},
    )
    content = sample("trafford/obese_year6_2026-04-30.csv")
    checked = ledger.check(content, read_mapping(OBESITY))
    gaps = content.decode().count(",Persons,NA,")
    pooled = checked.changes["obese_5"].new

    assert gaps > 0
    assert Counts(new=65 - gaps, missing=gaps) == checked.counts
    assert {"AY2020+5"} == {entry.period for entry in pooled}
    assert {"deprivation": "Most deprived quintile"} == pooled[0].breakdown
    assert [{}] * (55 - gaps) == [entry.breakdown for entry in checked.changes["obese"].new]


def test_labels_that_only_the_publisher_uses_are_given_by_the_mapping() -> None:
    """A cumulative span of quarters stands for the quarter it ends with."""
    content = sample("trafford/nhs_health_checks_2026-04-30.csv")
    spans = {line.split(",")[3] for line in content.decode().splitlines()[1:]}
    # "2021/22 Q1 - 2022/23 Q1" stands for FY2022-Q1
    labels = {span: f"FY{span[-10:-6]}-{span[-2:]}" for span in sorted(spans)}
    text = """
[columns]
area = "area_code"
period = "period"
value = "value"
[constants]
indicator = "checks"
[period.labels]
""" + "\n".join(f'"{span}" = "{code}"' for span, code in labels.items())
    checked = Ledger(AREAS, {"checks": QUARTERLY}).check(content, read_mapping(text))

    assert Counts(new=57) == checked.counts
    assert "FY2025-Q3" == max(entry.period for entry in checked.changes["checks"].new)


def test_published_ratios_that_do_not_agree_with_their_parts_are_invalid() -> None:
    """Cost per visit, thousands of pounds over visits; the sums are done here again, exactly."""
    text = """
[columns]
indicator = "Code"
area = "LocalAuthority"
period = "Year"
value = "LA_IndicatorReal"
numerator = "LA_Numerator_real"
denominator = "LA_Den_Real"
[codes]
areas = "names"
"""
    content = sample("lgbf/annual_real_terms.csv")
    lines = [line.split(",") for line in content.decode().splitlines()[1:]]
    names = {name: name for name in {line[1] for line in lines}}
    museums = yearly(
        basis=Basis.RATIO,
        decimals=2,
        numerator="Net expenditure on museums",
        denominator="Visits to museums",
        multiplier=Decimal(1000),
        decimals_accepted=4,
    )
    checked = Ledger(names, {"C&L03": museums}).check(content, read_mapping(text))
    mismatches = [
        n
        for n, line in enumerate(lines, 2)
        if all(line[3:6]) and Decimal(line[5]) != 0 and not agrees(*line[3:6])
    ]

    assert mismatches
    assert mismatches == [row.row for row in checked.outcomes if row.code == "ratio-mismatch"]


def agrees(value: str, numerator: str, denominator: str) -> bool:
    """Whether both round to the same pennies, in whole numbers only: half-up is floor(x + ½)."""
    thousandfold = int(Decimal(numerator) * 10**8) * 1000 * 100
    bottom = int(Decimal(denominator) * 10**8)
    pennies = (2 * thousandfold + bottom) // (2 * bottom)
    return pennies == int(Decimal(value) * 10**6 + 5000) // 10**4


ELSEWHERE = dict.fromkeys(
    "E06000019 E06000021 E06000047 E06000051 E08000025 E08000026 E10000028 E10000031 E10000034"
    " E12000005".split(),
    "an area",
)


FIGURES = ("value", "lci", "uci")


def test_confidence_limits_of_a_survey_are_read_and_revised_with_their_figures() -> None:
    """Cancers diagnosed early, of two releases; every other measure of the file has none."""
    ledger = Ledger(ELSEWHERE, {"15": yearly(calendar=Calendar.CALENDAR, decimals_accepted=5)})
    mapping = read_mapping(ready_text("ons_els"))
    releases = [sample(f"ons_els/values_2024-02-{day}.csv") for day in ("07", "23")]
    before, after = (
        {
            (row["areacd"], row["xDomainNumb"]): [without_tail(row[name]) for name in FIGURES]
            for row in csv.DictReader(release.decode().splitlines())
            if row["id"] == "15" and row["value"]
        }
        for release in releases
    )
    kept = before.keys() & after.keys()
    revised = sum(before[key] != after[key] for key in kept)
    assert revised > 0

    first = ledger.load(releases[0], mapping)
    assert [*before.values()] == [
        [entry.value, entry.confidence_low, entry.confidence_high]
        for entry in first.changes["15"].new
    ]
    counts = ledger.check(releases[1], mapping).counts
    assert (len(after) - len(kept), revised, len(kept) - revised) == (
        counts.new, counts.correction, counts.unchanged,
    )  # fmt: skip


def without_tail(text: str) -> Decimal | None:
    """A figure by its first fifteen digits."""
    return Decimal(format(float(text), ".15g")) if text else None
