"""Random but possible histories of an agreement, and a real ledger to write them to.

Whatever a history does to values goes through the decisions, so it can contain nothing that the
service would not have recorded.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from elsewhere import Elsewhere

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    DemonstrationDeclared,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    RoleAssigned,
)
from ledger.engine import Connection
from ledger.event import Event, Recorded, agreement_id, comparators_id, encode, indicator_id
from ledger.indicator.commands import (
    AttachEvidence,
    CorrectValues,
    EntryGiven,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    ValueCommand,
    WithdrawValues,
)
from ledger.indicator.decisions import decide, holding
from ledger.indicator.events import (
    Entry,
    IndicatorDefined,
    SignedEntry,
    Source,
    Target,
    TargetsSet,
    ValuesCorrected,
    ValuesSubmitted,
)
from ledger.indicator.former import history_of
from ledger.indicator.state import Held, Indicator, evolve, sign_off_digest
from policies.definition import Basis, Definition, Polarity
from policies.periods import Calendar, Interval
from policies.permissions import Role
from projections.catch_up import catch_up
from projections.tables import TABLES

AGREEMENT = "partnership"
REASON = "aa" * 32  # the digest of a text
FILES = tuple(f"{n:02x}" * 32 for n in range(4))  # the digests of files that are kept
HOME, OTHER = "E10000031", "E92000001"
AREAS = (Area(HOME, "Warwickshire"), Area(OTHER, "England"))
START = datetime(2024, 6, 3, 9, 30, tzinfo=UTC)  # of the first commit; each takes some days
CODES = ("I1", "I2", "I3")
PERIODS = {
    "I1": ("FY2022-Q4", "FY2023-Q1", "FY2023-Q2", "FY2023-Q3", "FY2023-Q4", "FY2024-Q1"),
    "I2": ("FY2021", "FY2022", "FY2023"),
    "I3": ("CY2019+3", "CY2020+3", "CY2021+3"),
}
SHEET = AgreementDefined(
    code=AGREEMENT,
    title="A partnership",
    start=date(2023, 4, 1),
    end=date(2027, 3, 31),
    accountable_body="county",
    calendar="financial",
    areas=AREAS,
)
PLAIN: dict[str, dict[str, Any]] = {
    "I1": {"interval": Interval.QUARTER, "decimals": 1, "basis": Basis.SNAPSHOT},
    "I2": {
        "interval": Interval.YEAR,
        "decimals": 1,
        "basis": Basis.RATIO,
        "multiplier": Decimal(100),
        "numerator": "those",
        "denominator": "all",
    },
    "I3": {
        "interval": Interval.POOLED,
        "decimals": 2,
        "basis": Basis.ROLLING,
        "calendar": Calendar.CALENDAR,
        "decimals_accepted": 4,
    },
}


def definition(code: str, **changes: Any) -> Definition:
    """An indicator's plain definition, changed as asked."""
    plain: dict[str, Any] = {
        "title": f"Indicator {code}",
        "unit": "%",
        "polarity": Polarity.BIGGER,
        "calendar": Calendar.FINANCIAL,
        "due_lag_days": 10,
    }
    return Definition(**(plain | PLAIN[code] | changes))


def _from(load: str, event: Event) -> Event:
    if not load or not isinstance(event, ValuesSubmitted | ValuesCorrected):
        return event
    return msgspec.structs.replace(event, source=Source(f"{load}.csv", "00" * 32, load=load))


class Commit(NamedTuple):
    """The events of one act: their stream, who did it, and when."""

    stream: UUID
    events: tuple[Event, ...]
    actor: str
    at: datetime


