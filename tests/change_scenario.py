"""given(…).when(…).then(…) for change control: a small sealed agreement of three partners.

The county leads on homes, the trust on health; the district's area is the second one. I1 serves
homes, I2 health. Targets of I1: local for the county's area and the district's; of I2: designated
and stretch.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ledger.agreement.events import (
    AgreementDefined,
    AgreementSealed,
    Area,
    BlockSet,
    BodyFormed,
    IndicatorPlaced,
    OutcomeSet,
    PartnerJoined,
    RagPolicyAdopted,
    RefreshOpened,
    RoleAssigned,
)
from ledger.agreement.state import Agreement
from ledger.agreement.state import evolve as evolve_agreement
from ledger.amendment.commands import Command, Propose
from ledger.amendment.decisions import Around, decide
from ledger.amendment.events import (
    AmendmentConsented,
    AmendmentDecided,
    AmendmentProposed,
    AmendmentRehearsed,
    Changes,
    PolicyChange,
    TargetChange,
)
from ledger.amendment.state import Amendment, evolve
from ledger.event import Event, Recorded, agreement_id, amendment_id, indicator_id
from ledger.indicator.events import IndicatorDefined, Target, TargetKind, TargetsSet
from ledger.indicator.state import Indicator
from ledger.indicator.state import evolve as evolve_indicator
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import Refusal
from policies.reward import RewardSettings
from scenario import definition

CODE = "pact"
COUNTY, DISTRICT = "E10000031", "E07000218"  # areas
SEALED_AT = datetime(2025, 4, 1, 9, 30, tzinfo=UTC)
AT = datetime(2025, 6, 2, 9, 30, tzinfo=UTC)
TODAY = date(2025, 6, 2)
RAG = RagSettings(amber_margin=Decimal("0.05"))
REHEARSED_AT = 1000  # the position of facts that a rehearsal knew
ROLES = (
    RoleAssigned(person="lena", role=Role.LEAD_OFFICER, scope="homes", partner="county"),
    RoleAssigned(person="petra", role=Role.PERFORMANCE_OFFICER, scope=CODE, partner="county"),
    RoleAssigned(person="dora", role=Role.LEAD_OFFICER, scope="I1", partner="district"),
    RoleAssigned(person="tom", role=Role.LEAD_OFFICER, scope="healthy", partner="trust"),
    RoleAssigned(person="bela", role=Role.BOARD_MEMBER, scope=CODE, partner="county"),
    RoleAssigned(person="rita", role=Role.CHANGE_REVIEWER, scope=CODE),
    RoleAssigned(person="ed", role=Role.ENTRY_OFFICER, scope=CODE, partner="county"),
)
BODIES = (
    BodyFormed(code="board", name="The board", kind="board"),
    BodyFormed(code="office", name="The government office", kind="reviewing-body"),
    BodyFormed(code="scrutiny", name="Scrutiny", kind="scrutiny"),
)
UNSEALED: tuple[Event, ...] = (
    AgreementDefined(
        code=CODE,
        title="A pact",
        start=date(2022, 4, 1),
        end=date(2030, 3, 31),
        accountable_body="county",
        calendar="financial",
        areas=(Area(COUNTY, "County"), Area(DISTRICT, "District")),
    ),
    PartnerJoined(code="county", name="County", kind="county-council", area=COUNTY),
    PartnerJoined(code="district", name="District", kind="district-council", area=DISTRICT),
    PartnerJoined(code="trust", name="Trust", kind="health-trust"),
    *BODIES,
    BlockSet(code="people", title="People"),
    OutcomeSet(code="homes", title="Homes", block="people", lead="county"),
    OutcomeSet(code="healthy", title="Health", block="people", lead="trust"),
    IndicatorPlaced(indicator="I1", outcome="homes"),
    IndicatorPlaced(indicator="I2", outcome="healthy"),
    *ROLES,
    RagPolicyAdopted(version="1", effective_from=date(2022, 4, 1), settings=RAG),
)
SEALED = AgreementSealed(minute_reference="12/2025")
REDEFINED = definition(title="Care leavers housed")
REFRESH = RefreshOpened(
    number=1, title="Spring", opens_on=date(2025, 5, 1), closes_on=date(2025, 6, 30)
)


def target(
    level: str = "90", period: str = "FY2025", area: str = COUNTY, kind: TargetKind = "local",
    **more: Any,
) -> Target:  # fmt: skip
    return Target(area=area, period=period, level=Decimal(level), kind=kind, **more)


def stretch(level: str = "95", period: str = "FY2026", **more: Any) -> Target:
    given = {"performance_without": Decimal(90), "performance_with": Decimal(95), **more}
    return target(level, period, kind="stretch", **given)


TARGETS: dict[str, tuple[Target, ...]] = {
    "I1": (target(), target(period="FY2026"), target("85", area=DISTRICT), target("80", "FY2024")),
    "I2": (target("70", kind="designated"), stretch()),
}


def indicators(**more: Sequence[Event]) -> dict[str, Indicator]:
    """The indicators with their targets, and whatever else happened to them."""
    folds = {}
    for code, targets in TARGETS.items():
        fold = folds[code] = Indicator(indicator_id(CODE, code))
        defined = IndicatorDefined(agreement=CODE, code=code, definition=definition())
        for n, event in enumerate((defined, TargetsSet(targets=targets), *more.get(code, ())), 1):
            evolve_indicator(fold, Recorded(fold.id, n, event, 100 + n, SEALED_AT, "operator"))
    return folds


def agreement(*events: Event) -> Agreement:
    """The agreement after these events, sealed on 1 April 2025 where they say so."""
    fold = Agreement(agreement_id(CODE))
    for n, event in enumerate(events, 1):
        evolve_agreement(fold, Recorded(fold.id, n, event, n, SEALED_AT, "operator"))
    return fold


def move(
    level: str = "92", period: str = "FY2025", *, indicator: str = "I1", **more: Any
) -> TargetChange:
    return TargetChange(indicator=indicator, target=target(level, period, **more))


def change(*changed: TargetChange, effective_from: str = "FY2025", **more: Any) -> Changes:
    targets = changed or (() if more else (move(),))
    return Changes(effective_from=effective_from, targets=targets, **more)


def rules(version: str = "2", margin: str = "0.1", **more: Any) -> PolicyChange:
    given: dict[str, Any] = {
        "kind": "rag",
        "effective_from": date(2025, 4, 1),
        "rag": RagSettings(amber_margin=Decimal(margin)),
    }
    return PolicyChange(version=version, **(given | more))


def propose(changes: Changes | None = None, **more: Any) -> Propose:
    given: dict[str, Any] = {"number": 1, "title": "Fewer homes", "reason": "d1"}
    return Propose(changes=changes or change(), **(given | more))


def proposed(
    changes: Changes | None = None, by: str = "lena", refresh: int = 0
) -> tuple[str, Event]:
    event = AmendmentProposed(
        agreement=CODE,
        number=1,
        title="Fewer homes",
        reason="d1",
        changes=changes or change(),
        refresh=refresh,
    )
    return by, event


def consented(*partners: str) -> list[tuple[str, Event]]:
    return [("somebody", AmendmentConsented(partner=partner)) for partner in partners]


def rehearsed(position: int = REHEARSED_AT) -> tuple[str, Event]:
    return "lena", AmendmentRehearsed(position=position, digest="ab" * 32, summary="Little.")


def ready(changes: Changes | None = None, *partners: str, **more: Any) -> list[tuple[str, Event]]:
    """A proposal that every bound partner consented to, and that was rehearsed."""
    return [proposed(changes, **more), *consented(*(partners or ("county",))), rehearsed()]


def verdict(body: str = "board", *, final: bool = False, by: str = "bela") -> tuple[str, Event]:
    event = AmendmentDecided(
        decision="approved", body=body, minute_reference="14/2025", final=final,
        rehearsal="ab" * 32,
    )  # fmt: skip
    return by, event


class Given:
    """The past of an amendment in its agreement, and a command to be decided on it."""

    def __init__(
        self, past: Sequence[tuple[str, Event]], agreement_events: Sequence[Event], today: date
    ) -> None:
        self.state = Amendment(id=amendment_id(CODE, 1))
        for n, (actor, event) in enumerate(past, 1):
            at = SEALED_AT + timedelta(days=n)
            recorded = Recorded(self.state.id, n, event, 1000 + n, at, actor)
            self.state = evolve(self.state, recorded)
        self.agreement = agreement(*agreement_events)
        self.indicators = indicators()
        self.today, self.newest = today, REHEARSED_AT
        self.command: Command | None = None
        self.actor = ""

    def with_indicators(self, **more: Sequence[Event]) -> "Given":
        """The indicators with more of a past."""
        self.indicators = indicators(**more)
        return self

    def and_newest(self, position: int) -> "Given":
        """The newest fact that matters stands at this position."""
        self.newest = position
        return self

    def when(self, command: Command, *, by: str) -> "Given":
        """Somebody asks something of the amendment."""
        self.command, self.actor = command, by
        return self

    def decided(self) -> Event:
        """What becomes of it."""
        assert self.command is not None
        sealed = self.agreement.sealed
        around = Around(
            agreement=self.agreement,
            indicators=self.indicators,
            actor=self.actor,
            grants=tuple(self.agreement.grants.values()),
            today=self.today,
            sealed_on=sealed.at.date() if sealed else None,
            newest=self.newest,
        )
        return decide(self.state, self.command, around)

    def then(self, event: Event) -> None:
        """Exactly this event is recorded."""
        assert event == self.decided()

    def then_refused(self, refusal: type[Refusal], *, field: str | None = None) -> Refusal:
        """It is refused for this reason."""
        with pytest.raises(refusal) as caught:
            self.decided()
        assert refusal is type(caught.value)
        if field is not None:
            assert field == caught.value.field
        return caught.value


def given(
    *past: tuple[str, Event],
    sealed: bool = True,
    more: Sequence[Event] = (),
    today: date = TODAY,
) -> Given:
    """An amendment with a past, each event with its actor, in an agreement that is sealed."""
    return Given(past, (*UNSEALED, *([SEALED] if sealed else []), *more), today)


def weighed(code: str) -> PolicyChange:
    """Rules of reward by which one indicator has all of the pot."""
    settings = RewardSettings(pot=Decimal(100), weights={code: Decimal(1)})
    return PolicyChange(
        kind="reward", version="1", effective_from=date(2025, 4, 1), reward=settings
    )
