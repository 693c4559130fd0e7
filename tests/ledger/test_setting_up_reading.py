"""A set-up file is read whole, and everything wrong with it is said at once."""

import re
import unicodedata
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

import pytest

from ledger.agreement.events import Area, RagPolicyAdopted
from ledger.setting_up.reading import read_set_up
from ledger.setting_up.sheets import SetUp
from ledger.setting_up.tables import TABLES
from policies.definition import MarginOverride, PlanLimits, Polarity
from policies.permissions import Role
from policies.refusals import BadSetup, FieldProblem

MINIMAL = """
[agreement]
code = "test"
title = "A test"
start = 2022-04-01
end = 2027-03-31
accountable_body = "The council"
areas = [{ code = "E10000031", name = "Warwickshire" }, "E92000001"]
"""

PARTS = """
[[partners]]
code = "county"
name = "The county"
kind = "county-council"

[[blocks]]
code = "safe"
title = "Stay safe"

[[priorities]]
code = "gaps"
title = "Narrowing gaps"

[[outcomes]]
code = "protected"
title = "Children are protected"
block = "safe"
lead = "county"
priorities = ["gaps"]

[[bodies]]
code = "board"
name = "The board"
kind = "board"
blocks = ["safe"]

[[people]]
id = "entry.safe"
name = "Entry officer"
email = "entry.safe@council.example"
partner = "county"

[[roles]]
person = "entry.safe"
role = "entry-officer"
scope = "safe"
"""

INDICATOR = """
[[indicators]]
code = "plans"
title = "Protection plans"
outcome = "protected"
unit = "%"
decimals = 1
polarity = "smaller-is-better"
basis = "annual"
interval = "year"
calendar = "financial"
"""

TARGET = """
[[targets]]
indicator = "plans"
area = "E10000031"
period = "FY2024"
level = 12.50
kind = "local"
"""

RAG = """
[policies.rag]
version = "1"
effective_from = 2022-04-01
amber_margin = 0.05
exceed_margin = "0.10"
"""

WHOLE = MINIMAL + PARTS + INDICATOR + TARGET + RAG
NO_FILES: Mapping[str, str] = {}


def read(text: str, files: Mapping[str, str] = NO_FILES) -> SetUp:
    def read_file(name: str) -> str:
        if name not in files:
            raise FileNotFoundError(2, "No such file", name)
        return files[name]

    return read_set_up(text, read_file)


def refused(text: str, files: Mapping[str, str] = NO_FILES) -> tuple[FieldProblem, ...]:
    with pytest.raises(BadSetup) as caught:
        read(text, files)
    assert caught.value.errors
    assert {"bad-setup"} == {problem.code for problem in caught.value.errors}
    return caught.value.errors


def only(problems: tuple[FieldProblem, ...]) -> FieldProblem:
    (problem,) = problems
    return problem


def test_a_file_says_the_same_in_either_spelling_of_its_letters() -> None:
    text = MINIMAL.replace("Warwickshire", "Sir G\u00e2r")
    apart = unicodedata.normalize("NFD", text)
    assert text != apart
    assert read_set_up(text, str) == read_set_up(apart, str)


@pytest.mark.parametrize("strange", ["\\u0000", "\\u001b[2J", "\\u202e"])
def test_a_text_has_no_characters_that_nobody_sees(strange: str) -> None:
    """A NUL can be in no text of the database, and the others are not what they seem."""
    problem = only(refused(WHOLE.replace('"Protection plans"', f'"Protection {strange}plans"')))
    assert "indicators[plans].title" == problem.field
    assert f"(U+{strange[2:6].upper()})" in problem.detail


def test_a_whole_set_up_is_read_exactly() -> None:
    set_up = read(WHOLE)
    assert date(2022, 4, 1) == set_up.agreement.start
    assert (
        Area("E10000031", "Warwickshire"),
        Area("E92000001", "E92000001"),
    ) == set_up.agreement.areas
    (role,) = set_up.roles
    assert (Role.ENTRY_OFFICER, "safe", "county") == (role.role, role.scope, role.partner)
    (indicator,) = set_up.indicators
    assert Polarity.SMALLER is indicator.definition.polarity
    (target,) = set_up.targets
    assert "12.50" == str(target.target.level)
    (policy,) = set_up.policies
    assert isinstance(policy, RagPolicyAdopted)
    assert (Decimal("0.05"), Decimal("0.10")) == (
        policy.settings.amber_margin,
        policy.settings.exceed_margin,
    )


