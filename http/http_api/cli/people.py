"""People and their access tokens."""

import re

import rich_click as click

from http_api import clock
from http_api.cli.context import as_json, the_service
from http_api.console import out, print_json
from ledger.acts import OPERATOR
from ledger.people import Person, keep_token, put_person

ID = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")


@click.group()
def person() -> None:
    """The people who use the service."""


@person.command("add")
@click.argument("id")
@click.option("--name", required=True, help="The name people know them by.")
@click.option("--email", required=True, help="Where mail reaches them.")
@click.option("--partner", default="", help="The code of the partner they work for.")
@as_json
def add(id: str, name: str, email: str, partner: str, json: bool) -> None:  # noqa: A002 - the command's own word
    """Add a person, or set their name and address anew. Roles come with the agreement."""
    if id == OPERATOR:
        raise click.ClickException(
            f"{OPERATOR} is whoever runs this command line: take another id."
        )
    if not ID.fullmatch(id):
        raise click.ClickException(
            f"{id!r} cannot be an id: use up to 63 lower-case letters, digits, points, hyphens and"
            " underscores, a letter or digit first."
        )
    entry = Person(id=id, name=name, email=email, partner=partner)
    with the_service() as service, service.pool.connection() as connection:
        changed = put_person(connection, entry)
    if json:
        print_json({"person": id, "changed": changed})
    else:
        out.print(f"{id}: {'recorded' if changed else 'unchanged'}")


@click.group()
def token() -> None:
    """Access tokens for the API."""


@token.command("create")
@click.argument("person")
@click.option("--label", required=True, help="What it is for, to know it by later.")
@as_json
def create(person: str, label: str, json: bool) -> None:
    """Make a token for a person. It is shown once and kept only as a digest."""
    secret = clock.new_token()
    with the_service() as service, service.pool.connection() as connection:
        known = keep_token(connection, secret, person, label, clock.now())
    if not known:
        raise click.ClickException(f"There is no person {person!r}: add them with person add.")
    if json:
        print_json({"token": secret})
    else:
        out.print(secret)
