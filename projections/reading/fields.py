"""What is stored as a plain list of fields, so that two versions can be held side by side."""

from collections.abc import Iterator, Mapping
from typing import Any

from projections.audit_answers import FieldChanged

Fields = dict[str, str]  # name of a field, with the names it stands under, to its value as text
_INSIDE = ("settings",)  # objects whose fields are told as if they stood outside


def fields_of(stored: Mapping[str, Any]) -> Fields:
    """The fields of an event or definition that say something; what is left out says nothing."""
    return dict(_walk("", stored))


def changed(before: Fields, after: Fields) -> Iterator[FieldChanged]:
    """The fields that differ, in the order of the later version; then those it lacks."""
    for name in {**after, **before}:
        was, became = before.get(name), after.get(name)
        if was != became:
            yield FieldChanged(field=name, before=was, after=became)


def _walk(name: str, value: Any) -> Iterator[tuple[str, str]]:
    match value:
        case None | "":
            return
        case dict():
            for inner, each in value.items():
                within = name if inner in _INSIDE else f"{name}.{inner}" if name else inner
                yield from _walk(within, each)
        case list() | tuple() if value and isinstance(value[0], dict):
            for each in value:
                said = [str(part) for key, part in each.items() if key != "code" and part]
                yield f"{name}.{each.get('code', '')}", ", ".join(said)
        case list() | tuple():
            if value:
                yield name, ", ".join(map(str, value))
        case bool():
            yield name, "yes" if value else "no"
        case _:
            yield name, str(value)
