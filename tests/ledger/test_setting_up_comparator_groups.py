"""Comparator groups of a set-up: lists of areas with a version, whole lists of publishers too."""

import gzip
from collections.abc import Mapping
from datetime import UTC, date, datetime

import published
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.agreement.events import (
    AgreementSealed,
    ComparatorGroupSet,
    ComparatorsPolicyAdopted,
)
from ledger.agreement.state import Agreement, evolve
from ledger.event import Recorded, agreement_id
from ledger.loading.ready_mappings import FOLDER
from ledger.setting_up.changes import changes
from ledger.setting_up.describing import describe
from ledger.setting_up.reading import read_set_up
from ledger.setting_up.sheets import ComparatorGroupSheet, SetUp
from policies.comparator_group import ComparatorSettings
from policies.refusals import BadSetup, FieldProblem, Sealed

AGREEMENT = """
[agreement]
code = "test"
title = "A test"
start = 2022-04-01
end = 2027-03-31
accountable_body = "The council"
areas = ["E10000031"]
"""
GROUP = AGREEMENT + '[[comparator_groups]]\ncode = "near"\ntitle = "Neighbours"\n'
FAMILIES = (
    "Environmental, Culture & Leisure, Economic Development, Corporate and Property indicators"
)
NO_FILES: Mapping[str, str] = {}
AT = datetime(2024, 12, 17, 10, tzinfo=UTC)


def read(text: str, files: Mapping[str, str] = NO_FILES) -> SetUp:
    return read_set_up(text, lambda name: files[name])


def members(text: str, files: Mapping[str, str] = NO_FILES) -> tuple[str, ...]:
    [group] = read(text, files).comparator_groups
    return group.members


def refused(text: str, files: Mapping[str, str] = NO_FILES) -> FieldProblem:
    with pytest.raises(BadSetup) as caught:
        read(text, files)
    [problem] = caught.value.errors
    return problem


def applied(state: Agreement, set_up: SetUp) -> list[str]:
    """What a set-up changes, in lines; the agreement goes on from there."""
    found = changes(set_up, state if state.sheet else None, {})
    for event in found.agreement:
        version = state.version + 1
        evolve(state, Recorded(state.id, version, event, version, AT, "operator"))
    return describe(found)


def test_a_group_is_a_list_in_its_order() -> None:
    [group] = read(
        GROUP + 'members = ["E10000013", "E10000031", "E10000013"]\nsource = "DfE, 2025"\n'
    ).comparator_groups
    assert group == ComparatorGroupSheet(
        code="near",
        title="Neighbours",
        members=("E10000013", "E10000031", "E10000013"),
        source="DfE, 2025",
    )


def test_a_group_comes_from_the_only_column_of_a_file_whatever_it_is_called() -> None:
    files = {"near.csv": "area_code\nE10000013\nE10000015\n"}
    assert ("E10000013", "E10000015") == members(GROUP + 'members_from = "near.csv"\n', files)


def test_of_several_columns_it_is_the_one_named_code_before_the_members_in_the_set_up() -> None:
    files = {"near.csv": "name,code\nGloucestershire,E10000013\n"}
    text = GROUP + 'members_from = "near.csv"\nmembers = ["E10000015"]\n'
    assert ("E10000013", "E10000015") == members(text, files)


def file_of(name: str) -> str:
    """A publisher's file, byte for byte."""
    plain = published.FOLDER / f"{name}.csv"
    if plain.exists():
        return plain.read_text(encoding="utf-8")
    return gzip.decompress(plain.with_suffix(".csv.gz").read_bytes()).decode("utf-8")


