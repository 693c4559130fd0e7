"""What every test can ask for: databases, longer runs, a run-time folder."""

import atexit
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest
import servers

ROOT = Path(__file__).resolve().parent.parent
BENCHMARKS = ROOT / "tests" / "benchmarks"

hypothesis.settings.register_profile("default", deadline=None, max_examples=20)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1000)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("outturn")
    group.addoption("--long", action="store_true", help="add the longer runs")
    group.addoption("--bench", action="store_true", help="collect tests/benchmarks")


def pytest_configure(config: pytest.Config) -> None:
    hypothesis.settings.load_profile("long" if config.getoption("long") else "default")
    if not config.getoption("bench"):  # benchmarks measure what is written through to a disk
        servers.lie_in_memory()
    give_runtime_folder()


def give_runtime_folder() -> None:
    """A private folder for sockets and locks; the embedded PostgreSQL warns without one.

    Without the folder of its own name in it, it would use a lock that all users of the machine
    share. It takes the lock once more when the process ends, so ours must be the later clean-up:
    the first registered runs last.
    """
    folder = servers.new_folder("outturn-run-")
    atexit.register(shutil.rmtree, folder)
    (folder / "python_PostgresServer").mkdir()
    os.environ["XDG_RUNTIME_DIR"] = str(folder)


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Benchmarks are slow and measure: they run only when asked for."""
    if collection_path == BENCHMARKS and not config.getoption("bench"):
        return True
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("long"):
        later = [item for item in items if item.get_closest_marker("long")]
        config.hook.pytest_deselected(items=later)
        items[:] = [item for item in items if not item.get_closest_marker("long")]


@pytest.fixture(scope="session")
def embedded_server() -> Iterator[servers.Server]:
    """The PostgreSQL that comes with Outturn, started when a test first asks."""
    with servers.embedded() as server:
        yield server


@pytest.fixture(scope="session")
def system_server() -> Iterator[servers.Server]:
    """The machine's own PostgreSQL program, started when a test first asks."""
    try:
        with servers.system() as server:
            yield server
    except servers.NoServer as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session", params=["embedded", "system"])
def server(request: pytest.FixtureRequest) -> servers.Server:
    """Each kind of PostgreSQL in turn."""
    found: servers.Server = request.getfixturevalue(f"{request.param}_server")
    return found


@pytest.fixture
def database(server: servers.Server) -> Iterator[str]:
    """The superuser's URL of a fresh, migrated database, on each kind of PostgreSQL."""
    with server.fresh_database() as url:
        yield url


@pytest.fixture
def embedded_database(embedded_server: servers.Server) -> Iterator[str]:
    """The same on one PostgreSQL, for what does not depend on which it is."""
    with embedded_server.fresh_database() as url:
        yield url
