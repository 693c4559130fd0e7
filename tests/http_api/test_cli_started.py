"""What it costs to start the command line."""

import subprocess
import sys

IMPORTS = """
import sys
from importlib import import_module
from http_api.cli.commands import COMMANDS
for module in set(COMMANDS.values()):
    import_module(f"http_api.cli.{module}")
    assert "litestar" not in sys.modules, module
"""
SEARCHING = """
import gc, sys
from http_api.cli import main
searches, before, freeze = [], [], gc.freeze
gc.callbacks.append(lambda when, _: searches.append(when))
gc.freeze = lambda: (before.append(len(searches)), freeze())
sys.argv[1:] = ["status", "--help"]
try:
    main()
finally:
    assert [0] == before, before
    assert gc.isenabled()
"""


def test_no_command_waits_for_the_web_framework() -> None:
    """It takes a third as long to import as all the rest, and only the web server needs it."""
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)


def test_garbage_is_looked_for_only_once_there_can_be_some() -> None:
    """Not while a command is imported, which leaves none; what was imported is never looked at."""
    subprocess.run([sys.executable, "-c", SEARCHING], check=True)
