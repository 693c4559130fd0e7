"""People act on performance and on amendments in a browser, without a script: form by form."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import psycopg
import pytest
from browser.parsed import Element, parsed
from doors import service_pool
from journeys.asking import entry, said, submit, values
from journeys.browsing import Browser, named, refused, token_of, typed_in
from journeys.pacts import FILE as PACT_FILE
from servers import Server
from services import (
    DISTRICT,
    HOME,
    Served,
    at_database,
    done_well,
    more_tokens,
    outturn,
    serving,
    set_up,
)

from http_api import clock
from http_api.pages.words import day
from ledger.accounts import begin_session
from ledger.acts import Act
from ledger.amending.acting import propose
from ledger.amending.sealing import RefreshAsked, open_refresh
from ledger.amendment.events import Changes, TargetChange
from ledger.indicator.events import Target
from ledger.record import Record

# The day on which this is imported: a run may go past midnight.
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
COUNTY, PACT = "/agreements/county", "/agreements/pact"
DAMP, HEATING, KEYS = (f"{COUNTY}/indicators/{one}" for one in ("damp", "heating", "keys"))
REGISTER = f"{PACT}/amendments"
LEAD, GROUP, BOARD, PERFORMANCE = "lead.homes", "group.homes", "board", "performance"
PEOPLE = (LEAD, GROUP, BOARD, PERFORMANCE, "auditor", "stranger")
OF_PACT = ("lead", "district", "board", "reviewer", "performance", "entry")


@pytest.fixture(scope="module")
def served(embedded_server: Server) -> Iterator[Served]:
    """Both agreements of the journeys: one with indicators below target, one to be sealed."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        set_up(where)
        done_well(outturn("agreement", "apply", PACT_FILE, where=where))
        with serving(where) as served:
            served.tokens.update(more_tokens(url))
            served.tokens["pact.entry"] = token_of(url, "pact.entry")
            below = [entry(value, year) for year, value in
                     (("FY2022", "85"), ("FY2023", "80"), ("FY2024", "75"))]  # fmt: skip
            for indicator in ("damp", "heating"):
                submit(served, indicator, *below)
            last = submit(served, "keys", entry("95"))["position"]
            values(served, "keys", last)  # the answers have all, whoever asks first
            yield served


@pytest.fixture(scope="module")
def people(served: Served) -> Iterator[dict[str, Browser]]:
    """A browser for each person, signed in; "" is the public's."""
    browsers = {"": Browser(served, "")}
    with psycopg.connect(served.where["OUTTURN_DATABASE_URL"]) as connection:
        for person in (*PEOPLE, *(f"pact.{one}" for one in OF_PACT)):
            session = clock.new_token()
            begin_session(connection, person, session, clock.now())
            browsers[person] = Browser(served, session)
    yield browsers
    for browser in browsers.values():
        browser.close()


# An indicator from a remedial action to an accepted plan


@pytest.fixture(scope="module")
def plans(people: dict[str, Browser]) -> dict[str, Element]:
    """A remedial action, a plan that is sent back, and one that is accepted, by two people."""
    lead, group = people[LEAD], people[GROUP]
    told = {"below": lead.page(f"{DAMP}/escalation")}
    told["action"] = lead.do(
        lead.offers(f"{DAMP}/escalation")["Record a remedial action"],
        action="Two more surveyors <b>now</b>.",
        due_on=str(TODAY + timedelta(days=30)),
    )
    plan = {
        "cause": "Half of the posts are empty.",
        "ends_on": str(TODAY + timedelta(days=200)),
        "steps_0_action": "Fill the posts.",
        "steps_0_due_on": str(TODAY + timedelta(days=60)),
        "steps_0_responsible": LEAD,
    }
    write = lead.offers(f"{DAMP}/escalation")["Write an action plan"]
    lead.do(write, **plan)
    back = group.offers(f"{DAMP}/escalation")["Send action plan 1 back"]
    told["sent back"] = group.do(back, reason="Who pays?", minute_reference="Homes 4/2026")
    second = lead.send(write.partition("?")[0], {
        **lead.opened(write), **named(plan), "more": "steps",
    })  # fmt: skip
    assert 200 == second.status_code
    typed = typed_in(parsed(second.text).one("main").one("form"))
    typed |= named({"steps_1_action": "Ask the reserve.", "steps_1_due_on": plan["ends_on"]})
    told["second"] = lead.follow(lead.send(write.partition("?")[0], typed))
    accept = group.offers(f"{DAMP}/escalation")["Accept action plan 2"]
    told["form"] = group.page(accept)
    told["accepted"] = group.do(accept, note="Good.", body="homes-group")
    return told


