"""Change control on a real ledger: the agreement, and what people do to it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from change_scenario import (
    AT,
    CODE,
    SEALED_AT,
    TARGETS,
    UNSEALED,
    change,
)
from doors import commit, recorded, service_pool

from ledger.acts import OPERATOR, Act
from ledger.agreement.events import DemonstrationDeclared
from ledger.amending.acting import handle, propose
from ledger.amending.around import amendment_of
from ledger.amending.keeping import keep_rehearsal
from ledger.amending.sealing import (
    seal,
)
from ledger.amendment.commands import Consent, Decide, Rehearse
from ledger.amendment.events import (
    Changes,
)
from ledger.event import agreement_id, amendment_id, indicator_id
from ledger.indicator.commands import EntryGiven, SubmitValues
from ledger.indicator.events import (
    Entry,
    IndicatorDefined,
    IndicatorRedefined,
    TargetsSet,
)
from ledger.record import Record
from policies import refusals
from policies import refusals_change_control as change_control
from scenario import definition

LATER = AT + timedelta(days=60)  # after any refresh here


def act(actor: str = "lena", key: str | None = None, at: datetime = AT, digest: int = 0) -> Act:
    return Act(
        actor=actor,
        at=at,
        correlation_id=uuid4(),
        idempotency_key=key,
        request_digest=bytes([digest]) * 32 if key else None,
        simulated=True,
    )


@contextmanager
def the_record(url: str, *, first: bool = True, sealed: bool = True) -> Iterator[Record]:
    with service_pool(url) as pool:
        record = Record(pool)
        if first:
            set_up(record, sealed=sealed)
        yield record
        record.close()


def set_up(record: Record, *, sealed: bool) -> None:
    """The agreement of three partners, its indicators and targets; sealed without a freeze."""
    stream = agreement_id(CODE)
    born = DemonstrationDeclared(statement="Its times are told by the tests.")
    events = [recorded(stream, n, event) for n, event in enumerate((born, *UNSEALED), 1)]
    for code, targets in TARGETS.items():
        its = indicator_id(CODE, code)
        defined = IndicatorDefined(agreement=CODE, code=code, definition=definition())
        events += [recorded(its, 1, defined), recorded(its, 2, TargetsSet(targets=targets))]
    record.append(events, commit(OPERATOR, simulated_at=SEALED_AT))
    if sealed:
        seal(record, CODE, "12/2025", act("bela", at=SEALED_AT), freeze_days=0)


def proposal(record: Record, changes: Changes | None = None, **more: Any) -> int:
    by = more.pop("by", "lena")
    given: dict[str, Any] = {"title": "Fewer", "reason": "d1", "changes": changes or change()}
    (number,) = propose(record, CODE, act(by), **(given | more)).numbers
    return number


def head(record: Record) -> int:
    return record.application.ledger_recorder.max_notification_id() or 0


def rehearse(record: Record, number: int, position: int | None = None) -> None:
    with record.pool.connection() as connection:
        digest = keep_rehearsal(connection, amendment_id(CODE, number), b"{}")
    state = amendment_of(record, CODE, number)
    known = head(record) if position is None else position
    command = Rehearse(revision=state.revision, position=known, digest=digest, summary="Little.")
    handle(record, CODE, number, command, act())


def ready(record: Record, changes: Changes | None = None, **more: Any) -> int:
    """An amendment that only waits for its decision."""
    number = proposal(record, changes, **more)
    for partner, person in (("county", "bela"), ("trust", "tom")):
        try:
            handle(record, CODE, number, Consent(partner=partner), act(person))
        except change_control.NotBound:
            continue
    rehearse(record, number)
    return number


def approval(body: str = "board") -> Decide:
    return Decide(decision="approved", body=body, minute_reference="14/2025")


def give(record: Record, period: str = "FY2023", by: str = "ed", indicator: str = "I1") -> None:
    """Somebody submits a value."""
    given = EntryGiven(entry=Entry(period=period, area="E10000031", value=Decimal(1)))
    record.handle(CODE, indicator, SubmitValues(entries=(given,)), act(by))


def topics(record: Record, since: int) -> list[str]:
    with record.pool.connection() as connection:
        rows = connection.execute(
            "SELECT topic FROM ledger.ledger_events WHERE notification_id > %s"
            " ORDER BY notification_id",
            (since,),
        )
        return [topic for (topic,) in rows]


def together(*acts: Callable[[], object]) -> list[object]:
    """What each of several people at once is answered, or refused."""
    begin = threading.Barrier(len(acts))
    answers: list[object] = [None] * len(acts)

    def run(n: int, act: Callable[[], object]) -> None:
        begin.wait()
        try:
            answers[n] = act()
        except refusals.Refusal as refusal:
            answers[n] = refusal

    threads = [threading.Thread(target=run, args=(n, each)) for n, each in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def redefine(record: Record, indicator: str, **more: Any) -> None:
    """Another definition of an indicator, past the rules of change control."""
    state = record.indicators(CODE, [indicator])[indicator]
    event = IndicatorRedefined(definition=definition(**more))
    record.append([recorded(state.id, state.version + 1, event)], commit(OPERATOR, simulated_at=AT))
