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


class Partners(NamedTuple):
    """Who leads what, and for which area: all that says whom a change binds."""

    placements: Mapping[str, str]  # indicator → outcome
    leads: Mapping[str, str]  # outcome → partner
    areas: Mapping[str, str]  # partner → area

    def of_target(self, indicator: str, area: str) -> frozenset[str]:
        """The partners bound by a target."""
        return bound_by_target(self._lead(indicator), area, self.areas)

    def of(self, changes: Changes) -> frozenset[str]:
        """The partners bound by any of the changes, by code."""
        bound = [self.of_target(one.indicator, one.target.area) for one in changes.targets]
        bound += [bound_by_definition(self._lead(one.indicator)) for one in changes.definitions]
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
    """The indicators whose targets or definitions change, in order, each once."""
    targets = [change.indicator for change in changes.targets]
    return tuple(dict.fromkeys((*targets, *(one.indicator for one in changes.definitions))))


def kinds_of(
    changes: Changes, held: Mapping[tuple[str, str, str], Target]
) -> tuple[frozenset[str], ...]:
    """For each target that changes, its kinds before and after.

    ``held`` are the targets that hold, by indicator, area and period.
    """
    kinds = []
    for change in changes.targets:
        before = held.get((change.indicator, change.target.area, change.target.period))
        kinds.append(frozenset({change.target.kind} | ({before.kind} if before else set())))
    return tuple(kinds)
