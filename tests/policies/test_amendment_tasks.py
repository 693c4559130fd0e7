"""Whom an amendment waits for: partners first, then the proposer's rehearsal, then the bodies."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policies.allowed import Place
from policies.amendment_tasks import OpenAmendment, to_amend
from policies.change_control import BOARD, REVIEWING_BODY
from policies.permissions import Grant, Role
from policies.tasks import Kind, Urgency

TODAY = date(2026, 5, 4)
PROPOSED = TODAY - timedelta(days=30)
NAMES = {"county": "County council", "police": "The police"}
GRANTS = (
    Grant("lee", Role.LEAD_OFFICER, "homes", "county"),
    Grant("bo", Role.BOARD_MEMBER, "county", "county"),
    Grant("pat", Role.BOARD_MEMBER, "county", "police"),
    Grant("gone", Role.BOARD_MEMBER, "county", "police", None, TODAY - timedelta(days=1)),
    Grant("perf", Role.PERFORMANCE_OFFICER, "county", "county"),
    Grant("rita", Role.CHANGE_REVIEWER, "county"),
    Grant("part", Role.BOARD_MEMBER, "homes"),
    Grant("eve", Role.ENTRY_OFFICER, "county", "police"),  # speaks for nobody
)
PLACE = Place(grants=GRANTS, scopes=frozenset({"county"}), on=TODAY)
SPOKE = {"county": PROPOSED + timedelta(days=2), "police": PROPOSED + timedelta(days=9)}


def amendment(**changes: Any) -> OpenAmendment:
    """One that everybody agreed to and that was rehearsed, changed as asked."""
    fields: dict[str, Any] = {
        "number": 4, "since": PROPOSED, "authors": frozenset({"perf"}), "bound": NAMES,
        "spoke": SPOKE, "rehearsed": PROPOSED + timedelta(days=5),
    }  # fmt: skip
    return OpenAmendment(**(fields | changes))


def asked(**changes: Any) -> list[tuple[Kind, tuple[str, ...], str, int]]:
    """Each task: its kind, whose it is, why, and how many days it has waited."""
    tasks = to_amend(amendment(**changes), PLACE)
    assert all(task.amendment == 4 and task.urgency is Urgency.WAITING for task in tasks)
    return [(t.kind, t.people, t.why, (TODAY - t.since).days) for t in tasks if t.since]


def test_bound_partners_that_said_nothing_are_asked_for_their_consent() -> None:
    why = "You speak for The police, which this amendment binds."
    assert [(Kind.CONSENT, ("pat",), why, 30)] == asked(spoke={"county": PROPOSED})
    backwards = amendment(bound=dict(reversed(NAMES.items())), spoke={})
    assert ("county", "police") == backwards.silent


def test_it_is_the_proposers_to_have_it_rehearsed() -> None:
    why = "You proposed this amendment, and it has not been rehearsed yet."
    assert [(Kind.REHEARSE, ("perf",), why, 30)] == asked(rehearsed=None)
    why = "You proposed this amendment, and what matters to it has changed since it was rehearsed."
    assert [(Kind.REHEARSE, ("perf",), why, 25)] == asked(stale=True)
    assert [(Kind.REHEARSE, (), why, 25)] == asked(stale=True, authors=frozenset({"otto"}))
    assert [(Kind.REHEARSE, ("lee",), why, 25)] == asked(stale=True, authors=frozenset({"lee"}))


def test_the_board_is_asked_once_partners_spoke_and_it_is_rehearsed() -> None:
    why = "You sit on the board, which is to decide on this amendment."
    assert [(Kind.DECIDE_AMENDMENT, ("bo", "pat"), why, 21)] == asked()
    assert [(Kind.DECIDE_AMENDMENT, ("pat",), why, 21)] == asked(authors=frozenset({"bo"}))
    objects = f"{why} A bound partner objects."
    assert [(Kind.DECIDE_AMENDMENT, ("bo", "pat"), objects, 21)] == asked(
        against=frozenset({"police"})
    )


def test_the_reviewing_body_is_asked_for_its_own_decision() -> None:
    why = "You are a change reviewer, and the reviewing body is to decide on this amendment."
    assert [(Kind.DECIDE_AMENDMENT, ("rita",), why, 21)] == asked(kinds=(REVIEWING_BODY,))
    both = asked(kinds=(BOARD, REVIEWING_BODY))
    assert [("bo", "pat"), ("rita",)] == [people for _, people, _, _ in both]


@pytest.mark.parametrize(
    ("changes", "waited"),
    [
        ({"gathered_until": TODAY}, None),
        ({"gathered_until": TODAY - timedelta(days=1)}, 0),
        ({"frozen_until": TODAY + timedelta(days=1)}, None),
        ({"frozen_until": TODAY}, 0),
        ({"bound": {}, "spoke": {}}, 25),
    ],
    ids=["refresh open", "refresh over", "frozen", "thawed", "binds nobody"],
)
def test_a_refresh_or_a_freeze_holds_the_decision_back(
    changes: dict[str, Any], waited: int | None
) -> None:
    found = asked(**changes)
    assert ([] if waited is None else [waited]) == [days for _, _, _, days in found]


@given(
    st.dictionaries(st.sampled_from(sorted(NAMES)), st.just(PROPOSED)),
    st.booleans(),
    st.none() | st.just(PROPOSED),
    st.lists(st.sampled_from([BOARD, REVIEWING_BODY]), unique=True, min_size=1),
    st.frozensets(st.sampled_from(["bo", "perf", "rita"]), min_size=1),
)
def test_an_open_amendment_always_waits_for_something_and_no_author_decides(
    spoke: dict[str, date],
    stale: bool,
    rehearsed: date | None,
    kinds: list[str],
    authors: frozenset[str],
) -> None:
    tasks = to_amend(
        amendment(
            spoke=spoke, stale=stale, rehearsed=rehearsed, kinds=tuple(kinds), authors=authors
        ),
        PLACE,
    )
    assert tasks
    deciding = [task for task in tasks if task.kind is Kind.DECIDE_AMENDMENT]
    assert not any(authors & set(task.people) for task in deciding)
    assert not deciding or len(tasks) == len(deciding) == len(kinds)
