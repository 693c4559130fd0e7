"""The command line used wrongly, or interrupted: the status and the one line say which it was."""

import os
import signal
import subprocess
from pathlib import Path

import pytest
from services import OUTTURN, environment, outturn

NOWHERE = {"OUTTURN_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (("status",), "Missing option '--agreement'. See outturn status --help."),
        (("history",), "Missing argument 'INDICATOR'. See outturn history --help."),
        (
            ("load", "nowhere.csv"),
            "Invalid value for 'FILE': File 'nowhere.csv' does not exist. See outturn load --help.",
        ),
        (("nothing",), "No such command 'nothing'. See outturn --help."),
        (("projections", "mend"), "No such command 'mend'. See outturn projections --help."),
        (("status", "--colour"), "No such option '--colour'. See outturn status --help."),
        (("help", "a\nb"), "There is no help on 'a\\nb'."),
    ],
)
def test_wrong_use_is_one_line_that_says_what_is_right(typed: tuple[str, ...], told: str) -> None:
    done = outturn(*typed, where=NOWHERE)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert line.startswith(f"Error: {told}")


def test_a_choice_that_is_none_is_one_line_too() -> None:
    done = outturn("role", "assign", "asha", "king", "homes", where=NOWHERE)

    assert (2, "") == (done.status, done.out)
    (line,) = done.err.splitlines()
    assert "'king' is not one of 'entry-officer'," in line
    assert line.endswith("See outturn role assign --help.")


@pytest.mark.parametrize("typed", [(), ("projections",), ("agreement",)])
def test_help_that_nobody_asked_for_is_a_message(typed: tuple[str, ...]) -> None:
    """Whoever pipes the answer into a program gets none, and the status says so."""
    done = outturn(*typed, where=NOWHERE)

    assert (2, "") == (done.status, done.out)
    assert f"Usage: {' '.join(('outturn', *typed))} [OPTIONS] COMMAND" in done.err
    asked = outturn(*typed, "--help", where=NOWHERE)
    assert (0, "") == (asked.status, asked.err)
    assert done.err == asked.out


def test_an_interrupt_is_not_the_answer_no(tmp_path: Path) -> None:
    """Stopped by hand while it reads a key that never comes, from a pipe."""
    key = tmp_path / "key"
    os.mkfifo(key)
    process = subprocess.Popen(
        [OUTTURN, "verify", "--key", key],
        env=environment(NOWHERE),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # whoever runs the tests in the background has them ignore it, and what they start as well
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    with key.open("w"):  # which waits until the command has begun to read
        process.send_signal(signal.SIGINT)
        out, told = process.communicate(timeout=60)

    assert (130, "", "Interrupted.") == (process.returncode, out, told.strip())
