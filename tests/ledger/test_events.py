"""Every event survives storage, and so does every event ever stored."""

import datetime as dt
import types
import typing
from collections.abc import Callable
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any, Literal, Union

import msgspec
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

import ledger.agreement.events
import ledger.amendment.events
import ledger.comparators.events
import ledger.indicator.events
import ledger.indicator.responses
import ledger.load.events  # noqa: F401 - importing enters the topics
from ledger.event import CATALOGUE, Event, decode, encode, stored
from policies.definition import PlanLimits
from policies.refusals import Refusal

SAMPLES = Path(__file__).parent.parent / "samples"
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12)
NUMBERS = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=0, max_value=10**12, places=4
)
LIMITS = (
    st.lists(NUMBERS, min_size=4, max_size=4)
    .map(sorted)
    .map(lambda n: PlanLimits(low_red=n[0], low_amber=n[1], high_amber=n[2], high_red=n[3]))
)
SIMPLE: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 9),
    bool: st.booleans(),
    Decimal: NUMBERS,
    dt.date: st.dates(),
    dt.datetime: st.datetimes(timezones=st.just(dt.UTC)),
    type(None): st.none(),
    PlanLimits: LIMITS,
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a field's type."""
    if kind in SIMPLE:
        return SIMPLE[kind]
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin is not None:
        return GENERIC[origin](arguments)
    if issubclass(kind, Enum):
        return st.sampled_from(kind)
    return structs(kind)


Arguments = tuple[Any, ...]
GENERIC: dict[Any, Callable[[Arguments], st.SearchStrategy[Any]]] = {
    Literal: st.sampled_from,
    Union: lambda kinds: st.one_of([values(each) for each in kinds]),
    types.UnionType: lambda kinds: st.one_of([values(each) for each in kinds]),
    tuple: lambda kinds: (
        st.lists(values(kinds[0]), max_size=3).map(tuple)
        if Ellipsis in kinds
        else st.lists(values(kinds[0]), min_size=len(kinds), max_size=len(kinds)).map(descending)
    ),
    dict: lambda kinds: st.dictionaries(values(kinds[0]), values(kinds[1]), max_size=2),
}


def descending(given: list[Any]) -> tuple[Any, ...]:
    """As points of statuses are: a worse one never has more."""
    return tuple(sorted(given, reverse=True))


def structs(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a struct."""
    hints = typing.get_type_hints(kind)
    fields = {field.name: values(hints[field.name]) for field in msgspec.structs.fields(kind)}

    def build(given: dict[str, Any]) -> Any:
        try:
            return kind(**given)
        except Refusal:  # settings that no policy may have
            reject()

    return st.fixed_dictionaries(fields).map(build)


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
@settings(suppress_health_check=[HealthCheck.filter_too_much], max_examples=25)
@given(data=st.data())
def test_every_event_survives_storage(topic: str, data: st.DataObject) -> None:
    """Decoding the stored bytes gives the same event, for any content."""
    event: Event = data.draw(structs(CATALOGUE[topic]))
    assert event == decode(topic, encode(event))


@pytest.mark.parametrize("topic", sorted(CATALOGUE))
def test_every_event_ever_stored_is_still_read(topic: str) -> None:
    """Each topic keeps the bytes of its first version; they are never edited."""
    samples = sorted(SAMPLES.glob(f"{topic}.*.json"))
    assert samples, f"keep a stored sample of {topic} in tests/samples/{topic}.1.json"
    for sample in samples:
        event = decode(topic, sample.read_bytes().rstrip(b"\n"))
        assert topic == event.TOPIC
        assert event == decode(topic, encode(event))


def test_numbers_are_stored_exactly_as_given() -> None:
    """The text of a number, trailing zeros included, comes back as it was."""
    state = b'{"entries":[{"period":"FY2023","area":"E1","value":"12.30"}]}'
    event = decode("values-submitted", state)
    assert state == encode(event)


def test_no_sample_is_of_an_unknown_topic() -> None:
    """A retired topic stays in the catalogue."""
    assert set() == {sample.name.split(".")[0] for sample in SAMPLES.iterdir()} - set(CATALOGUE)


def test_two_events_cannot_share_a_topic() -> None:
    """A topic names one kind of fact."""

    class Twin(Event, frozen=True, kw_only=True):
        TOPIC = "block-set"

    with pytest.raises(TypeError, match="block-set"):
        stored(Twin)
