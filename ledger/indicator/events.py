"""Facts of one indicator. Topics and field names are stored for ever."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

import msgspec

from ledger.event import Event, stored
from policies.definition import Definition
from policies.standing import Assurance, Standing

TargetKind = Literal["local", "designated", "stretch"]
MOST_ENTRIES = 1000  # of one event; a larger act is split into several events of one commit


class Target(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The level agreed for an area and period; a stretch target also has its two performances."""

    area: str
    period: str
    level: Decimal
    kind: TargetKind = "local"
    baseline: Decimal | None = None
    performance_without: Decimal | None = None
    performance_with: Decimal | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A value for an area, period and breakdown, as given.

    A ratio indicator gives its parts, and may give the value. ``confidence_low`` and
    ``confidence_high`` are the limits of confidence in it, both or neither, as its source worked
    them out; nothing is judged by them. ``missing`` names why there is no figure (``missing``,
    ``suppressed``, ``not-applicable``). ``note`` is the digest of a text, ``attachments`` are
    digests of files that are evidence for it.

    There are millions of them, none can be part of a cycle, so the search for cycles knows none.
    """

    period: str
    area: str
    breakdown: dict[str, str] = {}
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    confidence_low: Decimal | None = None
    confidence_high: Decimal | None = None
    missing: str = ""
    provisional: bool = False
    note: str = ""
    attachments: tuple[str, ...] = ()


class Correction(Entry, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """An entry in the place of an earlier one of the same key, which it names."""

    replaces: str


class SignedEntry(msgspec.Struct, frozen=True):
    """What was signed: the entry's name, and the digest of exactly what the signer saw."""

    name: str
    digest: str


class Signed(msgspec.Struct, frozen=True):
    """A sign-off that holds again: who gave it, when, and the grade of assurance."""

    by: str
    at: datetime
    assurance: Assurance


class Restored(Entry, frozen=True, kw_only=True, omit_defaults=True):
    """An entry that holds again as it did, under its own name, now that another is taken back.

    ``withdraws`` is the name of the other. The rest is what was known of the entry when it was
    replaced, so that nobody need look further back.
    """

    withdraws: str
    name: str
    standing: Standing
    submitted_by: str
    recorded_at: datetime
    corrected_by: str = ""
    replaces: str = ""
    signed_off: Signed | None = None


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """The file a load read: its name, SHA-256, and the day its publisher released it.

    ``load`` is the load's id.
    """

    file: str
    sha256: str
    released_on: date | None = None
    load: str = ""


@stored
class IndicatorDefined(Event, frozen=True, kw_only=True):
    """The indicator exists, with the first version of its definition."""

    TOPIC = "indicator-defined"
    agreement: str
    code: str
    definition: Definition


@stored
class IndicatorRedefined(Event, frozen=True, kw_only=True):
    """A new version of the definition. Sign-offs given under the earlier one lapse."""

    TOPIC = "indicator-redefined"
    definition: Definition
    reason: str = ""
    amendment: int = 0  # the number of the amendment that was approved; 0: the set-up


@stored
class IndicatorRetired(Event, frozen=True, kw_only=True):
    """From a period on, no more values are expected or taken; what was recorded stays.

    ``from_period`` is the code of the first period it is retired for, "" for all its periods: so
    it was stored before there was the field.
    """

    TOPIC = "indicator-retired"
    reason: str = ""
    from_period: str = ""
    amendment: int = 0  # the number of the amendment that was approved; 0: the set-up


@stored
class TargetsSet(Event, frozen=True, kw_only=True):
    """Targets were set, or set anew before the agreement was sealed."""

    TOPIC = "targets-set"
    targets: tuple[Target, ...]


@stored
class TargetsAmended(Event, frozen=True, kw_only=True):
    """An amendment was approved: these targets stand in the place of those that held.

    ``amendment`` is its number; ``effective_from`` the first period it applies to.
    """

    TOPIC = "targets-amended"
    amendment: int
    effective_from: str
    targets: tuple[Target, ...]


@stored
class ValuesSubmitted(Event, frozen=True, kw_only=True):
    """An officer, or a load, gave values that were not there before."""

    TOPIC = "values-submitted"
    entries: tuple[Entry, ...]
    data_available_on: date | None = None
    note: str = ""
    source: Source | None = None


@stored
class ValuesCorrected(Event, frozen=True, kw_only=True):
    """Values replace earlier ones of the same keys, for a reason (the digest of a text)."""

    TOPIC = "values-corrected"
    entries: tuple[Correction, ...]
    reason: str
    data_available_on: date | None = None
    source: Source | None = None


@stored
class ValuesReturned(Event, frozen=True, kw_only=True):
    """A sign-off officer sent entries back, for a reason (the digest of a text)."""

    TOPIC = "values-returned"
    entries: tuple[str, ...]
    reason: str


@stored
class ValuesWithdrawn(Event, frozen=True, kw_only=True):
    """Entries count no longer, for a reason (the digest of a text).

    ``load`` is the id of the load that was withdrawn with them, "" where a person named them.
    """

    TOPIC = "values-withdrawn"
    entries: tuple[str, ...]
    reason: str
    load: str = ""


@stored
class ValuesRestored(Event, frozen=True, kw_only=True):
    """A load was withdrawn: what it had corrected holds again as before, for a reason."""

    TOPIC = "values-restored"
    entries: tuple[Restored, ...]
    reason: str
    load: str


@stored
class ValuesSignedOff(Event, frozen=True, kw_only=True):
    """A second person vouched for entries, exactly as seen, with a grade of assurance."""

    TOPIC = "values-signed-off"
    entries: tuple[SignedEntry, ...]
    assurance: Assurance


@stored
class EvidenceAttached(Event, frozen=True, kw_only=True):
    """Files were added as evidence to entries that hold: each waits for sign-off again.

    ``attachments`` are their digests. Every entry has all of them from here on, after those that
    it had.
    """

    TOPIC = "evidence-attached"
    entries: tuple[str, ...]
    attachments: tuple[str, ...]


@stored
class ActionRefused(Event, frozen=True, kw_only=True):
    """A person tried what their duties or roles forbid. Nothing else changed."""

    TOPIC = "action-refused"
    action: str
    code: str
    entries: tuple[str, ...] = ()


def load_of(event: Event) -> str:
    """The id of the load that brought the entries of an event, or took them back; "" for none."""
    source = getattr(event, "source", None)  # of a group of areas it is words
    load: str = source.load if isinstance(source, Source) else getattr(event, "load", "")
    return load
