"""The ``[policies.…]`` tables: rules a body adopts, with their version and first day."""

from typing import Any

from ledger.agreement.events import KIND_OF, POLICIES, SETTINGS, PolicyAdopted
from ledger.setting_up.entry import Entry, read_both
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import VersionRow
from ledger.setting_up.tables import POLICIES_NOT_YET, check_name


def read_policies(given: Any, problems: Problems) -> tuple[PolicyAdopted, ...]:
    """One event for every table of policies."""
    if not isinstance(given, dict):
        problems.add(Place("[policies]", "policies"), "", "write [policies.rag] and so on.")
        return ()
    adopted = []
    for kind, values in given.items():
        place = Place(f"[policies.{kind}]", f"policies.{kind}")
        if not check_name(kind, tuple(POLICIES), POLICIES_NOT_YET, place, problems):
            continue
        if not isinstance(values, dict):
            problems.add(place, "", "this must be a table, in single brackets.")
            continue
        both = read_both(Entry(place, values), VersionRow, SETTINGS[kind], problems)
        if both is not None:
            version, settings = both
            adopted.append(
                POLICIES[kind](
                    version=version.version,
                    effective_from=version.effective_from,
                    settings=settings,
                )
            )
    return tuple(adopted)


def kind_of(policy: PolicyAdopted) -> str:
    """The name of the table a policy comes from."""
    return KIND_OF[type(policy)]
