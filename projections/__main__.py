"""``python -m projections run --url URL``: the process that keeps the answers up to date."""

import argparse
import os
import signal

from ledger import logs
from ledger.with_service import end_with_service
from projections.memory import search_seldom
from projections.runner import Runner

SERVED_VARIABLE = "OUTTURN_SERVE_URL"  # how `outturn serve` tells its processes of the database
LESS_URGENT = 5  # than officers who wait for their own answers


def main(arguments: list[str] | None = None) -> None:
    """Run until SIGTERM or an interrupt; logs are JSON lines on standard error."""
    parser = argparse.ArgumentParser(prog="python -m projections", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="keep the answers up to date until told to stop")
    run.add_argument(
        "--url",
        default=os.environ.get(SERVED_VARIABLE),
        help=f"the database, as postgresql://…; {SERVED_VARIABLE} names it otherwise",
    )
    asked = parser.parse_args(arguments)
    if not asked.url:
        parser.error(f"name the database with --url or in {SERVED_VARIABLE}")
    logs.configure()
    search_seldom()
    os.nice(LESS_URGENT)
    runner = Runner(asked.url)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: runner.stop())
    end_with_service()
    runner.run()


if __name__ == "__main__":
    main()
