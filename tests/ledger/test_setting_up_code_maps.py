"""Code maps of a set-up: what others call areas and indicators, and since when."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import ledger.loading
from ledger.agreement.events import CodeEntry, CodeMapSet
from ledger.agreement.state import Agreement, evolve
from ledger.event import Recorded, agreement_id
from ledger.setting_up.changes import changes
from ledger.setting_up.describing import describe
from ledger.setting_up.reading import read_set_up
from ledger.setting_up.sheets import SetUp
from policies.refusals import BadSetup, FieldProblem

AGREEMENT = """
[agreement]
code = "test"
title = "A test"
start = 2022-04-01
end = 2027-03-31
accountable_body = "The council"
areas = ["E10000031"]
"""
MAP = AGREEMENT + '[[code_maps]]\nname = "dfe"\nkind = "area"\n'
NAMES = MAP.replace("dfe", "names")
NO_FILES: Mapping[str, str] = {}
AT = datetime(2024, 12, 17, 10, tzinfo=UTC)


def read(text: str, files: Mapping[str, str] = NO_FILES) -> SetUp:
    return read_set_up(text, lambda name: files[name])


def refused(text: str, files: Mapping[str, str] = NO_FILES) -> tuple[FieldProblem, ...]:
    with pytest.raises(BadSetup) as caught:
        read(text, files)
    return caught.value.errors


def codes(text: str, files: Mapping[str, str] = NO_FILES) -> tuple[CodeEntry, ...]:
    [code_map] = read(text, files).code_maps
    return code_map.entries


def test_a_code_map_is_a_table_of_theirs_and_ours() -> None:
    """The shortest form, without dates."""
    text = MAP + 'entries = { 937 = "E10000031", "Bristol, City of" = "E06000023" }'
    [code_map] = read(text).code_maps

    assert code_map == CodeMapSet(
        name="dfe",
        kind="area",
        entries=(
            CodeEntry(code="937", ours="E10000031"),
            CodeEntry(code="Bristol, City of", ours="E06000023"),
        ),
    )


def test_a_code_may_mean_something_else_after_a_day() -> None:
    """Each meaning with the first and the last day on which a period may begin."""
    found = codes(
        MAP
        + """
