"""Codes, names and columns with a slip of the pen: told with the one that was meant."""

from time import perf_counter

import pytest
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import IndicatorPlaced
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.slips import CODES, NAMES, Slips, Spelt
from policies.refusals import BadFile

HEADER = "indicator,area,period,value"
AREAS = {"E10000031": "Warwickshire", "E08000026": "Coventry", "BOSTON": "Boston"}
BY_NAME = '[codes]\nareas = "names"\n'


def check(content: str, mapping: str = "") -> Checked:
    ledger = Ledger(AREAS, {"repairs-in-time": yearly(), "ni-191": yearly(), "waste": yearly()})
    for code in ("repairs-in-time", "ni-191", "waste"):
        ledger.tell(IndicatorPlaced(indicator=code, outcome="homes"))
    return ledger.check(content.encode(), read_mapping(mapping) if mapping else None)


def said(indicator: str = "waste", area: str = "E10000031", mapping: str = "") -> str:
    [row] = check(f"{HEADER}\n{indicator},{area},FY2021,5\n", mapping).outcomes
    assert "rejected" == row.outcome
    return row.detail.partition(" of this agreement")[2]


@pytest.mark.parametrize(
    ("indicator", "told"),
    [
        ("repairs-in-tme", ": did you mean repairs-in-time?"),
        ("Repairs in timee", ": did you mean repairs-in-time?"),
        ("repairsintime", ": did you mean repairs-in-time?"),
        ("wasste", ": did you mean waste?"),
        ("ni_191", ": did you mean ni-191?"),
        ("ni-192", "."),
        ("taste", "."),
        ("repairs-in-money", "."),
        ("repares-in-tme", "."),
        ("w" * 200, "."),
        ("-", "."),
    ],
)
def test_an_indicator_with_a_slip_is_told_with_the_one_that_was_meant(
    indicator: str, told: str
) -> None:
    """Another digit or first letter is another code, and no slip."""
    assert told == said(indicator=indicator)


@pytest.mark.parametrize("mapping", ["", BY_NAME])
@pytest.mark.parametrize(
    ("area", "told"),
    [
        ("Warwickshre", ": did you mean E10000031 (Warwickshire)?"),
        ("Covventry", ": did you mean E08000026 (Coventry)?"),
        ("E10000030", "."),
        ("Bolton", "."),
        ("North Warwickshire", "."),
    ],
)
def test_so_is_an_area(area: str, told: str, mapping: str) -> None:
    """But places that are only called alike are others, as codes of other digits are."""
    assert told == said(area=area, mapping=mapping)


@pytest.mark.parametrize(
    ("header", "says"),
    [
        ("indicater,area,period,value", "no column 'indicator', but 'indicater', which is spelt"),
        ("indicator,area,period,vallue", "nor numerator and denominator, but 'vallue', which is"),
        ("indicator,area,periods,perod,value", "no column 'period', but 'periods'"),
        ("indicator,area,perioda,periodb,value", "no column 'period'; its columns are"),
    ],
)
def test_so_is_a_column(header: str, says: str) -> None:
    with pytest.raises(BadFile, match=says):
        check(f"{header}\n")


def test_of_several_that_are_equally_near_none_is_told() -> None:
    slips = Slips(Spelt(code, code, CODES) for code in ("planta", "plantb", "planes"))

    assert slips.of("plant") is None
    assert "planes" == getattr(slips.of("plaanes"), "code", "")


def test_of_two_spellings_of_one_code_either_will_do() -> None:
    slips = Slips([Spelt("A", "crimes", CODES), Spelt("A", "crimed", CODES)])

    assert "A" == getattr(slips.of("crime"), "code", "")


def test_a_long_list_and_many_mistakes_take_no_long_time() -> None:
    """Also where all differ and each has the first letter of all codes: then some are not told."""
    codes = [f"p{a}{b}{c}" for a in "aeiou" for b in "bcdfghjklmnp" for c in "aeiou" for _ in "ab"]
    long = [f"E{n:08d}" for n in range(40_000)]
    slips = Slips([Spelt(code, code, NAMES) for code in (*codes, *long)])
    began = perf_counter()
    for n in range(20_000):
        slips.of("pabax")
        slips.of(f"p{chr(97 + n % 26)}{chr(97 + n // 26 % 26)}{chr(97 + n // 676 % 26)}x")

    assert perf_counter() - began < 10  # which takes one