@pytest.mark.parametrize(
    ("name", "choosing", "expected"),
    [
        (
            f"lait/statistical_neighbours_{edition}",
            'column = "neighbour LA num"\nwhere = { "LA num" = "937" }\n',
            published.statistical_neighbours(edition)["937"].members,
        )
        for edition in ("2021-04", "2025-05")
    ]
    + [
        (
            f"trafford/neighbours_{model}",
            'column = "area_code"\n',
            published.trafford_neighbours(model).members,
        )
        for model in published.MODELS
    ]
    + [
        (
            "oflog_asc/nearest_neighbours",
            'column = "neighbour_code"\nwhere = { area_code = "E10000013" }\n',
            published.oflog_neighbours()["E10000013"].members,
        ),
        (
            "lait/la_codes",
            'column = "LA Number"\nwhere = { Type = "SC" }\n',
            published.by_type("SC").members,
        ),
        (
            "lait/la_codes",
            'column = "LA Number"\nwhere = { Region = "West Midlands" }\n',
            published.by_region("West Midlands").members,
        ),
        (
            "lgbf/family_groups",
            'column = "Local_Authority"\n'
            f'where = {{ Type = "{FAMILIES}", Family_Group = "Family Group 1" }}\n',
            published.lgbf_families()["Family Group 1"].members,
        ),
    ],
)
def test_a_whole_file_of_a_publisher_is_taken_as_it_is(
    name: str, choosing: str, expected: tuple[str, ...]
) -> None:
    """Neighbours by three publishers and seven models, all of a type, of a region, of a family."""
    text = GROUP + f'members_from = "list.csv"\n{choosing}'
    assert expected == members(text, {"list.csv": file_of(name)})


DFE = """
[[code_maps]]
name = "dfe"
kind = "area"
entries_from = "dfe.csv"
"""


def test_the_departments_numbers_become_our_codes_by_the_code_map() -> None:
    """All of the list that comes with the product; a number that outlived its authority is last."""
    text = (
        GROUP
        + 'members_from = "list.csv"\ncolumn = "neighbour LA num"\n'
        + 'where = { "LA num" = "937" }\nmembers = ["933", "933"]\ncodes = "dfe"\n'
        + DFE
    )
    files = {
        "list.csv": file_of("lait/statistical_neighbours_2025-05"),
        "dfe.csv": (FOLDER / "dfe.csv").read_text(encoding="utf-8"),
    }
    state = Agreement(agreement_id("test"))
    applied(state, read(text, files))
    found = state.comparator_groups["near"].members
    assert (12, True) == (len(found), all(area.startswith("E") for area in found))
    assert ("E06000066", "E06000066") == found[-2:]
    assert [] == applied(state, read(text, files))


@pytest.mark.parametrize(
    ("codes", "says"),
    [("dfee", "'dfee' is no code map of areas: dfe. Did you mean 'dfe'?"), ("dfe", "lacks 1, 2.")],
)
def test_what_no_code_map_knows_is_said(codes: str, says: str) -> None:
    text = GROUP + f'members = ["937", "1", "2"]\ncodes = "{codes}"\n' + DFE
    files = {"dfe.csv": "code,ours\n937,E10000031\n"}
    with pytest.raises(BadSetup) as caught:
        applied(Agreement(agreement_id("test")), read(text, files))
    assert caught.value.detail.endswith(says)


@pytest.mark.parametrize(
    ("given", "files", "field", "says"),
    [
        ("", {}, "members", "list at least one area here, or in members_from"),
        ("members = []\n", {}, "members", "list at least one area"),
        ('members = "E10000013"\n', {}, "members", "must be a list of texts"),
        ('members = [" "]\n', {}, "members", "an area in the list has no code"),
        ('members_from = "../near.csv"\n', {}, "", "must be the name of a CSV file beside"),
        (
            'members_from = "near.csv"\n',
            {"near.csv": "name,area\nGloucestershire,E10000013\n"},
            "column",
            "the file has no column 'code'; its columns are name, area.",
        ),
        (
            'members_from = "near.csv"\nwhere = { name = "Kent" }\n',
            {"near.csv": "name,code\nGloucestershire,E10000013\n"},
            "where",
            "no row of the file is so",
        ),
        (
            'members_from = "near.csv"\nwhere = { nome = "Kent" }\n',
            {"near.csv": "name,code\nGloucestershire,E10000013\n"},
            "where",
            "Did you mean 'name'?",
        ),
        (
            'members_from = "near.csv"\nwhere = { name = 7 }\n',
            {"near.csv": "name,code\nGloucestershire,E10000013\n"},
            "where",
            "must be a table of texts",
        ),
        (
            'members_from = "near.csv"\n',
            {"near.csv": "name,code\nGloucestershire,\nKent,E10000016\n"},
            "",
            "the row has nothing in the column 'code'",
        ),
        ('members = ["E1"]\ncolumn = "code"\n', {}, "column", "only a list in members_from"),
        ('members = ["E1"]\nhome = "in"\n', {}, "home", "there is no such key"),
    ],
)
def test_what_is_wrong_with_a_group_is_said_in_one_sentence(
    given: str, files: Mapping[str, str], field: str, says: str
) -> None:
    problem = refused(GROUP + given, files)
    assert problem.field.endswith(field)
    assert says in problem.detail


