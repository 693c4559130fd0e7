"""A ledger that lost signed events, or its signer, is signed on under another log."""

import shutil
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from doors import application
from proofs_stage import ORIGIN, add, alter, forged, put_aside, put_back
from proofs_truth import is_what_the_events_say

from http_api.losses import said_of
from ledger.proofs.begun_anew import CannotBegin, begin_anew
from ledger.proofs.following import connect, seal_now, take_turn
from ledger.proofs.logs import Log, logs
from ledger.proofs.note import Checkpoint
from ledger.proofs.sequencer import Trouble
from ledger.proofs.tiles import first_checkpoint, last_checkpoint, ledger_id

AT = datetime(2026, 11, 27, 12, tzinfo=UTC)
BACKED_UP, LOST = 8, 12  # events that a backup holds, and that were signed when it was restored


def signed(url: str, signers: Path) -> Checkpoint:
    found = seal_now(url, signers, ORIGIN)
    assert found is not None
    return found


def restored(url: str, signers: Path) -> Checkpoint:
    """A ledger as its backup had it, whose signer signed more since; what it signed last."""
    with application(url) as app:
        add(app, BACKED_UP)
        signed(url, signers)
    tables = ("ledger.ledger_events", "ledger.commits", "proofs.tile", "proofs.checkpoint")
    with psycopg.connect(url) as connection:
        for table in tables:
            connection.execute(f"CREATE TABLE backup_{table[7:]} AS TABLE {table}".encode())
    with application(url) as app:
        add(app, LOST - BACKED_UP)
    last = signed(url, signers)
    for table in tables:
        kept = f"backup_{table[7:]}"
        alter(url, table, f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM {kept}")
    return last


@pytest.mark.parametrize("recorded_since", [0, 1, 7])
def test_what_a_backup_holds_is_signed_on_under_another_log(
    embedded_database: str, tmp_path: Path, recorded_since: int
) -> None:
    """However much was recorded before anybody saw it: fewer events than were signed, or more."""
    url = embedded_database
    lost = restored(url, tmp_path)
    with application(url) as app:
        if recorded_since:
            add(app, recorded_since)
        with pytest.raises(Trouble):
            seal_now(url, tmp_path, ORIGIN)
        begun = begin_anew(url, tmp_path, ORIGIN, AT).log
        told = (begun.number, begun.begun_at, begun.because, begun.agreed, begun.signed)
        assert (2, AT, "events-lost", BACKED_UP, LOST) == told
        assert BACKED_UP + recorded_since == signed(url, tmp_path).size
        add(app)
        last = signed(url, tmp_path)
    assert last.key != lost.key
    assert f"{ORIGIN}/{begun.id}" == last.key.partition("+")[0]
    with connect(url) as connection:
        assert BACKED_UP + recorded_since + 1 == is_what_the_events_say(connection)
        assert begun.id == ledger_id(connection)
        former = last_checkpoint(connection, log=1)
        assert former is not None
        assert (BACKED_UP, lost.key) == (former.size, former.key)
        # What covered a position first stays what it was, also under another log.
        assert former == first_checkpoint(connection, 1)
        assert first_checkpoint(connection, BACKED_UP) == former
        rows = connection.execute(
            "SELECT log, root FROM proofs.checkpoint WHERE size = %s ORDER BY log", (BACKED_UP,)
        ).fetchall()
        assert [(1, former.root), (2, former.root)] == rows  # both signed what is there


def test_a_second_loss_is_a_third_log(embedded_database: str, tmp_path: Path) -> None:
    url = embedded_database
    restored(url, tmp_path)
    begin_anew(url, tmp_path, ORIGIN, AT)
    with application(url) as app:
        signed(url, tmp_path)
        shutil.rmtree(tmp_path)
        add(app)
        begun = begin_anew(url, tmp_path, ORIGIN, AT, signer_is_lost=True).log
        assert (3, "signer-lost", BACKED_UP, None) == (
            begun.number, begun.because, begun.agreed, begun.signed
        )  # fmt: skip
        assert BACKED_UP + 1 == signed(url, tmp_path).size
    with connect(url) as connection:
        assert [1, 2, 3] == [each.number for each in logs(connection)]


def test_a_backup_of_before_the_first_signature(embedded_database: str, tmp_path: Path) -> None:
    """Nothing of what was signed is there, and the log that begins says so."""
    url = embedded_database
    with application(url) as app:
        add(app, LOST)
        signed(url, tmp_path)
        for table in (
            "ledger.ledger_events", "ledger.commits", "proofs.tile", "proofs.checkpoint"
        ):  # fmt: skip
            alter(url, table, f"DELETE FROM {table}")
    begun = begin_anew(url, tmp_path, ORIGIN, AT).log
    assert (0, LOST) == (begun.agreed, begun.signed)
    assert seal_now(url, tmp_path, ORIGIN) is None
    with application(url) as app:
        add(app, 2)
        assert 2 == signed(url, tmp_path).size


def refused(url: str, signers: Path, *, signer_is_lost: bool = False) -> str:
    """Why no log is begun; there is still the one."""
    with pytest.raises(CannotBegin) as cannot:
        begin_anew(url, signers, ORIGIN, AT, signer_is_lost=signer_is_lost)
    with connect(url) as connection:
        assert 1 == len(logs(connection))
    return str(cannot.value)


def test_a_ledger_that_is_signed_as_it_should_be_keeps_its_log(
    embedded_database: str, tmp_path: Path
) -> None:
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path)
        add(app, 3)
    for lost in (False, True):
        told = refused(embedded_database, tmp_path, signer_is_lost=lost)
        assert "This ledger is signed as it should be" in told


