"""What the pages of change control offer their reader, in words."""

from typing import NamedTuple

from http_api.offering import RegisterOffered
from http_api.pages import vocabulary
from http_api.pages.advice import next_steps
from http_api.pages.words import listed
from ledger.amendment.offers import Offers
from policies.refusals_change_control import ConsentsMissing, RehearsalStale
from projections.amendment_answers import AmendmentAnswer
from projections.answers import AgreementAnswer


class Offered(NamedTuple):
    """Something the reader may do: the part of the address of its form, and its words.

    ``first`` is what it is time for.
    """

    part: str
    words: str
    first: bool


def is_stale(offers: Offers) -> bool:
    """Whether it has to be rehearsed again before it is approved."""
    return isinstance(offers.approve, RehearsalStale)


def against_approval(answer: AmendmentAnswer, offers: Offers) -> str:
    """What stands against an approval by whoever may decide, and what to do; "" for nothing."""
    refusal = offers.approve
    if refusal is None:
        return ""
    said = vocabulary.plainly(refusal.detail)
    if isinstance(refusal, ConsentsMissing):
        missing = [one.name for one in answer.partners if one.says != "consented"]
        said = f"It waits for the consent of {listed(missing)}."
    return " ".join([said, *next_steps(refusal.errors)])


def offered_on(answer: AmendmentAnswer, offers: Offers) -> list[Offered]:
    """What can be done with an amendment; what everything waits for comes first."""
    says = {one.partner: one.says for one in answer.partners}
    speaks = offers.speaks_for
    decidable = bool(offers.decides_for) and offers.approve is None
    possible = (
        ("decisions", "Decide on it", bool(offers.decides_for), decidable),
        ("consents", "Consent", any(says.get(one) != "consented" for one in speaks), True),
        ("objections", "Object", any(says.get(one) != "objected" for one in speaks), False),
        ("revisions", "Revise the proposal", offers.revise is None, False),
        ("withdrawal", "Withdraw the proposal", offers.withdraw is None, False),
    )
    found = [Offered(part, words, first) for part, words, there, first in possible if there]
    return sorted(found, key=lambda one: not one.first)


def begun(agreement: AgreementAnswer, offered: RegisterOffered) -> list[Offered]:
    """What can be begun in change control."""
    titles = {one.number: one.title for one in agreement.refreshes}
    found = [
        Offered(f"refreshes/{number}/decisions", f"Decide on refresh {number}, {title}", True)
        for number, title in titles.items()
        if number in offered.refreshes
    ]
    possible = (
        ("amendments/new", "Propose an amendment", offered.propose, True),
        ("refreshes", "Open a refresh", offered.open_refresh, False),
        ("seal", "Seal the agreement", offered.seal, False),
    )
    return [
        *found,
        *(Offered(part, words, first) for part, words, no, first in possible if no is None),
    ]
