"""Keys that the ledger has and a file does not, where the file was declared complete.

They are listed for a person to decide: a key that is not in a file is not a withdrawal.
"""

from collections.abc import Callable, Iterable, Mapping

import msgspec

from ledger.agreement.state import Agreement
from ledger.indicator.state import Key
from ledger.loading.whose import HeldByKey, Holding
from policies.refusals import BadMapping
from policies.texts import cut


class AbsentKey(msgspec.Struct, frozen=True):
    """An entry that holds in the ledger, and whose key the file does not have."""

    indicator: str
    name: str
    key: Key


def scopes_known(scopes: Iterable[str], agreement: Agreement) -> None:
    """Refuse a scope that is nothing of the agreement. Raises BadMapping."""
    known = {*agreement.areas, *agreement.placements}
    for indicator in agreement.placements:
        known |= agreement.scopes_of(indicator)
    for scope in scopes:
        if scope not in known:
            raise BadMapping(
                f"complete_for: {cut(scope)!r} is not the code of the agreement, or of a block,"
                " outcome, indicator or area of it.",
                field="complete_for",
            )


def indicators_within(scopes: Iterable[str], agreement: Agreement) -> frozenset[str]:
    """The indicators of which scopes hold any key; an area holds keys of all of them."""
    wanted = frozenset(scopes)
    if wanted & agreement.areas.keys():
        return frozenset(agreement.placements)
    return frozenset(code for code in agreement.placements if wanted & agreement.scopes_of(code))


def absent_keys(
    present: Callable[[str, Key], bool],
    scopes: Iterable[str],
    held_of: Mapping[str, HeldByKey],
    agreement: Agreement,
) -> tuple[AbsentKey, ...]:
    """The entries within scopes whose keys no row has, by indicator and key.

    ``present`` says whether the file has a row of an indicator's key; ``held_of`` is what the
    ledger holds by indicator. An area and another scope together mean that area within the other.
    """
    wanted = frozenset(scopes)
    if not wanted:
        return ()
    areas = wanted & agreement.areas.keys()
    others = wanted - areas
    return tuple(
        AbsentKey(code, held.name, key)
        for code, entries in sorted(held_of.items())
        if not others or others & agreement.scopes_of(code)
        for key, held in sorted(entries.items(), key=_by_key)
        if (not areas or key.area in areas) and not present(code, key)
    )


def _by_key(item: tuple[Key, Holding]) -> Key:
    return item[0]
