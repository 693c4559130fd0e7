"""A superuser of the database alters the record: it is found, and the place is named.

Each attack is made on a real ledger, signed several times, whose triggers are disarmed. It is
looked for twice: where the ledger lies, and in a bundle that is made after the attack.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest
from histories import HOME, Commit, Ledger, Story, ledger, opening
from servers import Server

from http_api.bundling import write_members
from http_api.live_evidence import LiveEvidence, remembered
from ledger.agreement.events import RagPolicyAdopted, TravelPolicyAdopted
from ledger.engine import Connection
from ledger.indicator.events import Correction, Entry, Target, ValuesCorrected
from ledger.proofs.following import seal_now
from ledger.proofs.tiles import last_checkpoint
from ledger.verifier import Altered, Bundle, verify
from ledger.verifier_answers import Answers
from policies.rag import RagSettings
from policies.travel import TravelSettings
from projections.catch_up import catch_up

ORIGIN = "ledger.example"
NONCE, NOTE = b"n" * 16, "The surgery sent its figure late."
DIGEST = sha256(NONCE + NOTE.encode()).digest()
TABLES = ("ledger.ledger_events", "ledger.commits", "proofs.tile", "proofs.checkpoint")


class Sealed(NamedTuple):
    """A ledger that was signed, its signer's folder, and a checkpoint somebody kept elsewhere."""

    url: str
    signers: Path
    kept: list[tuple[str, str]]

    @contextmanager
    def disarmed(self) -> Iterator[Connection]:
        """A superuser's connection, whose changes last until the end of the block."""
        with (
            psycopg.connect(self.url, autocommit=True) as connection,
            connection.transaction(force_rollback=True),
        ):
            for table in TABLES:
                connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            connection.execute("SET LOCAL search_path = answers, pg_catalog")
            connection.execute("SET LOCAL TIME ZONE 'UTC'")
            yield connection

    def check(self, connection: Connection, **own: Any) -> Any:
        """Verify the ledger as this connection sees it, with what its signer remembers."""
        newest = last_checkpoint(connection)
        assert newest is not None
        signer = remembered(connection, self.signers)
        given = {"key": signer.key, "checkpoints": [("the signer's memory", signer.signed)], **own}
        with LiveEvidence(connection, newest) as evidence:
            return verify(evidence, **given, reader=Answers)

    def check_bundle(self, connection: Connection, path: Path, **own: Any) -> Any:
        """Verify a bundle of the same, as an auditor does who has key and checkpoint."""
        newest = last_checkpoint(connection)
        assert newest is not None
        with path.open("wb") as file:
            for _ in write_members(file, connection, newest, datetime(2026, 4, 30, tzinfo=UTC)):
                pass
        signer = remembered(connection, self.signers)
        given = {"key": signer.key, "checkpoints": [("the signer's memory", signer.signed)], **own}
        with Bundle(str(path)) as bundle:
            return verify(bundle, **given, reader=Answers)


def story() -> Story:
    """Rules, targets, values, a correction with its reason, sign-offs, a withdrawal."""
    told = opening("I1", "I2")
    rag = RagSettings(amber_margin=Decimal("0.05"), judge="signed-only")
    told.structure(
        RagPolicyAdopted(version="1", effective_from=told.at.date(), settings=rag),
        TravelPolicyAdopted(version="1", effective_from=told.at.date(), settings=TravelSettings()),
    )
    periods = ("FY2022-Q4", "FY2023-Q1", "FY2023-Q2", "FY2023-Q3")
    told.target("I1", *(Target(area=HOME, period=code, level=Decimal(10)) for code in periods))
    for n, code in enumerate(periods):
        told.submit("I1", Entry(area=HOME, period=code, value=Decimal(n) + Decimal("8.25")))
    names = [held.name for held in told.held("I1")]
    told.sign_off("I1", *names[:3])
    told.submit(
        "I2", Entry(area=HOME, period="FY2022", numerator=Decimal(1), denominator=Decimal(3))
    )
    correction = Correction(area=HOME, period=periods[1], value=Decimal("9.75"), replaces=names[1])
    told.indicator("I1", ValuesCorrected(entries=(correction,), reason=DIGEST.hex()), actor="asha")
    told.withdraw("I1", names[3])
    told.submit("I1", Entry(area=HOME, period=periods[3], value=Decimal("11.5"), provisional=True))
    return told


STORY = story()
EVENTS = STORY.recorded()
TIMES_SIGNED = 4


def position_of(kind: type, n: int = 0) -> int:
    return [recorded.position for recorded in EVENTS if type(recorded.event) is kind][n]


