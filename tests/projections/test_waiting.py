"""What a signer is shown of an entry that waits, as a person would check it by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from histories import AGREEMENT, HOME, OTHER, Story, definition, ledger, opening, reading

from ledger.agreement.events import RagPolicyAdopted, RoleAssigned
from ledger.engine import Connection
from ledger.indicator.events import Entry, IndicatorRedefined, Target
from policies import refusals
from policies.definition import Basis
from policies.permissions import Role
from policies.rag import RagSettings
from projections.answers import Named
from projections.catch_up import catch_up
from projections.reading.chosen import read_chosen
from projections.reading.clocks import resolve
from projections.reading.waiting import read_waiting
from projections.waiting_answers import ActKind, ChosenEntry, Waiting, WaitingEntry

NOW = datetime(2025, 1, 15, 12, 0, tzinfo=UTC)
SIGNED_ONLY = RagSettings(amber_margin=Decimal("0.05"), judge="signed-only")


def value(period: str, figure: str, area: str = HOME, **fields: Any) -> Entry:
    return Entry(period=period, area=area, value=Decimal(figure), **fields)


def beginning() -> Story:
    """An officer, rules that judge signed values only, and a target."""
    story = opening("I1", "I2")
    story.structure(
        RoleAssigned(person="sue", role=Role.SIGN_OFF_OFFICER, scope=AGREEMENT),
        RagPolicyAdopted(version="1", effective_from=date(2020, 4, 1), settings=SIGNED_ONLY),
    )
    return story.target("I1", Target(period="FY2024-Q1", area=HOME, level=Decimal(12)))


@pytest.fixture
def told(embedded_database: str) -> Iterator[Any]:
    """Writes a story, and answers what waits by it."""
    with reading(embedded_database) as reader:

        def tell(story: Story, known: str = "now", **asked: Any) -> Waiting:
            with ledger(embedded_database) as owner:
                owner.write(story)
            catch_up(embedded_database)
            return ask(reader, known, **asked)

        tell.reader = reader  # type: ignore[attr-defined]
        yield tell


def ask(reader: Connection, known: str = "now", **asked: Any) -> Waiting:
    clocks = resolve(reader, known, "now", NOW)
    return read_waiting(reader, AGREEMENT, clocks, **{"person": "sue", **asked})


def chosen(reader: Connection, *names: tuple[str, str]) -> tuple[ChosenEntry, ...]:
    return read_chosen(reader, AGREEMENT, resolve(reader, "now", "now", NOW), names)


def by_period(answer: Waiting) -> dict[str, WaitingEntry]:
    return {one.entry.period: one for group in answer.groups for one in group.entries}


def codes(answer: Waiting) -> dict[str, list[str]]:
    return {period: [w.code for w in one.warnings] for period, one in by_period(answer).items()}


def test_an_entry_is_shown_as_it_will_be_judged(told: Any) -> None:
    """The rules judge signed values only: the board says unsigned, the signer sees the status."""
    story = beginning().submit("I1", value("FY2024-Q1", "11.90", provisional=True))
    answer = told(story)
    (group,) = answer.groups
    (one,) = group.entries
    assert ("I1", 1, 1) == (group.indicator, group.definition_version, answer.count)
    row = one.judged_as
    assert row is not None
    assert ("amber", None, ("provisional",), "12") == (
        row.status,
        row.reason,
        row.marks,
        row.target,
    )
    assert row.signed_off is None
    assert one.entry.signed_off is None
    assert story.digest("I1", one.entry.name) == one.entry.digest
    assert (ActKind.SUBMISSION, "asha") == (one.given.kind, one.given.actor)


def test_a_breakdown_has_no_status_and_a_series_of_its_own(told: Any) -> None:
    women = {"sex": "F"}
    story = beginning().submit(
        "I1",
        value("FY2023-Q4", "5", breakdown=women),
        value("FY2024-Q1", "6", breakdown=women),
        value("FY2023-Q4", "50"),
    )
    story.sign_off("I1", *(held.name for held in story.held("I1")[:-1]))
    (one,) = by_period(told(story)).values()
    assert one.entry.breakdown == women
    assert one.judged_as is None
    assert one.period_before is not None
    assert ("5.0", "1.0", "0.2000") == (
        one.period_before.judged,
        one.period_before.difference,
        one.period_before.relative,
    )


def test_what_changed_since_the_last_sign_off_is_told_with_the_reason(told: Any) -> None:
    """Corrected twice since: what was signed is told, what ended it, and the last correction."""
    story = beginning().submit("I1", value("FY2024-Q1", "10"))
    signed = story.held("I1")[0].name
    story.sign_off("I1", signed)
    story.correct("I1", value("FY2024-Q1", "12"))
    first = story.held("I1")[0].position
    story.correct("I1", value("FY2024-Q1", "12.5"))
    (one,) = by_period(told(story)).values()
    earlier = one.earlier
    assert earlier is not None
    assert (signed, "10.0", "2.5", "0.2500") == (
        earlier.entry,
        earlier.judged,
        earlier.difference,
        earlier.relative,
    )
    assert earlier.signed_off is not None
    assert "sue" == earlier.signed_off.by
    assert (ActKind.CORRECTION, first) == (earlier.ended.kind, earlier.ended.position)
    assert (ActKind.CORRECTION, one.entry.name.split(".")[0]) == (
        one.given.kind,
        str(one.given.position),
    )


def test_a_sign_off_lapsed_by_another_definition_says_which_and_that_nothing_moved(
    told: Any,
) -> None:
    story = beginning().submit("I1", value("FY2024-Q1", "10"))
    story.sign_off("I1", story.held("I1")[0].name)
    changed = definition("I1", title="Another title")
    story.indicator("I1", IndicatorRedefined(definition=changed), actor="pat")
    answer = told(story)
    (one,) = by_period(answer).values()
    assert one.earlier is not None
    assert (one.entry.name, "0.0", 1) == (
        one.earlier.entry,
        one.earlier.difference,
        one.earlier.definition_version,
    )
    assert (ActKind.DEFINITION, "pat") == (one.earlier.ended.kind, one.earlier.ended.actor)
    assert 2 == answer.groups[0].definition_version


QUARTERS = ("FY2022-Q1", "FY2022-Q2", "FY2022-Q3", "FY2022-Q4", "FY2023-Q1", "FY2023-Q2")


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        (("10", "11", "10.5", "11", "10", "1050"), {"FY2023-Q2": ["hundredfold"]}),
        (("10", "11", "10.5", "11", "10", "0"), {"FY2023-Q2": ["zero-after-values"]}),
        (("10", "11", "10.5", "11", "10", "40"), {"FY2023-Q2": ["jump"]}),
        (("10", "11", "10.5", "11", "10", "10.25"), {"FY2023-Q2": ["decimals"]}),
        (("10", "11", "10.5", "11", "10", "10"), {"FY2023-Q2": []}),
    ],
)
def test_a_figure_that_is_odd_for_its_own_history_is_warned_about(
    told: Any, figures: tuple[str, ...], expected: dict[str, list[str]]
) -> None:
    """One entry waits after five that are signed off. One like the last alone is nothing odd."""
    story = beginning().submit(
        "I1", *(value(code, figure) for code, figure in zip(QUARTERS[:5], figures[:5], strict=True))
    )
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    story.submit("I1", value(QUARTERS[5], figures[5]))
    assert expected == codes(told(story))


def test_another_unit_in_two_periods_is_warned_about_in_both(told: Any) -> None:
    """Each is compared with what was signed off, and not with the other that waits."""
    story = beginning().submit("I1", value("FY2023-Q1", "50"), value("FY2023-Q2", "51"))
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    story.submit("I1", value("FY2023-Q3", "0.52"), value("FY2023-Q4", "0.53"))
    answer = told(story)
    assert {"FY2023-Q3": ["hundredfold"], "FY2023-Q4": ["hundredfold"]} == {
        period: [code for code in found if code != "decimals"]
        for period, found in codes(answer).items()
    }
    told_of = by_period(answer)["FY2023-Q4"].warnings[0].detail
    assert "0.53 is about a hundredth of 51, the figure before (Q2 2023/24): is the unit" in told_of


def test_a_correction_is_compared_with_what_it_replaces(told: Any) -> None:
    story = beginning().submit("I1", value("FY2023-Q1", "50"), value("FY2023-Q2", "51"))
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    story.correct("I1", value("FY2023-Q1", "5100"))
    assert {"FY2023-Q1": ["hundredfold"]} == codes(told(story))


def test_a_count_that_falls_within_its_year_is_warned_about(told: Any) -> None:
    story = beginning()
    counted = definition("I1", basis=Basis.CUMULATIVE)
    story.indicator("I1", IndicatorRedefined(definition=counted))
    story.submit("I1", value("FY2023-Q1", "50"), value("FY2023-Q2", "90"))
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    story.submit("I1", value("FY2023-Q3", "80"), value("FY2024-Q1", "20"))
    assert {"FY2023-Q3": ["falling-cumulative"], "FY2024-Q1": []} == codes(told(story))


def test_a_whole_column_of_the_period_before_is_warned_about(told: Any) -> None:
    parts = [{"sex": sex} for sex in "FMX"]
    story = beginning().submit(
        "I1",
        *(value("FY2023-Q1", f"1{n}", breakdown=part) for n, part in enumerate(parts)),
    )
    story.sign_off("I1", *(held.name for held in story.held("I1")))
    story.submit(
        "I1",
        *(value("FY2023-Q2", f"1{n}", breakdown=part) for n, part in enumerate(parts)),
    )
    (group,) = told(story).groups
    assert [["stale"]] * 3 == [[w.code for w in one.warnings] for one in group.entries]


def test_the_newest_period_is_first_and_what_is_asked_about_is_a_part(told: Any) -> None:
    story = beginning().submit(
        "I1", value("FY2023-Q4", "1"), value("FY2024-Q1", "2"), value("FY2024-Q1", "3", area=OTHER)
    )
    parts = Entry(period="FY2022", area=HOME, numerator=Decimal(2), denominator=Decimal(3))
    story.submit("I2", parts)
    answer = told(story)
    assert [("I1", ["FY2024-Q1", "FY2024-Q1", "FY2023-Q4"]), ("I2", ["FY2022"])] == [
        (group.indicator, [one.entry.period for one in group.entries]) for group in answer.groups
    ]
    assert [HOME, OTHER, HOME] == [one.entry.area for one in answer.groups[0].entries]
    assert ["I2", "I1"] == [one.code for one in answer.indicators]  # in the order of the board
    assert Named(code="FY2024-Q1", name="Q1 2024/25") == answer.periods[0]
    reader = told.reader
    assert ["FY2023-Q4"] == list(by_period(ask(reader, period="FY2023")))
    assert {"FY2024-Q1"} == set(by_period(ask(reader, area=OTHER)))
    assert 3 == len(ask(reader, period="FY2024-Q1").periods)
    for asked, refusal in (
        ({"indicator": "I9"}, refusals.UnknownIndicator),
        ({"area": "X"}, refusals.UnknownArea),
        ({"period": "soon"}, refusals.UnknownPeriod),
        ({"after": "?"}, refusals.BadCursor),
    ):
        with pytest.raises(refusal):
            ask(reader, **asked)


def test_as_known_then_what_has_been_signed_since_waits(told: Any) -> None:
    story = beginning().submit("I1", value("FY2024-Q1", "10"))
    held = story.held("I1")[0]
    story.sign_off("I1", held.name)
    assert 0 == told(story).count
    assert 1 == ask(told.reader, f"position:{held.position}").count


def test_what_became_of_what_somebody_chose_is_told_by_name(told: Any) -> None:
    """Corrected, signed, returned, withdrawn, untouched; and what never was is left out."""
    periods = ("FY2023-Q1", "FY2023-Q2", "FY2023-Q3", "FY2023-Q4", "FY2024-Q1")
    story = beginning().submit("I1", *(value(code, "10") for code in periods))
    names = [held.name for held in sorted(story.held("I1"), key=lambda one: one.entry.period)]
    corrected, signed, returned, withdrawn, untouched = names
    story.correct("I1", value(periods[0], "11"))
    story.sign_off("I1", signed)
    story.give_back("I1", returned)
    story.withdraw("I1", withdrawn)
    told(story)
    asked = [("I1", name) for name in (*names, "9.9", "x", "1.0")]
    found = {one.seen.name: one for one in chosen(told.reader, *asked, ("I9", "1.0"))}
    assert names == list(found)
    now = {
        name: one.now and (one.now.name == name, one.now.standing) for name, one in found.items()
    }
    assert {
        corrected: (False, "submitted"),
        signed: (True, "signed-off"),
        returned: (True, "returned"),
        withdrawn: None,
        untouched: (True, "submitted"),
    } == now
    assert [
        ActKind.CORRECTION,
        ActKind.SIGN_OFF,
        ActKind.RETURN,
        ActKind.WITHDRAWAL,
        ActKind.SUBMISSION,
    ] == [found[name].since.kind for name in names]
    moved = found[corrected]
    assert moved.now is not None
    assert ("10.0", "11.0") == (moved.seen.judged, moved.now.judged)
