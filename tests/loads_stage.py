"""Loads on a real ledger: files sent, errands carried out, what holds afterwards."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

from doors import service_pool
from ledgers import CODE, Filler, set_up

from ledger.acts import OPERATOR, Act
from ledger.agreement.events import CodeEntry, CodeKind, CodeMapSet, RoleAssigned
from ledger.event import Event, Recorded
from ledger.indicator.commands import CorrectValues, EntryGiven, SignOffValues, SubmitValues
from ledger.indicator.events import Entry, SignedEntry
from ledger.indicator.state import Held, Key, sign_off_digest
from ledger.load.state import Load
from ledger.loading.asking import ask_to_commit, ask_to_withdraw
from ledger.loading.keeping import Waiting, done, put_down, read_report, take_up
from ledger.loading.now import finish
from ledger.loading.receiving import FileOffered, commit_of, receive
from ledger.loading.report import findings_of
from ledger.loading.summary import Findings
from ledger.loading.working import Workshop, carry_out
from ledger.record import Record
from policies.permissions import Role

HOME = "E10000031"
REASON = "ab" * 32
BY_CODE = """
[columns]
indicator = "indicator"
area = "area"
period = "period"
value = "value"

[codes]
areas = "partner"
"""
Figures = Mapping[tuple[str, str, str], str]  # value by indicator, area and period


def nonce() -> bytes:
    return secrets.token_bytes(16)


def csv_of(figures: Figures) -> bytes:
    """A file in our own columns."""
    rows = [f"{i},{area},{period},{value}" for (i, area, period), value in figures.items()]
    return "\n".join(("indicator,area,period,value", *rows, "")).encode()


class Stage:
    """A ledger with an agreement, and people who may load."""

    def __init__(self, record: Record) -> None:
        self.record = record

    def act(self, actor: str = "asha") -> Act:
        return Act(actor=actor, at=datetime.now(UTC), correlation_id=uuid4())

    def shop(self, most_entries: int = 100_000) -> Workshop:
        return Workshop(self.record, self.act, nonce, lambda _: None, most_entries)

    def send(self, content: bytes, *, by: str = "asha", name: str = "a.csv", **how: object) -> UUID:
        """A file received and not looked at yet."""
        load = uuid4()
        offered = FileOffered(pieces=[content], name=name, **how)  # type: ignore[arg-type]
        receive(self.record, CODE, offered, self.act(by), load, nonce)
        return load

    def work(self, load: UUID, most_entries: int = 100_000) -> Load:
        """The errand of a load carried out; where it stands then."""
        finish(self.shop(most_entries), load)
        return self.record.load(load)

    def load(self, content: bytes, *, most_entries: int = 100_000, **how: object) -> Load:
        """A file sent and worked on."""
        return self.work(self.send(content, **how), most_entries)  # type: ignore[arg-type]

    def commit(self, load: Load, by: str = "asha") -> Load:
        """Committed as it was seen."""
        assert load.checked is not None
        ask_to_commit(
            self.record, CODE, load.id, load.checked.digest, self.act(by), confirmed_unit=False
        )
        return self.work(load.id)

    def withdraw(self, load: Load, by: str = "asha") -> Load:
        """Taken back."""
        ask_to_withdraw(self.record, CODE, load.id, "A mistake.", self.act(by))
        return self.work(load.id)

    @contextmanager
    def taken_up(self, load: UUID) -> Iterator[Callable[[Workshop], None]]:
        """The errand of a load, to be carried out with a workshop of the test's own."""
        with self.record.pool.connection() as connection:
            waiting: Waiting | None = take_up(connection, load)
            assert waiting is not None

            def carry(shop: Workshop) -> None:
                carry_out(shop, waiting)
                done(connection, load)

            try:
                yield carry
            finally:
                put_down(connection, load)

    def submit(self, indicator: str, period: str, value: str, by: str = "asha") -> None:
        given = EntryGiven(entry=Entry(period=period, area=HOME, value=Decimal(value)))
        self.record.handle(CODE, indicator, SubmitValues(entries=(given,)), self.act(by))

    def correct(self, indicator: str, period: str, value: str, by: str = "asha") -> None:
        given = EntryGiven(entry=Entry(period=period, area=HOME, value=Decimal(value)))
        command = CorrectValues(entries=(given,), reason=REASON)
        self.record.refresh(CODE, indicator)
        self.record.handle(CODE, indicator, command, self.act(by))

    def sign_off(self, indicator: str, period: str, by: str = "sam") -> None:
        self.record.refresh(CODE, indicator)
        held = self.held(indicator)[Key(HOME, period, "")]
        fold = self.record.indicators(CODE, [indicator])[indicator]
        digest = sign_off_digest(fold.id, held.name, held.entry, fold.definition_version)
        command = SignOffValues(entries=(SignedEntry(held.name, digest),), assurance="checked")
        answered = self.record.handle(CODE, indicator, command, self.act(by))
        assert not answered.told.refused

    def means(self, kind: CodeKind = "area", **codes: str) -> None:
        """From now on the code map "partner" has these codes alone, each with what it means."""
        body, act = self.record.fresh_agreement(CODE), self.act(OPERATOR)
        entries = tuple(CodeEntry(code=code, ours=ours) for code, ours in codes.items())
        event = CodeMapSet(name="partner", kind=kind, entries=entries)
        recorded = Recorded(body.id, body.version + 1, event, 0, act.at, act.actor)
        self.record.append([recorded], commit_of(act, body))

    def held(self, indicator: str) -> Mapping[Key, Held]:
        """What holds of an indicator, as stored."""
        return self.record.indicators(CODE, [indicator])[indicator].entries

    def value(self, indicator: str, period: str) -> str | None:
        """The home area's figure."""
        held = self.held(indicator).get(Key(HOME, period, ""))
        return None if held is None else str(held.entry.value)

    def findings(self, load: Load) -> Findings:
        """What the last check of a load found."""
        assert load.checked is not None
        with self.record.pool.connection() as connection:
            return findings_of(read_report(connection, load.id, load.checked.digest))

    def kept(self, load: UUID) -> int:
        """How many pieces of a load's file are kept."""
        with self.record.pool.connection() as connection:
            row = connection.execute("SELECT count(*) FROM loads.piece WHERE load = %s", (load,))
            return int((row.fetchone() or (0,))[0])


