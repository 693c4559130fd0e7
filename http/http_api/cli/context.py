"""What every command needs: the database, the record, the answers caught up, and printing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import rich_click as click

from http_api.database import database_url, open_pool
from http_api.service import ClocksAsked, Service
from http_api.settings import Settings, from_environment
from ledger.acts import OPERATOR, Act
from ledger.engine import Connection, log_in
from ledger.knowing import is_known
from ledger.migrations import is_current
from ledger.moving import agreement_codes
from policies.refusals import UnknownAgreement
from projections.catch_up import catch_up
from projections.reading.clocks import ResolvedClocks
from projections.schema import is_of_another_version

MOST_NAMED = 10  # agreements, of those there are instead of one there is not

as_json = click.option("--json", "json", is_flag=True, help="Print one JSON document.")
as_person = click.option(
    "--as",
    "person",
    default=OPERATOR,
    metavar="PERSON",
    help="Act as this person, within their roles. Unset, the record names the operator.",
)


class _Day(click.ParamType[date]):
    """A day, as 2026-10-20."""

    name = "date"

    def convert(
        self, value: str | date, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day, such as 2026-10-20.", param, ctx)


DAY = _Day()


def the_settings(home: str | None = None) -> Settings:
    """The settings of the environment."""
    return from_environment(os.environ, home)


def the_url(home: str | None = None) -> str:
    """The database's address, the embedded one started if need be."""
    return database_url(the_settings(home))


def check_migrated(url: str, *, made_anew: bool = False) -> None:
    """Refuse a database whose schema is not current; its roles may not be there either.

    ``made_anew``: the answers are, so that it is the same which version laid them out.
    """
    with log_in(url) as connection:
        if not is_current(connection):
            raise click.ClickException(
                "The database is not set up, or was set up by an earlier version: run outturn"
                " migrate."
            )
        if not made_anew and is_of_another_version(connection):
            raise click.ClickException(
                "The answers were laid out by another version of this program: run outturn migrate,"
                " after which they are made anew from the record."
            )


@contextmanager
def the_service(url: str | None = None) -> Iterator[Service]:
    """The service's own way into a database that is migrated."""
    address = url or the_url()
    check_migrated(address)
    with open_pool(address, most=2) as pool:
        service = Service(pool)
        try:
            yield service
        except UnknownAgreement as unknown:
            raise UnknownAgreement(f"{unknown.detail} {_agreements_there_are(service)}") from None
        finally:
            service.record.close()


def _agreements_there_are(service: Service) -> str:
    """The codes to choose from. Whoever runs the command line may know them all."""
    codes = agreement_codes(service.record)
    if not codes:
        return "There is none yet: outturn agreement apply sets one up."
    more = ", and others: see outturn agreement list" if len(codes) > MOST_NAMED else ""
    return (
        f"There are {', '.join(codes[:MOST_NAMED])}{more}."
        if len(codes) > 1
        else f"There is {codes[0]}."
    )


def act_as(service: Service, person: str) -> Act:
    """An act of the operator, or of somebody who is known.

    Whatever is recorded names its actor for ever, a refused try too: a name typed in the place of
    an id could never be erased.
    """
    if person != OPERATOR and not is_known(service.record, person):
        raise click.ClickException(
            f"There is no person {person!r}: give their id, as outturn person add took it."
        )
    return service.act(person)


@contextmanager
def the_answers(asked: ClocksAsked) -> Iterator[tuple[Connection, ResolvedClocks]]:
    """A connection for reading, with the answers caught up with the record, and the clocks."""
    url = the_url()
    with the_service(url) as service:
        catch_up(url)
        with service.reading(asked) as (connection, clocks):
            yield connection, clocks


@contextmanager
def between_answers(
    first: ClocksAsked, last: ClocksAsked
) -> Iterator[tuple[Connection, ResolvedClocks, ResolvedClocks]]:
    """The same for two moments that are to be compared."""
    url = the_url()
    with the_service(url) as service:
        catch_up(url)
        with service.reading_between(first, last) as read:
            yield read
