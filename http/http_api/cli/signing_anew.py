"""The logs that the ledger is signed under, and going on under another after a loss."""

import rich_click as click
from psycopg.errors import InsufficientPrivilege

from http_api import clock
from http_api.cli.context import as_json, check_migrated, the_service, the_settings, the_url
from http_api.cli.proving import sealed_if_any
from http_api.console import out, print_json
from http_api.database import first_line
from http_api.losses import said_of
from http_api.settings import URL_VARIABLE
from ledger.proofs.begun_anew import CannotBegin
from ledger.proofs.begun_anew import begin_anew as begin_log_anew
from ledger.proofs.logs import logs


@click.group()
def log() -> None:
    """The log of hashes that the ledger is signed under, and those before it."""


@log.command("list")
@as_json
def list_logs(json: bool) -> None:
    """List the logs: the last is the one in use."""
    with the_service(the_url()) as service, service.pool.connection() as connection:
        found = logs(connection)
    if json:
        print_json({"logs": found})
        return
    for each in found:
        told = said_of(each) if each.because else "the first"
        out.print(f"{each.number}  {each.id}  {told}", markup=False, soft_wrap=True)


@log.command("begin-anew")
@click.option(
    "--signer-is-lost", is_flag=True, help="The folder of its signer is gone, and comes no more."
)
@as_json
def begin_anew(signer_is_lost: bool, json: bool) -> None:
    """Sign on under another log, where a restored backup lost signed events, or the signer is lost.

    Only where nothing can be signed any more, and the service is stopped. The database has to be
    named by a login that may migrate it. Auditors need the new key, by another way than the ledger,
    and to be told what was lost.
    """
    url, settings = the_url(), the_settings()
    check_migrated(url)
    try:
        begun = begin_log_anew(
            url, settings.signers, settings.origin, clock.now(), signer_is_lost=signer_is_lost
        )
    except CannotBegin as cannot:
        raise click.ClickException(str(cannot)) from cannot
    except InsufficientPrivilege as error:
        raise click.ClickException(
            f"This login may not begin a log ({first_line(error)}): {URL_VARIABLE} has to name the"
            " one that migrates, and not the service's."
        ) from error
    sealed = sealed_if_any(url)
    size = sealed.size if sealed else 0
    if json:
        root = sealed.root.hex() if sealed else None
        print_json({"log": begun.log, "size": size, "root": root, "key": begun.key})
        return
    out.print(f"Log {begun.log.number} is {said_of(begun.log)}.", markup=False, soft_wrap=True)
    out.print(f"{size:,} events are signed under it.", markup=False)
    out.print("Give auditors its key, by another way than the ledger, and why:", markup=False)
    out.print(f"  {begun.key}", soft_wrap=True, markup=False)
