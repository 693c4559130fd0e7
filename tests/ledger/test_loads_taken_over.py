"""A load whose worker is gone, or only seemed gone: whoever goes on does nothing twice."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count
from typing import Any

import psycopg
import pytest
from ledgers import CODE
from loads_stage import HOME, REASON, Killed, Stage, csv_of, half_in, killed_after, nonce, stage

from http_api import loader
from http_api.service import Service
from ledger.agreement.events import RoleEnded
from ledger.engine import Commit
from ledger.event import Recorded
from ledger.indicator.commands import WithdrawValues
from ledger.indicator.state import Key
from ledger.load.state import Stage as At
from ledger.loading import working
from ledger.loading.asking import abandon, ask_to_withdraw
from ledger.loading.keeping import Waiting, waiting
from ledger.loading.receiving import commit_of
from ledger.record import Record
from policies.permissions import Role
from policies.refusals import Conflict

YEARS = ("FY2019", "FY2020", "FY2021", "FY2022")
FIGURES = {
    (f"I{n}", HOME, year): f"{n + 1}{index}.5" for n in range(3) for index, year in enumerate(YEARS)
}


@pytest.fixture
def here(embedded_database: str) -> Iterator[Stage]:
    with stage(embedded_database) as made:
        yield made


@pytest.fixture
def before_append(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> Callable[[int, Callable[[], None]], None]:
    """Lets something happen right before the append with that number, when all is decided."""

    def arrange(number: int, happens: Callable[[], None]) -> None:
        made = count(1)

        def late(append: Callable[..., Any]) -> Callable[..., Any]:
            def appended(events: Sequence[Any], commit: Commit) -> Any:
                if next(made) == number:
                    happens()
                return append(events, commit)

            return appended

        for name in ("append", "append_encoded"):
            monkeypatch.setattr(here.record, name, late(getattr(here.record, name)))

    return arrange


def topics(here: Stage, load: Any) -> list[str]:
    """Those of a load's stream after it was received."""
    return [recorded.event.TOPIC for recorded in here.record.application.stream(load)][1:]


def test_what_an_officer_withdrew_of_a_part_that_is_in_is_not_written_again(here: Stage) -> None:
    """The row would be new again, as it was when it was checked; but it was written."""
    half = half_in(here, FIGURES)
    name = here.held("I0")[Key(HOME, "FY2020", "")].name
    here.record.refresh(CODE, "I0")
    here.record.handle(CODE, "I0", WithdrawValues(entries=(name,), reason=REASON), here.act())
    whole = here.work(half.id, most_entries=4)

    assert whole.committed is not None
    assert (None, 12, 0) == (here.value("I0", "FY2020"), whole.entries, whole.committed.set_aside)


