"""The 24 indicators of the built board: definitions, values and targets."""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

from policies.cell import Missing
from policies.definition import Basis, Definition, PlanLimits, Polarity
from policies.due import due_on
from policies.periods import parse_code

HOME = "E10000031"
AREAS = {
    HOME: "Warwickshire",
    "E07000218": "North Warwickshire",
    "E07000219": "Nuneaton and Bedworth",
    "E07000220": "Rugby",
    "E07000221": "Stratford-on-Avon",
    "E07000222": "Warwick",
}
PEOPLE = {
    "p-entry": "Asha Patel",
    "p-signer": "Daniel Whitehouse-Brown",
    "p-lead": "Moira Jenkins",
    "p-erased": "",
}
BLOCKS = {
    "children": "Children and young people",
    "health": "Healthier communities and older people",
    "safer": "Safer communities",
    "place": "Climate, environment and economy",
}
OUTCOMES = (
    ("early-years", "Children have the best start in life", "children"),
    ("care", "Children in care and leaving care do well", "children"),
    ("school", "Young people attend, achieve and stay in learning", "children"),
    ("healthy", "People live longer, healthier lives", "health"),
    ("independent", "Older people stay independent", "health"),
    ("roads", "Fewer people are hurt on the roads", "safer"),
    ("crime", "Less crime, and less fear of it", "safer"),
    ("waste", "Less waste, more of it recycled", "place"),
    ("work", "More people are in good work", "place"),
)
SHARES = dict(zip(AREAS, ("1", "0.93", "1.11", "1.02", "0.9", "0.97"), strict=True))


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """A value as submitted, or the reason why there is no figure."""

    value: Decimal | None = None
    missing: Missing | None = None
    provisional: bool = False
    signed: bool = True
    corrected: bool = False


class Built(msgspec.Struct, frozen=True, kw_only=True):
    """An indicator with its facts for the home area; other areas have a share of its values."""

    code: str
    outcome: str
    definition: Definition
    values: dict[str, Given]
    targets: dict[str, Decimal]
    retired: bool = False
    judge: Literal["signed-only", "submitted"] = "submitted"
    grace_days: int = 0

    @property
    def retired_from(self) -> str | None:
        """What is retired here is so for all its periods."""
        return "" if self.retired else None

    def given(self, code: str, area: str) -> Given | None:
        """The entry of a cell; one district never reports."""
        given = self.values.get(code)
        if given is None or area == HOME or given.value is None:
            return given
        if area == "E07000222":
            return None
        figure = (given.value * Decimal(SHARES[area])).quantize(Decimal("0.01"))
        return msgspec.structs.replace(given, value=figure)

    def latest(self, today: date) -> str:
        """The latest period with a value or a due target, else the first."""
        codes = sorted({**self.values, **self.targets})
        due = [
            c for c in codes if c in self.values or due_on(parse_code(c), self.definition) <= today
        ]
        return (due or codes)[-1 if due else 0]


def _codes(first: str, count: int) -> list[str]:
    period, codes = parse_code(first), []
    for _ in range(count):
        codes.append(period.code)
        period = period.next()
    return codes


