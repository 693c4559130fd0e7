"""Makes a clone ready to run: its own environment, its packages, the pages' style sheet.

Standard library only, since it runs before anything is installed. Each step is done again only
when one of its inputs has changed, so a second run costs next to nothing.
"""

import fcntl
import hashlib
import importlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMPS = VENV / "prepared"  # one file per step: the digest of what the step was done with
FRONTEND = ROOT / "http" / "frontend"
LOCK = ROOT / "requirements.lock"
NODE_LOCK = FRONTEND / "node.lock"
STYLE_SHEET = ROOT / "http" / "http_api" / "static" / "vendor" / "outturn.css"
AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"  # the tests' rules of accessibility
CHROMIUM = Path("/usr/bin/chromium")
TAIL_LINES = 15
PIP = ("-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet")


class CannotPrepare(Exception):
    """A step failed: one sentence of what failed and what to do, then its tool's last lines."""


def or_exit(*, for_tests: bool) -> Path:
    """As `prepare`; a step that fails ends the program with status 2 and its message."""
    try:
        return prepare(for_tests=for_tests)
    except CannotPrepare as failure:
        sys.stderr.write(f"{failure}\n")
    except OSError as failure:
        sys.stderr.write(f"{ROOT} was not made ready: {failure}. Put that right and run again.\n")
    except KeyboardInterrupt:
        sys.stderr.write("Stopped. The next run goes on from here.\n")
    sys.exit(2)


def prepare(*, for_tests: bool) -> Path:
    """Make this clone ready and answer the path of its Python.

    With `for_tests`, the browser the tests drive as well. Raises CannotPrepare.
    """
    with one_at_a_time():
        # pip is the last thing a new environment gets: without it, the making was cut short.
        if not (PYTHON.exists() and (VENV / "bin" / "pip").exists()):
            make_environment()
        step("packages", [LOCK], install_packages)
        step(
            "style-sheet",
            sorted(FRONTEND.glob("*.*")),
            make_style_sheet,
            results=[STYLE_SHEET, AXE],
        )
        step("outturn", [ROOT / "pyproject.toml"], install_outturn)
        if for_tests and not CHROMIUM.exists():
            install_chromium()
    return PYTHON


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold the clone, so that two runs started together do not write over each other."""
    held = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def step(
    name: str, inputs: Iterable[Path], action: Callable[[], None], results: Iterable[Path] = ()
) -> None:
    """Do a step unless it was done with exactly these inputs, in this folder."""
    whole = hashlib.sha256(str(ROOT).encode())
    for file in inputs:
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    stamp = STAMPS / name
    done = stamp.exists() and stamp.read_text() == whole.hexdigest()
    if done and all(result.exists() for result in results):
        return
    action()
    STAMPS.mkdir(exist_ok=True)
    stamp.write_text(whole.hexdigest())


def make_environment() -> None:
    """Create the environment, with the parts of Python that Debian keeps in a package apart."""
    if importlib.util.find_spec("ensurepip") is None:
        advice = "Python cannot make environments here: install the package python3-venv"
        apt_install("python3-venv", advice)
        importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is None:
            raise CannotPrepare(f"{advice} for {sys.executable}.")
    say("Making the environment .venv")
    run([sys.executable, "-m", "venv", "--clear", str(VENV)], "The environment was not made")


def install_packages() -> None:
    """Install what requirements.lock names, and only with the digests it names."""
    say("Installing the packages of requirements.lock (a few minutes the first time)")
    run(
        [str(PYTHON), *PIP, "--require-hashes", "-r", str(LOCK)],
        "The packages were not installed; check the connection to the package registry",
    )


def make_style_sheet() -> None:
    """Fetch the front-end packages and compile; with a Node.js of our own when there is none."""
    if not (shutil.which("node") and shutil.which("npm")):
        say("Installing Node.js into .venv, since this machine has none")
        run(
            [str(PYTHON), *PIP, "--require-hashes", "-r", str(NODE_LOCK)],
            "Node.js was not installed; check the connection to the package registry",
        )
    say("Making the style sheet and scripts of the pages")
    run(
        [str(PYTHON), str(FRONTEND / "build_hook.py")],
        "The pages' style sheet was not made; check the connection to the npm registry",
    )


def install_outturn() -> None:
    """Install this clone itself, so that a change to a file is seen at once."""
    say("Installing outturn")
    run(
        [str(PYTHON), *PIP, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)],
        "Outturn itself was not installed",
    )


def install_chromium() -> None:
    """Install the browser the tests drive."""
    apt_install("chromium", f"The tests drive Chromium and {CHROMIUM} is not there: install it")


def apt_install(package: str, advice: str) -> None:
    """Install a Debian package when we may; otherwise, or when that fails, give the advice."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        raise CannotPrepare(f"{advice} (apt-get install {package}, as root), then run this again.")
    say(f"Installing the Debian package {package}")
    run([apt, "update"], f"{advice}. The list of Debian packages did not arrive")
    run([apt, "install", "-y", package], f"{advice}. The Debian package was not installed")


def run(command: list[str], failure: str) -> None:
    """Run a tool quietly; when it fails, say so with the last lines it wrote."""
    done = subprocess.run(  # noqa: S603 - the commands are the ones above
        command,
        cwd=ROOT,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(f"  {line}" for line in done.stdout.splitlines()[-TAIL_LINES:])
        raise CannotPrepare(f"{failure}. The last lines of {Path(command[0]).name}:\n{last}")


def say(what: str) -> None:
    """One line on standard error, which never mixes with a command's answer."""
    sys.stderr.write(f"{what} …\n")
    sys.stderr.flush()
