"""Running the service: the web server's workers, and the projection runner beside them."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from http_api.settings import SERVED_VARIABLE

log = structlog.get_logger()

RESTART_SECONDS = 1.0


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


class Runner:
    """The projection runner as a process of its own, started again when it ends."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._stopping = threading.Event()
        self._process = self._start()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "projections", "run", "--url", self._url]
        return subprocess.Popen(command)  # noqa: S603 - our own module, no shell

    def _watch(self) -> None:
        while not self._stopping.is_set():
            code = self._process.wait()
            if self._stopping.wait(RESTART_SECONDS):
                return
            log.warning("projection runner ended, starting it again", code=code)
            self._process = self._start()

    def stop(self) -> None:
        """End the process and wait for it."""
        self._stopping.set()
        self._process.terminate()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()


@contextmanager
def runner(url: str) -> Iterator[None]:
    """A projection runner for as long as the service runs."""
    process = Runner(url)
    try:
        yield
    finally:
        process.stop()


def serve(url: str, *, host: str, port: int, workers: int) -> None:
    """Serve until interrupted."""
    os.environ[SERVED_VARIABLE] = url
    with runner(url):
        Granian(
            "http_api.app:create_worker",
            address=host,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            factory=True,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
        ).serve()
