"""One indicator that falls behind, told as a person would check it by hand, at any two moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from histories import (
    AGREEMENT,
    HOME,
    OTHER,
    REASON,
    Story,
    definition,
    ledger,
    opening,
    reading,
)

from ledger.agreement.events import (
    BodyFormed,
    EscalationPolicyAdopted,
    RagPolicyAdopted,
    RoleAssigned,
)
from ledger.engine import Connection
from ledger.indicator.events import Entry, IndicatorRedefined, Target, ValuesSubmitted
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSubmitted,
    PlanStep,
    RemedialActionRecorded,
    ValueExamined,
)
from policies.escalation import EscalationSettings
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import UnknownArea, UnknownIndicator, UnknownPeriod
from projections.answers import StatusRow
from projections.catch_up import catch_up
from projections.escalations import EscalationStory
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.escalation_story import read_escalation
from projections.reading.escalations import read_escalations, read_exceptions
from projections.reading.examinations import read_examinations
from projections.reading.restatements import read_restatements
from projections.reading.status import read_status
from projections.reading.status_series import read_status_series
from projections.reading.why import read_why

TEXT = bytes(range(32))  # digest of what the lead officer said
STRICT = EscalationSettings(periods_to_action=1)
RAG = RagSettings(amber_margin=Decimal("0.5"), exceed_margin=Decimal("0.5"))


def value(period: str, figure: str, area: str = HOME) -> Entry:
    return Entry(period=period, area=area, value=Decimal(figure))


def adopted(version: str, settings: EscalationSettings) -> EscalationPolicyAdopted:
    return EscalationPolicyAdopted(
        version=version, effective_from=date(2023, 4, 1), settings=settings
    )


def told() -> Story:
    """Two quarters below target, a plan, a late correction of the first, other rules at the end."""
    story = opening("I1", "I2")  # positions 1 to 12
    story.structure(  # 13 to 17
        BodyFormed(code="board", name="The board", kind="board"),
        BodyFormed(code="group", name="The group", kind="thematic-group", blocks=("well",)),
        RoleAssigned(person="lee", role=Role.LEAD_OFFICER, scope="homes"),
        RoleAssigned(person="mo", role=Role.BOARD_MEMBER, scope="well"),
        RoleAssigned(person="bo", role=Role.BOARD_MEMBER, scope=AGREEMENT),
    )
    rag = RagPolicyAdopted(version="r", effective_from=date(2020, 4, 1), settings=RAG)
    story.structure(rag, adopted("first", EscalationSettings()))  # 18, 19
    periods = [f"FY2023-Q{n}" for n in (1, 2, 3, 4)] + ["FY2024-Q1"]
    story.target("I1", *(Target(period=p, area=HOME, level=Decimal(10)) for p in periods))  # 20
    story.submit("I1", value("FY2023-Q1", "8"))  # 21
    story.submit("I1", value("FY2023-Q2", "8"))  # 22
    story.indicator(  # 23
        "I1",
        RemedialActionRecorded(area=HOME, period="FY2023-Q2", action=TEXT.hex()),
        actor="lee",
    )
    story.indicator(  # 24
        "I1",
        ActionPlanSubmitted(
            number=1, area=HOME, period="FY2023-Q2", cause=REASON, begins_on=date(2024, 7, 1),
            ends_on=date(2024, 12, 1),
            steps=(PlanStep(action=TEXT.hex(), due_on=date(2024, 9, 1), responsible="lee"),),
        ),
        actor="lee",
    )  # fmt: skip
    story.correct("I1", value("FY2023-Q1", "10"), reason=TEXT.hex())  # 25
    story.indicator(  # 26
        "I1", ActionPlanAccepted(plan=1, area=HOME, review_on=date(2025, 1, 1), body="group")
    )
    story.structure(adopted("strict", STRICT))  # 27
    story.indicator(  # 28
        "I1", ValueExamined(area=HOME, period="FY2023-Q2", on=date(2024, 7, 20), body="group")
    )
    return story


STORY = told()
NOW = datetime(2024, 12, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def reader(embedded_database: str) -> Iterator[Connection]:
    with ledger(embedded_database) as owner:
        for commit in STORY.commits:
            texts = {TEXT: "A second team."} if commit is STORY.commits[0] else None
            owner.append(commit, texts=texts)
        catch_up(embedded_database)
    with reading(embedded_database) as connection:
        yield connection


def at(reader: Connection, known: int | str = "now", policy: int | str = "now") -> ResolvedClocks:
    first, second = (f"position:{one}" if isinstance(one, int) else one for one in (known, policy))
    return resolve(reader, first, second, NOW)


def stages(reader: Connection, known: int | str, policy: int | str) -> dict[str, int]:
    rows = read_escalations(reader, AGREEMENT, at(reader, known, policy)).rows
    return {row.indicator: row.stage for row in rows}


def test_four_pairs_of_clocks_tell_four_stages(reader: Connection) -> None:
    """Before and after the correction, under rules that take two periods, or one, to action."""
    assert {} == stages(reader, 24, 18)
    assert {"I1": 2} == stages(reader, 24, 19)
    assert {"I1": 3} == stages(reader, 24, 27), "no plan for a whole period"
    assert {"I1": 1} == stages(reader, 27, 19)
    assert {"I1": 2} == stages(reader, 27, 27)


def test_an_open_stage_names_what_moved_it_what_was_done_and_who_must_act(
    reader: Connection,
) -> None:
    (row,) = read_escalations(reader, AGREEMENT, at(reader, 24, 24)).rows
    assert [("FY2023-Q1", "21.0", 0, 1), ("FY2023-Q2", "22.0", 1, 2)] == [
        (move.period, move.entry, move.before, move.after) for move in row.moves
    ]
    assert ("well", "homes", date(2023, 10, 10), 2, None) == (
        row.block, row.outcome, row.since, row.below, row.plan,
    )  # fmt: skip
    remedy, plan = row.acts
    assert ("remedial-action", "lee", "A second team.", "FY2023-Q2") == (
        remedy.kind, remedy.actor, remedy.text, remedy.period,
    )  # fmt: skip
    assert (1, None, "A second team.") == (plan.plan, plan.text, plan.steps[0].action)
    assert ("plan-acceptance", "thematic-group", 1, ("mo",), ("group",)) == (
        row.awaits.what, row.awaits.who, row.awaits.plan, row.awaits.people, row.awaits.body,
    )  # fmt: skip


def test_who_must_act_goes_by_roles_and_bodies(reader: Connection) -> None:
    """The lead officer of the outcome at first, the group that reviews the plan at the end."""
    (first,) = read_escalations(reader, AGREEMENT, at(reader, 21, 21)).rows
    assert ("remedial-action", ("lee",), ()) == (
        first.awaits.what, first.awaits.people, first.awaits.body,
    )  # fmt: skip
    (last,) = read_escalations(reader, AGREEMENT, at(reader)).rows
    assert ("review", ("mo",), ("group",), date(2025, 1, 1)) == (
        last.awaits.what, last.awaits.people, last.awaits.body, last.awaits.on,
    )  # fmt: skip
    assert {"1": 0, "2": 1, "3": 0} == read_escalations(reader, AGREEMENT, at(reader)).counts


def test_no_other_area_is_touched(reader: Connection) -> None:
    answer = read_escalations(reader, AGREEMENT, at(reader), area=OTHER)
    assert ((), "England") == (answer.rows, answer.area_name)
    with pytest.raises(UnknownArea):
        read_escalations(reader, AGREEMENT, at(reader), area="E99999999")


def test_a_story_keeps_what_was_known_and_says_what_changed_it(reader: Connection) -> None:
    story = read_escalation(reader, AGREEMENT, "I1", at(reader))
    assert [
        (21, "values-submitted", 1, 0),
        (22, "values-submitted", 2, 2),
        (25, "values-corrected", 1, 2),
        (27, "escalation-policy-adopted", 2, 2),
    ] == [(one.position, one.event, one.stage, one.now if n else 0)
          for n, one in enumerate(story.known)]  # fmt: skip
    corrected = story.known[2]
    assert ("asha", "A second team.") == (corrected.actor, corrected.reason)
    assert [("FY2023-Q2", 0, 1, 0), ("FY2023-Q2", 1, 2, 0)] == [
        (move.period, move.before, move.after, move.stage_then) for move in story.moves
    ]
    assert ["remedial-action", "plan-submitted", "plan-accepted"] == [
        act.kind for act in story.acts
    ]


def test_a_stage_that_a_correction_took_away_stays_to_be_seen(reader: Connection) -> None:
    """Under the first rules: stage 2 was known for a while, and no more is 1 of it left."""
    story = read_escalation(reader, AGREEMENT, "I1", at(reader, 25, 25))
    assert (1, [1, 2, 1]) == (story.stage, [one.stage for one in story.known])
    then: EscalationStory = read_escalation(reader, AGREEMENT, "I1", at(reader, 24, 24))
    assert (2, then.known) == (then.stage, tuple(then.known))
    assert [1, 2] == [one.stage for one in then.known]


def test_an_indicator_that_never_fell_behind_has_an_empty_story(reader: Connection) -> None:
    story = read_escalation(reader, AGREEMENT, "I2", at(reader))
    assert (0, None, (), (), ()) == (
        story.stage, story.awaits, story.moves, story.acts, story.known,
    )  # fmt: skip
    with pytest.raises(UnknownIndicator):
        read_escalation(reader, AGREEMENT, "I9", at(reader))


def test_a_row_has_the_stage_as_it_stood_before_the_next_period_was_due(
    reader: Connection,
) -> None:
    def stages_of(rows: tuple[StatusRow, ...]) -> dict[str, int | None]:
        return {row.period: row.stage for row in rows}

    series = read_status_series(reader, AGREEMENT, "I1", at(reader, 24, 24))
    assert {"FY2023-Q1": 1, "FY2023-Q2": 2, "FY2023-Q3": 2, "FY2023-Q4": 2, "FY2024-Q1": 2} == (
        stages_of(series)
    )
    corrected = read_status_series(reader, AGREEMENT, "I1", at(reader, 25, 25))
    assert {"FY2023-Q1": None, "FY2023-Q2": 1} == dict([*stages_of(corrected).items()][:2])
    page = read_status(reader, AGREEMENT, at(reader), period="FY2023-Q1").rows
    assert {"FY2023-Q1": None} == stages_of(page)
    why = read_why(reader, AGREEMENT, "I1", at(reader), period="FY2023-Q2")
    assert 2 == why.row.stage
    before_rules = read_status(reader, AGREEMENT, at(reader, 24, 18)).rows
    assert [None, None] == [row.stage for row in before_rules]


def test_exceptions_stand_with_the_latest_action(embedded_database: str) -> None:
    story = opening("I1", "I2", "I3")
    rag = RagPolicyAdopted(version="r", effective_from=date(2020, 4, 1), settings=RAG)
    story.structure(rag, adopted("first", EscalationSettings()))
    for code, period in (("I1", "FY2024-Q1"), ("I3", "CY2021+3")):
        story.target(code, Target(period=period, area=HOME, level=Decimal(10)))
    story.submit("I3", value("CY2021+3", "20"))
    story.submit("I1", value("FY2024-Q1", "8"))
    story.indicator(
        "I1",
        RemedialActionRecorded(area=HOME, period="FY2024-Q1", action=REASON),
        ValueExamined(area=HOME, period="FY2024-Q1", on=date(2024, 8, 1)),
    )
    with ledger(embedded_database) as owner:
        owner.write(story)
    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        clocks = resolve(reader, "now", "now", datetime(2024, 8, 9, tzinfo=UTC))
        answer = read_exceptions(reader, AGREEMENT, clocks)
    assert {"under-performance": 1, "over-performance": 1} == answer.counts
    under, over = answer.rows
    assert ("I1", "amber", 1) == (under.row.indicator, under.row.status, under.row.stage)
    assert under.action is not None
    assert under.awaits is not None
    assert ("remedial-action", None, "next-period") == (
        under.action.kind, under.action.text, under.awaits.what,
    )  # fmt: skip
    assert ("I3", "exceeding", None, None) == (
        over.row.indicator, over.row.status, over.action, over.awaits,
    )  # fmt: skip


def test_an_annual_indicator_escalates_on_its_proxy_where_the_rules_say_so(
    embedded_database: str,
) -> None:
    story = opening("I1", "I2")
    story.indicator("I2", IndicatorRedefined(definition=definition("I2", proxy="I1")))
    story.structure(adopted("without", EscalationSettings()))
    first = len(story.recorded())
    story.structure(adopted("with", EscalationSettings(annual_on_proxy=True)))
    story.target("I1", Target(period="FY2024-Q1", area=HOME, level=Decimal(10)))
    story.submit("I1", value("FY2024-Q1", "8"))
    with ledger(embedded_database) as owner:
        last = owner.write(story)
    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        assert {"I1": 1} == stages(reader, last, first)
        assert {"I1": 1, "I2": 1} == stages(reader, last, last)
        answer = read_escalation(reader, AGREEMENT, "I2", at(reader, last, last))
    (move,) = answer.moves
    assert ("I1", "FY2024-Q1", "2024-07-11") == (move.proxy, move.period, str(move.on)[:8] + "11")
    assert "(by its proxy I1)" in move.working
    assert [1] == [one.stage for one in answer.known]


def test_the_four_weeks_are_counted_from_the_first_value_of_a_period(reader: Connection) -> None:
    """The first quarter was given at position 21 on 23 June; a correction begins no new count."""
    answer = read_examinations(reader, AGREEMENT, at(reader))
    second, first = answer.rows
    submitted = {n: STORY.recorded()[n - 1].recorded_at.date() for n in (21, 22)}
    assert (submitted[22], "met", "group", 28) == (
        second.available_on, second.outcome, second.body, second.position,
    )  # fmt: skip
    assert (submitted[21], "breached", "25.0", None) == (
        first.available_on, first.outcome, first.entry, first.position,
    )  # fmt: skip
    assert {"met": 1, "breached": 1, "running": 0} == answer.counts
    before = read_examinations(reader, AGREEMENT, at(reader, 27), period="FY2023-Q2")
    assert ["running"] == [row.outcome for row in before.rows]
    assert () == read_examinations(reader, AGREEMENT, at(reader), area=OTHER).rows
    assert 1 == len(read_examinations(reader, AGREEMENT, at(reader), period="FY2023-Q1").rows)
    assert 2 == len(read_examinations(reader, AGREEMENT, at(reader), period="FY2023").rows)
    with pytest.raises(UnknownPeriod):
        read_examinations(reader, AGREEMENT, at(reader), period="last year")


def test_a_submission_may_say_when_its_data_were_available(embedded_database: str) -> None:
    story = opening("I1")
    said = ValuesSubmitted(entries=(value("FY2023-Q1", "8"),), data_available_on=date(2024, 5, 1))
    story.indicator("I1", said)
    story.indicator("I1", ValuesSubmitted(entries=(value("FY2023-Q2", "8"),)))
    with ledger(embedded_database) as owner:
        owner.write(story)
    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        silent, spoken = read_examinations(reader, AGREEMENT, at(reader)).rows
    assert date(2024, 5, 1) == spoken.available_on
    assert story.recorded()[-1].recorded_at.date() == silent.available_on


def test_a_restatement_tells_the_stage_it_took_away(reader: Connection) -> None:
    """The correction at 25 spared stage 2, under the rules of that day; the later ones do not."""
    [one] = read_restatements(reader, AGREEMENT, at(reader)).restatements
    assert (25, 2, 1) == (one.position, one.before.stage, one.after.stage)
    before_rules = read_restatements(reader, AGREEMENT, at(reader, "now", 18)).restatements
    assert [(None, None)] == [(each.before.stage, each.after.stage) for each in before_rules]
