"""Sent twice, sent late, sent at once: keys, versions, and officers who meet."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from journeys.asking import (
    correct,
    entry,
    get,
    of,
    post,
    refused,
    said,
    submit,
    values,
)
from services import DISTRICT, ENTRY_OFFICER, HOME, Served, serving


def test_a_key_sent_twice_gives_the_first_answer_again(service: Served) -> None:
    body = {"entries": [entry("1.5", "FY2020")]}
    first = post(service, "lettings", "submissions", body, Idempotency_Key="sent-twice")
    head = service.head
    correct(service, "lettings", entry("2.5", "FY2020"))
    again = post(service, "lettings", "submissions", body, Idempotency_Key="sent-twice")

    assert said(first, 201) == said(again, 201)
    assert head + 1 == service.head


def test_a_key_answers_again_also_when_the_act_would_now_be_refused(service: Served) -> None:
    """The value was corrected meanwhile: without the key, this would be value-exists."""
    body = {"entries": [entry("3.5", "FY2019")]}
    first = said(post(service, "lettings", "submissions", body, Idempotency_Key="late"), 201)
    correct(service, "lettings", entry("4.5", "FY2019"))

    refused(post(service, "lettings", "submissions", body), 409, "value-exists")
    assert first == said(
        post(service, "lettings", "submissions", body, Idempotency_Key="late"), 201
    )


def test_a_key_used_for_another_body_is_refused_and_nothing_is_stored(service: Served) -> None:
    body = {"entries": [entry("1.5", "FY2018")]}
    said(post(service, "lettings", "submissions", body, Idempotency_Key="reused"), 201)
    head = service.head
    other = {"entries": [entry("9.5", "FY2017")]}

    answer = post(service, "lettings", "submissions", other, Idempotency_Key="reused")
    refused(answer, 422, "idempotency-key-reused")
    elsewhere = post(service, "permits", "submissions", body, Idempotency_Key="reused")
    refused(elsewhere, 422, "idempotency-key-reused")
    assert head == service.head


def test_two_people_may_use_the_same_key(service: Served) -> None:
    mine, theirs = ({"entries": [entry("1.5", year)]} for year in ("FY2016", "FY2015"))
    said(post(service, "lettings", "submissions", mine, Idempotency_Key="common"), 201)
    answer = post(
        service, "lettings", "submissions", theirs, by="performance", Idempotency_Key="common"
    )

    assert "FY2015" == said(answer, 201)["entries"][0]["period"]


def test_a_refused_duty_sent_twice_is_recorded_once(service: Served) -> None:
    head = service.head
    body = {"entries": [entry()]}
    for _ in range(2):
        answer = post(service, "lettings", "submissions", body, by="auditor", Idempotency_Key="no")
        refused(answer, 403, "no-role")

    assert head + 1 == service.head


def test_a_key_sent_many_times_at_once_is_recorded_once(service: Served) -> None:
    body = {"entries": [entry("1.5", "FY2013")]}
    head = service.head

    def give(_: int) -> httpx.Response:
        return post(service, "lettings", "submissions", body, Idempotency_Key="at-once")

    with ThreadPoolExecutor(8) as pool:
        first, *others = [said(answer, 201) for answer in pool.map(give, range(16))]

    assert [first] * 15 == others
    assert head + 1 == first["position"] == service.head


def test_a_key_sent_at_once_with_many_bodies_is_taken_for_one(service: Served) -> None:
    head = service.head

    def give(year: int) -> httpx.Response:
        body = {"entries": [entry("1.5", f"FY{year}")]}
        return post(service, "lettings", "submissions", body, Idempotency_Key="contested")

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, range(1980, 1996)))

    (taken,) = (answer for answer in answers if answer.status_code == 201)
    for answer in answers:
        if answer is not taken:
            refused(answer, 422, "idempotency-key-reused")
    assert head + 1 == taken.json()["position"] == service.head


def test_a_note_is_told_from_another_and_never_dropped(service: Served) -> None:
    """Each is stored under a digest of its own: words sent again are known by what they say."""
    noted = entry("1.5", "FY2012") | {"note": "Counted by hand."}
    other = noted | {"note": "Counted by hand, twice."}
    body = {"entries": [noted]}
    first = said(post(service, "lettings", "submissions", body), 201)
    submit(service, "lettings", entry("1.5", "FY2011"))
    head = service.head
    again = said(post(service, "lettings", "submissions", body), 201)
    assert ["unchanged"] == [one["outcome"] for one in again["entries"]]
    assert first["receipt"] == again["receipt"]
    late = post(service, "lettings", "submissions", {"entries": [other]})
    assert "its note" in refused(late, 409, "value-exists")["detail"]
    why = {"reason": "The note was wrong."}
    refused(post(service, "lettings", "corrections", body | why), 409, "nothing-changed")
    assert head == service.head

    taken = said(post(service, "lettings", "corrections", {"entries": [other]} | why), 201)
    found = values(service, "lettings", taken["position"], period="FY2012")
    (held,) = [one for one in found if one["area"] == HOME]
    assert ("1.5", "Counted by hand, twice.") == (held["value"], held["note"])
    again_so = post(service, "lettings", "corrections", {"entries": [other]} | why)
    refused(again_so, 409, "nothing-changed")


@pytest.mark.parametrize("key", ["", "k" * 201])
def test_a_key_that_is_none_is_refused(service: Served, key: str) -> None:
    """An empty one would make every request without a key the repeat of the first."""
    head = service.head
    body = {"entries": [entry("1.5", "FY2014")]}
    answer = post(service, "lettings", "submissions", body, Idempotency_Key=key)

    problem = refused(answer, 400, "malformed")
    assert "Idempotency-Key" == problem["errors"][0]["field"]
    assert head == service.head


def test_a_version_that_has_moved_on_is_refused(service: Served) -> None:
    position = submit(service, "permits", entry("50", "FY2020"))["position"]
    seen = get(service, of("permits"), min_position=position)["version"]
    moved = submit(service, "permits", entry("51", "FY2021"))["position"]
    body = {"entries": [entry("52", "FY2022")]}

    late = post(service, "permits", "submissions", body, If_Match=f'"{seen}"')
    refused(late, 412, "version-moved")
    now = get(service, of("permits"), min_position=moved)["version"]
    assert seen + 1 == now
    said(post(service, "permits", "submissions", body, If_Match=f'"{now}"'), 201)
    stranger = post(service, "permits", "submissions", body, by="auditor", If_Match=f'"{seen}"')
    refused(stranger, 403, "no-role")  # who may not act is told no version, and is on record


@pytest.mark.parametrize("version", ["abc", '"-1"', '"1.5"', '"' + "9" * 5000 + '"', '""', "*",
                                     '"06"', "6", 'W/"6"', '"6', '"5", "6"'])  # fmt: skip
def test_a_version_that_is_none_is_refused(service: Served, version: str) -> None:
    answer = post(service, "permits", "submissions", {"entries": [entry()]}, If_Match=version)

    problem = refused(answer, 400, "malformed")
    assert "If-Match" == problem["errors"][0]["field"]


def test_of_two_who_give_the_same_key_at_once_one_is_told_so(service: Served) -> None:
    """The other's value stands; nobody's is lost unsaid, and nothing is between."""
    head = service.head

    def give(n: int) -> httpx.Response:
        return post(service, "visits", "submissions", {"entries": [entry(str(n), "FY2010")]})

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(give, range(1, 9)))

    (given,) = (answer.json() for answer in answers if answer.status_code == 201)
    for answer in answers:
        if answer.status_code != 201:
            refused(answer, 409, "value-exists")
    assert head + 1 == given["position"] == service.head


def test_many_who_act_on_one_indicator_at_once_all_get_through(service: Served) -> None:
    def give(n: int) -> int:
        """Whoever is told that others acted at the same moment repeats it, as they are told to."""
        body = {"entries": [entry(str(n), f"FY{1950 + n}")]}
        for _ in range(10):
            answer = post(service, "visits", "submissions", body)
            if answer.status_code != httpx.codes.CONFLICT:
                break
            refused(answer, 409, "conflict")
        return int(said(answer, 201)["position"])

    head = service.head
    with ThreadPoolExecutor(8) as pool:
        positions = list(pool.map(give, range(40)))

    assert list(range(head + 1, head + 41)) == sorted(positions)


def test_a_second_service_sees_and_respects_what_the_first_recorded(service: Served) -> None:
    """Each process remembers what it read; neither may decide by what it remembers."""
    with serving(service.where) as second:
        second.tokens.update(service.tokens)
        submit(service, "advice", entry("10"))
        submit(second, "advice", entry("11", "FY2023"))
        correct(second, "advice", entry("12"))
        refused(
            post(service, "advice", "submissions", {"entries": [entry("13")]}), 409, "value-exists"
        )
        answer = correct(service, "advice", entry("14"))
        body = {"entries": [answer["entries"][0]["replaces"]], "reason": "Which year?"}
        refused(post(second, "advice", "returns", body, by="signer.homes"), 409, "not-current")
        said(post(second, "advice", "submissions", {"entries": [entry("14")]}), 201)

    rows = values(service, "advice", answer["position"], by=ENTRY_OFFICER)
    assert [("FY2023", "11"), ("FY2024", "14")] == [(row["period"], row["value"]) for row in rows]


def test_values_page_by_the_cursor_they_give(service: Served) -> None:
    given = [entry(str(year), f"FY{year}", area=DISTRICT) for year in range(2000, 2007)]
    position = submit(service, "visits", *given)["position"]
    asked: dict[str, Any] = {"area": DISTRICT, "min_position": position}
    whole = get(service, of("visits", "values"), **asked)["values"]
    pages = []
    for _ in range(3):
        page = get(service, of("visits", "values"), limit=3, **asked)
        pages.append(page["values"])
        asked["after"] = page["next"]

    assert [3, 3, 1] == [len(page) for page in pages]
    assert asked["after"] is None
    assert whole == [row for page in pages for row in page]


def test_history_and_feed_page_without_a_gap(service: Served) -> None:
    for path in (of("visits", "history"), "/api/v1/ledger/events"):
        whole = get(service, path, min_position=service.head, limit=1000)
        assert whole["next"] is None
        events: list[Any] = []
        after: str | None = "0"
        while after is not None:
            page = get(service, path, limit=7, after=after)
            assert len(page["events"]) <= 7
            events += page["events"]
            after = page["next"]
        assert whole["events"] == events
    assert list(range(1, service.head + 1)) == [event["position"] for event in events]
