"""Who may sign off what, as known: by the roles of the agreement, and not what is their own."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

from ledger.acts import grants_of
from ledger.agreement.events import IndicatorPlaced
from ledger.agreement.state import Agreement, evolve
from ledger.event import Event, Recorded
from policies.permissions import MAY, Action
from policies.refusals import Refusal
from policies.signing import why_not_sign
from projections.folding import agreements as kinds
from projections.reading.structure import BOARD, IndicatorKnown, Structure

PARTS = (*BOARD, kinds.PARTNER, kinds.ROLE)  # of an agreement, that are to be read for this
_ANY_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # roles and places do not depend on when they came


class Signers:
    """Answers for every indicator of an agreement, on one day. ``structure`` holds ``PARTS``."""

    def __init__(self, structure: Structure, on: date) -> None:
        self._body = agreement_known(structure)
        self._on = on
        self._officers = sorted(
            {
                grant.person
                for grant in self._body.grants.values()
                if grant.role in MAY[Action.SIGN_OFF]
            }
        )

    def why_not(
        self, person: str, indicator: IndicatorKnown, given_by: tuple[str, str]
    ) -> Refusal | None:
        """Why a person may not sign off an entry that waits; None where they may."""
        body = self._body
        return why_not_sign(
            person,
            grants=grants_of(body, person),
            scopes=body.scopes_for(Action.SIGN_OFF, indicator.code),
            on=self._on,
            data_owners=body.data_owners(indicator.definition.data_owner),
            given_by=given_by,
        )

    def of(self, indicator: IndicatorKnown, given_by: tuple[str, str]) -> tuple[str, ...]:
        """Everybody who may sign off an entry that waits, in order of their ids."""
        return tuple(
            person for person in self._officers if self.why_not(person, indicator, given_by) is None
        )


def agreement_known(structure: Structure) -> Agreement:
    """The state of an agreement as decisions know it, from the parts that were read."""
    body = Agreement(structure.id)
    for event in _parts(structure):
        evolve(body, Recorded(structure.id, 0, event, 0, _ANY_TIME, ""))
    return body


def _parts(structure: Structure) -> Iterable[Event]:
    yield structure.sheet
    yield from structure.partners
    yield from structure.blocks.values()
    yield from structure.outcomes.values()
    for indicator, outcome in structure.placements.items():
        yield IndicatorPlaced(indicator=indicator, outcome=outcome)
    yield from structure.roles
