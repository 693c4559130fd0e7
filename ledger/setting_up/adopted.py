"""The ``[policies.…]`` tables: rules a body adopts, with their version and first day."""

from collections.abc import Callable
from typing import Any

import msgspec

from ledger.agreement.events import (
    BasketPolicyAdopted,
    ComparatorsPolicyAdopted,
    DuePolicyAdopted,
    EscalationPolicyAdopted,
    PolicyAdopted,
    RagPolicyAdopted,
    RewardPolicyAdopted,
    TravelPolicyAdopted,
)
from ledger.setting_up.entry import Entry, read_both
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import VersionRow
from ledger.setting_up.tables import POLICIES, POLICIES_NOT_YET, check_name
from policies.basket import BasketSettings
from policies.comparator_group import ComparatorSettings
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.rag import RagSettings
from policies.reward import RewardSettings
from policies.travel import TravelSettings

KINDS: dict[str, tuple[Callable[..., PolicyAdopted], type[msgspec.Struct]]] = {
    "rag": (RagPolicyAdopted, RagSettings),
    "travel": (TravelPolicyAdopted, TravelSettings),
    "due": (DuePolicyAdopted, DueSettings),
    "escalation": (EscalationPolicyAdopted, EscalationSettings),
    "reward": (RewardPolicyAdopted, RewardSettings),
    "comparators": (ComparatorsPolicyAdopted, ComparatorSettings),
    "basket": (BasketPolicyAdopted, BasketSettings),
}
_KIND_OF: dict[Callable[..., PolicyAdopted], str] = {
    event: kind for kind, (event, _) in KINDS.items()
}


def read_policies(given: Any, problems: Problems) -> tuple[PolicyAdopted, ...]:
    """One event for every table of policies."""
    if not isinstance(given, dict):
        problems.add(Place("[policies]", "policies"), "", "write [policies.rag] and so on.")
        return ()
    adopted = []
    for kind, values in given.items():
        place = Place(f"[policies.{kind}]", f"policies.{kind}")
        if not check_name(kind, POLICIES, POLICIES_NOT_YET, place, problems):
            continue
        if not isinstance(values, dict):
            problems.add(place, "", "this must be a table, in single brackets.")
            continue
        event, shape = KINDS[kind]
        both = read_both(Entry(place, values), VersionRow, shape, problems)
        if both is not None:
            version, settings = both
            adopted.append(
                event(
                    version=version.version,
                    effective_from=version.effective_from,
                    settings=settings,
                )
            )
    return tuple(adopted)


def kind_of(policy: PolicyAdopted) -> str:
    """The name of the table a policy comes from."""
    return _KIND_OF[type(policy)]
