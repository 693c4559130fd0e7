"""Numbers are exact: read as written, rounded half-up, divided as fractions."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.numbers import (
    decimals_of,
    exact_text,
    parse_number,
    ratio,
    round_half_up,
    to_text,
)
from policies.refusals import NotANumber, ZeroDenominator

PLAIN = st.from_regex(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?", fullmatch=True)
NUMBERS = st.builds(
    lambda units, places: Decimal(units).scaleb(-places),
    st.integers(-(10**15), 10**15),
    st.integers(0, 12),
)
FRACTIONS = st.fractions(-(10**9), 10**9, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("0", "0"),
        ("12.30", "12.30"),
        ("+5", "5"),
        ("-7.25", "-7.25"),
        ("-0.00", "0.00"),
        ("007", "7"),
        ("9" * 30, "9" * 30),
        ("0." + "0" * 28 + "1", "0." + "0" * 28 + "1"),
    ],
)
def test_decimal_notation_is_read_as_written(text: str, stored: str) -> None:
    assert stored == to_text(parse_number(text))


@pytest.mark.parametrize(
    "text",
    ["", " 1", "1 ", "1\n", "1,000", "1e3", "NaN", "Infinity", "-", ".", "5.", ".5", "1.2.3"]
    + ["--1", "1_000", "٣", "½", "£5", "5%", "9" * 31, "1." + "0" * 30, "[c]"],
)
def test_anything_else_is_not_a_number(text: str) -> None:
    with pytest.raises(NotANumber) as refused:
        parse_number(text, field="entries[0].value")
    assert "entries[0].value" == refused.value.field


@given(PLAIN)
def test_number_text_survives_the_round_trip(text: str) -> None:
    number = parse_number(text)
    again = parse_number(to_text(number))
    assert (number, number.as_tuple()) == (again, again.as_tuple())


@given(st.text(max_size=12))
def test_any_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = parse_number(text)
    except NotANumber:
        return
    assert number.is_finite()
    assert number == Decimal(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [("1E+3", "1000"), ("1E-7", "0.0000001"), ("1.50", "1.50"), ("-0.0", "0.0")],
)
def test_text_never_has_an_exponent_or_a_negative_zero(number: str, text: str) -> None:
    assert text == to_text(Decimal(number))


@pytest.mark.parametrize(("number", "places"), [("1.50", 2), ("3", 0), ("1E+3", 0), ("-0.001", 3)])
def test_decimal_places_are_counted_as_stored(number: str, places: int) -> None:
    assert places == decimals_of(Decimal(number))


@pytest.mark.parametrize(
    ("number", "decimals", "rounded"),
    [
        ("94.95", 1, "95.0"),
        ("94.94999", 1, "94.9"),
        ("0.5", 0, "1"),
        ("1.5", 0, "2"),
        ("2.5", 0, "3"),
        ("-2.5", 0, "-3"),
        ("-0.4", 0, "0"),
        ("-0.04", 1, "0.0"),
        ("7", 2, "7.00"),
        ("9" * 30, 2, "9" * 30 + ".00"),
    ],
)
def test_a_half_is_rounded_away_from_zero(number: str, decimals: int, rounded: str) -> None:
    assert rounded == str(round_half_up(Decimal(number), decimals))
    assert rounded == str(round_half_up(Fraction(Decimal(number)), decimals))


@given(NUMBERS, st.integers(0, 10))
def test_a_number_and_its_fraction_round_alike(number: Decimal, decimals: int) -> None:
    assert str(round_half_up(number, decimals)) == str(round_half_up(Fraction(number), decimals))


@given(FRACTIONS, st.integers(0, 8))
def test_rounding_moves_a_figure_by_at_most_half_a_unit(number: Fraction, decimals: int) -> None:
    rounded = round_half_up(number, decimals)
    assert abs(Fraction(rounded) - number) * 2 <= Fraction(1, 10**decimals)
    assert decimals == decimals_of(rounded)


@given(FRACTIONS, st.integers(0, 8))
def test_rounding_twice_changes_nothing_and_rounding_mirrors(
    number: Fraction, decimals: int
) -> None:
    rounded = round_half_up(number, decimals)
    assert rounded == round_half_up(rounded, decimals)
    assert -rounded == round_half_up(-number, decimals)


@given(FRACTIONS, FRACTIONS, st.integers(0, 8))
def test_rounding_keeps_order(one: Fraction, other: Fraction, decimals: int) -> None:
    low, high = sorted((one, other))
    assert round_half_up(low, decimals) <= round_half_up(high, decimals)


def test_a_ratio_is_exact() -> None:
    assert Fraction(200, 3) == ratio(Decimal("2"), Decimal("3"), Decimal(100))
    assert Fraction(1, 2) == ratio(Decimal("0.15"), Decimal("0.3"), Decimal(1))


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(ZeroDenominator):
        ratio(Decimal(1), Decimal("0.00"), Decimal(100))


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(2, 3), "0.666666666667"),
        (Fraction(-2, 3), "-0.666666666667"),
        (Fraction(1, 8), "0.125"),
        (Fraction(1200), "1200"),
        (Fraction(0), "0"),
        (Fraction(-1, 10**15), "0"),
        (Decimal("12.30"), "12.30"),
    ],
)
def test_an_exact_figure_is_written_to_twelve_decimals(
    number: Decimal | Fraction, text: str
) -> None:
    assert text == exact_text(number)


@given(NUMBERS)
def test_a_fraction_with_an_end_is_written_whole(number: Decimal) -> None:
    assert number == Decimal(exact_text(Fraction(number)))


def test_a_number_of_too_many_digits_is_told_so() -> None:
    """It is in decimal notation all the same."""
    with pytest.raises(NotANumber) as caught:
        parse_number("0." + "1" * 30)
    assert caught.value.detail.endswith("1' has 31 digits: a number has at most 30.")