WITHIN = """areas = [
  { code = "E10000031", name = "Warwickshire" },
  { code = "E07000218", name = "North", within = "E10000031" },
  "E92000001",
]"""
LISTED = re.compile(r"^areas = .*$", re.MULTILINE)


def test_an_area_may_be_a_part_of_another_and_of_none_of_its_own_parts() -> None:
    areas = read(LISTED.sub(WITHIN, WHOLE)).agreement.areas
    assert ["", "E10000031", ""] == [area.within for area in areas]
    unknown = WITHIN.replace('within = "E10000031"', 'within = "E9"')
    problem = only(refused(LISTED.sub(unknown, WHOLE)))
    assert ("agreement.areas[2].within", True) == (problem.field, "E9" in problem.detail)
    around = WITHIN.replace('name = "Warwickshire"', 'name = "Warwickshire", within = "E07000218"')
    problems = refused(LISTED.sub(around, WHOLE))
    assert ["agreement.areas[1].within", "agreement.areas[2].within"] == [
        problem.field for problem in problems
    ]
    assert all("within itself" in problem.detail for problem in problems)


def test_a_role_has_its_days_which_follow_one_another() -> None:
    days = 'role = "entry-officer"\nvalid_from = 2026-04-01\nvalid_to = 2027-03-31'
    (role,) = read(WHOLE.replace('role = "entry-officer"', days)).roles
    assert (date(2026, 4, 1), date(2027, 3, 31)) == (role.valid_from, role.valid_to)
    over = days.replace("2027-03-31", "2026-03-31")
    problem = only(refused(WHOLE.replace('role = "entry-officer"', over)))
    assert ("roles[entry.safe entry-officer safe].valid_to", True) == (
        problem.field,
        "before 2026-04-01" in problem.detail,
    )


def test_the_agreement_table_alone_is_a_set_up() -> None:
    assert "financial" == read(MINIMAL).agreement.calendar


def test_indicators_and_targets_come_from_csv_files_with_the_same_keys() -> None:
    indicators = (
        "code,title,outcome,unit,decimals,polarity,basis,interval,calendar,margins.basis,"
        "margins.amber_margin,limits.low_red,placeholder\n"
        "plans,Plans,protected,%,1,smaller-is-better,annual,year,financial,absolute,2,,\n"
        "\n"
        'voice," Voice ",protected,%,0,bigger-is-better,survey,year,academic,,,,true\n'
    )
    targets = "indicator,area,period,level,kind,baseline\nplans,E10000031,FY2024,12.5,local,\n"
    set_up = read(
        'indicators_from = "in/dicators.csv"\ntargets_from = "targets.csv"\n' + MINIMAL + PARTS,
        {"in/dicators.csv": "\ufeff" + indicators, "targets.csv": targets},
    )
    plans, voice = (sheet.definition for sheet in set_up.indicators)
    assert MarginOverride(basis="absolute", amber_margin=Decimal(2)) == plans.margins
    assert ("Voice", True) == (voice.title, voice.placeholder)
    (target,) = set_up.targets
    assert target.target.baseline is None


def test_plan_limits_are_a_table_of_their_own() -> None:
    limits = "limits = { low_red = 1, low_amber = 2, high_amber = 3.5, high_red = 4 }\n"
    text = INDICATOR.replace("smaller-is-better", "plan-is-best") + limits
    (sheet,) = read(MINIMAL + PARTS + text).indicators
    assert (
        PlanLimits(
            low_red=Decimal(1),
            low_amber=Decimal(2),
            high_amber=Decimal("3.5"),
            high_red=Decimal(4),
        )
        == sheet.definition.limits
    )


