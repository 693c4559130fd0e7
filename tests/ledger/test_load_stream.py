"""A load on a real ledger: checked, committed, in parts, asked again, taken back."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from ledgers import CODE
from loads_stage import HOME, Stage, csv_of, half_in, stage

from ledger.event import Recorded
from ledger.load.state import Load, evolve
from ledger.load.state import Stage as At
from ledger.loading.asking import abandon, ask_to_commit, ask_to_withdraw
from ledger.loading.keeping import read_file, waiting
from ledger.loading.table import Table
from ledger.loading.working import MOST_TAKEN_UP
from policies.refusals import (
    BadFile,
    BadMapping,
    LoadStale,
    LoadWrongStage,
    NoRole,
    ReasonRequired,
    UnitChanged,
    UnknownLoad,
)

YEARS = ("FY2019", "FY2020", "FY2021", "FY2022")
FIRST = {("I0", HOME, year): f"1{n}.5" for n, year in enumerate(YEARS)}
MORE = {("I1", HOME, year): f"2{n}.5" for n, year in enumerate(YEARS)}


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database) as made:
        yield made


def events_of(here: Stage, load: Load) -> list[str]:
    """The topics of a load's stream."""
    return [recorded.event.TOPIC for recorded in here.record.application.stream(load.id)]


def test_a_file_goes_in_with_one_append(here: Stage) -> None:
    """Check, values and commit are one commit; the stream tells where they are."""
    load = here.load(csv_of(FIRST | MORE))

    assert At.COMMITTED is load.stage
    assert ["load-received", "load-checked", "load-committed"] == events_of(here, load)
    [part] = load.parts
    checked, committed = load.steps[At.CHECKED], load.steps[At.COMMITTED]
    assert (part.first, part.last, 8) == (
        checked.position + 1,
        committed.position - 1,
        part.entries,
    )
    assert checked.at == committed.at
    assert "11.5" == here.value("I0", "FY2020")


def test_no_text_is_stored_that_no_event_names(here: Stage) -> None:
    """The reason of corrections comes with corrections."""

    def texts() -> int:
        with here.record.pool.connection() as connection:
            row = connection.execute("SELECT count(*) FROM ledger.texts").fetchone()
        assert row is not None
        return int(row[0])

    before = texts()
    here.load(csv_of(FIRST))
    assert before == texts()
    here.load(csv_of(FIRST | dict.fromkeys(list(FIRST)[:1], "98.5")))
    assert before + 1 == texts()


def test_the_file_is_kept_byte_for_byte(here: Stage) -> None:
    """With whatever stands in it, row by row refused or not."""
    content = csv_of(FIRST) + b"I0,Nowhere,FY2020,\xff\xfe about 7\r\n"
    load = here.load(content)

    with here.record.pool.connection() as connection:
        assert content == read_file(connection, load.id)


def test_a_dry_run_waits_and_is_committed_as_it_was_seen(here: Stage) -> None:
    load = here.load(csv_of(FIRST), dry_run=True)
    assert (At.CHECKED, None) == (load.stage, here.value("I0", "FY2020"))

    committed = here.commit(load, by="asha")
    assert (At.COMMITTED, "11.5") == (committed.stage, here.value("I0", "FY2020"))
    assert ["load-received", "load-checked", "load-committed"] == events_of(here, load)


def test_what_would_be_done_otherwise_by_now_is_asked_again(here: Stage) -> None:
    """An officer gave one of the figures meanwhile: nothing is recorded until that was seen."""
    load = here.load(csv_of(FIRST), dry_run=True)
    here.submit("I0", "FY2020", "99.9")
    asked = here.commit(load)

    assert At.CHECKED is asked.stage
    assert asked.checked is not None
    assert 1 == asked.checked.moved
    [moved] = here.findings(asked).moved
    assert (3, "new", "correction") == (moved.row, moved.before, moved.outcome)
    assert "99.9" == here.value("I0", "FY2020")
    assert None is here.value("I0", "FY2019")

    committed = here.commit(asked)
    assert (At.COMMITTED, "11.5") == (committed.stage, here.value("I0", "FY2020"))


def test_a_correction_of_another_entry_than_was_seen_is_asked_again(here: Stage) -> None:
    """The outcome is the same word, and what it replaces is not."""
    here.submit("I0", "FY2020", "1.1")
    load = here.load(csv_of(FIRST), dry_run=True)
    here.correct("I0", "FY2020", "1.2")
    asked = here.commit(load)

    [moved] = here.findings(asked).moved
    assert (moved.before, moved.outcome) == ("correction", "correction")
    assert moved.before_replaces != moved.replaces


