"""What the record says of loads, read from its rows by rules written down once more.

Nothing here uses the folds, the decisions or the judgement of the ledger: it would say with them
that all is well.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import psycopg

Key = tuple[str, str, str]  # an indicator's code, area and period
File = Mapping[
    Key, Decimal
]  # in the order of its rows, which count from 2: the header is the first
ENDS = ("load-part-committed", "load-committed")
MOST_SET_ASIDE = 100  # so many are named


class Event(NamedTuple):
    """A row of the record, with what it tells and the digest of how that is stored."""

    position: int
    stream: UUID
    version: int
    topic: str
    told: dict[str, Any]
    digest: bytes

    @property
    def load(self) -> str:
        """The load that wrote values with this event, "" for none."""
        written = self.topic in {"values-submitted", "values-corrected"}
        return str(self.told.get("source", {}).get("load", "")) if written else ""


class Commit(NamedTuple):
    """The events of one command, which are in together or not at all."""

    correlation: UUID
    events: tuple[Event, ...]


Connection = psycopg.Connection[tuple[Any, ...]]


def commits_after(connection: Connection, position: int) -> list[Commit]:
    """The commits after a position as they are at one moment. The connection must be idle."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        rows = connection.execute(
            "SELECT notification_id, originator_id, originator_version, topic, state"
            " FROM ledger.ledger_events WHERE notification_id > %s ORDER BY notification_id",
            (position,),
        ).fetchall()
        commits = connection.execute(
            "SELECT first_position, last_position, correlation_id FROM ledger.commits"
            " WHERE last_position > %s ORDER BY last_position",
            (position,),
        ).fetchall()
    events = [
        Event(position, stream, version, topic, json.loads(state), sha256(state).digest())
        for position, stream, version, topic, state in rows
    ]
    assert [event.position for event in events] == [*range(position + 1, position + len(rows) + 1)]
    covered = [place for first, last, _ in commits for place in range(first, last + 1)]
    assert [event.position for event in events] == covered, "an event is in no commit, or in two"
    return [
        Commit(correlation, tuple(events[first - position - 1 : last - position]))
        for first, last, correlation in commits
    ]


def check_whole(commit: Commit, *, in_one: bool) -> None:
    """A commit with values of a load ends with the word that they are in, and has all of them."""
    values = [event for event in commit.events if event.load]
    if not values:
        return
    end = commit.events[-1]
    assert {str(end.stream)} == {event.load for event in values}
    assert end.topic in (ENDS[1:] if in_one else ENDS), "values of a load that is not in"
    assert end.told["events"] == len(values)
    assert end.told["written"] == sum(len(event.told["entries"]) for event in values)
    first = end.position - len(values)
    assert [event.position for event in values] == [*range(first, end.position)]


Seen = tuple[UUID, bytes]  # the act that an event is of, and its digest


def seen_in(commit: Commit) -> list[Seen]:
    """By what the events of a commit are known again."""
    return [(commit.correlation, event.digest) for event in commit.events]


class Holding(NamedTuple):
    """An entry of the record."""

    key: Key
    value: Decimal
    load: str
    replaces: str


@dataclass
class Loaded:
    """A load as the record tells it so far.

    ``before`` is what held as it was last checked, ``touched`` the keys others wrote to since the
    file came in. Those that were ``unclear`` were written to before the check was recorded: they
    may be judged by what held before or after that.
    """

    topics: list[str] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)
    before: dict[Key, str] = field(default_factory=dict)
    written: dict[Key, Holding] = field(default_factory=dict)
    touched: set[Key] = field(default_factory=set)
    unclear: set[Key] = field(default_factory=set)
    ends: int = 0
    set_aside: int = 0


