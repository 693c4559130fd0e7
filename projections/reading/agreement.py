"""One agreement: its sheet, structure, roles and the rules adopted."""

import msgspec

from ledger.agreement.events import RoleAssigned
from ledger.agreement.state import Adopted
from ledger.engine import Connection
from policies.change_control import freeze_until
from projections.answers import (
    AgreementAnswer,
    AreaAnswer,
    BodyAnswer,
    Named,
    OutcomeAnswer,
    PolicyInForce,
    RefreshAnswer,
    RoleHeld,
    SealedAnswer,
)
from projections.folding import agreements as kinds
from projections.reading.clocks import LONDON, ResolvedClocks, recorded_at
from projections.reading.structure import BOARD, Structure, read_indicators, read_structure

PARTS = (
    *BOARD,
    kinds.PARTNER,
    kinds.BODY,
    kinds.PRIORITY,
    kinds.ROLE,
    kinds.SEALING,
    kinds.REFRESH,
)


def read_agreement(
    connection: Connection, agreement: str, clocks: ResolvedClocks
) -> AgreementAnswer:
    """An agreement as known, with the policies adopted by the policy clock.

    Raises UnknownAgreement.
    """
    structure = read_structure(connection, agreement, clocks.clocks, PARTS)
    indicators = read_indicators(connection, structure, clocks.clocks.known_position)
    sheet = structure.sheet
    return AgreementAnswer(
        clocks=clocks.clocks,
        code=sheet.code,
        title=sheet.title,
        start=sheet.start,
        end=sheet.end,
        accountable_body=sheet.accountable_body,
        calendar=sheet.calendar,
        demonstration=structure.demonstration,
        statement=structure.statement or "",
        areas=tuple(
            AreaAnswer(code=area.code, name=area.name, within=area.within) for area in sheet.areas
        ),
        partners=tuple(Named(code=one.code, name=one.name) for one in structure.partners),
        bodies=tuple(
            BodyAnswer(code=one.code, name=one.name, kind=one.kind, blocks=one.blocks)
            for one in structure.bodies
        ),
        priorities=tuple(Named(code=one.code, name=one.title) for one in structure.priorities),
        blocks=tuple(Named(code=one.code, name=one.title) for one in structure.blocks.values()),
        outcomes=tuple(
            OutcomeAnswer(code=one.code, title=one.title, block=one.block, lead=one.lead)
            for one in structure.outcomes.values()
        ),
        indicators=tuple(indicators),
        roles=tuple(role_held(role) for role in structure.roles),
        policies=_policies(structure),
        sealed=_sealed(connection, structure),
        refreshes=tuple(
            RefreshAnswer(
                number=one.number,
                title=one.title,
                opens_on=one.opens_on,
                closes_on=one.closes_on,
            )
            for one in structure.refreshes
        ),
    )


def role_held(role: RoleAssigned) -> RoleHeld:
    """A role as the answer shows it."""
    return RoleHeld(
        person=role.person,
        role=role.role.value,
        scope=role.scope,
        partner=role.partner,
        valid_from=role.valid_from,
        valid_to=role.valid_to,
    )


def policy_in_force(kind: str, adopted: Adopted) -> PolicyInForce:
    """A version of rules as the answer shows it, numbers as text."""
    event = adopted.event
    return PolicyInForce(
        kind=kind,
        version=event.version,
        effective_from=event.effective_from,
        position=adopted.position,
        settings=msgspec.to_builtins(event.settings),
    )


def _sealed(connection: Connection, structure: Structure) -> SealedAnswer | None:
    sealed = structure.sealed
    if sealed is None:
        return None
    at = recorded_at(connection, structure.sealed_position)
    on = at.astimezone(LONDON).date()
    return SealedAnswer(
        at=at,
        minute_reference=sealed.minute_reference,
        freeze_until=freeze_until(on, sealed.freeze_days),
    )


def _policies(structure: Structure) -> tuple[PolicyInForce, ...]:
    return tuple(
        policy_in_force(kind, adopted)
        for kind, versions in structure.policies.items()
        for adopted in versions
    )
