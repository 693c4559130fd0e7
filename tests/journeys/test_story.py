"""From a submission to a sign-off, and every moment of it seen again from now."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

import pytest
from journeys.asking import (
    AGREEMENT,
    FEED,
    READER,
    SIGNER,
    correct,
    entry,
    get,
    of,
    post,
    said,
    sign_off,
    submit,
    values,
)
from journeys.rfc9162 import proves
from services import ENTRY_OFFICER, HOME, Served

LEAVERS = "leavers"
STEPS = ("submitted", "corrected", "returned", "confirmed", "signed")


class Story(NamedTuple):
    """The positions at which each step was recorded, and what was answered."""

    before: int
    at: dict[str, int]
    told: dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def story(service: Served) -> Story:
    """85.0 is submitted, corrected to 91.5, returned, confirmed, and signed off."""
    before = submit(service, LEAVERS, entry("89.0", "FY2023"))["position"]
    told = {"submitted": submit(service, LEAVERS, entry("85.0"), data_available_on="2025-05-02")}
    told["corrected"] = correct(service, LEAVERS, entry("91.5"), reason="Late returns came in.")
    name = told["corrected"]["entries"][0]["name"]
    question = {"entries": [name], "reason": "Is this with the late returns?"}
    told["returned"] = said(post(service, LEAVERS, "returns", question, by=SIGNER), 201)
    told["confirmed"] = correct(service, LEAVERS, entry("91.5"), reason="Yes, it is.")
    confirmed = told["confirmed"]
    told["signed"] = sign_off(
        service, LEAVERS, confirmed["entries"][0]["name"], position=confirmed["position"]
    )
    return Story(before, {step: answer["position"] for step, answer in told.items()}, told)


def row_at(service: Served, position: int, period: str = "FY2024") -> dict[str, Any] | None:
    """The one value of a period as known at a position."""
    asked = {"known_at": f"position:{position}", "period": period, "area": HOME}
    found = values(service, LEAVERS, position, **asked)
    return found[0] if found else None


def status_at(service: Served, **asked: Any) -> dict[str, Any]:
    """The row of the board page."""
    rows = get(service, f"{AGREEMENT}/status", period="FY2024", **asked)["rows"]
    (row,) = (row for row in rows if row["indicator"] == LEAVERS)
    return dict(row)


def history_of(service: Served, story: Story) -> list[dict[str, Any]]:
    """The events of the steps."""
    asked: dict[str, Any] = {"after": story.before, "min_position": story.at["signed"]}
    events: list[dict[str, Any]] = get(service, of(LEAVERS, "history"), **asked)["events"]
    return events


def test_each_step_was_one_event_after_the_other(story: Story) -> None:
    first = story.at["submitted"]
    assert list(range(first, first + len(STEPS))) == [story.at[step] for step in STEPS]


def test_an_officer_reads_their_own_entry_at_once(service: Served) -> None:
    """Asked again and again, since once could be luck."""
    for year in range(2000, 2020):
        answer = submit(service, "rents", entry("5.5", f"FY{year}"))
        asked = {"period": f"FY{year}", "by": ENTRY_OFFICER}
        (row,) = values(service, "rents", answer["position"], **asked)
        assert answer["entries"][0]["name"] == row["name"]


@pytest.mark.parametrize(
    ("step", "value", "standing", "corrected", "signer"),
    [
        ("submitted", "85.0", "submitted", False, None),
        ("corrected", "91.5", "submitted", True, None),
        ("returned", "91.5", "returned", True, None),
        ("confirmed", "91.5", "submitted", True, None),
        ("signed", "91.5", "signed-off", True, SIGNER),
    ],
)
def test_the_value_as_known_after_each_step(
    service: Served,
    story: Story,
    step: str,
    value: str,
    standing: str,
    corrected: bool,
    signer: str | None,
) -> None:
    row = row_at(service, story.at[step])

    assert row is not None
    assert (value, value) == (row["value"], row["judged"])
    assert (standing, corrected) == (row["standing"], row["corrected"])
    assert signer == (row["signed_off"] and row["signed_off"]["by"])


def test_before_the_submission_there_was_nothing(service: Served, story: Story) -> None:
    assert row_at(service, story.before) is None
    row = row_at(service, story.before, "FY2023")
    assert row is not None
    assert "89.0" == row["value"]


def test_a_correction_names_what_it_replaces(service: Served, story: Story) -> None:
    first, second, third = (
        story.told[step]["entries"][0] for step in ("submitted", "corrected", "confirmed")
    )

    assert ["new", "correction", "correction"] == [e["outcome"] for e in (first, second, third)]
    assert first["name"] == second["replaces"]
    assert second["name"] == third["replaces"]
    row = row_at(service, story.at["signed"])
    assert row is not None
    assert (third["name"], second["name"]) == (row["name"], row["replaces"])


def test_a_figure_names_who_corrected_it_and_who_gave_the_first(service: Served) -> None:
    submit(service, "rents", entry("7.5", "FY2022"))
    body = {"entries": [entry("7.7", "FY2022")], "reason": "A late return."}
    told = said(post(service, "rents", "corrections", body, by="performance"), 201)
    asked = {"period": "FY2022", "area": HOME, "min_position": told["position"]}

    (row,) = get(service, of("rents", "values"), **asked)["values"]
    assert (ENTRY_OFFICER, "performance") == (row["submitted_by"], row["corrected_by"])
    assert row == get(service, of("rents", "why"), **asked)["entry"]
    page = service.caller(READER).get(
        f"/agreements/county/indicators/rents/why?period=FY2022&area={HOME}",
        headers={"Accept": "text/html"},
    )
    assert "; first submitted by" in page.text


def test_names_are_position_and_index(story: Story) -> None:
    for step in ("submitted", "corrected", "confirmed"):
        answer = story.told[step]
        assert f"{answer['position']}.0" == answer["entries"][0]["name"]


@pytest.mark.parametrize(
    ("step", "status", "travel", "unsigned"),
    [
        ("submitted", "red", "worsening", True),
        ("corrected", "amber", "improving", True),
        ("returned", "amber", "improving", True),
        ("confirmed", "amber", "improving", True),
        ("signed", "amber", "improving", False),
    ],
)
def test_the_status_as_known_after_each_step(
    service: Served, story: Story, step: str, status: str, travel: str, unsigned: bool
) -> None:
    """The target is 92: a miss of 7.6% is red, one of 0.5% amber; the year before had 89."""
    row = status_at(service, known_at=f"position:{story.at[step]}")

    assert (status, None, travel) == (row["status"], row["reason"], row["travel"])
    assert "92" == row["target"]
    assert unsigned == ("unsigned" in row["marks"])


def test_the_board_counts_what_it_shows(service: Served, story: Story) -> None:
    page = get(service, f"{AGREEMENT}/status", min_position=story.at["signed"])

    shown = [row["status"] or row["reason"] for row in page["rows"]]
    assert {name: shown.count(name) for name in shown} == page["counts"]
    by_code = {row["indicator"]: row for row in page["rows"]}
    assert "contextual" == by_code["population"]["reason"]
    assert "placeholder" == by_code["wellbeing"]["reason"]
    assert all((row["status"] is None) != (row["reason"] is None) for row in page["rows"])


@pytest.mark.parametrize("step", STEPS)
def test_the_why_of_a_row_is_of_the_same_moment_and_says_the_same(
    service: Served, story: Story, step: str
) -> None:
    row = status_at(service, known_at=f"position:{story.at[step]}")
    why = get(service, row["why"])

    assert story.at[step] == why["clocks"]["known_position"]
    assert row == why["row"]
    assert row["entry"] == why["entry"]["name"]
    assert ENTRY_OFFICER == why["entry"]["submitted_by"]
    assert "89.0" == why["compared_with"]["value"]
    assert "92" == why["target"]["level"]
    assert {"rag", "travel", "due"} == {policy["kind"] for policy in why["policies"]}
    steps = {step["label"]: step["working"] for step in why["steps"]}
    assert row["status"] == steps["status"]
    assert row["judged"] in steps["judged figure"]


def test_the_history_tells_every_step_with_who_and_why(service: Served, story: Story) -> None:
    events = history_of(service, story)

    assert [
        (story.at["submitted"], ENTRY_OFFICER, "values-submitted"),
        (story.at["corrected"], ENTRY_OFFICER, "values-corrected"),
        (story.at["returned"], SIGNER, "values-returned"),
        (story.at["confirmed"], ENTRY_OFFICER, "values-corrected"),
        (story.at["signed"], SIGNER, "values-signed-off"),
    ] == [(event["position"], event["actor"], event["type"]) for event in events]
    assert "Late returns came in." == events[1]["data"]["reason_text"]
    assert "Is this with the late returns?" == events[2]["data"]["reason_text"]
    assert "2025-05-02" == events[0]["data"]["data_available_on"]
    times = [event["recorded_at"] for event in events]
    assert sorted(set(times)) == times


def test_the_feed_has_the_same_events_in_their_places(service: Served, story: Story) -> None:
    history = history_of(service, story)
    asked: dict[str, Any] = {"after": story.before, "min_position": story.at["signed"]}
    feed = get(service, FEED, limit=len(STEPS), **asked)["events"]

    assert history == feed
    assert {("county", LEAVERS)} == {(event["agreement"], event["indicator"]) for event in feed}


@pytest.mark.parametrize("step", STEPS)
def test_a_receipt_proves_the_event(service: Served, story: Story, step: str) -> None:
    receipt = get(service, story.told[step]["receipt"])
    assert story.at[step] == receipt["position"]
    assert proves(receipt)


def test_a_time_is_the_last_position_recorded_by_then(service: Served, story: Story) -> None:
    for event in history_of(service, story):
        recorded = datetime.fromisoformat(event["recorded_at"])
        for moment, position in (
            (recorded, event["position"]),
            (recorded - timedelta(microseconds=1), event["position"] - 1),
        ):
            clocks = get(service, of(LEAVERS, "values"), known_at=moment.isoformat())["clocks"]
            assert position == clocks["known_position"]


@pytest.mark.parametrize("moment", ["2100-01-01", "2100-01-01T00:00:00Z", "9999-12-31"])
def test_at_a_moment_to_come_all_is_known(service: Served, story: Story, moment: str) -> None:
    asked: dict[str, Any] = {"min_position": story.at["signed"], "known_at": moment}
    clocks = get(service, of(LEAVERS), policy_at=moment, **asked)["clocks"]

    assert service.head == clocks["known_position"] == clocks["policy_position"]


def test_the_story_of_stages_is_told_up_to_the_end_of_the_calendar(
    service: Served, story: Story
) -> None:
    asked: dict[str, Any] = {"known_at": "9999-12-31", "min_position": story.at["signed"]}
    answer = get(service, of(LEAVERS, "escalation"), **asked)
    assert service.head == answer["clocks"]["known_position"]


def test_now_is_the_last_position_and_what_was_left_out(service: Served, story: Story) -> None:
    asked = {"min_position": story.at["signed"]}
    plain = status_at(service, **asked)
    named = status_at(service, known_at="now", policy_at="now", **asked)
    pinned = status_at(service, known_at=f"position:{service.head}", **asked)

    assert plain == named
    why = {"why": plain["why"]}
    assert plain == pinned | why


def test_facts_of_now_under_the_rules_of_before_any(service: Served, story: Story) -> None:
    """Position 1 is the agreement itself; its rules were adopted after it."""
    row = status_at(service, policy_at="position:1", min_position=story.at["signed"])

    assert (None, "not-judgeable") == (row["status"], row["reason"])
    assert "91.5" == row["value"]


def test_facts_of_then_under_the_rules_of_now_say_both_clocks(
    service: Served, story: Story
) -> None:
    page = get(service, f"{AGREEMENT}/status", known_at=f"position:{story.at['submitted']}")

    assert story.at["submitted"] == page["clocks"]["known_position"]
    assert page["clocks"]["policy_position"] >= story.at["signed"]
    assert page["clocks"]["is_now"] is False


def test_a_ratio_is_worked_out_of_its_parts(service: Served) -> None:
    parts = entry(None, "FY2024-Q1", numerator="12", denominator="96")
    answer = submit(service, "repeats", parts)
    (row,) = values(service, "repeats", answer["position"], period="FY2024-Q1")

    assert ("12.5", "12", "96") == (row["judged"], row["numerator"], row["denominator"])
    why = get(service, of("repeats", "why"), period="FY2024-Q1")
    assert "red" == why["row"]["status"]
    assert "12 ÷ 96 × 100" in str(why["steps"])


def test_confidence_limits_are_told_with_the_value_and_in_its_history(service: Served) -> None:
    limited = entry("8", "FY2024-Q2", confidence_low="6.50", confidence_high="9")
    position = submit(service, "repeats", limited)["position"]
    (row,) = values(service, "repeats", position, period="FY2024-Q2")

    assert ("8", "6.50", "9") == (row["value"], row["confidence_low"], row["confidence_high"])
    told = get(service, of("repeats", "history"), min_position=position)["events"][-1]
    assert "6.50" == told["data"]["entries"][0]["confidence_low"]


def test_two_areas_and_a_breakdown_stand_beside_each_other(service: Served) -> None:
    given = [
        entry("10", "FY2023"),
        entry("6", "FY2023", breakdown={"ward": "E05000001", "sex": "F"}),
        entry("3", "FY2023", area="E07000218"),
    ]
    answer = submit(service, "loans", *given)
    at = answer["position"]

    assert [f"{at}.{n}" for n in range(3)] == [each["name"] for each in answer["entries"]]
    assert 3 == len(values(service, "loans", at, period="FY2023"))
    (headline,) = values(service, "loans", at, area=HOME, breakdown="", period="FY2023")
    assert "10" == headline["value"]
    (part,) = values(service, "loans", at, breakdown="ward=E05000001;sex=F")
    assert {"ward": "E05000001", "sex": "F"} == part["breakdown"]
    (other,) = values(service, "loans", at, area="E07000218")
    assert "3" == other["value"]


def test_two_spellings_of_a_letter_are_one_breakdown(service: Served) -> None:
    """An é may be one character, or an e with an accent behind it."""
    one, other = {"ward": "F\u00e9"}, {"ward": "Fe\u0301"}
    submit(service, "loans", entry("4", "FY2021", breakdown=one))
    again = submit(service, "loans", entry("4", "FY2021", breakdown=other))

    assert "unchanged" == again["entries"][0]["outcome"]


def test_the_same_value_again_changes_nothing(service: Served) -> None:
    first = submit(service, "loans", entry("7", "FY2022"))
    again = submit(service, "loans", entry("7", "FY2022"))

    assert "unchanged" == again["entries"][0]["outcome"]
    assert first["entries"][0]["name"] == again["entries"][0]["name"]
    assert first["position"] == service.head


def test_a_withdrawn_value_is_gone_now_and_there_then(service: Served) -> None:
    given = submit(service, "evictions", entry("4"))
    name = given["entries"][0]["name"]
    body = {"entries": [name], "reason": "These were another landlord's."}
    gone = said(post(service, "evictions", "withdrawals", body), 201)

    assert [] == values(service, "evictions", gone["position"])
    then = values(service, "evictions", gone["position"], known_at=f"position:{given['position']}")
    assert [name] == [row["name"] for row in then]
    assert "new" == submit(service, "evictions", entry("5"))["entries"][0]["outcome"]
