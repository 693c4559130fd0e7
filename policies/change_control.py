"""Change control: whom a change binds, which bodies decide on it, and when it may be approved.

Source: the rules of judgement, 8. Nothing here looks at who the person is: see permissions.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

BOARD, REVIEWING_BODY = "board", "reviewing-body"  # kinds of body, in the order they are named
REVIEWED = frozenset({"designated", "stretch"})  # kinds of target the reviewing body has a say in
LOCAL = "local"


def bound_by_target(lead: str, area: str, areas: Mapping[str, str]) -> frozenset[str]:
    """The partners bound by a target: the lead of its outcome, and whoever's area it is for.

    ``areas`` has the area of each partner by its code, "" for one that has none.
    """
    local = {partner for partner, its in areas.items() if its and its == area}
    return frozenset(local | ({lead} if lead else set()))


def bound_by_definition(lead: str) -> frozenset[str]:
    """The partner bound by a definition: the lead of its indicator's outcome."""
    return frozenset({lead} if lead else ())


def bound_by_policy(leads: Iterable[str]) -> frozenset[str]:
    """The partners bound by rules: every one that leads an outcome."""
    return frozenset(lead for lead in leads if lead)


def bodies_needed(target_kinds: Iterable[str]) -> tuple[str, ...]:
    """The kinds of body that have to approve; ``target_kinds`` are those before and after.

    The responsible body always; the reviewing body too where a target is, or becomes, designated
    or stretch.
    """
    return (BOARD, REVIEWING_BODY) if REVIEWED.intersection(target_kinds) else (BOARD,)


def freeze_until(sealed_on: date, freeze_days: int) -> date:
    """The first day on which an amendment of a local target may be approved."""
    return sealed_on + timedelta(days=freeze_days)


def is_frozen(target_kinds: Iterable[str], until: date, today: date) -> bool:
    """Whether a change of targets of these kinds, before and after, has to wait."""
    return LOCAL in target_kinds and today < until


def gathers(opens_on: date, closes_on: date, today: date) -> bool:
    """Whether a refresh takes amendments in; both of its days are included."""
    return opens_on <= today <= closes_on


def unresolved(
    bound: Iterable[str], consents: Iterable[str], objections: Iterable[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The bound partners that have not consented, and those of them that object, by code."""
    needed, agreed, against = set(bound), set(consents), set(objections)
    return tuple(sorted(needed - agreed)), tuple(sorted(needed & against))