@pytest.mark.parametrize(
    ("old", "new", "field", "words"),
    [
        ('title = "A test"', "", "agreement.title", "needed"),
        ("end = 2027-03-31", "end = 2022-03-31", "agreement.end", "after it starts"),
        ("end = 2027-03-31", 'end = "soon"', "agreement.end", "date"),
        ("end = 2027-03-31", "end = 2027-03-31T10:00:00", "agreement.end", "date"),
        ('code = "test"', 'code = "a/b"', "agreement.code", "'/'"),
        ('code = "test"', "code = 7", "agreement.code", "quotation marks"),
        (', "E92000001"]', ', "E10000031"]', "agreement.areas[2]", "twice"),
        (', "E92000001"]', ", 7]", "agreement.areas[2]", "code"),
        (', "E92000001"]', ', { code = "E1" }]', "agreement.areas[2].name", "needed"),
        (', "E92000001"]', ', { code = "E1", nam = "x" }]', "agreement.areas[2].nam", "'name'"),
        ("[[blocks]]", "[[block]]", "block", "Did you mean 'blocks'?"),
        ("[[blocks]]", "[blocks]", "blocks", "[[blocks]]"),
        ('title = "Stay safe"', 'titel = "x"', "blocks[safe].titel", "Did you mean 'title'?"),
        ('code = "safe"\n', "", "blocks[1].code", "needed"),
        ('code = "safe"', 'code = ""', "blocks[1].code", "visible characters"),
        ('id = "entry.safe"', 'id = ""', "people[1].id", "small letters"),
        ('block = "safe"', 'block = "save"', "outcomes[protected].block", "Did you mean 'safe'?"),
        ('lead = "county"', 'lead = "x"', "outcomes[protected].lead", "county"),
        ('["gaps"]', '["gap"]', "outcomes[protected].priorities", "Did you mean 'gaps'?"),
        ('["gaps"]', '"gaps"', "outcomes[protected].priorities", "list of texts"),
        ('kind = "board"', 'kind = "bord"', "bodies[board].kind", "Did you mean 'board'?"),
        ('blocks = ["safe"]', 'blocks = ["s"]', "bodies[board].blocks", "[[blocks]]"),
        ('id = "entry.safe"', 'id = "Entry Safe"', "people[Entry Safe].id", "small letters"),
        ("entry.safe@council.example", "nope", "people[entry.safe].email", "looks like"),
        ('"Entry officer"', '" "', "people[entry.safe].name", "1 to 200 characters"),
        ('id = "entry.safe"', 'id = "operator"', "people[operator].id", "command line"),
        ('partner = "county"', 'partner = "no"', "people[entry.safe].partner", "[[partners]]"),
        ('role = "entry-officer"', 'role = "entry"', "roles[entry.safe entry safe].role", "audit"),
        (
            'scope = "safe"',
            'scope = "unsafe"',
            "roles[entry.safe entry-officer unsafe].scope",
            "test, safe, protected, plans",
        ),
        (
            'person = "entry.safe"',
            'person = "entry"',
            "roles[entry entry-officer safe].person",
            "[[people]]",
        ),
        ('outcome = "protected"', 'outcome = "p"', "indicators[plans].outcome", "[[outcomes]]"),
        ("decimals = 1", "decimals = 1.5", "indicators[plans].decimals", "whole number"),
        ("decimals = 1", "decimals = true", "indicators[plans].decimals", "number"),
        ("decimals = 1", "decimals = 77", "indicators[plans].decimals", "30"),
        (
            '"smaller-is-better"',
            '"smaler-is-better"',
            "indicators[plans].polarity",
            "Did you mean 'smaller-is-better'?",
        ),
        ('"smaller-is-better"', '"plan-is-best"', "indicators[plans].limits", "four limits"),
        ('interval = "year"', 'interval = "term"', "indicators[plans].interval", "term"),
        (
            'indicator = "plans"',
            'indicator = "p"',
            "targets[p E10000031 FY2024].indicator",
            "plans",
        ),
        ('"E10000031"\nper', '"E1"\nper', "targets[plans E1 FY2024].area", "E10000031"),
        ('"FY2024"', '"CY2024"', "targets[plans E10000031 CY2024].period", "financial year"),
        ('"FY2024"', '"24/25"', "targets[plans E10000031 24/25].period", "24/25"),
        ("12.50", '"1,2"', "targets[plans E10000031 FY2024].level", "'1,2'"),
        ("12.50", "inf", "targets[plans E10000031 FY2024].level", "number"),
        ('"local"', '"locl"', "targets[plans E10000031 FY2024].kind", "Did you mean 'local'?"),
        ("[policies.rag]", "[policies.rga]", "policies.rga", "Did you mean 'rag'?"),
        ('version = "1"', "version = 1", "policies.rag.version", "quotation marks"),
        ("amber_margin = 0.05", "amber_margin = -1", "policies.rag.amber_margin", "zero or more"),
        ("amber_margin = 0.05", "", "policies.rag.amber_margin", "needed"),
        ("amber_margin = 0.05", "amber_margin = 0.05\nambre = 1", "policies.rag.ambre", "no such"),
    ],
)
def test_one_mistake_is_named_with_its_table_entry_and_key(
    old: str, new: str, field: str, words: str
) -> None:
    assert old in WHOLE
    problems = refused(WHOLE.replace(old, new, 1))
    named = [problem for problem in problems if problem.field == field]
    assert named, problems
    assert words in named[0].detail
    assert field.partition("[")[0].partition(".")[0] in named[0].detail


