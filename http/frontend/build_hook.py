"""Makes the pages' style sheet and scripts when the package is built.

hatchling calls it; `.venv/bin/python http/frontend/build_hook.py` runs it alone. It does nothing
when what it would write is already there for exactly these inputs.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FRONTEND = Path(__file__).resolve().parent
VENDOR = FRONTEND.parent / "http_api" / "static" / "vendor"
PACKAGES = FRONTEND / "node_modules"
GOVUK = PACKAGES / "govuk-frontend" / "dist" / "govuk"
HTMX = PACKAGES / "htmx.org" / "dist" / "htmx.min.js"
# What has been done is known by a file that holds the digest of what it was done from.
PACKAGES_STAMP = PACKAGES / "inputs.sha256"
VENDOR_STAMP = VENDOR / "inputs.sha256"
OUTPUTS = ("outturn.css", "outturn.js", "govuk-frontend.min.js", "htmx.min.js")
TAIL_LINES = 15


class FrontendError(RuntimeError):
    """A step that failed: one sentence, then the last lines its tool wrote."""


class FrontendHook(BuildHookInterface[Any]):
    """The hook hatchling finds in this file."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Bring the vendor folder up to date before it is packed."""
        # The checks read the accessibility rules from the fetched packages; a wheel needs none.
        build(with_packages=version == "editable")


def build(*, with_packages: bool) -> None:
    """Write the vendor folder, fetching packages if needed.

    `with_packages` asks for the fetched packages too, even when the vendor folder is complete.
    Raises FrontendError.
    """
    locked = digest(FRONTEND / name for name in (".npmrc", "package.json", "package-lock.json"))
    inputs = digest(sorted(FRONTEND.glob("*.*")))
    made = is_stamped(VENDOR_STAMP, inputs) and all((VENDOR / name).exists() for name in OUTPUTS)
    if made and not with_packages:
        return
    if not is_stamped(PACKAGES_STAMP, locked):
        fetch_packages()
        PACKAGES_STAMP.write_text(locked)
    if not made:
        write_vendor()
        VENDOR_STAMP.write_text(inputs)


def fetch_packages() -> None:
    """Fetch the locked packages; none of them may run code of its own."""
    npm = find("npm")
    run([npm, "ci", "--ignore-scripts", "--omit=optional"], "The front-end packages did not arrive")


def write_vendor() -> None:
    """Compile the style sheet and put the scripts beside it."""
    VENDOR.mkdir(parents=True, exist_ok=True)
    # Written apart and moved, so that a service that is running never reads half a file.
    with tempfile.TemporaryDirectory(dir=VENDOR.parent) as apart:
        sass = ["--no-source-map", "--style=compressed", "--load-path=node_modules"]
        source, target = str(FRONTEND / "outturn.scss"), str(Path(apart) / "outturn.css")
        script = str(PACKAGES / "sass" / "sass.js")
        run([find("node"), script, *sass, source, target], "The style sheet did not compile")
        shutil.copyfile(FRONTEND / "outturn.js", Path(apart) / "outturn.js")
        shutil.copyfile(HTMX, Path(apart) / "htmx.min.js")
        # GOV.UK's names a source map that is not shipped: a browser's tools would ask for it.
        govuk = (GOVUK / "govuk-frontend.min.js").read_text(encoding="utf-8")
        code, _, _ = govuk.rpartition("//# sourceMappingURL=")
        (Path(apart) / "govuk-frontend.min.js").write_text(code, encoding="utf-8")
        for name in OUTPUTS:
            (Path(apart) / name).replace(VENDOR / name)


def find(tool: str) -> str:
    """The path of node or npm: the system's, else the one installed beside this Python."""
    beside = Path(sys.executable).parent
    found = shutil.which(tool) or shutil.which(tool, path=str(beside))
    if found is None:
        raise FrontendError(
            f"There is no {tool}: install Node.js 18 or later, or, into this environment, "
            "http/frontend/node.lock."
        )
    return found


def run(command: list[str], failure: str) -> None:
    """Run a tool in this folder; when it fails, say so with the last lines it wrote."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), str(Path(sys.executable).parent)])
    done = subprocess.run(  # noqa: S603 - the commands are the ones above
        command,
        cwd=FRONTEND,
        # Trust what the machine trusts: offices often read traffic under a certificate of theirs.
        env={"NODE_USE_SYSTEM_CA": "1", **os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        last = "\n".join(done.stdout.splitlines()[-TAIL_LINES:])
        raise FrontendError(f"{failure} ({Path(command[0]).name} ended with an error).\n{last}")


def digest(files: Iterable[Path]) -> str:
    """One digest over the names and contents of files."""
    whole = hashlib.sha256()
    for file in files:
        whole.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    return whole.hexdigest()


def is_stamped(stamp: Path, inputs: str) -> bool:
    """Whether a stamp says that its folder was made from exactly these inputs."""
    return stamp.exists() and stamp.read_text() == inputs


if __name__ == "__main__":
    try:
        build(with_packages=True)
    except FrontendError as error:
        sys.exit(str(error))
