"""Agreements: listed, set up from a file, and sealed."""

from pathlib import Path

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from http_api.cli.answers import clock_options, clock_words
from http_api.cli.context import act_as, as_json, as_person, the_answers, the_service
from http_api.console import err, out, print_json
from http_api.service import ClocksAsked
from ledger.amending.sealing import FREEZE_DAYS, seal
from ledger.setting_up.applying import apply_set_up
from policies.refusals import BadSetup
from projections.reading.agreements import read_agreements


@click.group()
def agreement() -> None:
    """Agreements of partners: outcomes, indicators, targets, people and rules."""


@agreement.command("list")
@clock_options
@as_json
def list_agreements(known_at: str, policy_at: str, json: bool) -> None:
    """The agreements there are, by their codes."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_agreements(connection, clocks)
    if json:
        print_json(answer)
        return
    if answer.agreements:
        table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
        table.add_column("agreement", no_wrap=True)
        table.add_column("title", overflow="fold")
        for column in ("from", "to"):
            table.add_column(column, no_wrap=True)
        table.add_column("indicators", justify="right", no_wrap=True)
        for one in answer.agreements:
            days = str(one.start), str(one.end)
            table.add_row(one.code, Text(one.title), *days, str(one.indicators))
        out.print(table)
    else:
        out.print("There is no agreement yet.")
    out.print(clock_words(answer.clocks))


@agreement.command("apply")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@as_person
@as_json
def apply(file: Path, dry_run: bool, person: str, json: bool) -> None:
    """Bring the agreement to what FILE (TOML) says. Applying it twice changes nothing."""
    with the_service() as service:
        applied = apply_set_up(
            service.record,
            text_of(file),
            lambda name: text_of(file.parent / name),
            act_as(service, person),
            dry_run=dry_run,
        )
    if json:
        print_json(applied)
        return
    for line in applied.changes:
        out.print(line, markup=False)
    for note in applied.notes:
        err.print(note, markup=False, soft_wrap=True)
    count = len(applied.changes)
    changes = "1 change" if count == 1 else f"{count} changes"
    if not count:
        out.print(f"{applied.agreement}: nothing to change.")
    elif dry_run:
        out.print(f"{applied.agreement}: {changes} would be made.")
    else:
        out.print(f"{applied.agreement}: {changes} made.")


@agreement.command("seal")
@click.argument("code")
@click.option("--minute-reference", required=True, help="Where the board's minutes say so.")
@click.option(
    "--freeze-days",
    type=click.IntRange(min=0),
    default=FREEZE_DAYS,
    show_default=True,
    help="For how many days no local target moves at all.",
)
@as_person
@as_json
def seal_agreement(
    code: str, minute_reference: str, freeze_days: int, person: str, json: bool
) -> None:
    """Seal the agreement CODE: from now on its targets, definitions and rules move only through
    amendments."""
    with the_service() as service:
        acted = seal(service.record, code, minute_reference, act_as(service, person), freeze_days)
    if json:
        print_json({"agreement": code, "position": acted.last_position})
        return
    out.print(f"{code} is sealed, at position {acted.last_position}.", markup=False)


def text_of(file: Path) -> str:
    """A file's text, without the mark of UTF-8 that some editors begin it with.

    Raises BadSetup for one that cannot be read.
    """
    try:
        return file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSetup(
            f"{file} is not UTF-8 text, as line {line} shows: save it as UTF-8, which a spreadsheet"
            " calls CSV UTF-8."
        ) from error
    except OSError as error:
        raise BadSetup(f"{file} cannot be read: {error.strerror}.") from error
