"""The target of a year with a profile becomes the targets of the periods in it."""

from ledger.setting_up.reading import read_set_up
from policies.refusals import BadSetup, FieldProblem

SET_UP = """
[agreement]
code = "test"
title = "A test"
start = 2022-04-01
end = 2027-03-31
accountable_body = "The council"
areas = ["E10000031"]

[[partners]]
code = "county"
name = "The county"
kind = "county-council"

[[blocks]]
code = "homes"
title = "Homes"

[[outcomes]]
code = "housed"
title = "Everybody is housed"
block = "homes"
lead = "county"

[[indicators]]
code = "built"
title = "Affordable homes completed"
outcome = "housed"
unit = "homes"
decimals = 0
polarity = "bigger-is-better"
basis = "BASIS"
interval = "quarter"
calendar = "financial"
"""
YEAR = """
[[targets]]
indicator = "built"
area = "E10000031"
period = "FY2024"
level = 100
"""


def levels(text: str, basis: str = "discrete", files: dict[str, str] | None = None) -> list[str]:
    """Every target of a set-up: its period and level."""
    set_up = read_set_up(text.replace("BASIS", basis), (files or {}).__getitem__)
    return [f"{each.target.period} {each.target.level}" for each in set_up.targets]


def refused(text: str) -> FieldProblem:
    try:
        levels(text)
    except BadSetup as refusal:
        (problem,) = refusal.errors
        return problem
    raise AssertionError("it was taken")


def test_a_linear_profile_divides_a_count_evenly() -> None:
    found = levels(SET_UP + YEAR + 'profile = "linear"')

    assert ["FY2024-Q1 25", "FY2024-Q2 25", "FY2024-Q3 25", "FY2024-Q4 25"] == found


def test_a_seasonal_profile_divides_it_by_shares() -> None:
    found = levels(SET_UP + YEAR + 'profile = "seasonal"\nshares = [1, 2, 3, 4]')

    assert ["FY2024-Q1 10", "FY2024-Q2 20", "FY2024-Q3 30", "FY2024-Q4 40"] == found


def test_a_cumulative_count_climbs_to_the_year() -> None:
    found = levels(SET_UP + YEAR + 'profile = "linear"', "cumulative")

    assert "FY2024-Q1 25 FY2024-Q2 50 FY2024-Q3 75 FY2024-Q4 100" == " ".join(found)


def test_what_is_not_counted_goes_from_its_baseline_to_the_year() -> None:
    found = levels(SET_UP + YEAR + 'profile = "linear"\nbaseline = 60', "snapshot")

    assert "FY2024-Q1 70 FY2024-Q2 80 FY2024-Q3 90 FY2024-Q4 100" == " ".join(found)


def test_given_levels_are_taken_as_they_are_from_a_csv_file_too() -> None:
    rows = "indicator,area,period,level,profile,levels\n"
    rows += "built,E10000031,FY2024,100,given,10 20 30 40\n"
    text = 'targets_from = "targets.csv"\n' + SET_UP

    assert "FY2024-Q1 10 FY2024-Q2 20 FY2024-Q3 30 FY2024-Q4 40" == " ".join(
        levels(text, files={"targets.csv": rows})
    )


def test_shares_and_levels_that_do_not_fit_are_refused_by_their_key() -> None:
    four = refused(SET_UP + YEAR + 'profile = "seasonal"\nshares = [1, 2, 3]')
    other = refused(SET_UP + YEAR + 'profile = "given"\nlevels = [1, 2, 3, 4]')
    alone = refused(SET_UP + YEAR + "shares = [1, 2, 3, 4]")

    assert ("targets[built E10000031 FY2024].shares", True) == (
        four.field,
        "4 periods" in four.detail,
    )
    assert ("targets[built E10000031 FY2024].levels", True) == (
        other.field,
        "add up" in other.detail,
    )
    assert ("targets[built E10000031 FY2024].shares", True) == (
        alone.field,
        "profile" in alone.detail,
    )


def test_only_a_year_of_an_indicator_measured_more_often_is_spread() -> None:
    quarter = refused(SET_UP + YEAR.replace("FY2024", "FY2024-Q1") + 'profile = "linear"')
    yearly = refused(SET_UP.replace('"quarter"', '"year"') + YEAR + 'profile = "linear"')

    assert "with a profile this must be a financial year" in quarter.detail
    assert "measured more often" in yearly.detail


def test_a_stretch_target_is_not_spread() -> None:
    stretch = 'kind = "stretch"\nperformance_without = 80\nperformance_with = 100\n'

    assert "not spread" in refused(SET_UP + YEAR + stretch + 'profile = "linear"').detail


def test_a_period_has_one_target_in_a_set_up() -> None:
    """Whichever stands first: a profile and a target of its own would be a guess."""
    spread, one = YEAR + 'profile = "linear"\n', YEAR.replace("FY2024", "FY2024-Q3")

    for text in (SET_UP + spread + one, SET_UP + one + spread):
        assert "FY2024-Q3 has another target" in refused(text).detail
