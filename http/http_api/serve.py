"""Running the service: the web server's workers, and the processes beside them."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

import structlog
from granian import Granian
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from http_api.settings import (
    COUNTING_VARIABLE,
    ORIGIN_VARIABLE,
    SERVED_VARIABLE,
    SIGNER_VARIABLE,
    Settings,
)
from ledger import logs
from ledger.with_service import VARIABLE as PROCESS_VARIABLE

log = structlog.get_logger()

RESTART_SECONDS = 1.0
LOOK_SECONDS = 0.1  # between looks whether it answers yet
HEAD_SECONDS = 30  # for the head of a request, and for a connection that is kept and says nothing
HEAD_BYTES = 65_536  # about as large as a head may be
ENDING_SECONDS = 10  # that a process may take to end when it is told to, before it is made to


# What the web server logs goes where everything goes, and not to standard output.
LOGS = {
    "handlers": {},
    "loggers": {
        name: {"handlers": [], "propagate": True} for name in ("_granian", "granian.access")
    },
}


class PortTaken(Exception):
    """The address cannot be listened on. The message says which, and why."""


def check_free(host: str, port: int) -> None:
    """Raise PortTaken where another program listens.

    The web server itself would share the port, and requests would go now to one, now to the other.
    """
    try:
        (family, kind, protocol, _, address), *_ = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM
        )
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise PortTaken(f"{host}:{port} cannot be served ({error.strerror})") from error


class Beside:
    """A process beside the web server, started again when it ends.

    It is told of the database in its environment, which other users of the computer cannot read
    as they can a command line. It is told to end by us alone: an interrupt at a terminal goes to
    a whole group of processes, and this one is not in ours.
    """

    def __init__(self, name: str, told: Mapping[str, str], *module: str) -> None:
        self._name = name
        # -P: a file that happens to lie in the current folder is no module of ours.
        self._command = [sys.executable, "-P", "-m", *module]
        self._environment = {**os.environ, **told}
        self._stopping = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _start(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - our own module, no shell
            self._command, env=self._environment, process_group=0
        )

    def _watch(self) -> None:
        while not self._stopping.is_set():
            code = self._process.wait()
            if self._stopping.wait(RESTART_SECONDS):
                return
            log.warning(f"{self._name} ended, starting it again", code=code)
            self._process = self._start()

    def tell(self) -> None:
        """Tell the process to end."""
        self._stopping.set()
        self._process.terminate()

    def await_end(self) -> None:
        """Wait for a process that was told; by force only if it does not follow."""
        try:
            self._process.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def beside(url: str, settings: Settings) -> Iterator[None]:
    """The projection runner, the loader and the sequencer, for as long as the service runs."""
    database = {SERVED_VARIABLE: url}
    signer = {SIGNER_VARIABLE: str(settings.signers), ORIGIN_VARIABLE: settings.origin}
    started: list[Beside] = []
    try:
        started.append(Beside("projection runner", database, "projections", "run"))
        started.append(Beside("loader", database, "http_api.loader"))
        started.append(Beside("sequencer", database | signer, "ledger.proofs"))
        yield
    finally:
        for process in started:  # each takes a while to end: all of them at once
            process.tell()
        for process in started:
            process.await_end()


@contextmanager
def counting_together(workers: int) -> Iterator[None]:
    """A folder in which several workers count together; one counts for itself."""
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="outturn-metrics-") as folder:
        os.environ[COUNTING_VARIABLE] = folder
        yield


@contextmanager
def telling(host: str, port: int, answers: Callable[[], None]) -> Iterator[None]:
    """Call ``answers`` once the service answers: whoever reads an address goes there at once."""
    over = threading.Event()

    def wait() -> None:
        while not over.wait(LOOK_SECONDS):
            if _lives(host, port):
                answers()
                return

    threading.Thread(target=wait, daemon=True).start()
    try:
        yield
    finally:
        over.set()


def _lives(host: str, port: int) -> bool:
    connection = HTTPConnection(host, port, timeout=ENDING_SECONDS)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def serve(
    url: str,
    settings: Settings,
    *,
    host: str,
    port: int,
    workers: int,
    answers: Callable[[], None],
) -> None:
    """Serve until interrupted. ``answers`` is called once, when the first request can be sent."""
    logs.configure()
    os.environ[SERVED_VARIABLE] = url
    os.environ[PROCESS_VARIABLE] = str(os.getpid())
    with beside(url, settings), counting_together(workers), telling(host, port, answers):
        Granian(
            "http_api.app:create_worker",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            factory=True,
            http=HTTPModes.http1,  # without TLS no browser speaks another
            http1_settings=HTTP1Settings(
                header_read_timeout=HEAD_SECONDS * 1000, max_buffer_size=HEAD_BYTES
            ),
            log_level=LogLevels.warning,
            log_dictconfig=LOGS,
            respawn_failed_workers=True,
            workers_kill_timeout=ENDING_SECONDS,
        ).serve()
    # All has ended well: one that comes while Python takes itself down interrupts nothing.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
