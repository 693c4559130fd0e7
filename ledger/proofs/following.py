"""The process that keeps the tree up to date and signed; and the same at once, for a command.

After any failure it begins again from the tables and the signer's memory.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog

from ledger.engine import Connection, log_in
from ledger.in_turn import POLL_SECONDS, InTurn
from ledger.proofs.asking import SignerEnded, SigningProcess, WillNotSign
from ledger.proofs.note import Checkpoint
from ledger.proofs.sequencer import Signing, Trouble, check_known, step
from ledger.proofs.tiles import last_checkpoint, last_signed, ledger_id

log = structlog.get_logger()

ROLE = "outturn_sequencer"
TURN = (7310004, 1)  # the record's own locks are 7310001, n
BETWEEN_SECONDS = 1.0  # between two checkpoints, so that a busy ledger is not signed at every event
AFTER_TROUBLE_SECONDS = 5.0
PATIENCE_SECONDS = 10.0  # of a command, for the process whose turn it is


class Sequencer(InTurn):
    """Runs until told to stop. Several may be started: one works, the others stand by."""

    NAME = "sequencer"
    EXPECTED = (SignerEnded,)

    def __init__(self, url: str, signers: Path, origin: str) -> None:
        super().__init__()
        self._url = url
        self._signers = signers
        self._origin = origin

    def _connect(self) -> Connection:
        return connect(self._url)

    def _take_turn(self, connection: Connection) -> bool:
        return take_turn(connection)

    def _work(self, connection: Connection) -> None:
        while not self._stopping.is_set():
            try:
                with signing(connection, self._signers, self._origin) as signer:
                    while not self._stopping.is_set():
                        self._step(connection, signer)
            except Trouble as trouble:
                self._tell(connection, trouble)
                self._stopping.wait(AFTER_TROUBLE_SECONDS)

    def _step(self, connection: Connection, signer: Signing) -> None:
        if step_or_trouble(connection, signer) is None:
            self._await_news(connection)
        else:
            self._stopping.wait(BETWEEN_SECONDS)

    def _tell(self, connection: Connection, trouble: Trouble) -> None:
        """Keep why nothing is signed for whoever asks for a proof, and log it once."""
        stored = connection.execute(
            "INSERT INTO proofs.trouble AS t (code, detail) VALUES (%s, %s)"
            " ON CONFLICT (is_only) DO UPDATE SET code = EXCLUDED.code, detail = EXCLUDED.detail,"
            " since = EXCLUDED.since WHERE (t.code, t.detail) <> (EXCLUDED.code, EXCLUDED.detail)"
            " RETURNING true",
            (trouble.code, trouble.detail),
        ).fetchone()
        if stored:
            log.error("the ledger is not signed", code=trouble.code, detail=trouble.detail)


def seal_now(
    url: str, signers: Path, origin: str, progress: Callable[[int, int], None] = lambda *_: None
) -> Checkpoint | None:
    """Have everything signed that is recorded, and answer the checkpoint; None for no events.

    Where a service runs, its own sequencer does it and this waits. ``progress`` is told how many
    events are signed, and of how many. Raises Trouble.
    """
    with connect(url) as connection:
        row = connection.execute("SELECT max(last_position) FROM ledger.commits").fetchone()
        head = int((row and row[0]) or 0)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while not take_turn(connection):
            sealed = last_checkpoint(connection, head)
            if sealed is not None or head == 0:
                return sealed
            if time.monotonic() > give_up:
                raise Trouble(*_told(connection))
            time.sleep(POLL_SECONDS / 5)
        with signing(connection, signers, origin) as signer:
            seal_all(connection, signer, lambda size: progress(size, head))
        return last_checkpoint(connection)


@contextmanager
def sealing(url: str, signers: Path, origin: str) -> Iterator[Callable[[], None]]:
    """What has everything signed that is recorded, each time it is called. Raises Trouble.

    For a ledger that nobody serves meanwhile.
    """
    with connect(url) as connection, signing(connection, signers, origin) as signer:
        yield lambda: seal_all(connection, signer)


def seal_all(
    connection: Connection, signer: Signing, progress: Callable[[int], None] = lambda _: None
) -> None:
    """Have everything signed that is recorded. Raises Trouble."""
    while (size := step_or_trouble(connection, signer)) is not None:
        progress(size)


def step_or_trouble(connection: Connection, signer: Signing) -> int | None:
    """As ``step``; a signer that refuses is a Trouble too, and one that signs ends it."""
    try:
        size = step(connection, signer)
    except WillNotSign as refused:
        raise Trouble(
            "history-rewritten",
            f"The signer refuses: {refused}. What is in the ledger is not what was signed before.",
        ) from refused
    if size is not None:
        connection.execute("DELETE FROM proofs.trouble")
    return size


def _told(connection: Connection) -> tuple[str, str]:
    """What the sequencer that works said of why it does not."""
    row = connection.execute("SELECT code, detail FROM proofs.trouble").fetchone()
    return row or ("not-sealed", "The service did not sign the newest events in time: try again.")


@contextmanager
def signing(connection: Connection, signers: Path, origin: str) -> Iterator[SigningProcess]:
    """The signer of this ledger, for as long as it is used. Raises Trouble where it is elsewhere.

    A key is made only for a ledger that was never signed, under any log: whoever can write to the
    database must not have another made by a row there.
    """
    try:
        there = (_folder(connection, signers) / "key").exists()
    except OSError as error:  # such as another user's folder
        raise Trouble("no-signer", f"Nothing is signed: the signer's folder: {error}.") from error
    if not there:
        check_known(last_signed(connection), _Nobody())
    with signing_anew(connection, signers, origin) as signer:
        yield signer


@contextmanager
def signing_anew(connection: Connection, signers: Path, origin: str) -> Iterator[SigningProcess]:
    """The same; a key is made where there is none. Raises Trouble."""
    folder = _folder(connection, signers)
    try:
        signer = SigningProcess(folder, f"{origin}/{folder.name}")
    except WillNotSign as refused:
        raise Trouble("no-signer", f"Nothing is signed: {refused}.") from refused
    try:
        yield signer
    finally:
        signer.close()


def _folder(connection: Connection, signers: Path) -> Path:
    return signers / str(ledger_id(connection))


class _Nobody:
    """The memory of a signer that is not here."""

    signed: Checkpoint | None = None


def take_turn(connection: Connection) -> bool:
    """Become the sequencer, unless there is one. It ends with the connection."""
    row = connection.execute("SELECT pg_try_advisory_lock(%s, %s)", TURN).fetchone()
    return bool(row and row[0])


def connect(url: str) -> Connection:
    """A connection in the sequencer's role. ``url`` must log in as a member of it."""
    connection = log_in(url, autocommit=True, application_name="outturn sequencer")
    try:
        connection.execute(f"SET ROLE {ROLE}; SET TIME ZONE 'UTC'")
    except BaseException:
        connection.close()
        raise
    return connection
