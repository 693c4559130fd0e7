"""Codes, names and columns with a slip of the pen: told with the one that was meant."""

import pytest
from samples_files.loads import Ledger, yearly

from ledger.agreement.events import IndicatorPlaced
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.slips import CODES, MOST_COMPARED, MOST_TEXTS, NAMES, Slips, Spelt
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


def test_of_many_mistakes_the_first_are_told() -> None:
    """So that a file of nothing but mistakes is still read soon."""
    slips = Slips([Spelt("waste", "waste", CODES), Spelt("plants", "plants", CODES)])
    for n in range(MOST_TEXTS - 1):
        assert slips.of(f"x{n}") is None
    assert "waste" == getattr(slips.of("wasste"), "code", "")
    assert slips.of("plannts") is None
    assert "waste" == getattr(slips.of("wasste"), "code", ""), "it is known"


def test_of_many_words_that_begin_alike_the_first_are_compared() -> None:
    alike = [f"p{a}{b}{c}ing" for a in "aeiou" for b in "bcdfghjklmnp" for c in "aeiou"]
    slips = Slips([Spelt(code, code, CODES) for code in alike])
    assert "pabaing" == getattr(slips.of("pabaaing"), "code", "")
    for n in range(MOST_COMPARED // len(alike)):
        slips.of(f"p{chr(97 + n % 26)}{chr(97 + n // 26)}")
    assert slips.of("pabeeing") is None
    assert "pabaing" == getattr(slips.of("pabaaing"), "code", ""), "it is known"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Herefordshir", True),
        ("Herefordsshire", True),
        ("Herefordshrie", True),
        ("Hertfordshire", False),
        ("Herefordshira", False),
    ],
)
def test_in_a_name_no_letter_stands_for_another(name: str, meant: bool) -> None:
    """It may be another place."""
    slips = Slips([Spelt("E06000019", "Herefordshire", NAMES)])
    assert meant is (slips.of(name) is not None)


@pytest.mark.parametrize(("code", "meant"), [("HospAd-014", True), ("HospAd01-4", False)])
def test_what_parts_two_numbers_is_no_matter_of_spelling(code: str, meant: bool) -> None:
    slips = Slips(
        [Spelt("HospAd014", "HospAd014", CODES), Spelt("HospAd0-14", "HospAd0-14", CODES)]
    )
    found = slips.of(code)
    assert meant is (found is not None)


def test_a_word_that_is_very_long_is_no_slip() -> None:
    slips = Slips([Spelt("a", "x" * 60, CODES)])
    assert slips.of("x" * 61) is None
