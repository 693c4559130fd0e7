"""`python3 tests`: every check, then every test. `python3 tests --help` lists the rest."""

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
USAGE = "python3 tests [--long | --bench] [PATH or pytest option …]"
# Cheapest first: a slip is told before anything slow begins. The last line is for this file: it
# shares its module name with http/__main__.py, and mypy reads one module of a name at a time.
CHECKS = (
    ("ruff", "check"),
    ("ruff", "format", "--check"),
    ("mypy",),
    ("mypy", "tests/__main__.py"),
    ("lint-imports",),
)
WORKERS = "2"
LONGEST_SECONDS = 3600  # for one test of the longer runs


def main() -> None:
    """Prepare, check and test; the exit status is that of the first that fails."""
    asked, given = read_arguments()
    python = prepare()
    os.chdir(ROOT)
    # Tests start our programs many hundreds of times: each would read all of our text anew.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    # Given paths are somebody at work on one thing, and benchmarks are not about style.
    if not (given or asked.bench):
        for check in CHECKS:
            run_check(python.parent, check)
    # Without a path all benchmarks run; beside one they would run too.
    everything = ["tests/benchmarks"] if asked.bench and not any(map(is_path, given)) else []
    command = [str(python), "-m", "pytest", *pytest_options(asked), *everything, *given]
    os.execv(python, command)  # noqa: S606 - pytest's summary is the last thing printed


def read_arguments() -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and what goes to pytest as it is; paths are taken from where we stand."""
    parser = argparse.ArgumentParser(prog="python3 tests", usage=USAGE, description=__doc__)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--long", action="store_true", help="add the longer runs")
    kind.add_argument("--bench", action="store_true", help="run tests/benchmarks instead")
    parser.epilog = "With a PATH only the tests in it run, without the checks of style and types."
    asked, given = parser.parse_known_args()
    exists = [is_path(each) for each in given]
    return asked, [
        os.path.abspath(each) if there else each for each, there in zip(given, exists, strict=True)
    ]


def is_path(given: str) -> bool:
    """Whether it is a file or a folder, or a test in one, and no option of pytest."""
    return os.path.exists(given.partition("::")[0])


def prepare() -> Path:
    """Make the clone ready. http/ is a plain folder, so its file is loaded by path."""
    spec = importlib.util.spec_from_file_location("prepare", ROOT / "http" / "prepare.py")
    if spec is None or spec.loader is None:
        sys.exit("http/prepare.py is missing: this clone is not whole.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    python: Path = module.or_exit(for_tests=True)
    return python


def run_check(tools: Path, check: tuple[str, ...]) -> None:
    """Run one static check; a failure ends the run here."""
    sys.stderr.write(f"{' '.join(check)} …\n")
    sys.stderr.flush()
    done = subprocess.run([tools / check[0], *check[1:]], check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(check)} found something: put it right, then run this again.")


def pytest_options(asked: argparse.Namespace) -> list[str]:
    """How pytest runs: side by side, except for benchmarks, which measure."""
    patient = [f"--timeout={LONGEST_SECONDS}"]
    if asked.bench:
        return ["--bench", "--capture=no", *patient]
    side_by_side = ["--numprocesses", WORKERS, "--dist", "worksteal"]
    return [*side_by_side, "--long", *patient] if asked.long else side_by_side


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036 - the reader's own python3 may be older
        sys.exit("Outturn needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")
    main()
