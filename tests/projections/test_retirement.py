"""What the answers say of an indicator that is retired from a period on, and of its past."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec
import pytest
from histories import AGREEMENT, HOME, PERIODS, REASON, Story, ledger, opening, reading

from ledger.agreement.events import (
    ComparatorGroupSet,
    EscalationPolicyAdopted,
    RagPolicyAdopted,
    RoleAssigned,
)
from ledger.amendment.events import AmendmentProposed, Changes, TargetChange
from ledger.engine import Connection
from ledger.event import amendment_id
from ledger.indicator.events import Entry, IndicatorRetired, Target
from policies.escalation import EscalationSettings
from policies.permissions import Role
from policies.rag import RagSettings
from projections.catch_up import catch_up
from projections.changes import CauseKind
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.collection import read_collection
from projections.reading.cube import read_cube
from projections.reading.cube_asked import CubeAsked
from projections.reading.diff import read_diff
from projections.reading.escalations import read_escalations
from projections.reading.indicator import read_indicator
from projections.reading.league import read_league
from projections.reading.rules import read_rules
from projections.reading.series_of_area import read_series_of_area
from projections.reading.smart import read_smart
from projections.reading.status import read_status
from projections.reading.status_series import read_status_series
from projections.reading.tasks import read_agreement_tasks
from projections.reading.why import read_why

NOW = datetime(2024, 8, 20, 12, 0, tzinfo=UTC)
BEFORE, RETIRED = PERIODS["I1"][1:3], PERIODS["I1"][3:]  # from the third quarter of 2023/24 on
FROM = date(2020, 4, 1)


def told() -> Story:
    """Five quarters far below their targets; then the indicator is retired from the third on."""
    story = opening("I1", "I2")
    rag = RagSettings(amber_margin=Decimal("0.1"))
    rules = EscalationSettings(periods_to_action=2)
    story.structure(
        RoleAssigned(person="asha", role=Role.ENTRY_OFFICER, scope="homes"),
        RoleAssigned(person="sue", role=Role.SIGN_OFF_OFFICER, scope=AGREEMENT),
        RoleAssigned(person="bela", role=Role.BOARD_MEMBER, scope=AGREEMENT),
        RagPolicyAdopted(version="1", effective_from=FROM, settings=rag),
        EscalationPolicyAdopted(version="1", effective_from=FROM, settings=rules),
        ComparatorGroupSet(code="all", title="All", version=1, members=(HOME,)),
    )
    periods = PERIODS["I1"][1:]
    aims = (Target(period=code, area=HOME, level=Decimal(12)) for code in periods)
    story.target("I1", *aims)
    figures = (Entry(period=code, area=HOME, value=Decimal(5)) for code in periods[:-1])
    story.submit("I1", *figures)
    story.indicator("I1", IndicatorRetired(from_period=RETIRED[0], amendment=4), actor="bela")
    return story


@pytest.fixture
def reader(embedded_database: str) -> Iterator[Connection]:
    with ledger(embedded_database) as owner:
        for commit in told().commits:
            owner.append(commit)
        catch_up(embedded_database)
    with reading(embedded_database) as connection:
        yield connection


def clocks(reader: Connection, known: str = "now") -> ResolvedClocks:
    return resolve(reader, known, "now", NOW)


def just_before(reader: Connection) -> str:
    """The clock of the position before the retirement."""
    return f"position:{clocks(reader).clocks.known_position - 1}"


def test_earlier_periods_keep_their_status_and_later_ones_say_retired(reader: Connection) -> None:
    series = read_status_series(reader, AGREEMENT, "I1", clocks(reader), area=HOME)
    assert [("red", None)] * 2 + [(None, "retired")] * 3 == [
        (row.status, row.reason) for row in series
    ]
    assert {"none"} == {row.travel for row in series[2:]}
    then = read_status_series(
        reader, AGREEMENT, "I1", clocks(reader, just_before(reader)), area=HOME
    )
    assert ["red"] * 4 == [row.status for row in then[:4]]
    for period, word in ((BEFORE[1], "red"), (RETIRED[0], "retired"), ("FY2024-Q4", "retired")):
        rows = read_status(reader, AGREEMENT, clocks(reader), period=period).rows
        assert {"I1": word} == {
            row.indicator: row.status or row.reason for row in rows if row.indicator == "I1"
        }


def test_the_derivation_of_a_retired_period_says_so(reader: Connection) -> None:
    steps = read_why(reader, AGREEMENT, "I1", clocks(reader), period=RETIRED[0], area=HOME).steps
    assert "the indicator is retired for this period" in [step.working for step in steps]


def test_an_indicator_tells_from_which_period_it_is_retired(reader: Connection) -> None:
    found = read_indicator(reader, AGREEMENT, "I1", clocks(reader))
    assert (True, RETIRED[0]) == (found.retired, found.retired_from)
    other = read_indicator(reader, AGREEMENT, "I2", clocks(reader))
    assert (False, None) == (other.retired, other.retired_from)
    told = {
        one.indicator: (one.retired, one.retired_from)
        for one in read_series_of_area(reader, AGREEMENT, clocks(reader)).indicators
    }
    assert {"I1": (True, RETIRED[0]), "I2": (False, None)} == told


def test_the_stage_that_earlier_periods_led_to_stays_and_no_later_row_has_one(
    reader: Connection,
) -> None:
    series = read_status_series(reader, AGREEMENT, "I1", clocks(reader), area=HOME)
    assert [1, 2, None, None, None] == [row.stage for row in series]
    [opened] = read_escalations(reader, AGREEMENT, clocks(reader)).rows
    assert ("I1", 2) == (opened.indicator, opened.stage)
    [then] = read_escalations(reader, AGREEMENT, clocks(reader, just_before(reader))).rows
    assert then.stage > opened.stage


def test_nobody_is_asked_for_values_of_retired_periods(reader: Connection) -> None:
    [row] = [
        one
        for one in read_collection(reader, AGREEMENT, clocks(reader)).rows
        if one.indicator == "I1"
    ]
    assert [*BEFORE] == [cell.period for cell in row.cells]
    waiting = {
        (one.kind, one.period)
        for one in read_agreement_tasks(reader, AGREEMENT, clocks(reader)).tasks
        if one.indicator == "I1" and one.period
    }
    assert not {period for _, period in waiting} & set(RETIRED)
    assert set(BEFORE) <= {period for _, period in waiting}, "they wait for their sign-off"


def test_a_cube_has_retired_periods_only_of_indicators_that_are_named(reader: Connection) -> None:
    for measure in ("status", "value", "entries"):
        for named, expected in (((), BEFORE), (("I1",), PERIODS["I1"][1:])):
            asked = CubeAsked(rows="indicator", columns="period", measure=measure, indicators=named)
            shown = [
                one.code for one in read_cube(reader, AGREEMENT, clocks(reader), asked).columns
            ]
            with_value = expected if measure == "status" else [*expected][:4]
            assert [*with_value] == shown


def test_a_year_in_a_cube_says_what_its_board_says_and_lacks_no_retired_period(
    reader: Connection,
) -> None:
    """Two of its quarters are retired; of the year after only a target is recorded."""
    for named, expected in (((), []), (("I1",), ["FY2023", "FY2024"])):
        asked = CubeAsked(rows="year", columns="indicator", measure="status", indicators=named)
        years = read_cube(reader, AGREEMENT, clocks(reader), asked).rows
        assert expected == [year.code for year in years]
        for year in years:
            [row] = [
                one
                for one in read_status(reader, AGREEMENT, clocks(reader), period=year.code).rows
                if one.indicator == "I1"
            ]
            [cell] = year.cells
            assert cell is not None
            assert (row.period, {row.reason: 1}) == (cell.period, cell.counts)
            assert ("retired", 1) == (row.reason, cell.entries)
        asked = CubeAsked(rows="year", columns="indicator", indicators=named)
        [year] = read_cube(reader, AGREEMENT, clocks(reader), asked).rows
        [cell] = year.cells
        assert cell is not None
        assert ("FY2023", "5.0", (), False) == (
            year.code, cell.value, cell.missing_periods, cell.partial,
        )  # fmt: skip


def test_a_league_leaves_out_what_is_retired_by_now(reader: Connection) -> None:
    """On the day before its first retired period it had been in."""
    first = datetime(2023, 9, 30, 12, tzinfo=UTC)
    now, then = (
        {one.indicator for one in read_league(reader, AGREEMENT, each).rows}
        for each in (clocks(reader), msgspec.structs.replace(clocks(reader), today=first.date()))
    )
    assert ({"I2"}, {"I1", "I2"}) == (now, then)


def test_the_rules_tell_the_retirement_and_a_difference_its_amendment(reader: Connection) -> None:
    changed = read_rules(reader, AGREEMENT, clocks(reader), indicator="I1").rules[0]
    assert ("indicator-retired", {"retired": "yes", "retired_from": RETIRED[0]}) == (
        changed.type,
        {one.field: one.after for one in changed.changes},
    )
    diff = read_diff(reader, AGREEMENT, clocks(reader, just_before(reader)), clocks(reader))
    cells = {cell.period: cell for cell in diff.cells}
    assert set(RETIRED) == set(cells)
    for cell in cells.values():
        [cause] = [one for one in cell.causes if one.kind is not CauseKind.TIME]
        assert (CauseKind.RETIREMENT, 4) == (cause.kind, cause.amendment)


def test_a_target_of_an_earlier_period_is_not_asked_for_values_of_retired_ones(
    embedded_database: str,
) -> None:
    """All periods that have come due since are retired, and take none."""
    story = told()
    target = Target(period=BEFORE[1], area=HOME, level=Decimal(12), baseline=Decimal(9))
    change = TargetChange(indicator="I1", target=target)
    proposed = AmendmentProposed(
        agreement=AGREEMENT,
        number=5,
        title="A target",
        reason=REASON,
        changes=Changes(effective_from=BEFORE[1], targets=(change,)),
    )
    story.events(amendment_id(AGREEMENT, 5), proposed)
    with ledger(embedded_database) as owner:
        owner.write(story)
    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        at = msgspec.structs.replace(clocks(reader), today=date(2026, 6, 20))
        [asked] = read_smart(reader, AGREEMENT, 5, at).targets
    assert ["yes"] == [one.answer for one in asked.answers if one.question == "measurable"]
