"""The shapes of the auditor's answers."""

from datetime import date, datetime

from projections.answers import Answer, Clocks, HistoryEvent


class TextBehind(Answer, frozen=True, kw_only=True):
    """A note or reason behind its digest; None where the text was erased."""

    digest: str
    text: str | None


class EventStored(Answer, frozen=True, kw_only=True):
    """One event to the last byte.

    ``stored`` is the exact JSON of the record and ``sha256`` its digest. ``version`` is its place
    in its stream, ``before`` and ``after`` the positions of its neighbours there. It was recorded
    together with all from ``first_position`` to ``last_position``.
    """

    clocks: Clocks
    event: HistoryEvent
    stored: str
    sha256: str
    stream: str
    version: int
    before: int | None
    after: int | None
    first_position: int
    last_position: int
    command: str
    correlation: str
    texts: tuple[TextBehind, ...]


class RoleSpan(Answer, frozen=True, kw_only=True):
    """A role that a person held over a scope, since when and until when; None: to this day.

    That is when it was recorded; it counts only from ``valid_from`` to ``valid_to``.
    """

    person: str
    role: str
    scope: str
    partner: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    since: datetime
    since_position: int
    given_by: str
    until: datetime | None
    until_position: int | None
    ended_by: str | None


class RoleSpans(Answer, frozen=True, kw_only=True):
    """Every role anybody has held, in the order in which they were given."""

    clocks: Clocks
    roles: tuple[RoleSpan, ...]


class FieldChanged(Answer, frozen=True, kw_only=True):
    """One field of a rule: what it was and what it became, None where it was not there.

    ``area`` and ``period`` name the target the field belongs to, where it is one's.
    """

    field: str
    area: str = ""
    period: str = ""
    before: str | None
    after: str | None


class RuleChange(Answer, frozen=True, kw_only=True):
    """An event that changed a rule: a policy, a definition, targets, a code map, the structure.

    ``about`` names what changed: the indicator, or the code of the part.
    """

    position: int
    recorded_at: datetime
    actor: str
    type: str
    indicator: str | None
    about: str
    changes: tuple[FieldChanged, ...]


class RuleChanges(Answer, frozen=True, kw_only=True):
    """A page of changes to rules, the latest first."""

    clocks: Clocks
    rules: tuple[RuleChange, ...]
    next: str | None


class ActorCount(Answer, frozen=True, kw_only=True):
    """How many events a person, or the operator, brought about."""

    actor: str
    events: int


class AuditOverview(Answer, frozen=True, kw_only=True):
    """How much there is: events in all, by their type, and by who brought them about."""

    clocks: Clocks
    events: int
    kinds: dict[str, int]
    actors: tuple[ActorCount, ...]


class Actors(Answer, frozen=True, kw_only=True):
    """Everybody who brought an event about."""

    clocks: Clocks
    actors: tuple[str, ...]
