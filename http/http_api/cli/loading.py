"""Loading a publisher's file."""

from datetime import datetime
from pathlib import Path

import rich_click as click
from click.exceptions import Exit
from rich.table import Table

from http_api import clock
from http_api.cli.context import as_json, as_person, the_service
from http_api.cli.setting_up import text_of
from http_api.console import err, out, print_json
from ledger.loading.committing import FileGiven, Loaded, load_file
from ledger.loading.mapping import read_mapping

FIRST_SHOWN = 10


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agreement", required=True, metavar="CODE")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="How to read the publisher's columns and codes (TOML).",
)
@click.option(
    "--source-date",
    type=click.DateTime(["%Y-%m-%d"]),
    help="The day the publisher released the file.",
)
@click.option("--dry-run", is_flag=True, help="Only check the file; nothing is recorded.")
@click.option(
    "--rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all rows with their outcomes to this CSV file.",
)
@as_person
@as_json
def load(
    file: Path,
    agreement: str,
    mapping: Path | None,
    source_date: datetime | None,
    dry_run: bool,
    rows: Path | None,
    person: str,
    json: bool,
) -> None:
    """Load values from FILE: every row is accounted for by one of seven counts.

    Ends with 1 when a row was invalid, rejected or a conflicting duplicate.
    """
    if rows:
        rows.write_text("", "utf-8")  # that it can be written is known before anything is recorded
    given = FileGiven(
        content=file.read_bytes(),
        name=file.name,
        mapping=read_mapping(text_of(mapping)) if mapping else None,
        released_on=source_date.date() if source_date else None,
    )
    with the_service() as service, err.status(f"Loading {file.name} …"):
        loaded = load_file(
            service.record, agreement, given, service.act(person), clock.nonce, dry_run=dry_run
        )
    if rows:
        rows.write_text(loaded.checked.everything(), "utf-8")
    if json:
        print_json(loaded.document)
    else:
        show(loaded)
    if loaded.checked.fails:
        raise Exit(1)


def show(loaded: Loaded) -> None:
    """The load document for a person."""
    document = loaded.document
    table = Table(title=f"{document.file}: {document.rows:,} rows, {document.state}")
    table.add_column("outcome")
    table.add_column("rows", justify="right")
    counts = document.counts
    for outcome in (
        "new",
        "unchanged",
        "correction",
        "duplicate",
        "missing",
        "invalid",
        "rejected",
    ):
        table.add_row(outcome, f"{getattr(counts, outcome):,}")
    out.print(table)
    for warning in document.warnings:
        out.print(f"Note: {warning.detail}", markup=False)
    for outcome, rows in document.refused.items():
        for row in rows[:FIRST_SHOWN]:
            out.print(f"row {row.row}: {outcome}, {row.code}: {row.detail}", markup=False)
    if document.positions:
        first, last = document.positions[0], document.positions[-1]
        out.print(f"Recorded at positions {first:,} to {last:,}.")
    elif document.state == "committed":
        out.print("Nothing in it was new: nothing was recorded.")
