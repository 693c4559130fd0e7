"""Sequencer and signer killed at random moments while events come in: nothing is contradicted."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from doors import application, commit, recorded
from proofs_truth import is_what_the_events_say, kept_checkpoints

from ledger.agreement.events import BlockSet
from ledger.engine import LedgerApplication
from ledger.proofs.following import connect, seal_now
from ledger.proofs.note import Checkpoint
from ledger.proofs.tiles import reading
from ledger.proofs.tree import root

ORIGIN = "ledger.example.org"
SIGNED_SECONDS = 20.0  # in which something is signed, however busy the machine


def started(url: str, signers: Path) -> subprocess.Popen[bytes]:
    """The sequencer as a service runs it, with its signer, in a group of processes of its own."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(sys.path),
        "OUTTURN_SERVE_URL": url,
        "OUTTURN_SIGNER": str(signers),
        "OUTTURN_ORIGIN": ORIGIN,
    }
    return subprocess.Popen(
        [sys.executable, "-m", "ledger.proofs"],
        env=environment,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def killed(process: subprocess.Popen[bytes]) -> None:
    """Both of them, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def add(app: LedgerApplication, stream: UUID, version: int, events: int) -> int:
    block = BlockSet(code="b", title="A block")
    app.append([recorded(stream, version + n + 1, block) for n in range(events)], commit())
    return version + events


@pytest.mark.parametrize(
    "kills", [6, pytest.param(60, marks=pytest.mark.long)], ids=["some", "many"]
)
def test_killed_at_any_moment_every_checkpoint_still_holds(
    database: str, tmp_path: Path, kills: int
) -> None:
    """Those stored, and those only ever in the signer's memory."""
    seed = random.randrange(1 << 32)  # noqa: S311 - printed, so that a failure can be run again
    print("seed", seed)  # noqa: T201
    chance = random.Random(seed)  # noqa: S311
    given_away: dict[int, Checkpoint] = {}
    with application(database) as app, connect(database) as connection:
        stream, version = uuid4(), 0
        for _ in range(kills):
            process = started(database, tmp_path)
            seen = len(given_away)
            until = time.monotonic() + chance.choice([chance.random(), SIGNED_SECONDS])
            while time.monotonic() < until:
                version = add(app, stream, version, chance.randint(1, 30))
                time.sleep(chance.random() * 0.05)
                given_away |= kept_checkpoints(tmp_path)
                if len(given_away) > seen:
                    until = min(until, time.monotonic() + chance.random())
                    seen = len(given_away) + 1_000
            killed(process)
            given_away |= kept_checkpoints(tmp_path)
        assert seal_now(database, tmp_path, ORIGIN) is not None
        assert version == is_what_the_events_say(connection)
        assert given_away
        read = reading(connection)
        assert all(each.root == root(read, size) for size, each in given_away.items())
