"""The tutorial happens as it is told: every command of it is run on a fresh demonstration."""

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec
import pytest
from documents import blocks, text_of


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The demonstration, prepared and served as the tutorial says; its environment for a shell."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    program = str(Path(sys.executable).parent / "outturn")
    home = {
        "OUTTURN_HOME": str(tmp_path_factory.mktemp("home")),
        "COLUMNS": "80",
        "LC_ALL": "C.UTF-8",
    }
    environment = {k: v for k, v in os.environ.items() if k != "OUTTURN_DATABASE_URL"} | home
    made = subprocess.run(
        [program, "demo", "--no-serve", "--json"], env=environment, capture_output=True, check=True
    )
    tokens = {one["person"]: one["token"] for one in msgspec.json.decode(made.stdout)["sign_ins"]}
    with subprocess.Popen([program, "serve", "--port", port], env=environment) as serving:
        try:
            wait_for(f"http://127.0.0.1:{port}/health/ready")
            yield environment | {
                "PROGRAM": program,
                "PORT": port,
                "ENTRY": tokens["entry.health"],
                "SIGNER": tokens["signoff.health"],
            }
        finally:
            serving.send_signal(signal.SIGINT)


def wait_for(address: str, seconds: float = 60) -> None:
    give_up = time.monotonic() + seconds
    while True:
        try:
            if httpx.get(address).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < give_up, f"nothing answers at {address}"
        time.sleep(0.1)


def steps(text: str) -> Iterator[tuple[str, str]]:
    """Each command typed in a block, and what the document says it prints."""
    for block in blocks(text, "console"):
        for step in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, printed = step.partition("\n")
            yield command, printed


def same_moment(text: str) -> str:
    """Without the seconds of the demonstration's last day, which go on as the test runs."""
    text = re.sub(r"2026-04-28T[0-9:.]+Z", "2026-04-28T08:00:00Z", text)
    return re.sub(r"2026-04-28 09:\d\d", "2026-04-28 09:00", text)


def test_the_tutorial_happens_as_it_is_told(demonstration: dict[str, str]) -> None:
    """Every command is run, in order; an ellipsis stands for anything."""
    if shutil.which("curl") is None:
        pytest.skip("the tutorial uses curl")
    text = text_of("tutorial.md").replace("127.0.0.1:8000", f"127.0.0.1:{demonstration['PORT']}")
    (assigned,) = [one for one in blocks(text, "sh") if "INDICATOR=" in one]
    environment = demonstration | {"INDICATOR": assigned.splitlines()[0].partition("=")[2]}
    done = [
        check_step(command, printed, environment)
        for command, printed in steps(text)
        if command != "python3 http demo"
    ]
    assert len(done) > 8


def check_step(command: str, printed: str, environment: dict[str, str]) -> str:
    typed = command.replace("python3 http", shlex.quote(environment["PROGRAM"]))
    typed = typed.replace("python3 -m", f"{shlex.quote(sys.executable)} -m")
    ran = subprocess.run(
        ["bash", "-c", typed], env=environment, capture_output=True, text=True, check=True
    )
    pieces = map(re.escape, same_moment(printed).strip().split("…"))
    actual = same_moment(ran.stdout).strip()
    assert re.fullmatch(".*".join(pieces), actual, re.DOTALL), f"{command}\n{actual}"
    return actual