[[code_maps.entries]]
code = "825"
ours = "E10000002"
valid_to = 2020-03-31
[[code_maps.entries]]
code = "825"
ours = "E06000060"
valid_from = 2020-04-01
"""
    )

    assert ["E10000002"] == [one.ours for one in found if one.holds_on(date(2020, 3, 31))]
    assert ["E06000060"] == [one.ours for one in found if one.holds_on(date(2020, 4, 1))]


def test_the_codes_of_a_file_come_before_those_of_the_set_up() -> None:
    """A long list stands beside the set-up, as indicators and targets do."""
    files = {
        "dfe.csv": "code,ours,valid_from,valid_to\n201,E09000001,,\n825,E06000060,2020-04-01,\n"
    }
    found = codes(MAP + 'entries_from = "dfe.csv"\nentries = { 937 = "E10000031" }', files)

    assert ["201", "825", "937"] == [one.code for one in found]
    assert (date(2020, 4, 1), None) == (found[1].valid_from, found[1].valid_to)


def test_the_names_that_come_with_the_product_are_a_code_map() -> None:
    """Each name means one area at a time, and every area has one."""
    ready = Path(ledger.loading.__file__).parent / "ready" / "names.csv"
    files = {"names.csv": ready.read_text(encoding="utf-8")}
    found = codes(MAP + 'entries_from = "names.csv"', files)
    assert len(found) > 350
    named = [one.ours for one in found if one.code == "Somerset" and one.holds_on(date(2024, 4, 1))]
    assert ["E06000066"] == named


@pytest.mark.parametrize(
    ("text", "field", "says"),
    [
        (MAP, "code_maps[area dfe].entries", "this is needed, or entries_from"),
        (MAP + "entries = 3", "code_maps[area dfe].entries", "a table of their code and ours"),
        (MAP + 'entries = ["x"]', "code_maps[area dfe].entries", "a table of their code and ours"),
        (MAP + 'entries = { 937 = "" }', "code_maps[area dfe].entries[937]", "both their code"),
        (MAP + "entries = { 937 = 3 }", "code_maps[area dfe].entries[937].ours", "must be text"),
        (
            MAP + 'entries = [{ code = "1", our = "A" }]',
            "code_maps[area dfe].entries[1].our",
            "Did you mean 'ours'?",
        ),
        (
            MAP + 'entries = [{ code = "1", ours = "A" }, { code = "1", ours = "B" }]',
            "code_maps[area dfe].entries",
            "'1' has two meanings at the same time",
        ),
        (
            MAP + "entries = [{ code = '1', ours = 'A', valid_to = 2020-04-01 },"
            " { code = '1', ours = 'B', valid_from = 2020-04-01 }]",
            "code_maps[area dfe].entries",
            "'1' has two meanings at the same time",
        ),
        (
            MAP + "entries = [{ code = '1', ours = 'A', valid_from = 2020-04-02,"
            " valid_to = 2020-04-01 }]",
            "code_maps[area dfe].entries",
            "'1' ends before it begins",
        ),
        (
            NAMES + 'entries = { Bristol = "E06000023", "BRISTOL " = "E06000022" }',
            "code_maps[area names].entries",
            "'Bristol' and 'BRISTOL' are one name, since case and blanks do not count",
        ),
        (MAP + 'entries_from = "../x"', "code_maps[area dfe].entries_from", "beside the set-up"),
        (MAP.replace('"area"', '"ward"') + "entries = {}", "code_maps[ward dfe].kind", "use one"),
        (
            MAP + 'entries = { 1 = "A" }\n' + MAP.removeprefix(AGREEMENT) + 'entries = { 1 = "A" }',
            "code_maps[area dfe]",
            "stands in [[code_maps]] twice",
        ),
        ("code_maps = 3" + AGREEMENT, "code_maps", "in double brackets"),
    ],
)  # fmt: skip
def test_a_code_map_that_cannot_be_used_says_where_and_why(
    text: str, field: str, says: str
) -> None:
    """The table, the entry, the key."""
    problems = {problem.field: problem.detail for problem in refused(text)}

    assert field in problems
    assert says in problems[field]


def test_spellings_of_one_name_that_never_mean_two_areas_on_one_day_are_taken() -> None:
    """Codes that are not names are told apart by their case, as DHIS2 has it."""
    alike = codes(NAMES + 'entries = { Bristol = "E06000023", BRISTOL = "E06000023" }')
    by_day = codes(
        NAMES
        + "entries = [{ code = 'Bristol', ours = 'A', valid_to = 2020-03-31 },"
        + " { code = 'BRISTOL', ours = 'B', valid_from = 2020-04-01 }]"
    )
    others = codes(MAP + 'entries = { aB = "E06000023", Ab = "E06000022" }')

    assert [2, 2, 2] == [len(found) for found in (alike, by_day, others)]


def test_a_map_of_areas_and_one_of_indicators_may_share_a_name() -> None:
    """A partner's system has both."""
    areas = MAP.replace("dfe", "dhis2") + 'entries = { DiszpKrYNg8 = "E10000031" }\n'
    both = areas + areas.removeprefix(AGREEMENT).replace('"area"', '"indicator"')

    assert ["area", "indicator"] == [one.kind for one in read(both).code_maps]


def recorded(agreement: Agreement, set_up: SetUp) -> None:
    """Fold what a set-up changes."""
    for event in changes(set_up, agreement if agreement.sheet else None, {}).agreement:
        version = agreement.version + 1
        evolve(agreement, Recorded(agreement.id, version, event, version, AT, "operator"))


def test_applied_twice_it_changes_nothing_and_a_new_list_takes_its_place() -> None:
    """The agreement holds the last list of each name and kind."""
    agreement = Agreement(agreement_id("test"))
    first = read(MAP + 'entries = { 937 = "E10000031" }')
    second = read(MAP + 'entries = { 937 = "E10000031", 201 = "E09000001" }')
    recorded(agreement, first)
    again = changes(first, agreement, {})
    moved = changes(second, agreement, {})
    recorded(agreement, second)

    assert again.empty
    assert second.code_maps == moved.agreement
    assert {("area", "dfe"): second.code_maps[0]} == agreement.code_maps
    assert changes(read(AGREEMENT), agreement, {}).empty  # what a set-up leaves out stays


def test_a_change_is_told_in_a_line() -> None:
    """How many codes there are; what differs."""
    agreement = Agreement(agreement_id("test"))
    first = read(MAP + 'entries = { 937 = "E10000031" }')
    new = describe(changes(first, None, {}))
    recorded(agreement, first)
    other = describe(changes(read(MAP + 'entries = { 201 = "E09000001" }'), agreement, {}))

    assert "+ code map dfe: 1 area codes" in new
    assert ["~ code map dfe: entries code 937, ours E10000031 → code 201, ours E09000001"] == other
