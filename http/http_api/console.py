"""Printing for people and for programs: answers on standard output, messages on standard error."""

import sys
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console

WIDTH = 120  # of what is written to a file or another program, which has no width of its own

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)  # answers
err = Console(stderr=True, highlight=False)  # messages and progress


def print_json(document: Any) -> None:
    """One document on standard output, as HTTP would send it."""
    click.echo(msgspec.json.format(msgspec.json.encode(document), indent=2).decode())