def test_only_the_last_check_can_be_committed(here: Stage) -> None:
    """Somebody who looked before it was checked again is told so."""
    load = here.load(csv_of(FIRST), dry_run=True)
    here.submit("I0", "FY2020", "99.9")
    asked = here.commit(load)
    assert load.checked is not None
    assert asked.checked is not None
    seen = load.checked.digest

    with pytest.raises(LoadStale, match="was checked again since you saw it"):
        ask_to_commit(here.record, CODE, load.id, seen, here.act(), confirmed_unit=False)


def test_a_digest_of_no_check_is_told_as_that(here: Stage) -> None:
    """The document of a load has another at its top, which is that of the file."""
    load = here.load(csv_of(FIRST), dry_run=True)

    for digest in ("", "ab" * 32):
        with pytest.raises(LoadStale, match=r"not the digest of a check .* checked\.digest"):
            ask_to_commit(here.record, CODE, load.id, digest, here.act(), confirmed_unit=False)


def test_a_large_file_goes_in_in_parts_each_of_them_whole(here: Stage) -> None:
    """No part has more entries than one may have; the last says that the load is in."""
    load = here.load(csv_of(FIRST | MORE), most_entries=4)

    assert ["load-received", "load-checked", "load-part-committed", "load-committed"] == events_of(
        here, load
    )
    assert [4, 4] == [part.entries for part in load.parts]
    assert At.COMMITTED is load.stage


def test_a_load_left_half_done_is_gone_on_with(here: Stage) -> None:
    """It says that it is committing until its last part is in."""
    half = half_in(here, FIRST | MORE)
    assert (At.COMMITTING, 4) == (half.stage, half.entries)

    whole = here.work(half.id, most_entries=4)
    assert (At.COMMITTED, 8, [4, 4]) == (
        whole.stage,
        whole.entries,
        [part.entries for part in whole.parts],
    )
    assert "23.5" == here.value("I1", "FY2022")
    assert whole.committed is not None
    assert 0 == whole.committed.set_aside


def test_what_others_wrote_between_two_parts_is_set_aside(here: Stage) -> None:
    """Nothing that was not checked takes the place of what an officer gave."""
    half = half_in(here, FIRST | MORE)
    here.submit("I1", "FY2020", "77.7")
    whole = here.work(half.id, most_entries=4)

    assert whole.committed is not None
    assert (1, (7,)) == (whole.committed.set_aside, whole.committed.set_aside_rows)
    assert ("77.7", "22.5") == (here.value("I1", "FY2020"), here.value("I1", "FY2021"))
    assert 7 == whole.entries


def test_what_others_correct_of_a_part_that_is_in_is_left_to_them(here: Stage) -> None:
    """The load wrote it; that it holds no more sets nothing aside."""
    half = half_in(here, FIRST | MORE)
    here.correct("I0", "FY2020", "77.7")
    whole = here.work(half.id, most_entries=4)

    assert whole.committed is not None
    assert ("77.7", 8) == (here.value("I0", "FY2020"), whole.entries)
    assert 0 == whole.committed.set_aside


