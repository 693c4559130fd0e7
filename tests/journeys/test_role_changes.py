"""Roles given and ended while the agreement runs: over HTTP, on the command line and on a page."""

import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import psycopg
import pytest
from browser.parsed import Element, parsed
from journeys.asking import AGREEMENT, entry, get, post, refused, said
from journeys.loading import at_rest, file_of
from journeys.loading import sent as sent_to_load
from services import Served, done_well, outturn

from http_api.service import ROLES_TRUSTED_SECONDS
from ledger.event import LONDON
from ledger.people import put_person
from ledger.person import Person
from ledger.tokens import keep_token
from policies.period import day_text
from policies.sign_in import Scope

LIST = "/api/v1/agreements"
ROLES, ENDINGS = f"{AGREEMENT}/roles", f"{AGREEMENT}/roles/endings"
PAGE = "/agreements/county/people"
BY_PERFORMANCE, BY_ADMINISTRATOR = "performance, to administer", "administrator, to administer"
NEWCOMERS = (
    Person(id="newcomer", name="Nora Field", email="nora@county.example", partner="county"),
    Person(id="neighbour", name="Ned Marsh", email="ned@parish.example", partner="parish"),
)
ROLE = {"person": "newcomer", "role": "entry-officer", "scope": "homes"}


@pytest.fixture(scope="module")
def here(service: Served) -> Iterator[Served]:
    """The service with two people more, and tokens of people who may administer."""
    with psycopg.connect(service.where["OUTTURN_DATABASE_URL"]) as connection:
        for person in NEWCOMERS:
            put_person(connection, person)
            _token(service, connection, person.id, person.id)
        _token(service, connection, BY_PERFORMANCE, "performance")
        _token(service, connection, BY_ADMINISTRATOR, "administrator")
    yield service
    for role in get(service, ROLES)["roles"]:
        if role["person"] in {"newcomer", "neighbour"} and role["until"] is None:
            give(service, role, to=ENDINGS)


def _token(service: Served, connection: Any, name: str, person: str) -> None:
    secret, scopes = f"outturn_tests_{secrets.token_urlsafe(32)}", tuple(Scope)
    assert keep_token(connection, secret, person, "roles", datetime.now(UTC), scopes=scopes)
    service.tokens[name] = secret


def give(
    service: Served, role: dict[str, Any], *, by: str = BY_ADMINISTRATOR, to: str = ROLES,
    key: str = "", **days: str,
) -> httpx.Response:  # fmt: skip
    named = {name: role[name] for name in ("person", "role", "scope", "partner") if name in role}
    if to == ENDINGS:
        named.pop("partner", None)
    headers = {"Idempotency-Key": key} if key else {}
    return service.caller(by).post(to, json=named | days, headers=headers)


def submitted(service: Served, period: str, indicator: str = "fences") -> httpx.Response:
    body = {"entries": [entry("80", period)]}
    return post(service, indicator, "submissions", body, by="newcomer")


def held(service: Served, position: int) -> list[dict[str, Any]]:
    """The roles of the newcomer, as recorded up to a position."""
    roles = get(service, ROLES, min_position=position)["roles"]
    return [role for role in roles if role["person"] == "newcomer"]


def test_a_role_counts_from_its_first_day_and_until_it_is_ended(here: Served) -> None:
    tomorrow = datetime.now(LONDON).date() + timedelta(days=1)
    said(give(here, ROLE, valid_from=tomorrow.isoformat()), 201)
    told = refused(submitted(here, "FY2018"), 403, "no-role")
    assert f"counts from {day_text(tomorrow)}" in told["detail"]

    anew = said(give(here, ROLE, by=BY_PERFORMANCE), 201)
    assert f"/api/v1/ledger/receipts/{anew['position']}" == anew["receipt"]
    said(submitted(here, "FY2018"), 201)
    get(here, f"{AGREEMENT}/status", by="newcomer")

    ended = said(give(here, ROLE, to=ENDINGS), 201)
    refused(submitted(here, "FY2017"), 403, "no-role")
    refused(here.caller("newcomer").get(f"{AGREEMENT}/status"), 403, "no-role")
    first, last = held(here, ended["position"])[-2:]
    assert (tomorrow.isoformat(), "administrator") == (first["valid_from"], first["given_by"])
    assert (None, "county", "performance") == (
        last["valid_from"],
        last["partner"],
        last["given_by"],
    )
    assert (ended["position"], "administrator") == (last["until_position"], last["ended_by"])


def test_the_same_request_sent_twice_gives_a_role_once(here: Served) -> None:
    role = ROLE | {"role": "lead-officer"}
    first = said(give(here, role, key="lead once"), 201)
    assert first == said(give(here, role, key="lead once"), 201)
    refused(give(here, role), 409, "role-held")
    refused(give(here, ROLE, key="lead once"), 422, "idempotency-key-reused")
    said(give(here, role, to=ENDINGS), 201)
    refused(give(here, role, to=ENDINGS), 409, "role-not-held")