def test_a_signer_that_is_elsewhere_is_not_passed_over(
    embedded_database: str, tmp_path: Path
) -> None:
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path / "first")
    told = refused(embedded_database, tmp_path / "second")
    assert told.startswith("The signer of this ledger is not here.")
    begun = begin_anew(embedded_database, tmp_path / "second", ORIGIN, AT, signer_is_lost=True).log
    assert ("signer-lost", 3) == (begun.because, begun.agreed)


def test_a_row_in_the_database_makes_no_key(embedded_database: str, tmp_path: Path) -> None:
    """Whoever can write to the database cannot have it signed under another key."""
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path)
        add(app, 3)
    with psycopg.connect(embedded_database) as connection:
        connection.execute(
            "INSERT INTO proofs.log (number, begun_at, because, agreed)"
            " VALUES (2, now(), 'events-lost', 3)"
        )
    with pytest.raises(Trouble) as trouble:
        seal_now(embedded_database, tmp_path, ORIGIN)
    assert "another-signer" == trouble.value.code
    assert 1 == len(list(tmp_path.rglob("key")))


def test_where_no_key_can_be_kept_no_log_is_begun(embedded_database: str, tmp_path: Path) -> None:
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path / "first")
    (tmp_path / "a file").write_text("")
    told = refused(embedded_database, tmp_path / "a file", signer_is_lost=True)
    assert "cannot be used" in told


def test_while_the_sequencer_works_no_log_is_begun(embedded_database: str, tmp_path: Path) -> None:
    restored(embedded_database, tmp_path)
    with connect(embedded_database) as working:
        assert take_turn(working)
        assert "stop it first" in refused(embedded_database, tmp_path)
    assert 2 == begin_anew(embedded_database, tmp_path, ORIGIN, AT).log.number


ALTER_ONE = "UPDATE ledger.ledger_events SET state = state || ' ' WHERE notification_id = 3"


@pytest.mark.parametrize("shrunk", [False, True])
def test_a_checkpoint_by_another_key_is_none_of_the_log(
    embedded_database: str, tmp_path: Path, shrunk: bool
) -> None:
    """Whoever can write to the database alters an event, and makes tree and checkpoint anew."""
    url = embedded_database
    lost = restored(url, tmp_path)
    with application(url) as app:
        if not shrunk:
            add(app, LOST - BACKED_UP + 1)
    alter(url, "ledger.ledger_events", ALTER_ONE)
    forged(url, lost.key.partition("+")[0], BACKED_UP)
    assert refused(url, tmp_path).startswith("The checkpoints of log 1 are not its signer's.")


@pytest.mark.parametrize("recorded_since", [0, 1])
def test_where_nothing_is_lost_no_log_is_begun(
    embedded_database: str, tmp_path: Path, recorded_since: int
) -> None:
    """Nor is anything signed: the forger's checkpoint is of the very size that is remembered."""
    url = embedded_database
    with application(url) as app:
        add(app, 4)
        name = signed(url, tmp_path).key.partition("+")[0]
        alter(url, "ledger.ledger_events", ALTER_ONE)
        forged(url, name, 4)
        if recorded_since:
            add(app)
    with pytest.raises(Trouble) as trouble:
        seal_now(url, tmp_path, ORIGIN)
    assert "history-rewritten" == trouble.value.code
    refused(url, tmp_path)


def test_events_under_a_true_checkpoint_that_are_all_there_are_not_lost(
    embedded_database: str, tmp_path: Path
) -> None:
    """The tree alone was altered."""
    with application(embedded_database) as app:
        add(app, 4)
        signed(embedded_database, tmp_path)
        change = "UPDATE proofs.tile SET hashes = decode(repeat('00', 128), 'hex')"
        alter(embedded_database, "proofs.tile", change)
        add(app)
    assert refused(embedded_database, tmp_path)


