"""``python -m ledger.proofs``: the process that keeps the record signed."""

import os
import signal
from pathlib import Path

from ledger import logs
from ledger.proofs.following import Sequencer
from ledger.with_service import end_with_service

# How `outturn serve` tells its processes: the database, where signers live, and the log's name.
URL, SIGNERS, ORIGIN = "OUTTURN_SERVE_URL", "OUTTURN_SIGNER", "OUTTURN_ORIGIN"
LESS_URGENT = 5  # than officers who wait for their own answers


def main() -> None:
    """Run until SIGTERM or an interrupt; logs are JSON lines on standard error."""
    logs.configure()
    os.nice(LESS_URGENT)
    sequencer = Sequencer(os.environ[URL], Path(os.environ[SIGNERS]), os.environ[ORIGIN])
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: sequencer.stop())
    end_with_service()
    sequencer.run()


if __name__ == "__main__":
    main()
