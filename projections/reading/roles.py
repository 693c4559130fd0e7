"""Who held which role, from when to when."""

from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from ledger.agreement.events import RoleAssigned
from ledger.engine import Connection
from projections.audit_answers import RoleSpan, RoleSpans
from projections.folding.agreements import ROLE
from projections.reading.clocks import ResolvedClocks
from projections.reading.structure import read_structure

_decode = msgspec.json.Decoder(RoleAssigned).decode


class _Commit(NamedTuple):
    """Who recorded something, and when."""

    actor: str
    at: datetime


def read_roles(connection: Connection, agreement: str, clocks: ResolvedClocks) -> RoleSpans:
    """Every role of an agreement that anybody has held as known, in the order they were given.

    Raises UnknownAgreement.
    """
    known = clocks.clocks.known_position
    structure = read_structure(connection, agreement, clocks.clocks)
    rows = connection.execute(
        "SELECT data, from_position, to_position FROM structure WHERE agreement = %s AND kind = %s"
        " AND from_position <= %s ORDER BY from_position",
        (structure.id, ROLE, known),
    ).fetchall()
    commits = _commits(connection, {one for row in rows for one in row[1:] if one <= known})
    return RoleSpans(
        clocks=clocks.clocks,
        roles=tuple(_span(_decode(data), given, ended, commits) for data, given, ended in rows),
    )


def _span(role: RoleAssigned, given: int, ended: int, commits: dict[int, _Commit]) -> RoleSpan:
    """One role; it still holds where its end is not known yet."""
    end = commits.get(ended)
    return RoleSpan(
        person=role.person,
        role=role.role.value,
        scope=role.scope,
        partner=role.partner,
        valid_from=role.valid_from,
        valid_to=role.valid_to,
        since=commits[given].at,
        since_position=given,
        given_by=commits[given].actor,
        until=end and end.at,
        until_position=ended if end else None,
        ended_by=end and end.actor,
    )


def _commits(connection: Connection, positions: set[int]) -> dict[int, _Commit]:
    """The commits of positions."""
    rows = connection.execute(
        "SELECT p.position, c.actor, c.recorded_at FROM unnest(%s::bigint[]) AS p (position)"
        " CROSS JOIN LATERAL (SELECT actor, recorded_at FROM ledger.commits c"
        " WHERE c.last_position >= p.position ORDER BY c.last_position LIMIT 1) c",
        (list(positions),),
    )
    return {position: _Commit(actor, at.astimezone(UTC)) for position, actor, at in rows}