class Story:
    """Commits in order, with the state of each indicator as it goes. Time passes at each commit."""

    def __init__(self, start: datetime = START, days_between: int = 5) -> None:
        self.commits: list[Commit] = []
        self.states = {code: Indicator(indicator_id(AGREEMENT, code)) for code in CODES}
        self.elsewhere = {code: Elsewhere(AGREEMENT, code) for code in CODES}
        self.agreement = agreement_id(AGREEMENT)
        self.areas: tuple[Area, ...] = AREAS
        self._start, self._step = start, timedelta(days=days_between)
        self._position = 0
        self._gone: set[str] = set()  # loads that were withdrawn

    @property
    def at(self) -> datetime:
        """When the next commit is recorded."""
        return self._start + len(self.commits) * self._step

    def structure(self, *events: Event, actor: str = "pat") -> "Story":
        """Events of the agreement."""
        for event in events:
            if isinstance(event, AgreementDefined):
                self.areas = event.areas
        return self._add(self.agreement, events, actor)

    def events(self, stream: UUID, *events: Event, actor: str = "pat") -> "Story":
        """Events of any stream."""
        return self._add(stream, events, actor)

    def indicator(self, code: str, *events: Event, actor: str = "pat") -> "Story":
        """Events of an indicator that need no decision."""
        return self._add(self.states[code].id, events, actor)

    def decided(
        self, code: str, command: ValueCommand, *, actor: str = "asha", load: str = ""
    ) -> "Story":
        """What becomes of a command, sent by a load where it is named. Raises its refusal."""
        areas = [area.code for area in self.areas]
        today = self.at.date()
        state = self.states[code]
        events = decide(
            state, command, actor=actor, areas=areas, today=today, kept=frozenset(FILES)
        ).events
        return self._add(self.states[code].id, [_from(load, event) for event in events], actor)

    def define(self, *codes: str) -> "Story":
        """Indicators come to be, each with its plain definition."""
        for code in codes:
            self.indicator(
                code,
                IndicatorDefined(agreement=AGREEMENT, code=code, definition=definition(code)),
            )
        return self

    def submit(self, code: str, *entries: Entry, actor: str = "asha", load: str = "") -> "Story":
        """Values are given."""
        given = tuple(EntryGiven(entry=entry) for entry in entries)
        return self.decided(code, SubmitValues(entries=given), actor=actor, load=load)

    def correct(
        self, code: str, *entries: Entry, actor: str = "asha", load: str = "", reason: str = REASON
    ) -> "Story":
        """Values are corrected."""
        given = tuple(EntryGiven(entry=entry) for entry in entries)
        command = CorrectValues(entries=given, reason=reason)
        return self.decided(code, command, actor=actor, load=load)

    def take_back(self, code: str, load: str) -> "Story":
        """A load is withdrawn from an indicator: what it wrote goes, what was before returns."""
        stream = self.states[code].id
        told = [one for one in self.recorded() if one.originator_id == stream]
        history = history_of(Indicator(stream), told)
        self._gone.add(load)
        return self._add(stream, history.without(load, REASON, self._gone).events, "asha")

    def release(
        self, code: str, *entries: Entry, load: str = "", released_on: date | None = None
    ) -> "Story":
        """A publisher says values of other areas, or says them anew."""
        events = self.elsewhere[code].release(entries, load, self._position + 1, released_on)
        return self._add(comparators_id(AGREEMENT, code), events, "loader")

    def take_back_release(self, code: str, load: str) -> "Story":
        """A load's values of other areas are withdrawn."""
        events = self.elsewhere[code].withdraw(load, REASON)
        return self._add(comparators_id(AGREEMENT, code), events, "loader")

    def sign_off(self, code: str, *names: str, actor: str = "sue") -> "Story":
        """Entries are signed off, just as they are."""
        signed = tuple(SignedEntry(name, self.digest(code, name)) for name in names)
        return self.decided(code, SignOffValues(entries=signed, assurance="checked"), actor=actor)

    def give_back(self, code: str, *names: str) -> "Story":
        """Entries are returned."""
        return self.decided(code, ReturnValues(entries=names, reason=REASON), actor="sue")

    def attach(self, code: str, *names: str, files: Sequence[str] = FILES[:1]) -> "Story":
        """Entries are given evidence."""
        return self.decided(code, AttachEvidence(entries=names, attachments=tuple(files)))

    def withdraw(self, code: str, *names: str) -> "Story":
        """Entries are withdrawn."""
        return self.decided(code, WithdrawValues(entries=names, reason=REASON))

    def target(self, code: str, *targets: Target) -> "Story":
        """Targets are set."""
        return self.indicator(code, TargetsSet(targets=targets))

    def held(self, code: str) -> list[Held]:
        """The entries that hold now, by key."""
        return [held for _, held in sorted(self.states[code].entries.items())]

    def digest(self, code: str, name: str) -> str:
        """What a signer sees of an entry."""
        state = self.states[code]
        held = holding(state, name)
        return sign_off_digest(state.id, name, held.entry, state.definition_version)

    def _add(self, stream: UUID, events: Sequence[Event], actor: str) -> "Story":
        if not events:
            return self
        at = self.at
        self.commits.append(Commit(stream, tuple(events), actor, at))
        for event in events:
            self._position += 1
            for state in self.states.values():
                if state.id == stream:
                    version = state.version + 1
                    evolve(state, Recorded(stream, version, event, self._position, at, actor))
        return self

    def recorded(self) -> list[Recorded]:
        """All events in their places."""
        versions: dict[UUID, int] = {}
        found: list[Recorded] = []
        for commit in self.commits:
            for event in commit.events:
                version = versions[commit.stream] = versions.get(commit.stream, 0) + 1
                found.append(
                    Recorded(commit.stream, version, event, len(found) + 1, commit.at, commit.actor)
                )
        return found


