"""The OpenAPI document: it has every call, and the answers are what it says they are."""

from typing import Any

import hypothesis
import jsonschema_rs
import pytest
import schemathesis
from hypothesis import HealthCheck
from journeys.asking import AGREEMENT, READER, SIGNER, correct, entry, post, submit, values
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from services import ENTRY_OFFICER, Served

Call = APIOperation[Any, Any, Any, Any]
INDICATOR = "/api/v1/agreements/{agreement}/indicators/{indicator}"
RESPONSES = [
    f"{INDICATOR}/{act}"
    for act in (
        "remedial-actions",
        "action-plans",
        "action-plans/{plan}/acceptance",
        "action-plans/{plan}/return",
        "interventions",
        "fast-tracks",
        "closures",
        "commendations",
        "examinations",
    )
]
COMMANDS = [
    *(
        f"{INDICATOR}/{act}"
        for act in ("submissions", "corrections", "returns", "withdrawals", "sign-offs", "evidence")
    ),
    *RESPONSES,
]
QUESTIONS = [
    "/api/v1/agreements",
    "/api/v1/agreements/{agreement}",
    "/api/v1/agreements/{agreement}/code-maps",
    "/api/v1/agreements/{agreement}/comparators",
    "/api/v1/agreements/{agreement}/status",
    "/api/v1/agreements/{agreement}/scorecard",
    "/api/v1/agreements/{agreement}/cube",
    "/api/v1/agreements/{agreement}/pairs",
    "/api/v1/agreements/{agreement}/drill-down",
    INDICATOR,
    f"{INDICATOR}/values",
    f"{INDICATOR}/history",
    f"{INDICATOR}/why",
    f"{INDICATOR}/comparators",
    "/api/v1/agreements/{agreement}/audit",
    "/api/v1/agreements/{agreement}/events",
    "/api/v1/agreements/{agreement}/roles",
    "/api/v1/agreements/{agreement}/rules",
    "/api/v1/ledger/events",
]
HEALTH = ["/health/live", "/health/ready"]
ATTACHMENTS = "/api/v1/agreements/{agreement}/attachments"
FILES = [("POST", ATTACHMENTS), ("GET", f"{ATTACHMENTS}/{{attachment}}")]
CALLS = [
    *(("POST", path) for path in COMMANDS),
    *(("GET", path) for path in QUESTIONS + HEALTH),
    *FILES,
]
EXAMPLES = 20  # of each call and kind; the longer run makes many more of all calls
CLOCKS = {"known_at", "policy_at", "min_position"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


@pytest.fixture(scope="module")
def document(service: Served) -> dict[str, Any]:
    answer = service.caller().get("/schema/openapi.json")
    assert 200 == answer.status_code
    found: dict[str, Any] = answer.json()
    return found


@pytest.fixture(scope="module")
def schema(service: Served, document: dict[str, Any]) -> BaseSchema:
    loaded: BaseSchema = schemathesis.openapi.from_dict(document)
    loaded.config.update(base_url=service.url)
    return loaded


def test_the_document_is_of_openapi_3_1_and_names_every_call(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1")
    named = {(method.upper(), path) for path, item in document["paths"].items() for method in item}
    assert set(CALLS) <= named


def test_every_call_says_what_it_is_and_what_it_may_refuse(document: dict[str, Any]) -> None:
    for path in COMMANDS + QUESTIONS:
        call = document["paths"][path]["post" if path in COMMANDS else "get"]
        assert call["description"]
        assert [{"token": []}, {"session": []}] == call["security"]
        refusals = {status: call["responses"][status] for status in ("400", "401", "503")}
        for refusal in refusals.values():
            assert {"application/problem+json"} == set(refusal["content"])


def test_every_question_takes_the_clocks(document: dict[str, Any]) -> None:
    for path in QUESTIONS:
        taken = {each["name"] for each in document["paths"][path]["get"]["parameters"]}
        assert CLOCKS <= taken, path


def test_every_command_takes_a_key_and_a_version(document: dict[str, Any]) -> None:
    for path in COMMANDS:
        taken = {each["name"] for each in document["paths"][path]["post"]["parameters"]}
        assert {"Idempotency-Key", "If-Match"} <= taken


def test_bodies_are_described_as_they_are_read(service: Served, document: dict[str, Any]) -> None:
    """A field that is refused is no part of them, and every number that is taken is."""
    schemas = document["components"]["schemas"]
    bodies = {name: each for name, each in schemas.items() if name.endswith("Body")}
    assert {"EntryBody", "ProposalBody", "RoleBody", "PersonBody"} <= set(bodies)
    assert all(each["additionalProperties"] is False for each in bodies.values())
    taken = {**schemas["EntryBody"], "components": document["components"]}
    entries = jsonschema_rs.validator_for(taken)
    most = {str(n): "a" for n in range(20)}
    for fields in ({"value": 5}, {"value": 5.5}, {"value": "5"}, {"breakdown": most}):
        assert entries.is_valid(entry("5") | fields), fields
    for wrong in ({"valeu": 5}, {"breakdown": most | {"more": "a"}}, {"attachments": [""]}):
        assert not entries.is_valid(entry("5") | wrong), wrong
        answer = post(service, "noise", "submissions", {"entries": [entry("5") | wrong]})
        assert 400 == answer.status_code, wrong


def test_whatever_asks_for_a_duty_may_be_refused_for_trying_too_often(
    document: dict[str, Any],
) -> None:
    for path, item in document["paths"].items():
        for method, call in item.items():
            assert ("429" in call["responses"]) is (method == "post"), path


def test_an_address_may_name_what_is_not_there_or_is_not_asked_for(
    document: dict[str, Any],
) -> None:
    for path in (f"{ATTACHMENTS}/{{attachment}}", "/problems/{code}"):
        answers = document["paths"][path]["get"]["responses"]
        for status in ("400", "404"):
            assert {"application/problem+json"} == set(answers[status]["content"])


def operation(schema: BaseSchema, method: str, path: str) -> Call:
    found: Call = schema[path][method]
    return found


def test_an_address_that_names_more_than_is_read_is_answered_as_its_call_says(
    service: Served, document: dict[str, Any]
) -> None:
    """By the web server itself, of the address or of the head, whichever is too large for it."""
    called = document["paths"]["/api/v1/agreements/{agreement}/cube"]["get"]["responses"]
    answer = service.caller(READER).get(
        f"{AGREEMENT}/cube",
        params={"indicators": ["x" * 90] * 400},
        headers={"X-Beside": "y" * 400_000},
    )
    assert 431 == answer.status_code
    assert {"414", "431"} <= called.keys()


def test_the_answers_to_commands_are_what_the_document_says(
    service: Served, schema: BaseSchema
) -> None:
    """One of each kind, done and refused."""
    first = submit(service, "noise", entry("5", breakdown={"ward": "a"}), entry("6", "FY2023"))
    corrected = correct(service, "noise", entry("7", breakdown={"ward": "a"}))
    name = corrected["entries"][0]["name"]
    (row,) = values(service, "noise", corrected["position"], breakdown="ward=a")
    done = {"reason": "For the document."}
    file = service.caller(ENTRY_OFFICER).post(
        ATTACHMENTS.format(agreement="county"), files={"file": ("a.txt", b"For the document.")}
    )
    attachments = [file.json()["attachment"]]
    bodies = {
        "evidence": (
            {"entries": [first["entries"][1]["name"]], "attachments": attachments},
            ENTRY_OFFICER,
        ),
        "submissions": ({"entries": [entry("9")]}, ENTRY_OFFICER),
        "corrections": ({"entries": [entry("10")], **done}, ENTRY_OFFICER),
        "sign-offs": ({"entries": [{"name": name, "digest": row["digest"]}]}, SIGNER),
        "returns": ({"entries": [first["entries"][1]["name"]], **done}, SIGNER),
        "withdrawals": ({"entries": [first["entries"][1]["name"]], **done}, ENTRY_OFFICER),
    }
    for act, (body, person) in bodies.items():
        call = operation(schema, "POST", f"{INDICATOR}/{act}")
        answer = post(service, "noise", act, body, by=person)
        assert 201 == answer.status_code, answer.text
        call.validate_response(answer)
        wrongs: list[dict[str, Any]] = [{"entries": []}, {"entries": 5}]
        for wrong in wrongs:
            call.validate_response(post(service, "noise", act, wrong, by=person))
        call.validate_response(post(service, "noise", act, body, by="auditor"))


def test_the_answers_to_acts_on_performance_are_what_the_document_says(
    service: Served, schema: BaseSchema
) -> None:
    """One of each kind, done, malformed, and refused by duty."""
    gardens = [entry(value, year) for value, year in (("85", "FY2022"), ("80", "FY2023"))]
    submit(service, "gardens", *gardens)
    done: dict[str, Any] = {"reason": "For the document."}
    step = {"action": "Mow.", "due_on": "2025-06-30"}
    plan = {"period": "FY2023", "cause": "Rain.", "steps": [step]}
    plan |= {"begins_on": "2025-04-01", "ends_on": "2025-12-31"}
    acts: list[tuple[str, dict[str, Any], str]] = [
        ("remedial-actions", {"period": "FY2023", "action": "Mow."}, "lead.homes"),
        ("action-plans", plan, "lead.homes"),
        ("action-plans", plan, "lead.homes"),
        ("action-plans/1/acceptance", {}, "group.homes"),
        ("action-plans/2/return", done, "group.homes"),
        ("fast-tracks", {"stage": 3, **done}, "board"),
        ("interventions", {"decision": "review-issues", **done}, "board"),
        ("closures", done, "board"),
        ("commendations", {"period": "FY2023", **done}, "board"),
        ("examinations", {"period": "FY2023"}, "performance"),
    ]
    for act, body, person in acts:
        path = act.replace("/1/", "/{plan}/").replace("/2/", "/{plan}/")
        call = operation(schema, "POST", f"{INDICATOR}/{path}")
        answer = post(service, "gardens", act, body, by=person)
        assert 201 == answer.status_code, answer.text
        call.validate_response(answer)
        wrong = body | {"unknown": 5}
        call.validate_response(post(service, "gardens", act, wrong, by=person))
        call.validate_response(post(service, "gardens", act, body, by="auditor"))


@pytest.mark.parametrize("path", QUESTIONS + HEALTH)
def test_the_answers_to_questions_are_what_the_document_says(
    service: Served, schema: BaseSchema, path: str
) -> None:
    address = path.format(agreement="county", indicator="leavers")
    needed = "period=FY2024" if path.endswith("/why") else ""
    for clocks in ("", "known_at=2000-01-01", "policy_at=position:1", "known_at=x"):
        answer = service.caller("board").get(f"{address}?{needed}&{clocks}")
        operation(schema, "GET", path).validate_response(answer)
    assert 401 == (answer := service.caller().get(address)).status_code or path in HEALTH
    operation(schema, "GET", path).validate_response(answer)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize(("method", "path"), [call for call in CALLS if call[1] not in HEALTH])
def test_whatever_is_sent_is_answered_as_the_document_says(
    service: Served, schema: BaseSchema, method: str, path: str, mode: GenerationMode
) -> None:
    """Generated from the document itself, right and wrong; no answer may be a fault of ours."""
    call = operation(schema, method, path)
    known = {"agreement": "county", "indicator": "noise"}
    given = {name: code for name, code in known.items() if f"{{{name}}}" in path}
    token = {"Authorization": f"Bearer {service.tokens['performance']}"}
    headers = dict(token) if mode is GenerationMode.POSITIVE else None

    @hypothesis.settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @hypothesis.given(call.as_strategy(mode, path_parameters=given or None, headers=headers))
    def send(case: schemathesis.Case[Any]) -> None:
        answer = case.call(headers=token)
        case.validate_response(answer, checks=CHECKS)

    send()


def test_after_all_of_that_the_answers_still_follow(service: Served) -> None:
    """Whatever was taken in can be laid out."""
    position = submit(service, "noise", entry("12", "FY2001"))["position"]
    (row,) = values(service, "noise", position, period="FY2001", breakdown="")
    assert "12" == row["value"]
