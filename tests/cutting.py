"""A wire to PostgreSQL that can be cut after COMMIT and before its answer arrives."""

import contextlib
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit


class Wire:
    """Passes bytes both ways. Once armed, the next answer after ``landed()`` is swallowed."""

    def __init__(self, real: str) -> None:
        self._real = real
        self._landed: Callable[[], bool] | None = None  # set by arm, cleared by the cut
        self.cuts = 0

    def arm(self, landed: Callable[[], bool]) -> None:
        """Cut when the server has done what ``landed`` sees, before its answer is passed on."""
        self._landed = landed

    def accept(self, listener: socket.socket) -> None:
        """Serve connections until the listener closes."""
        with contextlib.suppress(OSError):
            while True:
                client, _ = listener.accept()
                server = socket.socket(socket.AF_UNIX)
                server.connect(self._real)
                for source, target, answers in ((client, server, False), (server, client, True)):
                    threading.Thread(
                        target=self._pass, args=(source, target, answers), daemon=True
                    ).start()

    def _pass(self, source: socket.socket, target: socket.socket, answers: bool) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if answers and self._landed is not None and self._landed():
                    self._landed = None
                    self.cuts += 1
                    break
                target.sendall(data)
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def wire(url: str) -> Iterator[tuple[str, Wire]]:
    """A URL that goes over the wire, and the wire."""
    host = parse_qs(urlsplit(url).query)["host"][0]
    with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(Path(folder) / ".s.PGSQL.5432"))
        listener.listen()
        cut = Wire(str(Path(host) / ".s.PGSQL.5432"))
        accepting = threading.Thread(target=cut.accept, args=(listener,), daemon=True)
        accepting.start()
        yield url.replace(host, folder), cut
        listener.shutdown(socket.SHUT_RDWR)
