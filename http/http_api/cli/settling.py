"""What is done with a load that is there: committed, abandoned or withdrawn."""

from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import rich_click as click
from click.exceptions import Exit

from http_api import clock
from http_api.cli.context import act_as, as_json, as_person, the_service, the_url
from http_api.cli.load_report import CHECKED_TOLD, show
from http_api.console import print_json
from http_api.load_answers import read_document
from http_api.service import ClocksAsked, Service
from ledger.acts import Act
from ledger.load.decisions import check_there_is
from ledger.load.events import LoadChecked
from ledger.load.state import Load, Stage
from ledger.loading.asking import abandon as give_up
from ledger.loading.asking import ask_to_commit, ask_to_withdraw
from ledger.loading.now import finish
from ledger.loading.working import Workshop
from policies.refusals import LoadStale
from projections.catch_up import catch_up

in_agreement = click.option("--agreement", required=True, metavar="CODE")
which = click.argument("load", type=click.UUID)


@click.group()
def loads() -> None:
    """Loads that are there: commit or abandon one that waits, withdraw one that is in."""


@loads.command("commit")
@which
@in_agreement
@click.option("--checked", default="", metavar="DIGEST",
              help="The check that you saw, or how its digest begins; needed where there were"
                   " several.")  # fmt: skip
@click.option("--confirm-unit", is_flag=True,
              help="The figures are right, though they seem to be in another unit.")  # fmt: skip
@as_person
@as_json
def commit(
    load: UUID, agreement: str, checked: str, confirm_unit: bool, person: str, json: bool
) -> None:
    """Record LOAD, which waits, as its check found it.

    Where the ledger moved since, or it was checked again and that is not the check you name, it
    waits on: look at what differs, and commit it as the last line says.
    """
    if checked and len(checked) < CHECKED_TOLD:
        raise click.UsageError(f"--checked needs at least {CHECKED_TOLD} characters of the digest.")

    def ask(service: Service, act: Act) -> None:
        found = service.record.load(load)
        check_there_is(found, agreement)
        seen = _seen(service, found, checked)
        ask_to_commit(service.record, agreement, load, seen, act, confirmed_unit=confirm_unit)

    _settle(load, agreement, person, ask, Stage.COMMITTED, json=json)


def _seen(service: Service, load: Load, named: str) -> str:
    """The digest of the check that was seen, "" where that is another one than the last.

    Who names none has seen the first, be it here, on the page or over HTTP. That they have seen a
    later one too, which somebody else may have caused, nobody can know.
    """
    if load.checked is None:
        return ""
    events = service.record.application.stream(load.id)
    checks = sum(isinstance(recorded.event, LoadChecked) for recorded in events)
    is_seen = load.checked.digest.startswith(named) if named else checks == 1
    return load.checked.digest if is_seen else ""


@loads.command("abandon")
@which
@in_agreement
@click.option("--reason", default="", help="Why.")
@as_person
@as_json
def abandon(load: UUID, agreement: str, reason: str, person: str, json: bool) -> None:
    """Give up LOAD, which waits; its file and rows stay."""

    def ask(service: Service, act: Act) -> None:
        give_up(service.record, agreement, load, reason, act, clock.nonce)

    _settle(load, agreement, person, ask, Stage.ABANDONED, json=json)


@loads.command("withdraw")
@which
@in_agreement
@click.option("--reason", required=True, help="Why.")
@as_person
@as_json
def withdraw(load: UUID, agreement: str, reason: str, person: str, json: bool) -> None:
    """Take back what LOAD wrote: its values go back to what they were."""

    def ask(service: Service, act: Act) -> None:
        ask_to_withdraw(service.record, agreement, load, reason, act)

    _settle(load, agreement, person, ask, Stage.WITHDRAWN, json=json)


def _settle(
    load: UUID,
    agreement: str,
    person: str,
    ask: Callable[[Service, Act], None],
    wanted: Stage,
    *,
    json: bool,
) -> None:
    """Ask, see it done, and tell what the load is then; ends with 1 where it is not as wanted."""
    url = the_url()
    with the_service(url) as service:
        with suppress(LoadStale):  # what is told below is the newer check, and how to commit that
            ask(service, act_as(service, person))
            finish(Workshop(service.record, service.act, clock.nonce, _untold), load)
        catch_up(url)
        document = read_document(service, agreement, load, ClocksAsked())
    if json:
        print_json(document)
    else:
        show(document)
    if document.state != wanted:
        raise Exit(1)


def _untold(_: int) -> None:
    """How far it is, which nobody waits to hear."""