def test_every_mistake_is_listed_and_not_only_the_first() -> None:
    text = WHOLE.replace('block = "safe"', 'block = "x"').replace("decimals = 1", "decimals = no")
    with pytest.raises(BadSetup, match="not a TOML file"):
        read(text)
    text = text.replace("decimals = no", 'decimals = "no"').replace("12.50", '"much"')
    fields = [problem.field for problem in refused(text)]
    assert {
        "outcomes[protected].block",
        "indicators[plans].decimals",
        "targets[plans E10000031 FY2024].level",
    } == set(fields)
    with pytest.raises(BadSetup, match=r"^3 things in the set-up are wrong\. The first: "):
        read(text)


def test_a_policy_that_comes_later_is_refused_by_name() -> None:
    problem = only(refused(MINIMAL + "[policies.quality]\ntolerance = 0\n"))
    assert "policies.quality" == problem.field
    assert "not supported yet" in problem.detail


def test_a_file_without_an_agreement_is_refused() -> None:
    assert "agreement" == only(refused(PARTS.partition("[[roles]]")[0])).field


@pytest.mark.parametrize("table", ["blocks", "indicators", "targets", "people", "roles"])
def test_an_entry_that_stands_twice_is_refused(table: str) -> None:
    at = WHOLE.index(f"[[{table}]]")
    end = WHOLE.find("\n\n", at)
    entry = WHOLE[at : end if end > 0 else None]
    assert "twice" in only(refused(WHOLE + "\n" + entry + "\n")).detail


def test_a_code_used_for_a_block_and_an_indicator_is_refused_since_scopes_could_not_tell() -> None:
    text = (MINIMAL + PARTS + INDICATOR).replace('code = "plans"', 'code = "safe"')
    assert "indicators[safe].code" == only(refused(text)).field


def test_a_stretch_target_needs_both_performances_and_no_other_target_has_them() -> None:
    stretch = WHOLE.replace('kind = "local"', 'kind = "stretch"\nperformance_with = 12')
    assert only(refused(stretch)).field.endswith(".performance_without")
    local = WHOLE.replace('kind = "local"', 'kind = "local"\nperformance_with = 12')
    assert only(refused(local)).field.endswith(".performance_with")