@pytest.fixture(scope="module")
def sealed(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    signers = tmp_path_factory.mktemp("signers")
    with embedded_server.fresh_database() as url:
        kept: list[tuple[str, str]] = []
        with ledger(url) as written:
            for commits in parts(STORY.commits):
                write(written, commits)
                signed = seal_now(url, signers, ORIGIN)
                assert signed is not None
                kept.append((f"my checkpoint of size {signed.size}", signed.note))
        catch_up(url)
        yield Sealed(url, signers, kept)


def parts(commits: list[Commit]) -> list[list[Commit]]:
    size = len(commits) // TIMES_SIGNED + 1
    return [commits[start : start + size] for start in range(0, len(commits), size)]


def write(written: Ledger, commits: list[Commit]) -> None:
    for one in commits:
        corrects = any(isinstance(event, ValuesCorrected) for event in one.events)
        written.append(one, texts={DIGEST: NOTE} if corrects else None)


def sizes(sealed: Sealed) -> list[int]:
    return [int(note.split("\n")[1]) for _, note in sealed.kept]


# The attacks: what is done, and where it must be found.


def change_a_byte_of_a_payload(connection: Connection) -> int:
    at = position_of(ValuesCorrected)
    connection.execute(
        "UPDATE ledger.ledger_events SET state = set_byte(state, 40, get_byte(state, 40) # 1)"
        " WHERE notification_id = %s",
        (at,),
    )
    return at


def change_a_time(connection: Connection) -> int:
    at = position_of(ValuesCorrected)
    connection.execute(
        "UPDATE ledger.commits SET recorded_at = recorded_at + interval '1 microsecond'"
        " WHERE last_position = %s",
        (at,),
    )
    return at


def change_an_actor(connection: Connection) -> int:
    at = position_of(ValuesCorrected)
    connection.execute("UPDATE ledger.commits SET actor = 'sue' WHERE last_position = %s", (at,))
    return at


def delete_an_event(connection: Connection) -> int:
    at = position_of(TravelPolicyAdopted)
    connection.execute("DELETE FROM ledger.ledger_events WHERE notification_id = %s", (at,))
    return at


def delete_a_command(connection: Connection) -> int:
    at = position_of(ValuesCorrected)
    connection.execute("DELETE FROM ledger.ledger_events WHERE notification_id = %s", (at,))
    connection.execute("DELETE FROM ledger.commits WHERE last_position = %s", (at,))
    return at


def close_a_gap(connection: Connection) -> int:
    """An event is deleted, and all after it move up, as if it had never been."""
    at = delete_a_command(connection)
    for step in (1000, -1001):  # by way of where nothing is
        connection.execute(
            "UPDATE ledger.ledger_events SET notification_id = notification_id + %s"
            " WHERE notification_id > %s",
            (step, at),
        )
        connection.execute(
            "UPDATE ledger.commits SET first_position = first_position + %(step)s,"
            " last_position = last_position + %(step)s WHERE first_position > %(at)s",
            {"step": step, "at": at},
        )
    return at


def cut_the_tail(connection: Connection) -> int:
    last = len(EVENTS) - 3
    connection.execute("DELETE FROM ledger.ledger_events WHERE notification_id > %s", (last,))
    connection.execute("DELETE FROM ledger.commits WHERE last_position > %s", (last,))
    return last + 1


def exchange_two_events(connection: Connection) -> int:
    at = position_of(ValuesCorrected) - 1  # of two indicators
    for old, new in ((at, 1000), (at + 1, at), (1000, at + 1)):
        connection.execute(
            "UPDATE ledger.ledger_events SET notification_id = %s WHERE notification_id = %s",
            (new, old),
        )
    return at


def insert_an_event(connection: Connection) -> int:
    """Between two others, which move on; with a command of its own."""
    at = position_of(ValuesCorrected)
    for step in (1000, -999):  # by way of where nothing is
        connection.execute(
            "UPDATE ledger.ledger_events SET notification_id = notification_id + %s"
            " WHERE notification_id >= %s",
            (step, at),
        )
        connection.execute(
            "UPDATE ledger.commits SET first_position = first_position + %(step)s,"
            " last_position = last_position + %(step)s WHERE first_position >= %(at)s",
            {"step": step, "at": at},
        )
    connection.execute(
        "INSERT INTO ledger.ledger_events SELECT gen_random_uuid(), 1, topic, state, %s"
        " FROM ledger.ledger_events WHERE notification_id = 3",
        (at,),
    )
    connection.execute(
        "INSERT INTO ledger.commits SELECT %s, %s, recorded_at + interval '1 second', actor,"
        " command, correlation_id FROM ledger.commits WHERE last_position = %s",
        (at, at, at - 1),
    )
    return at


def change_a_policy(connection: Connection) -> int:
    at = position_of(RagPolicyAdopted)
    connection.execute(
        "UPDATE ledger.ledger_events SET state = replace(convert_from(state, 'UTF8'),"
        " '\"0.05\"', '\"0.50\"')::bytea WHERE notification_id = %s",
        (at,),
    )
    return at


def change_a_text(connection: Connection) -> int:
    connection.execute("UPDATE ledger.texts SET text = replace(text, 'late', 'soon')")
    return position_of(ValuesCorrected)


def take_a_text_away(connection: Connection) -> int:
    connection.execute("DELETE FROM ledger.texts")
    return position_of(ValuesCorrected)


def change_a_tile(connection: Connection) -> int:
    connection.execute(
        "UPDATE proofs.tile SET hashes = set_byte(hashes, 32 * 6, get_byte(hashes, 32 * 6) # 1)"
        " WHERE level = 0"
    )
    return 7


@pytest.mark.parametrize(
    "attack",
    [
        change_a_byte_of_a_payload, change_a_time, change_an_actor, delete_an_event,
        delete_a_command, close_a_gap, cut_the_tail, exchange_two_events, insert_an_event,
        change_a_policy, change_a_text, take_a_text_away, change_a_tile,
    ],
)  # fmt: skip
def test_an_attack_is_found_and_placed(
    sealed: Sealed, tmp_path: Path, attack: Callable[[Connection], int]
) -> None:
    """Where the ledger lies, and in a bundle of it."""
    with sealed.disarmed() as connection:
        at = attack(connection)
        with pytest.raises(Altered) as live:
            sealed.check(connection)
        with pytest.raises(Altered) as exported:
            sealed.check_bundle(connection, tmp_path / "bundle")
    assert (at, at) == (live.value.position, exported.value.position)


def test_without_an_attack_all_holds(sealed: Sealed, tmp_path: Path) -> None:
    """The control: the same looks, and nothing to be found."""
    with sealed.disarmed() as connection:
        held = sealed.check(connection, checkpoints=sealed.kept)
        assert (len(EVENTS), TIMES_SIGNED) == (held["size"], held["checkpoints"])
        assert held["checkpoints_kept"] == TIMES_SIGNED - 1
        assert 1 == held["texts"]
        exported = sealed.check_bundle(connection, tmp_path / "bundle", checkpoints=sealed.kept)
        assert held == exported
        assert exported["statuses"] > 4 < exported["values"]


def test_a_changed_answer_is_found_by_its_cell_and_position(sealed: Sealed, tmp_path: Path) -> None:
    """A value, a judgement, an end that is too early; each at the event that made the row."""
    corrected = position_of(ValuesCorrected)
    changes = (
        ("UPDATE value SET value = 97.5 WHERE from_position = %s", "value", "'97.5'"),
        ("UPDATE value SET signed_by = 'eve' WHERE from_position = %s", "signed_by", "'eve'"),
        ("UPDATE status SET status = 'green', reason = NULL WHERE from_position = %s",
         "status", "'green'"),
        ("UPDATE status SET travel = 'worsening' WHERE from_position = %s",
         "travel", "'worsening'"),
    )  # fmt: skip
    for change, column, stands in changes:
        with sealed.disarmed() as connection:
            assert connection.execute(change, (corrected,)).rowcount > 0
            for look in (sealed.check, lambda it: sealed.check_bundle(it, tmp_path / "bundle")):
                with pytest.raises(Altered) as found:
                    look(connection)
                assert ("answers", corrected) == (found.value.code, found.value.position)
                assert f"says {column} {stands}; by the events it is" in found.value.sentence
                assert f"{HOME} FY2023-Q" in found.value.sentence


def test_a_row_that_is_taken_away_added_or_ended_is_found(sealed: Sealed) -> None:
    corrected = position_of(ValuesCorrected)
    changes = (
        ("DELETE FROM value WHERE from_position = %s", corrected),
        ("UPDATE value SET to_position = from_position + 1 WHERE from_position = %s",
         corrected + 1),
        ("UPDATE status SET to_position = 9000000000000000000 WHERE from_position = %s",
         9000000000000000000),
    )  # fmt: skip
    for change, at in changes:
        with sealed.disarmed() as connection:
            assert connection.execute(change, (corrected,)).rowcount > 0
            with pytest.raises(Altered) as found:
                sealed.check(connection)
            assert ("answers", at) == (found.value.code, found.value.position)
    with sealed.disarmed() as connection:
        connection.execute(
            "INSERT INTO value SELECT indicator, area, period, 'sex=F', entry_position, 7, value,"
            " numerator, denominator, missing, provisional, standing, submitted_by, corrected_by,"
            " recorded_at, signed_by, signed_at, assurance, replaces, note, from_position,"
            " to_position FROM value WHERE from_position = %s",
            (corrected,),
        )
        with pytest.raises(Altered, match="No event opens the values") as found:
            sealed.check(connection)
        assert corrected == found.value.position


# The signed checkpoints


def test_a_stored_checkpoint_cannot_be_changed(sealed: Sealed) -> None:
    """Neither what was signed, nor the columns that tell it again."""
    second = sizes(sealed)[1]
    changes = (
        ("UPDATE proofs.checkpoint SET note = replace(note, chr(10) || size || chr(10),"
         " chr(10) || (size - 1) || chr(10)) WHERE size = %s", "checkpoint"),
        ("UPDATE proofs.checkpoint SET note = overlay(note placing 'AAAA' from"
         " length(note) - 40) WHERE size = %s", "signature"),
        ("UPDATE proofs.checkpoint SET root = sha256(root) WHERE size = %s", "checkpoint"),
        ("UPDATE proofs.checkpoint SET key = 'x' || key WHERE size = %s", "checkpoint"),
    )  # fmt: skip
    for change, code in changes:
        with sealed.disarmed() as connection:
            assert 1 == connection.execute(change, (second,)).rowcount
            with pytest.raises(Altered, match=f"of size {second}") as found:
                sealed.check(connection)
            assert code == found.value.code


def test_a_rollback_to_an_earlier_checkpoint_is_found_by_the_signers_memory(
    sealed: Sealed, tmp_path: Path
) -> None:
    """Tail, tiles and newest checkpoint are all gone: what is left agrees with itself."""
    second, last = sizes(sealed)[1], sizes(sealed)[-1]
    with sealed.disarmed() as connection:
        connection.execute("DELETE FROM proofs.checkpoint WHERE size > %s", (second,))
        connection.execute(
            "UPDATE proofs.tile SET hashes = substring(hashes FOR %s)", (32 * second,)
        )
        connection.execute("DELETE FROM ledger.ledger_events WHERE notification_id > %s", (second,))
        connection.execute("DELETE FROM ledger.commits WHERE last_position > %s", (second,))
        held = sealed.check(connection, checkpoints=[])
        assert second == held["size"]
        for look in (sealed.check, lambda it: sealed.check_bundle(it, tmp_path / "bundle")):
            with pytest.raises(Altered, match=f"covers {last} events, here are {second}") as found:
                look(connection)
            assert ("shrank", second + 1) == (found.value.code, found.value.position)


# With a stolen key


@contextmanager
def rewritten(
    server: Server, sealed: Sealed, folder: Path, change: Callable[[Connection], int]
) -> Iterator[tuple[Sealed, int]]:
    """Another database with the same ledger but for a change, all of it hashed and signed anew.

    Whoever does this has the database and the signer's key, and forges the signer's memory too.
    """
    with server.fresh_database() as url, ledger(url) as written:
        written.connection.execute("ALTER TABLE proofs.log DISABLE TRIGGER ALL")
        with psycopg.connect(sealed.url) as original:
            row = original.execute("SELECT id FROM proofs.log").fetchone()
        assert row is not None
        written.connection.execute("UPDATE proofs.log SET id = %s", row)
        (folder / str(row[0])).mkdir()
        for name in ("key", "key.pub"):
            stolen = (sealed.signers / str(row[0]) / name).read_bytes()
            (folder / str(row[0]) / name).write_bytes(stolen)
        write(written, STORY.commits)
        copy_columns(sealed.url, written.connection)
        catch_up(url)
        for table in TABLES[:2]:
            written.connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        at = change(written.connection)
        seal_now(url, folder, ORIGIN)
        yield Sealed(url, folder, []), at


def copy_columns(url: str, into: psycopg.Connection[Any]) -> None:
    """What two writings of one story do not have in common: the ids of their requests."""
    into.execute("ALTER TABLE ledger.commits DISABLE TRIGGER ALL")
    with psycopg.connect(url) as original:
        for row in original.execute("SELECT correlation_id, last_position FROM ledger.commits"):
            into.execute(
                "UPDATE ledger.commits SET correlation_id = %s WHERE last_position = %s", row
            )


def nothing(connection: Connection) -> int:
    return 0


def test_history_written_anew_is_caught_by_a_checkpoint_kept_outside(
    sealed: Sealed, embedded_server: Server, tmp_path: Path
) -> None:
    """It agrees with itself in every hash and signature; only what left the house contradicts."""
    signed = sizes(sealed)
    with rewritten(embedded_server, sealed, tmp_path, change_an_actor) as (forged, at):
        after = max(size for size in signed if size < at)
        upto = min(size for size in signed if size >= at)
        with forged.disarmed() as connection:
            connection.execute("UPDATE value SET corrected_by = 'sue' WHERE corrected_by = 'asha'")
            assert forged.check(connection)["holds"]
            for look in (
                forged.check,
                lambda it, **own: forged.check_bundle(it, tmp_path / "b", **own),
            ):
                with pytest.raises(Altered) as found:
                    look(connection, checkpoints=sealed.kept)
                assert ("rewritten", (after, upto)) == (found.value.code, found.value.between)
    assert after < at <= upto


def test_the_same_history_written_again_is_the_same(
    sealed: Sealed, embedded_server: Server, tmp_path: Path
) -> None:
    """The control of the control: without the change, the checkpoints kept outside agree."""
    with rewritten(embedded_server, sealed, tmp_path, nothing) as (again, _):
        with again.disarmed() as connection:
            assert again.check(connection, checkpoints=sealed.kept)["holds"]


def test_rules_written_anew_contradict_the_judgements_made_by_them(
    sealed: Sealed, embedded_server: Server, tmp_path: Path
) -> None:
    """A policy is altered and all is signed again: the answers are still those of the old one."""
    with rewritten(embedded_server, sealed, tmp_path, change_a_policy) as (forged, at):
        with forged.disarmed() as connection, pytest.raises(Altered) as found:
            forged.check(connection)
    assert "answers" == found.value.code
    assert found.value.position is not None
    assert found.value.position > at


# At random


RECORD = {
    "ledger.ledger_events": "originator_id originator_version topic state notification_id",
    "ledger.commits": "last_position first_position recorded_at actor command correlation_id"
    " idempotency_key request_digest answer",
    "ledger.texts": "digest nonce text",
    "proofs.tile": "level number hashes",
    "proofs.checkpoint": "size root note key",
    "answers.value": "indicator area period breakdown entry_position entry_index value numerator"
    " denominator missing provisional standing submitted_by corrected_by recorded_at signed_by"
    " signed_at assurance replaces note from_position to_position",
    "answers.status": "indicator area period definition_version entry_position entry_index figure"
    " judged missing provisional corrected signed_by signed_at assurance target_position target"
    " target_kind baseline rag travel_rules due status reason marks travel travel_reason"
    " from_position to_position",
}


def change_one_byte(connection: Connection, chance: random.Random) -> str | None:
    """Alter one byte of one value of one row; what was done, or None where it cannot be so."""
    table = chance.choice(list(RECORD))
    column = chance.choice(RECORD[table].split())
    row = connection.execute(
        f"SELECT ctid::text, {column}::text, pg_typeof({column})::text FROM {table}"
        f" WHERE length({column}::text) > 0 ORDER BY ctid OFFSET floor(%s * (SELECT count(*)"
        f" FROM {table} WHERE length({column}::text) > 0)) LIMIT 1",
        (chance.random(),),
    ).fetchone()
    if row is None:
        return None
    place, text, kind = row
    where = chance.randrange(2 if kind == "bytea" else 0, len(text))
    other = chance.choice("0123456789abcdef" if kind in {"bytea", "uuid"} else "0123456789tfaz ")
    changed = text[:where] + other + text[where + 1 :]
    try:
        with connection.transaction():
            done = connection.execute(
                f"UPDATE {table} SET {column} = %s::text::{kind} WHERE ctid = %s::tid"
                f" AND {column} <> %s::text::{kind} RETURNING true",
                (changed, place, changed),
            ).fetchone()
    except psycopg.Error:
        return None  # not of the column's type, or the database's own constraints refuse it
    return f"{table}.{column}: {text!r} to {changed!r}" if done else None


@pytest.mark.parametrize("seed", range(5))
def test_any_byte_that_is_changed_at_random_is_found(sealed: Sealed, seed: int) -> None:
    """Over all tables of the record: 50 changes for each seed, each alone."""
    chance = random.Random(seed)  # noqa: S311 - damage, not secrets
    found = 0
    while found < 50:
        with sealed.disarmed() as connection:
            done = change_one_byte(connection, chance)
            if done is None:
                continue
            try:
                sealed.check(connection)
            except Altered:
                found += 1
            else:
                pytest.fail(f"not found: {done}")
