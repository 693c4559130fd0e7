"""Publishing figures: from then on the public sees what was signed off, as known at that moment."""

from ledger.acts import Act, grants_of
from ledger.agreement.events import FiguresPublished
from ledger.agreement.state import Agreement
from ledger.amending.recording import (
    Acted,
    Said,
    append,
    body_of,
    placed,
    refuse_duty,
    until_recorded,
)
from ledger.record import Record
from policies.permissions import Action, check_may
from policies.refusals import DutyRefusal
from policies.refusals_escalation import TextRequired
from policies.texts import strange

LONGEST_TITLE = 200


def publish(record: Record, agreement: str, title: str, act: Act) -> Acted:
    """Publish what is signed off now; ``title`` says what for, such as "Quarter 2 2026/27".

    A performance officer over the agreement publishes. Raises UnknownAgreement, NoRole (recorded),
    TextRequired and Conflict.
    """

    def attempt() -> Acted:
        body = body_of(record, agreement)
        try:
            event = decide(body, title, act)
        except DutyRefusal as refusal:
            return refuse_duty(record, act, agreement, Action.PUBLISH.value, refusal)
        events = placed(act, body.id, body.version, event)
        return append(record, act, Action.PUBLISH.value, events, Said())

    return until_recorded(record, act, attempt)


def decide(body: Agreement, title: str, act: Act) -> FiguresPublished:
    """What publishing records. Raises NoRole and TextRequired."""
    assert body.sheet is not None
    check_may(
        Action.PUBLISH,
        person=act.actor,
        grants=grants_of(body, act.actor),
        scopes=frozenset({body.sheet.code}),
        on=act.today,
    )
    said = " ".join(title.split())
    if not said or len(said) > LONGEST_TITLE or strange(said):
        raise TextRequired(
            f"What is published has a title of 1 to {LONGEST_TITLE} characters that can be seen.",
            field="title",
        )
    return FiguresPublished(title=said)