def indicator(  # noqa: PLR0913
    code: str,
    outcome: str,
    title: str,
    unit: str,
    *,
    first: str = "FY2020",
    values: str = "",
    targets: str = "",
    polarity: Polarity = Polarity.BIGGER,
    last: Given | None = None,
    retired: bool = False,
    judge: Literal["signed-only", "submitted"] = "submitted",
    grace_days: int = 0,
    **definition: object,
) -> Built:
    """An indicator from figures written in a row, beginning with the period ``first``."""
    period = parse_code(first)
    figures, levels = values.split(), targets.split()
    codes = _codes(first, max(len(figures), len(levels)))
    given = {
        each: Given(value=Decimal(figure))
        for each, figure in zip(codes, figures, strict=False)
        if figure != "-"
    }
    if last is not None:
        at = codes[len(figures) - 1] if figures else codes[-1]
        value = given[at].value if at in given else None
        given[at] = msgspec.structs.replace(last, value=value)
    sheet = {
        "decimals": 1,
        "basis": Basis.RATIO,
        "interval": period.interval,
        "calendar": period.calendar,
        "due_lag_days": 60,
        "data_owner": "Warwickshire County Council, performance team",
        "source": "Department for Education, Local Authority Interactive Tool",
        "definition": f"{title}.\n\nCounted for residents of the area at the end of the period.",
        **definition,
    }
    return Built(
        code=code,
        outcome=outcome,
        definition=Definition(title=title, unit=unit, polarity=polarity, **sheet),  # type: ignore[arg-type]
        values=given,
        targets={
            each: Decimal(level) for each, level in zip(codes, levels, strict=False) if level != "-"
        },
        retired=retired,
        judge=judge,
        grace_days=grace_days,
    )


