"""How far an amendment reaches: whose judgements it could change, and whose facts matter to that.

One answer for the rehearsal, for whether it is out of date, and for the tasks that say so.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from ledger.amendment.bound import indicators_of
from ledger.amendment.events import Changes
from policies.definition import Definition
from policies.turns import may_have_proxy


class Reach(NamedTuple):
    """The codes of the indicators ``judged`` by the proposal, and of those that stand ``beside``:
    they are judged as before, but what the others come to, or are paid, rests on them too."""

    judged: frozenset[str]
    beside: frozenset[str]

    @property
    def matter(self) -> frozenset[str]:
        """Those of which a new fact makes a rehearsal stale."""
        return self.judged | self.beside


def reach_of(
    changes: Changes, definitions: Mapping[str, Definition], stretched: Collection[str]
) -> Reach:
    """The reach of some changes, given the definition of each indicator of the agreement.

    ``stretched`` have or had a stretch target, where rules of reward are adopted: what each earns
    is a share of one pot. Rules are for every indicator; a target or a definition is for its own,
    and for the annual one that it stands in for.
    """
    named = frozenset(indicators_of(changes))
    proposed = {one.indicator: one.definition for one in changes.definitions}
    annual = {code for code, one in definitions.items() if _proxy(one) in named}
    judged = frozenset(definitions) | named if changes.policies else named | annual
    proxies = {
        _proxy(one)
        for sheets in (definitions, proposed)
        for code, one in sheets.items()
        if code in judged
    }
    stretches = any(one.target.kind == "stretch" for one in changes.targets)
    paid = frozenset(stretched) if stretches or judged & set(stretched) else frozenset[str]()
    return Reach(judged, frozenset(proxies | paid) - judged - {""})


def _proxy(definition: Definition) -> str:
    """The code of the indicator that stands in for one; empty for none."""
    return definition.proxy if may_have_proxy(definition) else ""
