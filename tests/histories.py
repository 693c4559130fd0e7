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

import hypothesis.strategies as st
import msgspec
import psycopg

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    DemonstrationDeclared,
    DuePolicyAdopted,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    RagPolicyAdopted,
    RoleAssigned,
    RoleEnded,
    TravelPolicyAdopted,
)
from ledger.event import Event, Recorded, agreement_id, encode, indicator_id
from ledger.indicator.commands import (
    Command,
    CorrectValues,
    EntryGiven,
    ReturnValues,
    SignOffValues,
    SubmitValues,
    WithdrawValues,
)
from ledger.indicator.decisions import decide
from ledger.indicator.events import (
    Entry,
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    SignedEntry,
    Target,
    TargetsSet,
)
from ledger.indicator.state import Held, Indicator, evolve, sign_off_digest
from policies.definition import Basis, Definition, MarginOverride, PlanLimits, Polarity
from policies.due import DueSettings
from policies.numbers import ratio, round_half_up
from policies.periods import Calendar, Interval
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import Refusal
from policies.travel import TravelSettings
from projections.tables import TABLES

AGREEMENT = "partnership"
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
LIMITS = PlanLimits(
    low_red=Decimal(5), low_amber=Decimal(9), high_amber=Decimal(11), high_red=Decimal(20)
)
VARIATIONS: tuple[dict[str, Any], ...] = (
    {},
    {"polarity": Polarity.SMALLER, "due_lag_days": 30},
    {"polarity": Polarity.NEUTRAL},
    {"polarity": Polarity.PLAN, "limits": LIMITS},
    {"placeholder": True},
    {"decimals": 0},
    {"series_break_at": "FY2023-Q2"},
    {"margins": MarginOverride(basis="absolute", amber_margin=Decimal("1.5"))},
    {"title": "Another title", "due_lag_days": 400},
)
FIGURES = tuple(map(Decimal, ("10", "10.0", "12.30", "9.99", "0", "0.05", "110", "9.5")))
RAGS = (
    RagSettings(amber_margin=Decimal("0.05")),
    RagSettings(amber_margin=Decimal("0.2"), exceed_margin=Decimal("0.1")),
    RagSettings(amber_margin=Decimal(1), basis="absolute", judge="signed-only"),
    RagSettings(amber_margin=Decimal("0.1"), floor=Decimal(5)),
)
TRAVELS = (
    TravelSettings(),
    TravelSettings(compare_with="same-period-last-year", no_change_band=Decimal("0.5")),
    TravelSettings(compare_with="baseline"),
)
FROM = (date(2021, 4, 1), date(2023, 7, 1), date(2023, 10, 1))


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


class Commit(NamedTuple):
    """The events of one act: their stream, who did it, and when."""

    stream: UUID
    events: tuple[Event, ...]
    actor: str
    at: datetime


