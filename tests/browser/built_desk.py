"""The built board as a record in memory: real events, real decisions, no database."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import msgspec
from browser.indicators import AREAS, BLOCKS, HOME, INDICATORS, OUTCOMES, PEOPLE, Built
from browser.judged import CODE, NOW, TITLE

from http_api.api.bodies import TextKeeper
from http_api.pages.desk import Address
from ledger.acts import Act, Answered, refusal_of
from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BlockSet,
    IndicatorPlaced,
    OutcomeSet,
    RagPolicyAdopted,
    RoleAssigned,
)
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.attachments.keeping import Attachment
from ledger.deciding import outcome_of
from ledger.event import LONDON, Event, Recorded, agreement_id, encode, indicator_id
from ledger.indicator.commands import Command
from ledger.indicator.events import (
    Entry,
    IndicatorDefined,
    IndicatorRetired,
    Target,
    TargetsSet,
    ValuesSubmitted,
)
from ledger.indicator.state import Indicator, evolve
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import BadFile, UnknownAgreement, UnknownEvent, UnknownIndicator
from projections.answers import AttachmentRow, HistoryEvent
from projections.task_answers import TaskAnswer

ENTRY, SIGNER, READER = "p-entry", "p-signer", "p-lead"
ROLES = (
    (ENTRY, Role.ENTRY_OFFICER, CODE),
    (SIGNER, Role.SIGN_OFF_OFFICER, CODE),
    (READER, Role.LEAD_OFFICER, "early-years"),
)
BEGAN = datetime(2026, 9, 1, 9, 30, tzinfo=UTC)


class BuiltDesk:
    """A desk at which values are entered for as long as it stands."""

    def __init__(self) -> None:
        self.position = 0
        self.body = Agreement(agreement_id(CODE))
        self.folds: dict[str, Indicator] = {}
        self.events: list[tuple[str, Recorded]] = []  # of indicators, by code
        self._texts: dict[str, str] = {}
        self._answers: dict[tuple[str, str], Answered] = {}
        self._keys = 0
        for event in _structure():
            self.position += 1
            evolve_agreement(self.body, self._recorded(self.body.id, self.position, event, ENTRY))
        for built in INDICATORS:
            self.folds[built.code] = Indicator(indicator_id(CODE, built.code))
            for event in _events(built):
                self.record(built.code, event, "p-erased")

    @property
    def today(self) -> date:
        """The day of the built board."""
        return NOW.astimezone(LONDON).date()

    def record(self, code: str, event: Event, by: str) -> int:
        """Fold an event at the next position."""
        state = self.folds[code]
        self.position += 1
        recorded = self._recorded(state.id, state.version + 1, event, by)
        evolve(state, recorded)
        self.events.append((code, recorded))
        return self.position

    def agreement(self, code: str) -> Agreement:
        """The one agreement."""
        if code != CODE:
            raise UnknownAgreement(f"There is no agreement {code!r}.")
        return self.body

    def indicator(self, address: Address) -> Indicator:
        """An indicator as it is: nobody alters what was handed out."""
        self.agreement(address[0])
        if address[1] not in self.folds:
            raise UnknownIndicator(f"{address[0]} has no indicator {address[1]!r}.")
        return self.folds[address[1]].copy()

    def indicators(self, agreement: str, codes: Iterable[str]) -> dict[str, Indicator]:
        """Several of them."""
        return {code: self.indicator((agreement, code)) for code in codes if code in self.folds}

    def texts(self, digests: Iterable[str]) -> dict[str, str]:
        """Notes and reasons that were sent."""
        return {digest: self._texts[digest] for digest in digests if digest in self._texts}

    def names(self, people: Iterable[str]) -> dict[str, str]:
        """Names of people."""
        return {person: PEOPLE.get(person, "") for person in people}

    def acts(self, agreement: str, positions: Iterable[int]) -> tuple[HistoryEvent, ...]:
        """What was recorded at some positions."""
        self.agreement(agreement)
        found = {recorded.position: (code, recorded) for code, recorded in self.events}
        if missing := set(positions) - found.keys():
            raise UnknownEvent(f"There is no event at {sorted(missing)}.")
        return tuple(self._told(*found[position]) for position in sorted(set(positions)))

    def next_to_enter(self, agreement: str, person: str, position: int) -> TaskAnswer | None:
        """The indicator whose first value is not there yet."""
        return TaskAnswer(
            kind="submit", urgency="overdue", agreement=agreement, title="Weeks that people wait",
            indicator="home-care", period="FY2026-Q1", period_label="Q1 2026/27", area=HOME,
            area_name=AREAS[HOME], plan=None, amendment=None, load=None, values=1, since=None,
            due_on=date(2026, 7, 30), days_late=114, why="", people=(person,),
            where=f"/agreements/{CODE}/indicators/home-care/entry?period=FY2026-Q1",
        )  # fmt: skip

    def attachments(self, agreement: str, digests: Iterable[str]) -> tuple[Attachment, ...]:
        """There are no files."""
        return ()

    def attached(self, address: Address, entry: tuple[int, int]) -> tuple[AttachmentRow, ...]:
        """No entry has one."""
        return ()

    def keep_file(self, agreement: str, person: str, upload: Any) -> Attachment:
        """None is taken here."""
        raise BadFile("This desk takes no files.")

    def new_key(self) -> str:
        """The next key."""
        self._keys += 1
        return f"key-{self._keys}"

    def try_out(
        self, address: Address, person: str, body: msgspec.Struct, build: Callable[..., Command]
    ) -> None:
        """Decide, and record nothing."""
        self._decide(address, person, body, build)

    def send(
        self,
        address: Address,
        person: str,
        body: msgspec.Struct,
        build: Callable[..., Command],
        key: str,
    ) -> Answered:
        """Decide and fold; under the same key the first answer again."""
        if (person, key) in self._answers:
            return msgspec.structs.replace(self._answers[person, key], replayed=True)
        events, told, texts = self._decide(address, person, body, build)
        positions = [self.record(address[1], event, person) for event in events]
        self._texts |= texts
        answered = Answered(
            told=told,
            recorded=bool(positions),
            replayed=False,
            first_position=min(positions, default=self.position),
            last_position=self.position,
        )
        if positions:
            self._answers[person, key] = answered
        return answered

    def _decide(
        self, address: Address, person: str, body: msgspec.Struct, build: Callable[..., Command]
    ) -> tuple[Any, Any, dict[str, str]]:
        keeper = TextKeeper(lambda: b"n" * 16)
        command = build(body, keeper)
        act = Act(actor=person, at=NOW, correlation_id=UUID(int=0))
        state = self.indicator(address)
        events, told = outcome_of(self.body, state, command, act, None)
        refusal = refusal_of(told)
        if refusal is not None:
            raise refusal
        return events, told, {text.digest.hex(): text.text for text in keeper.texts}

    def _recorded(self, stream: UUID, version: int, event: Event, by: str) -> Recorded:
        at = BEGAN + timedelta(minutes=self.position)
        return Recorded(stream, version, event, self.position, at, by)

    def _told(self, code: str, recorded: Recorded) -> HistoryEvent:
        data = msgspec.json.decode(encode(recorded.event))
        for part in (data, *(one for one in data.get("entries", ()) if isinstance(one, dict))):
            for field in {"note", "reason"} & part.keys():
                part[f"{field}_text"] = self._texts.get(part[field], "")
        return HistoryEvent(
            position=recorded.position,
            recorded_at=recorded.recorded_at,
            actor=recorded.actor,
            type=recorded.event.TOPIC,
            agreement=CODE,
            indicator=code,
            data=data,
        )


def _structure() -> Iterable[Event]:
    yield AgreementDefined(
        code=CODE,
        title=TITLE,
        start=date(2013, 4, 1),
        end=date(2027, 3, 31),
        accountable_body="Warwickshire County Council",
        calendar="financial",
        areas=tuple(Area(code, name) for code, name in AREAS.items()),
    )
    for code, title in BLOCKS.items():
        yield BlockSet(code=code, title=title)
    for code, title, block in OUTCOMES:
        yield OutcomeSet(code=code, title=title, block=block)
    for built in INDICATORS:
        yield IndicatorPlaced(indicator=built.code, outcome=built.outcome)
    for person, role, scope in ROLES:
        yield RoleAssigned(person=person, role=role, scope=scope)
    settings = RagSettings(amber_margin=Decimal("0.05"), exceed_margin=Decimal("0.10"))
    yield RagPolicyAdopted(version="1", effective_from=date(2013, 4, 1), settings=settings)


def _events(built: Built) -> Iterable[Event]:
    yield IndicatorDefined(agreement=CODE, code=built.code, definition=built.definition)
    if built.targets:
        targets = tuple(
            Target(area=HOME, period=period, level=level) for period, level in built.targets.items()
        )
        yield TargetsSet(targets=targets)
    entries = tuple(
        Entry(
            area=HOME,
            period=period,
            value=given.value,
            missing=given.missing.value if given.missing else "",
            provisional=given.provisional,
        )
        for period, given in built.values.items()
        if given.value is not None or given.missing is not None
    )
    if entries:
        yield ValuesSubmitted(entries=entries)
    if built.retired:
        yield IndicatorRetired()
