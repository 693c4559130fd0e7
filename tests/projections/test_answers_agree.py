"""Answers that tell of the same thing agree, in corners where they once did not."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from histories import (
    AGREEMENT,
    HOME,
    OTHER,
    REASON,
    SHEET,
    Ledger,
    Story,
    definition,
    opening,
    taken_in,
)

from http_api.pages.series import series_rows
from http_api.pages.within_year import years_so_far
from ledger.agreement.events import (
    Area,
    EscalationPolicyAdopted,
    OutcomeSet,
    RagPolicyAdopted,
    RoleAssigned,
)
from ledger.amendment.events import AmendmentProposed, Changes, TargetChange
from ledger.engine import Connection
from ledger.event import amendment_id
from ledger.indicator.events import Entry, IndicatorRedefined, Target
from ledger.indicator.responses import EscalationClosed
from policies.definition import Basis, PlanLimits, Polarity
from policies.escalation import EscalationSettings
from policies.permissions import Role
from policies.rag import RagSettings
from policies.smart import Answer, Smart
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked
from projections.reading.drill_down import DrillAsked, read_drill_down
from projections.reading.escalation_story import read_escalation
from projections.reading.escalations import read_escalations, read_exceptions
from projections.reading.examinations import read_examinations
from projections.reading.smart import read_smart
from projections.reading.status_series import read_status_series
from projections.reading.tasks import read_agreement_tasks
from projections.reading.values import read_values

Written = tuple[str, Ledger, Connection]
SINCE = date(2020, 4, 1)
Q1, Q2, Q3, Q4 = (f"FY2023-Q{quarter}" for quarter in (1, 2, 3, 4))


def begun(*codes: str, start: datetime, days_between: int = 1, **rag: Any) -> Story:
    story = opening(*codes, start=start, days_between=days_between)
    settings = RagSettings(amber_margin=Decimal("0.1"), **rag)
    return story.structure(
        RagPolicyAdopted(version="1", effective_from=SINCE, settings=settings),
        EscalationPolicyAdopted(version="1", effective_from=SINCE, settings=EscalationSettings()),
    )


def told(
    written: Written, story: Story, at: datetime | None = None
) -> tuple[Connection, ResolvedClocks]:
    reader = taken_in(written, story)
    return reader, resolve(reader, "now", "now", at or story.commits[-1].at)


def waited(story: Story, until: date) -> Story:
    """Nothing of note happens until a day."""
    while story.at.date() < until:
        story.structure(OutcomeSet(code="homes", title="Homes", block="well", lead="county"))
    return story


def value(period: str, number: str, area: str = HOME) -> Entry:
    return Entry(period=period, area=area, value=Decimal(number))


def test_the_four_weeks_of_a_figure_run_from_the_figure_and_not_from_a_mark(
    written: Written,
) -> None:
    story = begun("I1", start=datetime(2024, 6, 3, 9, tzinfo=UTC), days_between=20)
    story.submit("I1", Entry(period=Q4, area=HOME, missing="missing"))
    came = waited(story, date(2024, 11, 1)).at.date()
    story.correct("I1", value(Q4, "88"))
    reader, clocks = told(written, story)

    (row,) = read_examinations(reader, AGREEMENT, clocks).rows
    assert (came, came + timedelta(days=28)) == (row.available_on, row.last_day)


def test_a_mark_without_a_figure_leaves_a_roll_up_signed(written: Written) -> None:
    story = begun("I1", start=datetime(2024, 6, 3, 9, tzinfo=UTC), judge="signed-only",
                  least_coverage=Decimal("0.5"))  # fmt: skip
    within = (Area("A1", "One", within=HOME), Area("A2", "Two", within=HOME))
    areas = (Area(HOME, "County"), *within)
    story.structure(msgspec.structs.replace(SHEET, areas=areas))
    counted = definition("I1", basis=Basis.DISCRETE)
    story.indicator("I1", IndicatorRedefined(definition=counted))
    story.target("I1", Target(area=HOME, period=Q4, level=Decimal(50)))
    story.areas = areas
    story.submit("I1", value(Q4, "60", area="A1"))
    story.sign_off("I1", story.held("I1")[0].name)
    story.submit("I1", Entry(period=Q4, area="A2", missing="missing"))
    reader, clocks = told(written, story)

    found = read_drill_down(reader, AGREEMENT, clocks, DrillAsked(indicator="I1", period=Q4))
    assert found.together is not None
    assert ("60.0", "green", None) == (
        found.together.figure.value,
        found.together.status,
        found.together.reason,
    )


def test_an_open_stage_is_a_task_wherever_its_limits_judge(written: Written) -> None:
    """Of plan-is-best no target is needed, in no area."""
    story = begun("I1", start=datetime(2024, 6, 3, 9, tzinfo=UTC))
    story.structure(RoleAssigned(person="lee", role=Role.LEAD_OFFICER, scope="homes"))
    limits = PlanLimits(
        low_red=Decimal(0), low_amber=Decimal(10), high_amber=Decimal(20), high_red=Decimal(30)
    )
    planned = definition("I1", polarity=Polarity.PLAN, limits=limits)
    story.indicator("I1", IndicatorRedefined(definition=planned))
    story.submit("I1", value(Q4, "50", area=OTHER))
    reader, clocks = told(written, story, datetime(2024, 7, 1, tzinfo=UTC))

    (open_one,) = read_escalations(reader, AGREEMENT, clocks, area=OTHER).rows
    tasks = read_agreement_tasks(reader, AGREEMENT, clocks).tasks
    assert (OTHER, ("lee",)) in {(one.area, tuple(one.people)) for one in tasks}
    assert ("lee",) == tuple(open_one.awaits.people)


def test_what_the_board_closed_is_no_open_stage_among_exceptions(written: Written) -> None:
    """After the last period of an agreement too, when no further one comes due."""
    story = begun("I1", start=datetime(2027, 5, 1, 9, tzinfo=UTC), days_between=10)
    story.target("I1", Target(area=HOME, period="FY2026-Q4", level=Decimal(90)))
    story.submit("I1", value("FY2026-Q4", "50"))
    waited(story, date(2027, 8, 1))
    reader, clocks = told(written, story, datetime(2027, 9, 1, tzinfo=UTC))
    assert [1] == [one.row.stage for one in read_exceptions(reader, AGREEMENT, clocks).rows]

    story.indicator("I1", EscalationClosed(area=HOME, reason=REASON), actor="bo")
    reader, clocks = told(written, story, datetime(2027, 9, 1, tzinfo=UTC))
    assert () == read_escalations(reader, AGREEMENT, clocks).rows
    (red,) = read_exceptions(reader, AGREEMENT, clocks).rows
    assert ("red", None) == (red.row.status, red.row.stage)


def test_a_year_so_far_is_of_the_parts_on_its_page_as_in_a_cube(written: Written) -> None:
    story = begun("I1", start=datetime(2024, 6, 3, 9, tzinfo=UTC))
    mean = definition(
        "I1", basis=Basis.AVERAGE, decimals=0, numerator="n", denominator="d", decimals_accepted=2
    )
    story.indicator("I1", IndicatorRedefined(definition=mean))
    for period, rounded, above in ((Q1, "2", "3"), (Q2, "2", "3"), (Q3, "1", "1")):
        story.submit("I1", msgspec.structs.replace(
            value(period, rounded), numerator=Decimal(above), denominator=Decimal(2)
        ))  # fmt: skip
    reader, clocks = told(written, story)

    asked = CubeAsked(rows="indicator", columns="year", indicators=("I1",))
    (row,) = read_cube(reader, AGREEMENT, clocks, asked).rows
    series = series_rows(
        read_status_series(reader, AGREEMENT, "I1", clocks, area=HOME),
        read_values(reader, AGREEMENT, "I1", clocks).values,
    )
    (cell,) = [cell for cell in row.cells if cell is not None]
    assert (
        "1"
        == cell.value
        == {one.row.period: one.so_far for one in years_so_far(series, mean, retired_from=None)}[Q3]
    )


def test_of_an_agreement_that_has_just_begun_nothing_was_to_be_collected(written: Written) -> None:
    story = begun("I1", start=datetime(2023, 4, 3, 9, tzinfo=UTC))
    target = Target(area=HOME, period=Q4, level=Decimal(90), baseline=Decimal(80))
    changes = Changes(effective_from=Q4, targets=(TargetChange(indicator="I1", target=target),))
    proposed = AmendmentProposed(
        agreement=AGREEMENT, number=1, title="A target", reason=REASON, changes=changes
    )
    story.events(amendment_id(AGREEMENT, 1), proposed)
    reader, clocks = told(written, story)

    (target_asked,) = read_smart(reader, AGREEMENT, 1, clocks).targets
    found = {one.question: one.answer for one in target_asked.answers}
    assert Answer.NOT_YET == found[Smart.MEASURABLE]


def test_the_stage_as_known_then_stays_though_what_stood_in_stands_in_no_more(
    written: Written,
) -> None:
    """I2, annual, had stage 1 by its proxy, I1; then its definition named none any more."""
    story = begun("I1", "I2", start=datetime(2024, 6, 3, 9, tzinfo=UTC), days_between=5)
    by_proxy = EscalationSettings(annual_on_proxy=True)
    story.structure(EscalationPolicyAdopted(version="2", effective_from=SINCE, settings=by_proxy))
    story.indicator("I2", IndicatorRedefined(definition=definition("I2", proxy="I1")))
    for code, periods in (("I2", ("FY2023", "FY2024")), ("I1", ("FY2024-Q1", "FY2024-Q2"))):
        story.target(code, *(Target(area=HOME, period=one, level=Decimal(90)) for one in periods))
    ninety_five = Entry(period="FY2023", area=HOME, numerator=Decimal(95), denominator=Decimal(100))
    story.submit("I2", ninety_five)
    story.submit("I1", value("FY2024-Q1", "50"))
    then = len(waited(story, date(2024, 9, 1)).recorded())
    story.indicator("I2", IndicatorRedefined(definition=definition("I2")))
    reader, now = told(written, story)
    before = resolve(reader, f"position:{then}", f"position:{then}", story.at)

    assert 1 == read_escalation(reader, AGREEMENT, "I2", before).stage
    known = read_escalation(reader, AGREEMENT, "I2", now).known
    assert [1, 0] == [int(one.stage or 0) for one in known]


def test_the_stage_as_known_then_is_of_the_agreement_as_it_was_then(written: Written) -> None:
    """It was to end before the period that is below target; it was lengthened later."""
    story = begun("I1", start=datetime(2024, 8, 1, 9, tzinfo=UTC), days_between=2)
    story.structure(msgspec.structs.replace(SHEET, end=date(2024, 3, 31)))
    story.target("I1", Target(area=HOME, period="FY2024-Q1", level=Decimal(90)))
    story.submit("I1", value("FY2024-Q1", "50"))
    then = len(waited(story, date(2024, 9, 20)).recorded())
    lengthened = story.at.date()
    story.structure(SHEET)
    reader, now = told(written, story)
    before = resolve(reader, f"position:{then}", "now", story.at)

    assert () == read_escalations(reader, AGREEMENT, before).rows
    (known,) = read_escalation(reader, AGREEMENT, "I1", now).known
    assert (lengthened, 1) == (known.on, int(known.stage or 0))