LOW, NEUTRAL, PLAN = Polarity.SMALLER, Polarity.NEUTRAL, Polarity.PLAN
INDICATORS: tuple[Built, ...] = (
    indicator(
        "gld",
        "early-years",
        "Children reaching a good level of development at the end of reception",
        "%",
        values="65.2 66.1 67.8 68.0 69.4 69.9",
        targets="66 67 68 69 70 71",
        last=Given(provisional=True, signed=False),
    ),
    indicator(
        "infant",
        "early-years",
        "Infant deaths in the first year of life",
        "per 1,000 live births",
        first="CY2018+3",
        values="3.9 3.7 3.8 4.1 4.3",
        targets="3.8 3.7 3.7 3.6 3.6",
        polarity=LOW,
        numerator="Deaths under one year",
        denominator="Live births",
        multiplier=Decimal(1000),
    ),
    indicator(
        "birthweight",
        "early-years",
        "Babies born at term with a low weight",
        "%",
        first="CY2019",
        values="2.9 2.8 2.6 2.5 2.4 -",
        targets="2.8 2.8 2.8 2.7 2.7 2.7",
        polarity=LOW,
        last=Given(missing=Missing.NOT_APPLICABLE),
    ),
    indicator(
        "care-rate",
        "care",
        "Children looked after on 31 March",
        "per 10,000 under 18",
        values="67 69 71 70 68 66",
        polarity=NEUTRAL,
        decimals=0,
    ),
    indicator(
        "care-moves",
        "care",
        "Children in care with three or more placements in a year",
        "%",
        values="11.0 10.4 10.1 9.2 9.0 7.9",
        targets="10 10 10 9.5 9.5 9",
        polarity=LOW,
        last=Given(corrected=True),
    ),
    indicator(
        "care-leavers",
        "care",
        "Care leavers aged 19 to 21 in education, employment or training",
        "%",
        values="54.0 55.5 57.1 56.0 58.2 57.9",
        targets="56 57 58 59 60 60.5",
    ),
    indicator(
        "foster",
        "care",
        "Foster carers recruited",
        "households",
        values="41 38 45 47 52",
        decimals=0,
        basis=Basis.DISCRETE,
        judge="signed-only",
        targets="40 40 42 44 46",
        last=Given(signed=False),
    ),
    indicator(
        "absence",
        "school",
        "Pupils missing a tenth or more of their lessons",
        "%",
        first="FY2021-Q1",
        values="12.1 13.4 15.0 17.8 19.2 20.3 19.9 21.4 22.0 22.3 21.8 20.9 20.4 20.8 21.3 21.0",
        targets="13 13 13 13 14 14 14 14 15 15 15 15 16 16 16 16",
        polarity=LOW,
    ),
    indicator(
        "neet",
        "school",
        "Young people aged 16 and 17 not in education, employment or training",
        "%",
        values="2.4 2.2 2.3 2.1 1.9",
        targets="2.3 2.3 2.2 2.2 2.1 2.0",
        polarity=LOW,
    ),
    indicator(
        "attainment",
        "school",
        "Average Attainment 8 score of pupils at the end of key stage 4",
        "points",
        first="AY2020",
        values="50.9 48.8 46.2 45.9",
        targets="50 50 47 47",
        series_break_at="AY2022",
    ),
    indicator(
        "transfer",
        "healthy",
        "Delayed transfers of care from hospital",
        "days per 100,000",
        values="9.1 8.7 - -",
        retired=True,
        polarity=LOW,
    ),
    indicator(
        "smoking",
        "healthy",
        "Adults who smoke",
        "%",
        first="CY2019",
        values="13.9 13.1 12.4 11.6 10.2 8.9",
        targets="13.5 13 12.5 12 11.5 11",
        polarity=LOW,
    ),
    indicator(
        "suicide",
        "healthy",
        "Deaths by suicide",
        "per 100,000",
        first="CY2019+3",
        values="10.2 10.5 10.4 -",
        last=Given(missing=Missing.SUPPRESSED),
        targets="10 10 10 10",
        polarity=LOW,
    ),
    indicator(
        "checks",
        "healthy",
        "NHS health checks offered since April",
        "people",
        first="FY2025-Q1",
        values="4120 9310 14870 20455",
        targets="4500 9000 13500 19000",
        decimals=0,
        basis=Basis.CUMULATIVE,
    ),
    indicator(
        "reablement",
        "independent",
        "Older people still at home 91 days after leaving hospital into reablement",
        "%",
        values="81.0 82.3 80.1 78.8 83.4 84.0",
        targets="82 82 83 83 84 84",
    ),
    indicator(
        "home-care",
        "independent",
        "Weeks that people wait for home care",
        "weeks",
        first="FY2026-Q1",
        targets="2 2",
        polarity=LOW,
        due_lag_days=30,
        grace_days=60,
    ),
    indicator(
        "falls",
        "independent",
        "Emergency admissions after a fall, aged 65 and over",
        "per 100,000",
        first="FY2026",
        targets="1900",
        polarity=LOW,
        decimals=0,
    ),
    indicator(
        "killed",
        "roads",
        "People killed or seriously injured on the roads",
        "people",
        first="CY2019",
        values="337 271 308 322 310 298",
        targets="330 310 300 290 280 270",
        polarity=LOW,
        decimals=0,
        basis=Basis.DISCRETE,
        source="Department for Transport, road casualty statistics",
    ),
    indicator(
        "speed",
        "roads",
        "Average speed on roads with a limit of 20 miles an hour",
        "mph",
        values="21.9 22.4 22.1 21.7 21.5 21.2",
        polarity=PLAN,
        limits=PlanLimits(
            low_red=Decimal(15),
            low_amber=Decimal(18),
            high_amber=Decimal(21),
            high_red=Decimal(24),
        ),
    ),
    indicator(
        "burglary",
        "crime",
        "Burglaries of homes",
        "per 1,000 homes",
        values="4.9 4.4 4.6 4.1 3.8 3.6",
        polarity=LOW,
    ),
    indicator(
        "fatal",
        "crime",
        "Killings in the home",
        "people",
        values="2 1 0 1 0 1",
        targets="0 0 0 0 0 0",
        polarity=LOW,
        decimals=0,
        basis=Basis.DISCRETE,
    ),
    indicator(
        "trust",
        "crime",
        "People who trust the police and council to deal with disorder",
        "%",
        first="FY2025",
        targets="50",
        placeholder=True,
    ),
    indicator(
        "recycling",
        "waste",
        "Household waste sent for reuse, recycling or composting",
        "%",
        values="51.2 50.1 49.6 48.8 49.9 50.3",
        targets="52 52 52 52 52 52",
    ),
    indicator(
        "jobs",
        "work",
        "Gross weekly pay of people who work full time in the area",
        "£",
        first="CY2019",
        values="588.50 602.10 627.00 660.40 702.30 738.90",
        targets="590 605 630 660 690 720",
        decimals=2,
        last=Given(provisional=True),
    ),
)
