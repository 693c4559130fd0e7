"""People and their access tokens."""

from collections.abc import Mapping
from datetime import date, datetime, time

import rich_click as click
from msgspec.structs import asdict
from rich.box import SIMPLE_HEAD
from rich.table import Table
from rich.text import Text

from http_api import clock
from http_api.cli.context import as_json, the_service
from http_api.cli.running import the_web
from http_api.console import err, out, print_json
from http_api.service import Service
from http_api.settings import ADDRESS_VARIABLE
from ledger.accounts import close_account, give_link, reopen_account
from ledger.closed import closed_accounts
from ledger.engine import Connection
from ledger.event import LONDON
from ledger.moving import agreement_codes, check_may_move, people_held
from ledger.openid import forget
from ledger.people import contacts, people, put_person
from ledger.person import Person
from ledger.person_checks import check_person
from ledger.record import Record
from ledger.tokens import USUAL, keep_token, revoke_token, tokens_of
from policies.sign_in import Scope
from policies.texts import told

NO_ADDRESS = (
    "Put before it how people reach the service, such as https://outturn.example, or set"
    f" {ADDRESS_VARIABLE} to that first."
)


@click.group()
def person() -> None:
    """The people who use the service."""


@person.command("list")
@as_json
def list_people(json: bool) -> None:
    """Everybody, by their id: name, address, partner, and whether their account is closed."""
    with the_service() as service, service.pool.connection() as connection:
        everybody, closed = list(people(connection).values()), closed_accounts(connection)
    if json:
        print_json([asdict(one) | {"closed_at": closed.get(one.id)} for one in everybody])
        return
    if not everybody:
        out.print("There is nobody yet.")
        return
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
    table.add_column("person", no_wrap=True)
    for column in ("name", "address", "partner", "account"):
        table.add_column(column, overflow="fold")
    for one in everybody:
        account = f"closed {closed[one.id]:%Y-%m-%d}" if one.id in closed else "open"
        table.add_row(one.id, Text(one.name), Text(one.email), one.partner, account)
    out.print(table)


@person.command("add")
@click.argument("id")
@click.option("--name", required=True, help="The name people know them by.")
@click.option("--email", required=True, help="Where mail reaches them.")
@click.option(
    "--partner",
    default=None,
    help="The code of the partner they belong to.  [default: as it is, none for somebody new]",
)
@as_json
def add(id: str, name: str, email: str, partner: str | None, json: bool) -> None:  # noqa: A002 - the command's own word
    """Add a person, or set their name and address anew. Roles come with the agreement."""
    with the_service() as service:
        with people_held(service.record) as connection:
            known = people(connection)
            if partner is None:
                partner = known[id].partner if id in known else ""
            entry = Person(id=id, name=name, email=email, partner=partner)
            check_person(entry)
            check_may_move(service.record, [entry], known, given_anew={})
            changed = put_person(connection, entry)
        _warn_of_partner(service.record, partner)
        _warn_of_address(entry, known)
    if json:
        print_json({"person": id, "changed": changed})
    else:
        out.print(f"{id}: {'recorded' if changed else 'unchanged'}")


@person.command("link")
@click.argument("id")
@as_json
def link(id: str, json: bool) -> None:  # noqa: A002 - the command's own word
    """Make a link with which a person sets a password, once, within a day."""
    secret, address = clock.new_token(), the_web().address
    with the_service() as service, service.pool.connection() as connection:
        if not give_link(connection, id, secret, clock.now()):
            raise _nobody(id)
    path = f"{address}/sign-in/link/{secret}"
    if json:
        print_json({"person": id, "link": path})
    else:
        out.print(path, soft_wrap=True, markup=False)
    if not address:
        err.print(NO_ADDRESS, soft_wrap=True, markup=False)


@person.command("unlink")
@click.argument("id")
@as_json
def unlink(id: str, json: bool) -> None:  # noqa: A002 - the command's own word
    """Forget which account of a provider (OpenID Connect) a person signs in with.

    The next time they are known by an address again that the provider has verified.
    """
    with the_service() as service, service.pool.connection() as connection:
        _check_known(connection, id)
        forgotten = forget(connection, id)
    if json:
        print_json({"person": id, "changed": forgotten > 0})
    else:
        out.print(f"{id}: {'forgotten' if forgotten else 'nothing to forget'}")


@person.command("close")
@click.argument("id")
@as_json
def close(id: str, json: bool) -> None:  # noqa: A002 - the command's own word
    """Close an account: nobody acts as this person any more. Their roles stay."""
    with the_service() as service, service.pool.connection() as connection:
        _check_known(connection, id)
        changed = close_account(connection, id, clock.now())
        roles = _roles_left(service, id)
    if json:
        print_json({"person": id, "changed": changed, "roles": roles})
        return
    out.print(f"{id}: {'closed' if changed else 'closed already'}")
    for role in roles:
        err.print(
            f"{id} still is {role['role']} over {role['scope']} in {role['agreement']}, and nobody"
            " acts as that: give somebody else the role, and end this one with outturn role end.",
            soft_wrap=True,
            markup=False,
        )