def test_a_group_given_twice_in_one_file_is_refused() -> None:
    table = '[[comparator_groups]]\ncode = "near"\ntitle = "Neighbours"\nmembers = ["E1"]\n'
    assert "twice" in refused(AGREEMENT + table * 2).detail


def test_the_same_list_changes_nothing_and_another_one_is_the_next_version() -> None:
    # Given a group of two areas
    state = Agreement(agreement_id("test"))
    first = read(GROUP + 'members = ["E10000013", "E10000015"]\n')
    assert "+ comparator group near: Neighbours, 2 areas" in applied(state, first)

    # When it is applied again, and then with another order
    assert [] == applied(state, first)
    later = read(GROUP + 'members = ["E10000015", "E10000013"]\n')
    [line] = applied(state, later)

    # Then the first changes nothing, and the second is version 2
    assert "~ comparator group near: version 1 → 2; members E10000013, E10000015 →" in line
    assert 2 == state.comparator_groups["near"].version
    assert [] == applied(state, later)


SHEETS = st.lists(
    st.builds(
        ComparatorGroupSheet,
        code=st.sampled_from(("near", "region")),
        title=st.sampled_from(("One", "Two")),
        members=st.lists(st.sampled_from(("E1", "E2", "E3")), min_size=1, max_size=3).map(tuple),
        source=st.sampled_from(("", "DfE")),
    ),
    max_size=6,
)


@given(SHEETS)
def test_versions_count_the_settings_that_differ(sheets: list[ComparatorGroupSheet]) -> None:
    """Applied one after the other, with each one twice: only a change is an event."""
    state = Agreement(agreement_id("test"))
    expected: dict[str, tuple[int, ComparatorGroupSheet]] = {}
    for sheet in sheets:
        number, held = expected.get(sheet.code, (0, None))
        expected[sheet.code] = (number + (held != sheet), sheet)
        found = SetUp(agreement=read(AGREEMENT).agreement, comparator_groups=(sheet,))
        applied(state, found)
        assert [] == applied(state, found)
    held_now = {
        code: (
            group.version,
            ComparatorGroupSheet(
                code=group.code, title=group.title, members=group.members, source=group.source
            ),
        )
        for code, group in state.comparator_groups.items()
    }
    assert expected == held_now


def test_a_group_can_be_set_anew_when_the_agreement_is_sealed_and_rules_of_comparison_cannot() -> (
    None
):
    state = Agreement(agreement_id("test"))
    rules = '[policies.comparators]\nversion = "1"\neffective_from = 2022-04-01\nhome = "out"\n'
    applied(state, read(GROUP + 'members = ["E1"]\n' + rules))
    assert (
        ComparatorsPolicyAdopted(
            version="1", effective_from=date(2022, 4, 1), settings=ComparatorSettings(home="out")
        )
        == state.policies["comparators"][0].event
    )
    sealed = AgreementSealed(minute_reference="1")
    evolve(state, Recorded(state.id, state.version + 1, sealed, 9, AT, "operator"))

    applied(state, read(GROUP + 'members = ["E2"]\n'))
    assert isinstance(state.comparator_groups["near"], ComparatorGroupSet)
    assert ("E2",) == state.comparator_groups["near"].members
    with pytest.raises(Sealed, match="the agreement is sealed"):
        applied(state, read(GROUP + 'members = ["E2"]\n' + rules.replace('"1"', '"2"')))
