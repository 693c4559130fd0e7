"""What one amendment is now: the fold of its events, small enough to be made anew by each."""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from ledger.amendment.events import (
    AmendmentActionRefused,
    AmendmentConsented,
    AmendmentDecided,
    AmendmentObjected,
    AmendmentProposed,
    AmendmentRehearsed,
    AmendmentRevised,
    AmendmentWithdrawn,
    Changes,
)
from ledger.event import Event, Recorded

Fields = dict[str, Any]  # of an amendment, that an event changes
NO_CHANGES = Changes(effective_from="")


class Stage(StrEnum):
    """Where an amendment stands. All but the first are final."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Step(msgspec.Struct, frozen=True):
    """Who did something, when, and at which position."""

    by: str
    at: datetime
    position: int


class Voice(msgspec.Struct, frozen=True):
    """A partner's consent or objection; ``text`` is the digest of the note or reason."""

    step: Step
    text: str = ""


class Rehearsal(msgspec.Struct, frozen=True):
    """The rehearsal of the present proposal."""

    event: AmendmentRehearsed
    step: Step


class Verdict(msgspec.Struct, frozen=True):
    """The decision of one body on the present proposal."""

    event: AmendmentDecided
    step: Step


class Amendment(msgspec.Struct, frozen=True, kw_only=True):
    """One amendment as folded so far; ``stage`` is None where nothing was proposed yet.

    Consents, objections, rehearsal and verdicts are those of the present proposal, whose
    ``revision`` counts from 1.
    """

    id: UUID
    version: int = 0
    stage: Stage | None = None
    proposed: AmendmentProposed | None = None
    revised: AmendmentRevised | None = None
    withdrawn: AmendmentWithdrawn | None = None
    revision: int = 0
    began: Step | None = None  # the proposal
    changed: Step | None = None  # the last revision
    ended: Step | None = None  # the final decision, or the withdrawal
    consents: dict[str, Voice] = {}
    objections: dict[str, Voice] = {}
    rehearsal: Rehearsal | None = None
    verdicts: tuple[Verdict, ...] = ()
    refused: str = ""  # agreement whose refused actions this stream holds, "" where none

    @property
    def agreement(self) -> str:
        """The code of its agreement."""
        return self.proposed.agreement if self.proposed else self.refused

    @property
    def number(self) -> int:
        """Its number in the agreement, 0 where nothing was proposed."""
        return self.proposed.number if self.proposed else 0

    @property
    def changes(self) -> Changes:
        """What it would change, or has changed."""
        if self.revised:
            return self.revised.changes
        return self.proposed.changes if self.proposed else NO_CHANGES

    @property
    def authors(self) -> frozenset[str]:
        """Whoever proposed or revised it."""
        return frozenset(step.by for step in (self.began, self.changed) if step)


def evolve(state: Amendment, recorded: Recorded) -> Amendment:
    """The amendment after one more event."""
    step = Step(recorded.actor, recorded.recorded_at, recorded.position)
    apply = _APPLY.get(type(recorded.event))
    fields = apply(state, recorded.event, step) if apply else {}
    return msgspec.structs.replace(state, version=recorded.originator_version, **fields)


def _proposed(_: Amendment, event: AmendmentProposed, step: Step) -> Fields:
    return {"stage": Stage.PROPOSED, "proposed": event, "began": step, "revision": 1}


def _revised(state: Amendment, event: AmendmentRevised, step: Step) -> Fields:
    """What was said, rehearsed and decided of the old proposal lapses."""
    return {
        "revised": event,
        "changed": step,
        "revision": state.revision + 1,
        "consents": {},
        "objections": {},
        "rehearsal": None,
        "verdicts": (),
    }


def _consented(state: Amendment, event: AmendmentConsented, step: Step) -> Fields:
    return {
        "consents": {**state.consents, event.partner: Voice(step, event.note)},
        "objections": _without(state.objections, event.partner),
    }


def _objected(state: Amendment, event: AmendmentObjected, step: Step) -> Fields:
    return {
        "objections": {**state.objections, event.partner: Voice(step, event.reason)},
        "consents": _without(state.consents, event.partner),
    }


def _rehearsed(_: Amendment, event: AmendmentRehearsed, step: Step) -> Fields:
    return {"rehearsal": Rehearsal(event, step)}


def _decided(state: Amendment, event: AmendmentDecided, step: Step) -> Fields:
    verdicts = (*state.verdicts, Verdict(event, step))
    final = {"stage": Stage(event.decision), "ended": step} if event.final else {}
    return {"verdicts": verdicts, **final}


def _withdrawn(_: Amendment, event: AmendmentWithdrawn, step: Step) -> Fields:
    return {"stage": Stage.WITHDRAWN, "withdrawn": event, "ended": step}


def _refused(_: Amendment, event: AmendmentActionRefused, step: Step) -> Fields:
    return {"refused": event.agreement}


def _without(voices: dict[str, Voice], partner: str) -> dict[str, Voice]:
    return {code: voice for code, voice in voices.items() if code != partner}


_APPLY: dict[type[Event], Callable[[Amendment, Any, Step], Fields]] = {
    AmendmentProposed: _proposed,
    AmendmentRevised: _revised,
    AmendmentConsented: _consented,
    AmendmentObjected: _objected,
    AmendmentRehearsed: _rehearsed,
    AmendmentDecided: _decided,
    AmendmentWithdrawn: _withdrawn,
    AmendmentActionRefused: _refused,
}
