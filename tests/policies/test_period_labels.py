"""Publishers' labels: every promised form, what is ambiguous, and what is another kind."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.period_forms import YearLabel
from policies.periods import INTERVALS, Calendar, Interval, Period, fits, period_on, read_label
from policies.refusals import UnknownPeriod, WrongInterval

FINANCIAL, CALENDAR, ACADEMIC = Calendar.FINANCIAL, Calendar.CALENDAR, Calendar.ACADEMIC
MONTH, QUARTER, TERM = Interval.MONTH, Interval.QUARTER, Interval.TERM
YEAR, POOLED = Interval.YEAR, Interval.POOLED

READ = [
    # years
    ("2024-25", FINANCIAL, YEAR, "FY2024"),
    ("2024/25", FINANCIAL, YEAR, "FY2024"),
    ("2024-2025", FINANCIAL, YEAR, "FY2024"),
    ("2024–25", FINANCIAL, YEAR, "FY2024"),
    ("2024/25", ACADEMIC, YEAR, "AY2024"),
    ("2007/08 academic", ACADEMIC, YEAR, "AY2007"),
    ("1999/00", FINANCIAL, YEAR, "FY1999"),
    ("2011-12", FINANCIAL, YEAR, "FY2011"),
    ("201112", FINANCIAL, YEAR, "FY2011"),
    ("2023", CALENDAR, YEAR, "CY2023"),
    ("2023April", FINANCIAL, YEAR, "FY2023"),
    ("2023Sep", ACADEMIC, YEAR, "AY2023"),
    ("2008-03-31", FINANCIAL, YEAR, "FY2007"),
    ("FY2007", FINANCIAL, YEAR, "FY2007"),
    ("  2024-25 ", FINANCIAL, YEAR, "FY2024"),
    # quarters
    ("2007/08 Q1", FINANCIAL, QUARTER, "FY2007-Q1"),
    ("Q1 2007/08", FINANCIAL, QUARTER, "FY2007-Q1"),
    ("2022/23 Q3", FINANCIAL, QUARTER, "FY2022-Q3"),
    ("2022/23 q3", FINANCIAL, QUARTER, "FY2022-Q3"),
    ("2021-06-30", FINANCIAL, QUARTER, "FY2021-Q1"),
    ("2021-06-30", CALENDAR, QUARTER, "CY2021-Q2"),
    ("2023Q1", CALENDAR, QUARTER, "CY2023-Q1"),
    ("Q1 2023", CALENDAR, QUARTER, "CY2023-Q1"),
    ("Jan–Mar 2007", CALENDAR, QUARTER, "CY2007-Q1"),
    ("January to March 2007", FINANCIAL, QUARTER, "FY2006-Q4"),
    ("FY2007-Q1", FINANCIAL, QUARTER, "FY2007-Q1"),
    # terms
    ("Autumn term 2007/08", ACADEMIC, TERM, "AY2007-T1"),
    ("Spring 2007/08", ACADEMIC, TERM, "AY2007-T2"),
    ("2007/08 T3", ACADEMIC, TERM, "AY2007-T3"),
    ("Sep–Dec 2007", ACADEMIC, TERM, "AY2007-T1"),
    ("2007-12-31", ACADEMIC, TERM, "AY2007-T1"),
    # months
    ("March 2023", FINANCIAL, MONTH, "2023-03"),
    ("march 2023", CALENDAR, MONTH, "2023-03"),
    ("Mar-23", FINANCIAL, MONTH, "2023-03"),
    ("Sept-98", FINANCIAL, MONTH, "1998-09"),
    ("202304", FINANCIAL, MONTH, "2023-04"),
    ("2007-04", FINANCIAL, MONTH, "2007-04"),
    ("2011-12", FINANCIAL, MONTH, "2011-12"),
    ("2021-06-30", FINANCIAL, MONTH, "2021-06"),
    # pooled years
    ("2020-22", CALENDAR, POOLED, "CY2020+3"),
    ("2020–2022", CALENDAR, POOLED, "CY2020+3"),
    ("2020-22", FINANCIAL, POOLED, "FY2020+3"),
    ("2020-23", FINANCIAL, POOLED, "FY2020+3"),
    ("2020/21 - 22/23", FINANCIAL, POOLED, "FY2020+3"),
    ("2020/21–2022/23", FINANCIAL, POOLED, "FY2020+3"),
    ("2020/21 to 2022/23", FINANCIAL, POOLED, "FY2020+3"),
    ("2020/21–2022/23 academic", ACADEMIC, POOLED, "AY2020+3"),
    ("1998/99 - 00/01", FINANCIAL, POOLED, "FY1998+3"),
    ("2023-03-31", FINANCIAL, POOLED, "FY2020+3"),
    ("FY2020+3", FINANCIAL, POOLED, "FY2020+3"),
]


@pytest.mark.parametrize(("text", "calendar", "interval", "code"), READ)
def test_a_publishers_label_is_read(
    text: str, calendar: Calendar, interval: Interval, code: str
) -> None:
    assert code == read_label(text, calendar, interval).code


@pytest.mark.parametrize(
    ("text", "calendar", "years", "code"),
    [
        ("2020/21 - 24/25", FINANCIAL, 5, "FY2020+5"),
        ("2020-21", CALENDAR, 2, "CY2020+2"),
        ("2020-22", FINANCIAL, 2, "FY2020+2"),
        ("2018-22", CALENDAR, 5, "CY2018+5"),
    ],
)
def test_the_pooled_length_helps_to_read(
    text: str, calendar: Calendar, years: int, code: str
) -> None:
    assert code == read_label(text, calendar, POOLED, years).code


@pytest.mark.parametrize(
    ("text", "calendar", "interval", "year_label", "code"),
    [
        ("2023", FINANCIAL, YEAR, "start", "FY2023"),
        ("2023", FINANCIAL, YEAR, "end", "FY2022"),
        ("2023", ACADEMIC, YEAR, "end", "AY2022"),
        ("2023", CALENDAR, YEAR, "end", "CY2023"),
        ("2023Q1", FINANCIAL, QUARTER, "start", "FY2023-Q1"),
        ("2023Q1", FINANCIAL, QUARTER, "end", "FY2022-Q1"),
        ("2023", CALENDAR, POOLED, "start", "CY2023+3"),
        ("2023", CALENDAR, POOLED, "end", "CY2021+3"),
        ("2023", FINANCIAL, POOLED, "end", "FY2020+3"),
    ],
)
def test_the_mapping_may_say_what_a_bare_year_names(
    text: str, calendar: Calendar, interval: Interval, year_label: YearLabel, code: str
) -> None:
    assert code == read_label(text, calendar, interval, year_label=year_label).code


@pytest.mark.parametrize(
    ("text", "calendar", "interval", "years", "says"),
    [
        ("2023", FINANCIAL, YEAR, 3, "starts or that ends in 2023"),
        ("2023", ACADEMIC, YEAR, 3, "starts or that ends in 2023"),
        ("2023Q1", FINANCIAL, QUARTER, 3, "starts or that ends in 2023"),
        ("2023", CALENDAR, POOLED, 3, "first or the last of 3 years"),
        ("2020-21", FINANCIAL, POOLED, 2, "one year or two"),
        ("2021-06-29", FINANCIAL, QUARTER, 3, "last day of a quarter"),
        ("2021-06-30", FINANCIAL, YEAR, 3, "last day of a year"),
        ("2021-06-30", FINANCIAL, POOLED, 3, "last day of a window of years"),
    ],
)
def test_a_label_that_could_mean_two_periods_is_refused_and_says_which(
    text: str, calendar: Calendar, interval: Interval, years: int, says: str
) -> None:
    with pytest.raises(UnknownPeriod, match=says):
        read_label(text, calendar, interval, years)


@pytest.mark.parametrize(
    ("text", "calendar", "interval"),
    [
        ("2024/25", CALENDAR, YEAR),
        ("2024/25", FINANCIAL, QUARTER),
        ("2007/08 academic", FINANCIAL, YEAR),
        ("2007/08 Q1", CALENDAR, QUARTER),
        ("2007/08 Q1", FINANCIAL, YEAR),
        ("March 2023", FINANCIAL, QUARTER),
        ("2023April", FINANCIAL, MONTH),
        ("2020-22", FINANCIAL, YEAR),
        ("2020-24", CALENDAR, POOLED),
        ("2020/21 - 24/25", FINANCIAL, POOLED),
        ("2020-12", CALENDAR, POOLED),
        ("CY2007", FINANCIAL, YEAR),
        ("2007/08 Q1", ACADEMIC, QUARTER),
        ("2023Sep", FINANCIAL, YEAR),
        ("2018-22", FINANCIAL, YEAR),
        ("2020/21–2022/23 academic", FINANCIAL, POOLED),
        ("Autumn term 2007/08", FINANCIAL, TERM),
    ],
)
def test_a_label_of_another_kind_is_refused_as_that(
    text: str, calendar: Calendar, interval: Interval
) -> None:
    with pytest.raises(WrongInterval):
        read_label(text, calendar, interval)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "20",
        "Q5 2007/08",
        "2024-24",
        "2024-2020",
        "2021-02-30",
        "Smarch 2023",
        "13/14",
        "Feb–Apr 2007",
        "Foo–Bar 2007",
        "2022/23 - 20/21",
        "2020/22 - 24/25",
    ]
    + ["2019/20 Q1 - 2019/20 Q2", "2006/07 period 10 (January)", "2009/10 at 24 March 2010"],
)
@pytest.mark.parametrize(("calendar", "interval"), [(FINANCIAL, YEAR), (CALENDAR, QUARTER)])
def test_what_is_no_period_is_refused(text: str, calendar: Calendar, interval: Interval) -> None:
    with pytest.raises(UnknownPeriod):
        read_label(text, calendar, interval)


KINDS = sorted((calendar, interval) for calendar in Calendar for interval in INTERVALS[calendar])
DAYS = st.dates(date(1910, 1, 1), date(2150, 12, 31))
PERIODS = st.builds(
    lambda kind, day, years: period_on(day, kind[0], kind[1], years),
    st.sampled_from(KINDS),
    DAYS,
    st.integers(2, 6),
)


@given(PERIODS)
def test_our_own_codes_and_labels_are_read_back(period: Period) -> None:
    kinds = [kind for kind in KINDS if fits(period, *kind, period.years)]
    for calendar, interval in kinds:
        for text in (period.code, period.label):
            assert period == read_label(text, calendar, interval, period.years)


@given(PERIODS)
def test_the_last_day_names_a_period(period: Period) -> None:
    day = period.end.isoformat()
    assert period == read_label(day, period.calendar, period.interval, period.years)


PIECES = st.sampled_from(
    ["2020", "2021", "22", "20", "12", "Q1", "Q4", "T2", "/", "-", "–", " ", "Mar", "April"]
    + ["FY", "CY", "AY", "+3", "+2", "to", "academic", "Autumn", "31", "03", "00"]
)


@given(
    st.lists(PIECES, max_size=7).map("".join) | st.text(max_size=10),
    st.sampled_from(KINDS),
    st.integers(2, 5),
    st.sampled_from([None, "start", "end"]),
)
def test_any_text_is_refused_or_read_as_one_of_the_indicators_periods(
    text: str, kind: tuple[Calendar, Interval], years: int, year_label: YearLabel | None
) -> None:
    try:
        period = read_label(text, *kind, years, year_label=year_label)
    except (UnknownPeriod, WrongInterval):
        return
    assert fits(period, *kind, years)
