"""With whom an agreement compares, and by which rules, as known."""

from typing import NamedTuple

from ledger.agreement.events import ComparatorGroupSet, ComparatorsPolicyAdopted
from ledger.agreement.state import in_force
from policies.comparator_group import ComparatorGroup, ComparatorSettings
from policies.refusals import UnknownArea
from policies.refusals_comparators import UnknownComparatorGroup
from projections.folding import agreements as kinds
from projections.reading.structure import Structure
from projections.spans import span_of

PARTS = (kinds.SHEET, kinds.COMPARATOR_GROUP)


class Compares(NamedTuple):
    """The settings of comparison for a period, and their version; "" where none is adopted."""

    settings: ComparatorSettings
    version: str


def group_of(structure: Structure, code: str | None) -> ComparatorGroupSet:
    """A group by its code, the first that was known for None. Raises UnknownComparatorGroup."""
    if code is None and structure.groups:
        return next(iter(structure.groups.values()))
    if code in structure.groups:
        return structure.groups[code]
    title = structure.sheet.title
    if not structure.groups:
        raise UnknownComparatorGroup(
            f"{title} names no group to compare with, as known then.", field="group"
        )
    named = ", ".join(structure.groups)
    raise UnknownComparatorGroup(
        f"{code!r} is no group of {title} as known then; there are {named}.", field="group"
    )


def as_compared(group: ComparatorGroupSet) -> ComparatorGroup:
    """A group as the rules ask for it."""
    return ComparatorGroup(
        code=group.code, title=group.title, version=str(group.version), members=group.members
    )


def compares_by(structure: Structure, period: str, policy_position: int) -> Compares:
    """The rules of comparison for a period, as adopted up to a position."""
    found = in_force(structure.policies[kinds.COMPARATORS], span_of(period).start, policy_position)
    if found is None:
        return Compares(ComparatorSettings(), "")
    assert isinstance(found.event, ComparatorsPolicyAdopted)
    return Compares(found.event.settings, found.event.version)


def area_asked(structure: Structure, group: ComparatorGroupSet, code: str | None) -> str:
    """The area a question is about: one of the agreement's or of the group. Raises UnknownArea."""
    if code is not None and code in group.members:
        return code
    try:
        return structure.area(code).code
    except UnknownArea:
        raise UnknownArea(
            f"{code!r} is neither an area of {structure.sheet.title} nor one of {group.title}, as"
            " known then.",
            field="area",
        ) from None
