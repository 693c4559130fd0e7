"""Other areas' values: released, revised and taken back, whatever the order."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st
from samples_files.loads import BEGAN, REASON

from ledger.comparators.decisions import release, take_back
from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn, Released, Reverted
from ledger.comparators.state import Comparators, evolve
from ledger.event import Event, Recorded, comparators_id, indicator_id
from ledger.indicator.events import MOST_ENTRIES, Correction, Entry, Source
from ledger.indicator.state import Key, key_of
from ledger.loading.slices import Writing

CODE, PLANS = "partnership", "CPP_rate"


def load_of(number: int) -> str:
    return str(uuid5(UUID(int=0), f"load {number}"))


def source(load: str) -> Source:
    return Source("a.csv", "01" * 32, None, load)


class Story:
    """A stream of other areas' values, told on event by event."""

    def __init__(self) -> None:
        self.state = Comparators(comparators_id(CODE, PLANS))
        self.events: list[Event] = []

    def tell(self, events: Iterable[Event]) -> None:
        for event in events:
            version = self.state.version + 1
            recorded = Recorded(self.state.id, version, event, version, BEGAN, "asha")
            evolve(self.state, recorded)
            self.events.append(event)

    def load(self, load: str, figures: dict[str, str]) -> None:
        """What a file changes, as the pipeline writes it: new ones, then corrections."""
        writing = Writing()
        for area, value in figures.items():
            entry = Entry(period="FY2023", area=area, value=Decimal(value))
            held = self.state.entries.get(key_of(entry))
            if held is None or held.entry.value != entry.value:
                writing.write(entry, held.name if held else "", "")
        self.tell(release(CODE, PLANS, (*writing.new, *writing.corrections), source(load)))

    def withdraw(self, load: str) -> tuple[int, int, int]:
        taken = take_back(self.state, CODE, PLANS, load, REASON)
        self.tell(taken.events)
        return taken.withdrawn, taken.reverted, taken.kept

    def values(self) -> dict[str, str]:
        return {key.area: str(held.entry.value) for key, held in self.state.entries.items()}


def test_the_stream_of_other_areas_never_changes_its_id() -> None:
    assert UUID("a0745445-7465-52d9-b87a-d5358f5df0af") == comparators_id(CODE, PLANS)
    assert indicator_id(CODE, PLANS) != comparators_id(CODE, PLANS)


def test_a_release_names_what_each_revision_takes_the_place_of() -> None:
    # Given a release of two areas
    story = Story()
    story.load(load_of(1), {"E1": "41.0", "E2": "12"})
    # When the next one revises one of them and brings a third
    story.load(load_of(2), {"E1": "41.5", "E2": "12.0", "E3": "7"})
    # Then what is the same is left out
    assert isinstance(story.events[-1], ComparatorsReleased)
    assert (
        Released(period="FY2023", area="E3", value=Decimal(7)),
        Released(period="FY2023", area="E1", value=Decimal("41.5"), replaces="1.0"),
    ) == story.events[-1].entries
    assert {"E1": "41.5", "E2": "12", "E3": "7"} == story.values()


def test_a_load_taken_back_leaves_what_was_before_it() -> None:
    # Given two releases
    story = Story()
    story.load(load_of(1), {"E1": "41.0", "E2": "12"})
    story.load(load_of(2), {"E1": "41.5", "E3": "7"})
    # When the second is withdrawn
    counts = story.withdraw(load_of(2))
    # Then the revised value holds again under its own name, and the new one is gone
    assert (1, 1, 0) == counts
    withdrawn, reverted = story.events[-2:]
    assert isinstance(withdrawn, ComparatorsWithdrawn)
    assert isinstance(reverted, ComparatorsWithdrawn)
    assert (("2.0",), ()) == (withdrawn.entries, withdrawn.reverted)
    assert (
        Reverted(period="FY2023", area="E1", value=Decimal("41.0"), withdraws="2.1", name="1.0"),
    ) == reverted.reverted
    assert {"E1": "41.0", "E2": "12"} == story.values()
    assert "1.0" == story.state.entries[Key("E1", "FY2023", "")].name


