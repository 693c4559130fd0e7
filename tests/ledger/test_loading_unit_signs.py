"""Figures of a file that are written with the sign of their indicator's unit, or of another."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import Ledger, yearly

from ledger.loading.figures import Numbers, read_figure
from ledger.loading.load import Checked
from ledger.loading.mapping import read_mapping
from ledger.loading.unit_signs import BEFORE, BEHIND, sign_of
from policies.refusals import NotANumber

FIGURES = st.decimals(
    allow_nan=False, allow_infinity=False, places=2, min_value=-1e9, max_value=1e9
)


def check(figures: list[str], unit: str = "%", mapping: str = "") -> Checked:
    rows = "".join(f'I1,E1,FY{2001 + place},"{figure}"\n' for place, figure in enumerate(figures))
    content = f"indicator,area,period,value\n{rows}".encode()
    ledger = Ledger({"E1": "Here"}, {"I1": yearly(unit=unit)})
    return ledger.check(content, read_mapping(mapping) if mapping else None)


@given(figure=FIGURES, sign=st.sampled_from((*BEFORE, *BEHIND)), blank=st.sampled_from(["", " "]))
def test_with_its_own_sign_a_figure_is_what_it_is_without(
    figure: Decimal, sign: str, blank: str
) -> None:
    """Grouped in thousands or not, below zero or not."""
    for text in (f"{figure:f}", f"{figure:,f}"):
        minus, bare = ("-", text[1:]) if figure < 0 else ("", text.removeprefix("-"))
        signed = f"{text}{blank}{sign}" if sign in BEHIND else f"{minus}{sign}{blank}{bare}"
        without = read_figure(text, Numbers(thousands=","), field="value", unit=sign)

        assert without == read_figure(signed, Numbers(thousands=","), field="value", unit=sign)


@given(figure=FIGURES, sign=st.sampled_from((*BEFORE, *BEHIND)))
def test_with_another_sign_it_is_none(figure: Decimal, sign: str) -> None:
    signed = f"{figure:f}{sign}" if sign in BEHIND else f"{sign}{figure:f}"
    for unit in {*BEFORE, *BEHIND, "homes"} - {sign}:
        with pytest.raises(NotANumber, match=f"'s unit is {unit.replace('$', '.')}, which is not"):
            read_figure(signed, Numbers(), field="value", unit=unit)


@pytest.mark.parametrize(
    ("unit", "sign"),
    [
        ("Per cent", "%"),
        ("percentage of homes", "%"),
        ("% of homes", "%"),
        ("percentage points", ""),
        ("pounds", "£"),
        ("GBP", "£"),
        ("£ per week", "£"),
        ("£ million", ""),
        ("£000", ""),
        ("£ per week, thousands", ""),
        ("£ per person per week (£000s)", ""),
        ("£ per 1,000 people", "£"),
        ("£ per thousand people", "£"),
        ("pounds of waste", ""),
        ("per mille", "‰"),
        ("euros", "€"),
        ("US dollars", "$"),
        ("homes", ""),
        ("", ""),
    ],
)
def test_the_sign_of_a_unit(unit: str, sign: str) -> None:
    """None where the unit is a multiple of what the sign would say."""
    assert sign == sign_of(unit)


def test_a_file_of_percentages_is_taken_and_other_units_are_told() -> None:
    checked = check(["91.5%", "92 %", "£93"])
    good, also_good, bad = checked.outcomes

    assert ["new", "new", "invalid"] == [row.outcome for row in checked.outcomes]
    assert [Decimal("91.5"), Decimal(92)] == [one.value for one in checked.entries if one]
    assert bad.detail == (
        "'£93' is not a number in decimal notation. The indicator's unit is %, which is not written"
        " with the £: leave it out only if the figure is in that unit."
    )


def test_thousands_are_read_where_the_mapping_says_so() -> None:
    """As without the sign."""
    [refused] = check(["£1,234"], "£").outcomes
    [taken] = check(["£1,234"], "£", '[numbers]\nthousands = ","').outcomes

    assert refused.detail.startswith("'£1,234' is not a number in decimal notation. Where ',' sta")
    assert "new" == taken.outcome


def test_the_same_text_may_be_a_figure_of_one_indicator_and_none_of_another() -> None:
    """Also where both are judged by as many decimals, and what one said is remembered."""
    ledger = Ledger({"E1": "A", "E2": "B"}, {"I1": yearly(), "I2": yearly(unit="homes")})
    rows = [f"{code},{area},FY2021" for area in ("E1", "E2") for code in ("I1", "I2")]
    content = "indicator,area,period,value\n" + "".join(f"{row},91.5%\n" for row in rows)
    plain = content.replace("I2,E1,FY2021,91.5%", "I2,E1,FY2021,91.5")

    assert ["new", "invalid"] * 2 == [
        row.outcome for row in ledger.check(content.encode()).outcomes
    ]
    assert ["new", "new", "new", "invalid"] == [
        row.outcome for row in ledger.check(plain.encode()).outcomes
    ]


def test_limits_have_the_unit_and_parts_have_not() -> None:
    limits = "indicator,area,period,value,confidence_low,confidence_high\n"
    rows = "I1,E1,FY2021,91.5%,90%,93%\nI1,E1,FY2022,91.5%,90%,93%\nI1,E1,FY2023,9,£8,10\n"
    ledger = Ledger({"E1": "Here"}, {"I1": yearly()})
    parts = yearly(numerator="Spent", denominator="Asked", unit="£")
    of_parts = Ledger({"E1": "Here"}, {"I1": parts})
    [row] = of_parts.check(
        b"indicator,area,period,numerator,denominator\nI1,E1,FY2021,\xc2\xa34,5\n"
    ).outcomes

    assert ["new", "new", "invalid"] == [
        one.outcome for one in ledger.check((limits + rows).encode()).outcomes
    ]
    assert row.detail.endswith("decimal notation. Leave out the £.")
