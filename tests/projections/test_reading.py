"""Questions about one small partnership, each answered as a person would check it by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from histories import AGREEMENT, HOME, OTHER, Story, definition, ledger, opening, reading

from ledger.agreement.events import RagPolicyAdopted, RoleAssigned
from ledger.engine import Connection
from ledger.indicator.decisions import holding
from ledger.indicator.events import Entry, IndicatorRedefined, IndicatorRetired, Target
from ledger.indicator.state import sign_off_digest
from policies import refusals
from policies.permissions import Role
from policies.rag import RagSettings
from projections.answers import HistoryEvent, StatusRow
from projections.catch_up import catch_up
from projections.reading.agreement import read_agreement
from projections.reading.agreements import read_agreements
from projections.reading.clocks import ResolvedClocks, resolve
from projections.reading.feed import read_events
from projections.reading.history import read_history, read_last_events
from projections.reading.indicator import read_indicator
from projections.reading.status import read_status
from projections.reading.status_series import read_status_series
from projections.reading.values import read_values
from projections.reading.why import read_why

NOW = datetime(2025, 1, 15, 12, 0, tzinfo=UTC)
TEXT = bytes(range(32))  # digest of a reason that is kept
GONE = bytes(range(1, 33))  # digest of a reason that was erased
LENIENT, STRICT = (RagSettings(amber_margin=Decimal(share)) for share in ("0.5", "0.01"))


def policy(version: str, settings: RagSettings) -> RagPolicyAdopted:
    return RagPolicyAdopted(version=version, effective_from=date(2020, 4, 1), settings=settings)


def value(period: str, figure: str, area: str = HOME, **fields: object) -> Entry:
    return Entry(period=period, area=area, value=Decimal(figure), **fields)  # type: ignore[arg-type]


def told() -> Story:
    """Two quarters and a target; a lenient policy, then a strict one; a correction at the end."""
    story = opening("I1", "I2", "I3")  # positions 1 to 14
    story.structure(RoleAssigned(person="sue", role=Role.SIGN_OFF_OFFICER, scope="homes"))  # 15
    story.structure(policy("lenient", LENIENT))  # 16
    story.target(  # 17
        "I1",
        *(Target(period=f"FY2023-Q{n}", area=HOME, level=Decimal("12.0")) for n in (1, 2, 3)),
    )
    story.submit(  # 18
        "I1",
        value("FY2023-Q1", "12.30"),
        value("FY2023-Q2", "10"),
        value("FY2023-Q2", "4", area=OTHER),
        value("FY2023-Q1", "5", breakdown={"ward": "E05000001", "sex": "F"}),
        value("FY2023-Q1", "6", breakdown={"sex": "M"}),
    )
    story.sign_off("I1", "18.0")  # 19
    story.structure(policy("strict", STRICT))  # 20
    parts = Entry(period="FY2023", area=HOME, numerator=Decimal(2), denominator=Decimal(3))
    story.submit("I2", parts)  # 21
    story.correct("I1", value("FY2023-Q2", "12.00"))  # 22
    return story


STORY = told()


@pytest.fixture
def reader(embedded_database: str) -> Iterator[Connection]:
    with ledger(embedded_database) as owner:
        for commit in STORY.commits:
            owner.append(commit)
        catch_up(embedded_database)
    with reading(embedded_database) as connection:
        yield connection


def at(reader: Connection, known: str = "now", policies: str = "now") -> ResolvedClocks:
    return resolve(reader, known, policies, NOW)


def row_of(rows: tuple[StatusRow, ...], indicator: str) -> StatusRow:
    (row,) = (row for row in rows if row.indicator == indicator)
    return row


def test_the_four_pairs_of_clocks_tell_four_stories(reader: Connection) -> None:
    """Before and after the correction of the second quarter, by the lenient and the strict rule."""
    found = {
        (known, rules): row_of(
            read_status(
                reader, AGREEMENT, at(reader, f"position:{known}", f"position:{rules}"),
                period="FY2023-Q2",
            ).rows,
            "I1",
        )
        for known in (18, 22)
        for rules in (16, 20)
    }  # fmt: skip
    assert {
        (18, 16): ("10.0", "amber", "lenient"),
        (18, 20): ("10.0", "red", "strict"),
        (22, 16): ("12.0", "green", "lenient"),
        (22, 20): ("12.0", "green", "strict"),
    } == {pair: (row.judged, row.status, row.policy_version) for pair, row in found.items()}
    assert "12.00" == found[22, 16].value
    assert ("unsigned", "corrected") == found[22, 20].marks
    assert ("worsening", "18.1") == (found[18, 20].travel, found[18, 20].entry)


def test_the_page_is_ordered_by_block_outcome_and_placement(reader: Connection) -> None:
    page = read_status(reader, AGREEMENT, at(reader))
    assert ["I2", "I1", "I3"] == [row.indicator for row in page.rows]
    assert ["safe", "well", "well"] == [row.block for row in page.rows]
    assert page.demonstration
    assert (HOME, "Warwickshire") == (page.area, page.area_name)


def test_a_later_due_period_without_a_figure_is_shown_rather_than_an_earlier_figure(
    reader: Connection,
) -> None:
    """By January 2025 the second quarter of 2024/25 is due: its want is what the board sees."""
    page = read_status(reader, AGREEMENT, at(reader))
    assert ("FY2024-Q3", "no-target") == told_of(row_of(page.rows, "I1"))
    early = read_status(reader, AGREEMENT, resolve(reader, "position:22", "now", NOW))
    assert ("FY2024-Q1", "no-target") == told_of(row_of(early.rows, "I1"))
    assert {"no-target": 3} == page.counts


def told_of(row: StatusRow) -> tuple[str, str | None]:
    return row.period, row.status or row.reason


def test_an_asked_period_shows_the_last_period_of_each_that_ends_inside(
    reader: Connection,
) -> None:
    rows = read_status(reader, AGREEMENT, at(reader), period="FY2023").rows
    assert {"I1": "FY2023-Q4", "I2": "FY2023", "I3": "CY2021+3"} == {
        row.indicator: row.period for row in rows
    }
    quarter = read_status(reader, AGREEMENT, at(reader), period="FY2023-Q3")
    assert {"I1": ("FY2023-Q3", "overdue"), "I3": ("CY2021+3", "no-target")} == {
        row.indicator: told_of(row) for row in quarter.rows
    }
    assert "FY2023-Q3" == quarter.period
    long_ago = read_status(reader, AGREEMENT, at(reader), period="FY2010")
    assert ((), {}) == (long_ago.rows, long_ago.counts)


def test_links_carry_the_clocks_unless_they_are_now(reader: Connection) -> None:
    now = row_of(read_status(reader, AGREEMENT, at(reader)).rows, "I3")
    then = row_of(read_status(reader, AGREEMENT, at(reader, "position:18")).rows, "I3")
    assert now.why == (
        f"/api/v1/agreements/partnership/indicators/I3/why?period=CY2022%2B3&area={HOME}"
    )
    assert re.search(r"&known_at=position:18@[0-9T:.-]+Z&policy_at=position:22@[^&]+Z$", then.why)


def test_a_series_has_a_row_for_every_period_with_a_value_or_a_target(reader: Connection) -> None:
    rows = read_status_series(reader, AGREEMENT, "I1", at(reader))
    assert ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3"] == [row.period for row in rows]
    assert ["green", "green", None] == [row.status for row in rows]
    elsewhere = read_status_series(reader, AGREEMENT, "I1", at(reader), area=OTHER)
    assert [("FY2023-Q2", "no-target")] == [told_of(row) for row in elsewhere]


def test_values_are_filtered_by_area_period_and_breakdown(reader: Connection) -> None:
    def names(**filters: str) -> list[str]:
        found = read_values(reader, AGREEMENT, "I1", at(reader), **filters)  # type: ignore[arg-type]
        assert found.next is None
        return [row.name for row in found.values]

    assert ["18.0", "18.3", "18.4", "22.0", "18.2"] == names()
    assert ["18.2"] == names(area=OTHER)
    assert ["22.0", "18.2"] == names(period="FY2023-Q2")
    assert ["18.0", "22.0", "18.2"] == names(breakdown="")
    assert ["18.3"] == names(breakdown="ward=E05000001;sex=F")


def test_a_value_says_who_vouched_for_it_and_what_it_replaced(reader: Connection) -> None:
    signed, corrected = (
        read_values(reader, AGREEMENT, "I1", at(reader), area=HOME, breakdown="", period=period)
        .values[0]
        for period in ("FY2023-Q1", "FY2023-Q2")
    )  # fmt: skip
    assert signed.signed_off is not None
    assert ("sue", "checked") == (signed.signed_off.by, signed.signed_off.assurance)
    assert ("12.30", "12.3", "signed-off") == (signed.value, signed.judged, signed.standing)
    assert ("18.1", True, None) == (corrected.replaces, corrected.corrected, corrected.signed_off)
    state = STORY.states["I1"]
    held = holding(state, "22.0")
    assert corrected.digest == sign_off_digest(state.id, "22.0", held.entry, 1)


def test_the_figure_of_a_ratio_is_worked_out_of_its_parts(reader: Connection) -> None:
    (row,) = read_values(reader, AGREEMENT, "I2", at(reader)).values
    assert ("2", "3", "66.666666666667", "66.7") == (
        row.numerator, row.denominator, row.value, row.judged,
    )  # fmt: skip
    why = read_why(reader, AGREEMENT, "I2", at(reader), period="FY2023")
    assert "2 ÷ 3 × 100, rounded half-up, is 66.7" == why.steps[0].working


def test_a_derivation_names_every_input(reader: Connection) -> None:
    why = read_why(reader, AGREEMENT, "I1", at(reader), period="FY2023-Q2")
    assert why.entry is not None
    assert why.compared_with is not None
    assert why.target is not None
    assert ("22.0", "18.0") == (why.entry.name, why.compared_with.name)
    assert ("12.0", 17, "pat") == (why.target.level, why.target.position, why.target.set_by)
    assert [("rag", "strict", 20)] == [(p.kind, p.version, p.position) for p in why.policies]
    assert {"amber_margin": "0.01"}.items() <= why.policies[0].settings.items()
    assert (1, 12) == (why.definition_version, why.definition_position)
    assert "12.00" == next(step.working for step in why.steps if step.label == "figure")
    assert ("green", "green") == (why.row.status, why.steps[-1].working)


def test_a_derivation_before_any_policy_says_so(reader: Connection) -> None:
    why = read_why(reader, AGREEMENT, "I1", at(reader, "now", "position:15"), period="FY2023-Q2")
    assert ("not-judgeable", "") == (why.row.reason, why.row.policy_version)
    assert () == why.policies
    assert "no status policy was adopted by the policy clock" == why.steps[0].working


def test_a_cell_with_nothing_in_it_has_a_derivation_too(reader: Connection) -> None:
    why = read_why(reader, AGREEMENT, "I1", at(reader), period="FY2026-Q4", area=OTHER)
    assert ("not-due", None, None) == (why.row.reason, why.entry, why.target)
    assert "not-due" == why.steps[-1].working


def test_an_indicator_is_shown_with_its_officers_targets_and_judgement(reader: Connection) -> None:
    found = read_indicator(reader, AGREEMENT, "I1", at(reader))
    assert ("well", "homes", 5) == (found.block, found.outcome, found.version)
    assert [("sue", "homes")] == [(role.person, role.scope) for role in found.officers]
    assert ["FY2023-Q1", "FY2023-Q2", "FY2023-Q3"] == [one.period for one in found.targets]
    assert found.current is not None
    assert "FY2024-Q3" == found.current.period
    then = read_indicator(reader, AGREEMENT, "I1", at(reader, "position:16"))
    assert (1, ()) == (then.version, then.targets)


def test_an_agreement_is_shown_as_known_with_what_was_adopted_by_the_policy_clock(
    reader: Connection,
) -> None:
    found = read_agreement(reader, AGREEMENT, at(reader, "position:14", "position:16"))
    assert ["lenient"] == [one.version for one in found.policies]
    assert [("asha", "safe")] == [(role.person, role.scope) for role in found.roles]
    assert ["homes", "roads"] == [one.code for one in found.outcomes]
    assert ("I2", "I1", "I3") == found.indicators
    assert 2 == len(read_agreement(reader, AGREEMENT, at(reader)).policies)


def test_agreements_are_listed_with_how_many_indicators_they_had(reader: Connection) -> None:
    (listed,) = read_agreements(reader, at(reader)).agreements
    assert (AGREEMENT, 3, True) == (listed.code, listed.indicators, listed.demonstration)
    (then,) = read_agreements(reader, at(reader, "position:12")).agreements
    assert 1 == then.indicators
    assert () == read_agreements(reader, at(reader, "position:1")).agreements


def test_a_history_is_the_stream_in_pages_up_to_the_known_clock(reader: Connection) -> None:
    first = read_history(reader, AGREEMENT, "I1", at(reader), limit=3)
    assert [12, 17, 18] == [event.position for event in first.events]
    assert "18" == first.next
    rest = read_history(reader, AGREEMENT, "I1", at(reader), after=18)
    assert ["values-signed-off", "values-corrected"] == [event.type for event in rest.events]
    assert ("sue", AGREEMENT, "I1", None) == (
        rest.events[0].actor, rest.events[0].agreement, rest.events[0].indicator, rest.next,
    )  # fmt: skip
    assert "12.00" == rest.events[1].data["entries"][0]["value"]
    then = read_history(reader, AGREEMENT, "I1", at(reader, "position:17"))
    assert [12, 17] == [event.position for event in then.events]


@pytest.mark.parametrize("clock", ["now", "position:17", "position:18"])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_a_history_is_read_from_its_end_in_pieces_of_the_same_events(
    reader: Connection, clock: str, limit: int
) -> None:
    whole = read_history(reader, AGREEMENT, "I1", at(reader, clock)).events
    found: list[HistoryEvent] = []
    before: int | None = None
    while True:
        piece = read_last_events(
            reader, AGREEMENT, "I1", at(reader, clock), before=before, limit=limit
        )
        assert 0 < len(piece.events) <= limit
        found = [*piece.events, *found]
        if piece.next is None:
            break
        before = int(piece.next)
    assert whole == tuple(found)


def test_reasons_and_notes_stand_beside_their_digests_until_they_are_erased(
    embedded_database: str,
) -> None:
    story = opening("I1")
    story.submit("I1", value("FY2023-Q1", "1", note=TEXT.hex()), value("FY2023-Q2", "1"))
    changed = definition("I1", title="Another title")
    story.indicator("I1", IndicatorRedefined(definition=changed, reason=TEXT.hex()))
    story.indicator("I1", IndicatorRetired(reason=GONE.hex()))
    with ledger(embedded_database) as owner:
        for commit in story.commits[:-1]:
            owner.append(commit, texts={TEXT: "They moved."})
        owner.append(story.commits[-1], texts={GONE: "Erased."})
        owner.connection.execute("UPDATE ledger.texts SET text = NULL WHERE digest = %s", (GONE,))
    catch_up(embedded_database)
    with reading(embedded_database) as reader:
        submitted, redefined, retired = read_history(
            reader, AGREEMENT, "I1", at(reader)
        ).events[1:]  # fmt: skip
        first, second = read_values(reader, AGREEMENT, "I1", at(reader)).values
    assert ("They moved.", None) == (first.note, second.note)
    assert "They moved." == submitted.data["entries"][0]["note_text"]
    assert "note_text" not in submitted.data["entries"][1]
    assert (TEXT.hex(), "They moved.") == (redefined.data["reason"], redefined.data["reason_text"])
    assert {"reason": GONE.hex()} == retired.data


def test_the_feed_has_every_event_with_what_it_is_about(reader: Connection) -> None:
    feed = read_events(reader, at(reader), limit=1000)
    assert list(range(1, 23)) == [event.position for event in feed.events]
    about = {event.position: (event.agreement, event.indicator) for event in feed.events}
    assert (AGREEMENT, None) == about[2]
    assert (AGREEMENT, "I2") == about[21]
    page = read_events(reader, at(reader), after=5, limit=2)
    assert ([6, 7], "7") == ([event.position for event in page.events], page.next)


def test_what_was_not_known_then_is_refused_by_name(reader: Connection) -> None:
    now, then = at(reader), at(reader, "position:12")
    with pytest.raises(refusals.UnknownAgreement):
        read_status(reader, "elsewhere", now)
    with pytest.raises(refusals.UnknownAgreement):
        read_status(reader, AGREEMENT, at(reader, "position:1"))
    with pytest.raises(refusals.UnknownIndicator):
        read_history(reader, AGREEMENT, "I2", then)
    with pytest.raises(refusals.UnknownArea):
        read_status(reader, AGREEMENT, now, area="E99999999")
    with pytest.raises(refusals.UnknownArea):
        read_values(reader, AGREEMENT, "I1", now, area="E99999999")
    with pytest.raises(refusals.UnknownPeriod):
        read_status(reader, AGREEMENT, now, period="last year")
    with pytest.raises(refusals.WrongInterval):
        read_why(reader, AGREEMENT, "I1", now, period="FY2023")
    with pytest.raises(refusals.WrongInterval):
        read_values(reader, AGREEMENT, "I1", now, period="FY2023")
    with pytest.raises(refusals.UnknownBreakdown):
        read_values(reader, AGREEMENT, "I1", now, breakdown="sex")
    for cursor in ("?", "abc", "bnVsbA", "é"):
        with pytest.raises(refusals.BadCursor):
            read_values(reader, AGREEMENT, "I1", now, after=cursor)


def test_reading_needs_no_more_rights_than_a_reader_has(
    embedded_database: str, reader: Connection
) -> None:
    with reading(embedded_database, "outturn_reader") as auditor:
        clocks = at(auditor)
        assert read_status(reader, AGREEMENT, clocks) == read_status(auditor, AGREEMENT, clocks)
