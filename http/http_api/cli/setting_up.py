"""Setting up an agreement from its file, and sealing it."""

from pathlib import Path

import rich_click as click

from http_api.cli.context import act_as, as_json, as_person, the_service
from http_api.console import out, print_json
from ledger.amending.sealing import FREEZE_DAYS, seal
from ledger.setting_up.applying import apply_set_up
from policies.refusals import BadSetup


@click.group()
def agreement() -> None:
    """Agreements of partners: outcomes, indicators, targets, people and rules."""


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
    if not applied.changes:
        out.print(f"{applied.agreement}: nothing to change.")
    elif dry_run:
        out.print(f"{applied.agreement}: {len(applied.changes)} changes would be made.")
    else:
        out.print(f"{applied.agreement}: {len(applied.changes)} changes made.")


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
    """A file's text. Raises BadSetup for one that cannot be read."""
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadSetup(f"{file} cannot be read as UTF-8 text ({error}).") from error
