"""Everybody's main task in a real browser, from signing in to its result, on one ledger.

Each test is of people who work on the same thing, and takes figures that no other test touches: a
run that is split may make the ledger more than once, and has the same answers.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.people import AGREEMENT, Office, go_to, look_over, sign_in, told
from journeys.asking import said
from journeys.rfc9162 import proves
from playwright.sync_api import Browser, Locator, Page, Route, expect
from services import HOME, Served, serving_demonstration

pytestmark = pytest.mark.browser

API = f"/api/v1{AGREEMENT}"
INJURIES = "Emergency hospital admissions for injury (ages 0 to 14)"
OFFICES = {"signoff.care": "Thrive in care", "signoff.safety": "Stay safe"}
FIRST_TIME = "Children entering the youth justice system for the first time"


@pytest.fixture(scope="module")
def demonstration(made_demonstration: Path) -> Iterator[tuple[Served, str]]:
    """A demonstration that may be changed, and the password of its people."""
    with serving_demonstration(made_demonstration) as made:
        yield made


@pytest.fixture
def office(chromium: Browser, demonstration: tuple[Served, str]) -> Iterator[Office]:
    """Browsers for everybody in a test."""
    served, password = demonstration
    office = Office(chromium, served, password)
    yield office
    office.close()


def row(page: Page, title: str) -> Locator:
    """The row of a table that is about an indicator."""
    return page.locator("tbody tr").filter(has_text=title).first


def words(place: Locator) -> str:
    """What stands somewhere, as one line."""
    return re.sub(r"\s+", " ", place.inner_text())


def ask(office: Office, person: str, path: str, body: Any = None) -> dict[str, Any]:
    """What somebody does by a program, to make ready what is done in a browser."""
    return said(office.served.caller(person).post(f"{API}{path}", json=body), 201)


def history(office: Office, indicator: str, kind: str) -> list[dict[str, Any]]:
    """The events of one kind of an indicator."""
    address = f"{API}/indicators/{indicator}/history?limit=1000"
    events = said(office.served.caller("auditor").get(address), 200)["events"]
    return [each for each in events if kind == each["type"]]


def test_a_value_goes_from_an_entry_officer_to_the_public(office: Office) -> None:
    """Entry officer, sign-off officer, performance officer, and whoever reads without a name."""
    public = office.browser()
    public.goto(AGREEMENT)
    assert "overdue" in words(row(public, INJURIES))
    assert "no value" in words(row(public, FIRST_TIME)), "what nobody signed off is not public"

    enters_an_overdue_value(office.at_work("entry.health"))
    signs_off_that_one(office.at_work("signoff.health"))
    public.reload()
    assert "overdue" in words(row(public, INJURIES)), "nothing is public before it is published"

    publishes(office.at_work("performance.officer"))
    public.reload()
    shown = words(row(public, INJURIES))
    assert "76.20 per 10,000 children" in shown
    assert "an officer of the partnership" in shown
    row(public, INJURIES).get_by_role("link", name="Why?").click()
    assert "Sign-off officer" not in look_over(public)
    public.goto(f"{AGREEMENT}/audit")
    assert "Sign in" == public.get_by_role("heading", level=1).inner_text()


def enters_an_overdue_value(page: Page) -> None:
    """From the tasks to the receipt, past a warning."""
    assert "What waits for Entry officer, Be healthy" in look_over(page)
    waiting = page.get_by_role("link", name=re.compile("Submit the value")).count()
    page.get_by_role("link", name=INJURIES).click()
    page.get_by_label("Value, per 10,000 children").fill("0.762")
    page.get_by_label("Note").fill("From the hospitals' own count.")
    page.get_by_role("button", name="Check").click()
    checked = told(page)
    assert "Nothing is recorded yet" in checked
    assert "is the unit the same?" in checked
    page.get_by_role("button", name="Change it").click()
    page.get_by_label("Value, per 10,000 children").fill("76.2")
    page.get_by_role("button", name="Check").click()
    assert "is the unit the same?" not in told(page)
    page.get_by_role("button", name="Send the value").click()
    page.wait_for_url("**/receipts/**")
    assert "76.2 per 10,000 children" in told(page)
    page.goto("/tasks")
    assert waiting - 1 == page.get_by_role("link", name=re.compile("Submit the value")).count()


def signs_off_that_one(page: Page) -> None:
    """One of all that waits: what was seen is what is signed."""
    page.get_by_role("link", name=INJURIES).click()
    assert "1 value waits for your sign-off." in told(page)
    entry = page.get_by_role("article")
    expect(entry).to_contain_text("From the hospitals' own count.")
    entry.get_by_role("checkbox").check()
    page.get_by_label("Checked", exact=True).check()
    page.get_by_role("button", name="Go on with those I chose").click()
    page.get_by_role("button", name="Sign off 1 value").click()
    page.wait_for_url("**/sign-off/done**")
    done = told(page)
    assert "76.20 per 10,000 children" in done
    assert "signed off by Sign-off officer, Be healthy" in done


def publishes(page: Page) -> None:
    """Sees in the grid that it is all there, and publishes."""
    page.get_by_role("link", name="expected and received").click()
    assert "Signed off Signed off Signed off Not due" in words(row(page, INJURIES))
    go_to(page, "Record", "Bodies")
    page.get_by_label("What you publish").fill("Injuries of 2024/25")
    page.get_by_role("button", name="Publish what is signed off").click()
    published = look_over(page)
    assert "Published last: Injuries of 2024/25" in published
    assert "Recorded at position" in published
    expect(page.locator(".govuk-notification-banner")).to_be_focused()
    page.get_by_role("link", name="Healthy children group").click()
    assert INJURIES in look_over(page)


def test_a_lead_officer_writes_a_plan_and_a_board_member_accepts_it(office: Office) -> None:
    lead = office.at_work("lead.youth")
    lead.get_by_role("link", name="Write an action plan").click()
    assert "The lead officer is to submit an action plan." in look_over(lead)
    lead.get_by_role("button", name="Write an action plan").click()
    lead.get_by_label("What lies behind the under-performance").fill("Nobody asks why they came.")
    lead.get_by_label("Last day of the plan").fill("2026-12-31")
    lead.get_by_label("What is done").fill("A worker at every police station.")
    lead.get_by_label("By when").fill("2026-09-30")
    lead.get_by_role("button", name="Submit the plan").click()
    expect(lead.get_by_role("alert")).to_contain_text("Recorded at position")
    lead.goto("/tasks")
    assert "Nothing waits for you." in told(lead)

    board = office.at_work("chair.youth")
    board.get_by_role("link", name="Accept the action plan").click()
    board.get_by_role("button", name="Accept action plan 1").click()
    assert "A worker at every police station." in look_over(board)
    board.get_by_label("Reference of the minute").fill("Group 2026/12")
    board.get_by_role("button", name="Accept the plan").click()
    story = told(board)
    assert "Action plan 1 accepted" in story
    assert "Group 2026/12" in story
    board.goto("/tasks")
    assert 0 == board.get_by_role("link", name="Accept the action plan").count()


def test_a_change_reviewer_rehearses_a_proposal_and_approves_it(office: Office) -> None:
    moved = {"indicator": "PrevRegCPR", "area": HOME, "period": "FY2024", "level": "23.5"}
    proposal = {
        "title": "A harder target for protection plans",
        "reason": "It was reached a year early.",
        "effective_from": "FY2024",
        "targets": [{**moved, "kind": "designated", "baseline": "18.3"}],
    }
    number = ask(office, "performance.officer", "/amendments", proposal)["amendment"]
    ask(office, "lead.safety", f"/amendments/{number}/consents", {"partner": "county"})

    page = office.at_work("change.reviewer", f"{AGREEMENT}/amendments")
    page.get_by_role("link", name="A harder target for protection plans").click()
    assert "It cannot be approved yet." in look_over(page)
    page.get_by_role("button", name="Rehearse it").click()
    page.get_by_role("button", name="Rehearse").click()
    expect(page.get_by_role("alert")).to_contain_text("Recorded at position")
    assert "23.0% against 23.5%" in told(page)

    minute = {"decision": "approved", "body": "partnership-board", "minute_reference": "Board 13"}
    ask(office, "board.member", f"/amendments/{number}/decisions", minute)
    page.goto("/tasks")
    page.get_by_role("link", name="Decide on the amendment").click()
    page.get_by_role("button", name="Decide on it").click()
    page.get_by_label("Approve it").check()
    page.get_by_label("Reference of the minute").fill("Panel 2026/3")
    page.get_by_role("button", name="Record the decision").click()
    assert f"Amendment {number} Approved" in told(page)
    page.get_by_role("link", name="Memorandum").click()
    assert "Panel 2026/3" in told(page)


def test_an_auditor_goes_from_a_figure_to_its_proof_and_takes_it_along(office: Office) -> None:
    page = office.at_work("auditor", f"{AGREEMENT}/audit")
    go_to(page, "Results", "Board")
    row(page, FIRST_TIME).get_by_role("link", name="Why?").click()
    page.get_by_role("link", name="Prove that this figure was not altered").click()
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the receipt").click()
    assert proves(json.loads(taken.value.path().read_text("utf-8")))

    for path, said_there in (
        ("/people/accounts", "To see to people's accounts here"),
        (f"/indicators/FirstYJS/entry?period=CY2025&area={HOME}", "To submit a value here"),
    ):
        page.goto(f"{AGREEMENT}{path}")
        assert said_there in look_over(page)


def test_an_administrator_lets_somebody_in_and_may_enter_no_figure(office: Office) -> None:
    page = office.at_work("administrator", f"{AGREEMENT}/people/accounts")
    page.get_by_label("Id", exact=True).fill("asha.patel")
    page.get_by_label("Name", exact=True).fill("Asha Patel")
    page.get_by_label("E-mail address").fill("asha@county.example")
    page.get_by_label("Partner").select_option(label="Warwickshire County Council")
    page.get_by_role("button", name="Enter").click()
    page.get_by_role("button", name="Make a link for Asha Patel").click()
    look_over(page)
    expect(page.locator(".govuk-notification-banner")).to_contain_text("A link for asha.patel")
    link = page.locator("code", has_text="/sign-in/link/").inner_text()
    page.goto(f"{AGREEMENT}/people")
    page.get_by_label("Person", exact=True).select_option(label="Asha Patel (county)")
    page.get_by_label("Role", exact=True).select_option(label="Entry officer")
    page.get_by_label("Held over").select_option(label="Thrive in care")
    page.get_by_role("button", name="Give the role").click()
    assert "Recorded at position" in told(page)
    expect(page.locator(".govuk-notification-banner")).to_be_focused()

    asha = office.browser()
    asha.goto(link)
    look_over(asha)
    for label in ("New password", "The same again"):
        asha.get_by_label(label).fill("a lake in early autumn")
    asha.keyboard.press("Enter")
    asha.get_by_text("Your password is set: sign in with it.").wait_for()
    look_over(asha)
    sign_in(asha, "asha@county.example", "a lake in early autumn")
    asha.get_by_role("link", name="Asha Patel").click()
    look_over(asha)
    asha.goto(f"{AGREEMENT}/indicators/CareLeaverAcc/entry?period=FY2025&area={HOME}")
    expect(asha.get_by_role("button", name="Check")).to_be_visible()
    asha.goto(link)
    assert "This link was used" in look_over(asha)

    page.goto(f"{AGREEMENT}/indicators/CareLeaverAcc/entry?period=FY2025&area={HOME}")
    assert "To submit a value here" in told(page)


def test_two_browsers_race_for_one_sign_off_and_one_is_recorded(office: Office) -> None:
    """Both press before either is answered: each is told whose sign-off holds."""
    second = {"person": "signoff.safety", "role": "sign-off-officer", "scope": "thrive-in-care"}
    ask(office, "performance.officer", "/roles", second)
    before = len(history(office, "CareLeaverAcc", "values-signed-off"))
    path = f"{AGREEMENT}/sign-off?indicator=CareLeaverAcc&period=FY2024"
    pages = {person: office.at_work(person, path) for person in OFFICES}
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)
        if len(held) == len(pages):
            for each in held:
                each.continue_()

    for page in pages.values():
        page.get_by_role("checkbox").first.check()
        page.get_by_label("Checked", exact=True).check()
        page.get_by_role("button", name="Go on with those I chose").click()
        page.get_by_role("heading", name="Check what you sign off").wait_for()
        page.route(is_sign_off, hold)
        page.get_by_role("button", name="Sign off 1 value").click(no_wait_after=True)
    for page in pages.values():
        page.wait_for_url("**/sign-off/done**")

    (signed,) = history(office, "CareLeaverAcc", "values-signed-off")[before:]
    winner, name = signed["actor"], f"Sign-off officer, {OFFICES[signed['actor']]}"
    seen = {person: told(page) for person, page in pages.items()}
    won = seen.pop(winner)
    assert "1 value signed off" in won
    assert f"signed off by {name} on" in won
    (lost,) = seen.values()
    assert "Nothing was signed off" in lost
    assert f"Already signed off by {name} on" in lost
    assert "Nothing more was recorded." in lost


def is_sign_off(address: str) -> bool:
    return address.partition("?")[0].endswith("/sign-off")
