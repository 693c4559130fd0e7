"""What an event is, how it is stored, and the catalogue of every topic there has ever been."""

from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import msgspec

LONDON = ZoneInfo("Europe/London")  # the day a fact belongs to

# Fields of events that hold the digest of a text. The action of a refusal is a word, and no digest.
TEXT_FIELDS = ("note", "reason", "action", "cause", "no_baseline")
NAMESPACE = UUID("6f1d5c1e-3b0e-5d7c-9a55-0b8f5b6f7a11")  # of all stream ids; never changes


class Event(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A fact. Fields are only ever added, with defaults; a changed meaning is a new topic."""

    TOPIC: ClassVar[str] = ""  # in the database for ever; never renamed


class Recorded(msgspec.Struct, frozen=True):
    """An event in its place: which stream, which version of it, where in the ledger, when, by whom.

    ``position``, ``recorded_at`` and ``actor`` are given by the ledger when the event is stored;
    before that they are 0, the decision's time and the acting person.
    """

    originator_id: UUID
    originator_version: int
    event: Event
    position: int
    recorded_at: datetime
    actor: str

    @property
    def on(self) -> date:
        """The day it was recorded where the partnership is."""
        return self.recorded_at.astimezone(LONDON).date()


CATALOGUE: dict[str, type[Event]] = {}
_DECODE: dict[str, Callable[[bytes], Any]] = {}
_encoder = msgspec.json.Encoder(decimal_format="string")

E = TypeVar("E", bound=type[Event])


def stored(cls: E) -> E:
    """Enter an event class in the catalogue under its topic."""
    if not cls.TOPIC or cls.TOPIC in CATALOGUE:
        raise TypeError(f"{cls.__name__} needs a topic of its own, not {cls.TOPIC!r}")
    CATALOGUE[cls.TOPIC] = cls
    _DECODE[cls.TOPIC] = msgspec.json.Decoder(cls).decode
    return cls


def encode(event: Event) -> bytes:
    """The exact bytes that are stored, and that every proof is made over."""
    return _encoder.encode(event)


def decode(topic: str, state: bytes) -> Event:
    """The event of stored bytes. Unknown fields are ignored, missing ones take their defaults."""
    event: Event = _DECODE[topic](state)
    return event


@lru_cache(maxsize=10_000)
def agreement_id(code: str) -> UUID:
    """The stream of an agreement; the same code is always the same stream."""
    return uuid5(NAMESPACE, f"agreement:{code}")


@lru_cache(maxsize=100_000)
def indicator_id(agreement: str, code: str) -> UUID:
    """The stream of an indicator of an agreement."""
    return uuid5(NAMESPACE, f"indicator:{agreement}:{code}")


@lru_cache(maxsize=100_000)
def comparators_id(agreement: str, code: str) -> UUID:
    """The stream of the values of other areas of an indicator of an agreement."""
    return uuid5(NAMESPACE, f"comparators:{agreement}:{code}")


def load_id(agreement: str, sender: str, key: str) -> UUID:
    """The stream of a load that its sender gave an idempotency key: sent again, the same load."""
    return uuid5(NAMESPACE, f"load:{agreement}:{sender}:{key}")


@lru_cache(maxsize=10_000)
def amendment_id(agreement: str, number: int) -> UUID:
    """The stream of an amendment of an agreement; number 0 is of what was refused before one."""
    return uuid5(NAMESPACE, f"amendment:{agreement}:{number}")