@person.command("reopen")
@click.argument("id")
@as_json
def reopen(id: str, json: bool) -> None:  # noqa: A002 - the command's own word
    """Open an account again, with the password it had."""
    with the_service() as service, service.pool.connection() as connection:
        _check_known(connection, id)
        changed = reopen_account(connection, id, clock.now())
    if json:
        print_json({"person": id, "changed": changed})
    else:
        out.print(f"{id}: {'open again' if changed else 'open already'}")


@click.group()
def token() -> None:
    """Access tokens for the API."""


@token.command("create")
@click.argument("person")
@click.option("--label", required=True, help="What it is for, to know it by later.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([each.value for each in Scope]),
    help="What it may be used for; may be given several times.  [default: read, submit, load]",
)
@click.option("--until", default="", metavar="DATE", help="Its last day.  [default: no end]")
@as_json
def create(person: str, label: str, scopes: tuple[str, ...], until: str, json: bool) -> None:
    """Make a token for a person. It is shown once and kept only as a digest."""
    secret = clock.new_token()
    with the_service() as service, service.pool.connection() as connection:
        known = keep_token(
            connection,
            secret,
            person,
            label,
            clock.now(),
            scopes=tuple(map(Scope, scopes)) or USUAL,
            expires_at=_end_of(until),
        )
    if not known:
        raise _nobody(person)
    if json:
        print_json({"token": secret})
    else:
        out.print(secret)


@token.command("list")
@click.argument("person")
@as_json
def list_tokens(person: str, json: bool) -> None:
    """The tokens of a person: what each is for, until when, and when it was used last."""
    with the_service() as service, service.pool.connection() as connection:
        _check_known(connection, person)
        tokens = tokens_of(connection, person)
    if json:
        print_json(tokens)
        return
    if not tokens:
        out.print(f"{person} has no token.", markup=False)
    for each in tokens:
        ended = each.revoked_at or each.expires_at
        used = each.last_used_at
        out.print(
            f"{each.id}  {each.label}  {', '.join(each.scopes)}"
            f"  {f'ends or ended {ended.astimezone(LONDON):%Y-%m-%d}' if ended else 'no end'}"
            f"  {f'used {used.astimezone(LONDON):%Y-%m-%d %H:%M}' if used else 'never used'}",
            markup=False,
            soft_wrap=True,
        )


@token.command("revoke")
@click.argument("person")
@click.argument("number", type=int)
@as_json
def revoke(person: str, number: int, json: bool) -> None:
    """End a token of a person, by its number in the list."""
    with the_service() as service, service.pool.connection() as connection:
        _check_known(connection, person)
        ended = revoke_token(connection, person, number, clock.now())
    if json:
        print_json({"token": number, "changed": ended})
    else:
        out.print(f"{number}: {'revoked' if ended else 'revoked before'}")


def _warn_of_partner(record: Record, partner: str) -> None:
    """Tell of a partner that no agreement has. It may come with one that is set up later."""
    agreements = [record.agreement(code) for code in agreement_codes(record)]
    partners = sorted({code for each in agreements for code in each.partners})
    if partner and agreements and partner not in partners:
        listed = ", ".join(partners) or "none yet"
        err.print(
            f"No agreement has a partner {partner!r} so far: those there are: {listed}.",
            soft_wrap=True,
            markup=False,
        )


def _warn_of_address(entry: Person, known: Mapping[str, Person]) -> None:
    """Tell of an address that others have: some share one, and then none signs in with it."""
    others = [
        one.id
        for one in known.values()
        if one.id != entry.id and one.email.casefold() == entry.email.casefold()
    ]
    if others:
        err.print(
            f"{entry.email} is the address of {told(others)} too: each of them signs in with their"
            " id, and none with the address.",
            soft_wrap=True,
            markup=False,
        )


def _roles_left(service: Service, person: str) -> list[dict[str, str]]:
    """The roles of a person that count today or later, in every agreement."""
    return [
        {"agreement": code, "role": grant.role.value, "scope": grant.scope}
        for code in agreement_codes(service.record)
        for grant in service.record.fresh_agreement(code).grants.values()
        if grant.person == person and (grant.valid_to is None or service.today <= grant.valid_to)
    ]


def _check_known(connection: Connection, person: str) -> None:
    """Refuse the id of nobody: that there was nothing to do would be no answer to a slip."""
    if not contacts(connection, [person]):
        raise _nobody(person)


def _nobody(person: str) -> click.ClickException:
    return click.ClickException(f"There is no person {person!r}: add them with person add.")


def _end_of(day: str) -> datetime | None:
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59), LONDON)
    except ValueError:
        raise click.ClickException(f"{day!r} is not a day, such as 2026-10-20.") from None
