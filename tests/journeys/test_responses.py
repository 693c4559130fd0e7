"""Below target: what the lead officer answers, what bodies decide, and who may do neither."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from journeys.asking import AGREEMENT, entry, get, of, post, refused, said, submit
from services import DISTRICT, HOME, Served

LEAD, GROUP, OTHER_GROUP, BOARD = "lead.homes", "group.homes", "group.work", "board"
PERFORMANCE = "performance"
DAMP, HEATING, KEYS = "damp", "heating", "keys"
LONDON = ZoneInfo("Europe/London")
TODAY = datetime.now(LONDON).date()  # when this was imported: a run may go past midnight
REMEDY = {"period": "FY2024", "action": "Two more surveyors from July.", "due_on": "2025-07-31"}
PLAN: dict[str, Any] = {
    "period": "FY2024",
    "cause": "Half of the posts are empty.",
    "steps": [
        {
            "action": "Fill the posts.",
            "due_on": (TODAY + timedelta(days=60)).isoformat(),
            "responsible": LEAD,
        },
        {"action": "Train those who come.", "due_on": (TODAY + timedelta(days=90)).isoformat()},
    ],
    "begins_on": TODAY.isoformat(),
    "ends_on": (TODAY + timedelta(days=180)).isoformat(),
}
OF_GROUP = {"body": "homes-group", "minute_reference": "Homes 4/2026"}
OF_BOARD = {"body": "county-board", "minute_reference": "Board 9/2026"}
REASON = {"reason": "So that it is settled."}
INTERVENTION = {"decision": "reallocate-resources", **REASON, **OF_BOARD}
FAST_TRACK = {"stage": 3, **REASON, **OF_BOARD}
COMMENDATION = {"period": "FY2024", **REASON, **OF_BOARD}
EXAMINATION = {"period": "FY2024", **OF_GROUP}


def acted(service: Served, indicator: str, act: str, body: Any, by: str) -> dict[str, Any]:
    """Do something about performance, which has to succeed; the answer."""
    answer = said(post(service, indicator, act, body, by=by), 201)
    assert f"/api/v1/ledger/receipts/{answer['position']}" == answer["receipt"]
    return answer


def events(service: Served, indicator: str, after: int) -> list[dict[str, Any]]:
    """What happened to an indicator since a position, of which there is something."""
    asked: dict[str, Any] = {"after": after, "min_position": service.head}
    return list(get(service, of(indicator, "history"), **asked)["events"])


def day_of(event: dict[str, Any]) -> date:
    """The day on which an event was recorded, where the agreement is."""
    return datetime.fromisoformat(event["recorded_at"]).astimezone(LONDON).date()


def below(service: Served, indicator: str) -> int:
    """Three years below a target of 90, worse each year: stage 2, and no plan yet."""
    years = [("FY2022", "85"), ("FY2023", "80"), ("FY2024", "75")]
    entries = [entry(value, year) for year, value in years]
    return int(submit(service, indicator, *entries)["position"])


@pytest.fixture(scope="session")
def story(service: Served) -> tuple[int, list[dict[str, Any]]]:
    """Everything that can be done, in its order; the position before, and the answers."""
    before = below(service, DAMP)
    steps: list[tuple[str, dict[str, Any], str]] = [
        ("examinations", {"period": "FY2024", "note": "Falling.", **OF_GROUP}, PERFORMANCE),
        ("remedial-actions", REMEDY, LEAD),
        ("action-plans", PLAN, LEAD),
        ("action-plans/1/return", {"reason": "Who pays?", **OF_GROUP}, GROUP),
        ("action-plans", PLAN | {"cause": "Posts are empty; the reserve pays."}, LEAD),
        ("action-plans/2/acceptance", {"note": "Good.", **OF_GROUP}, GROUP),
        ("fast-tracks", FAST_TRACK, BOARD),
        ("interventions", INTERVENTION, BOARD),
        ("closures", REASON | OF_BOARD, BOARD),
        ("commendations", COMMENDATION, GROUP),
    ]
    return before, [acted(service, DAMP, act, body, by) for act, body, by in steps]


def test_each_act_is_one_event_by_who_did_it_with_the_texts_beside(
    service: Served, story: tuple[int, list[dict[str, Any]]]
) -> None:
    before, answers = story
    told = events(service, DAMP, before)
    assert [answer["position"] for answer in answers] == [event["position"] for event in told]
    assert [
        ("value-examined", PERFORMANCE),
        ("remedial-action-recorded", LEAD),
        ("action-plan-submitted", LEAD),
        ("action-plan-sent-back", GROUP),
        ("action-plan-submitted", LEAD),
        ("action-plan-accepted", GROUP),
        ("fast-tracked", BOARD),
        ("intervention-decided", BOARD),
        ("escalation-closed", BOARD),
        ("performance-commended", GROUP),
    ] == [(event["type"], event["actor"]) for event in told]
    assert {HOME} == {event["data"]["area"] for event in told}
    examined, remedy, plan, sent_back, _, accepted, *_ = (event["data"] for event in told)
    assert ("Falling.", day_of(told[0]).isoformat()) == (examined["note_text"], examined["on"])
    assert REMEDY["action"] == remedy["action_text"]
    assert PLAN["cause"] == plan["cause_text"]
    assert [step["action"] for step in PLAN["steps"]] == [
        step["action_text"] for step in plan["steps"]
    ]
    assert ("Who pays?", "homes-group") == (sent_back["reason_text"], sent_back["body"])
    assert ("Good.", 2) == (accepted["note_text"], accepted["plan"])


def test_plans_are_answered_with_their_numbers_and_the_day_of_review(
    service: Served, story: tuple[int, list[dict[str, Any]]]
) -> None:
    before, answers = story
    numbers = [answer.get("plan") for answer in answers]
    assert [None, None, 1, 1, 2, 2, None, None, None, None] == numbers
    (accepted,) = (
        event for event in events(service, DAMP, before) if event["type"] == "action-plan-accepted"
    )
    review = (day_of(accepted) + timedelta(days=60)).isoformat()
    assert [review] == [answer["review_on"] for answer in answers if "review_on" in answer]


def test_what_was_closed_is_closed_and_what_was_decided_stays_so(
    service: Served, story: tuple[int, list[dict[str, Any]]]
) -> None:
    assert story
    refused(post(service, DAMP, "closures", REASON, by=BOARD), 409, "no-stage-open")
    refused(post(service, DAMP, "remedial-actions", REMEDY, by=LEAD), 409, "no-stage-open")
    for act in ("acceptance", "return"):
        answer = post(service, DAMP, f"action-plans/2/{act}", REASON_FOR[act], by=GROUP)
        refused(answer, 409, "plan-not-waiting")


def test_an_auditor_finds_all_of_it_as_one_kind(
    service: Served, story: tuple[int, list[dict[str, Any]]]
) -> None:
    _, answers = story
    asked: dict[str, Any] = {"kind": "escalation", "indicator": DAMP, "order": "oldest"}
    asked["min_position"] = answers[-1]["position"]
    found = get(service, f"{AGREEMENT}/events", **asked)["events"]
    assert [answer["position"] for answer in answers] == [event["position"] for event in found]


REASON_FOR: dict[str, dict[str, Any]] = {"acceptance": {}, "return": REASON}


@pytest.fixture(scope="session")
def waiting(service: Served) -> dict[str, Any]:
    """Stage 2, and a plan that waits."""
    below(service, HEATING)
    return acted(service, HEATING, "action-plans", PLAN, LEAD)


BODIES: dict[str, dict[str, Any]] = {
    "remedial-actions": REMEDY,
    "action-plans": PLAN,
    "action-plans/1/acceptance": {},
    "action-plans/1/return": REASON,
    "interventions": INTERVENTION,
    "fast-tracks": FAST_TRACK,
    "closures": REASON,
    "commendations": COMMENDATION,
    "examinations": EXAMINATION,
}
ACTIONS = {
    "remedial-actions": "record-remedial-action",
    "action-plans": "submit-action-plan",
    "action-plans/1/acceptance": "accept-action-plan",
    "action-plans/1/return": "send-back-action-plan",
    "interventions": "decide-intervention",
    "fast-tracks": "fast-track",
    "closures": "close-escalation",
    "commendations": "commend",
    "examinations": "examine",
}
NOBODY = ["administrator", "auditor", "stranger", "entry.homes", "signer.homes", OTHER_GROUP]
FORBIDDEN = {
    "remedial-actions": [*NOBODY, PERFORMANCE, GROUP, BOARD],
    "action-plans": [*NOBODY, PERFORMANCE, GROUP, BOARD],
    "action-plans/1/acceptance": [*NOBODY, PERFORMANCE],
    "action-plans/1/return": [*NOBODY, PERFORMANCE],
    "interventions": [*NOBODY, PERFORMANCE, LEAD, GROUP],  # the board's own, not a block's
    "fast-tracks": [*NOBODY, PERFORMANCE, LEAD, GROUP],
    "closures": [*NOBODY, PERFORMANCE, LEAD, GROUP],
    "commendations": [*NOBODY, PERFORMANCE],
    "examinations": NOBODY,
}


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("act", "person"), [(act, person) for act, people in FORBIDDEN.items() for person in people]
)
def test_who_lacks_the_role_or_the_scope_is_refused_and_the_attempt_recorded(
    service: Served, act: str, person: str
) -> None:
    head = service.head
    refused(post(service, HEATING, act, BODIES[act], by=person), 403, "no-role")
    if person == "stranger":  # whose tries are no part of the history of an indicator
        asked: dict[str, Any] = {"order": "newest", "limit": 1, "min_position": service.head}
        (event,) = get(service, f"{AGREEMENT}/events", **asked)["events"]
        assert HEATING == event["data"]["scope"]
    else:
        (event,) = events(service, HEATING, head)
    assert (head + 1, person) == (event["position"], event["actor"])
    assert event["type"].endswith("action-refused")
    assert (ACTIONS[act], "no-role") == (event["data"]["action"], event["data"]["code"])


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize("act", ["acceptance", "return"])
def test_nobody_decides_on_a_plan_of_their_own_and_the_attempt_is_recorded(
    service: Served, act: str
) -> None:
    """The lead officer is a member of the group too; it is the plan that is their own."""
    head = service.head
    answer = post(service, HEATING, f"action-plans/1/{act}", REASON_FOR[act], by=LEAD)
    refused(answer, 403, "own-plan")
    (event,) = events(service, HEATING, head)
    assert ("action-refused", "own-plan") == (event["type"], event["data"]["code"])


@pytest.mark.usefixtures("waiting")
@pytest.mark.parametrize(
    ("act", "changes", "by", "status", "code", "field"),
    [
        ("remedial-actions", {"period": "2024"}, LEAD, 422, "unknown-period", "period"),
        ("remedial-actions", {"period": "FY2024-Q1"}, LEAD, 422, "wrong-interval", "period"),
        ("remedial-actions", {"period": "FY2039"}, LEAD, 422, "period-not-begun", "period"),
        ("remedial-actions", {"area": "E99"}, LEAD, 422, "unknown-area", "area"),
        ("remedial-actions", {"area": DISTRICT}, LEAD, 409, "no-stage-open", ""),
        ("remedial-actions", {"action": " \n"}, LEAD, 422, "text-required", "action"),
        ("remedial-actions", {"due_on": "2023-01-01"}, LEAD, 422, "dates-out-of-order", "due_on"),
        ("remedial-actions", {"due_on": "soon"}, LEAD, 400, "malformed", "due_on"),
        ("remedial-actions", {"reason": "x"}, LEAD, 400, "malformed", "reason"),
        ("remedial-actions", {"area": "x" * 101}, LEAD, 400, "malformed", "area"),
        ("remedial-actions", {"action": "a\0"}, LEAD, 400, "malformed", "action"),
        ("action-plans", {"cause": ""}, LEAD, 422, "text-required", "cause"),
        ("action-plans", {"steps": []}, LEAD, 422, "no-steps", "steps"),
        ("action-plans", {"steps": PLAN["steps"] * 51}, LEAD, 422, "too-many-steps", "steps"),
        ("action-plans", {"ends_on": "2024-01-01"}, LEAD, 422, "dates-out-of-order", "ends_on"),
        (
            "action-plans",
            {"steps": [PLAN["steps"][0] | {"responsible": "Hana Cole"}]},
            LEAD,
            422,
            "unknown-person",
            "steps[0].responsible",
        ),
        ("action-plans/7/acceptance", {}, GROUP, 404, "unknown-plan", ""),
        ("action-plans/7/return", REASON, GROUP, 404, "unknown-plan", ""),
        ("action-plans/1/return", {"reason": ""}, GROUP, 422, "reason-required", "reason"),
        ("action-plans/1/acceptance", {"body": "cabinet"}, GROUP, 422, "unknown-body", "body"),
        (
            "action-plans/1/acceptance",
            {"review_on": "2024-01-01"},
            GROUP,
            422,
            "dates-out-of-order",
            "review_on",
        ),
        ("interventions", {}, BOARD, 409, "wrong-stage", ""),
        ("interventions", {"decision": "wait"}, BOARD, 422, "unknown-decision", "decision"),
        ("fast-tracks", {"stage": 2}, BOARD, 409, "stage-not-higher", "stage"),
        ("fast-tracks", {"stage": 4}, BOARD, 422, "unknown-stage", "stage"),
        ("fast-tracks", {"stage": 10**30}, BOARD, 422, "unknown-stage", "stage"),
        ("fast-tracks", {"stage": "three"}, BOARD, 400, "malformed", "stage"),
        ("fast-tracks", {"reason": ""}, BOARD, 422, "reason-required", "reason"),
        ("closures", {"reason": ""}, BOARD, 422, "reason-required", "reason"),
        ("closures", {"minute_reference": "x" * 201}, BOARD, 400, "malformed", "minute_reference"),
        ("commendations", {"period": "FY2021"}, BOARD, 409, "no-value-yet", "period"),
        ("commendations", {"area": DISTRICT}, BOARD, 409, "no-value-yet", "period"),
        ("examinations", {"period": "FY2021"}, BOARD, 409, "no-value-yet", "period"),
        ("examinations", {"on": "2999-01-01"}, BOARD, 422, "day-in-future", "on"),
        ("examinations", {"on": "2020-01-01"}, BOARD, 422, "dates-out-of-order", "on"),
    ],
)
def test_what_a_rule_forbids_is_told_and_not_stored(
    service: Served,
    act: str,
    changes: dict[str, Any],
    by: str,
    status: int,
    code: str,
    field: str,
) -> None:
    head = service.head
    body = BODIES.get(act, {}) | changes
    problem = refused(post(service, HEATING, act, body, by=by), status, code)
    assert field == problem["errors"][0]["field"]
    assert head == service.head


@pytest.mark.parametrize("number", ["0", "-1", "1.5", "x", "9" * 25, "9" * 5000, "%00"])
def test_a_plan_that_cannot_be_is_not_found(
    service: Served, waiting: dict[str, Any], number: str
) -> None:
    assert 1 == waiting["plan"]
    head = service.head
    answer = post(service, HEATING, f"action-plans/{number}/acceptance", {}, by=GROUP)
    assert answer.status_code in {400, 404}, answer.text
    assert answer.json()["type"] in {
        "/problems/unknown-plan",
        "/problems/not-found",
        "/problems/malformed",
    }
    assert head == service.head


@pytest.fixture(scope="session")
def on_target(service: Served) -> int:
    """A value on target: no stage, so that only commendations and examinations remain."""
    entries = [entry("95", year) for year in ("FY2022", "FY2023", "FY2024")]
    return int(submit(service, KEYS, *entries)["position"])


@pytest.mark.usefixtures("on_target")
def test_without_a_stage_the_board_may_open_one_and_close_it_again(service: Served) -> None:
    refused(post(service, KEYS, "action-plans", PLAN, by=LEAD), 409, "no-stage-open")
    refused(post(service, KEYS, "interventions", INTERVENTION, by=BOARD), 409, "no-stage-open")
    acted(service, KEYS, "fast-tracks", FAST_TRACK | {"stage": 1}, BOARD)
    acted(service, KEYS, "remedial-actions", REMEDY, LEAD)
    acted(service, KEYS, "closures", REASON, BOARD)
    refused(post(service, KEYS, "closures", REASON, by=BOARD), 409, "no-stage-open")


@pytest.mark.usefixtures("on_target")
def test_an_act_sent_twice_under_one_key_is_recorded_once(service: Served) -> None:
    sent = {"by": GROUP, "Idempotency_Key": "examined-once"}
    head = service.head
    first = said(post(service, KEYS, "examinations", EXAMINATION, **sent), 201)
    assert first == said(post(service, KEYS, "examinations", EXAMINATION, **sent), 201)
    assert head + 1 == first["position"] == service.head
    other = EXAMINATION | {"period": "FY2023"}
    answer = post(service, KEYS, "examinations", other, **sent)
    refused(answer, 422, "idempotency-key-reused")


@pytest.mark.usefixtures("waiting")
def test_a_refused_duty_sent_twice_under_one_key_is_recorded_once(service: Served) -> None:
    head = service.head
    for _ in range(2):
        answer = post(service, HEATING, "closures", REASON, by=LEAD, Idempotency_Key="never")
        refused(answer, 403, "no-role")
    assert head + 1 == service.head


@pytest.mark.usefixtures("on_target")
def test_an_act_on_what_has_moved_on_is_refused(service: Served) -> None:
    seen = get(service, of(KEYS), min_position=service.head)["version"]
    acted(service, KEYS, "commendations", COMMENDATION, BOARD)
    late = post(service, KEYS, "commendations", COMMENDATION, by=BOARD, If_Match=f'"{seen}"')
    refused(late, 412, "version-moved")
    now = f'"{seen + 1}"'
    said(post(service, KEYS, "commendations", COMMENDATION, by=BOARD, If_Match=now), 201)


@pytest.mark.usefixtures("waiting")
def test_of_those_who_decide_on_a_plan_at_once_one_does(service: Served) -> None:
    number = acted(service, HEATING, "action-plans", PLAN, LEAD)["plan"]
    decisions = [("acceptance", GROUP), ("return", BOARD)] * 4

    def decide(one: tuple[str, str]) -> httpx.Response:
        act, person = one
        where = f"action-plans/{number}/{act}"
        return post(service, HEATING, where, REASON_FOR[act], by=person)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(decide, decisions))
    assert 1 == sum(answer.status_code == 201 for answer in answers)
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 409, "plan-not-waiting")


@pytest.mark.parametrize("act", BODIES)
def test_an_indicator_that_is_not_there_is_told_so(service: Served, act: str) -> None:
    head = service.head
    refused(post(service, "nowhere", act, BODIES[act], by=BOARD), 404, "unknown-indicator")
    assert head == service.head
