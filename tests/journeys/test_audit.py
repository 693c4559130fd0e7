"""An auditor over real HTTP: what is found is what the feed has, for those who may read it."""

import hashlib
import re
from collections import Counter
from datetime import date, datetime
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from journeys.asking import AGREEMENT as COUNTY
from journeys.asking import SIGNER, entry, get, of, post, refused, submit
from services import ENTRY_OFFICER, Served

A = "/api/v1/agreements/warwickshire"
LONDON = ZoneInfo("Europe/London")
THEN = "2025-01-31"
EVENT_LINK = re.compile(r'href="([^"]*/audit/events/[0-9]+[^"]*)"')
PARTS = ("audit", "events", "events/1", "roles", "rules", "code-maps")


@pytest.fixture(scope="module")
def feed(demo_service: Served) -> list[dict[str, Any]]:
    """Every event of the demonstration, by another way than a search."""
    found: list[dict[str, Any]] = []
    while True:
        after = found[-1]["position"] if found else 0
        page = ask(demo_service, "/api/v1/ledger/events", after=after, limit=100)
        found += page["events"]
        if page["next"] is None:
            return found


def ask(service: Served, path: str, **asked: Any) -> Any:
    answer = service.caller("auditor").get(path, params=asked)
    assert 200 == answer.status_code, answer.text
    return answer.json()


def everything(service: Served, **asked: Any) -> list[dict[str, Any]]:
    """What a search finds, on pages of seven."""
    found: list[dict[str, Any]] = []
    while True:
        after = {"after": found[-1]["position"]} if found else {}
        page = ask(service, f"{A}/events", limit=7, **asked, **after)
        found += page["events"]
        if page["next"] is None:
            return found
        assert str(found[-1]["position"]) == page["next"]


def day_of(event: dict[str, Any]) -> date:
    return datetime.fromisoformat(event["recorded_at"]).astimezone(LONDON).date()


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        ({"actor": "signoff.youth"}, lambda e: e["actor"] == "signoff.youth"),
        ({"kind": "targets-set"}, lambda e: e["type"] == "targets-set"),
        (
            {"kind": ["loads", "roles"]},
            lambda e: e["type"].startswith(("load-", "role-")),
        ),
        ({"actor": "nobody"}, lambda _: False),
        (
            {"from": "2025-05-02", "until": "2025-05-13"},
            lambda e: date(2025, 5, 2) <= day_of(e) <= date(2025, 5, 13),
        ),
        (
            {"indicator": "FirstYJS", "kind": "values"},
            lambda e: e["indicator"] == "FirstYJS" and e["type"].startswith("values-")
            and e["type"] != "values-signed-off",
        ),
        ({"known_at": "2025-01-31", "actor": "data.officer"},
         lambda e: day_of(e) <= date(2025, 1, 31) and e["actor"] == "data.officer"),
    ],
    ids=["actor", "topic", "groups", "nobody", "days", "indicator", "known then"],
)  # fmt: skip
@pytest.mark.parametrize("order", ["newest", "oldest"])
def test_a_search_finds_just_what_the_feed_has(
    demo_service: Served, feed: list[dict[str, Any]], asked: dict[str, Any], fits: Any, order: str
) -> None:
    expected = [event for event in feed if fits(event)]
    if order == "newest":
        expected.reverse()
    assert expected == everything(demo_service, order=order, **asked)


def test_the_timeline_of_a_load_is_its_stream_and_all_it_wrote(
    demo_service: Served, feed: list[dict[str, Any]]
) -> None:
    loads = Counter(event["load"] for event in feed if event["load"])
    assert 4 == len(loads)
    for load, count in loads.items():
        found = everything(demo_service, load=load, order="oldest")
        assert [event for event in feed if event["load"] == load] == found
        assert count == len(found)
        assert {"load-received", "load-checked", "load-committed", "values-submitted"} <= {
            event["type"] for event in found
        }


def test_the_counts_are_those_of_the_feed(demo_service: Served, feed: list[dict[str, Any]]) -> None:
    found = ask(demo_service, f"{A}/audit")
    assert len(feed) == found["events"]
    assert Counter(event["type"] for event in feed) == found["kinds"]
    actors = {each["actor"]: each["events"] for each in found["actors"]}
    assert Counter(event["actor"] for event in feed) == actors


def test_an_event_is_shown_with_the_digest_of_its_exact_text(demo_service: Served) -> None:
    found = ask(demo_service, f"{A}/events/252")
    assert "rag-policy-adopted" == found["event"]["type"]
    assert '"amber_margin":"0.10"' in found["stored"]
    assert hashlib.sha256(found["stored"].encode()).hexdigest() == found["sha256"]
    last = ask(demo_service, f"{A}/audit")["events"]
    assert "figures-published" == ask(demo_service, f"{A}/events/{last}")["event"]["type"]
    corrected = ask(demo_service, f"{A}/events", kind="values-corrected", order="newest")["events"]
    (reason,) = ask(demo_service, f"{A}/events/{corrected[0]['position']}")["texts"]
    assert reason["text"].startswith("Illustrative correction")
    missing = demo_service.caller("auditor").get(f"{A}/events/252?known_at=position:251")
    refused(missing, 404, "unknown-event")


