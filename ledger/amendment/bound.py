"""Whom an amendment binds and what it touches: the rules of change control, asked of a structure.

The structure may be the fold a decision is made on, or one read as known at some moment.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ledger.agreement.events import OutcomeSet, PartnerJoined
from ledger.agreement.state import Agreement
from ledger.amendment.events import Changes
from ledger.indicator.events import Target
from policies.change_control import bound_by_definition, bound_by_policy, bound_by_target
from policies.periods import parse_code

Held = Mapping[tuple[str, str, str], Target]  # targets that hold, by indicator, area and period


class Partners(NamedTuple):
    """Who leads what, and for which area: all that says whom a change binds."""

    placements: Mapping[str, str]  # indicator → outcome
    leads: Mapping[str, str]  # outcome → partner
    areas: Mapping[str, str]  # partner → area

    def of_target(self, indicator: str, area: str) -> frozenset[str]:
        """The partners bound by a target."""
        return bound_by_target(self._lead(indicator), area, self.areas)

    def of(self, changes: Changes, held: Held) -> frozenset[str]:
        """The partners bound by any of the changes, by code.

        A retirement binds as a definition does, and whoever is bound by a target that it ends.
        """
        bound = [self.of_target(one.indicator, one.target.area) for one in changes.targets]
        bound += [bound_by_definition(self._lead(one.indicator)) for one in changes.definitions]
        bound += [bound_by_definition(self._lead(one.indicator)) for one in changes.retirements]
        bound += [self.of_target(indicator, area) for indicator, area, _ in ended(changes, held)]
        if changes.policies:
            bound.append(bound_by_policy(self.leads.values()))
        return frozenset[str]().union(*bound)

    def _lead(self, indicator: str) -> str:
        return self.leads.get(self.placements.get(indicator, ""), "")


def partners_of(agreement: Agreement) -> Partners:
    """The partners of an agreement as folded."""
    return partners_from(
        agreement.placements, agreement.outcomes.values(), agreement.partners.values()
    )


def partners_from(
    placements: Mapping[str, str],
    outcomes: Iterable[OutcomeSet],
    partners: Iterable[PartnerJoined],
) -> Partners:
    """The partners of a structure."""
    return Partners(
        placements,
        {outcome.code: outcome.lead for outcome in outcomes},
        {partner.code: partner.area for partner in partners},
    )


def indicators_of(changes: Changes) -> tuple[str, ...]:
    """The indicators whose targets or definitions change, or that retire, in order, each once."""
    named = [one.indicator for one in changes.targets]
    named += [one.indicator for one in changes.definitions]
    named += [one.indicator for one in changes.retirements]
    return tuple(dict.fromkeys(named))


def ended(changes: Changes, held: Held) -> tuple[tuple[str, str, str], ...]:
    """The targets that the retirements end: those that hold for periods from the effective one."""
    retired = {one.indicator for one in changes.retirements}
    if not retired:
        return ()
    first = parse_code(changes.effective_from).start
    return tuple(key for key in held if key[0] in retired and parse_code(key[2]).start >= first)


def kinds_of(changes: Changes, held: Held) -> tuple[frozenset[str], ...]:
    """For each target that changes or ends, its kinds before and after."""
    kinds = []
    for change in changes.targets:
        before = held.get((change.indicator, change.target.area, change.target.period))
        kinds.append(frozenset({change.target.kind} | ({before.kind} if before else set())))
    kinds += [frozenset({held[key].kind}) for key in ended(changes, held)]
    return tuple(kinds)
