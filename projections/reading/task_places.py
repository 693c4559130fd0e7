"""Where tasks lie: an agreement as known on a day, its roles, and what a person is concerned by."""

from collections.abc import Iterable
from datetime import date

from ledger.agreement.state import Agreement
from policies.allowed import Place
from policies.permissions import Action, Role
from projections.folding import agreements as kinds
from projections.reading.signers import agreement_known
from projections.reading.structure import BOARD, IndicatorKnown, Structure

# What the tasks of an agreement need to be known of it.
PARTS = (*BOARD, kinds.PARTNER, kinds.BODY, kinds.ROLE, kinds.SEALING, kinds.REFRESH)


class Places:
    """The places of an agreement's indicators. ``person`` is None where everybody's is asked."""

    def __init__(self, structure: Structure, today: date, person: str | None) -> None:
        self.structure = structure
        self.today = today
        self._body: Agreement = agreement_known(structure)
        self._grants = tuple(self._body.grants.values())
        self._mine = None if person is None else [g for g in self._grants if g.person == person]
        self._found: dict[tuple[str, Action | None], Place] = {}

    @property
    def whole(self) -> Place:
        """The agreement itself."""
        return Place(
            grants=self._grants, scopes=frozenset({self.structure.sheet.code}), on=self.today
        )

    @property
    def anywhere(self) -> Place:
        """Wherever somebody holds a role."""
        return Place(
            grants=self._grants,
            scopes=frozenset(grant.scope for grant in self._grants),
            on=self.today,
        )

    def of(self, indicator: IndicatorKnown, action: Action | None = None) -> Place:
        """An indicator, for an action that may be one of the whole agreement alone."""
        code, body = indicator.code, self._body
        found = self._found.get((code, action))
        if found is None:
            found = self._found[code, action] = Place(
                grants=self._grants,
                scopes=body.scopes_of(code) if action is None else body.scopes_for(action, code),
                on=self.today,
                data_owners=body.data_owners(indicator.definition.data_owner),
            )
        return found

    def plays(self, roles: Iterable[Role]) -> bool:
        """Whether the person holds one of these roles on any part of the agreement."""
        return self._mine is None or any(grant.role in roles for grant in self._mine)

    def concerned(
        self, indicators: Iterable[IndicatorKnown], roles: frozenset[Role]
    ) -> list[IndicatorKnown]:
        """Those indicators over which the person holds one of these roles."""
        if self._mine is None:
            return list(indicators)
        scopes = {grant.scope for grant in self._mine if grant.role in roles}
        if not scopes:
            return []
        return [one for one in indicators if scopes & self._body.scopes_of(one.code)]
