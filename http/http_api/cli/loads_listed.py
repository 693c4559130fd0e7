"""The loads of an agreement, listed; with it, all that is done with loads that are there."""

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from http_api.cli.answers import clock_options, clock_words, in_london
from http_api.cli.context import as_json, the_service, the_url
from http_api.cli.settling import in_agreement, loads
from http_api.console import out, print_json
from http_api.load_answers import LoadsAnswer, read_list
from http_api.service import ClocksAsked
from projections.catch_up import catch_up

__all__ = ["loads"]


@loads.command("list")
@in_agreement
@click.option(
    "--after", default=None, type=click.IntRange(1), help="Where to go on: next of the page before."
)
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1, 1000))
@clock_options
@as_json
def list_loads(
    agreement: str, after: int | None, limit: int, known_at: str, policy_at: str, json: bool
) -> None:
    """The loads of an agreement, the latest first: what each is, and where it stands."""
    url = the_url()
    with the_service(url) as service:
        catch_up(url)
        asked = ClocksAsked(known_at, policy_at)
        answer = read_list(service, agreement, asked, before=after, limit=limit)
    if json:
        print_json(answer)
    else:
        _show(answer)


def _show(answer: LoadsAnswer) -> None:
    """The loads for a person; an id is only of use whole."""
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
    for column in ("load", "state", "received"):
        table.add_column(column, no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    for column in ("by", "file"):
        table.add_column(column, overflow="fold")
    for one in answer.loads:
        table.add_row(
            one.load,
            one.state,
            f"{in_london(one.received_at):%Y-%m-%d}",
            f"{one.rows:,}",
            one.received_by,
            Text(one.file),  # as it is: a bracket in a name is no style
        )
    if answer.loads:
        out.print(table)
    else:
        out.print("There is no load.")
    out.print(clock_words(answer.clocks))
    if answer.next:
        out.print(f"More: --after {answer.next}")
