"""Loading a publisher's file."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import rich_click as click
from click.exceptions import Exit
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from http_api import clock
from http_api.cli.context import DAY, act_as, as_json, as_person, the_service, the_url
from http_api.cli.load_report import show
from http_api.cli.setting_up import text_of
from http_api.console import err, print_json
from http_api.load_answers import read_document
from http_api.load_rows import KeptRows
from http_api.service import ClocksAsked, Service
from ledger.load.events import LoadKind
from ledger.load.state import Load
from ledger.loading.document import LoadDocument, document_of_check, document_of_refusal
from ledger.loading.judging import judge_content
from ledger.loading.keeping import PIECE_BYTES
from ledger.loading.mapping import read_mapping
from ledger.loading.now import load_now
from ledger.loading.ready_mappings import ready_names, ready_text
from ledger.loading.receiving import FileOffered, check_released
from ledger.loading.whose import KINDS
from ledger.loading.working import Workshop
from policies.refusals import BadFile, BadMapping, NoRole
from projections.catch_up import catch_up


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agreement", required=True, metavar="CODE")
@click.option(
    "--mapping",
    metavar="FILE",
    help="How to read the publisher's columns and codes (TOML); or the name of a ready mapping.",
)
@click.option("--kind", type=click.Choice(KINDS), default="values", show_default=True,
              help="Whose figures: of the agreement's areas, of others, or both.")  # fmt: skip
@click.option(
    "--source-date",
    type=DAY,
    help="The day the publisher released the file.",
)
@click.option("--dry-run", is_flag=True, help="Only check the file; nothing is recorded.")
@click.option(
    "--confirm-unit",
    is_flag=True,
    help="The figures are right, though they seem to be in another unit than those before.",
)
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
    mapping: str | None,
    kind: LoadKind,
    source_date: date | None,
    dry_run: bool,
    confirm_unit: bool,
    rows: Path | None,
    person: str,
    json: bool,
) -> None:
    """Load values from FILE: every row is accounted for by one of seven counts.

    Ends with 1 when a row was invalid, rejected or a conflicting duplicate, or the whole file was
    refused.
    """
    if rows:
        rows.open("a").close()  # that it can be written is known before anything is recorded
    offered = FileOffered(
        pieces=_pieces(file),
        name=file.name,
        mapping=_mapping(mapping) if mapping else "",
        kind=kind,
        released_on=source_date,
        confirmed_unit=confirm_unit,
    )
    url = the_url()
    with the_service(url) as service:
        if dry_run:
            document = _look(service, agreement, offered, person, rows)
        else:
            found = _load(service, agreement, offered, person)
            if rows and found.checked:
                _write(rows, _kept_pieces(service, found))
            catch_up(url)
            document = read_document(service, agreement, found.id, ClocksAsked())
    if json:
        print_json(document)
    else:
        show(document)
    if document.fails:
        raise Exit(1)


def _pieces(file: Path) -> Iterator[bytes]:
    with file.open("rb") as opened:
        while piece := opened.read(PIECE_BYTES):
            yield piece


def _mapping(named: str) -> str:
    """The text of a mapping file, or of a ready mapping where there is no such file."""
    if Path(named).exists():
        return text_of(Path(named))
    if named in ready_names():
        return ready_text(named)
    ready = ", ".join(ready_names())
    raise BadMapping(
        f"There is no file and no ready mapping {named!r}; the ready ones are {ready}."
    )


def _look(
    service: Service, agreement: str, file: FileOffered, person: str, rows: Path | None
) -> LoadDocument:
    """Only check a file. Raises UnknownAgreement, BadMapping and DayInFuture."""
    act = act_as(service, person)
    check_released(file, act)
    content = b"".join(file.pieces)
    mapping = read_mapping(file.mapping) if file.mapping else None
    about = (file.name, content, mapping)
    with _progress(f"Checking {file.name}") as told:
        try:
            judged = judge_content(service.record, agreement, about, act, told, kind=file.kind)
        except (BadFile, NoRole) as refusal:
            return document_of_refusal(agreement, file.name, content, refusal)
    if rows:
        _write(rows, judged.checked.pieces())
    document = document_of_check(agreement, judged.checked, len(content), file.kind)
    return document.confirmed() if file.confirmed_unit else document


def _load(service: Service, agreement: str, file: FileOffered, person: str) -> Load:
    """Load a file, and wait until that is done."""
    with _progress(f"Loading {file.name}") as told:
        shop = Workshop(service.record, service.act, clock.nonce, told)
        return load_now(shop, agreement, file, act_as(service, person), clock.new_id())


def _kept_pieces(service: Service, load: Load) -> Iterator[str]:
    with service.pool.connection() as connection:
        yield from KeptRows(connection, load).pieces()


def _write(file: Path, pieces: Iterable[str]) -> None:
    with file.open("w", encoding="utf-8", newline="") as opened:
        opened.writelines(pieces)


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing elsewhere."""
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    with Progress(*columns, console=err, disable=not err.is_terminal, transient=True) as progress:
        task = progress.add_task(what, total=100)
        yield lambda per_cent: progress.update(task, completed=per_cent)