def opening(*codes: str, start: datetime = START, days_between: int = 5) -> Story:
    """A demonstration's agreement with its blocks, outcomes and the indicators asked for."""
    story = Story(start, days_between)
    story.structure(DemonstrationDeclared(statement="A test."), SHEET)
    story.structure(
        PartnerJoined(code="county", name="The county", kind="county"),
        BlockSet(code="safe", title="Stay safe"),
        BlockSet(code="well", title="Be healthy"),
        OutcomeSet(code="homes", title="Homes", block="well", lead="county"),
        OutcomeSet(code="roads", title="Roads", block="safe", lead="county"),
        RoleAssigned(person="asha", role=Role.ENTRY_OFFICER, scope="safe"),
    )
    places = {"I1": "homes", "I2": "roads", "I3": "homes"}
    story.structure(*(IndicatorPlaced(indicator=code, outcome=places[code]) for code in codes))
    return story.define(*codes)


# A real ledger.

APPEND = """
SELECT last_position FROM ledger.append(
  p_actor => %(actor)s, p_command => 'test', p_correlation_id => gen_random_uuid(),
  p_idempotency_key => NULL, p_request_digest => NULL, p_answer => NULL,
  p_read_ids => '{}', p_read_versions => '{}', p_ids => %(ids)s::uuid[],
  p_versions => %(versions)s::bigint[], p_topics => %(topics)s::text[],
  p_states => %(states)s::bytea[], p_text_digests => %(digests)s::bytea[],
  p_text_nonces => %(nonces)s::bytea[], p_texts => %(texts)s::text[], p_simulated_at => %(at)s)
"""


class Ledger:
    """Writes commits to a ledger, on a connection of the owner."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self._versions: dict[UUID, int] = {}

    def append(
        self, commit: Commit, *, simulated: bool = True, texts: dict[bytes, str] | None = None
    ) -> int:
        """Record a commit; answer its last position."""
        first = self._versions.get(commit.stream, 0) + 1
        versions = list(range(first, first + len(commit.events)))
        row = self.connection.execute(
            APPEND,
            {
                "actor": commit.actor,
                "ids": [commit.stream] * len(versions),
                "versions": versions,
                "topics": [event.TOPIC for event in commit.events],
                "states": [encode(event) for event in commit.events],
                "digests": list(texts or {}),
                "nonces": [b"n" * 16 for _ in texts or {}],
                "texts": list((texts or {}).values()),
                "at": commit.at if simulated else None,
            },
        ).fetchone()
        assert row is not None
        self._versions[commit.stream] = versions[-1]
        position: int = row[0]
        return position

    def forget(self) -> None:
        """Begin again: the tables were emptied."""
        self._versions = {}

    def write(self, story: Story) -> int:
        """Record a whole story; answer the last position."""
        last = 0
        for commit in story.commits:
            last = self.append(commit)
        return last


def taken_in(written: tuple[str, "Ledger", Connection], story: Story) -> Connection:
    """The story alone is on record, and in the answers; whom to ask."""
    url, owner, reader = written
    empty(owner)
    owner.write(story)
    catch_up(url)
    return reader


@contextmanager
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger to write to, as its owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield Ledger(connection)


@contextmanager
def reading(url: str, role: str = "outturn_service") -> Iterator[Connection]:
    """A connection that reads the answers. No pool: its threads use ``random``, which hypothesis
    does not forgive."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"SET ROLE {role}")
        connection.execute("SET search_path = pg_catalog, answers, pg_temp; SET TIME ZONE 'UTC'")
        yield connection


@contextmanager
def rewritable(url: str) -> Iterator[Ledger]:
    """A ledger that can be emptied between examples: a test's own database, disarmed."""
    with ledger(url) as written:
        for table, trigger in (("ledger_events", "events"), ("commits", "commits")):
            written.connection.execute(
                f"DROP TRIGGER {trigger}_are_not_truncated ON ledger.{table}"
            )
        yield written


def empty(written: Ledger) -> None:
    """Forget all that was written, and all answers.

    In one go, and row by row where one may: of a few rows that is quicker than new files are made.
    """
    answers = "".join(f"DELETE FROM answers.{table.name};" for table in TABLES)
    written.connection.execute(
        "TRUNCATE ledger.ledger_events, ledger.commits, ledger.texts;"
        f"{answers} UPDATE answers.tracking SET position = 0"
    )
    written.forget()


def contents(connection: psycopg.Connection[Any], schema: str) -> dict[str, list[str]]:
    """Every row of every table of answers, as text, in order."""
    return {
        name: [
            row[0]
            for row in connection.execute(f"SELECT t::text FROM {schema}.{name} t ORDER BY 1")
        ]
        for name in (*(table.name for table in TABLES), "tracking")
    }