@pytest.mark.parametrize(("without", "with_"), [(12, 12), (12, 13)])
def test_a_stretch_leads_to_a_better_performance(without: int, with_: int) -> None:
    performances = f"performance_without = {without}\nperformance_with = {with_}"
    worse = WHOLE.replace('kind = "local"', f'kind = "stretch"\n{performances}')
    problem = only(refused(worse))
    assert problem.field.endswith(".performance_with")
    assert "better than performance_without" in problem.detail


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("gone.csv", None, "cannot be read"),
        ("/etc/targets.csv", "x", "beside the set-up"),
        ("../targets.csv", "x", "beside the set-up"),
        ("t.csv", "", "header"),
        ("t.csv", "indicator,area,area\n", "area comes twice"),
        ("t.csv", "indicator;area;period;level\nplans;E10000031;FY2024;1\n", "save it with commas"),
        ("t.csv", "indicator\tarea\nplans\tE10000031\n", "tabs stand between the columns"),
        ("t.csv", 'indicator,area\n"plans', "not CSV"),
        ("t.csv", "indicator,area,period,level\nplans,E10000031,FY2024,1,2\n", "more cells"),
        ("t.csv", "indicator,area,period,levle\nplans,E10000031,FY2024,1\n", "'level'"),
        ("t.csv", "indicator,area,period,level\nplans,E10000031,FY2024,much\n", "t.csv row 2"),
    ],
)
def test_a_csv_file_that_cannot_be_used_is_named_with_its_row(
    name: str, content: str | None, words: str
) -> None:
    files = {} if content is None else {name: content}
    problems = refused(f'targets_from = "{name}"\n' + MINIMAL + PARTS + INDICATOR, files)
    assert any(words in problem.detail for problem in problems), problems


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('indicators_from = "gone.csv"\n' + MINIMAL, "gone.csv cannot be read"),
        (MINIMAL + 'indicators_from = "i.csv"\n', "at the top of the file, before any table"),
    ],
)
def test_where_the_indicators_cannot_be_read_nothing_that_names_one_is_told(
    text: str, says: str
) -> None:
    """Each of a hundred targets would seem to be of an indicator that there is not."""
    target = (
        '\n[[targets]]\nindicator = "plans"\narea = "E10000031"\nperiod = "FY2024"\nlevel = 1\n'
    )
    assert says in only(refused(text + target)).detail


ODD_VALUES = (
    '""',
    '"x"',
    "7",
    "-0.5",
    "nan",
    "true",
    "2024-02-30",
    "2024-02-29",
    "2024-02-29T10:00:00Z",
    "10:00:00",
    "[]",
    "[7]",
    '["x", "x"]',
    "[[]]",
    "{}",
    "{ code = 7 }",
    '[{ code = "x" }]',
)
VALUES = [line for line in WHOLE.splitlines() if " = " in line]


@pytest.mark.parametrize("odd", ODD_VALUES)
def test_whatever_a_key_is_given_the_set_up_is_read_or_refused_with_reasons(odd: str) -> None:
    for line in VALUES:
        key = line.partition(" = ")[0]
        try:
            read(WHOLE.replace(line, f"{key} = {odd}", 1))
        except BadSetup as refusal:
            assert all(problem.detail for problem in refusal.errors)


@pytest.mark.parametrize("odd", ODD_VALUES)
def test_whatever_a_table_is_given_the_set_up_is_read_or_refused_with_reasons(odd: str) -> None:
    for table in (*TABLES, "unknown"):
        with pytest.raises(BadSetup) as caught:
            read(f"{table} = {odd}\n")
        assert all(problem.detail for problem in caught.value.errors)


@pytest.mark.parametrize(
    ("interval", "given", "first"),
    [
        ("year", "FY2025", "FY2025"),
        ("year", "FY2025-Q2", "FY2026"),
        ("quarter", "FY2025", "FY2025-Q1"),
        ("month", "FY2025", "2025-04"),
    ],
)
def test_an_indicator_retires_from_its_own_first_period(
    interval: str, given: str, first: str
) -> None:
    text = INDICATOR.replace('interval = "year"', f'interval = "{interval}"')
    [sheet] = read(f'{MINIMAL}{PARTS}{text}retired_from = "{given}"\n').indicators
    assert first == sheet.retired_from
    [untouched] = read(MINIMAL + PARTS + text).indicators
    assert "" == untouched.retired_from


def test_a_column_may_say_from_when_each_indicator_is_retired() -> None:
    keys = "outcome,title,unit,decimals,polarity,basis,interval,calendar"
    cells = "protected,Plans,%,1,smaller-is-better,annual,year,financial"
    table = f"code,{keys},retired_from\na,{cells},FY2025\nb,{cells},\n"
    text = 'indicators_from = "indicators.csv"\n' + MINIMAL + PARTS
    sheets = read(text, {"indicators.csv": table}).indicators
    assert [("a", "FY2025"), ("b", "")] == [(one.code, one.retired_from) for one in sheets]


def test_a_retirement_that_names_no_period_is_told() -> None:
    problem = only(refused(f'{MINIMAL}{PARTS}{INDICATOR}retired_from = "soon"\n'))
    assert "indicators[plans].retired_from" == problem.field