class Story:
    """Commits in order, with the state of each indicator as it goes. Time passes at each commit."""

    def __init__(self, days_between: int = 5) -> None:
        self.commits: list[Commit] = []
        self.states = {code: Indicator(indicator_id(AGREEMENT, code)) for code in CODES}
        self.agreement = agreement_id(AGREEMENT)
        self._step = timedelta(days=days_between)
        self._position = 0

    @property
    def at(self) -> datetime:
        """When the next commit is recorded."""
        return START + len(self.commits) * self._step

    def structure(self, *events: Event, actor: str = "pat") -> "Story":
        """Events of the agreement."""
        return self._add(self.agreement, events, actor)

    def indicator(self, code: str, *events: Event, actor: str = "pat") -> "Story":
        """Events of an indicator that need no decision."""
        return self._add(self.states[code].id, events, actor)

    def decided(self, code: str, command: Command, *, actor: str = "asha") -> "Story":
        """What becomes of a command. Raises its refusal."""
        areas = [area.code for area in AREAS]
        today = self.at.date()
        events = decide(self.states[code], command, actor=actor, areas=areas, today=today).events
        return self._add(self.states[code].id, events, actor)

    def define(self, *codes: str) -> "Story":
        """Indicators come to be, each with its plain definition."""
        for code in codes:
            self.indicator(
                code,
                IndicatorDefined(agreement=AGREEMENT, code=code, definition=definition(code)),
            )
        return self

    def submit(self, code: str, *entries: Entry, actor: str = "asha") -> "Story":
        """Values are given."""
        given = tuple(EntryGiven(entry=entry) for entry in entries)
        return self.decided(code, SubmitValues(entries=given), actor=actor)

    def correct(self, code: str, *entries: Entry, actor: str = "asha") -> "Story":
        """Values are corrected."""
        given = tuple(EntryGiven(entry=entry) for entry in entries)
        return self.decided(code, CorrectValues(entries=given, reason="r" * 64), actor=actor)

    def sign_off(self, code: str, *names: str, actor: str = "sue") -> "Story":
        """Entries are signed off, just as they are."""
        signed = tuple(SignedEntry(name, self.digest(code, name)) for name in names)
        return self.decided(code, SignOffValues(entries=signed, assurance="checked"), actor=actor)

    def give_back(self, code: str, *names: str) -> "Story":
        """Entries are returned."""
        return self.decided(code, ReturnValues(entries=names, reason="r" * 64), actor="sue")

    def withdraw(self, code: str, *names: str) -> "Story":
        """Entries are withdrawn."""
        return self.decided(code, WithdrawValues(entries=names, reason="r" * 64))

    def target(self, code: str, *targets: Target) -> "Story":
        """Targets are set."""
        return self.indicator(code, TargetsSet(targets=targets))

    def held(self, code: str) -> list[Held]:
        """The entries that hold now, by key."""
        return [held for _, held in sorted(self.states[code].entries.items())]

    def digest(self, code: str, name: str) -> str:
        """What a signer sees of an entry."""
        state = self.states[code]
        held = state.entries[state.names[name]]
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
        found = []
        for commit in self.commits:
            for event in commit.events:
                version = versions[commit.stream] = versions.get(commit.stream, 0) + 1
                found.append(
                    Recorded(commit.stream, version, event, len(found) + 1, commit.at, commit.actor)
                )
        return found


def opening(*codes: str) -> Story:
    """A demonstration's agreement with its blocks, outcomes and the indicators asked for."""
    story = Story()
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


# Strategies: an act is a function of the story so far; what is refused did not happen.


class Act(NamedTuple):
    """Something to try: what, on which indicator, and with which choices."""

    kind: str
    code: str
    cells: list[tuple[int, int, int]]  # choices of area, period and figure
    choice: int


ACTS = (
    ["submit"] * 6
    + ["correct"] * 3
    + ["sign", "sign", "return", "withdraw", "target", "target", "target"]
    + ["rag", "rag", "travel", "due", "redefine", "redefine", "retire", "sheet", "place", "role"]
)

cells = st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 30))
acts = st.builds(
    Act,
    kind=st.sampled_from(ACTS),
    code=st.sampled_from(("I1", "I1", "I2", "I3")),
    cells=st.lists(cells, min_size=1, max_size=5),
    choice=st.integers(0, 35),
)

