"""An annual indicator that escalates on its proxy: what people may do goes by the same stage."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from doors import service_pool
from escalated import LEAD, QUARTERS, SET_UP, TEXT, targets, values
from histories import AGREEMENT, Commit, ledger

from ledger.acts import Act
from ledger.agreement.events import EscalationPolicyAdopted
from ledger.event import LONDON, Event, agreement_id, indicator_id
from ledger.indicator.events import Correction as Corrected
from ledger.indicator.events import Target, TargetsSet, ValuesCorrected
from ledger.indicator.response_commands import RecordRemedialAction
from ledger.record import Record
from policies.escalation import EscalationSettings
from policies.periods import Interval
from policies.refusals_escalation import NoStageOpen
from scenario import HOME, defined, entry

AT = datetime(2025, 3, 3, 12, tzinfo=LONDON)  # of three quarters, and before the year is over
ON_PROXY = EscalationPolicyAdopted(
    version="2",
    effective_from=date(2024, 4, 1),
    settings=EscalationSettings(annual_on_proxy=True),
)
REMEDY = RecordRemedialAction(period="FY2024", action=TEXT)


def past(*policies: Event) -> list[tuple[str, Sequence[Event]]]:
    """An agreement with a yearly indicator, and a quarterly one that falls behind."""
    yearly = Target(area=HOME, period="FY2024", level=Decimal(90))
    return [
        ("", (*SET_UP, *policies)),
        ("I1", (defined(proxy="I2", interval=Interval.YEAR), TargetsSet(targets=(yearly,)))),
        ("I2", (_quarterly(), targets(), values("85", "80", "75"))),
    ]


def _quarterly() -> Event:
    event = defined(interval=Interval.QUARTER, due_lag_days=30)
    return type(event)(agreement=AGREEMENT, code="I2", definition=event.definition)


def write(url: str, streams: Sequence[tuple[str, Sequence[Event]]]) -> None:
    with ledger(url) as owner:
        for code, events in streams:
            stream = indicator_id(AGREEMENT, code) if code else agreement_id(AGREEMENT)
            owner.append(Commit(stream, tuple(events), "pat", AT), simulated=False)


def ask(record: Record) -> str:
    """The lead officer records what is done; the refusal's code, or nothing."""
    act = Act(actor=LEAD, at=AT, correlation_id=uuid4())
    return record.handle(AGREEMENT, "I1", REMEDY, act).told.refused


def test_a_stage_that_the_proxy_opened_can_be_answered(embedded_database: str) -> None:
    write(embedded_database, past(ON_PROXY))
    with service_pool(embedded_database) as pool:
        record = Record(pool)
        assert "" == ask(record)
        record.close()


def test_without_rules_that_say_so_the_proxy_opens_nothing(embedded_database: str) -> None:
    write(embedded_database, past())
    with service_pool(embedded_database) as pool:
        record = Record(pool)
        with pytest.raises(NoStageOpen):
            ask(record)
        record.close()


def test_a_proxy_that_was_corrected_meanwhile_is_looked_at_as_it_is(
    embedded_database: str,
) -> None:
    """What another process recorded of the proxy counts, though this one decided before."""
    write(embedded_database, past(ON_PROXY))
    with service_pool(embedded_database) as pool:
        record = Record(pool)
        assert "" == ask(record)
        position = 1 + len(past(ON_PROXY)[0][1]) + len(past(ON_PROXY)[1][1]) + 2
        corrected = tuple(
            Corrected(
                area=HOME, period=code, value=entry("95").value, replaces=f"{position}.{index}"
            )
            for index, code in enumerate(QUARTERS[:3])
        )
        right = ValuesCorrected(entries=corrected, reason=TEXT)
        with ledger(embedded_database) as owner:
            owner._versions[indicator_id(AGREEMENT, "I2")] = 3
            owner.append(
                Commit(indicator_id(AGREEMENT, "I2"), (right,), "pat", AT), simulated=False
            )
        with pytest.raises(NoStageOpen):
            ask(record)
        record.close()
