"""Signing off and returning from a page: the forms of somebody, as commands on the record."""

from hashlib import sha256
from itertools import groupby
from typing import NamedTuple

import msgspec

from http_api import metrics
from http_api.api.acting import asked, carry_out_waiting
from http_api.api.bodies import NamedEntriesBody, returning
from http_api.service import Service
from http_api.sign_off_forms import Chosen, Recorded, ReturnForm, SignOffForm
from ledger.indicator.commands import SignOffValues
from ledger.indicator.events import SignedEntry
from ledger.signing import sign_off_chosen, told_under

RETURNED = "returned"  # the outcome of an entry that was returned, as a command tells it


class Done(NamedTuple):
    """Where a form was recorded, and what of it was not: ``digest`` of these is a code.

    Where something was not, the position is one by which the record says why: what others did.
    """

    position: int
    left: tuple[Chosen, ...]


def sign(service: Service, agreement: str, person: str, form: SignOffForm) -> Done:
    """Sign off what was chosen, one command for each indicator; what cannot be signed is told.

    Sent again, it is recorded once and answered alike. Raises UnknownAgreement and
    UnknownIndicator before anything is recorded, and IdempotencyKeyReused.
    """
    parts = [
        (indicator, tuple(ones))
        for indicator, ones in groupby(
            sorted(form.chosen, key=lambda one: one.indicator), key=lambda one: one.indicator
        )
    ]
    for indicator, _ in parts:
        service.record.indicator(agreement, indicator)
    digest = _digest(agreement, form)
    done = Done(0, ())
    for indicator, ones in parts:
        one_done = _sign(service, (agreement, indicator), person, ones, form, digest)
        done = Done(max(done.position, one_done.position), done.left + one_done.left)
    return done._replace(position=service.last_recorded()) if done.left else done


def _sign(
    service: Service,
    address: tuple[str, str],
    person: str,
    chosen: tuple[Chosen, ...],
    form: SignOffForm,
    digest: bytes,
) -> Done:
    agreement, indicator = address
    command = SignOffValues(
        entries=tuple(SignedEntry(one.name, one.digest) for one in chosen),
        assurance=form.assurance,
    )
    act = service.act(person, key=_begins(form.key) + indicator, digest=digest)
    with metrics.COMMAND_SECONDS.time():
        signed = sign_off_chosen(service.record, agreement, indicator, command, act)
    for answered in signed.answered:
        metrics.count_command(command, answered.told.refused)
        service.saw(answered.last_position)
    position = max((answered.last_position for answered in signed.answered), default=0)
    left = (Chosen(indicator, name, refusal.code) for name, refusal in signed.refusals.items())
    return Done(position, tuple(left))


def give_back(service: Service, agreement: str, person: str, form: ReturnForm) -> int:
    """Return one entry, as the API does; where it was recorded. Raises its refusal.

    Raises ValidationError for a reason that is too long.
    """
    sent = {"entries": [form.entry.name], "reason": form.reason.replace("\r\n", "\n")}
    body = msgspec.convert(sent, NamedEntriesBody)
    address = agreement, form.entry.indicator
    key = _begins(form.key) + form.entry.indicator
    what = asked(service, person, body, returning, key=key, path="/".join(address))
    return carry_out_waiting(service, address, what).last_position


def recorded(service: Service, person: str, key: str) -> Recorded:
    """What a form of a person came to that was sent under a key."""
    with service.pool.connection() as connection:
        told = told_under(connection, person, _begins(key)) if key else {}
    outcomes = [(code, one) for code, each in told.items() for one in each.outcomes]
    entries = tuple((code, one.name) for code, one in outcomes)
    return Recorded(entries, any(one.outcome == RETURNED for _, one in outcomes))


def _begins(key: str) -> str:
    """How the keys of a form's commands begin; the code of an indicator follows."""
    return f"sign-off-page:{key}:"


def _digest(agreement: str, form: SignOffForm) -> bytes:
    """What tells one form from another under the same key."""
    said = (agreement, form.assurance, sorted(one.text for one in form.chosen))
    return sha256(msgspec.json.encode(said)).digest()
