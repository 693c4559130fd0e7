"""The demonstration is real published data, read as published, with a story that can be told."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from demonstration_stage import (
    END,
    JANUARY,
    Stage,
    known,
    published,
    table,
    text_of,
)

from http_api.demonstration import make_indicators, make_slice, make_targets
from http_api.demonstration.make_slice import VINTAGES
from http_api.demonstration.script import FOLDER, HOME, STORY, TARGET_RULE
from http_api.demonstration.steps import LONDON, Correct, Load
from ledger.indicator.state import Held, Key
from ledger.setting_up.changes import changes
from ledger.setting_up.reading import read_set_up
from policies.cell import Mark
from policies.definition import Definition, Polarity
from policies.due import DueSettings, awaiting, due_on
from policies.numbers import decimals_of
from policies.periods import parse_code

LATE = {"RTA", "HospAd0-14"}  # the publisher stopped the one and is late with the other


@pytest.fixture(scope="module")
def told() -> Stage:
    return Stage()


@pytest.fixture(scope="module")
def january() -> Stage:
    return Stage(JANUARY)


def definitions(told: Stage) -> Iterator[tuple[str, Definition]]:
    for code, indicator in told.indicators.items():
        assert indicator.definition is not None
        yield code, indicator.definition


def test_the_slice_is_small_and_about_the_thirteen_areas_of_the_agreement(told: Stage) -> None:
    files = [file for file in (FOLDER / "data").iterdir() if file.is_file()]
    assert sum(file.stat().st_size for file in files) < 1_500_000
    names = {area.name for area in told.agreement.areas.values()}
    for day in VINTAGES:
        rows = table(f"data/values_published_{day}.csv")
        assert names == {row["LA and Regions"] for row in rows}
        assert 30 == len({row["Short Desc"] for row in rows})


def test_the_areas_beside_home_region_and_country_are_its_ten_statistical_neighbours(
    told: Stage,
) -> None:
    numbers = {row["LA Number"]: row["LA Name"] for row in table("data/la_codes.csv")}
    ranked = [
        numbers[row["neighbour LA num"]] for row in table("data/statistical_neighbours_2025-05.csv")
    ]
    names = [area.name for area in told.agreement.areas.values()]
    assert ["Warwickshire", "West Midlands", "England", *ranked] == names


def test_the_slice_cut_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    make_slice.main(FOLDER / "data", tmp_path)
    cut = sorted(tmp_path.iterdir())
    assert len(cut) == 10
    for file in cut:
        assert (FOLDER / "data" / file.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("name", "day"), [("indicators.csv", -1), ("indicators_2024-12-18.csv", 0)]
)
def test_the_indicator_files_are_what_their_script_writes(name: str, day: int) -> None:
    assert make_indicators.make(VINTAGES[day]) == table(name)


def test_the_target_files_are_what_their_script_writes() -> None:
    assert make_targets.make() == table("targets.csv")
    assert [] == table("targets_none_yet.csv")


def test_every_definition_has_the_polarity_and_decimals_of_the_dictionary(told: Stage) -> None:
    keys = {row["code"]: row["key"] for row in table("measures.csv")}
    rows = {row["Measure_short"]: row for row in table("data/measures_published_2026-04-08.csv")}
    words = {"High": Polarity.BIGGER, "Low": Polarity.SMALLER, "-": Polarity.NEUTRAL}
    for code, definition in definitions(told):
        if definition.placeholder:
            continue
        row = rows[keys[code]]
        assert words[row["Polarity"]] is definition.polarity, code
        assert row["dps"] in ("NA", str(definition.decimals)), code
        calendar = row["Year_Type"].removesuffix(" Year").lower()
        assert {"annual": "financial"}.get(calendar, calendar) == definition.calendar, code


@pytest.mark.parametrize("day", VINTAGES)
def test_the_mapping_reads_every_row_as_published(told: Stage, day: str) -> None:
    stage = Stage(datetime.fromisoformat(f"{day}T09:29:00").replace(tzinfo=LONDON))
    stage.load(next(s for s in STORY if isinstance(s, Load) and day in s.file))
    (*_, checked) = stage.loaded
    assert not checked.fails
    assert len(published(day)) == checked.counts.total
    held = stage.values()
    assert published(day) == {key: held[key] for key in published(day)}


def test_the_counts_of_every_load_are_those_between_the_files(told: Stage) -> None:
    days = iter(VINTAGES)
    for checked, day in zip(told.loaded, days, strict=True):
        before = known(datetime.fromisoformat(f"{day}T09:29:00").replace(tzinfo=LONDON))
        here = {key: value for key, value in published(day).items() if value is not None}
        assert len(here.keys() - before.keys()) == checked.counts.new
        assert len(published(day)) - len(here) == checked.counts.missing
        moved = sum(key in before and before[key] != value for key, value in here.items())
        final = Counter(row["Years"] for row in table(f"data/values_published_{day}.csv"))
        became_final = 13 if day == "2025-11-25" else 0  # 2022 (prov) of infant mortality
        assert "2022 (prov)" not in final or day < "2025-11-25"
        assert moved + became_final == checked.counts.correction


def test_no_figure_has_more_decimals_than_its_definition_accepts(told: Stage) -> None:
    most = {code: definition.most_decimals for code, definition in definitions(told)}
    for day in VINTAGES:
        for (code, *_), value in published(day).items():
            assert value is None or decimals_of(value) <= most[code], code


def test_what_was_known_in_january_and_what_is_known_now_differ_where_the_files_differ(
    told: Stage, january: Stage
) -> None:
    then, now = january.values(), told.values()
    assert known(JANUARY) == then
    assert known(END) == now
    first, last = published(VINTAGES[0]), published(VINTAGES[-1])
    both = first.keys() & last.keys()
    revised = {key for key in both if first[key] != last[key]}
    differing = {key for key in both if then[key] != now[key]}
    assert revised | {("CareLeaverAcc", HOME, "FY2024")} & both == differing
    assert len(revised) > 100


def test_the_newest_period_of_every_measure_is_due_and_no_period_to_come_is_overdue(
    told: Stage,
) -> None:
    today = date(2026, 4, 8)
    for code, definition in definitions(told):
        periods = {parse_code(key[2]) for key in published(VINTAGES[-1]) if key[0] == code}
        if not periods:
            assert definition.placeholder
            continue
        newest = max(periods)
        assert due_on(newest, definition) <= today, code
        after = awaiting(newest.next(), definition, DueSettings(grace_days=30), today)
        assert ("overdue" if code in LATE else "not-due") == after, code


def test_the_board_shows_every_kind_of_answer(told: Stage) -> None:
    found = Counter(str(one.status or one.reason) for one in told.board(END.date()).values())
    assert 31 == found.total()
    for status in ("exceeding", "green", "amber", "red"):
        assert found[status] >= 4, found
    assert {
        "contextual": 2,
        "placeholder": 1,
        "no-target": 3,
        "overdue": 3,
    }.items() <= found.items()


def test_the_board_of_january_was_another(told: Stage, january: Stage) -> None:
    then, now = january.board(JANUARY.date()), told.board(END.date())
    assert sum(then[code].status != now[code].status for code in now) > 5


def test_a_revision_by_the_publisher_changed_the_status_of_a_period(
    told: Stage, january: Stage
) -> None:
    period = parse_code("FY2022")
    then = january.judged("ChildPov", period, JANUARY.date())
    now = told.judged("ChildPov", period, END.date())
    assert ("red", "amber") == (then.status, now.status)
    assert Mark.CORRECTED in now.marks


def test_the_correction_turns_red_into_amber_and_waits_for_its_sign_off(told: Stage) -> None:
    (step,) = (step for step in STORY if isinstance(step, Correct))
    period = parse_code(step.period)
    before = Stage(step.at - timedelta(minutes=1)).judged(step.indicator, period, step.at.date())
    after = told.judged(step.indicator, period, END.date())
    assert ("red", "amber") == (before.status, after.status)
    assert {Mark.CORRECTED, Mark.UNSIGNED} <= set(after.marks)
    assert Mark.UNSIGNED not in before.marks
    assert "illustrative" in step.reason.lower()


def test_most_of_the_home_areas_figures_are_signed_and_nobody_elses_are(told: Stage) -> None:
    unsigned: Counter[str] = Counter()
    signed = 0
    for code, key, held in entries(told):
        if held.signature is not None:
            assert key.area == HOME
            assert held.signature.by not in (held.submitted_by, held.corrected_by)
            signed += 1
        elif key.area == HOME and not held.entry.missing:
            unsigned[code] += 1
    assert signed > 200
    waiting = {"FirstYJS", "ReoffYO", "YJS_Caution-Sentence10-17"}
    questioned = {"Continue_Assess_Comp", "LAC_Pers_Abs"}
    assert {*waiting, *questioned, "CareLeaverAcc"} == unsigned.keys()


def entries(told: Stage) -> Iterator[tuple[str, Key, Held]]:
    for code, indicator in told.indicators.items():
        for key, held in indicator.entries.items():
            yield code, key, held


def test_the_two_new_series_are_second_versions_without_their_earlier_entries(told: Stage) -> None:
    redefined = {code for effects in told.approved.values() for code in effects.indicators}
    assert {"ChildPov", "YJS_Caution-Sentence10-17"} == redefined
    for code, definition in definitions(told):
        versions = 2 if code in redefined else 1
        assert versions == told.indicators[code].definition_version
        if definition.series_break_at:
            periods = {key.period for key in told.indicators[code].entries}
            assert definition.series_break_at == min(periods)


def test_the_story_ends_with_the_set_up_as_it_stands_in_the_files(told: Stage) -> None:
    set_up = read_set_up(text_of("agreement.toml"), text_of)
    people = {person.id: person for person in told.applied[0].people}
    assert () == changes(set_up, told.agreement, told.indicators, people).each


def test_the_story_goes_forward_and_loads_on_the_days_of_publication() -> None:
    times = [step.at for step in STORY]
    assert sorted(times) == times
    loads = [step for step in STORY if isinstance(step, Load)]
    assert list(VINTAGES) == [step.released_on.isoformat() for step in loads]
    assert {(step.at.date(), step.at.hour) for step in loads} == {
        (step.released_on, 9) for step in loads
    }


def test_the_documents_state_the_rule_of_the_targets_and_the_licence() -> None:
    assert TARGET_RULE in text_of("README.md")
    assert "Open Government Licence v3.0" in text_of("data/README.md")


def test_the_people_are_offices_at_addresses_that_cannot_exist(told: Stage) -> None:
    people = told.applied[0].people
    assert {grant.person for grant in told.agreement.grants.values()} == {p.id for p in people}
    assert all(person.email.endswith("@outturn.example") for person in people)


def test_every_target_stands_on_the_neighbours_median_of_an_earlier_year() -> None:
    first = published(VINTAGES[0])
    neighbours = [
        area["code"] for area in tomllib.loads(text_of("agreement.toml"))["agreement"]["areas"]
    ][3:]
    for row in table("targets.csv"):
        code, period = row["indicator"], parse_code(row["period"])
        figures: list[Decimal] = []
        while len(figures) < 5:
            period = period.previous()
            found = (first.get((code, area, period.code)) for area in neighbours)
            figures = sorted(value for value in found if value is not None)
        middle = len(figures) // 2
        median = (figures[~middle] + figures[middle]) / 2
        agreed = row["performance_without"] or row["level"]
        assert abs(Decimal(agreed) - median) <= Decimal("0.5"), row
        assert row["area"] == HOME
