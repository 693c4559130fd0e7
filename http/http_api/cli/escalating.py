"""The open stages of an agreement, as known at any time."""

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from http_api.cli.answers import clock_options, clock_words
from http_api.cli.context import as_json, the_answers
from http_api.console import out, print_json
from http_api.service import ClocksAsked
from projections.escalations import EscalationRow, Escalations
from projections.reading.escalations import read_escalations

STAGES = {1: "1 identification", 2: "2 action", 3: "3 intervention"}


@click.command()
@click.option("--agreement", required=True, metavar="CODE")
@click.option("--area", default=None, help="An area's code.  [default: the home area]")
@clock_options
@as_json
def escalations(
    agreement: str, area: str | None, known_at: str, policy_at: str, json: bool
) -> None:
    """The open stages of escalation, the highest first, and who must act."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_escalations(connection, agreement, clocks, area=area)
    if json:
        print_json(answer)
    else:
        show_escalations(answer)


def show_escalations(answer: Escalations) -> None:
    """The stages for a person."""
    if answer.rows:
        table = Table(
            title=f"{answer.title}: {answer.area_name}",
            title_justify="left",
            box=SIMPLE_HEAD,
            padding=(0, 1, 0, 0),
            collapse_padding=True,
        )
        table.add_column("indicator", no_wrap=True)
        table.add_column("stage", no_wrap=True)
        table.add_column("since", no_wrap=True)
        table.add_column("because", overflow="fold")
        table.add_column("waits for", overflow="fold")
        table.add_column("who", overflow="fold")
        for row in answer.rows:
            table.add_row(
                row.indicator,
                STAGES[row.stage],
                row.since.isoformat(),
                row.moves[-1].working,
                row.awaits.words,
                who_words(row),
            )
        out.print(table)
    else:
        out.print(f"{answer.title}: {answer.area_name}. Nothing is escalated.", markup=False)
    out.print(clock_words(answer.clocks))


def who_words(row: EscalationRow) -> str:
    """Who must act, by the codes of bodies and the ids of people."""
    named = [*row.awaits.body, *row.awaits.people]
    if named:
        return ", ".join(named)
    return f"no {row.awaits.who.replace('-', ' ')} is named" if row.awaits.who else ""