def test_a_load_abandoned_while_its_parts_are_about_to_go_in_stays_out(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    """The check was recorded, so that a person may still give it up: then nothing of it is in."""
    load = here.send(csv_of(FIGURES))

    def give_up() -> None:
        abandon(here.record, CODE, load, "", here.act(), nonce)

    before_append(2, give_up)

    assert At.ABANDONED is here.work(load, most_entries=4).stage
    assert ["load-checked", "load-abandoned"] == topics(here, load)
    assert {} == here.held("I0")


def test_the_last_words_of_a_worker_that_is_gone_are_not_taken_for_ones_own(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    """Its part arrives after the next worker has judged what is left, and is another one."""
    load = half_in(here, FIGURES).id
    with here.taken_up(load) as carry:

        def other() -> None:
            with pytest.raises(Killed):
                carry(here.shop(most_entries=4)._replace(told=killed_after(1)))

        before_append(1, other)
        carry(here.shop(most_entries=100))

    whole = here.record.load(load)
    assert (At.COMMITTED, 12) == (whole.stage, whole.entries)
    assert ["load-checked", *["load-part-committed"] * 2, "load-committed"] == topics(here, load)
    assert "33.5" == here.value("I2", "FY2022")


@pytest.mark.parametrize("most_entries", [4, 100])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_load_that_two_workers_put_in_is_in_once(
    here: Stage,
    before_append: Callable[[int, Callable[[], None]], None],
    most_entries: int,
    number: int,
) -> None:
    """The second takes over while the first still writes, at any of its appends."""
    load = here.send(csv_of(FIGURES))
    with here.taken_up(load) as carry:
        before_append(number, lambda: carry(here.shop(most_entries)))
        carry(here.shop(most_entries))

    whole = here.record.load(load)
    assert (At.COMMITTED, 12) == (whole.stage, whole.entries)
    assert 1 == topics(here, load).count("load-committed")
    assert 12 == sum(len(here.held(f"I{n}")) for n in range(3))


def test_a_load_that_two_workers_take_back_is_taken_back_once(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    load = here.load(csv_of(FIGURES)).id
    ask_to_withdraw(here.record, CODE, load, "A mistake.", here.act())
    with here.taken_up(load) as carry:
        before_append(1, lambda: carry(here.shop()))
        carry(here.shop())

    assert ["load-checked", "load-committed", "load-withdrawn"] == topics(here, load)


def test_the_file_of_a_refused_load_goes_though_its_worker_was_killed_just_before(
    here: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object) -> None:
        raise Killed

    load = here.send(b"PK\x03\x04 no workbook")
    with monkeypatch.context() as patched:
        patched.setattr(working, "drop_file", killed)
        with here.taken_up(load) as carry, pytest.raises(Killed):
            carry(here.shop())
    assert 1 == here.kept(load)

    assert At.REFUSED is here.work(load).stage
    assert 0 == here.kept(load)


def test_a_check_that_is_recorded_when_its_worker_is_gone_is_recorded_once(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    """Of a load in parts it is recorded before the first of them."""

    def killed() -> None:
        raise Killed

    load = here.send(csv_of(FIGURES))
    before_append(2, killed)
    with here.taken_up(load) as carry, pytest.raises(Killed):
        carry(here.shop(4))
    assert ["load-checked"] == topics(here, load)
    whole = here.work(load, most_entries=4)
    assert (At.COMMITTED, 12) == (whole.stage, whole.entries)
    assert 1 == topics(here, load).count("load-checked")


@pytest.mark.parametrize("raised", [Conflict, psycopg.errors.LockNotAvailable])
def test_waiting_for_others_does_not_make_a_file_one_that_ends_its_workers(
    here: Stage, embedded_database: str, monkeypatch: pytest.MonkeyPatch, raised: type[Exception]
) -> None:
    """Officers that never stop writing, or somebody who keeps the record from being written to,
    are not the file's fault: it is not given up."""

    def kept_waiting(*_: object) -> None:
        raise raised

    monkeypatch.setattr(loader, "carry_out", kept_waiting)
    load = here.send(csv_of(FIGURES))
    worker = loader.Loader(embedded_database)
    with here.record.pool.connection() as connection:
        assert not worker._do(Service(here.record.pool), connection, load)
        assert [(load, 0)] == [(one.load, one.taken_up) for one in waiting(connection)]
    with psycopg.connect(embedded_database) as free:
        assert [] == free.execute("SELECT FROM pg_locks WHERE classid = 7310003").fetchall()


def test_an_errand_that_fails_keeps_no_other_waiting(
    here: Stage, embedded_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault of ours with one load is logged, and the next is carried out."""
    bad, good = here.send(csv_of(FIGURES)), here.send(csv_of({("I1", HOME, "FY2018"): "1.0"}))
    carry_out = working.carry_out

    def faulty(shop: working.Workshop, errand: Waiting) -> None:
        if errand.load == bad:
            raise RuntimeError("a fault of ours")
        carry_out(shop, errand)

    monkeypatch.setattr(loader, "carry_out", faulty)
    worker = loader.Loader(embedded_database)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        give_up = time.monotonic() + 30
        while here.record.load(good).stage is not At.COMMITTED:
            assert time.monotonic() < give_up
            time.sleep(0.05)
    finally:
        with pytest.raises(loader.Told):
            worker.stop()
        thread.join(10)
    assert At.RECEIVED is here.record.load(bad).stage


# Officers who go on meanwhile


@pytest.mark.parametrize("most_entries", [4, 100])
def test_officers_who_never_stop_do_not_keep_a_load_out(
    here: Stage, monkeypatch: pytest.MonkeyPatch, most_entries: int
) -> None:
    """Before each append somebody has written to the same indicator, another key: ten times."""
    writer, append, years = Stage(Record(here.record.pool)), here.record.append_encoded, count(2005)

    def overtaken(events: Sequence[Any], commit: Commit) -> Any:
        year = next(years)
        if year < 2015:
            for indicator in ("I0", "I1", "I2"):
                writer.submit(indicator, f"FY{year}", "1.0")
        return append(events, commit)

    monkeypatch.setattr(here.record, "append_encoded", overtaken)
    whole = here.load(csv_of(FIGURES), most_entries=most_entries)
    assert (At.COMMITTED, 12) == (whole.stage, whole.entries)
    assert 1 == topics(here, whole.id).count("load-checked")
    assert 14 == len(here.held("I0"))
    writer.record.close()


def test_an_officer_who_wrote_to_a_key_of_the_file_makes_it_be_judged_again(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    """Between the check and the append: what goes in is a correction of theirs."""
    writer = Stage(Record(here.record.pool))
    load = here.send(csv_of(FIGURES))
    before_append(1, lambda: writer.submit("I1", "FY2020", "1.0"))
    whole = here.work(load)

    assert whole.checked is not None
    assert (1, 11) == (whole.checked.counts.correction, whole.checked.counts.new)
    assert "21.5" == here.value("I1", "FY2020")
    writer.record.close()


@pytest.mark.parametrize(("says", "asked"), [("6", True), ("5", False)])
def test_a_sign_off_while_a_load_goes_in_is_asked_about_where_it_would_lapse(
    here: Stage,
    before_append: Callable[[int, Callable[[], None]], None],
    says: str,
    asked: bool,
) -> None:
    """Whoever looked was not told of it; what the file leaves as it is may be signed off."""
    writer = Stage(Record(here.record.pool))
    here.submit("I0", "FY2020", "5")
    figures = {("I0", HOME, "FY2020"): says, ("I0", HOME, "FY2021"): "7"}
    load = here.load(csv_of(figures), dry_run=True)
    before_append(1, lambda: writer.sign_off("I0", "FY2020"))
    after = here.commit(load)

    assert after.checked is not None
    assert (At.CHECKED if asked else At.COMMITTED, int(asked)) == (after.stage, after.checked.moved)
    assert "5" == here.value("I0", "FY2020")
    writer.record.close()


def test_a_sign_off_between_two_parts_sets_aside_what_would_end_it(
    here: Stage, before_append: Callable[[int, Callable[[], None]], None]
) -> None:
    """Its worker is well, and goes on."""
    writer = Stage(Record(here.record.pool))
    here.submit("I2", "FY2020", "5")
    load = here.send(csv_of(FIGURES))
    before_append(3, lambda: writer.sign_off("I2", "FY2020"))  # the check, a part, and this one
    whole = here.work(load, most_entries=4)

    assert whole.committed is not None
    assert (11, (11,)) == (whole.entries, whole.committed.set_aside_rows)
    assert "5" == here.value("I2", "FY2020")
    writer.record.close()


def test_a_load_half_in_goes_on_though_its_sender_lost_the_role(here: Stage) -> None:
    """The rest belongs to the parts that are in; nobody waits behind it for ever."""
    half = half_in(here, FIGURES)
    body = here.record.fresh_agreement(CODE)
    ended = RoleEnded(person="asha", role=Role.ENTRY_OFFICER, scope=CODE)
    act = here.act("operator")
    recorded = Recorded(body.id, body.version + 1, ended, 0, act.at, act.actor)
    here.record.append([recorded], commit_of(act, body))

    assert At.COMMITTED is here.work(half.id, most_entries=4).stage
