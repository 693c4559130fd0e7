"""Reading what changed, and what was restated."""

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from http_api.cli.answers import clock_options, clock_words, in_london, status_words
from http_api.cli.context import as_json, between_answers, the_answers
from http_api.console import out, print_json
from http_api.service import ClocksAsked
from projections.answers import StatusRow
from projections.changes import Cause, Diff, RestatedSide, Restatements
from projections.reading.clocks import NOW
from projections.reading.diff import read_diff
from projections.reading.restatements import read_restatements

NO_CELL = "not there"


@click.command()
@click.option("--agreement", required=True, metavar="CODE")
@click.option(
    "--from", "begin", required=True, metavar="T", help="The moment to start from, as --known-at."
)
@click.option("--to", "end", default=NOW, show_default=True, metavar="T", help="The moment to end.")
@click.option("--policy-from", default="", metavar="T", help="The rules to start from.")
@click.option("--policy-to", default="", metavar="T", help="The rules to end with.")
@click.option("--indicator", default=None, help="One indicator's code.  [default: all]")
@click.option("--area", default=None, help="An area's code.  [default: all]")
@click.option("--period", default=None, help="A period code.  [default: all]")
@click.option("--after", default=None, help="Where to go on: next of the page before.")
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1, 1000))
@as_json
def diff(  # noqa: PLR0913 - one argument an option
    agreement: str,
    begin: str,
    end: str,
    policy_from: str,
    policy_to: str,
    indicator: str | None,
    area: str | None,
    period: str | None,
    after: str | None,
    limit: int,
    json: bool,
) -> None:
    """What differs between two moments: every changed cell, with its causes in order."""
    first, last = ClocksAsked(begin, policy_from or begin), ClocksAsked(end, policy_to or end)
    with between_answers(first, last) as (connection, begins, ends):
        answer = read_diff(
            connection,
            agreement,
            begins,
            ends,
            indicator=indicator,
            area=area,
            period=period,
            after=after,
            limit=limit,
        )
    if json:
        print_json(answer)
    else:
        show_diff(answer)


def show_diff(answer: Diff) -> None:
    """The difference for a person: a line for each cell, and one for each of its causes."""
    table = Table(title=answer.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for column in ("indicator", "area", "period"):
        table.add_column(column, no_wrap=True)
    table.add_column("before", no_wrap=True)
    table.add_column("after", no_wrap=True)
    table.add_column("because", overflow="fold")
    for cell in answer.cells:
        table.add_row(
            cell.indicator,
            cell.area_name,
            cell.period_label,
            _shown(cell.before),
            _shown(cell.after),
            "\n".join(map(_because, cell.causes)),
        )
    out.print(table)
    counts = answer.counts
    out.print(
        f"{counts.changed:,} of {counts.cells:,} cells differ, {counts.figures:,} in their figure,"
        f" {counts.statuses:,} in their status."
    )
    for rules in answer.rules:
        out.print(
            f"Rules adopted at position {rules.position}: {rules.kind} version {rules.version},"
            f" for periods from {rules.effective_from:%Y-%m-%d}."
        )
    out.print(f"From: {clock_words(answer.first)}")
    out.print(f"To:   {clock_words(answer.last)}")
    if answer.next:
        out.print(f"More: --after {answer.next}")


def _shown(row: StatusRow | None) -> str:
    return NO_CELL if row is None else f"{row.judged or '–'}  {status_words(row)}"


def _because(cause: Cause) -> str:
    who = "" if cause.actor is None else f" {cause.actor}"
    where = "" if cause.position is None else f" ({cause.position})"
    why = "" if cause.reason is None else f": {cause.reason}"
    return f"{cause.on:%Y-%m-%d} {cause.kind.replace('-', ' ')}{who}{where}{why}"


@click.command()
@click.option("--agreement", required=True, metavar="CODE")
@click.option("--indicator", default=None, help="One indicator's code.  [default: all]")
@click.option("--area", default=None, help="An area's code.  [default: all]")
@click.option("--period", default=None, help="A period code.  [default: all]")
@click.option("--after", default=None, help="Where to go on: next of the page before.")
@click.option("--limit", default=500, show_default=True, type=click.IntRange(1, 1000))
@clock_options
@as_json
def restatements(
    agreement: str,
    indicator: str | None,
    area: str | None,
    period: str | None,
    after: str | None,
    limit: int,
    known_at: str,
    policy_at: str,
    json: bool,
) -> None:
    """Every entry that was corrected, withdrawn or restored, the latest first."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_restatements(
            connection,
            agreement,
            clocks,
            indicator=indicator,
            area=area,
            period=period,
            after=after,
            limit=limit,
        )
    if json:
        print_json(answer)
    else:
        show_restatements(answer)


def show_restatements(answer: Restatements) -> None:
    """The register for a person."""
    table = Table(title=answer.title, title_justify="left", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("on", no_wrap=True)
    for column in ("restated", "before", "after"):
        table.add_column(column, overflow="fold")
    table.add_column("difference", justify="right", no_wrap=True)
    table.add_column("why", overflow="fold", ratio=1)
    for line in answer.restatements:
        breakdown = ", ".join(f"{name} {code}" for name, code in line.breakdown.items())
        table.add_row(
            f"{in_london(line.recorded_at):%Y-%m-%d}",
            _lines(line.indicator, line.area_name, breakdown, line.period_label),
            _side(line.before),
            _side(line.after),
            line.difference or "–",
            _lines(f"{line.kind} by {line.actor} ({line.position})", line.reason or ""),
        )
    out.print(table)
    out.print(clock_words(answer.clocks))
    if answer.next:
        out.print(f"More: --after {answer.next}")


def _side(side: RestatedSide) -> str:
    """The value as given, and the status it gave its cell."""
    given = side.value or side.missing or "–"
    return _lines(given, (side.status or side.reason or "").replace("-", " "))


def _lines(*texts: str) -> str:
    """Those of the texts that say something, one below the other."""
    return "\n".join(text for text in texts if text)