def test_what_the_stage_waits_for_is_offered_to_whoever_may(plans: dict[str, Element]) -> None:
    section = plans["below"].one("section", cls="app-panel--ask")
    first = section.every("a")[0]
    assert ("Write an action plan", "button") == (first.text, first["role"])
    assert "Accept" not in section.text


def test_the_story_tells_what_was_recorded_as_it_was_typed(plans: dict[str, Element]) -> None:
    assert "Two more surveyors <b>now</b>." in plans["action"].text
    assert "Action plan 1 sent back" in plans["sent back"].text
    assert "Who pays?" in plans["sent back"].text
    done = plans["accepted"].one("main").text
    assert "Action plan 2 accepted Idris Webb for Homes group" in done
    assert "Ask the reserve." in done
    assert "plan 2, to be reviewed on" in done


def test_whoever_is_to_accept_a_plan_sees_all_of_it(plans: dict[str, Element]) -> None:
    page = plans["form"].one("main").text
    assert "Half of the posts are empty." in page
    assert "Fill the posts., by" in page
    assert "Ask the reserve." in page
    begins, ends = (TODAY, TODAY + timedelta(days=1)), TODAY + timedelta(days=200)
    assert any(f"The plan runs from {day(begin)} to {day(ends)}." in page for begin in begins)


@pytest.mark.usefixtures("plans")
def test_nobody_is_offered_a_plan_of_their_own_and_a_try_is_on_record(
    served: Served, people: dict[str, Browser]
) -> None:
    """The lead officer is a member of the group too; it is the plan that is their own."""
    lead = people[LEAD]
    spring = str(TODAY + timedelta(days=90))
    later = {
        "cause": "Winter.", "ends_on": spring,
        "steps_0_action": "Wait.", "steps_0_due_on": spring,
    }  # fmt: skip
    lead.do(f"{HEATING}/action-plans", **later)
    assert {"Accept action plan 1", "Send action plan 1 back"}.isdisjoint(
        lead.offers(f"{HEATING}/escalation")
    )
    lead.answer(f"{HEATING}/action-plans/1/acceptance", 403)
    head = served.head
    answer = lead.send(f"{HEATING}/action-plans/1/acceptance", {"note": "Mine is good."})
    page = refused(answer, 403, "You submitted action plan 1", "That you tried is on record")
    assert "Mine is good." == page.one("textarea", name="note").text
    assert head + 1 == served.head
    told = people["auditor"].page(f"{COUNTY}/audit/events/{served.head}").text
    assert "own-plan" in told or "own plan" in told


def test_a_form_sent_twice_is_recorded_once(served: Served, people: dict[str, Browser]) -> None:
    lead = people[LEAD]
    typed = {**lead.opened(f"{HEATING}/remedial-actions"), "action": "Boilers first."}
    first = lead.send(f"{HEATING}/remedial-actions", typed)
    head = served.head
    again = lead.send(f"{HEATING}/remedial-actions", typed)
    assert (303, first.headers["location"]) == (again.status_code, again.headers["location"])
    assert head == served.head
    other = lead.send(f"{HEATING}/remedial-actions", {**typed, "action": "Pipes first."})
    page = refused(other, 422, "This form was sent already, with other words in it.")
    assert head == served.head
    lead.follow(lead.send(f"{HEATING}/remedial-actions", typed_in(page.one("form"))))


def test_what_is_wrong_comes_back_with_what_was_typed(
    served: Served, people: dict[str, Browser]
) -> None:
    head, lead = served.head, people[LEAD]
    answer = lead.fill(
        f"{HEATING}/action-plans", cause="Too few.", ends_on="2020-01-01",
        steps_0_action="Hire.", steps_0_due_on="soon",
    )  # fmt: skip
    page = refused(answer, 422, "This is not a day of the calendar")
    assert "Too few." == page.one("textarea", name="cause").text
    assert "soon" == page.one("input", name="steps[0].due_on")["value"]
    answer = lead.fill(
        f"{HEATING}/action-plans", cause="Too few.", ends_on="2020-01-01",
        steps_0_action="Hire.", steps_0_due_on=str(TODAY),
    )  # fmt: skip
    page = refused(answer, 422, "1 January 2020 lies before the plan begins")
    assert "ends_on-error" == page.one("p", cls="govuk-error-message")["id"]
    assert head == served.head


