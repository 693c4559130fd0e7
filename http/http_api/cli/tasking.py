"""What waits for a person, as known at any time."""

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from http_api.cli.answers import clock_options, clock_words
from http_api.cli.context import as_json, the_answers
from http_api.console import out, print_json
from http_api.service import ClocksAsked
from ledger.people import people
from projections.reading.tasks import read_agreement_tasks
from projections.task_answers import TaskAnswer, Tasks


@click.command()
@click.argument("person")
@click.option("--agreement", required=True, metavar="CODE")
@clock_options
@as_json
def tasks(person: str, agreement: str, known_at: str, policy_at: str, json: bool) -> None:
    """What waits for PERSON in an agreement, the most pressing first."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_agreement_tasks(connection, agreement, clocks, person=person)
        if not answer.tasks and person not in people(connection):
            raise click.ClickException(f"There is no person {person!r}: look for a slip.")
    if json:
        print_json(answer)
    else:
        show_tasks(answer)


def show_tasks(answer: Tasks) -> None:
    """The tasks for a person."""
    if answer.tasks:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
        table.add_column("task", no_wrap=True)
        table.add_column("about", overflow="fold")
        table.add_column("date", overflow="fold")
        table.add_column("why", overflow="fold")
        for task in answer.tasks:
            table.add_row(
                task.kind.replace("-", " "), about_words(task), date_words(task), task.why
            )
        out.print(table)
        counts = ", ".join(f"{count} {urgency}" for urgency, count in answer.counts.items())
        out.print(f"{counts}.")
    else:
        out.print("Nothing waits.")
    out.print(clock_words(answer.clocks))


def about_words(task: TaskAnswer) -> str:
    """What a task is about: an indicator's value, an amendment, a file."""
    if task.indicator:
        return " ".join(part for part in (task.indicator, task.period, task.area) if part)
    return f"amendment {task.amendment}: {task.title}" if task.amendment else task.title


def date_words(task: TaskAnswer) -> str:
    """When a task is due, and how late it is; since when it waits where it has no date."""
    if task.due_on is None:
        return f"since {task.since}"
    if task.days_late:
        days = "1 day" if task.days_late == 1 else f"{task.days_late:,} days"
        return f"due {task.due_on}, {days} late"
    return f"due {task.due_on}"
