"""The command line: `outturn`."""

import gc


def main() -> None:
    """Run a command.

    Nothing of what it imports is thrown away again, and to look for that took a fifth of its start:
    whoever finds the command lets the search go on.
    """
    gc.disable()
    from http_api.cli.commands import main as run  # noqa: PLC0415 - after the line above

    run()
