"""Reading the answers: status and history, now or as known at any date."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from http_api.cli.context import as_json, the_answers
from http_api.console import out, print_json
from http_api.service import ClocksAsked
from ledger.event import LONDON
from projections.answers import Clocks, Status, StatusRow
from projections.reading.clocks import NOW
from projections.reading.history import read_history
from projections.reading.status import read_status

F = TypeVar("F", bound=Callable[..., Any])
SHAPES = {"exceeding": "▲", "green": "●", "amber": "◆", "red": "■"}


def clock_options(command: F) -> F:
    """The two clocks."""
    for name, meaning in (("--policy-at", "Which rules"), ("--known-at", "Which facts")):
        command = click.option(
            name,
            default=NOW,
            show_default=True,
            metavar="T",
            help=f"{meaning}: now, a date, a time with offset, or position:N.",
        )(command)
    return command


@click.command()
@click.option("--agreement", required=True, metavar="CODE")
@click.option("--period", default=None, help="A period code such as FY2024.  [default: latest due]")
@click.option("--area", default=None, help="An area's code.  [default: the home area]")
@clock_options
@as_json
def status(
    agreement: str, period: str | None, area: str | None, known_at: str, policy_at: str, json: bool
) -> None:
    """The status of every indicator of an agreement, as known at any time."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_status(connection, agreement, clocks, period=period, area=area)
    if json:
        print_json(answer)
    else:
        show_status(answer)


def show_status(answer: Status) -> None:
    """The status table for a person."""
    table = Table(
        title=f"{answer.title}: {answer.area_name}",
        title_justify="left",
        box=SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        collapse_padding=True,
    )
    table.add_column("indicator", no_wrap=True)  # a code is only of use whole
    table.add_column("period", overflow="fold")
    table.add_column("value", justify="right", no_wrap=True)
    table.add_column("target", justify="right", no_wrap=True)
    table.add_column("status", no_wrap=True)
    table.add_column("travel", overflow="fold")
    table.add_column("marks", overflow="fold")
    for row in answer.rows:
        table.add_row(
            row.indicator,
            row.period_label,
            row.judged or "–",
            row.target or "–",
            status_words(row),
            "" if row.travel == "none" else row.travel.replace("-", " "),
            ", ".join(row.marks),
        )
    out.print(table)
    counts = ", ".join(f"{count} {name.replace('-', ' ')}" for name, count in answer.counts.items())
    out.print(counts)
    out.print(clock_words(answer.clocks))


def status_words(row: StatusRow) -> str:
    """A status as shape and word; where there is none, its reason."""
    if row.status:
        return f"{SHAPES[row.status]} {row.status}"
    return (row.reason or "").replace("-", " ")


def in_london(moment: datetime) -> datetime:
    """A moment by the clock that the pages go by, too: a day there ends at its midnight."""
    return moment.astimezone(LONDON)


def clock_words(clocks: Clocks) -> str:
    """Which clocks an answer was read by."""
    known, rules = in_london(clocks.known_at), in_london(clocks.policy_at)
    return (
        f"Known at {known:%-d %B %Y %H:%M} (position {clocks.known_position:,}), rules of"
        f" {rules:%-d %B %Y %H:%M} (position {clocks.policy_position:,}); times of London."
    )


@click.command()
@click.argument("indicator")
@click.option("--agreement", required=True, metavar="CODE")
@click.option("--after", default=0, type=click.IntRange(0), help="Only events after this position.")
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1, 1000))
@clock_options
@as_json
def history(
    indicator: str,
    agreement: str,
    after: int,
    limit: int,
    known_at: str,
    policy_at: str,
    json: bool,
) -> None:
    """Everything that happened to INDICATOR, in order."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_history(connection, agreement, indicator, clocks, after=after, limit=limit)
    if json:
        print_json(answer)
        return
    for event in answer.events:
        out.print(
            f"{event.position:>8}  {in_london(event.recorded_at):%Y-%m-%d %H:%M}"
            f"  {event.actor:<22} {event.type:<22} {_held_by(event.data)}",
            markup=False,
        )
    if answer.next:
        out.print(f"More: --after {answer.next}")


def _held_by(data: Mapping[str, Any]) -> str:
    """How many entries or targets an event holds, "" for none."""
    for several, one in (("entries", "entry"), ("targets", "target")):
        count = len(data.get(several) or ())
        if count:
            return f"1 {one}" if count == 1 else f"{count:,} {several}"
    return ""
