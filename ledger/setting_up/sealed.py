"""What a sealed agreement no longer takes from a set-up: named, and left to change control."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ledger.agreement.events import PolicyAdopted
from ledger.indicator.events import IndicatorRetired, Target
from ledger.indicator.state import Indicator
from ledger.setting_up.adopted import kind_of
from ledger.setting_up.problems import Place, Problems
from policies.definition import Definition
from policies.refusals import Sealed

_WAY = "the agreement is sealed, so this moves only through change control: propose an amendment"


def check_unsealed(
    new: Any, old: Any, indicator: str, recorded: Mapping[str, Indicator], problems: Problems
) -> None:
    """Note each key of a definition, target, retirement or policy that a sealed agreement does not
    take.

    An indicator that was not recorded yet may come, with its first targets.
    """
    if isinstance(new, PolicyAdopted):
        place = Place(f"[policies.{kind_of(new)}]", f"policies.{kind_of(new)}")
        problems.add(place, "version", f"version {new.version!r} is new: {_WAY}.", Sealed)
    elif indicator not in recorded:
        return
    elif isinstance(new, Definition):
        place = Place(f"[[indicators]] {indicator}", f"indicators[{indicator}]")
        _add(place, _differences(old, new), problems)
    elif isinstance(new, IndicatorRetired):
        place = Place(f"[[indicators]] {indicator}", f"indicators[{indicator}]")
        _add(place, [("retired_from", "none", new.from_period)], problems)
    elif isinstance(new, Target):
        code = f"{indicator} {new.area} {new.period}"
        place = Place(f"[[targets]] {code}", f"targets[{code}]")
        none = [("level", "none", str(new.level))]
        _add(place, _differences(old, new) if old is not None else none, problems)


def _add(place: Place, moved: Any, problems: Problems) -> None:
    for key, before, after in moved:
        problems.add(place, key, f"{before} → {after}: {_WAY}.", Sealed)


def _differences(old: msgspec.Struct, new: msgspec.Struct) -> Iterator[tuple[str, str, str]]:
    """The keys that differ, and what they were and would be."""
    for field in msgspec.structs.fields(type(new)):
        before, after = getattr(old, field.name), getattr(new, field.name)
        if before != after:
            yield field.name, _text(before), _text(after)


def _text(value: object) -> str:
    return "none" if value in (None, "") else str(value)