def test_the_board_intervenes_closes_and_commends(people: dict[str, Browser]) -> None:
    """Each act where the page offers it; then what the open stage alone allowed is gone."""
    board, story = people[BOARD], f"{KEYS}/escalation"
    moved = board.do(board.offers(story)["Move to a higher stage at once"],
                     stage="3", reason="Complaints.")  # fmt: skip
    assert "Stage 3: intervention" in moved.text or "stage 3: intervention" in moved.text
    closing = board.opened(f"{KEYS}/closures")
    decided = board.do(board.offers(story)["Decide how to intervene"],
                       decision="alternative-solution", reason="Another contractor.")  # fmt: skip
    assert "Find an alternative solution" in decided.text or "alternative solution" in decided.text
    board.do(board.offers(story)["Close the escalation"], reason="It is settled.")
    late = board.send(f"{KEYS}/closures", {**closing, "reason": "Again."})
    refused(late, 409, "No stage is open for keys", "it says what moved the stage")
    assert {"Move to a higher stage at once", "Commend a performance", "Record an examination"} == {
        *board.offers(story)
    }
    praised = board.do(board.offers(story)["Commend a performance"], reason="Share it.")
    assert "Performance commended" in praised.text


def test_a_value_is_said_to_be_examined_where_the_four_weeks_run(
    people: dict[str, Browser],
) -> None:
    officer = people[PERFORMANCE]
    where = f"{COUNTY}/examinations"

    def links() -> list[str]:
        found = officer.page(where).every("a")
        return [one["href"] for one in found if one.text.startswith("Record it")]

    before = links()
    page = officer.do(before[0], body="homes-group", minute_reference="Homes 5/2026")
    assert "Homes group" in page.text
    assert before[1:] == links()
    assert [] == [one for one in people["auditor"].page(where).every("a")
                  if one.text.startswith("Record it")]  # fmt: skip


# An amendment from its proposal to its decision


@pytest.fixture(scope="module")
def sealed(people: dict[str, Browser]) -> str:
    """The register of the agreement, once the board has sealed it."""
    board = people["pact.board"]
    assert {} == people["pact.lead"].offers(REGISTER)
    page = board.do(board.offers(REGISTER)["Seal the agreement"],
                    minute_reference="12/2026", freeze_days="0")  # fmt: skip
    assert "sealed on" in page.text
    assert "Seal the agreement" not in board.offers(REGISTER)
    return REGISTER


def proposed(browser: Browser, level: str, **more: str) -> str:
    """The address of an amendment that somebody proposes in words."""
    typed = {
        "title": f"Recycling at {level}", "reason": "The depot is closed.",
        "effective_from": "2026/27", "targets_0_indicator": "recycling",
        "targets_0_area": DISTRICT, "targets_0_period": "2026/27", "targets_0_level": level,
    }  # fmt: skip
    answer = browser.fill(f"{REGISTER}/new", **{**typed, **more})
    browser.follow(answer)
    return urlsplit(answer.headers["location"]).path


def level_of_the_district(served: Served) -> str:
    """Its target as it stands."""
    path = f"/api/v1{PACT}/indicators/recycling"
    asked = {"min_position": served.head}
    found = said(served.caller("pact.entry").get(path, params=asked), 200)
    (level,) = (one["level"] for one in found["targets"] if one["area"] == DISTRICT)
    return str(level)


def consents(people: dict[str, Browser], where: str) -> None:
    for person in ("pact.district", "pact.board"):
        people[person].do(f"{where}/consents")


