"""The acts of change control that have a form: what stands against each, what it asks."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple, TypeVar

import msgspec

from http_api.api import amendment_bodies as bodies
from http_api.api.amending import (
    Sender,
    deciding_refresh,
    on_amendment,
    opening_refresh,
    proposing,
    rehearsing,
    sealing,
)
from http_api.api.bodies import TextKeeper
from http_api.api.loads import ReasonBody
from http_api.offering import (
    RegisterOffered,
    amendment_offered,
    gathered,
    proposable,
    register_offered,
)
from http_api.pages import amendment_fields as fields
from http_api.pages import proposal_fields as proposals
from http_api.pages.filling import Form, Mistyped, Typed, body_of
from http_api.pages.proposal_pasted import Pasted, unpacked
from http_api.pages.proposal_typed import Held, changes_typed, indicators_typed, rows_typed
from http_api.pages.reader import ClocksAsked, Reader
from http_api.service import Service
from ledger.accounts import Visitor
from ledger.amendment.commands import Command
from ledger.amendment.offers import Offers
from policies.change_control import gathers
from policies.permissions import Action
from policies.refusals import Refusal
from projections.amendment_answers import AmendmentAnswer
from projections.answers import AgreementAnswer

B = TypeVar("B", bound=bodies.RevisionBody)
NOW = ClocksAsked()


class Place(NamedTuple):
    """Where a form is asked for, and by whom; ``number`` is of an amendment or refresh, else 0."""

    service: Service
    reader: Reader
    who: Visitor
    agreement: str
    number: int


class Scene(NamedTuple):
    """What a form is drawn from."""

    at: Place
    agreement: AgreementAnswer
    amendment: AmendmentAnswer | None = None
    offers: Offers | None = None

    @property
    def today(self) -> date:
        """The day it is where the partnership is."""
        return self.at.service.act(self.at.who.person).today

    @property
    def proposal(self) -> AmendmentAnswer:
        """The amendment, of a form that is about one."""
        assert self.amendment is not None
        return self.amendment

    @property
    def may(self) -> Offers:
        """What may be done with that amendment."""
        assert self.offers is not None
        return self.offers


class Recorded(NamedTuple):
    """Where an act was recorded, and the number of the amendment it was about; 0 for none."""

    position: int
    number: int = 0


Recording = Callable[[Scene, Form, Typed, Sender], Recorded]
Against = Callable[[Scene], Refusal | None]


class ControlForm(NamedTuple):
    """One act: its address in the agreement, what stands against it, what it asks and records.

    ``shows_changes`` where whoever fills it in is to see what the proposal changes.
    """

    path: str
    right: Action
    against: Against
    form: Callable[[Scene], Form]
    record: Recording
    shows_changes: bool = False


def _speaking(scene: Scene) -> dict[str, str]:
    names = {one.code: one.name for one in scene.agreement.partners}
    return {code: names.get(code, code) for code in scene.may.speaks_for}


def _deciding(scene: Scene) -> dict[str, str]:
    names = {one.code: one.name for one in scene.agreement.bodies}
    return {code: names.get(code, code) for code in scene.may.decides_for}


def _decision(scene: Scene) -> Form:
    approvable = scene.may.approve is None
    return fields.decision(_deciding(scene), scene.proposal.revision, approvable=approvable)


def _choices(scene: Scene) -> proposals.Choices:
    """What a proposal of this person can be about."""
    at = scene.at
    rows = at.reader.status(at.agreement, NOW, period=None, area=None).rows
    titles = {row.indicator: row.title for row in rows}
    return proposals.Choices(
        {
            code: titles.get(code, code)
            for code in proposable(at.service, at.agreement, at.who.person)
        },
        {
            one.number: f"Refresh {one.number}: {one.title}"
            for one in scene.agreement.refreshes
            if gathers(one.opens_on, one.closes_on, scene.today)
        },
    )


def _changes(shape: type[B], scene: Scene, form: Form, pasted: Pasted) -> B:
    if pasted.problems:
        raise Mistyped(pasted.problems)
    record, code = scene.at.service.record, scene.at.agreement
    states = record.indicators(code, indicators_typed(pasted.typed))
    proposed = scene.amendment.changes.targets if scene.amendment else ()
    bare = {(one.indicator, one.area, one.period) for one in proposed if not one.after.baseline}
    held = Held(record.agreement(code), states, bare)
    try:
        return changes_typed(shape, form, pasted.typed, held)
    except Mistyped as wrong:
        raise Mistyped(pasted.told(wrong.problems)) from None


def _propose(scene: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
    pasted = unpacked(typed, rows_typed(typed))
    body = _changes(bodies.ProposalBody, scene, form, pasted)
    try:
        acted = proposing(sender, body)
    except Refusal as refusal:
        raise pasted.refused(refusal) from None
    return Recorded(acted.last_position, acted.numbers[0])


def _revise(scene: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
    pasted = unpacked(typed, rows_typed(typed))
    body = _changes(bodies.RevisionBody, scene, form, pasted)
    try:
        acted = on_amendment(sender, scene.at.number, body, bodies.revision)
    except Refusal as refusal:
        raise pasted.refused(refusal) from None
    return Recorded(acted.last_position, scene.at.number)


def _acting(shape: type[msgspec.Struct], build: Callable[[Any, TextKeeper], Command]) -> Recording:
    """How an act on one amendment is recorded."""

    def recorded(scene: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
        body = body_of(shape, form, typed)
        acted = on_amendment(sender, scene.at.number, body, build)
        return Recorded(acted.last_position, scene.at.number)

    return recorded


def _rehearse(scene: Scene, _: Form, __: Typed, sender: Sender) -> Recorded:
    kept = rehearsing(sender, scene.at.number)
    return Recorded(kept.acted.last_position, scene.at.number)


def _seal(_: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
    return Recorded(sealing(sender, body_of(bodies.SealBody, form, typed)).last_position)


def _open_refresh(_: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
    acted = opening_refresh(sender, body_of(bodies.RefreshBody, form, typed))
    return Recorded(acted.last_position)


def _decide_refresh(scene: Scene, form: Form, typed: Typed, sender: Sender) -> Recorded:
    body = body_of(bodies.RefreshDecisionBody, form, typed)
    return Recorded(deciding_refresh(sender, scene.at.number, body).last_position)


def _gathered(scene: Scene) -> Form:
    """The form of a decision on a refresh, for the bodies that this person decides for."""
    at = scene.at
    found = gathered(at.service, at.agreement, at.number, at.who.person)
    names = {one.code: one.name for one in scene.agreement.bodies}
    titles = {
        one.number: one.proposed.title
        for every in found.waiting.values()
        for one in every
        if one.proposed
    }
    return fields.refresh_decision(
        {code: names.get(code, code) for code in found.waiting}, dict(sorted(titles.items()))
    )


def _against(begin: Callable[[RegisterOffered], Refusal | None]) -> Against:
    return lambda scene: begin(
        register_offered(scene.at.service, scene.at.agreement, scene.at.who.person)
    )


def _against_decisions(scene: Scene) -> Refusal | None:
    at = scene.at
    return gathered(at.service, at.agreement, at.number, at.who.person).against


ONE = "amendments/{number:int}"
CONTROL_FORMS: tuple[ControlForm, ...] = (
    ControlForm(
        "amendments/new",
        Action.PROPOSE,
        _against(lambda may: may.propose),
        lambda scene: proposals.proposal(scene.agreement, _choices(scene)),
        _propose,
    ),
    ControlForm(
        f"{ONE}/revisions",
        Action.PROPOSE,
        lambda scene: scene.may.revise,
        lambda scene: proposals.revision(scene.agreement, _choices(scene), scene.proposal),
        _revise,
    ),
    ControlForm(
        f"{ONE}/consents",
        Action.CONSENT,
        lambda scene: scene.may.cannot_speak,
        lambda scene: fields.consent(_speaking(scene), scene.proposal.revision),
        _acting(bodies.ConsentBody, bodies.consent),
        shows_changes=True,
    ),
    ControlForm(
        f"{ONE}/objections",
        Action.OBJECT,
        lambda scene: scene.may.cannot_speak,
        lambda scene: fields.objection(_speaking(scene), scene.proposal.revision),
        _acting(bodies.ObjectionBody, bodies.objection),
        shows_changes=True,
    ),
    ControlForm(
        f"{ONE}/rehearsals",
        Action.REHEARSE,
        lambda scene: scene.may.rehearse,
        lambda _: fields.rehearsal(),
        _rehearse,
        shows_changes=True,
    ),
    ControlForm(
        f"{ONE}/decisions",
        Action.DECIDE,
        lambda scene: scene.may.cannot_decide,
        _decision,
        _acting(bodies.DecisionBody, bodies.decision),
        shows_changes=True,
    ),
    ControlForm(
        f"{ONE}/withdrawal",
        Action.PROPOSE,
        lambda scene: scene.may.withdraw,
        lambda _: fields.withdrawal(),
        _acting(ReasonBody, bodies.withdrawal),
    ),
    ControlForm(
        "seal", Action.SEAL, _against(lambda may: may.seal), lambda _: fields.seal(), _seal
    ),
    ControlForm(
        "refreshes",
        Action.OPEN_REFRESH,
        _against(lambda may: may.open_refresh),
        lambda scene: fields.refresh(scene.today),
        _open_refresh,
    ),
    ControlForm(
        "refreshes/{number:int}/decisions",
        Action.DECIDE,
        _against_decisions,
        _gathered,
        _decide_refresh,
    ),
)


def scene_of(one: ControlForm, at: Place) -> Scene:
    """What a form is drawn from. Raises what is unknown."""
    agreement = at.reader.agreement(at.agreement, NOW)
    if not one.path.startswith(ONE):
        return Scene(at, agreement)
    return Scene(
        at,
        agreement,
        at.reader.amendment(at.agreement, at.number, NOW),
        amendment_offered(at.service, at.agreement, at.number, at.who.person),
    )
