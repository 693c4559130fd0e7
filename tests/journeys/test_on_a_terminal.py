"""The commands that take long, as somebody sees them who sits at a terminal: with their bars."""

import fcntl
import os
import pty
import struct
import subprocess
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from services import COMMAND_SECONDS, HOME, OUTTURN, environment, ledger

__all__ = ["ledger"]
Where = Mapping[str, str]
LINES, COLUMNS = 40, 100


def on_a_terminal(*arguments: str | Path, where: Where) -> tuple[int, str]:
    """The status of a command, and all that it wrote on its terminal."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    command = subprocess.Popen(
        [OUTTURN, *arguments],
        env=environment(where) | {"TERM": "xterm"},
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    written = b""
    try:
        while piece := os.read(ours, 1 << 16):
            written += piece
    except OSError:  # how Linux says that the other side is gone
        pass
    finally:
        os.close(ours)
    return command.wait(COMMAND_SECONDS), written.decode()


@pytest.mark.parametrize(
    ("command", "bars"),
    [
        (("load", "figures.csv", "--agreement", "county"), ["Loading figures.csv"]),
        (("load", "figures.csv", "--agreement", "county", "--dry-run"), ["Checking figures.csv"]),
        (("checkpoint",), ["Signing"]),
        (("bundle", "bundle.zip"), ["Signing", "Exporting"]),
        (("verify",), ["Signing", "Verifying"]),
        (("verify", "bundle.zip"), ["Verifying"]),
        (("projections", "check"), ["Checking"]),
        (("projections", "rebuild"), ["Rebuilding"]),
    ],
    ids=" ".join,
)
def test_a_long_command_shows_how_far_it_is_and_ends_well(
    ledger: Where,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: tuple[str, ...],
    bars: list[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("figures.csv").write_text(f"indicator,area,period,value\npermits,{HOME},FY2021,3\n")
    if command[-1] == "bundle.zip" and command[0] != "bundle":
        assert 0 == on_a_terminal("bundle", "bundle.zip", where=ledger)[0]
    status, written = on_a_terminal(*command, where=ledger)

    assert 0 == status, written
    assert "Traceback" not in written
    for bar in bars:
        assert bar in written
