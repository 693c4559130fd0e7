"""Why a comparison differs between two moments: one cause at a time, from the one to the other.

The causes are put in place one after another, in a fixed order: another definition, another
setting, the home area's own value, the values of others, another group. After each it is asked
anew where the home area stands, so that the steps lead from the one answer to the other with
nothing left over. What a cause did is what it did after those before it; in another order the
same difference may be shared out otherwise.
"""

from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

import msgspec

from policies.comparator_group import ComparatorGroup, ComparatorSettings
from policies.comparing import Comparison, Values, compare
from policies.definition import Definition
from policies.numbers import round_half_up


class Cause(StrEnum):
    """What made a comparison another one, in the order in which causes are put in place."""

    DEFINITION = "definition"
    SETTING = "setting"
    OWN_VALUE = "own-value"
    OTHERS = "others"
    GROUP = "group"


class Known(NamedTuple):
    """What a comparison was made of at one moment."""

    group: ComparatorGroup
    values: Values
    definition: Definition
    settings: ComparatorSettings


class Position(msgspec.Struct, frozen=True, kw_only=True):
    """Where the home area stands: its figure, rank and quartile, of how many, and the median."""

    value: Decimal | None
    rank: int | None
    quartile: int | None
    ranked: int
    median: Decimal | None


class Moved(msgspec.Struct, frozen=True, kw_only=True):
    """One cause and what it did.

    ``revised``, ``appeared`` and ``gone`` are areas whose judged figure is another, is there now,
    or is no longer there; ``joined`` and ``left`` are areas of the group.
    """

    cause: Cause
    before: Position
    after: Position
    revised: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    joined: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


def position(comparison: Comparison) -> Position:
    """Where the home area stands in a comparison; without one, what is known of the others."""
    home = comparison.home
    return Position(
        value=None if home is None else home.value,
        rank=None if home is None else home.rank,
        quartile=None if home is None else home.quartile,
        ranked=len(comparison.rows),
        median=comparison.median,
    )


def why_differs(
    then: Known, now: Known, home: str, anew: Values | None = None
) -> tuple[Moved, ...]:
    """The causes of a difference, in order; a cause that changed nothing it is made of is absent.

    A cause may leave the home area where it stood: a neighbour's revision is told all the same.
    ``anew`` are the earlier values as the later definition makes them of their parts, where that
    makes others of them: what another multiplier did is no revision.
    """
    values = then.values if anew is None else anew
    redefined = then._replace(definition=now.definition, values=values)
    stages = list(_stages(then, redefined, now, home))
    found = []
    before = _asked(then, home)
    for cause, known, told in stages:
        after = _asked(known, home)
        if told is not None:
            found.append(Moved(cause=cause, before=position(before), after=position(after), **told))
        before = after
    return tuple(found)


def _asked(known: Known, home: str) -> Comparison:
    return compare(known.group, known.values, known.definition, known.settings, home)


Told = dict[str, tuple[str, ...]]


def _stages(
    then: Known, redefined: Known, now: Known, home: str
) -> Iterable[tuple[Cause, Known, Told | None]]:
    """What is known after each cause, and what it changed; None where it changed nothing."""
    yield Cause.DEFINITION, redefined, {} if then.definition != now.definition else None
    known = redefined._replace(settings=now.settings)
    yield Cause.SETTING, known, {} if then.settings != now.settings else None
    known = known._replace(values=dict(known.values) | {home: now.values.get(home)})
    yield Cause.OWN_VALUE, known, _differing(redefined, now, [home])
    both = [area for area in dict.fromkeys(then.group.members) if area in now.group.members]
    others = [area for area in both if area != home]
    theirs = {area: now.values.get(area) for area in others}
    known = known._replace(values=dict(known.values) | theirs)
    yield Cause.OTHERS, known, _differing(redefined, now, others)
    yield Cause.GROUP, now, _regrouped(then.group, now.group)


def _differing(then: Known, now: Known, areas: Iterable[str]) -> Told | None:
    """Which areas' judged figures are others under the one definition."""
    told: dict[str, list[str]] = {"revised": [], "appeared": [], "gone": []}
    for area in areas:
        was, is_now = (_judged(known, area) for known in (then, now))
        if was == is_now:
            continue
        kind = "appeared" if was is None else "gone" if is_now is None else "revised"
        told[kind].append(area)
    return {kind: tuple(found) for kind, found in told.items()} if any(told.values()) else None


def _judged(known: Known, area: str) -> Decimal | None:
    value = known.values.get(area)
    return None if value is None else round_half_up(value, known.definition.decimals)


def _regrouped(then: ComparatorGroup, now: ComparatorGroup) -> Told | None:
    if then == now:
        return None
    return {
        "joined": tuple(dict.fromkeys(area for area in now.members if area not in then.members)),
        "left": tuple(dict.fromkeys(area for area in then.members if area not in now.members)),
    }
