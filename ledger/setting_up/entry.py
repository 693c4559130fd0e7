"""One entry of a table: its keys and values as given, read into a struct field by field."""

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

import msgspec

from ledger.setting_up.problems import Place, Problems, nearest, one_of
from ledger.setting_up.values import Unreadable, read_value, without_none
from policies.refusals import Refusal

S = TypeVar("S", bound=msgspec.Struct)
T = TypeVar("T", bound=msgspec.Struct)
AT_THE_TOP = ("indicators_from", "targets_from")  # in TOML a key belongs to the table above it


class Entry(msgspec.Struct, frozen=True):
    """An entry as given: where it stands, and its values by key."""

    place: Place
    values: Mapping[str, object]
    code: str = ""


def read_entry(
    entry: Entry, shape: type[S], problems: Problems, *, besides: Collection[str] = ()
) -> S | None:
    """The entry as a struct; None when something in it is wrong, which is then noted.

    The struct's own fields are the keys that are allowed; ``besides`` are keys read elsewhere.
    """
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    allowed = [*fields, *besides]
    before = len(problems.found)
    for key in entry.values:
        if key not in allowed:
            problems.add(entry.place, key, _no_such_key(key, allowed))
    given = {}
    for name, field in fields.items():
        if name in entry.values:
            given[name] = _read_field(entry, name, field.type, problems)
        elif field.required:
            problems.add(entry.place, name, "this is needed, and missing.")
    if len(problems.found) > before:
        return None
    try:
        return shape(**given)
    except Refusal as refusal:
        problems.add(entry.place, refusal.field, refusal.detail)
        return None


def _no_such_key(key: str, allowed: Collection[str]) -> str:
    """What is wrong with a key that the table has not, which may be one of the whole file."""
    if key in AT_THE_TOP:
        return "this stands at the top of the file, before any table."
    return f"there is no such key. The keys are: {one_of(allowed)}.{nearest(key, allowed)}"


def read_both(
    entry: Entry, first: type[S], second: type[T], problems: Problems
) -> tuple[S, T] | None:
    """Two structs from the keys of one entry; None when something is wrong, which is noted."""
    names = [field.name for field in msgspec.structs.fields(first)]
    mine = {key: value for key, value in entry.values.items() if key in names}
    one = read_entry(Entry(entry.place, mine, entry.code), first, problems)
    other = read_entry(entry, second, problems, besides=names)
    return None if one is None or other is None else (one, other)


def _read_field(entry: Entry, name: str, wanted: Any, problems: Problems) -> Any:
    value, wanted = entry.values[name], without_none(wanted)
    if isinstance(wanted, type) and issubclass(wanted, msgspec.Struct):
        if isinstance(value, dict):
            place = Place(f"{entry.place}, {name}", f"{entry.place.path}.{name}")
            return read_entry(Entry(place, value), wanted, problems)
        problems.add(entry.place, name, "this must be a table of its own keys.")
        return None
    try:
        return read_value(value, wanted)
    except Unreadable as unreadable:
        problems.add(entry.place, name, str(unreadable))
        return None