def test_an_amendment_goes_from_proposal_to_decision(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    """Objected to, revised, consented to, rehearsed, overtaken by a value, and approved."""
    lead, district, board = (people[f"pact.{one}"] for one in ("lead", "district", "board"))
    before = level_of_the_district(served)
    where = proposed(lead, "40")
    page = district.do(district.offers(where)["Object"], reason="That is too little.")
    assert "That is too little." in page.text
    seen = district.opened(f"{where}/consents")
    lead.do(lead.offers(where)["Revise the proposal"], reason="As the district asks.",
            targets_0_level="43")  # fmt: skip

    moved = refused(
        district.send(f"{where}/consents", seen), 409, "The proposal was revised since you saw it",
        "send this again if you still mean it", f"{before} 43",
    )  # fmt: skip
    district.follow(district.send(f"{where}/consents", typed_in(moved.one("form"))))
    assert "It waits for the consent of County council." in board.page(where).text
    board.do(board.offers(where)["Consent"], note="With regret.")
    early = board.page(f"{where}/decisions")
    assert ["rejected"] == [one["value"] for one in early.every("input", name="decision")]
    assert "No status would have been another." in lead.do(f"{where}/rehearsals").text

    figure = {"entries": [{"period": "FY2024", "area": HOME, "value": "40"}]}
    address = f"/api/v1{PACT}/indicators/recycling/submissions"
    said(served.caller("pact.entry").post(address, json=figure), 201)
    assert "Rehearse it again on its page" in board.page(where).text
    stale = board.fill(f"{where}/decisions", decision="approved", minute_reference="14/2026")
    refused(stale, 409, "rehearse again before deciding", "read there what has changed")
    board.do(f"{where}/rehearsals")
    decide = board.offers(where)["Decide on it"]
    approved = board.do(decide, decision="approved", minute_reference="14/2026")
    assert f"Amendment {where.rpartition('/')[2]} Approved" in approved.text
    assert {} == lead.offers(where)
    assert "2026/27: 43" in lead.page(f"{where}/memorandum").text


def test_nobody_is_offered_a_decision_on_their_own_proposal_and_a_try_is_on_record(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    board = people["pact.board"]
    where = proposed(board, "44")
    assert "Decide on it" not in board.offers(where)
    board.answer(f"{where}/decisions", 403)
    head = served.head
    typed = {"decision": "approved", "body": "board", "minute_reference": "15/2026"}
    page = refused(
        board.send(f"{where}/decisions", typed), 403, "Nobody decides on an amendment that they",
        "That you tried is on record",
    )  # fmt: skip
    assert "15/2026" == page.one("input", name="minute_reference")["value"]
    assert head + 1 == served.head
    refused(
        people["pact.lead"].send(f"{where}/withdrawal", {"reason": "Not mine."}), 403,
        "Only the person who proposed an amendment",
    )  # fmt: skip
    assert "Withdrawn" in board.do(f"{where}/withdrawal", reason="Too soon.").text


def test_an_indicator_is_retired_by_a_row_of_the_form(
    people: dict[str, Browser], sealed: str
) -> None:
    """Its page says so in a sentence, and a revision opens with it; the rest may be left empty."""
    lead = people["pact.lead"]
    typed = {"title": "Recycling ends", "reason": "The depot is closed.",
             "effective_from": "2030/31", "retirements_0_indicator": "recycling"}  # fmt: skip
    answer = lead.fill(f"{REGISTER}/new", **typed)
    where = urlsplit(answer.headers["location"]).path
    sentence = "Waste recycled: retired from 2030/31. It binds County council."
    assert sentence in lead.follow(answer).text
    page = lead.do(f"{where}/revisions", reason="Sooner.", effective_from="2029/30")
    assert sentence.replace("2030/31", "2029/30") in page.text
    both = {"targets_0_indicator": "recycling", "targets_0_period": "2030/31",
            "targets_0_level": "60", "reason": "Both."}  # fmt: skip
    refused(
        lead.fill(f"{where}/revisions", **both), 422, "recycling would be retired from 1 April 2029"
    )
    lead.do(f"{where}/withdrawal", reason="Later.")


def test_what_is_left_empty_of_a_target_stays_as_it_is(
    people: dict[str, Browser], sealed: str
) -> None:
    """A designated target stays one when only its level is typed; rules are written as JSON."""
    rules = """{"policies": [{"kind": "due", "version": "2", "effective_from": "2026-04-01",
                              "settings": {"grace_days": 10}}]}"""
    performance = people["pact.performance"]
    where = proposed(performance, "53", targets_0_area="", targets_0_period="FY2027", others=rules)
    page = performance.page(where).text
    assert "52, designated 53, designated" in page
    assert "Rules of lateness, version 2" in page
    answer = performance.fill(
        f"{REGISTER}/new", title="Wrong", reason="Why not.", effective_from="2026/27",
        targets_0_indicator="recycling", targets_0_period="Q1 2026/27", targets_0_level="5",
        targets_1_indicator="recycling", targets_1_period="2028/29", targets_1_level="about 5",
        others="{",
    )  # fmt: skip
    refused(answer, 422, "The text cannot be read as JSON")
    fixed = {**typed_in(parsed(answer.text).one("main").one("form")), "others": ""}
    again = performance.send(f"{REGISTER}/new", fixed)
    refused(again, 422, "about 5")
    assert ["targets-1-level"] == [
        one["href"].removeprefix("#")
        for one in parsed(again.text).one("div", cls="govuk-error-summary").every("a")
    ]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("Q1 2027/28", "FY2027-Q1"), ("2027", "CY2027"), ("FY2027+3", "FY2027+3")],
)
def test_a_period_that_is_none_of_the_indicators_is_told_what_it_is_measured_by(
    people: dict[str, Browser], sealed: str, typed: str, code: str
) -> None:
    """However it is written: it is a period, and not one of this indicator."""
    answer = people["pact.performance"].fill(
        f"{REGISTER}/new", title="Wrong", reason="Why not.", effective_from="2026/27",
        targets_0_indicator="recycling", targets_0_period=typed, targets_0_level="5",
    )  # fmt: skip
    measured = "which is measured by the financial year."
    refused(answer, 422, f"{code} is not a period of this indicator, {measured}")