@pytest.mark.parametrize(
    ("role", "by", "code"),
    [
        (ROLE | {"person": "performance"}, BY_PERFORMANCE, "own-role"),
        (ROLE | {"role": "auditor"}, BY_PERFORMANCE, "no-role"),
        (ROLE | {"person": "neighbour"}, "newcomer", "no-role"),
        (ROLE | {"partner": "parish"}, BY_PERFORMANCE, "other-partner"),
    ],
)
def test_what_a_duty_forbids_with_a_role_is_refused_and_recorded(
    here: Served, role: dict[str, Any], by: str, code: str
) -> None:
    head = here.head
    refused(give(here, role, by=by), 403, code)
    asked: dict[str, Any] = {"kind": "refusals", "limit": 1, "min_position": head + 1}
    (event,) = get(here, f"{AGREEMENT}/events", **asked)["events"]
    assert (head + 1, "amendment-action-refused") == (event["position"], event["type"])
    told = {name: event["data"][name] for name in ("action", "code", "person", "role", "scope")}
    named = {name: role[name] for name in ("person", "role", "scope")}
    assert {"action": "assign-role", "code": code, **named} == told


@pytest.mark.parametrize(
    ("changed", "status", "code", "field"),
    [
        ({"scope": "roads"}, 422, "unknown-scope", "scope"),
        ({"person": "nobody"}, 422, "unknown-person", "person"),
        ({"valid_from": "2030-02-01", "valid_to": "2030-01-31"}, 422, "dates-out-of-order",
         "valid_to"),
        ({"role": "mayor"}, 400, "malformed", "role"),
        ({"valid_from": "soon"}, 400, "malformed", "valid_from"),
        ({"colour": "red"}, 400, "malformed", "colour"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_told_by_its_field_and_not_recorded(
    here: Served, changed: dict[str, str], status: int, code: str, field: str
) -> None:
    head = here.head
    answer = here.caller(BY_ADMINISTRATOR).post(ROLES, json=ROLE | changed)
    assert field == refused(answer, status, code)["errors"][0]["field"]
    assert head == here.head


def test_a_token_that_was_not_made_to_administer_gives_no_role(here: Served) -> None:
    refused(give(here, ROLE, by="performance"), 403, "token-scope")


def test_officers_of_another_partner_leave_a_partners_values_alone(here: Served) -> None:
    """The data owner of residents is the county; that of training is no partner."""
    role = {"person": "neighbour", "role": "entry-officer", "scope": "skilled"}
    said(give(here, role), 201)
    body = {"entries": [entry("80", "FY2016")]}
    answer = post(here, "population", "submissions", body, by="neighbour")
    assert "data owner here is county" in refused(answer, 403, "other-partner")["detail"]
    said(post(here, "training", "submissions", body, by="neighbour"), 201)
    load = sent_to_load(here, file_of("population", FY2016=1), by="neighbour")
    assert "other-partner" == at_rest(here, load, "refused")["refusal"]["code"]
    said(give(here, role, to=ENDINGS), 201)


def test_the_command_line_gives_lists_and_ends_roles(here: Served) -> None:
    named = ("newcomer", "board-member", "work", "--agreement", "county")
    days = ("--from", "2026-04-01", "--to", "2099-03-31", "--as", "performance")
    given = done_well(outturn("role", "assign", *named, *days, where=here.where))
    assert "newcomer is board-member over work, at position" in given.out
    ended = done_well(outturn("role", "end", *named, "--json", where=here.where)).document
    listed = done_well(outturn("role", "list", *named[3:], "--json", where=here.where)).document
    *_, role = (one for one in listed["roles"] if one["person"] == "newcomer")
    assert ("board-member", "2026-04-01", "2099-03-31") == (
        role["role"],
        role["valid_from"],
        role["valid_to"],
    )
    assert ("performance", ended["position"], "operator") == (
        role["given_by"],
        role["until_position"],
        role["ended_by"],
    )
    assert listed["roles"] == get(here, ROLES, min_position=ended["position"])["roles"]


# On the page


def page(service: Served, by: str, address: str = PAGE) -> Element:
    answer = service.caller(by).get(address, headers={"Accept": "text/html"})
    assert 200 == answer.status_code, answer.text
    return parsed(answer.text).one("main")


def sent(service: Served, form: dict[str, str], part: str = "") -> httpx.Response:
    caller = service.caller(BY_ADMINISTRATOR)
    return caller.post(f"{PAGE}{part}", data=form, headers={"Accept": "text/html"})


def test_the_page_says_who_is_who_and_offers_no_more_than_the_visitor_may(here: Served) -> None:
    read = page(here, "auditor")
    assert "Asha Patel Entry officer Homes always" in " ".join(read.text.split())
    assert [] == [form for form in read.every("form") if form["method"] == "post"]

    may = page(here, BY_PERFORMANCE)
    roles = [each["value"] for each in may.one("select", id="role").every("option")]
    assert "entry-officer" in roles
    assert {"auditor", "administrator"}.isdisjoint(roles)
    assert "auditor" in [
        each["value"]
        for each in page(here, BY_ADMINISTRATOR).one("select", id="role").every("option")
    ]
    people = [each["value"] for each in may.one("select", id="person").every("option")]
    assert "newcomer" in people
    assert "performance" not in people


def test_a_form_gives_a_role_and_a_row_ends_it(here: Served) -> None:
    form = ROLE | {"scope": "settled", "valid_to": "2099-12-31", "key": secrets.token_hex(8)}
    wrong = sent(here, form | {"valid_to": "soon", "person": ""})
    assert 422 == wrong.status_code
    shown = parsed(wrong.text).one("main")
    links = [link["href"] for link in shown.one("div", cls="govuk-error-summary").every("a")]
    assert ["#person", "#valid_to"] == links
    chosen = [each["value"] for each in shown.one("select", id="scope").every("option")
              if "selected" in each.attributes]  # fmt: skip
    assert ["settled"] == chosen

    done = sent(here, form)
    assert 303 == done.status_code, done.text
    assert done.headers["location"] == sent(here, form).headers["location"]  # once, sent twice
    rows = [" ".join(row.text.split()) for row in page(here, BY_ADMINISTRATOR,
            done.headers["location"]).every("tr")]  # fmt: skip
    (row,) = [row for row in rows if row.startswith("Nora Field Entry officer")]
    assert "People have a settled home to 31 December 2099" in row

    ending = {name: form[name] for name in ("person", "role", "scope")}
    over = sent(here, ending, "/endings")
    assert 303 == over.status_code, over.text
    assert "Nora Field" not in page(here, "auditor", over.headers["location"]).text
    again = sent(here, ending, "/endings")
    assert 409 == again.status_code
    assert "newcomer does not hold the role" in parsed(again.text).one("main").text


def test_a_refused_try_at_an_account_says_whose(here: Served) -> None:
    link = f"{AGREEMENT}/people/newcomer/sign-in-links"
    with here.browser("performance") as browser:
        refused(browser.post(link, json={}), 403, "no-role")
    asked = {"order": "newest", "limit": 1, "min_position": here.head}
    (told,) = get(here, f"{AGREEMENT}/events", by="auditor", **asked)["events"]
    assert ("amendment-action-refused", "newcomer") == (told["type"], told["data"]["person"])
    shown = here.caller("auditor").get(
        f"/agreements/county/audit/events/{told['position']}", headers={"Accept": "text/html"}
    )
    assert "see to the account of Nora Field" in shown.text

    body = {"id": "somebody.new", "name": "Somebody New", "email": "new@county.example"}
    refused(here.caller(BY_PERFORMANCE).post(f"{AGREEMENT}/people", json=body), 403, "no-role")
    (told,) = get(here, f"{AGREEMENT}/events", by="auditor", **asked | {"min_position": here.head})[
        "events"
    ]
    assert "person" not in told["data"]  # who there is not is nobody the record may name


def test_whoever_holds_no_role_sees_nobody(here: Served) -> None:
    answer = here.caller("stranger").get(PAGE, headers={"Accept": "text/html"})
    assert 403 == answer.status_code
    answer = here.caller().get(PAGE, headers={"Accept": "text/html"})
    assert (303, "/sign-in?next=%2Fagreements%2Fcounty%2Fpeople") == (
        answer.status_code,
        answer.headers["location"],
    )


def agreements_of(service: Served, person: str) -> list[str]:
    return [one["code"] for one in get(service, LIST, by=person)["agreements"]]


def entry_officer_of(agreement: str) -> list[str]:
    return ["newcomer", "entry-officer", agreement, "--agreement", agreement]


def test_a_role_that_ended_elsewhere_gives_no_right_to_what_goes_across_agreements(
    here: Served,
) -> None:
    """As by the command line, or by another process of the service, within a second."""
    across = ("/api/v1/ledger/events?limit=1", "/api/v1/ledger/bundle")
    caller = here.caller("newcomer")
    # Another journey may have set up another agreement: who reads across all has a role in each.
    there = agreements_of(here, "administrator")
    others = [code for code in there if code != "county"]
    for code in there:
        done_well(outturn("role", "assign", *entry_officer_of(code), where=here.where))
    time.sleep(2 * ROLES_TRUSTED_SECONDS)
    assert [200, 200] == [caller.get(path).status_code for path in across]
    assert there == agreements_of(here, "newcomer")
    before = get(here, "/api/v1/tasks", by="newcomer", min_position=here.head)
    assert "county" in {task["agreement"] for task in before["tasks"]}
    then = f"position:{before['clocks']['known_position']}"

    done_well(outturn("role", "end", *entry_officer_of("county"), where=here.where))
    time.sleep(2 * ROLES_TRUSTED_SECONDS)
    for path in across:
        refused(caller.get(path), 403, "no-role")
    assert others == agreements_of(here, "newcomer")
    left = get(here, "/api/v1/tasks", by="newcomer", known_at=then)["tasks"]
    assert "county" not in {task["agreement"] for task in left}
    for code in others:
        done_well(outturn("role", "end", *entry_officer_of(code), where=here.where))
