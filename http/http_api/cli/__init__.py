"""The command line: `outturn`."""

import sys
import traceback

import psycopg
import rich_click as click

from http_api.cli import (
    answers,
    changes,
    escalating,
    helping,
    loading,
    people,
    projecting,
    proving,
    publishing,
    roles,
    running,
    setting_up,
    tasking,
    verifying,
)
from http_api.database import DatabaseUnreachable
from ledger import logs
from policies.refusals import Refusal

EXIT_NO = 1  # the answer is no
EXIT_USAGE = 2  # usage, configuration, or a database out of reach


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="outturn")
def outturn() -> None:
    """An audit-first performance ledger for partnerships of public bodies.

    OUTTURN_DATABASE_URL names the database; without it an embedded PostgreSQL lives in
    OUTTURN_HOME (.outturn in the current folder).
    """


for command in (
    running.demo,
    running.serve,
    running.migrate,
    setting_up.agreement,
    loading.load,
    answers.status,
    answers.history,
    escalating.escalations,
    tasking.tasks,
    changes.diff,
    changes.restatements,
    projecting.projections,
    proving.checkpoint,
    proving.bundle,
    verifying.verify,
    publishing.publish,
    people.person,
    people.token,
    roles.role,
    helping.help_on,
):
    outturn.add_command(command)


def main() -> None:
    """Run a command; whatever goes wrong is one line that says what, and what to do."""
    logs.configure()
    try:
        sys.exit(outturn(standalone_mode=False) or 0)  # click answers the status of an Exit
    except click.Abort:
        sys.exit("Interrupted.")
    except click.ClickException as error:
        error.show()
        sys.exit(EXIT_USAGE)
    except (DatabaseUnreachable, psycopg.Error) as error:
        _end(str(error).strip().split("\n")[0])
    except OSError as error:
        _end(f"{error.filename or 'The system'}: {error.strerror or error}.")
    except Refusal as refusal:
        _end(*(problem.detail for problem in refusal.errors))
    except Exception:  # noqa: BLE001 - a fault of ours must not end like the answer "no"
        traceback.print_exc()
        sys.exit(EXIT_USAGE)


def _end(*lines: str) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(EXIT_USAGE)
