"""Who holds which role: assigned, ended and listed."""

from datetime import date

import rich_click as click
from rich.box import SIMPLE_HEAD
from rich.table import Table

from http_api.cli.answers import clock_options, clock_words, in_london
from http_api.cli.context import DAY, act_as, as_json, as_person, the_answers, the_service
from http_api.console import out, print_json
from http_api.service import ClocksAsked
from ledger.agreement.assigning import AssignRole, EndRole
from ledger.amending.assigning import assign_role, end_role
from policies.permissions import Role
from projections.audit_answers import RoleSpan, RoleSpans
from projections.reading.roles import read_roles

ROLE = click.Choice([role.value for role in Role])
ROLES = f"ROLE is one of {', '.join(ROLE.choices)}."
in_agreement = click.option("--agreement", required=True, metavar="CODE")


@click.group()
def role() -> None:
    """Roles of people in an agreement: who may do what, over which part, on which days."""


@role.command("assign", help=f"""
    Give PERSON a ROLE over SCOPE (the agreement, a block, an outcome or an indicator).

    Given again, its days are set anew.

    {ROLES}
""")  # fmt: skip
@click.argument("whom", metavar="PERSON")
@click.argument("role", type=ROLE, metavar="ROLE")
@click.argument("scope")
@in_agreement
@click.option("--from", "begins", type=DAY, help="Its first day.  [default: none]")
@click.option("--to", "ends", type=DAY, help="Its last day.  [default: none]")
@as_person
@as_json
def assign(
    whom: str,
    role: str,
    scope: str,
    agreement: str,
    begins: date | None,
    ends: date | None,
    person: str,
    json: bool,
) -> None:
    """Give a role, or set its days anew."""
    command = AssignRole(
        person=whom, role=Role(role), scope=scope, valid_from=begins, valid_to=ends
    )
    with the_service() as service:
        acted = assign_role(service.record, agreement, command, act_as(service, person))
    _tell(acted.last_position, f"{whom} is {role} over {scope}", json=json)


@role.command("end", help=f"""
    Take the ROLE over SCOPE from PERSON.

    {ROLES}
""")  # fmt: skip
@click.argument("whom", metavar="PERSON")
@click.argument("role", type=ROLE, metavar="ROLE")
@click.argument("scope")
@in_agreement
@as_person
@as_json
def end(whom: str, role: str, scope: str, agreement: str, person: str, json: bool) -> None:
    """Take a role from a person."""
    command = EndRole(person=whom, role=Role(role), scope=scope)
    with the_service() as service:
        acted = end_role(service.record, agreement, command, act_as(service, person))
    _tell(acted.last_position, f"{whom} is no longer {role} over {scope}", json=json)


@role.command("list")
@in_agreement
@clock_options
@as_json
def list_roles(agreement: str, known_at: str, policy_at: str, json: bool) -> None:
    """Every role anybody has held, since when, until when, and the days on which it counts."""
    with the_answers(ClocksAsked(known_at, policy_at)) as (connection, clocks):
        answer = read_roles(connection, agreement, clocks)
    if json:
        print_json(answer)
    else:
        _show(answer)


def _tell(position: int, said: str, *, json: bool) -> None:
    if json:
        print_json({"position": position, "receipt": f"/api/v1/ledger/receipts/{position}"})
    else:
        out.print(f"{said}, at position {position}.", markup=False)


def _show(answer: RoleSpans) -> None:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0), collapse_padding=True)
    for column in ("person", "role", "over", "partner", "counts", "given", "ended"):
        table.add_column(column, overflow="fold")
    for one in answer.roles:
        ended = f"{in_london(one.until):%Y-%m-%d} by {one.ended_by}" if one.until else ""
        table.add_row(
            one.person,
            one.role,
            one.scope,
            one.partner,
            days_words(one),
            f"{in_london(one.since):%Y-%m-%d} by {one.given_by}",
            ended,
        )
    out.print(table)
    out.print(clock_words(answer.clocks))


def days_words(role: RoleSpan) -> str:
    """The days on which a role counts, for a person."""
    begins = f"from {role.valid_from}" if role.valid_from else ""
    ends = f"to {role.valid_to}" if role.valid_to else ""
    return f"{begins} {ends}".strip() or "always"
