"""Carrying out the demonstration's story by the ordinary commands, on a simulated clock."""

import os
import shutil
from collections.abc import Iterator

import msgspec
import rich_click as click
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn

from http_api import clock
from http_api.console import err, out, print_json
from http_api.database import database_url, open_pool
from http_api.demonstration.carrying import Teller, told
from http_api.demonstration.script import AGREEMENT, STORY
from http_api.demonstration.walk import stops
from http_api.serve import serve
from http_api.settings import Settings, from_environment
from ledger.accounts import set_password
from ledger.engine import log_in
from ledger.migrations import migrate
from ledger.proofs.following import sealing
from ledger.proofs.tiles import ledger_id
from ledger.record import Record
from ledger.tokens import keep_token
from policies.sign_in import Scope
from projections.catch_up import catch_up
from projections.schema import create as create_answers

SCHEMAS = (
    "answers",
    "attachments",
    "proofs",
    "loads",
    "amendments",
    "people",
    "ledger",
    "outturn_meta",
)
PASSWORD_LENGTH = 16
TOKEN_LABEL = "demonstration"  # noqa: S105 - the label of a token, not one


class SignIn(msgspec.Struct, frozen=True):
    """How to act as one of the demonstration's people: the token is for programs."""

    person: str
    roles: str
    token: str


class Prepared(msgspec.Struct, frozen=True, kw_only=True):
    """A demonstration ledger that is ready."""

    address: str
    agreement: str
    position: int
    password: str  # of everybody, on the page to sign in with
    sign_ins: tuple[SignIn, ...]


def run(*, home: str | None, host: str, port: int, serving: bool, json: bool) -> None:
    """Make a fresh demonstration ledger, say how to reach it, and serve it."""
    settings = from_environment(os.environ, home)
    url = database_url(settings)
    prepared = prepare(url, settings, address=f"http://{host}:{port}/")
    if json:
        print_json(prepared)
    else:
        show(prepared)
    if serving:
        serve(
            url,
            settings,
            host=host,
            port=port,
            workers=1,
            answers=lambda: None if json else invite(prepared),
        )


def prepare(url: str, settings: Settings, *, address: str) -> Prepared:
    """Tell the whole story to an empty ledger, showing how far it is.

    It is signed after every step, as a ledger is that is served all the while.
    """
    start_afresh(url, settings)
    with _progress() as progress:
        task = progress.add_task("Setting up the database", total=len(STORY) + 2)

        def say(what: str) -> None:
            progress.update(task, description=what, advance=1)
            if not err.is_terminal:
                err.print(what)

        migrate(url)
        create_answers(url)
        with (
            open_pool(url, most=2) as pool,
            sealing(url, settings.signers, settings.origin) as seal,
        ):
            record = Record(pool)
            teller = Teller(record, url)
            for step in STORY:
                say(told(step))
                teller.carry_out(step)
                seal()
            say("Laying out the answers")
            position = catch_up(url)
            password = clock.new_token().removeprefix("outturn_")[:PASSWORD_LENGTH]
            sign_ins = tuple(_sign_ins(record, password))
            record.close()
        progress.update(task, completed=len(STORY) + 2)
    return Prepared(
        address=f"{address}agreements/{AGREEMENT}",
        agreement=AGREEMENT,
        position=position,
        password=password,
        sign_ins=sign_ins,
    )


def start_afresh(url: str, settings: Settings) -> None:
    """Clear an earlier demonstration away, its signer too. Refuses a ledger that is none."""
    with log_in(url, autocommit=True) as connection:
        row = connection.execute(
            "SELECT to_regclass('ledger.ledger_events') IS NOT NULL"
        ).fetchone()
        if row and row[0]:
            born = connection.execute(
                "SELECT topic FROM ledger.ledger_events WHERE notification_id = 1"
            ).fetchone()
            (tokens,) = connection.execute("SELECT count(*) FROM people.token").fetchone() or (0,)
            if (born or tokens) and born != ("demonstration-declared",):
                raise click.ClickException(
                    "There is a real ledger in this database, which is never cleared away: name"
                    " another folder with --home, or another database."
                )
        signed = connection.execute("SELECT to_regclass('proofs.log') IS NOT NULL").fetchone()
        if signed and signed[0]:
            shutil.rmtree(settings.signers / str(ledger_id(connection)), ignore_errors=True)
        with connection.transaction():
            for schema in SCHEMAS:
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        console=err,
        disable=not err.is_terminal,
    )


def _sign_ins(record: Record, password: str) -> Iterator[SignIn]:
    """A token and the password for everybody who holds a role, in the order of their ids."""
    roles: dict[str, set[str]] = {}
    for grant in record.fresh_agreement(AGREEMENT).grants.values():
        roles.setdefault(grant.person, set()).add(grant.role.value)
    with record.pool.connection() as connection:
        for person, held in sorted(roles.items()):
            token = clock.new_token()
            set_password(connection, person, password, clock.now())  # which ends earlier tokens
            keep_token(connection, token, person, TOKEN_LABEL, clock.now(), scopes=tuple(Scope))
            yield SignIn(person, ", ".join(sorted(held)), token)


def show(prepared: Prepared) -> None:
    """The sign-ins and what to try, for a person."""
    out.print("Sign in as any of these people; each has the same password:\n")
    out.print(f"  {prepared.password}\n", markup=False)
    out.print("Programs send a token instead (Authorization: Bearer TOKEN):\n")
    for sign_in in prepared.sign_ins:
        # one line each, however narrow the terminal, so that a token can be copied whole
        line = f"  {sign_in.person:<20} {sign_in.roles:<20} {sign_in.token}"
        out.print(line, soft_wrap=True, markup=False)
    out.print()
    out.print("What is published can be read without signing in.")
    out.print("A walk (in a clone, write python3 http instead of outturn):\n")
    service = prepared.address.partition("/agreements/")[0]
    for number, stop in enumerate(stops(), start=1):
        out.print(f"  {number}. {stop.title}")
        out.print(f"     {service}{stop.page}", soft_wrap=True)
        out.print(f"     {stop.command}", soft_wrap=True)


def invite(prepared: Prepared) -> None:
    """Where to go, now that the service answers there."""
    out.print(f"\nOpen {prepared.address} (interrupt to stop)")
