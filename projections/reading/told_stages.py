"""Escalation as answers tell it: moves, what is waited for, and who must act by their roles."""

from collections.abc import Iterable
from datetime import date

from policies.awaits import Asked, Awaits, awaits
from policies.escalation import Move
from policies.permissions import Role
from projections.escalations import ActAnswer, AwaitsAnswer, EscalationRow, MoveAnswer
from projections.folding import agreements as kinds
from projections.reading.responses import acts_of
from projections.reading.stages import Escalated
from projections.reading.structure import BOARD, IndicatorKnown, Structure
from projections.spans import span_of

PARTS = (*BOARD, kinds.BODY, kinds.ROLE)  # what an answer about escalation needs of an agreement


def told_move(move: Move) -> MoveAnswer:
    """A move as answers write it."""
    return MoveAnswer(
        on=move.on,
        before=int(move.before),
        after=int(move.after),
        cause=move.cause.value,
        working=move.working,
        period=move.period or None,
        period_label=span_of(move.period).label if move.period else None,
        entry=move.entry or None,
        proxy=move.proxy or None,
        position=move.position or None,
    )


def awaited(
    structure: Structure, indicator: str, found: Escalated, today: date
) -> AwaitsAnswer | None:
    """What the present stage waits for, and who holds the role or sits in the body that must act.

    None where there is no stage.
    """
    asked = awaits(found.escalation, acts_of(found.responses), today=today)
    if asked is None:
        return None
    return AwaitsAnswer(
        what=asked.what.value,
        who=asked.who.value or None,
        words=asked.words,
        plan=asked.plan or None,
        on=asked.on,
        people=_people(structure, indicator, asked, today),
        body=_bodies(structure, indicator, asked),
    )


def told_row(
    structure: Structure,
    indicator: IndicatorKnown,
    area: str,
    found: Escalated,
    acts: Iterable[ActAnswer],
    today: date,
) -> EscalationRow:
    """An open stage with what moved it and what was done since there was none."""
    escalation, outcome = found.escalation, structure.placements.get(indicator.code, "")
    asked, since = awaited(structure, indicator.code, found, today), escalation.since
    assert asked is not None
    assert since is not None
    begins = escalation.spell[0].on
    return EscalationRow(
        indicator=indicator.code,
        title=indicator.definition.title,
        block=structure.block_of(outcome),
        outcome=outcome,
        area=area,
        stage=int(escalation.stage),
        since=since,
        below=escalation.below,
        plan=escalation.plan or None,
        review_on=escalation.review_on,
        awaits=asked,
        moves=tuple(map(told_move, escalation.spell)),
        acts=tuple(act for act in acts if act.on >= begins),
    )


def _people(structure: Structure, indicator: str, asked: Awaits, today: date) -> tuple[str, ...]:
    """Whoever holds the role that must act: for the indicator, its block or the whole agreement."""
    block = structure.block_of(structure.placements.get(indicator, ""))
    roles = {
        Asked.LEAD_OFFICER: (Role.LEAD_OFFICER, structure.scopes_of(indicator)),
        Asked.THEMATIC_GROUP: (Role.BOARD_MEMBER, {block} - {""}),
        Asked.BOARD: (Role.BOARD_MEMBER, {structure.sheet.code}),
    }
    if asked.who not in roles:
        return ()
    role, scopes = roles[asked.who]
    held = [one for one in structure.held_on(today) if one.role is role and one.scope in scopes]
    return tuple(dict.fromkeys(one.person for one in held))


def _bodies(structure: Structure, indicator: str, asked: Awaits) -> tuple[str, ...]:
    """The bodies that must act: the board, or the thematic groups of the indicator's block."""
    if asked.who not in (Asked.THEMATIC_GROUP, Asked.BOARD):
        return ()
    block = structure.block_of(structure.placements.get(indicator, ""))
    return tuple(
        body.code
        for body in structure.bodies
        if body.kind == asked.who.value and (asked.who is Asked.BOARD or block in body.blocks)
    )
