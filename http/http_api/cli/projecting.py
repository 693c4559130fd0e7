"""The answers as a whole: rebuilding and checking them."""

import rich_click as click
from click.exceptions import Exit
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from http_api.cli.context import as_json, check_migrated, the_url
from http_api.console import err, out, print_json
from projections.check import check as compare
from projections.rebuild import rebuild as build_anew


@click.group()
def projections() -> None:
    """The answers laid out for reading; they can always be made again from the record."""


def _bar() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} positions"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )


@projections.command()
@click.argument("name", required=False)
@as_json
def rebuild(name: str | None, json: bool) -> None:
    """Make the answers anew from the record, beside the old ones, then put them in their place.

    NAME is taken for the day there is more than one set of answers; today it may be "answers".
    """
    if name not in {None, "answers"}:
        raise click.ClickException(f"There is no projection {name!r}: there is only answers.")
    url = the_url()
    check_migrated(url, made_anew=True)
    with _bar() as bar:
        task = bar.add_task("Rebuilding", total=0)
        position = build_anew(
            url, lambda done, total: bar.update(task, completed=done, total=total)
        )
    if json:
        print_json({"projection": "answers", "position": position})
    else:
        out.print(f"The answers were made anew up to position {position:,}.")


@projections.command()
@as_json
def check(json: bool) -> None:
    """Make the answers a second time and compare row by row."""
    url = the_url()
    check_migrated(url)
    with _bar() as bar:
        task = bar.add_task("Checking", total=0)
        found = compare(url, lambda done, total: bar.update(task, completed=done, total=total))
    if json:
        print_json({"same": not found, "differences": found})
    elif found:
        for difference in found:
            out.print(
                f"{difference.table}: {difference.unexpected:,} rows that should not be there,"
                f" {difference.lacking:,} lacking; the first: {difference.first}",
                markup=False,
            )
    else:
        out.print("The answers are exactly what the record says.")
    if found:
        raise Exit(1)
