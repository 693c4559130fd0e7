"""Other areas' values on a real ledger: loaded, revised, asked again, in parts, taken back."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

import pytest
from ledgers import CODE
from loads_stage import HOME, Killed, Stage, csv_of, killed_after, stage

from ledger.comparators.events import ComparatorsReleased, ComparatorsWithdrawn
from ledger.engine import Appended, Commit, Encoded
from ledger.event import Event, Recorded, comparators_id
from ledger.indicator.commands import EntryGiven, SubmitValues
from ledger.indicator.events import Entry, IndicatorRetired
from ledger.load.state import Load
from ledger.load.state import Stage as At
from ledger.loading.document import document_of
from policies.refusals import LoadWrongStage, NoRole

ELSEWHERE = ("E06000001", "E06000002", "E06000003", "E06000004")
THEIRS = {("I0", area, "FY2020"): f"4{n}.5" for n, area in enumerate(ELSEWHERE)}
Overtaken = Callable[[Callable[[], object]], None]
OURS = {("I0", HOME, "FY2020"): "11.5", ("I1", HOME, "FY2020"): "12.5"}


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database, areas=1) as made:
        yield made


def elsewhere(here: Stage, indicator: str = "I0") -> dict[str, str]:
    """Other areas' values of 2020, as stored."""
    state = here.record.comparators(CODE, [indicator])[indicator]
    return {key.area: str(held.entry.value) for key, held in state.entries.items()}


def events_elsewhere(here: Stage, indicator: str = "I0") -> list[Event]:
    stream = comparators_id(CODE, indicator)
    return [recorded.event for recorded in here.record.application.stream(stream)]


def counts(here: Stage, load: Load) -> dict[str, int]:
    found = here.findings(load).counts
    return {name: n for name in found.__struct_fields__ if (n := getattr(found, name))}


def tell(here: Stage, indicator: str, event: Event) -> None:
    """An event of an indicator, by nobody in particular."""
    fold = here.record.indicators(CODE, [indicator])[indicator]
    act = here.act()
    recorded = Recorded(fold.id, fold.version + 1, event, 0, act.at, act.actor)
    commit = Commit(actor="asha", command="test", correlation_id=act.correlation_id)
    here.record.append([recorded], commit)


def test_a_file_of_other_areas_goes_in_with_one_append_beside_the_indicator(here: Stage) -> None:
    """The indicator's own stream has nothing of it, so nobody who acts on it reads it."""
    before = here.record.indicators(CODE, ["I0"])["I0"].version
    load = here.load(csv_of(THEIRS), kind="comparators", released_on=date(2024, 12, 18))

    assert (At.COMMITTED, {"new": 4}) == (load.stage, counts(here, load))
    assert dict(zip(ELSEWHERE, THEIRS.values(), strict=True)) == elsewhere(here)
    [released] = events_elsewhere(here)
    assert isinstance(released, ComparatorsReleased)
    assert (CODE, "I0") == (released.agreement, released.indicator)
    assert (date(2024, 12, 18), str(load.id)) == (
        released.source.released_on,
        released.source.load,
    )
    [part] = load.parts
    assert (1, 4) == (part.last - part.first + 1, part.entries)
    assert before == here.record.indicators(CODE, ["I0"])["I0"].version
    assert load.received is not None
    assert "comparators" == load.received.kind == document_of(load, None).kind


def test_own_areas_are_values_and_others_comparators_in_one_commit(here: Stage) -> None:
    load = here.load(csv_of(OURS | THEIRS), kind="both")

    assert {"new": 6} == counts(here, load)
    assert "11.5" == here.value("I0", "FY2020")
    assert 4 == len(elsewhere(here))
    assert ({}, 3) == (elsewhere(here, "I1"), load.parts[0].last - load.parts[0].first + 1)


def test_the_next_release_revises_and_the_same_one_again_changes_nothing(here: Stage) -> None:
    # Given a release
    here.load(csv_of(THEIRS), kind="comparators")
    # When another one comes, twice
    later = THEIRS | {("I0", ELSEWHERE[0], "FY2020"): "50.0", ("I0", "E06000005", "FY2020"): "1"}
    second = here.load(csv_of(later), kind="comparators")
    again = here.load(csv_of(later), kind="both")
    # Then it is revised once, each figure by the name of the one before
    assert {"new": 1, "correction": 1, "unchanged": 3} == counts(here, second)
    assert ({"unchanged": 5}, 0) == (counts(here, again), again.entries)
    assert "50.0" == elsewhere(here)[ELSEWHERE[0]]
    first, revised = events_elsewhere(here)
    assert isinstance(first, ComparatorsReleased)
    assert isinstance(revised, ComparatorsReleased)
    assert "" == revised.entries[0].replaces
    assert revised.entries[1].replaces.endswith(".0")


def test_a_dry_run_waits_and_is_asked_again_where_another_file_was_first(here: Stage) -> None:
    seen = here.load(csv_of(THEIRS), kind="comparators", dry_run=True)
    assert (At.CHECKED, {}) == (seen.stage, elsewhere(here))
    here.load(csv_of({("I0", ELSEWHERE[1], "FY2020"): "9.9"}), kind="comparators")

    asked = here.commit(seen)
    assert (At.CHECKED, "9.9") == (asked.stage, elsewhere(here)[ELSEWHERE[1]])
    [moved] = here.findings(asked).moved
    assert ("new", "correction") == (moved.before, moved.outcome)
    assert At.COMMITTED is here.commit(asked).stage
    assert "41.5" == elsewhere(here)[ELSEWHERE[1]]


