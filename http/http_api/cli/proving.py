"""Proofs on the command line: the signed checkpoint, and the auditor's bundle."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import rich_click as click
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from http_api import clock
from http_api.bundling import write_bundle
from http_api.cli.context import as_json, check_migrated, the_service, the_settings, the_url
from http_api.console import err, out, print_json
from ledger.proofs.begun_anew import BECAUSE
from ledger.proofs.following import seal_now
from ledger.proofs.logs import logs
from ledger.proofs.note import Checkpoint
from ledger.proofs.sequencer import Trouble
from ledger.proofs.tiles import last_checkpoint
from projections.catch_up import catch_up


class CheckpointAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """A checkpoint, and the public key that it is signed by."""

    size: int
    root: str
    key: str
    checkpoint: str


class BundleAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """What was exported."""

    file: str
    bytes: int
    size: int
    root: str
    key: str


WAY_ON = " If what is missing cannot be brought back, outturn log begin-anew signs on without it."

of_log = click.option(
    "--log",
    "log",
    type=click.IntRange(min=1),
    metavar="NUMBER",
    help="As an earlier log signed it last, where signing was begun anew: see outturn log list.",
)


@click.command()
@of_log
@as_json
def checkpoint(log: int | None, json: bool) -> None:
    """Print the signed checkpoint over everything recorded: keep it where nobody here can reach it.

    With --json the public key is printed too, which whoever checks needs, by another way.
    """
    sealed = sealed_by(the_url(), log)
    if json:
        print_json(
            CheckpointAnswer(
                size=sealed.size,
                root=sealed.root.hex(),
                key=sealed.key,
                checkpoint=sealed.note,
            )
        )
    else:
        click.echo(sealed.note, nl=False)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@of_log
@as_json
def bundle(file: Path, log: int | None, json: bool) -> None:
    """Export the whole record with its proofs and answers to FILE, for an auditor."""
    url = the_url()
    sealed = sealed_by(url, log)
    catch_up(url)
    with the_service(url) as service, service.pool.connection() as connection:
        with bar() as progress, file.open("wb") as target:
            task = progress.add_task("Exporting", total=sealed.size)
            for done in write_bundle(target, connection, sealed, clock.now()):
                progress.update(task, completed=done)
    answer = BundleAnswer(
        file=str(file),
        bytes=file.stat().st_size,
        size=sealed.size,
        root=sealed.root.hex(),
        key=sealed.key,
    )
    if json:
        print_json(answer)
    else:
        out.print(
            f"{file}: {answer.size:,} events under a signed checkpoint, {answer.bytes:,} bytes.",
            markup=False,
        )
        out.print("Whoever checks it needs the key, by another way than this file:", markup=False)
        out.print(f"  {answer.key}", soft_wrap=True, markup=False)


def sealed_by(url: str, log: int | None) -> Checkpoint:
    """What an earlier log signed last; or, of the log in use, the checkpoint over everything."""
    check_migrated(url)
    if log is None or is_in_use(url, log):
        return sealed_now(url)
    with the_service(url) as service, service.pool.connection() as connection:
        found = last_checkpoint(connection, log=log)
    if found is None:
        raise click.ClickException(f"Nothing that log {log} signed is there.")
    return found


def is_in_use(url: str, log: int) -> bool:
    """Whether it is this log that signs now; a log that there is not is refused."""
    with the_service(url) as service, service.pool.connection() as connection:
        last = logs(connection)[-1].number
    if log > last:
        raise click.ClickException(
            f"There is no log {log}: outturn log list names those there are."
        )
    return log == last


def sealed_now(url: str) -> Checkpoint:
    """The checkpoint over everything recorded, signed now where it was not yet."""
    sealed = sealed_if_any(url)
    if sealed is None:
        raise click.ClickException("The ledger is empty: there is nothing to sign yet.")
    return sealed


def sealed_if_any(url: str) -> Checkpoint | None:
    """The same; None of an empty ledger."""
    check_migrated(url)
    settings = the_settings()
    try:
        with bar() as shown:
            task = shown.add_task("Signing", total=0)  # until it is known how many there are
            return seal_now(
                url,
                settings.signers,
                settings.origin,
                lambda size, head: shown.update(task, completed=size, total=head),
            )
    except Trouble as trouble:
        way_on = WAY_ON if trouble.code in BECAUSE else ""
        raise click.ClickException(f"{trouble.detail}{way_on}") from trouble


@contextmanager
def bar() -> Iterator[Progress]:
    """Progress over events, shown on a terminal only."""
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.completed:,} of {task.total:,} events"),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    ) as progress:
        yield progress
