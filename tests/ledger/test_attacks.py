"""A superuser of the database alters the record: it is found, and the place is named.

Each attack is made on a real ledger, signed several times, whose triggers are disarmed. It is
looked for twice: where the ledger lies, and in a bundle that is made after the attack.
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from attacked import (
    EVENTS,
    ORIGIN,
    STORY,
    TABLES,
    TIMES_SIGNED,
    Sealed,
    change_a_byte_of_a_payload,
    change_a_policy,
    change_a_text,
    change_a_tile,
    change_a_time,
    change_an_actor,
    close_a_gap,
    cut_the_tail,
    delete_a_command,
    delete_an_event,
    exchange_two_events,
    insert_an_event,
    position_of,
    sealed_ledger,
    sizes,
    take_a_text_away,
    write,
)
from histories import HOME, ledger
from servers import Server

from ledger.engine import Connection
from ledger.indicator.events import ValuesCorrected
from ledger.proofs.following import seal_now
from ledger.verifier import Altered
from projections.catch_up import catch_up


@pytest.fixture(scope="module")
def sealed(embedded_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sealed]:
    with sealed_ledger(embedded_server, tmp_path_factory.mktemp("signers")) as found:
        yield found


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
        assert (1, 0) == (held["texts"], held["texts_erased"])
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
            " numerator, denominator, confidence_low, confidence_high, missing, provisional,"
            " standing, submitted_by, corrected_by, recorded_at, signed_by, signed_at, assurance,"
            " replaces, note, from_position, to_position FROM value WHERE from_position = %s",
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
    " denominator confidence_low confidence_high missing provisional standing submitted_by"
    " corrected_by recorded_at signed_by signed_at assurance replaces note from_position"
    " to_position",
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
