"""What is asked of a load, sent twice: under a key it is done once, and answered the same."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from uuid import uuid4

from journeys.asking import FEED, entry, get, post, refused, said
from journeys.loading import LOADS, ask, at_rest, figures, file_of, sent
from services import Served, done_well, outturn

REASON = "Counted twice."


def checked(service: Served, content: bytes) -> tuple[str, str]:
    """A load that waits to be committed, and the digest of its check."""
    load = sent(service, content, dry_run=True)
    return load, at_rest(service, load)["checked"]["digest"]


def recorded_since(service: Served, position: int) -> list[dict[str, Any]]:
    """Events after a position, in order."""
    events: list[dict[str, Any]] = get(
        service, FEED, by="auditor", after=position, min_position=service.head
    )["events"]
    return events


def test_what_was_asked_is_answered_again_long_after_it_was_done(service: Served) -> None:
    load, seen = checked(service, file_of("sheds", FY2005=1))
    commit = partial(ask, service, load, "commit", key=str(uuid4()), checked=seen)
    withdraw = partial(ask, service, load, "withdrawal", key=str(uuid4()), reason=REASON)

    first = said(commit(), 202)
    assert first == said(commit(), 202)
    at_rest(service, load, "committed")
    assert first == said(commit(), 202)
    refused(ask(service, load, "commit", checked=seen), 409, "load-wrong-stage")
    assert "1" == figures(service, "sheds")["FY2005"]

    taken = said(withdraw(), 202)
    at_rest(service, load, "withdrawn")
    assert (taken, first) == (said(withdraw(), 202), said(commit(), 202))
    assert "withdrawn" == at_rest(service, load)["state"]
    assert "FY2005" not in figures(service, "sheds")


def test_a_load_given_up_twice_is_given_up_once(service: Served) -> None:
    load, _ = checked(service, file_of("sheds", FY2006=1))
    give_up = partial(ask, service, load, "abandonment", key=str(uuid4()), reason=REASON)

    first = said(give_up(), 201)
    head = service.head
    again = said(give_up(), 201)
    assert ("abandoned", first["steps"]) == (again["state"], again["steps"])
    assert head == service.head


def test_a_key_asks_one_thing_and_is_no_other_commands(service: Served) -> None:
    load, seen = checked(service, file_of("sheds", FY2007=1))
    other, _ = checked(service, file_of("sheds", FY2008=1))
    key, given = str(uuid4()), str(uuid4())
    body, more = ({"entries": [entry("3", year)]} for year in ("FY2009", "FY2013"))
    said(post(service, "sheds", "submissions", body, Idempotency_Key=given), 201)
    refused(ask(service, load, "commit", key=given, checked=seen), 422, "idempotency-key-reused")
    said(ask(service, load, "commit", key=key, checked=seen), 202)
    at_rest(service, load, "committed")

    for answer in (
        ask(service, load, "commit", key=key, checked="ab" * 32),
        ask(service, load, "withdrawal", key=key, reason=REASON),
        ask(service, other, "commit", key=key, checked=seen),
        ask(service, other, "abandonment", key=key, reason=REASON),
        post(service, "sheds", "submissions", more, Idempotency_Key=key),
    ):
        refused(answer, 422, "idempotency-key-reused")
    assert ["committed", "checked"] == [at_rest(service, one)["state"] for one in (load, other)]


def test_a_refused_duty_keeps_its_answer_and_is_recorded_once(service: Served) -> None:
    """Also when the person has come to be entitled meanwhile."""
    load, seen = checked(service, file_of("sheds", FY2004=1))
    key, head = str(uuid4()), service.head
    person = "signer.homes"
    role = (person, "performance-officer", "county", "--agreement", "county")
    for _ in range(2):
        answer = ask(service, load, "commit", by=person, key=key, checked=seen)
        refused(answer, 403, "no-role")
    [only] = recorded_since(service, head)
    assert ("load-action-refused", person) == (only["type"], only["actor"])

    done_well(outturn("role", "assign", *role, where=service.where))
    refused(ask(service, load, "commit", by=person, key=key, checked=seen), 403, "no-role")
    refused(
        ask(service, load, "abandonment", by=person, key=key, reason=REASON),
        422,
        "idempotency-key-reused",
    )
    said(ask(service, load, "commit", by=person, key=str(uuid4()), checked=seen), 202)
    at_rest(service, load, "committed")
    done_well(outturn("role", "end", *role, where=service.where))


def test_a_duty_refused_many_times_at_once_is_refused_each_time(service: Served) -> None:
    load, seen = checked(service, file_of("sheds", FY2003=1))

    def commit(_: int) -> dict[str, Any]:
        answer = ask(service, load, "commit", by="signer.homes", checked=seen)
        return refused(answer, 403, "no-role")

    with ThreadPoolExecutor(8) as pool:
        assert 8 == len(list(pool.map(commit, range(8))))


def test_what_recorded_nothing_leaves_its_key_free(service: Served) -> None:
    load, seen = checked(service, file_of("sheds", FY2010=1))
    key = str(uuid4())

    refused(ask(service, load, "commit", key=key, checked="ab" * 32), 409, "load-stale")
    said(ask(service, load, "commit", key=key, checked=seen), 202)
    at_rest(service, load, "committed")


def test_the_same_request_many_times_at_once_is_done_once(service: Served) -> None:
    """Whoever did not wait for the first answer gets it each time."""
    load, seen = checked(service, file_of("sheds", FY2011=1))
    waiting, _ = checked(service, file_of("sheds", FY2012=1))
    head, keys = service.head, [str(uuid4()) for _ in range(2)]

    def commit(_: int) -> dict[str, Any]:
        return said(ask(service, load, "commit", key=keys[0], checked=seen), 202)

    def give_up(_: int) -> dict[str, Any]:
        return said(ask(service, waiting, "abandonment", key=keys[1], reason=REASON), 201)

    with ThreadPoolExecutor(8) as pool:
        assert [{"load": load}] * 8 == list(pool.map(commit, range(8)))
        assert {"abandoned"} == {answer["state"] for answer in pool.map(give_up, range(8))}
    at_rest(service, load, "committed")
    told = [event["type"] for event in recorded_since(service, head)]
    assert ["load-abandoned", "load-committed", "values-submitted"] == sorted(told)
    assert "abandoned" == get(service, f"{LOADS}/{waiting}")["state"]
