"""What was checked and seen is what is committed; where it no longer is, it is asked again."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import msgspec
import psycopg
import pytest
from ledgers import CODE, areas
from loads_stage import BY_CODE, HOME, Stage, csv_of, nonce, stage

from http_api import loader
from http_api.load_answers import read_document, read_list
from http_api.service import ClocksAsked, Service
from ledger.acts import OPERATOR
from ledger.load.events import LoadChecked
from ledger.load.state import Load
from ledger.load.state import Stage as At
from ledger.loading import judging, working
from ledger.loading.keeping import Errand, ask, keep_file, waiting
from ledger.loading.ready_mappings import ready_text
from ledger.loading.receiving import FileOffered, receive
from policies.refusals import IdempotencyKeyReused
from projections.catch_up import catch_up

OTHER = areas(2)[1].code


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database) as made:
        yield made


def seen(here: Stage, content: bytes, *, mapping: str = "") -> Load:
    """A load that was checked, and waits."""
    load = here.load(content, dry_run=True, mapping=mapping)
    assert (At.CHECKED, False) == (load.stage, here.findings(load).refused != {})
    return load


def test_a_code_that_means_another_area_by_now_is_asked_about(here: Stage) -> None:
    here.means(home=HOME)
    file = csv_of({("I0", "home", "FY2021"): "777", ("I1", "home", "FY2021"): "5"})
    load = seen(here, file, mapping=BY_CODE)
    here.means(home=OTHER)
    asked = here.commit(load)

    assert asked.checked is not None
    assert (At.CHECKED, 2) == (asked.stage, asked.checked.moved)
    moved, _ = here.findings(asked).moved
    assert (2, f"By now it says 777 of {OTHER} in 2021/22.") == (moved.row, moved.detail)
    assert {} == here.held("I0")
    assert At.COMMITTED is here.commit(asked).stage
    assert [OTHER] == [key.area for key in here.held("I0")]


def test_a_sign_off_that_would_lapse_by_now_is_asked_about(here: Stage) -> None:
    here.submit("I0", "FY2021", "5")
    load = seen(here, csv_of({("I0", HOME, "FY2021"): "6"}))
    here.sign_off("I0", "FY2021")
    asked = here.commit(load)

    assert At.CHECKED is asked.stage
    [moved] = here.findings(asked).moved
    assert moved.detail.endswith("The figure it corrects is signed off, which would lapse.")
    assert "5" == here.value("I0", "FY2021")
    assert At.COMMITTED is here.commit(asked).stage
    assert "6" == here.value("I0", "FY2021")


def test_a_file_that_is_in_another_unit_by_now_is_asked_about(here: Stage) -> None:
    here.submit("I0", "FY2021", "0.4")
    load = seen(here, csv_of({("I0", HOME, "FY2022"): "0.5"}))
    assert load.checked is not None
    assert not load.checked.unit_changed
    here.correct("I0", "FY2021", "40")
    asked = here.commit(load)

    assert asked.checked is not None
    assert (At.CHECKED, True) == (asked.stage, asked.checked.unit_changed)
    assert here.findings(asked).unit_changed
    assert None is here.value("I0", "FY2022")


def test_what_nobody_moved_is_committed_as_it_was_seen(here: Stage) -> None:
    """Else the tests above would show nothing."""
    here.means(home=HOME)
    here.submit("I0", "FY2021", "5")
    here.sign_off("I0", "FY2021")
    load = seen(
        here,
        csv_of({("I0", "home", "FY2021"): "6", ("I0", "home", "FY2022"): "7"}),
        mapping=BY_CODE,
    )
    here.submit("I0", "FY2019", "1")

    assert At.COMMITTED is here.commit(load).stage


# Loads that were checked by an earlier version


@pytest.fixture
def checked_before(here: Stage, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], Load]:
    """Loads checked by a version that kept neither what the rows write nor how many of the
    repeated ones contradict each other."""
    kept, told = judging._kept, judging.Judgement.event

    def as_before(*of: Any, looked_at: bool, in_parts: bool) -> tuple[str, bytes]:
        return kept(*of, looked_at=False, in_parts=False)

    def uncounted(judgement: judging.Judgement, moved: int = 0) -> LoadChecked:
        return msgspec.structs.replace(told(judgement, moved), conflicting=None)

    def checked(content: bytes) -> Load:
        with monkeypatch.context() as patched:
            patched.setattr(judging, "_kept", as_before)
            patched.setattr(judging.Judgement, "event", uncounted)
            return here.load(content, dry_run=True)

    return checked


def test_a_load_that_waited_through_an_upgrade_is_committed_as_it_was_seen(
    here: Stage, checked_before: Callable[[bytes], Load]
) -> None:
    here.submit("I0", "FY2018", "5")
    years = ("FY2018", "FY2019", "FY2020")
    load = checked_before(csv_of({("I0", HOME, year): "7" for year in years}))

    assert At.COMMITTED is here.commit(load).stage


def test_of_a_load_that_waited_through_an_upgrade_what_moved_is_asked_about(
    here: Stage, checked_before: Callable[[bytes], Load]
) -> None:
    """And nothing else: not each row, since of none it was kept what it writes."""
    years = ("FY2018", "FY2019", "FY2020")
    load = checked_before(csv_of({("I0", HOME, year): "7" for year in years}))
    here.submit("I0", "FY2019", "5")
    asked = here.commit(load)

    assert asked.checked is not None
    assert (At.CHECKED, 1) == (asked.stage, asked.checked.moved)
    assert [3] == [moved.row for moved in here.findings(asked).moved]


def test_a_unit_that_changed_while_a_load_waited_through_an_upgrade_is_asked_about(
    here: Stage, checked_before: Callable[[bytes], Load]
) -> None:
    here.submit("I0", "FY2021", "0.4")
    load = checked_before(csv_of({("I0", HOME, "FY2022"): "0.5"}))
    here.correct("I0", "FY2021", "40")

    assert At.CHECKED is here.commit(load).stage


def test_as_many_rows_are_refused_in_the_list_of_loads_as_on_the_page_of_each(
    here: Stage, embedded_database: str, checked_before: Callable[[bytes], Load]
) -> None:
    """Of a load, too, whose event does not count the rows that contradict each other."""
    rows = ("FY2021,5", "FY2021,6", "FY2020,7", "FY2020,7", "FY2019,about 8")
    content = "".join(("indicator,area,period,value\n", *(f"I0,{HOME},{row}\n" for row in rows)))
    before, since = checked_before(content.encode()), here.load(content.encode(), dry_run=True)
    catch_up(embedded_database)
    service = Service(here.record.pool)
    listed = read_list(service, CODE, ClocksAsked(), before=None, limit=5).loads
    pages = [read_document(service, CODE, one.id, ClocksAsked()) for one in (since, before)]

    assert [3, 3] == [one.refused_rows for one in listed]
    assert [3, 3] == [page.refused_rows for page in pages]


@pytest.mark.parametrize("mapping", ["", ready_text("trafford")])
def test_a_file_that_was_kept_and_never_recorded_is_not_taken_for_another(
    here: Stage, mapping: str
) -> None:
    """The record says of a file what is kept of it, also after a crash between the two."""
    load, file = uuid4(), csv_of({("I0", HOME, "FY2021"): "111"})
    with here.record.pool.connection() as connection:
        keep_file(connection, load, [file], "", Errand(wanted="check", actor="asha"))
    other = file if mapping else file.replace(b"111", b"222")
    offered = FileOffered(pieces=[other], name="a.csv", mapping=mapping)
    with pytest.raises(IdempotencyKeyReused):
        receive(here.record, CODE, offered, here.act(), load, nonce)
    assert 0 == here.record.load(load).version

    again = FileOffered(pieces=[file], name="a.csv")
    receive(here.record, CODE, again, here.act(), load, nonce)
    assert At.COMMITTED is here.work(load).stage
    assert "111" == here.value("I0", "FY2021")


def test_a_note_that_no_database_takes_is_refused_wherever_it_stands(here: Stage) -> None:
    """In a row that is read like the ones before it too."""
    row = '{"indicator": "%s", "area": "%s", "period": "%s", "value": 1%s}'
    strange = ', "note": "a\\u0000b"'
    rows = [("I0", "FY2021", ""), ("I1", "FY2022", ""), ("I0", "FY2022", strange)]
    content = ",".join(row % (i, HOME, period, note) for i, period, note in rows)
    whole = here.load(f"[{content}]".encode(), name="a.json")

    assert whole.checked is not None
    assert (At.COMMITTED, 2, 1) == (
        whole.stage,
        whole.checked.counts.new,
        whole.checked.counts.invalid,
    )


# What cannot be done is given up


def test_what_the_database_does_not_take_keeps_no_other_waiting(
    here: Stage, embedded_database: str
) -> None:
    """A fault of one load is no fault of the database."""
    bad = here.load(csv_of({("I0", HOME, "FY2021"): "1"}))
    with here.record.pool.connection() as connection:
        ask(connection, bad.id, Errand(wanted="withdraw", actor="asha", reason="a\0b"))
        worker, service = loader.Loader(embedded_database), Service(here.record.pool)
        for taken_up in range(1, working.MOST_TAKEN_UP + 1):
            assert not worker._do(service, connection, bad.id)
            assert [taken_up] == [one.taken_up for one in waiting(connection)]
        assert worker._do(service, connection, bad.id)
        assert [] == waiting(connection)
    assert At.COMMITTED is here.record.load(bad.id).stage


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_load_that_ends_its_worker_again_and_again_is_given_up_by_nobody(
    here: Stage, embedded_database: str, monkeypatch: pytest.MonkeyPatch, dry_run: bool
) -> None:
    def faulty(*_: object) -> None:
        raise psycopg.DataError("a fault of ours")

    load = here.send(csv_of({("I0", HOME, "FY2021"): "1"}), dry_run=dry_run)
    if dry_run:
        checked = here.work(load).checked
        assert checked is not None
        with here.record.pool.connection() as connection:
            wanted = Errand(wanted="commit", actor="asha", checked=checked.digest)
            ask(connection, load, wanted)
    monkeypatch.setattr(working, "_put_in", faulty)
    worker, service = loader.Loader(embedded_database), Service(here.record.pool)
    with here.record.pool.connection() as connection:
        for _ in range(working.MOST_TAKEN_UP):
            assert not worker._do(service, connection, load)
        assert worker._do(service, connection, load)
    given_up = here.record.load(load)

    assert (At.ABANDONED, OPERATOR) == (given_up.stage, given_up.steps[At.ABANDONED].by)
    assert given_up.abandoned is not None
    assert "unreadable" == given_up.abandoned.why
