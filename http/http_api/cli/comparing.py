"""An area among others, as known at any time: one indicator's table, or where it is best."""

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from http_api.cli.answers import clock_options, clock_words
from http_api.cli.context import as_json, the_answers
from http_api.console import out, print_json
from http_api.pages.comparator_words import released
from http_api.service import ClocksAsked
from projections.comparator_answers import Comparators, League
from projections.reading.comparators import read_comparators
from projections.reading.league import read_league

NOTHING = "–"


@click.command()
@click.argument("indicator", required=False)
@click.option("--agreement", required=True, metavar="CODE")
@click.option(
    "--period",
    default=None,
    help="A period code such as FY2024.  [default: the latest with anything to compare]",
)
@click.option("--group", default=None, help="A comparator group's code.  [default: the first]")
@click.option("--area", default=None, help="An area's code.  [default: the home area]")
@clock_options
@as_json
def comparators(
    indicator: str | None,
    agreement: str,
    period: str | None,
    group: str | None,
    area: str | None,
    known_at: str,
    policy_at: str,
    json: bool,
) -> None:
    """An area's figure of INDICATOR among those of a group: rank, quartile, median.

    Without INDICATOR, every indicator by the quartile of the area, the best first.
    """
    if indicator is None and period is not None:
        raise click.UsageError("--period is of one INDICATOR: name it, or leave the period out.")
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer: Comparators | League
        if indicator is None:
            answer = read_league(connection, agreement, clocks, group=group, area=area)
        else:
            answer = read_comparators(
                connection, agreement, indicator, clocks, period=period, group=group, area=area
            )
    if json:
        print_json(answer)
    elif isinstance(answer, League):
        show_league(answer)
    else:
        show_comparators(answer)


def show_comparators(answer: Comparators) -> None:
    """The table for a person; the area that was asked about has an arrow."""
    table = _table(f"{answer.title}, {answer.period_label}: {answer.group_title}")
    table.add_column("")
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("area", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("quartile", justify="right", no_wrap=True)
    table.add_column("released", no_wrap=True)
    home = answer.home
    beside = [home] if home is not None and not answer.includes_home else []
    for row in (*answer.rows, *beside):
        table.add_row(
            "→" if row.area == answer.area else "",
            str(row.rank or NOTHING),
            Text(row.name),  # as it is: a bracket in a name is no style
            row.value,
            str(row.quartile or NOTHING),
            released(row),
        )
    out.print(table)
    limits = ", ".join(answer.quartiles) if answer.quartiles else answer.no_quartiles or NOTHING
    out.print(f"Median {answer.median or NOTHING}; limits of the quartiles: {limits}.")
    if answer.not_ranked:
        without = ", ".join(area.name for area in answer.not_ranked)
        out.print(f"Without a value: {without}.", markup=False)
    out.print(clock_words(answer.clocks))


def show_league(answer: League) -> None:
    """Where an area is best and worst, for a person."""
    table = _table(f"{answer.title}: {answer.area_name} among {answer.group_title}")
    table.add_column("quartile", no_wrap=True)
    table.add_column("indicator", no_wrap=True)
    table.add_column("period", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("rank", justify="right", no_wrap=True)
    table.add_column("median", justify="right", no_wrap=True)
    for row in answer.rows:
        table.add_row(
            str(row.quartile or (row.no_quartile or "").replace("-", " ")),
            row.indicator,
            row.period_label or NOTHING,
            row.value or NOTHING,
            NOTHING if row.rank is None else f"{row.rank} of {row.ranked}",
            row.median or NOTHING,
        )
    out.print(table)
    out.print(clock_words(answer.clocks))


def _table(title: str) -> Table:
    return Table(
        title=Text(title),
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        collapse_padding=True,
    )
