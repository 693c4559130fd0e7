"""The commands of `outturn`, and how each of them ends."""

import gc
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import psycopg
import rich_click as click
from click.exceptions import Exit, NoArgsIsHelpError

from http_api.embedded import DatabaseUnreachable
from ledger import logs
from policies.refusals import Refusal

EXIT_NO = 1  # the answer is no
EXIT_USAGE = 2  # usage, configuration, or a database out of reach
EXIT_INTERRUPTED = 130  # what shells tell of a command that ended by an interrupt


# Which module a command is in: only that one is imported, since each of them takes its time.
COMMANDS = {
    "agreement": "setting_up",
    "bundle": "proving",
    "checkpoint": "proving",
    "comparators": "comparing",
    "demo": "running",
    "diff": "changes",
    "escalations": "escalating",
    "help": "helping",
    "history": "answers",
    "load": "loading",
    "loads": "loads_listed",
    "log": "signing_anew",
    "migrate": "running",
    "person": "people",
    "projections": "projecting",
    "publish": "publishing",
    "restatements": "changes",
    "role": "roles",
    "serve": "running",
    "status": "answers",
    "tasks": "tasking",
    "token": "people",
    "verify": "verifying",
}
ATTRIBUTES = {"help": "help_on"}  # where a command has another name in its module


class Commands(click.RichGroup):
    """The commands, each imported when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, as help lists them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"http_api.cli.{COMMANDS[cmd_name]}")
        if not gc.isenabled():  # as it is begun: from here on there is something to throw away
            gc.freeze()
            gc.enable()
        found: click.Command = getattr(module, ATTRIBUTES.get(cmd_name, cmd_name))
        return found

    def make_context(self, *given: Any, **more: Any) -> Any:
        """As it is made everywhere; `outturn` alone ends here."""
        with _nobody_asked_for_help():
            return super().make_context(*given, **more)

    def invoke(self, ctx: click.Context) -> Any:
        """As it is done everywhere; a group alone, such as `outturn person`, ends here."""
        with _nobody_asked_for_help():
            return super().invoke(ctx)


@contextmanager
def _nobody_asked_for_help() -> Iterator[None]:
    """Help in the place of a command that was left out is a message, and no answer.

    rich-click would print it on standard output, where whoever pipes us looks for the answer.
    """
    try:
        yield
    except NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        raise Exit(EXIT_USAGE) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outturn")
def outturn() -> None:
    """An audit-first performance ledger for partnerships of public bodies.

    OUTTURN_DATABASE_URL names the database; without it an embedded PostgreSQL lives in
    OUTTURN_HOME (.outturn in the current folder).
    """


def main() -> None:
    """Run a command; whatever goes wrong is one line that says what, and what to do."""
    logs.configure(libraries=False)
    try:
        sys.exit(outturn(standalone_mode=False) or 0)  # click answers the status of an Exit
    except (click.Abort, KeyboardInterrupt):
        _end("Interrupted.", status=EXIT_INTERRUPTED)
    except click.ClickException as error:
        _end(_line_of(error))
    except psycopg.errors.LockNotAvailable:
        _end("Others are writing and the record was not free in time: try again.")
    except (DatabaseUnreachable, psycopg.Error) as error:
        _end(str(error).strip().split("\n")[0])
    except OSError as error:
        _end(f"{error.filename or 'The system'}: {error.strerror or error}.")
    except Refusal as refusal:
        _end(*(problem.detail for problem in refusal.errors))
    except Exception:  # noqa: BLE001 - a fault of ours must not end like the answer "no"
        traceback.print_exc()
        sys.exit(EXIT_USAGE)


def _line_of(error: click.ClickException) -> str:
    """What is wrong, in one line; of wrong usage also where the right one is told."""
    line = f"Error: {' '.join(error.format_message().split())}"
    if isinstance(error, click.UsageError) and error.ctx is not None:
        line += f" See {error.ctx.command_path} --help."
    return line


def _end(*lines: str, status: int = EXIT_USAGE) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(status)
