"""What a check answers sooner for ordinary rows is what the rules would answer."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from ledger.indicator.events import Entry
from ledger.indicator.figures import same_figures
from ledger.loading.decide import says
from ledger.loading.quality import Point, QualitySettings, When, is_quiet, warnings_of

FIGURES = st.one_of(
    st.decimals(min_value=20, max_value=30, places=1),
    st.decimals(min_value=-5, max_value=5000, places=1),
    st.sampled_from([Decimal(0), Decimal(20), Decimal(2000), Decimal("1333.4")]),
)
POINTS = st.tuples(
    FIGURES,
    st.integers(-1, 100),
    st.none() | FIGURES,
    st.builds(When, st.just("FY2020"), st.integers(min_value=2020, max_value=2022)),
)


@given(series=st.lists(POINTS, max_size=12), cumulative=st.booleans())
def test_a_quiet_series_has_no_warning(series: list[Point], cumulative: bool) -> None:
    settings = QualitySettings()
    if is_quiet(series, settings, cumulative=cumulative):
        assert [] == list(warnings_of(series, settings, cumulative=cumulative))


def test_an_ordinary_series_is_quiet() -> None:
    """Else nothing would be gained: steps of about one size, far from zero."""
    figures = map(Decimal, ("20", "21.5", "20.5", "22", "23"))
    series = [(figure, row, None, When("FY2020", 2020)) for row, figure in enumerate(figures)]

    assert is_quiet(series, QualitySettings(), cumulative=False)


@given(
    held=st.sampled_from([None, Decimal(1), Decimal("1.0"), Decimal(2)]),
    parts=st.sampled_from([(None, None), (Decimal(1), Decimal(2))]),
    limits=st.sampled_from([(None, None), (Decimal(0), Decimal(3))]),
    missing=st.sampled_from(["", "missing"]),
    provisional=st.booleans(),
    value=st.sampled_from([Decimal(1), Decimal("2.00")]),
    given_provisional=st.booleans(),
)
def test_a_figure_is_compared_as_an_entry_would_be(
    held: Decimal | None,
    parts: tuple[Decimal | None, Decimal | None],
    limits: tuple[Decimal | None, Decimal | None],
    missing: str,
    provisional: bool,
    value: Decimal,
    given_provisional: bool,
) -> None:
    entry = Entry(
        period="FY2020",
        area="E1",
        value=held,
        numerator=parts[0],
        denominator=parts[1],
        confidence_low=limits[0],
        confidence_high=limits[1],
        missing=missing,
        provisional=provisional,
    )
    row = Entry(period="FY2020", area="E1", value=value, provisional=given_provisional)

    assert same_figures(entry, row) == says(entry, value, given_provisional)