@pytest.fixture
def overtaken(here: Stage, monkeypatch: pytest.MonkeyPatch) -> Overtaken:
    """Has something done once, when a file is judged and on its way in."""

    def by(somebody: Callable[[], object]) -> None:
        append, left = here.record.append_encoded, [somebody]

        def first(events: Sequence[Encoded], commit: Commit) -> Appended:
            if left:
                left.pop()()
            return append(events, commit)

        monkeypatch.setattr(here.record, "append_encoded", first)

    return by


def test_an_officer_who_writes_meanwhile_does_not_matter_to_it(
    here: Stage, overtaken: Overtaken
) -> None:
    """And does not wait for it either: both go in as they were seen."""

    def officer() -> None:
        given = EntryGiven(entry=Entry(period="FY2021", area=HOME, value=Decimal("1.0")))
        here.record.handle(CODE, "I0", SubmitValues(entries=(given,)), here.act())

    load = here.load(csv_of(THEIRS), kind="comparators", dry_run=True)
    overtaken(officer)
    assert At.COMMITTED is here.commit(load).stage
    assert (4, "1.0") == (len(elsewhere(here)), here.value("I0", "FY2021"))


def test_an_indicator_retired_meanwhile_has_it_judged_again(
    here: Stage, overtaken: Overtaken
) -> None:
    """It is judged by the indicator as it is when it goes in, though it writes beside it."""
    load = here.load(csv_of(THEIRS), kind="comparators", dry_run=True)
    overtaken(lambda: tell(here, "I0", IndicatorRetired()))
    asked = here.commit(load)
    assert (At.CHECKED, {"rejected": 4}) == (asked.stage, counts(here, asked))
    assert {} == elsewhere(here)


def test_another_file_with_the_same_keys_meanwhile_has_it_judged_again(
    here: Stage, overtaken: Overtaken
) -> None:
    load = here.send(csv_of(THEIRS), kind="comparators")
    other = {("I0", ELSEWHERE[0], "FY2020"): "9.9"}
    overtaken(lambda: here.load(csv_of(other), kind="comparators"))
    assert {"new": 3, "correction": 1} == counts(here, here.work(load))
    assert "40.5" == elsewhere(here)[ELSEWHERE[0]]


def test_a_large_file_goes_in_in_parts_and_is_gone_on_with(here: Stage) -> None:
    """Own areas and others, cut off in the middle: nothing twice, nothing left out."""
    load = here.send(csv_of(OURS | THEIRS), kind="both")
    with here.taken_up(load) as carry, pytest.raises(Killed):
        carry(here.shop(most_entries=1)._replace(told=killed_after(2)))
    half = here.record.load(load)
    assert (At.COMMITTING, 2) == (half.stage, half.entries)

    whole = here.work(load, most_entries=4)
    assert (At.COMMITTED, 6) == (whole.stage, whole.entries)
    assert (4, "11.5") == (len(elsewhere(here)), here.value("I0", "FY2020"))


def test_a_load_taken_back_leaves_all_as_it_was(here: Stage) -> None:
    # Given a release, and a second one with values of the agreement too
    here.load(csv_of(THEIRS), kind="comparators")
    before = elsewhere(here)
    revised = {key: "50.0" for key in list(THEIRS)[:2]} | {("I1", "E06000009", "FY2020"): "1.0"}
    load = here.load(csv_of(OURS | revised), kind="both")
    # When the second is withdrawn
    gone = here.withdraw(load)
    # Then both kinds are as they were
    assert gone.withdrawn is not None
    assert (3, 2, 0) == (gone.withdrawn.withdrawn, gone.withdrawn.restored, gone.withdrawn.kept)
    assert (before, {}, None) == (
        elsewhere(here),
        elsewhere(here, "I1"),
        here.value("I0", "FY2020"),
    )
    assert isinstance(events_elsewhere(here)[-1], ComparatorsWithdrawn)
    with pytest.raises(LoadWrongStage):
        here.withdraw(gone)


def test_of_a_load_taken_back_what_was_revised_since_stays(here: Stage) -> None:
    first = here.load(csv_of(THEIRS), kind="comparators")
    second = here.load(csv_of({("I0", ELSEWHERE[0], "FY2020"): "50.0"}), kind="comparators")
    gone = here.withdraw(first)

    assert gone.withdrawn is not None
    assert (3, 0, 1) == (gone.withdrawn.withdrawn, gone.withdrawn.restored, gone.withdrawn.kept)
    assert {ELSEWHERE[0]: "50.0"} == elsewhere(here)
    here.withdraw(second)
    assert {} == elsewhere(here)


def test_whoever_may_not_load_an_indicator_may_not_bring_its_comparators_either(
    here: Stage,
) -> None:
    """Ben may load one indicator, and take back from it; ada may load nothing."""
    assert At.REFUSED is here.load(csv_of(THEIRS), kind="comparators", by="ben").stage
    mine = {("I1", area, "FY2020"): "1.0" for area in ELSEWHERE}
    assert At.COMMITTED is here.load(csv_of(mine), kind="comparators", by="ben").stage
    theirs = here.load(csv_of(THEIRS), kind="comparators")
    with pytest.raises(NoRole):
        here.withdraw(theirs, by="ben")
    with pytest.raises(NoRole):
        here.send(csv_of(THEIRS), kind="comparators", by="ada")
    assert 4 == len(elsewhere(here))