def test_of_a_file_that_is_read_no_more_the_rest_is_set_aside(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By a version that reads more strictly than the one that put the first part in."""
    half = half_in(here, FIRST | MORE)

    def stricter(*_: object) -> Table:
        raise BadFile("It is read no more.")

    monkeypatch.setattr("ledger.loading.load.read_table", stricter)
    whole = here.work(half.id, most_entries=4)

    assert whole.committed is not None
    assert (At.COMMITTED, 4, 4) == (whole.stage, whole.entries, whole.committed.set_aside)
    assert At.WITHDRAWN is here.withdraw(whole).stage


def test_an_errand_done_twice_is_done_once(here: Stage) -> None:
    """As after a crash between the commit and the note that it is done."""
    load = here.send(csv_of(FIRST))
    with here.taken_up(load) as carry:
        carry(here.shop())
        carry(here.shop())
    assert 4 == here.record.load(load).entries
    assert 4 == len(here.held("I0"))


def test_another_unit_waits_until_it_is_confirmed(here: Stage) -> None:
    here.load(csv_of({key: "0.327" for key in FIRST}))
    load = here.load(csv_of({key: "32.7" for key in FIRST}))

    assert At.CHECKED is load.stage
    assert load.checked is not None
    assert load.checked.unit_changed
    assert "4 of the 4 figures" in here.findings(load).unit_changed
    with pytest.raises(UnitChanged):
        here.commit(load)
    ask_to_commit(here.record, CODE, load.id, load.checked.digest, here.act(), confirmed_unit=True)
    assert At.COMMITTED is here.work(load.id).stage
    assert "32.7" == here.value("I0", "FY2020")


def test_a_unit_confirmed_beforehand_is_asked_no_more(here: Stage) -> None:
    here.load(csv_of({key: "0.327" for key in FIRST}))
    load = here.load(csv_of({key: "32.7" for key in FIRST}), confirmed_unit=True)
    assert At.COMMITTED is load.stage


def test_of_a_file_that_cannot_be_read_nothing_stays_but_the_refusal(here: Stage) -> None:
    load = here.load(b"PK\x03\x04 no workbook")

    assert At.REFUSED is load.stage
    assert load.refused is not None
    assert "bad-file" == load.refused.code
    assert 0 == here.kept(load.id)
    with here.record.pool.connection() as connection:
        assert [] == waiting(connection)


def test_whoever_may_load_nothing_is_refused_and_that_is_recorded(here: Stage) -> None:
    with pytest.raises(NoRole):
        here.send(csv_of(FIRST), by="ada")
    with here.record.pool.connection() as connection:
        row = connection.execute(
            "SELECT convert_from(state, 'UTF8')::jsonb ->> 'code' FROM ledger.ledger_events"
            " WHERE topic = 'load-refused'"
        ).fetchone()
    assert ("no-role",) == row


def test_a_file_that_would_change_what_its_sender_may_not_is_refused(here: Stage) -> None:
    """Ben may load one indicator; with another in his file, none of it goes in."""
    assert At.COMMITTED is here.load(csv_of(MORE), by="ben").stage
    load = here.load(csv_of(FIRST | {key: "1.0" for key in MORE}), by="ben")

    assert load.refused is not None
    assert "no-role" == load.refused.code
    assert "21.5" == here.value("I1", "FY2020")


def test_a_commit_by_whoever_may_not_is_refused_and_recorded(here: Stage) -> None:
    """Ben may load somewhere, and not here: the worker finds out, and the load waits on."""
    load = here.load(csv_of(FIRST), dry_run=True)
    waits = here.commit(load, by="ben")
    assert (At.CHECKED, "no-role") == (waits.stage, waits.last_refusal)

    assert load.checked is not None
    with pytest.raises(NoRole):
        ask_to_commit(
            here.record, CODE, load.id, load.checked.digest, here.act("ada"), confirmed_unit=False
        )
    assert "load-action-refused" == events_of(here, load)[-1]


def test_a_checked_load_can_be_given_up_and_then_not_committed(here: Stage) -> None:
    load = here.load(csv_of(FIRST), dry_run=True)
    abandon(here.record, CODE, load.id, "The wrong file.", here.act(), lambda: b"n" * 16)
    gone = here.record.load(load.id)

    assert At.ABANDONED is gone.stage
    assert 1 == here.kept(load.id)
    with pytest.raises(LoadWrongStage):
        here.commit(load)
    with pytest.raises(LoadWrongStage):
        abandon(here.record, CODE, load.id, "", here.act(), lambda: b"n" * 16)


def test_a_file_that_ends_its_workers_is_given_up(here: Stage) -> None:
    """Taken up again and again and never judged: the worker must be free for others."""
    load = here.send(csv_of(FIRST))
    for _ in range(MOST_TAKEN_UP):
        with here.taken_up(load):
            pass
    gone = here.work(load)
    assert gone.abandoned is not None
    assert "unreadable" == gone.abandoned.why


def test_two_people_cannot_ask_at_once(here: Stage) -> None:
    load = here.load(csv_of(FIRST), dry_run=True)
    assert load.checked is not None
    digest = load.checked.digest
    ask_to_commit(here.record, CODE, load.id, digest, here.act(), confirmed_unit=False)
    with pytest.raises(LoadWrongStage):
        ask_to_commit(here.record, CODE, load.id, digest, here.act(), confirmed_unit=False)


def test_a_load_of_another_agreement_or_of_none_is_unknown(here: Stage) -> None:
    load = here.load(csv_of(FIRST))
    for agreement, wanted in ((CODE, uuid4()), ("elsewhere", load.id)):
        with pytest.raises(Exception) as caught:
            ask_to_withdraw(here.record, agreement, wanted, "Why not.", here.act())
        assert caught.type.__name__ in {UnknownLoad.__name__, "UnknownAgreement"}


def test_a_bad_mapping_is_refused_at_once(here: Stage) -> None:
    with pytest.raises(BadMapping):
        here.send(csv_of(FIRST), mapping="[columns")


# Taking back


def test_taken_back_what_was_new_is_gone(here: Stage) -> None:
    load = here.load(csv_of(FIRST))
    gone = here.withdraw(load)

    assert gone.withdrawn is not None
    assert (4, 0, 0) == (gone.withdrawn.withdrawn, gone.withdrawn.restored, gone.withdrawn.kept)
    assert {} == here.held("I0")


def test_taken_back_what_was_corrected_holds_as_before_with_its_sign_off(here: Stage) -> None:
    """Under its own name, by whoever gave it, and signed off as it was."""
    here.submit("I0", "FY2020", "5.5")
    here.sign_off("I0", "FY2020")
    before = dict(here.held("I0"))
    load = here.load(csv_of(FIRST), by="asha")
    assert before != here.held("I0")
    gone = here.withdraw(load)

    assert gone.withdrawn is not None
    assert (3, 1) == (gone.withdrawn.withdrawn, gone.withdrawn.restored)
    after = here.held("I0")
    assert before.keys() == after.keys()
    for key, held in before.items():
        since = after[key].since
        assert held._replace(since=since) == after[key]


def test_what_others_changed_since_stays(here: Stage) -> None:
    load = here.load(csv_of(FIRST))
    here.correct("I0", "FY2020", "6.6")
    gone = here.withdraw(load)

    assert gone.withdrawn is not None
    assert (3, 1) == (gone.withdrawn.withdrawn, gone.withdrawn.kept)
    assert "6.6" == here.value("I0", "FY2020")


def test_two_loads_taken_back_in_either_order_leave_what_was_before(here: Stage) -> None:
    """The later one gives back what the earlier one wrote, unless that is withdrawn already."""
    for first_to_go in (0, 1):
        year = YEARS[first_to_go]
        here.submit("I2", year, "1.0")
        loads = [here.load(csv_of({("I2", HOME, year): value})) for value in ("2.0", "3.0")]
        here.withdraw(loads[first_to_go])
        assert ("3.0" if first_to_go == 0 else "2.0") == here.value("I2", year)
        here.withdraw(loads[1 - first_to_go])
        assert "1.0" == here.value("I2", year)


def test_a_load_is_withdrawn_once_for_a_reason_by_whoever_may(here: Stage) -> None:
    load = here.load(csv_of(FIRST))
    with pytest.raises(ReasonRequired):
        ask_to_withdraw(here.record, CODE, load.id, "  ", here.act())
    with pytest.raises(NoRole):
        ask_to_withdraw(here.record, CODE, load.id, "Mine.", here.act("ben"))
    assert "load-action-refused" == events_of(here, load)[-1]
    here.withdraw(load)
    with pytest.raises(LoadWrongStage):
        here.withdraw(load)


def test_withdrawn_and_sent_again_it_is_new_again(here: Stage) -> None:
    here.withdraw(here.load(csv_of(FIRST)))
    again = here.load(csv_of(FIRST))
    assert (At.COMMITTED, 4) == (again.stage, again.entries)


# The database refuses too


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loads.piece SET content = ''",
        "UPDATE loads.file SET mapping = 'x'",
        "UPDATE loads.report SET content = ''",
        "DELETE FROM loads.file",
        "DELETE FROM loads.report",
        "TRUNCATE loads.piece",
    ],
)
@pytest.mark.parametrize("role", ["outturn_service", "outturn_owner"])
def test_nobody_changes_the_evidence_of_a_load(
    here: Stage, embedded_database: str, statement: str, role: str
) -> None:
    here.load(csv_of(FIRST))
    with psycopg.connect(embedded_database) as connection:
        connection.execute(f"SET ROLE {role}")
        with pytest.raises(psycopg.Error):
            connection.execute(statement.encode())


def test_an_event_of_another_stream_is_no_event_of_a_load(here: Stage) -> None:
    """A fold that is given what it does not know says so."""
    load = here.load(csv_of(FIRST))
    other = next(iter(here.record.application.stream(here.record.agreement(CODE).id)))
    recorded = Recorded(load.id, 9, other.event, 9, other.recorded_at, "asha")
    with pytest.raises(KeyError):
        evolve(load, recorded)