class Truth:
    """The record told from its beginning, and held against the files that were sent."""

    def __init__(self, files: Mapping[UUID, File], *, in_one: bool) -> None:
        self._files = files
        self._in_one = in_one
        self.position = 0
        self.seen: list[Seen] = []
        self.acts: dict[UUID, list[Commit]] = {}  # what each act recorded, by its correlation id
        self.holds: dict[Key, str] = {}
        self.entries: dict[str, Holding] = {}
        self.loads: dict[UUID, Loaded] = {}
        self._gone: set[str] = set()
        self._versions: dict[UUID, int] = {}
        self._codes: dict[UUID, str] = {}

    def read_on(self, connection: Connection) -> None:
        """Tell what is new in the record."""
        for commit in commits_after(connection, self.position):
            check_whole(commit, in_one=self._in_one)
            self.acts.setdefault(commit.correlation, []).append(commit)
            back = self._to_be_taken_back(commit)
            others = {key: name for key, name in self.holds.items() if key not in back}
            for event in commit.events:
                self._tell(event)
            self.seen += seen_in(commit)
            if commit.events[-1].topic == "load-withdrawn":
                self._check_taken_back(commit, back, others)
            self.position = commit.events[-1].position

    def _tell(self, event: Event) -> None:
        assert self._versions.get(event.stream, 0) + 1 == event.version, "a gap in a stream"
        self._versions[event.stream] = event.version
        match event.topic:
            case "indicator-defined":
                self._codes[event.stream] = event.told["code"]
            case "values-submitted" | "values-corrected":
                for index, entry in enumerate(event.told["entries"]):
                    self._written(event, f"{event.position}.{index}", entry)
            case "values-withdrawn":
                for name in event.told["entries"]:
                    self._goes(name)
            case "values-restored":
                for entry in event.told["entries"]:
                    key = self._goes(entry["withdraws"])
                    assert self.entries[entry["name"]].key == key
                    self.holds[key] = entry["name"]
            case topic if topic.startswith("load-"):
                self._of_load(event)

    def _written(self, event: Event, name: str, entry: dict[str, Any]) -> None:
        key = (self._codes[event.stream], entry["area"], entry["period"])
        made = Holding(key, Decimal(entry["value"]), event.load, entry.get("replaces", ""))
        assert self.holds.get(key, "") == made.replaces, f"{name} takes the place of another"
        self.holds[key], self.entries[name] = name, made
        self._touch(key, event.load)
        if event.load:
            load = self.loads[UUID(event.load)]
            assert key not in load.written, f"{key} of {event.load} is in twice"
            load.written[key] = made

    def _goes(self, name: str) -> Key:
        key = self.entries[name].key
        assert self.holds.pop(key) == name, f"{name} holds no more and is taken out"
        self._touch(key, "")
        return key

    def _touch(self, key: Key, by: str) -> None:
        for load, loaded in self.loads.items():
            if str(load) != by and not loaded.ends:
                loaded.touched.add(key)

    def _of_load(self, event: Event) -> None:
        load = self.loads.setdefault(event.stream, Loaded())
        load.topics.append(event.topic)
        match event.topic:
            case "load-checked":
                assert not load.written, "a load is checked again after a part of it is in"
                file = self._files[event.stream]
                load.unclear = set(load.touched)
                load.before = {key: self.holds[key] for key in file if key in self.holds}
            case "load-part-committed":
                load.parts.append(event.told["part"])
            case "load-committed":
                load.ends += 1
                self._check_in(event, load, self._files[event.stream])
            case "load-withdrawn":
                self._gone.add(str(event.stream))

    def _check_in(self, event: Event, load: Loaded, file: File) -> None:
        """Each row of a file that says something new is in once, or set aside for a reason."""
        assert load.ends == 1, "a load is committed twice"
        assert load.parts == [*range(1, len(load.parts) + 1)]
        assert not (self._in_one and load.parts)
        new = {
            key
            for key, value in file.items()
            if key not in load.before or self.entries[load.before[key]].value != value
        }
        assert load.written.keys() <= new, "a row is in that says nothing new"
        for key, made in load.written.items():
            assert (made.value, made.replaces) == (file[key], load.before.get(key, ""))
        rows = event.told.get("set_aside_rows", [])
        load.set_aside = event.told.get("set_aside", 0)
        assert load.set_aside == len(rows) <= MOST_SET_ASIDE
        named = [key for number, key in enumerate(file, start=2) if number in rows]
        lost = new - load.written.keys() - set(named)
        assert lost <= load.unclear, "a row is lost"
        assert not load.written.keys() & set(named), "a row is in and told as set aside"
        assert set(named) <= load.touched, "a row is set aside that nobody else wrote to"
        assert not (self._in_one and named)

    def _to_be_taken_back(self, commit: Commit) -> dict[Key, str]:
        """The name of what held before for each key that a withdrawn load holds, "" for none."""
        end = commit.events[-1]
        if end.topic != "load-withdrawn":
            return {}
        gone = {*self._gone, str(end.stream)}
        back = {}
        for key, name in self.holds.items():
            if self.entries[name].load == str(end.stream):
                before = self.entries[name].replaces
                while before and self.entries[before].load in gone:
                    before = self.entries[before].replaces
                back[key] = before
        return back

    def _check_taken_back(
        self, commit: Commit, back: Mapping[Key, str], others: Mapping[Key, str]
    ) -> None:
        """What the load held gave way to what was before it, and nothing else changed."""
        end = commit.events[-1]
        restored = {key: name for key, name in back.items() if name}
        assert self.holds == {**others, **restored}
        kept = len(self.loads[end.stream].written) - len(back)
        told = tuple(end.told[each] for each in ("withdrawn", "restored", "kept"))
        assert (len(back) - len(restored), len(restored), kept) == told


def check_done(truth: Truth, load: UUID, *, withdrawn: bool) -> None:
    """A load whose errand is done is in once, and taken back once if that was asked."""
    found = truth.loads[load]
    assert found.ends == 1, found.topics
    last = ["load-committed", *(["load-withdrawn"] if withdrawn else [])]
    *before, _ = found.topics[: len(found.topics) - len(last) + 1]
    assert found.topics[-len(last) :] == last, found.topics
    assert before[0] == "load-received"
    kinds = [topic for topic, _ in groupby(before)]
    assert kinds in (
        ["load-received", "load-checked"],
        ["load-received", "load-checked", "load-part-committed"],
    ), found.topics


def evidence(connection: Connection, load: UUID) -> Iterator[tuple[str, int]]:
    """How many rows of a load are kept beside the record, by table."""
    for table in ("file", "piece", "work", "report"):
        query = f"SELECT count(*) FROM loads.{table} WHERE load = %s"
        yield table, int((connection.execute(query.encode(), (load,)).fetchone() or (0,))[0])
