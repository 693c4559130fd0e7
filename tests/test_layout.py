"""The clone as a whole: its layout, its locks, what is built from it, who imports whom."""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import psycopg
import pytest
import servers
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "http" / "frontend"
VENDOR = ROOT / "http" / "http_api" / "static" / "vendor"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = ("policies", "ledger", "projections", "http/http_api")
LOCKS = (ROOT / "requirements.lock", FRONTEND / "node.lock")


def run(*command: str | Path, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    full = {**os.environ, **environment}
    return subprocess.run(command, cwd=cwd, env=full, capture_output=True, text=True, check=False)


def tool(name: str) -> Path:
    return Path(sys.executable).parent / name


def copy_of_packages(target: Path) -> Path:
    """The four packages and the settings of the tools, to be broken on purpose."""
    for package in PACKAGES:
        ignored = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(ROOT / package, target / package, ignore=ignored)
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


# The layout


def test_pythons_own_http_is_found_from_the_root() -> None:
    """`http/` is a folder without __init__.py: the standard library's package wins over it."""
    done = run(sys.executable, "-c", "import http.client as c; print(c.__file__)", cwd=ROOT)
    assert done.stderr == ""
    assert not Path(done.stdout.strip()).is_relative_to(ROOT)


@pytest.mark.parametrize("stray", ["http/__init__.py", "tests/http/__init__.py"])
def test_what_hides_pythons_own_http_stops_the_tests_with_one_sentence(
    tmp_path: Path, stray: str
) -> None:
    """Seen in a copy: the tests refuse to start before anything fails obscurely."""
    (tmp_path / "tests").mkdir()
    for file in ("pyproject.toml", "tests/layout_guard.py"):
        shutil.copy(ROOT / file, tmp_path / file)
    (tmp_path / stray).parent.mkdir()
    (tmp_path / stray).touch()
    done = run(sys.executable, "-m", "pytest", cwd=tmp_path)
    named = stray.removesuffix("/__init__.py") if stray.startswith("tests") else stray
    assert f"ERROR: {named} hides Python's own http: remove it." == done.stderr.strip()
    assert pytest.ExitCode.USAGE_ERROR == done.returncode


def test_the_contract_of_the_verifier_names_every_part_of_the_ledger() -> None:
    """A part that is new must not be one that the verifier could share with the writer."""
    contracts = PROJECT["tool"]["importlinter"]["contracts"]
    (alone,) = (one for one in contracts if one["id"] == "verifier-stands-alone")
    parts = {
        f"ledger.{path.stem}"
        for path in (ROOT / "ledger").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").exists()
    }
    assert parts - {"ledger.__init__", "ledger.verifier"} <= set(alone["forbidden_modules"])


def test_the_verifier_needs_nothing_but_python_3_9() -> None:
    """An auditor copies one file and runs it."""
    source = (ROOT / "ledger" / "verifier.py").read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 9))
    imported = {
        alias.name if isinstance(node, ast.Import) else str(node.module).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= sys.stdlib_module_names


# The locks


def pinned(lock: Path) -> dict[str, str]:
    """The version of each package a lock file names."""
    lines = re.findall(r"^([\w.-]+)==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in lines}


def test_the_lock_pins_everything_asked_for() -> None:
    """A range in pyproject.toml that the lock does not meet is a lock that was not renewed."""
    extra = PROJECT["project"]["optional-dependencies"]["test"]
    wanted = [*PROJECT["project"]["dependencies"], *extra, *PROJECT["build-system"]["requires"]]
    lock = pinned(LOCKS[0])
    unmet = [
        text
        for text in wanted
        if not (asked := Requirement(text)).specifier.contains(
            lock.get(canonicalize_name(asked.name), "0"), prereleases=True
        )
    ]
    assert [] == unmet


def test_the_lock_holds_what_builds_the_package() -> None:
    """The build runs without a second environment, so both places must name one version."""
    assert PROJECT["build-system"]["requires"] == PROJECT["dependency-groups"]["build"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_pinned_package_has_its_digest(lock: Path) -> None:
    """pip refuses a package whose bytes are not those that were locked."""
    entries = re.split(r"^(?=\w)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert len(pinned(lock)) == len(entries) > 0
    assert [] == [entry for entry in entries if "--hash=sha256:" not in entry]


def test_the_locks_name_no_registry() -> None:
    """Any mirror can serve what the locks name."""
    files = (*LOCKS, FRONTEND / "package.json", FRONTEND / ".npmrc")
    assert [] == [file.name for file in files if "://" in file.read_text(encoding="utf-8")]
    packages = json.loads((FRONTEND / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    assert [] == [name for name, package in packages.items() if "resolved" in package]
    assert [] == [name for name, package in packages.items() if name and "integrity" not in package]


def test_the_front_end_names_exact_versions() -> None:
    """A style sheet is the same wherever it is made."""
    package = json.loads((FRONTEND / "package.json").read_text(encoding="utf-8"))
    versions = [*package["dependencies"].values(), *package["devDependencies"].values()]
    assert versions == [version for version in versions if re.fullmatch(r"\d+\.\d+\.\d+", version)]


# What is built


def test_the_style_sheet_has_nothing_that_only_central_government_may_use() -> None:
    """No GDS Transport, no crown and no crest, and nothing fetched from anywhere."""
    css = (VENDOR / "outturn.css").read_text(encoding="utf-8")
    assert ".govuk-button" in css
    assert [] == re.findall(r"GDS Transport|@font-face|crest|crown-|url\((?!.?data:)", css)


def test_the_wheel_holds_the_packages_and_what_the_pages_need(tmp_path: Path) -> None:
    """Built as `pip` would build it, from this clone."""
    options = ["--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(tmp_path)]
    done = run(sys.executable, "-m", "pip", "wheel", "-q", *options, ROOT, cwd=tmp_path)
    assert 0 == done.returncode, done.stdout + done.stderr
    (wheel,) = tmp_path.glob("outturn-*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    needed = {"outturn.css", "outturn.js", "govuk-frontend.min.js"}
    assert {f"http_api/static/vendor/{name}" for name in needed} <= names
    assert {"policies", "ledger", "projections", "http_api"} == {
        name.partition("/")[0] for name in names if ".dist-info/" not in name
    }
    ours = {
        file.relative_to(ROOT).as_posix().removeprefix("http/")
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert ours == ours & names
    texts = {file.name for file in (ROOT / "docs" / "help").glob("*.md")}
    assert {f"http_api/help_texts/{name}" for name in texts} <= names


# A step that fails


@pytest.fixture(scope="module")
def bare_clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `python3 http` needs to begin, in a folder of its own."""
    root = tmp_path_factory.mktemp("clone")
    (root / "http" / "frontend").mkdir(parents=True)
    for name in ("http/__main__.py", "http/prepare.py"):
        shutil.copy(ROOT / name, root / name)
    return root


@pytest.mark.parametrize(
    ("lock", "told"),
    [
        (None, "No such file or directory"),
        ("./absent-1.0-py3-none-any.whl --hash=sha256:00\n", "were not installed"),
    ],
    ids=["no lock", "a lock that cannot be met"],
)
def test_a_step_that_fails_says_so_in_a_sentence(
    bare_clone: Path, lock: str | None, told: str
) -> None:
    """Exit status 2 and what to do, without a traceback."""
    if lock is not None:
        (bare_clone / "requirements.lock").write_text(lock, encoding="utf-8")
    done = run(sys.executable, "http", "--version", cwd=bare_clone)
    assert 2 == done.returncode
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "" == done.stdout


# Who imports whom


@pytest.mark.parametrize(
    ("file", "line", "contract"),
    [
        ("policies/rag.py", "import time", "Policies do no I/O"),
        ("policies/rag.py", "import ledger.event", "over projections over ledger over"),
        ("ledger/record.py", "import projections.answers", "over projections over ledger over"),
        ("ledger/record.py", "import litestar", "Only http_api speaks HTTP"),
        ("ledger/indicator/decisions.py", "import ledger.engine", "The streams"),
        ("ledger/agreement/events.py", "import logging", "The streams"),
        ("ledger/people.py", "import eventsourcing", "Only ledger.engine knows"),
        ("policies/numbers.py", "import policies.rag", "No cycles between siblings"),
    ],
)
def test_an_import_against_the_rule_is_found(
    tmp_path: Path, file: str, line: str, contract: str
) -> None:
    """Each contract is broken on purpose in a copy."""
    root = copy_of_packages(tmp_path)
    with (root / file).open("a", encoding="utf-8") as source:
        source.write(f"\n{line}\n")
    paths = os.pathsep.join([str(root), str(root / "http")])
    done = run(tool("lint-imports"), "--no-cache", cwd=root, PYTHONPATH=paths)
    broken = [each for each in done.stdout.splitlines() if " BROKEN" in each]
    assert 1 == done.returncode
    assert any(contract in each for each in broken), broken


# The databases the tests get


def test_a_fresh_database_is_nobody_elses(embedded_server: servers.Server) -> None:
    """What one test writes, another never sees."""
    count = "SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'"
    with embedded_server.fresh_database() as first, embedded_server.fresh_database() as second:
        with psycopg.connect(first) as connection:
            connection.execute("CREATE TABLE left_behind ()")
        with psycopg.connect(second) as connection:
            assert (0,) == connection.execute(count).fetchone()


def test_a_database_of_the_tests_keeps_what_it_commits(database: str) -> None:
    """Safe settings and no network port: crash tests would mean nothing without the first."""
    asked = "SELECT current_setting('fsync'), current_setting('listen_addresses')"
    with psycopg.connect(database) as connection:
        assert ("on", "") == connection.execute(asked).fetchone()


def test_servers_lie_in_memory_where_there_is_room(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """In /dev/shm, say; with little of it, or none, they lie on the disk as all else does."""
    monkeypatch.setenv(servers.PLACE_VARIABLE, "")  # so that what is there now comes back
    for place, room in [(tmp_path, 0), (tmp_path, 2**80), (tmp_path / "nowhere", 0)]:
        monkeypatch.delenv(servers.PLACE_VARIABLE, raising=False)
        monkeypatch.setattr(servers, "MEMORY", place)
        monkeypatch.setattr(servers, "ROOM", room)
        servers.lie_in_memory()
        folder = servers.new_folder()
        folder.rmdir()
        assert (folder.parent == tmp_path) == (place == tmp_path and room == 0)
