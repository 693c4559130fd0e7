"""given(…).when(…).then(…): a decision as a sentence a performance officer could read aloud."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledger.event import Event, Recorded, indicator_id
from ledger.indicator.commands import EntryGiven, SubmitValues, ValueCommand
from ledger.indicator.decisions import Decided, decide, holding
from ledger.indicator.events import Entry, IndicatorDefined
from ledger.indicator.state import Indicator, evolve, sign_off_digest
from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval
from policies.refusals import Refusal

AT = datetime(2025, 5, 2, 9, 30, tzinfo=UTC)
TODAY = date(2025, 5, 2)
AREAS = ("E10000031", "E12000005", "E92000001")
HOME = AREAS[0]
STREAM = indicator_id("partnership", "I1")


def definition(**changes: Any) -> Definition:
    """A yearly percentage where more is better, changed as asked."""
    settings: dict[str, Any] = {
        "title": "Care leavers in suitable accommodation",
        "unit": "%",
        "decimals": 1,
        "polarity": Polarity.BIGGER,
        "basis": Basis.ANNUAL,
        "interval": Interval.YEAR,
        "calendar": Calendar.FINANCIAL,
        "due_lag_days": 60,
    }
    return Definition(**(settings | changes))


def defined(**changes: Any) -> IndicatorDefined:
    """The first event of an indicator."""
    return IndicatorDefined(agreement="partnership", code="I1", definition=definition(**changes))


def entry(value: str | None = "91.5", **fields: Any) -> Entry:
    """An entry for the home area and 2023/24, unless said otherwise."""
    given: dict[str, Any] = {"period": "FY2023", "area": HOME}
    if value is not None:
        given["value"] = Decimal(value)
    return Entry(**(given | fields))


def submit(*entries: Entry) -> SubmitValues:
    """The command of a submission."""
    return SubmitValues(entries=tuple(EntryGiven(entry=one) for one in entries))


def times() -> Iterator[datetime]:
    """A clock that goes on by a second at each look."""
    moment = AT
    while True:
        yield moment
        moment += timedelta(seconds=1)


def fold(events: Sequence[tuple[str, Event]]) -> Indicator:
    """The state after events, each with its actor, at positions 1, 2, 3 …"""
    state = Indicator(STREAM)
    for n, ((actor, event), at) in enumerate(zip(events, times(), strict=False), 1):
        evolve(state, Recorded(STREAM, n, event, n, at, actor))
    return state


def digest(state: Indicator, name: str) -> str:
    """What a signer sees of the entry of that name."""
    held = holding(state, name)
    return sign_off_digest(STREAM, name, held.entry, state.definition_version)


class Given:
    """The past of an indicator, and a command to be decided on it."""

    def __init__(self, events: Sequence[tuple[str, Event] | Event]) -> None:
        self.events = [event if isinstance(event, tuple) else ("asha", event) for event in events]
        self.state = fold(self.events)
        self.actor = "asha"
        self.command: ValueCommand | None = None

    def when(self, command: ValueCommand, *, by: str = "asha") -> "Given":
        """Somebody asks something of the indicator."""
        self.command, self.actor = command, by
        return self

    def decided(self) -> Decided:
        """What becomes of it."""
        assert self.command is not None
        return decide(self.state, self.command, actor=self.actor, areas=AREAS, today=TODAY)

    def then(self, *events: Event) -> None:
        """Exactly these events are recorded."""
        assert events == self.decided().events

    def then_refused(self, refusal: type[Refusal], *, field: str | None = None) -> Refusal:
        """It is refused for this reason, and the state is as it was."""
        before = self.state.version, dict(self.state.entries)
        with pytest.raises(refusal) as caught:
            self.decided()
        assert refusal is type(caught.value)
        assert before == (self.state.version, self.state.entries)
        if field is not None:
            assert field == caught.value.field
        return caught.value


def given(*events: tuple[str, Event] | Event) -> Given:
    """An indicator with a past; events without an actor are asha's."""
    return Given(events)
