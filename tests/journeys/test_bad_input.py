"""Everything wrong in a body: told what it is, with a code of its own, and nothing stored."""

import json
from typing import Any

import httpx
import pytest
from journeys.asking import SIGNER, correct, entry, of, post, refused, said, submit, values
from journeys.wrong import NUMBERS, REASON, RULES, SHAPES, Sent
from services import DISTRICT, ENTRY_OFFICER, HOME, Served

COMPLAINTS = "complaints"


@pytest.fixture(scope="module", autouse=True)
def held(service: Served) -> dict[str, Any]:
    """A value for 2020/21, so that there is something to be wrong about."""
    position = submit(service, COMPLAINTS, entry("9", "FY2020"))["position"]
    return values(service, COMPLAINTS, position)[0]


@pytest.mark.parametrize("sent", (RULES | SHAPES).values(), ids=(RULES | SHAPES).keys())
def test_what_is_wrong_is_told_and_not_stored(service: Served, sent: Sent) -> None:
    head = service.head
    answer = post(service, COMPLAINTS, sent.act, sent.body, by=sent.by)

    problem = refused(answer, sent.status, sent.code)
    if sent.field is not None:
        assert sent.field == problem["errors"][0]["field"]
    assert sent.code == problem["errors"][0]["code"]
    assert head + sent.recorded == service.head


def send(service: Served, body: str) -> httpx.Response:
    """Submit this very text."""
    return service.caller(ENTRY_OFFICER).post(
        of(COMPLAINTS, "submissions"),
        content=body.encode(),
        headers={"Content-Type": "application/json"},
    )


@pytest.mark.parametrize("field", ["value", "numerator"])
@pytest.mark.parametrize(("number", "code"), NUMBERS.items(), ids=[n[:20] for n in NUMBERS])
def test_a_number_that_is_none(service: Served, number: str, code: str, field: str) -> None:
    body = f'{{"entries":[{{"period":"FY2010","area":"{HOME}","{field}":{number}}}]}}'
    head = service.head
    answer = send(service, body)

    problem = refused(answer, 422 if code == "not-a-number" else 400, code)
    assert len(problem["detail"]) < 300
    if code == "not-a-number":
        assert f"entries[0].{field}" == problem["errors"][0]["field"]
    assert head == service.head


def test_several_wrong_entries_are_all_named(service: Served) -> None:
    entries = [entry("x", "FY2011"), entry("5", "FY2012"), entry("1e5", "FY2013")]
    problem = refused(
        post(service, COMPLAINTS, "submissions", {"entries": entries}), 422, "not-a-number"
    )
    assert ["entries[0].value", "entries[2].value"] == [e["field"] for e in problem["errors"]]
    entries = [entry("5", "FY2099"), entry("5", "FY2011"), entry("5", "FY2012", area="nowhere")]
    problem = refused(
        post(service, COMPLAINTS, "submissions", {"entries": entries}), 422, "period-not-begun"
    )
    assert [("entries[0].period", "period-not-begun"), ("entries[2].area", "unknown-area")] == [
        (error["field"], error["code"]) for error in problem["errors"]
    ]


@pytest.mark.parametrize(
    "number",
    ['"5"', "5", "5.5", "-5", '"+5"', '"0005"', "0", "-0", '"-0"', "9" * 30, "-" + "9" * 30],
)
def test_a_number_that_is_one(service: Served, number: str) -> None:
    """So that the table above is about what is wrong and not about everything."""
    part = json.dumps({"number": number})
    body = f'{{"period":"FY2009","area":"{HOME}","breakdown":{part},"value":{number}}}'
    assert 201 == send(service, f'{{"entries":[{body}]}}').status_code


def test_an_integer_is_kept_to_its_last_digit(service: Served) -> None:
    """Beyond what a binary fraction keeps, and beyond 64 bits; sent again it is the same."""
    for period, number in (("FY1990", 2**53 + 1), ("FY1991", 2**64 + 1), ("FY1992", 10**30 - 1)):
        body = {"entries": [entry(None, period) | {"value": number}]}
        key = {"Idempotency_Key": f"integer {number}"}
        first = said(post(service, COMPLAINTS, "submissions", body, **key), 201)
        assert first == said(post(service, COMPLAINTS, "submissions", body, **key), 201)
        (row,) = values(service, COMPLAINTS, first["position"], period=period)
        assert str(number) == row["value"]


def test_an_area_of_the_agreement_beside_the_home_area_is_fine(service: Served) -> None:
    answer = submit(service, COMPLAINTS, entry("5.25", "FY2010", area=DISTRICT))
    assert "new" == answer["entries"][0]["outcome"]


def test_signing_what_is_ones_own_or_has_changed(service: Served, held: dict[str, Any]) -> None:
    own = {"entries": [{"name": held["name"], "digest": held["digest"]}]}
    head = service.head
    refused(post(service, COMPLAINTS, "sign-offs", own, by=ENTRY_OFFICER), 403, "self-sign-off")
    assert head + 1 == service.head
    stale = {"entries": [{"name": held["name"], "digest": "0" * 64}]}
    refused(post(service, COMPLAINTS, "sign-offs", stale, by=SIGNER), 409, "sign-off-stale")
    assert head + 1 == service.head


def test_acting_on_what_holds_no_more(service: Served) -> None:
    first = submit(service, COMPLAINTS, entry("3", "FY2018"))["entries"][0]["name"]
    correct(service, COMPLAINTS, entry("4", "FY2018"))
    head = service.head
    body = {"entries": [first], **REASON}
    for act, person in (("returns", SIGNER), ("withdrawals", ENTRY_OFFICER)):
        refused(post(service, COMPLAINTS, act, body, by=person), 409, "not-current")
    assert head == service.head


def test_every_type_of_a_problem_can_be_looked_up(service: Served) -> None:
    caller = service.caller()
    sent = {case.code: case.status for case in (RULES | SHAPES).values()}
    for code in (*sent, "not-json", "too-deep", "duplicate-name", "unauthenticated", "busy"):
        answer = caller.get(f"/problems/{code}")
        assert 200 == answer.status_code, code
        assert sent.get(code, answer.json()["status"]) == answer.json()["status"]
        assert answer.json()["meaning"]