def test_the_second_version_of_the_rules_says_what_it_changed(demo_service: Served) -> None:
    found = ask(demo_service, f"{A}/rules")["rules"]
    (policy,) = (each for each in found if each["position"] == 252)
    told = {one["field"]: (one["before"], one["after"]) for one in policy["changes"]}
    assert {
        "version": ("1", "2"),
        "amber_margin": ("0.05", "0.10"),
        "effective_from": ("2020-01-01", "2022-01-01"),
        "amendment": (None, "1"),
    } == told
    assert "board.member" == policy["actor"]
    of_one = ask(demo_service, f"{A}/rules", indicator="ChildPov")["rules"]
    assert ["indicator-redefined", "targets-set", "indicator-defined", "indicator-placed"] == [
        each["type"] for each in of_one
    ]


def test_roles_are_those_of_the_agreement_with_who_gave_them(demo_service: Served) -> None:
    roles = ask(demo_service, f"{A}/roles")["roles"]
    held = ask(demo_service, A)["roles"]
    assert held == [{name: role[name] for name in held[0]} for role in roles]
    assert "health" == held[0]["partner"]
    assert {("operator", None)} == {(role["given_by"], role["until"]) for role in roles}
    assert [] == ask(demo_service, f"{A}/roles", known_at="position:60")["roles"]


def test_a_refused_attempt_is_found_by_whoever_audits(service: Served) -> None:
    """Who tried it, on what, and by which rule it was refused."""
    answer = submit(service, "meals", entry("5", "FY2019"))
    name = answer["entries"][0]["name"]
    body = {"entries": [{"name": name, "digest": "0" * 64}]}
    refused(post(service, "meals", "sign-offs", body, by=ENTRY_OFFICER), 403, "self-sign-off")
    asked: dict[str, Any] = {
        "kind": "refusals",
        "actor": ENTRY_OFFICER,
        "indicator": "meals",
        "limit": 1,
    }
    page = get(service, f"{COUNTY}/events", min_position=answer["position"] + 1, **asked)
    (event,) = page["events"]
    assert ("action-refused", "self-sign-off", [name]) == (
        event["type"],
        event["data"]["code"],
        event["data"]["entries"],
    )
    told = get(service, f"{COUNTY}/events/{event['position']}", by=SIGNER)
    assert "sign-off" == told["command"]
    assert get(service, of("meals", "history"))["events"][-1] == event


@pytest.mark.parametrize("part", PARTS)
def test_whoever_holds_no_role_reads_none_of_it(service: Served, part: str) -> None:
    refused(service.caller("stranger").get(f"{COUNTY}/{part}"), 403, "no-role")
    assert 401 == service.caller().get(f"{COUNTY}/{part}").status_code


def test_a_judgement_leads_to_every_event_behind_it_under_all_four_pairs(
    demo_service: Served,
) -> None:
    """Also to that of rules which were adopted later than what is known on the page."""
    caller, why = demo_service.caller("auditor"), "/agreements/warwickshire/indicators/FirstYJS/why"
    for known_at, policy_at in ((THEN, THEN), (THEN, "now"), ("now", THEN), (THEN, "2025-08-31")):
        asked = {"known_at": known_at, "policy_at": policy_at}
        page = caller.get(why, params={"period": "CY2022", "area": "E10000031", **asked})
        found = {unescape(one) for one in EVENT_LINK.findall(page.text)}
        assert 4 <= len(found), page.text
        assert [] == [one for one in found if 200 != caller.get(one).status_code]


def test_what_was_said_on_an_amendment_says_on_which(
    demo_service: Served, feed: list[dict[str, Any]]
) -> None:
    """In the timeline of whoever said it, and on the page of the event."""
    caller, pages = demo_service.caller("auditor"), "/agreements/warwickshire"
    told = {one["position"]: one for one in feed if one["type"] == "amendment-consented"}
    assert {1, 2, 3} == {one["amendment"] for one in told.values()}
    for position, one in told.items():
        timeline = caller.get(f"{pages}/audit/events", params={"actor": one["actor"]}).text
        (line,) = (each for each in timeline.split("<li") if f'events/{position}"' in each)
        page = caller.get(f"{pages}/audit/events/{position}").text.partition("<main")[2]
        for text in (line, page):
            assert f'href="{pages}/amendments/{one["amendment"]}"' in text
