"""Ledgers of a known size for measuring, and the reports of what was measured."""

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from statistics import median
from urllib.request import urlopen
from uuid import uuid4

from doors import service_pool
from servers import Server

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    DuePolicyAdopted,
    IndicatorPlaced,
    OutcomeSet,
    RagPolicyAdopted,
    RoleAssigned,
    TravelPolicyAdopted,
)
from ledger.engine import Commit
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.events import (
    Correction,
    Entry,
    IndicatorDefined,
    Target,
    TargetsSet,
    ValuesCorrected,
    ValuesSubmitted,
)
from ledger.people import put_person
from ledger.person import Person
from ledger.record import Record
from ledger.tokens import keep_token
from policies.definition import Basis, Definition, Polarity
from policies.due import DueSettings
from policies.periods import Calendar, Interval
from policies.permissions import Role
from policies.rag import RagSettings
from policies.travel import TravelSettings

CODE, TOKEN, HOME = "bench", "outturn_benchmark", "E10000031"
AT = datetime(2026, 4, 30, tzinfo=UTC)
START = date(2016, 4, 1)
YEARS = tuple(f"FY{year}" for year in range(2016, 2026))


def areas(count: int) -> tuple[Area, ...]:
    """The home area, and as many more as asked."""
    return tuple(Area(f"E{10000031 + n}", f"Area {n}") for n in range(count))


def definition(number: int) -> Definition:
    """Of a yearly percentage; half of them are better when smaller."""
    return Definition(
        title=f"Indicator {number}",
        unit="%",
        decimals=1,
        polarity=Polarity.SMALLER if number % 2 else Polarity.BIGGER,
        basis=Basis.ANNUAL,
        interval=Interval.YEAR,
        calendar=Calendar.FINANCIAL,
        due_lag_days=30,
    )


def set_up(indicators: int, area_count: int) -> list[tuple[str, list[Event]]]:
    """The events of an agreement: its own under "", then each indicator's."""
    body: list[Event] = [
        AgreementDefined(
            code=CODE,
            title="Benchmark",
            start=START,
            end=date(2027, 3, 31),
            accountable_body="county",
            calendar="financial",
            areas=areas(area_count),
        ),
        BlockSet(code="block", title="Block"),
        OutcomeSet(code="outcome", title="Outcome", block="block"),
        RoleAssigned(person="asha", role=Role.ENTRY_OFFICER, scope=CODE),
        RagPolicyAdopted(
            version="1",
            effective_from=START,
            settings=RagSettings(amber_margin=Decimal("0.05"), exceed_margin=Decimal("0.1")),
        ),
        TravelPolicyAdopted(version="1", effective_from=START, settings=TravelSettings()),
        DuePolicyAdopted(version="1", effective_from=START, settings=DueSettings(grace_days=30)),
        *(IndicatorPlaced(indicator=f"I{n}", outcome="outcome") for n in range(indicators)),
    ]
    streams: list[tuple[str, list[Event]]] = [("", body)]
    for n in range(indicators):
        defined = IndicatorDefined(agreement=CODE, code=f"I{n}", definition=definition(n))
        targets = tuple(Target(area=HOME, period=year, level=Decimal(50)) for year in YEARS)
        streams.append((f"I{n}", [defined, TargetsSet(targets=targets)]))
    return streams


def figure(indicator: int, area: int, year: int, version: int) -> Decimal:
    """A figure that differs from its neighbours and from its earlier versions."""
    return Decimal((indicator * 7 + area * 13 + year * 29 + version * 31) % 1000) / 10


class Filler:
    """Appends events to a ledger, stream by stream, keeping count of versions."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.versions: dict[str, int] = {}
        self.position = 0

    def append(self, streams: Iterable[tuple[str, list[Event]]]) -> None:
        """One commit."""
        recorded: list[Recorded] = []
        for code, events in streams:
            stream = indicator_id(CODE, code) if code else agreement_id(CODE)
            for event in events:
                version = self.versions[code] = self.versions.get(code, 0) + 1
                recorded.append(Recorded(stream, version, event, 0, AT, "operator"))
        commit = Commit(actor="operator", command="bench", correlation_id=uuid4())
        self.position = self.record.append(recorded, commit).last_position

    def values(self, indicators: int, area_count: int, versions: int) -> None:
        """Every indicator, area and year, in so many versions; a commit for each version."""
        codes = [area.code for area in areas(area_count)]
        names: dict[tuple[int, str, str], str] = {}
        for version in range(versions):
            streams: list[tuple[str, list[Event]]] = []
            position = self.position
            for n in range(indicators):
                position += 1
                keys = [(code, year) for code in codes for year in YEARS]
                streams.append((f"I{n}", [self._event(n, keys, version, names)]))
                for index, (code, year) in enumerate(keys):
                    names[n, code, year] = f"{position}.{index}"
            self.append(streams)

    def _event(
        self,
        n: int,
        keys: list[tuple[str, str]],
        version: int,
        names: dict[tuple[int, str, str], str],
    ) -> Event:
        figures = {
            (code, year): figure(n, index, int(year[2:]), version)
            for index, (code, year) in enumerate(keys)
        }
        if version == 0:
            return ValuesSubmitted(
                entries=tuple(
                    Entry(area=code, period=year, value=value)
                    for (code, year), value in figures.items()
                )
            )
        return ValuesCorrected(
            entries=tuple(
                Correction(area=code, period=year, value=value, replaces=names[n, code, year])
                for (code, year), value in figures.items()
            ),
            reason="r" * 64,
        )


@contextmanager
def ledger(
    server: Server, *, indicators: int, area_count: int = 1, versions: int = 0
) -> Iterator[tuple[str, Filler]]:
    """A fresh ledger of that size, with a person who may submit, and its URL."""
    with server.fresh_database() as url, service_pool(url) as pool:
        record = Record(pool)
        filler = Filler(record)
        filler.append(set_up(indicators, area_count))
        filler.values(indicators, area_count, versions)
        with pool.connection() as connection:
            put_person(connection, Person(id="asha", name="Asha", email="asha@example.org"))
            keep_token(connection, TOKEN, "asha", "benchmark", AT)
        yield url, filler
        record.close()


@contextmanager
def served(app: str, port: int, environment: dict[str, str]) -> Iterator[None]:
    """A web server as the service runs it: one worker, the same settings."""
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--factory", app]
    with subprocess.Popen(
        [*command, "--port", str(port), "--log-level", "warning"], env=environment
    ) as process:
        try:
            _wait(port)
            yield
        finally:
            process.terminate()


def _wait(port: int) -> None:
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        try:
            urlopen(f"http://127.0.0.1:{port}/nothing", timeout=1)  # noqa: S310 - our own server
        except OSError as error:
            if getattr(error, "code", None):
                return
            time.sleep(0.1)
    raise TimeoutError(f"nothing answers on port {port}")


def report(title: str, rows: Iterable[tuple[str, str]]) -> None:
    """Print what was measured."""
    print(f"\n{title}")  # noqa: T201
    for name, value in rows:
        print(f"  {name:<52} {value}")  # noqa: T201


def ratio(ours: list[float], others: list[float]) -> str:
    """The median of ratios taken pair by pair, with the least and the most."""
    found = sorted(a / b for a, b in zip(ours, others, strict=True))
    return f"{median(found):.2f} ({found[0]:.2f}–{found[-1]:.2f})"
