"""What a person may do with an amendment now: the decisions themselves, asked beforehand.

Each act is tried as its plainest command. What is refused then would be refused whatever else is
said, so a page does not offer it; what is not refused can be done.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, NamedTuple
from uuid import UUID

from ledger.amendment.commands import Command, Consent, Decide, Propose, Revise, Withdraw
from ledger.amendment.decisions import Around, bound_by, check_may_rehearse, decide
from ledger.amendment.events import Changes
from ledger.amendment.state import Amendment
from policies.allowed import Place, may
from policies.change_control import BOARD, REVIEWING_BODY
from policies.permissions import Action
from policies.refusals import NoRole, Refusal, UnknownBody
from policies.refusals_change_control import ChangesNothing, NotBound

_SOMETHING = "said"  # stands for the digest of a text
_NOTHING = Changes(effective_from="FY2000")  # refused as such, after everything that is certain
_NOT_BEGUN = Amendment(id=UUID(int=0))
_DECIDING = (BOARD, REVIEWING_BODY)


class Offers(NamedTuple):
    """Why each act would be refused for certain; None where it can be done.

    ``speak`` is by bound partner, of a consent or objection; ``decide`` by body, of a rejection.
    ``approve`` is what stands against an approval by a body that may decide.
    """

    revise: Refusal | None
    withdraw: Refusal | None
    rehearse: Refusal | None
    speak: Mapping[str, Refusal | None]
    decide: Mapping[str, Refusal | None]
    approve: Refusal | None

    @property
    def speaks_for(self) -> tuple[str, ...]:
        """The bound partners this person may consent or object for."""
        return tuple(partner for partner, refusal in self.speak.items() if refusal is None)

    @property
    def decides_for(self) -> tuple[str, ...]:
        """The bodies this person may decide for."""
        return tuple(body for body, refusal in self.decide.items() if refusal is None)

    @property
    def cannot_speak(self) -> Refusal | None:
        """Why this person speaks for no bound partner; None where for one of them."""
        return _first(self.speak.values(), NotBound("No partner is bound by what it changes."))

    @property
    def cannot_decide(self) -> Refusal | None:
        """Why this person decides for no body; None where for one of them."""
        return _first(self.decide.values(), UnknownBody("The agreement has no body that decides."))


def offers(state: Amendment, around: Around) -> Offers:
    """What the person may do with the amendment."""
    bound = sorted(bound_by(state, around))
    bodies = [body.code for body in around.agreement.bodies.values() if body.kind in _DECIDING]
    rejections = {body: _refused(state, _decision(body, "rejected"), around) for body in bodies}
    may = next((body for body, refusal in rejections.items() if refusal is None), None)
    return Offers(
        revise=_refused(state, Revise(changes=_NOTHING, reason=_SOMETHING), around),
        withdraw=_refused(state, Withdraw(reason=_SOMETHING), around),
        rehearse=_rehearsal(state, around),
        speak={one: _refused(state, Consent(partner=one), around) for one in bound},
        decide=rejections,
        approve=None if may is None else _refused(state, _decision(may, "approved"), around),
    )


def proposal_refused(around: Around) -> Refusal | None:
    """Why any proposal of this person would be refused; None where one can be made."""
    command = Propose(number=1, title=_SOMETHING, reason=_SOMETHING, changes=_NOTHING)
    return _refused(None, command, around)


def may_propose_for(around: Around) -> tuple[str, ...]:
    """The indicators for which this person may propose changes, in the agreement's order."""
    agreement = around.agreement
    return tuple(
        code
        for code in agreement.placements
        if may(
            Action.PROPOSE,
            around.actor,
            Place(grants=around.grants, scopes=agreement.scopes_of(code), on=around.today),
        )
    )


def _decision(body: str, decision: Literal["approved", "rejected"]) -> Decide:
    return Decide(decision=decision, body=body, minute_reference=_SOMETHING, reason=_SOMETHING)


def _refused(state: Amendment | None, command: Command, around: Around) -> Refusal | None:
    try:
        decide(state or _NOT_BEGUN, command, around)
    except ChangesNothing as refusal:
        return None if isinstance(command, Propose | Revise) else refusal
    except Refusal as refusal:
        return refusal
    return None


def _rehearsal(state: Amendment, around: Around) -> Refusal | None:
    try:
        check_may_rehearse(state, around)
    except Refusal as refusal:
        return refusal
    return None


def _first(refusals: Iterable[Refusal | None], none: Refusal) -> Refusal | None:
    """None where anything can be done; else what tells most: a missing role only as the last."""
    found = list(refusals)
    if None in found:
        return None
    told = [each for each in found if each is not None]
    return min(told, key=lambda each: isinstance(each, NoRole), default=none)