@contextmanager
def stage(url: str, *, indicators: int = 3, areas: int = 3) -> Iterator[Stage]:
    """A fresh ledger: asha may load everywhere, ben one indicator, sam signs off."""
    with service_pool(url) as pool:
        record = Record(pool)
        filler = Filler(record)
        filler.append(with_people(indicators, areas))
        try:
            yield Stage(record)
        finally:
            record.close()


def with_people(indicators: int, areas: int) -> list[tuple[str, list[Event]]]:
    """The benchmarks' agreement, with more people in it."""
    (empty, body), *streams = set_up(indicators, areas)
    more: tuple[Event, ...] = (
        RoleAssigned(person="ben", role=Role.ENTRY_OFFICER, scope="I1"),
        RoleAssigned(person="sam", role=Role.SIGN_OFF_OFFICER, scope=CODE),
        RoleAssigned(person="ada", role=Role.AUDITOR, scope=CODE),
    )
    return [(empty, [*body, *more]), *streams]


class Killed(Exception):
    """The worker is gone."""


def killed_after(parts: int) -> Callable[[int], None]:
    """Told how far it is, a worker that dies when so many parts are in."""
    left = [parts]

    def told(per_cent: int) -> None:
        if per_cent > 60:
            left[0] -= 1
            if not left[0]:
                raise Killed

    return told


def half_in(here: Stage, figures: Figures, **how: str) -> Load:
    """A load of which the first part is in, and its worker gone."""
    return cut_off(here, here.send(csv_of(figures), **how))


def cut_off(here: Stage, load: UUID, most_entries: int = 4) -> Load:
    """A load of which one more part is in, and its worker gone."""
    with here.taken_up(load) as carry, suppress(Killed):
        carry(here.shop(most_entries)._replace(told=killed_after(1)))
    return here.record.load(load)