def test_what_a_later_release_revised_stays_and_the_withdrawn_one_never_comes_back() -> None:
    # Given three releases of one area
    story = Story()
    for number, value in enumerate(("1", "2", "3"), start=1):
        story.load(load_of(number), {"E1": value})
    # When the second is withdrawn, then the third
    assert (0, 0, 1) == story.withdraw(load_of(2))
    assert {"E1": "3"} == story.values()
    assert (0, 1, 0) == story.withdraw(load_of(3))
    # Then the first holds
    assert {"E1": "1"} == story.values()
    assert (1, 0, 0) == story.withdraw(load_of(1))
    assert {} == story.values()
    assert (0, 0, 0) == story.withdraw(load_of(1))


def test_no_event_has_more_entries_than_one_may_have() -> None:
    story = Story()
    story.load(load_of(1), {f"E{number}": "1" for number in range(MOST_ENTRIES + 1)})
    released = [event for event in story.events if isinstance(event, ComparatorsReleased)]
    assert [MOST_ENTRIES, 1] == [len(event.entries) for event in released]
    assert (MOST_ENTRIES + 1, 0, 0) == story.withdraw(load_of(1))
    taken = [event for event in story.events if isinstance(event, ComparatorsWithdrawn)]
    assert [MOST_ENTRIES, 1] == [len(event.entries) for event in taken]


class Act(NamedTuple):
    """A load of some figures, or its withdrawal where there are none."""

    load: int
    figures: dict[str, str]


AREAS = st.sampled_from(("E1", "E2", "E3"))
ACTS = st.lists(
    st.builds(
        Act,
        st.integers(0, 4),
        st.dictionaries(AREAS, st.sampled_from(("1", "2")), max_size=3),
    ),
    max_size=12,
)


@given(ACTS)
def test_what_holds_is_what_the_last_load_says_that_was_not_withdrawn(acts: list[Act]) -> None:
    """Against the plainest of models: every load as a layer of what it changed, on the others."""
    story, layers = Story(), list[tuple[int, dict[str, str]]]()

    def holds() -> dict[str, str]:
        found: dict[str, str] = {}
        for _, layer in layers:
            found |= layer
        return found

    for number, (load, figures) in enumerate(acts):
        if figures:  # every load is another one
            before = holds()
            changed = {area: v for area, v in figures.items() if before.get(area) != v}
            layers.append((number, changed))
            story.load(load_of(number), figures)
        else:
            layers = [layer for layer in layers if layer[0] != load]
            story.withdraw(load_of(load))
        assert holds() == story.values()


@given(ACTS)
def test_the_events_alone_say_what_holds(acts: list[Act]) -> None:
    """Whoever reads the entries, and looks at nothing before them, ends with the same values."""
    story = Story()
    for number, (load, figures) in enumerate(acts):
        if figures:
            story.load(load_of(number), figures)
        else:
            story.withdraw(load_of(load))
    by_name: dict[str, tuple[str, str]] = {}
    for position, event in enumerate(story.events, start=1):
        if isinstance(event, ComparatorsReleased):
            for index, entry in enumerate(event.entries):
                by_name.pop(entry.replaces, None)
                by_name[f"{position}.{index}"] = (entry.area, str(entry.value))
        elif isinstance(event, ComparatorsWithdrawn):
            for name in event.entries:
                del by_name[name]
            for back in event.reverted:
                del by_name[back.withdraws]
                by_name[back.name] = (back.area, str(back.value))
    assert dict(by_name.values()) == story.values()


def test_a_correction_of_the_pipeline_becomes_a_release_that_names_what_it_replaces() -> None:
    correction = Correction(period="FY2023", area="E1", value=Decimal("1.20"), replaces="7.1")
    [event] = release(CODE, PLANS, [correction], source(load_of(1)))
    expected = Released(period="FY2023", area="E1", value=Decimal("1.20"), replaces="7.1")
    assert (expected,) == event.entries