def test_what_can_be_done_is_offered_from_whichever_page_one_comes(
    people: dict[str, Browser], sealed: str
) -> None:
    """Links between pages carry the area and the period one looks at."""
    lead = people["pact.lead"]
    offered = lead.offers(f"{sealed}?area={DISTRICT}&period=FY2024")
    assert lead.offers(sealed) == offered
    assert 200 == lead.answer(offered["Propose an amendment"]).status_code


def test_a_change_of_the_baseline_alone_is_seen_by_whoever_consents(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    level = level_of_the_district(served)
    where = proposed(people["pact.lead"], level, targets_0_baseline="38.5")
    assert f"{level} {level}, baseline 38.5" in people["pact.district"].page(where).text


def test_a_form_promises_the_effects_of_a_proposal_once_there_are_some(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    lead = people["pact.lead"]
    where = proposed(lead, level_of_the_district(served), targets_0_baseline="38.6")
    assert "Its page has what everybody said" in lead.page(f"{where}/rehearsals").text
    lead.do(f"{where}/rehearsals")
    whole = "Its page has the whole effect table, and what everybody said"
    assert whole in lead.page(f"{where}/rehearsals").text


def test_a_refresh_is_opened_and_gathers(people: dict[str, Browser], sealed: str) -> None:
    reviewer, lead = people["pact.reviewer"], people["pact.lead"]
    page = reviewer.do(reviewer.offers(REGISTER)["Open a refresh"],
                       title="Autumn", closes_on=str(TODAY + timedelta(days=9)))  # fmt: skip
    opened = re.search(r"Refresh (\d+), Autumn", page.text)
    assert opened is not None
    where = proposed(lead, "46", refresh=opened[1])
    consents(people, where)
    lead.do(f"{where}/rehearsals")
    waits = people["pact.board"]
    assert "Decide on it" not in waits.offers(where)
    typed = {"decision": "approved", "body": "board", "minute_reference": "1"}
    refused(waits.send(f"{where}/decisions", typed), 409, "The refresh Autumn is open until",
            "after its last day")  # fmt: skip
    assert not any(words.startswith("Decide on refresh") for words in waits.offers(REGISTER))


def test_what_a_refresh_gathered_is_decided_together_once_it_is_over(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    """One that was opened and closed some days ago, by the decisions' own clock."""
    url, days = served.where["OUTTURN_DATABASE_URL"], {"opened": 10, "proposed": 5}
    opened, then = (clock.now() - timedelta(days=each) for each in days.values())
    window = RefreshAsked(
        title="Summer", opens_on=opened.date(), closes_on=(TODAY - timedelta(days=2))
    )
    with service_pool(url) as pool:
        record = Record(pool)
        reviewer = Act(actor="pact.reviewer", at=opened, correlation_id=clock.new_id())
        (refresh,) = open_refresh(record, "pact", window, reviewer).numbers
        lead = Act(actor="pact.lead", at=then, correlation_id=clock.new_id())
        numbers = [
            propose(record, "pact", lead, title=f"To {level}", reason="d", refresh=refresh,
                    changes=moved_to(level)).numbers[0]
            for level in ("47", "48")
        ]  # fmt: skip
        record.close()
    for number in numbers:
        consents(people, f"{sealed}/{number}")
        people["pact.lead"].do(f"{sealed}/{number}/rehearsals")
    board = people["pact.board"]
    there = board.offers(sealed)[f"Decide on refresh {refresh}, Summer"]
    assert f"Decide on refresh {refresh}, Summer" not in people["pact.lead"].offers(sealed)
    both = board.fill(there, minute_reference="20/2026")
    refused(both, 409, "both change target recycling")
    page = board.do(there, minute_reference="20/2026", rejected=str(numbers[1]),
                    reason="One is enough.")  # fmt: skip
    states = {row.every("a")[0].text: row.every("td")[0].text
              for row in page.one("table", cls="app-table--register").every("tr")[1:]}  # fmt: skip
    assert states[f"{numbers[0]}. To 47"].startswith("Approved")
    assert states[f"{numbers[1]}. To 48"].startswith("Rejected")


def moved_to(level: str) -> Changes:
    """The target of the district at another level."""
    target = Target(area=DISTRICT, period="FY2026", level=Decimal(level))
    return Changes(
        effective_from="FY2026", targets=(TargetChange(indicator="recycling", target=target),)
    )


# Whoever may not


def test_whatever_a_page_offers_can_be_opened_and_sent(
    people: dict[str, Browser], sealed: str
) -> None:
    """For each of the people, on every page that offers anything: nothing is offered in vain."""
    pages = [f"{each}/escalation" for each in (DAMP, HEATING, KEYS)]
    found = 0
    for person in PEOPLE[:-1]:
        for page in pages:
            for address in people[person].offers(page).values():
                people[person].answer(address)
                found += 1
    for person in OF_PACT:
        browser = people[f"pact.{person}"]
        listed = [one["href"] for one in browser.page(sealed).one("main").every("a")
                  if re.fullmatch(rf"{REGISTER}/\d+", one["href"])]  # fmt: skip
        for page in (sealed, *listed[:2]):
            for address in browser.offers(page).values():
                browser.answer(address)
                found += 1
    assert found > 30


@pytest.mark.parametrize(
    "path",
    [f"{DAMP}/remedial-actions", f"{DAMP}/closures", f"{REGISTER}/new", f"{PACT}/seal"],
)
def test_who_is_not_signed_in_is_led_there_and_records_nothing(
    served: Served, people: dict[str, Browser], path: str
) -> None:
    head = served.head
    led = people[""].answer(path, 303)
    assert led.headers["location"].startswith("/sign-in?next=")
    assert 401 == people[""].send(path, {"reason": "x"}).status_code
    assert head == served.head


@pytest.mark.parametrize("headers", [
    {"Sec-Fetch-Site": "cross-site"},
    {"Origin": "https://elsewhere.example"},
])  # fmt: skip
def test_a_form_from_another_site_is_not_taken(
    served: Served, people: dict[str, Browser], headers: dict[str, str]
) -> None:
    head = served.head
    answer = people[BOARD].send(f"{KEYS}/fast-tracks", {"stage": "3", "reason": "x"}, **headers)
    assert 403 == answer.status_code
    assert head == served.head


@pytest.mark.parametrize("path", ["remedial-actions", "action-plans", "action-plans/9/return"])
@pytest.mark.parametrize("body", [
    b"", b"\xff\xfe=%FF%00&action=%00", b"key=a&key=b&action=x&area=%00", b"x" * 100_000,
    "&".join(f"steps[{n}].action=x" for n in range(1000)).encode(),
])  # fmt: skip
def test_whatever_is_sent_is_answered_and_nothing_is_recorded(
    served: Served, people: dict[str, Browser], path: str, body: bytes
) -> None:
    head = served.head
    answer = people[LEAD].send_bytes(f"{HEATING}/{path}", body)
    assert answer.status_code in {404, 422}, answer.text
    assert head == served.head


def test_nothing_is_offered_to_who_holds_no_role_for_it_nor_in_the_past(
    served: Served, people: dict[str, Browser], sealed: str
) -> None:
    for path in (f"{DAMP}/escalation", f"{COUNTY}/amendments"):
        assert {} == people["auditor"].offers(path)
    assert {} == people["pact.entry"].offers(sealed)
    then = f"known_at=position:{served.head}"
    assert {} == people[BOARD].offers(f"{KEYS}/escalation?{then}")
    assert {} == people["pact.lead"].offers(f"{sealed}?{then}")
    head = served.head
    answer = people["auditor"].send(f"{KEYS}/closures", {"reason": "x"})
    refused(answer, 403, "To close an escalation here", "That you tried is on record")
    assert head + 1 == served.head


def test_nobody_is_told_of_what_another_recorded(
    served: Served, people: dict[str, Browser]
) -> None:
    page = people["auditor"].page(f"{DAMP}/escalation?recorded={served.head - 1}")
    mine = people["auditor"].page(f"{DAMP}/escalation?recorded=nothing")
    for each in (page, mine):
        assert [] == each.every("div", cls="govuk-notification-banner")
