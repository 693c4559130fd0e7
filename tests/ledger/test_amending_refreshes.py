"""What a refresh gathers on a real ledger, and is decided together."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from change_record import (
    LATER,
    act,
    give,
    head,
    proposal,
    ready,
    redefine,
    rehearse,
    the_record,
    topics,
)
from change_scenario import (
    AT,
    CODE,
    change,
    move,
    target,
)

from ledger.amending.around import amendment_of
from ledger.amending.sealing import (
    RefreshAsked,
    check_may_open_refresh,
    check_may_seal,
    open_refresh,
    seal,
)
from ledger.amending.together import DecideTogether, decide_together, waiting_in
from ledger.amendment.events import (
    Changes,
    DefinitionChange,
    TargetChange,
)
from ledger.amendment.state import Stage
from ledger.event import amendment_id
from ledger.record import Record
from policies import refusals
from policies import refusals_change_control as change_control
from policies.definition import MarginOverride
from scenario import definition


@pytest.fixture
def here(embedded_database: str) -> Iterator[Record]:
    with the_record(embedded_database) as record:
        yield record


SPRING = RefreshAsked(title="Spring", opens_on=date(2025, 6, 1), closes_on=date(2025, 6, 30))


def refreshed(here: Record, *changes: Changes) -> list[int]:
    """Amendments gathered in a refresh, ready to be decided."""
    open_refresh(here, CODE, SPRING, act("petra"))
    return [ready(here, each, by="petra", refresh=1) for each in changes]


def by_board(**more: Any) -> DecideTogether:
    return DecideTogether(body="board", minute_reference="20/2025", **more)


def test_a_refresh_is_opened_with_a_title_and_days_by_those_who_may(here: Record) -> None:
    with pytest.raises(refusals.NoRole):
        open_refresh(here, CODE, SPRING, act("lena"))
    for wrong in (
        RefreshAsked(title=" ", opens_on=SPRING.opens_on, closes_on=SPRING.closes_on),
        RefreshAsked(title="Back", opens_on=SPRING.closes_on, closes_on=SPRING.opens_on),
        RefreshAsked(title="Late", opens_on=date(2025, 1, 1), closes_on=date(2025, 6, 1)),
    ):
        with pytest.raises(change_control.BadRefresh):
            open_refresh(here, CODE, wrong, act("rita"))
    assert (1,) == open_refresh(here, CODE, SPRING, act("rita")).numbers
    assert (2,) == open_refresh(here, CODE, SPRING, act("petra")).numbers


def test_what_a_refresh_gathered_is_decided_in_one_commit(here: Record) -> None:
    designated = TargetChange(indicator="I2", target=target("75", kind="designated"))
    first, second, third, rejected = refreshed(
        here,
        change(),
        change(move("91", "FY2026")),  # of the same indicator as the first
        change(designated),
        change(move("99", "FY2026")),
    )
    other = proposal(here)  # in no refresh
    with pytest.raises(change_control.RefreshOpen):
        decide_together(here, CODE, 1, by_board(), act("bela"))
    before = head(here)
    command = by_board(rejected=(rejected,), reason="d9")
    acted = decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert (first, second, third, rejected) == acted.numbers
    assert acted.first_position == before + 1
    assert [
        "targets-amended", "amendment-decided",
        "targets-amended", "amendment-decided",
        "amendment-decided", "amendment-decided",
    ] == topics(here, before)  # fmt: skip
    stages = [amendment_of(here, CODE, n).stage for n in (first, second, third, rejected, other)]
    assert [
        Stage.APPROVED, Stage.APPROVED, Stage.PROPOSED, Stage.REJECTED, Stage.PROPOSED
    ] == stages  # fmt: skip
    with pytest.raises(change_control.NothingToDecide):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    office = DecideTogether(body="office", minute_reference="3/2025")
    assert (third,) == decide_together(here, CODE, 1, office, act("rita", at=LATER)).numbers
    assert Stage.APPROVED is amendment_of(here, CODE, third).stage


def test_asking_what_waits_in_a_refresh_records_nothing(here: Record) -> None:
    """What each body still has to decide on, for whoever decides for it, once the window closed."""
    first, second = refreshed(
        here, change(), change(TargetChange(indicator="I2", target=target("75", kind="designated")))
    )
    before = head(here)

    def waiting(body: str, by: str, **more: Any) -> list[int]:
        return [one.number for one in waiting_in(here, CODE, 1, body, act(by, **more))]

    assert [first, second] == waiting("board", "bela", at=LATER)
    assert [second] == waiting("office", "rita", at=LATER)
    for body, by, at, refusal in (
        ("board", "rita", LATER, refusals.NoRole),
        ("scrutiny", "bela", LATER, refusals.UnknownBody),
        ("board", "bela", AT, change_control.RefreshOpen),
    ):
        with pytest.raises(refusal):
            waiting(body, by, at=at)
    assert before == head(here)


def test_asking_whether_one_may_begin_records_nothing(embedded_database: str) -> None:
    with the_record(embedded_database, sealed=False) as record:
        before, body = head(record), record.fresh_agreement(CODE)
        check_may_seal(body, act("bela"))
        with pytest.raises(refusals.NoRole):
            check_may_seal(body, act("petra"))
        with pytest.raises(change_control.AgreementNotSealed):
            check_may_open_refresh(body, act("petra"))
        assert before == head(record)
        seal(record, CODE, "12/2025", act("bela"))
        body = record.fresh_agreement(CODE)
        check_may_open_refresh(body, act("petra"))
        for check, by, refusal in (
            (check_may_seal, "bela", change_control.AlreadySealed),
            (check_may_open_refresh, "bela", refusals.NoRole),
        ):
            with pytest.raises(refusal):
                check(body, act(by))


def test_together_is_all_or_nothing(here: Record) -> None:
    first, second = refreshed(here, change(), change(move("91", "FY2026")))
    give(here)
    rehearse(here, first)
    with pytest.raises(change_control.RehearsalStale) as caught:
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    assert f"amendments[{second}]" == caught.value.field
    assert Stage.PROPOSED is amendment_of(here, CODE, first).stage


def test_two_that_change_the_same_are_not_approved_together(here: Record) -> None:
    first, second = refreshed(here, change(move("91")), change(move("92")))
    with pytest.raises(change_control.AmendmentsCollide):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    command = by_board(rejected=(first,), reason="d9")
    decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert Stage.APPROVED is amendment_of(here, CODE, second).stage


def test_a_target_is_not_approved_together_with_what_makes_it_impossible_to_judge(
    here: Record,
) -> None:
    """Zero can be a target by absolute margins; beside it these are taken away."""
    redefine(here, "I1", margins=MarginOverride(basis="absolute", amber_margin=Decimal(1)))
    plain = DefinitionChange(indicator="I1", kind="minor", definition=definition())
    zero = change(move("0", "FY2026"))
    first, second = refreshed(here, change(definitions=(plain,)), zero)
    with pytest.raises(change_control.AmendmentsCollide, match="not all together"):
        decide_together(here, CODE, 1, by_board(), act("bela", at=LATER))
    command = by_board(rejected=(first,), reason="d9")
    decide_together(here, CODE, 1, command, act("bela", at=LATER))
    assert Stage.APPROVED is amendment_of(here, CODE, second).stage


def test_a_refresh_that_is_not_there_or_not_this_bodys_is_said(here: Record) -> None:
    refreshed(here, change())
    for number, command, refusal in (
        (2, by_board(), change_control.UnknownRefresh),
        (1, by_board(rejected=(9,), reason="d9"), change_control.UnknownAmendment),
        (1, DecideTogether(body="none", minute_reference="1"), refusals.UnknownBody),
        (1, DecideTogether(body="scrutiny", minute_reference="1"), change_control.NothingToDecide),
    ):
        with pytest.raises(refusal):
            decide_together(here, CODE, number, command, act("bela", at=LATER))
    with pytest.raises(refusals.NoRole):
        decide_together(here, CODE, 1, by_board(), act("rita", at=LATER))
    [refused] = here.application.stream(amendment_id(CODE, 0))
    assert "rita" == refused.actor
