"""Taking loads back, whatever happened in between: laws over histories of one indicator."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import REASON, yearly

from ledger.event import Event, Recorded, indicator_id
from ledger.indicator.events import (
    Correction,
    Entry,
    IndicatorDefined,
    Source,
    ValuesCorrected,
    ValuesSubmitted,
    ValuesWithdrawn,
)
from ledger.indicator.former import history_of
from ledger.indicator.state import Indicator, Key, evolve

STREAM = indicator_id("partnership", "I1")
BEGAN = datetime(2025, 1, 1, tzinfo=UTC)
PERIODS = ("FY2021", "FY2022", "FY2023")
LOADS = ("load-a", "load-b", "load-c")

# What happens: somebody, or a load, writes some periods; a load is taken back.
writes = st.tuples(
    st.sampled_from(("", *LOADS)), st.sets(st.sampled_from(PERIODS), min_size=1), st.integers(0, 99)
)
acts = st.lists(st.one_of(writes, st.sampled_from(LOADS)), max_size=12)
Act = str | tuple[str, set[str], int]
Written = list[tuple[str, Decimal]]  # by whom, and what: the last one counts


class Told:
    """The indicator's events so far, and a model of what each period should say."""

    def __init__(self) -> None:
        self.events: list[Recorded] = []
        self.state = Indicator(STREAM)
        self.model: dict[str, Written] = {period: [] for period in PERIODS}
        self.gone: set[str] = set()
        self.tell(IndicatorDefined(agreement="partnership", code="I1", definition=yearly()))

    def tell(self, event: Event) -> None:
        position = len(self.events) + 1
        at = BEGAN + timedelta(minutes=position)
        recorded = Recorded(STREAM, position, event, position, at, "asha")
        self.events.append(recorded)
        evolve(self.state, recorded)

    def write(self, by: str, periods: set[str], value: int) -> None:
        """New where there is nothing, else a correction."""
        source = Source("a.csv", "00" * 32, None, by) if by else None
        fresh, corrected = [], []
        for n, period in enumerate(sorted(periods)):
            figure = Decimal(value + n)
            held = self.state.entries.get(Key("E1", period, ""))
            if held is None:
                fresh.append(Entry(period=period, area="E1", value=figure))
                self.model[period] = []  # what was withdrawn does not come back
            else:
                replaces = held.name
                corrected.append(
                    Correction(period=period, area="E1", value=figure, replaces=replaces)
                )
            self.model[period].append((by, figure))
        if fresh:
            self.tell(ValuesSubmitted(entries=tuple(fresh), source=source))
        if corrected:
            self.tell(ValuesCorrected(entries=tuple(corrected), reason=REASON, source=source))

    def take_back(self, load: str) -> None:
        """By the product; the model only forgets what the load wrote."""
        history = history_of(Indicator(STREAM), self.events)
        for event in history.without(load, REASON, self.gone).events:
            self.tell(event)
        self.gone.add(load)
        for period, written in self.model.items():
            self.model[period] = [each for each in written if each[0] != load]

    def do(self, act: Act) -> None:
        if isinstance(act, str):
            if act not in self.gone:
                self.take_back(act)
        elif act[0] not in self.gone:  # a load that was withdrawn writes no more
            self.write(*act)

    def says(self) -> dict[str, Decimal | None]:
        return {key.period: held.entry.value for key, held in self.state.entries.items()}


@given(acts)
def test_a_load_taken_back_leaves_what_would_be_there_without_it(happened: list[Act]) -> None:
    """Whatever others wrote in between, and in whatever order loads are taken back."""
    told = Told()
    for act in happened:
        told.do(act)
        expected = {period: written[-1][1] for period, written in told.model.items() if written}
        assert expected == told.says()


@given(acts)
def test_what_holds_again_is_the_entry_it_was(happened: list[Act]) -> None:
    """The same name, value, times and people: as if it had never been replaced."""
    told = Told()
    once: dict[str, object] = {}
    for act in happened:
        told.do(act)
        for held in told.state.entries.values():
            told_once = held._replace(since=0, entry=_plain(held.entry))
            assert once.setdefault(held.name, told_once) == told_once
        for key, held in told.state.entries.items():
            assert key == told.state.key_named(held.name)
        assert not any(map(told.state.key_named, told.state.former))


def _plain(entry: Entry) -> Entry:
    return Entry(period=entry.period, area=entry.area, value=entry.value)


def test_what_a_person_withdrew_does_not_come_back() -> None:
    """Somebody took the value out; the load that had written before it has nothing to give."""
    told = Told()
    told.write("", {"FY2021"}, 1)
    told.write("load-a", {"FY2021"}, 2)
    name = told.state.entries[Key("E1", "FY2021", "")].name
    told.tell(ValuesWithdrawn(entries=(name,), reason=REASON))
    taken = history_of(Indicator(STREAM), told.events).without("load-a", REASON, ())

    assert ((), 0, 0, 1) == (taken.events, taken.withdrawn, taken.restored, taken.kept)
