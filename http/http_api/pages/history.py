"""Events in words: who did what, when, and with which figures."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

from http_api.pages import vocabulary
from http_api.pages.deeds import deed
from http_api.pages.words import (
    capital,
    day,
    name_of,
    number,
    period_label,
    quantity,
)
from policies.definition import Definition
from policies.refusals import all_refusals, sentence
from projections.answers import HistoryEvent

_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGEST_SHOWN = 12  # letters; enough to compare by eye


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """An event as a page tells it."""

    position: int
    at: datetime
    actor: str
    did: str
    about: tuple[str, ...]  # sentences that belong to the act
    items: tuple[str, ...]  # its figures, one line each


class Telling(msgspec.Struct, frozen=True):
    """What words an event's data need: the names of people and areas, and the unit's writing."""

    people: Mapping[str, str]
    areas: Mapping[str, str]
    definition: Definition


def told(events: Sequence[HistoryEvent], telling: Telling) -> tuple[Told, ...]:
    """The latest first."""
    return tuple(_told(event, telling) for event in reversed(events))


def _told(event: HistoryEvent, telling: Telling) -> Told:
    data = event.data
    return Told(
        position=event.position,
        at=event.recorded_at,
        actor=name_of(event.actor, telling.people),
        did=deed(event, telling.people).alone,
        about=about_of(data),
        items=tuple(items_of(event, telling)),
    )


def about_of(data: Mapping[str, Any]) -> tuple[str, ...]:
    """What else an event says of itself: the file it came from, why, and which rule refused it."""
    return (*_source(data), *_reason(data), *_refusal(data))


def _source(data: Mapping[str, Any]) -> list[str]:
    source = data.get("source")
    if not isinstance(source, Mapping):
        return []
    released = source.get("released_on")
    on = f", released {day(date.fromisoformat(str(released)))}" if released else ""
    return [f"From the file {source.get('file', '')}{on}"]


def _reason(data: Mapping[str, Any]) -> list[str]:
    """The texts of an act. Where only its digest is at hand, that is what is shown."""
    said = []
    for field in ("action", "cause", "reason", "note"):
        if field == "action" and "code" in data:  # the word for what was tried, and no text
            continue
        text = str(data.get(f"{field}_text") or data.get(field) or "")
        if _DIGEST.fullmatch(text):
            said.append(f"{capital(field)} kept beside the record, digest {text[:_DIGEST_SHOWN]}…")
        elif text:
            said.append(f"{capital(field)}: {text}")
    return said


def _refusal(data: Mapping[str, Any]) -> list[str]:
    """The sentence of a refusal's code; an event without one was not refused."""
    refusal = _REFUSALS.get(str(data.get("code", "")))
    told = refusal is not None and ("action" in data or "file" in data)
    return [sentence(refusal)] if refusal is not None and told else []


_REFUSALS = all_refusals()


def items_of(event: HistoryEvent, telling: Telling) -> list[str]:
    """The figures of an indicator's event, one line each."""
    data = event.data
    if event.type in {"targets-set", "targets-amended"}:
        return [_target(target, telling) for target in data.get("targets", ())]
    if event.type == "action-plan-submitted":
        return [_step(step, telling) for step in data.get("steps", ())]
    return [
        _entry(f"{event.position}.{place}", entry, telling)
        for place, entry in enumerate(data.get("entries", ()))
    ]


def _step(step: Mapping[str, Any], telling: Telling) -> str:
    """A step of an action plan: by when, what, by whom."""
    text = str(step.get("action_text") or "")
    what = text or f"a step kept beside the record, digest {step['action'][:_DIGEST_SHOWN]}…"
    person = str(step.get("responsible", ""))
    who = f" ({name_of(person, telling.people)})" if person else ""
    return f"By {day(date.fromisoformat(str(step['due_on'])))}: {what}{who}"


def _target(target: Mapping[str, Any], telling: Telling) -> str:
    kind = target.get("kind", "local")
    return f"{_where(target, telling)}: {_figure(target.get('level'), telling)} ({kind})"


def _where(about: Mapping[str, Any], telling: Telling) -> str:
    area = about.get("area", "")
    breakdown = ", ".join(f"{key} {value}" for key, value in (about.get("breakdown") or {}).items())
    parts = [telling.areas.get(area, area), breakdown, period_label(about.get("period", ""))]
    return ", ".join(part for part in parts if part)


def _entry(name: str, entry: Any, telling: Telling) -> str:
    """An entry as given; where the event only names entries, their names."""
    if isinstance(entry, str):
        return f"Entry {entry}"
    if "period" not in entry:
        return f"Entry {entry.get('name', name)}"
    given = f"{_where(entry, telling)}: {_given(entry, telling)}{_limits(entry, telling)}"
    provisional = ", provisional" if entry.get("provisional") else ""
    replaces = f", in place of entry {entry['replaces']}" if entry.get("replaces") else ""
    return f"{given}{provisional} (entry {name}{replaces})"


def _given(entry: Mapping[str, Any], telling: Telling) -> str:
    if entry.get("value") is not None:
        return _figure(entry["value"], telling)
    if entry.get("numerator") is not None:
        return f"{number(str(entry['numerator']))} of {number(str(entry.get('denominator', '')))}"
    return vocabulary.word(entry.get("missing") or "no value")


def _limits(entry: Mapping[str, Any], telling: Telling) -> str:
    low, high = entry.get("confidence_low"), entry.get("confidence_high")
    if low is None or high is None:
        return ""
    return f", confidence limits {number(str(low))} to {_figure(high, telling)}"


def _figure(text: Any, telling: Telling) -> str:
    return quantity(str(text), telling.definition.unit)