def test_every_log_is_looked_at_whose_signer_is_here(
    embedded_database: str, tmp_path: Path
) -> None:
    """Also where somebody put in a row for another log, and a checkpoint of it."""
    with application(embedded_database) as app:
        add(app, 4)
        name = signed(embedded_database, tmp_path).key.partition("+")[0]
    with psycopg.connect(embedded_database) as connection:
        connection.execute(
            "INSERT INTO proofs.log (number, begun_at, because, agreed)"
            " VALUES (2, now(), 'events-lost', 4)"
        )
    alter(embedded_database, "ledger.ledger_events", ALTER_ONE)
    true = put_aside(embedded_database)
    forged(embedded_database, name, 4, log=2)
    put_back(embedded_database, true)
    with pytest.raises(CannotBegin, match="are not those that log 1 signed"):
        begin_anew(embedded_database, tmp_path, ORIGIN, AT, signer_is_lost=True)


def test_an_older_copy_of_the_signer_does_not_say_how_many_were_signed(
    embedded_database: str, tmp_path: Path
) -> None:
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path / "signers")
        shutil.copytree(tmp_path / "signers", tmp_path / "older")
        add(app, 3)
        signed(embedded_database, tmp_path / "signers")
    begun = begin_anew(embedded_database, tmp_path / "older", ORIGIN, AT, signer_is_lost=True).log
    assert ("signer-lost", 6, None, 6) == (begun.because, begun.agreed, begun.signed, begun.head)


def test_only_the_user_whose_the_signers_are_begins_a_log(
    embedded_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever serves could not read the key."""
    restored(embedded_database, tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "is another user's" in refused(embedded_database, tmp_path)


def test_a_signer_that_cannot_be_read_is_a_trouble_that_is_told(
    embedded_database: str, tmp_path: Path
) -> None:
    (tmp_path / "signers").symlink_to(tmp_path / "signers")  # a way that ends nowhere
    with application(embedded_database) as app:
        add(app)
    with pytest.raises(Trouble) as trouble:
        seal_now(embedded_database, tmp_path / "signers", ORIGIN)
    assert "no-signer" == trouble.value.code


@pytest.mark.parametrize(
    ("agreed", "signed", "head", "said"),
    [
        (8, 12, 8, "of the 12 events signed before, the first 8 are there"),
        (8, 12, 9, "the first 8 are there, and 1 other stands where signed ones stood"),
        (8, 12, 20, "the first 8 are there, and 4 others stand where signed ones stood"),
        (1, None, 20, "of the events signed before, the first is there"),
        (0, 1_200, 0, "of the 1,200 events signed before, none is there"),
    ],
)
def test_what_is_there_is_told(agreed: int, signed: int | None, head: int, said: str) -> None:
    log = Log(
        number=2, id=uuid4(), begun_at=AT, because="events-lost", agreed=agreed, signed=signed,
        head=head,
    )  # fmt: skip
    assert said_of(log).endswith(said)


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("ledger.ledger_events", "SET state = state || ' ' WHERE notification_id = 3"),
        ("ledger.commits", "SET actor = 'ben' WHERE first_position = 1"),
        ("proofs.tile", "SET hashes = decode(repeat('00', 256), 'hex') WHERE level = 0"),
        ("proofs.checkpoint", "SET root = decode(repeat('00', 32), 'hex')"),
        ("proofs.checkpoint", "SET note = replace(note, chr(10) || '8', chr(10) || '7')"),
    ],
)
def test_what_was_altered_is_not_passed_over(
    embedded_database: str, tmp_path: Path, table: str, change: str
) -> None:
    """A restored backup whose events or proofs are not what was signed gets no other log."""
    restored(embedded_database, tmp_path)
    alter(embedded_database, table, f"UPDATE {table} {change}")
    told = refused(embedded_database, tmp_path)
    assert told.startswith(f"The first {BACKED_UP} events are not those that log 1 signed")


def test_events_that_were_taken_out_of_the_middle_get_no_other_log(
    embedded_database: str, tmp_path: Path
) -> None:
    with application(embedded_database) as app:
        add(app, 3)
        signed(embedded_database, tmp_path)
        add(app, 3)
    taken = "DELETE FROM ledger.ledger_events WHERE notification_id = 5"
    alter(embedded_database, "ledger.ledger_events", taken)
    assert "events were taken away" in refused(embedded_database, tmp_path)


def test_the_first_log_has_no_beginning(embedded_database: str) -> None:
    with connect(embedded_database) as connection:
        [only] = logs(connection)
        assert only == Log(
            number=1,
            id=ledger_id(connection),
            begun_at=None,
            because=None,
            agreed=None,
            signed=None,
            head=None,
        )