# Most agreements have rules, targets and values before anything else befalls them.
beginnings = st.tuples(
    *(
        st.builds(
            Act,
            kind=st.just(kind),
            code=st.just(code),
            cells=st.lists(cells, min_size=4, max_size=12),
            choice=st.integers(0, 35),
        )
        for kind, code in (
            ("rag", "I1"), ("target", "I1"), ("submit", "I1"), ("target", "I2"), ("submit", "I2"),
            ("sign", "I1"), ("submit", "I3"), ("target", "I3"),
        )
    )
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn, *, most: int = 25) -> Story:
    """An agreement's first moves, then anything that can happen to it."""
    story = opening(*CODES)
    begun = draw(st.sampled_from([True, True, True, False]))
    first = draw(beginnings) if begun else ()
    for act in [*first, *draw(st.lists(acts, min_size=most // 3, max_size=most))]:
        try:
            _play(story, act)
        except Refusal:
            continue
    return story


def entry_of(code: str, cell: tuple[int, int, int]) -> Entry:
    """An entry by choices of area, period and figure; the last decides the rest too."""
    area, period, figure = cell
    periods = PERIODS[code]
    fields: dict[str, Any] = {
        "area": AREAS[area].code,
        "period": periods[period % len(periods)],
        "breakdown": {"sex": "F"} if figure % 7 == 6 else {},
        "provisional": figure % 5 == 4,
    }
    if figure % 11 == 10:
        return Entry(**fields, missing=("missing", "suppressed", "not-applicable")[figure % 3])
    value = FIGURES[figure % len(FIGURES)]
    if code != "I2":
        return Entry(**fields, value=value)
    whole = Decimal(7 + figure)
    part = ratio(value, whole, Decimal(100))
    given = round_half_up(part, 3) if figure % 2 else None
    return Entry(**fields, numerator=value, denominator=whole, value=given)


def _play(story: Story, act: Act) -> None:  # noqa: C901, PLR0912 - one arm per kind of act
    entries = {
        (e.area, e.period, *e.breakdown): e for e in (entry_of(act.code, c) for c in act.cells)
    }
    held = story.held(act.code)
    names = [one.name for one in held[act.choice % 4 :: 3]] or ["1.0"]
    match act.kind:
        case "submit":
            story.submit(act.code, *entries.values())
        case "correct":
            story.correct(act.code, *list(entries.values())[:1])
        case "sign":
            story.sign_off(act.code, *(one.name for one in held if not one.signature))
        case "return":
            story.give_back(act.code, names[0])
        case "withdraw":
            story.withdraw(act.code, names[0])
        case "target":
            story.target(act.code, *(_target(act, cell) for cell in act.cells))
        case "rag":
            settings, begins = RAGS[act.choice % 4], FROM[act.choice % 3]
            story.structure(
                RagPolicyAdopted(
                    version=f"r{len(story.commits)}", effective_from=begins, settings=settings
                )
            )
        case "travel":
            travel, begins = TRAVELS[act.choice % 3], FROM[act.choice // 3 % 3]
            story.structure(
                TravelPolicyAdopted(version="t", effective_from=begins, settings=travel)
            )
        case "due":
            grace = DueSettings(grace_days=10 * (act.choice % 4))
            story.structure(DuePolicyAdopted(version="d", effective_from=FROM[0], settings=grace))
        case "redefine":
            changed = definition(act.code, **VARIATIONS[act.choice % len(VARIATIONS)])
            story.indicator(act.code, IndicatorRedefined(definition=changed))
        case "retire":
            if act.choice % 3 == 0:
                story.indicator(act.code, IndicatorRetired())
        case "sheet":
            story.structure(msgspec.structs.replace(SHEET, title=f"Title {act.choice}"))
        case "place":
            outcome = ("homes", "roads")[act.choice % 2]
            story.structure(IndicatorPlaced(indicator=act.code, outcome=outcome))
        case "role":
            role = Role.SIGN_OFF_OFFICER
            kind = RoleAssigned if act.choice % 2 else RoleEnded
            story.structure(kind(person="sue", role=role, scope=AGREEMENT))


def _target(act: Act, cell: tuple[int, int, int]) -> Target:
    area, period, figure = cell
    periods = PERIODS[act.code]
    return Target(
        area=AREAS[area].code,
        period=periods[period % len(periods)],
        level=FIGURES[figure % len(FIGURES)],
        kind=("local", "designated")[figure % 2],
        baseline=FIGURES[act.choice % len(FIGURES)] if act.choice % 2 else None,
    )


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


@contextmanager
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger to write to, as its owner."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield Ledger(connection)


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
    """Forget all that was written, and all answers."""
    written.connection.execute("TRUNCATE ledger.ledger_events, ledger.commits, ledger.texts")
    for table in TABLES:
        written.connection.execute(f"TRUNCATE answers.{table.name}")
    written.connection.execute("UPDATE answers.tracking SET position = 0")
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
