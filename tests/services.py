"""The real service for tests: the command line as people run it, a ledger served, its people."""

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from fcntl import LOCK_EX, flock
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

import httpx
import psycopg
import pytest
import servers
from described import described_at

from ledger.accounts import begin_session
from ledger.tokens import keep_token

OUTTURN = Path(sys.executable).with_name("outturn")
AGREEMENT_FILE = Path(__file__).parent / "journeys" / "agreement.toml"
HOME, DISTRICT = "E10000031", "E07000218"
ENTRY_OFFICER = "entry.homes"
PEOPLE = (
    ENTRY_OFFICER,
    "signer.homes",
    "entry.work",
    "performance",
    "auditor",
    "board",
    "administrator",
    "lead.homes",
    "group.homes",
    "group.work",
    "stranger",
)
READY_SECONDS = 60.0
TOLD_A_PERSON = "Outturn serves at "  # and where, for whoever started it
LOGGED_AT_LEAST = {"event", "level", "timestamp"}  # by every line
COMMAND_SECONDS = 180.0


@dataclass(frozen=True)
class Done:
    """A command that ended: its exit status, and what it wrote where."""

    status: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on standard output."""
        return json.loads(self.out)


def outturn(*arguments: str | Path, where: Mapping[str, str]) -> Done:
    """Run the command line as a person does; ``where`` says where the database is."""
    done = subprocess.run(
        [OUTTURN, *arguments],
        env=environment(where),
        capture_output=True,
        text=True,
        check=False,
        timeout=COMMAND_SECONDS,
        stdin=subprocess.DEVNULL,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def environment(where: Mapping[str, str]) -> dict[str, str]:
    """Our own environment without what it may say of Outturn, and ``where``."""
    ours = {name: text for name, text in os.environ.items() if not name.startswith("OUTTURN_")}
    # Walks over every address are refused more often than any person is.
    return {**ours, "OUTTURN_REFUSALS": "1000000", **where}


def at_database(url: str) -> dict[str, str]:
    """The environment that names a database, and a home of its own for its signer.

    Databases of tests are copies of one, so that they are the same ledger to a signer.
    """
    home = Path(os.environ["XDG_RUNTIME_DIR"]) / sha256(url.encode()).hexdigest()[:12]
    return {"OUTTURN_DATABASE_URL": url, "OUTTURN_HOME": str(home)}


def at_home(home: Path) -> dict[str, str]:
    """The environment that names the home of an embedded database."""
    return {"OUTTURN_HOME": str(home)}


def done_well(done: Done) -> Done:
    """The same, for a command that had to succeed."""
    assert 0 == done.status, done.err
    return done


@dataclass
class Served:
    """A service that runs. ``caller`` is one of its people, by token; "" is nobody.

    ``set_up`` is the last position of its set-up, for whoever needs a moment that stays the same.
    """

    url: str
    where: Mapping[str, str]
    process: subprocess.Popen[bytes]
    log: Path
    tokens: dict[str, str] = field(default_factory=dict)
    set_up: int = 0
    _callers: dict[str, httpx.Client] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def caller(self, person: str = "") -> httpx.Client:
        """A client that acts as this person: one for all threads of a test, that it be closed."""
        with self._lock:
            if person not in self._callers:
                token = self.tokens.get(person)
                headers = {"Authorization": f"Bearer {token}"} if token else {}
                client = httpx.Client(
                    base_url=self.url,
                    headers=headers,
                    timeout=30,
                    event_hooks={"response": [self._as_described]},
                )
                self._callers[person] = client
            return self._callers[person]

    def _as_described(self, answer: httpx.Response) -> None:
        """Every answer of the API is one that its description knows."""
        if answer.request.url.path.startswith("/api/"):
            described_at(self.url).check(answer)

    def browser(self, person: str) -> httpx.Client:
        """A browser in which a person has just signed in."""
        secret = secrets.token_urlsafe(32)
        with psycopg.connect(self.where["OUTTURN_DATABASE_URL"]) as connection:
            begin_session(connection, person, secret, datetime.now(UTC))
        return httpx.Client(base_url=self.url, cookies={"outturn": secret}, timeout=30)

    def close(self) -> None:
        """Let go of the connections."""
        for caller in self._callers.values():
            caller.close()

    @property
    def printed(self) -> Any:
        """The JSON document that the command printed as it began to serve."""
        return json.loads(self.log.with_name("out").read_text())

    @property
    def head(self) -> int:
        """The last position of the ledger."""
        ready = self.caller().get("/health/ready")
        assert 200 == ready.status_code, ready.text
        return int(ready.json()["position"])


@contextmanager
def serving(
    where: Mapping[str, str], *arguments: str, command: str = "serve", folder: Path | None = None
) -> Iterator[Served]:
    """``outturn serve`` (or another command that serves) on a free port, until it is left.

    It is started in ``folder``.

    What it logged must be free of errors: one that is answered with a problem is not one.
    """
    port = free_port()
    with tempfile.TemporaryDirectory() as kept:
        log = Path(kept) / "log"
        with log.open("wb") as output, (Path(kept) / "out").open("wb") as answers:
            process = subprocess.Popen(
                [OUTTURN, command, "--port", str(port), *arguments],
                env=environment(where),
                stdin=subprocess.DEVNULL,
                stdout=answers,
                stderr=output,
                start_new_session=True,
                cwd=folder,
            )
        served = Served(f"http://127.0.0.1:{port}", where, process, log)
        try:
            wait_until_ready(served)
            yield served
        finally:
            served.close()
            _stop(process)
        told = log.read_text()
        assert "Traceback" not in told, told
        assert '"level": "error"' not in told, told
        if command == "serve":  # whoever gathers logs reads them line by line
            for line in told.splitlines():
                if not line.startswith(TOLD_A_PERSON):
                    assert LOGGED_AT_LEAST <= set(json.loads(line)), told


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(served: Served) -> None:
    """Wait until the service says that it can work."""
    give_up = time.monotonic() + READY_SECONDS
    while time.monotonic() < give_up:
        if served.process.poll() is not None:
            break
        try:
            if served.caller().get("/health/ready").status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the service is not ready: {served.log.read_text()}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the service as its operator would; by force only if it does not follow."""
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise AssertionError("the service did not end when it was told to") from None


