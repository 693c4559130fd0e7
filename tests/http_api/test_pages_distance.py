"""How far a figure is from its target, in a sentence that says what the rules say."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_api.pages.distance import distance_of
from policies.definition import Polarity
from policies.rag import RagSettings, Status, status_of
from scenario import definition

D = Decimal
AS_SHARES = RagSettings(amber_margin=D("0.10"))
IN_POINTS = RagSettings(basis="absolute", amber_margin=D(5), green_margin=D(1))
FEWER = definition(polarity=Polarity.SMALLER, unit="per 100,000")


@pytest.mark.parametrize(
    ("judged", "target", "settings", "told"),
    [
        ("131", "108", AS_SHARES, "21% worse than its target; up to 10% worse is amber."),
        ("110", "108", AS_SHARES, "2% worse than its target; up to 10% worse is amber."),
        ("108", "108", AS_SHARES, "Exactly its target."),
        ("90", "108", AS_SHARES, "17% better than its target."),
        ("1101", "1000", AS_SHARES, "10.1% worse than its target; up to 10% worse is amber."),
        ("1100", "1000", AS_SHARES, "10% worse than its target; up to 10% worse is amber."),
        (
            "10.5",
            "10",
            IN_POINTS,
            "0.5 per 100,000 worse than its target; up to 1 per 100,000 worse is green.",
        ),
        (
            "13",
            "10",
            IN_POINTS,
            "3 per 100,000 worse than its target; up to 5 per 100,000 worse is amber.",
        ),
        (
            "101",
            "100",
            RagSettings(amber_margin=D(0)),
            "1% worse than its target; nothing that is worse is amber.",
        ),
        (
            "80",
            "100",
            RagSettings(amber_margin=D("0.1"), exceed_margin=D("0.25")),
            "20% better than its target; from 25% better it exceeds it.",
        ),
        (
            "200",
            "100",
            RagSettings(amber_margin=D("0.1"), floor=D(150)),
            "Worse than 150 per 100,000, which is always red.",
        ),
    ],
)
def test_it_says_how_far_and_what_is_allowed(
    judged: str, target: str, settings: RagSettings, told: str
) -> None:
    assert told == distance_of(D(judged), D(target), FEWER, settings)


def test_a_distance_of_percentages_is_one_of_points() -> None:
    said = distance_of(D(50), D(51), definition(unit="%"), IN_POINTS)
    assert said.startswith("1 percentage point worse")


def test_where_no_distance_decides_it_says_nothing() -> None:
    plan = definition(polarity=Polarity.PLAN)
    assert "" == distance_of(D(1), D(2), plan, AS_SHARES)


NUMBERS = st.decimals("-1000", "1000", places=2)
SHARES = st.decimals("0", "0.5", places=3)


@given(NUMBERS, NUMBERS.filter(bool), SHARES, st.sampled_from((Polarity.BIGGER, Polarity.SMALLER)))
def test_what_it_allows_is_what_the_status_is_by(
    judged: Decimal, target: Decimal, amber: Decimal, polarity: Polarity
) -> None:
    """A number that is told beside an allowance never seems to be on its other side."""
    sheet, settings = definition(polarity=polarity), RagSettings(amber_margin=amber)
    said = distance_of(judged, target, sheet, settings)
    status = status_of(judged, target, sheet, settings)
    if "worse than" not in said:
        assert Status.GREEN is status
        return
    far = D(said.partition("%")[0].replace(",", ""))
    assert (Status.AMBER if far <= amber * 100 else Status.RED) is status
