"""A ledger under attack: signed several times, its triggers disarmed, and what a superuser does.

Each attack answers the first position that it makes bad.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from histories import HOME, Commit, Ledger, Story, ledger, opening
from servers import Server

from http_api.bundling import write_members
from http_api.live_evidence import LiveEvidence, remembered
from ledger.agreement.events import RagPolicyAdopted, TravelPolicyAdopted
from ledger.engine import Connection
from ledger.indicator.commands import WithdrawValues
from ledger.indicator.events import Correction, Entry, Target, ValuesCorrected
from ledger.proofs.following import seal_now
from ledger.proofs.logs import logs
from ledger.proofs.tiles import last_checkpoint
from ledger.verifier import Bundle, verify
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
            connection.execute("SET LOCAL search_path = pg_catalog, answers, pg_temp")
            connection.execute("SET LOCAL TIME ZONE 'UTC'")
            yield connection

    def check(self, connection: Connection, **own: Any) -> Any:
        """Verify the ledger as this connection sees it, with what its signer remembers."""
        newest = last_checkpoint(connection)
        assert newest is not None
        log = logs(connection)[-1]
        signer = remembered(self.signers, log)
        given = {"key": signer.key, "checkpoints": [("the signer's memory", signer.signed)], **own}
        with LiveEvidence(connection, newest, log) as evidence:
            return verify(evidence, **given)

    def check_bundle(self, connection: Connection, path: Path, **own: Any) -> Any:
        """Verify a bundle of the same, as an auditor does who has key and checkpoint."""
        newest = last_checkpoint(connection)
        assert newest is not None
        with path.open("wb") as file:
            for _ in write_members(file, connection, newest, datetime(2026, 4, 30, tzinfo=UTC)):
                pass
        signer = remembered(self.signers, logs(connection)[-1])
        given = {"key": signer.key, "checkpoints": [("the signer's memory", signer.signed)], **own}
        with Bundle(str(path)) as bundle:
            return verify(bundle, **given)


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
    told.decided("I1", WithdrawValues(entries=(names[3],), reason=DIGEST.hex()))
    told.submit("I1", Entry(area=HOME, period=periods[3], value=Decimal("11.5"), provisional=True))
    return told


STORY = story()
EVENTS = STORY.recorded()
TIMES_SIGNED = 4


def position_of(kind: type, n: int = 0) -> int:
    return [recorded.position for recorded in EVENTS if type(recorded.event) is kind][n]


@contextmanager
def sealed_ledger(embedded_server: Server, signers: Path) -> Iterator[Sealed]:
    """The story on record, signed several times on the way, with its answers."""
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