@contextmanager
def short_folder() -> Iterator[Path]:
    """A temporary folder with a short path: the name of a Unix socket has little room."""
    folder = servers.new_folder()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def set_up(where: Mapping[str, str], *people: str) -> dict[str, str]:
    """Set up the small agreement by the command line; answer the tokens of some of its people."""
    done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=where))
    stranger = ("--name", "Sam Stone", "--email", "sam@elsewhere.example")
    done_well(outturn("person", "add", "stranger", *stranger, where=where))
    tokens = {}
    for person in people:
        done = outturn("token", "create", person, "--label", "tests", "--json", where=where)
        tokens[person] = str(done_well(done).document["token"])
    return tokens


def more_tokens(url: str) -> dict[str, str]:
    """Tokens of all the people; put straight into the database, since a command takes its time."""
    tokens = {person: f"outturn_tests_{secrets.token_urlsafe(32)}" for person in PEOPLE}
    with psycopg.connect(url) as connection:
        for person, token in tokens.items():
            assert keep_token(connection, token, person, "tests", datetime.now(UTC))
    return tokens


@pytest.fixture(scope="session")
def service(embedded_server: servers.Server) -> Iterator[Served]:
    """The small agreement, served. Every journey acts on an indicator of its own."""
    with ExitStack() as stack:
        url = stack.enter_context(embedded_server.fresh_database())
        tokens = set_up(at_database(url), ENTRY_OFFICER)
        served = stack.enter_context(serving(at_database(url)))
        served.tokens.update(more_tokens(url) | tokens)
        served.set_up = served.head
        yield served


@pytest.fixture(scope="session")
def demo_service(made_demonstration: Path) -> Iterator[Served]:
    """The demonstration, as ``outturn demo`` makes and serves it. Nobody changes it."""
    with serving_demonstration(made_demonstration) as (served, _):
        yield served


@pytest.fixture(scope="session")
def made_demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``outturn demo`` makes, for all tests of a run: its home, and beside it what it said.

    That is what it printed, and what it told while it worked.
    """
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent  # which the workers share
    made = folder / "demonstration"
    with (folder / "demonstration.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (made / "printed.json").exists():
            # Where it is made its sockets have a short path; it lies still where it is kept.
            with short_folder() as home:
                done = done_well(outturn("demo", "--no-serve", "--json", where=at_home(home)))
                made.mkdir()
                copy_as_it_is(home, made / "home")
            (made / "told.txt").write_text(done.err)
            (made / "printed.json").write_text(done.out)
    return made


def copy_as_it_is(source: Path, target: Path) -> None:
    """Copy a folder with its owners, without which PostgreSQL would not start."""
    subprocess.run(["cp", "-a", source, target], check=True)


@contextmanager
def serving_demonstration(made: Path) -> Iterator[tuple[Served, str]]:
    """A demonstration of its own, with the tokens of its people; and their password."""
    printed = json.loads((made / "printed.json").read_text())
    with short_folder() as folder:
        copy_as_it_is(made / "home", folder / "home")
        with serving(at_home(folder / "home")) as served:
            served.tokens.update({each["person"]: each["token"] for each in printed["sign_ins"]})
            yield served, printed["password"]


@pytest.fixture(scope="module")
def ledger(embedded_server: servers.Server) -> Iterator[dict[str, str]]:
    """Where a ledger with the small agreement is; nobody serves it."""
    with embedded_server.fresh_database() as url:
        where = at_database(url)
        done_well(outturn("agreement", "apply", AGREEMENT_FILE, where=where))
        yield where
