"""One indicator through all three stages, and what a late correction made of it.

Children in low income families: worse than its target for 2022/23 and further from it for 2023/24,
as published on 2 May 2025, so it stood at stage 2 from then on. In April 2026 the publisher revised
both years downwards: as known now, 2023/24 was on target, and stage 2 never began. The figures and
days of publication are real; what people do about them is illustrative.
"""

from datetime import date

from http_api.demonstration.steps import Respond, Step, london
from ledger.indicator.response_commands import (
    AcceptActionPlan,
    CloseEscalation,
    CommendPerformance,
    DecideIntervention,
    ExamineValue,
    FastTrack,
    RecordRemedialAction,
    SendBackActionPlan,
    SubmitActionPlan,
)
from ledger.indicator.responses import PlanStep

CODE = "ChildPov"
GROUP, BOARD = "youth-group", "partnership-board"

_PLAN = SubmitActionPlan(
    period="FY2023",
    cause="Families who could claim help with childcare and school meals do not: in the three"
    " wards with most children in low income one family in four has never been reached.",
    steps=(
        PlanStep(
            action="Advisers in the children's centres of the three wards, two days a week",
            due_on=date(2025, 9, 1),
            responsible="lead.prosper",
        ),
        PlanStep(
            action="Schools and housing officers tell families of what they can claim",
            due_on=date(2025, 10, 31),
            responsible="lead.prosper",
        ),
    ),
    begins_on=date(2025, 7, 1),
    ends_on=date(2026, 3, 31),
    review_on=date(2025, 12, 1),
)

ESCALATION: tuple[Step, ...] = (
    Respond(
        at=london("2025-01-27", "10:00"),
        actor="lead.prosper",
        indicator=CODE,
        command=RecordRemedialAction(
            period="FY2022",
            action="Benefits advice is offered at every school gate in the autumn term.",
            due_on=date(2025, 10, 31),
        ),
    ),
    Respond(
        at=london("2025-05-20", "10:00"),
        actor="chair.youth",
        indicator=CODE,
        command=ExamineValue(
            period="FY2023", on=date(2025, 5, 20), body=GROUP, minute_reference="YG 2025/14"
        ),
    ),
    Respond(
        at=london("2025-06-03", "09:20"),
        actor="lead.prosper",
        indicator=CODE,
        command=SubmitActionPlan(
            period="FY2023",
            cause="More families with children have low incomes.",
            steps=(
                PlanStep(
                    action="A campaign with leaflets",
                    due_on=date(2025, 9, 30),
                    responsible="lead.prosper",
                ),
            ),
            begins_on=date(2025, 7, 1),
            ends_on=date(2026, 3, 31),
        ),
    ),
    Respond(
        at=london("2025-06-11", "16:00"),
        actor="chair.youth",
        indicator=CODE,
        command=SendBackActionPlan(
            plan=1,
            reason="It says what is so and not what lies behind it, and no family is reached by a"
            " leaflet alone.",
            body=GROUP,
            minute_reference="YG 2025/19",
        ),
    ),
    Respond(at=london("2025-06-19", "11:40"), actor="lead.prosper", indicator=CODE, command=_PLAN),
    Respond(
        at=london("2025-06-25", "16:00"),
        actor="chair.youth",
        indicator=CODE,
        command=AcceptActionPlan(
            plan=2,
            review_on=date(2025, 12, 1),
            note="To be reviewed before the winter.",
            body=GROUP,
            minute_reference="YG 2025/22",
        ),
    ),
    Respond(
        at=london("2025-06-26", "14:00"),
        actor="board.member",
        indicator="HospAd0-14",
        command=CommendPerformance(
            period="FY2023",
            reason="A tenth better than its target: the home safety visits of the fire service are"
            " to be shown to the other groups.",
            body=BOARD,
            minute_reference="Board 2025/31",
        ),
    ),
    Respond(
        at=london("2025-12-05", "09:45"),
        actor="lead.care",
        indicator="LACStable_2016on",
        command=SubmitActionPlan(
            period="FY2024",
            cause="Placements far from home break down, and three foster homes closed in the year.",
            steps=(
                PlanStep(
                    action="Twelve foster carers more, found and trained in the county",
                    due_on=date(2026, 9, 30),
                    responsible="lead.care",
                ),
            ),
            begins_on=date(2026, 1, 5),
            ends_on=date(2026, 12, 31),
        ),
    ),
    Respond(
        at=london("2025-12-08", "11:30"),
        actor="lead.safety",
        indicator="Continue_Assess_Comp",
        command=RecordRemedialAction(
            period="FY2024",
            action="Two social workers are moved to assessments until the summer.",
            due_on=date(2026, 7, 31),
        ),
    ),
    Respond(
        at=london("2025-12-10", "14:00"),
        actor="board.member",
        indicator=CODE,
        command=FastTrack(
            stage=3,
            reason="The review of 1 December found the first step of the plan not begun, and the"
            " next figure is not due before the end of March.",
            body=BOARD,
            minute_reference="Board 2025/58",
        ),
    ),
    Respond(
        at=london("2025-12-10", "14:20"),
        actor="board.member",
        indicator=CODE,
        command=DecideIntervention(
            decision="reallocate-resources",
            reason="Two advisers are moved from the county's contact centre to the three wards"
            " until the end of March.",
            body=BOARD,
            minute_reference="Board 2025/59",
        ),
    ),
    Respond(
        at=london("2026-04-21", "10:00"),
        actor="board.member",
        indicator=CODE,
        command=CloseEscalation(
            reason="The publisher revised both years downwards on 8 April: 2023/24 was on target."
            " The advisers stay.",
            body=BOARD,
            minute_reference="Board 2026/12",
        ),
    ),
)
