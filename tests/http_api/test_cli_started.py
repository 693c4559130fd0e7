"""What it costs to start the command line."""

import subprocess
import sys

IMPORTS = """
import sys
from importlib import import_module
from http_api.cli import COMMANDS
for module in set(COMMANDS.values()):
    import_module(f"http_api.cli.{module}")
    assert "litestar" not in sys.modules, module
"""


def test_no_command_waits_for_the_web_framework() -> None:
    """It takes a third as long to import as all the rest, and only the web server needs it."""
    subprocess.run([sys.executable, "-c", IMPORTS], check=True)
