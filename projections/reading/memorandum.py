"""The memorandum of a decision on an amendment, as it was when it was decided."""

from ledger.amendment.state import Stage
from ledger.engine import Connection
from policies.refusals_change_control import AmendmentOpen
from policies.retirement import is_retired
from projections.amendment_answers import Memorandum, TargetStanding
from projections.answers import Clocks
from projections.reading.amendments import (
    PARTS,
    known_amendment,
    level_of,
    partners_in,
    read_amendment,
)
from projections.reading.clocks import LONDON, ResolvedClocks, recorded_at
from projections.reading.standing_targets import standing_targets
from projections.reading.structure import read_indicators, read_structure
from projections.spans import span_of


def read_memorandum(
    connection: Connection, agreement: str, number: int, clocks: ResolvedClocks
) -> Memorandum:
    """All targets as they stood at the final decision, whom they bind, what changed, by whom.

    A target of a retired period stands no more. The clocks of the answer are the position of the
    decision. Raises UnknownAgreement, UnknownAmendment, and AmendmentOpen where there was no final
    decision as known.
    """
    read_structure(connection, agreement, clocks.clocks)
    state = known_amendment(connection, agreement, number, clocks)
    if state.stage is Stage.WITHDRAWN:
        raise AmendmentOpen("The amendment was withdrawn undecided, so there is no memorandum.")
    if state.ended is None:
        raise AmendmentOpen
    pinned = _pinned(connection, state.ended.position)
    structure = read_structure(connection, agreement, pinned.clocks, PARTS)
    indicators = read_indicators(connection, structure, pinned.clocks.known_position)
    partners = partners_in(structure)
    codes = {known.id: code for code, known in indicators.items()}
    places = {code: n for n, code in enumerate(indicators)}
    standing = [
        TargetStanding(
            indicator=(code := codes[one.indicator]),
            title=indicators[code].definition.title,
            area=one.target.area,
            area_name=structure.area_name(one.target.area),
            period=one.target.period,
            period_label=span_of(one.target.period).label,
            target=level_of(one.target),
            position=one.position,
            bound=tuple(sorted(partners.of_target(code, one.target.area))),
        )
        for one in standing_targets(connection, list(codes), pinned.clocks.known_position)
        if not is_retired(
            indicators[codes[one.indicator]].retired_from, span_of(one.target.period).period
        )
    ]
    standing.sort(key=lambda one: (places[one.indicator], span_of(one.period).order, one.area))
    return Memorandum(
        clocks=pinned.clocks,
        agreement=agreement,
        title=structure.sheet.title,
        amendment=read_amendment(connection, agreement, number, pinned),
        targets=tuple(standing),
    )


def _pinned(connection: Connection, position: int) -> ResolvedClocks:
    at = recorded_at(connection, position)
    clocks = Clocks(
        known_at=at,
        known_position=position,
        policy_at=at,
        policy_position=position,
        is_now=False,
    )
    return ResolvedClocks(clocks, at.astimezone(LONDON).date())
