"""Change control and reward on the built board: an amendment of every state, one with all parts."""

from datetime import date
from decimal import Decimal

import msgspec
from browser.indicators import AREAS, HOME
from browser.judged import CODE, DAY, HEAD, NOW, TITLE, clocks, find

from http_api.pages.reader import ClocksAsked
from policies.escalation import EscalationSettings
from policies.periods import parse_code
from policies.reward import RewardSettings, SubTarget, rewards
from policies.smart import SmartFacts, smart
from projections.amendment_answers import (
    Acted,
    AmendmentAnswer,
    AmendmentListed,
    Amendments,
    BodyDecides,
    ChangesAnswer,
    DefinitionChanged,
    Memorandum,
    PartnerSays,
    PolicyChanged,
    RehearsalAnswer,
    RetirementChanged,
    TargetChanged,
    TargetLevel,
    TargetStanding,
)
from projections.answers import PolicyInForce
from projections.effects import (
    BasketEffect,
    BasketVerdict,
    Effect,
    EffectCounts,
    Flip,
    Rehearsal,
    RewardEffect,
    StageFlip,
    Verdict,
)
from projections.rewards import RewardRow, Rewards, RewardsUnder
from projections.smart_answers import SmartTarget, SmartTargets

APPROVED, PROPOSED, WITHDRAWN = 1, 2, 3  # numbers of amendments
LARGE = 4  # of very many targets; in no register
STATES = {APPROVED: "approved", PROPOSED: "proposed", WITHDRAWN: "withdrawn"}
PARTNERS = ("wcc", "health", "police")
SUMMARY = "1 of 2 red years would have been amber; none worse."
DIGEST = "ab" * 32
STRETCHED = (("absence", "80", "87", "87"), ("gld", "13", "11", None))


def acted(days_ago: int, by: str = "p-lead", text: str | None = "As the group asked.") -> Acted:
    """Something done some days ago."""
    return Acted(by=by, at=NOW - days_ago * DAY, position=HEAD - days_ago, text=text)


def level(value: str, kind: str = "local") -> TargetLevel:
    """A level; a stretch target has its performances."""
    stretch = kind == "stretch"
    return TargetLevel(
        level=value,
        kind=kind,
        baseline="70",
        performance_without="66" if stretch else None,
        performance_with=value if stretch else None,
    )


def changes() -> ChangesAnswer:
    """Targets with and without one before, a definition, rules of two kinds, a retirement."""
    before = find("absence").definition
    return ChangesAnswer(
        targets=(
            TargetChanged(
                indicator="absence",
                area=HOME,
                period="FY2025",
                period_label="2025/26",
                before=level("68"),
                after=level("71.5", "stretch"),
                bound=("wcc",),
            ),
            TargetChanged(
                indicator="gld",
                area=HOME,
                period="FY2026",
                period_label="2026/27",
                before=None,
                after=level("1200"),
                bound=(),
            ),
        ),
        definitions=(
            DefinitionChanged(
                indicator="absence",
                kind="major",
                before=before,
                after=msgspec.structs.replace(
                    before, title="Absence, counted anew", series_break_at="FY2025", data_only=True
                ),
            ),
        ),
        policies=(
            PolicyChanged(
                kind="rag",
                version="3",
                effective_from=date(2025, 4, 1),
                before={"amber_margin": "0.05", "basis": "relative", "floor": None},
                settings={"amber_margin": "0.1", "basis": "relative", "floor": None},
            ),
            PolicyChanged(
                kind="escalation",
                version="2",
                effective_from=date(2025, 4, 1),
                before=None,
                settings=msgspec.to_builtins(EscalationSettings()),
            ),
        ),
        retirements=(
            RetirementChanged(
                indicator="smoking",
                from_period="FY2025-Q1",
                period_label="Q1 2025/26",
                bound=("wcc",),
            ),
        ),
    )


def many() -> tuple[TargetChanged, ...]:
    """Targets of years to come: higher, lower, as before, and where there was none."""
    first, new = changes().targets
    return tuple(
        msgspec.structs.replace(
            first if n % 9 else new,
            period=f"FY{2025 + n}",
            period_label=parse_code(f"FY{2025 + n}").label,
            after=level(str(66 + n % 5)),
        )
        for n in range(45)
    )


def amendment(number: int, asked: ClocksAsked) -> AmendmentAnswer:
    """The approved one was revised; of the proposed one somebody objects; one was withdrawn."""
    state = STATES.get(number, "proposed")
    proposed = changes()
    if number == LARGE:
        proposed = msgspec.structs.replace(proposed, targets=many())
    open_ = state == "proposed"
    said = ("awaited", "objected", "consented") if open_ else ("consented",) * 3
    return AmendmentAnswer(
        clocks=clocks(asked),
        agreement=CODE,
        number=number,
        title=f"A target for the winter, {state}",
        state=state,
        refresh=None,
        effective_from="FY2025",
        revision=1 if open_ else 2,
        proposed=acted(60),
        revised=None if open_ else acted(50, text=None),
        closed=None if open_ else acted(9, "p-erased"),
        changes=proposed,
        partners=tuple(
            PartnerSays(
                partner=code,
                name=name,
                says=says,
                said=None if says == "awaited" else acted(40, text=None if n else "Gladly."),
            )
            for n, (code, name, says) in enumerate(
                zip(PARTNERS, ("The county", "Health", "Police"), said, strict=True)
            )
        ),
        bodies=(
            BodyDecides(
                kind="board",
                decision=None if open_ else "approved",
                body=None if open_ else "board",
                minute_reference=None if open_ else "12/2026",
                rehearsal=None if open_ else DIGEST,
                decided=None if open_ else acted(10),
            ),
            BodyDecides(
                kind="reviewing-body",
                decision=None,
                body=None,
                minute_reference=None,
                rehearsal=None,
                decided=None,
            ),
        ),
        rehearsal=None
        if state == "withdrawn"
        else RehearsalAnswer(
            position=HEAD - 20, digest=DIGEST, summary=SUMMARY, rehearsed=acted(20)
        ),
    )


def verdict(status: str | None, stage: int | None, reason: str | None = None) -> Verdict:
    """How a cell is judged."""
    return Verdict(
        status=status, reason=reason, judged="64" if status else None, target="70", stage=stage
    )


def rehearsal() -> Rehearsal:
    """Effects of three kinds: a status, a stage, and a cell without a figure."""
    sides = (
        (verdict("red", 2), verdict("amber", 1)),
        (verdict("green", None), verdict("green", 1)),
        (verdict(None, None, "awaited"), verdict(None, None, "overdue")),
    )
    return Rehearsal(
        agreement=CODE,
        position=HEAD - 20,
        recorded_at=NOW - 20 * DAY,
        day=(NOW - 20 * DAY).date(),
        effective_from="FY2025",
        summary=SUMMARY,
        counts=EffectCounts(
            cells=40,
            judged=30,
            changed=3,
            better=1,
            worse=0,
            before={"red": 2, "amber": 8, "green": 20, "awaited": 4, "no-target": 6},
            after={"red": 1, "amber": 9, "green": 20, "awaited": 3, "overdue": 1, "no-target": 6},
            flips=(Flip(before="red", after="amber", count=1),),
            stages=(StageFlip(before=0, after=1, count=1), StageFlip(before=2, after=1, count=1)),
        ),
        effects=tuple(
            Effect(
                indicator="absence",
                title="Absence from school",
                unit="%",
                area=HOME,
                area_name=AREAS[HOME],
                period=period,
                period_label=parse_code(period).label,
                before=before,
                after=after,
            )
            for period, (before, after) in zip(("FY2023", "FY2024", "FY2025"), sides, strict=True)
        ),
        rewards=(
            RewardEffect(
                policy="1",
                indicator="absence",
                area=HOME,
                period="FY2025",
                before=None,
                after="1500.00",
            ),
        ),
        baskets=tuple(
            BasketEffect(
                by="blocks",
                code="learn",
                title="Learning",
                area=HOME,
                area_name=AREAS[HOME],
                period=period,
                period_label=parse_code(period).label,
                before=BasketVerdict(status=None, reason="least-coverage"),
                after=after,
            )
            for period, after in (
                ("FY2024", BasketVerdict(status="amber", reason=None)),
                ("FY2023", BasketVerdict(status=None, reason="nothing-expected")),
            )
        ),
    )


class BuiltControl:
    """The questions of change control and reward, answered over the built board."""

    def amendments(
        self, agreement: str, asked: ClocksAsked, *, after: str, limit: int
    ) -> Amendments:
        """The latest first; an earlier page has none."""
        found = () if after else tuple(amendment(n, asked) for n in sorted(STATES, reverse=True))
        return Amendments(
            clocks=clocks(asked),
            amendments=tuple(
                AmendmentListed(
                    number=one.number,
                    title=one.title,
                    state=one.state,
                    refresh=one.refresh,
                    effective_from=one.effective_from,
                    proposed=one.proposed,
                    closed=one.closed,
                    indicators=("absence", "gld"),
                    policies=("rag", "escalation"),
                )
                for one in found
            ),
            next="1" if found else None,
        )

    def amendment(self, agreement: str, number: int, asked: ClocksAsked) -> AmendmentAnswer:
        """One of them."""
        return amendment(number, asked)

    def rehearsal(self, agreement: str, number: int, asked: ClocksAsked) -> Rehearsal:
        """The same of each that has one, and of the large one many times as much."""
        found, times = rehearsal(), 20 if number == LARGE else 1
        return msgspec.structs.replace(
            found,
            effects=found.effects * times,
            rewards=found.rewards * times * times,
            baskets=found.baskets * times * times,
        )

    def memorandum(self, agreement: str, number: int, asked: ClocksAsked) -> Memorandum:
        """Two targets as they stand."""
        standing = [
            TargetStanding(
                indicator=one.indicator,
                title=find(one.indicator).definition.title,
                area=one.area,
                area_name=AREAS[one.area],
                period=one.period,
                period_label=one.period_label,
                target=one.after,
                position=HEAD - 10,
                bound=one.bound,
            )
            for one in changes().targets
        ]
        return Memorandum(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            amendment=amendment(number, asked),
            targets=tuple(standing),
        )

    def smart(self, agreement: str, number: int, asked: ClocksAsked) -> SmartTargets:
        """Each proposed target, with answers of every kind between them."""
        targets = [
            SmartTarget(
                indicator=one.indicator,
                title=find(one.indicator).definition.title,
                area=one.area,
                area_name=AREAS[one.area],
                period=one.period,
                period_label=one.period_label,
                answers=smart(
                    SmartFacts(
                        definition=find(one.indicator).definition,
                        area=AREAS[one.area],
                        period=parse_code(one.period),
                        starts_on=date(2013, 4, 1),
                        ends_on=date(2027, 3, 31),
                        objections=("Health",),
                    )
                ),
            )
            for one in amendment(number, asked).changes.targets
        ]
        return SmartTargets(
            clocks=clocks(asked), agreement=CODE, amendment=number, targets=tuple(targets)
        )

    def rewards(self, agreement: str, asked: ClocksAsked) -> Rewards:
        """Two versions of the rules on the same two targets."""
        settings = (
            RewardSettings(pot=Decimal(200000)),
            RewardSettings(
                pot=Decimal(200000), share_paid=Decimal("0.5"), weights={"absence": Decimal(3)}
            ),
        )
        return Rewards(
            clocks=clocks(asked),
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            policies=tuple(_under(n, one) for n, one in enumerate(settings, start=1)),
        )


def _under(version: int, settings: RewardSettings) -> RewardsUnder:
    given = [
        SubTarget(
            indicator=code,
            area=HOME,
            period="FY2025",
            without=Decimal(without),
            with_=Decimal(with_),
            outturn=None if outturn is None else Decimal(outturn),
            interim=Decimal(20),
        )
        for code, without, with_, outturn in STRETCHED
    ]
    definitions = {one.indicator: find(one.indicator).definition for one in given}
    found = rewards(given, definitions, settings)
    return RewardsUnder(
        policy=PolicyInForce(
            kind="reward",
            version=str(version),
            effective_from=date(2025, 4, 1),
            position=300 + version,
            settings=msgspec.to_builtins(settings),
        ),
        rows=tuple(
            RewardRow(
                indicator=one.indicator,
                title=definitions[one.indicator].title,
                area=one.area,
                area_name=AREAS[one.area],
                period=one.period,
                period_label="2025/26",
                without=str(one.without),
                with_performance=str(one.with_),
                outturn=None if one.outturn is None else str(one.outturn),
                marks=() if one.outturn is None else ("provisional", "unsigned"),
                interim=str(one.interim),
                interim_outturn=None,
                part=str(reward.part),
                achievement=None if reward.achievement is None else "1",
                share=None if reward.share is None else "1",
                earned=None if reward.earned is None else str(reward.earned),
                on_account=str(reward.on_account),
                paid=str(reward.paid),
                steps=reward.steps,
            )
            for one, reward in found
        ),
        earned=str(sum((reward.earned or Decimal(0) for _, reward in found), Decimal(0))),
        paid=str(sum((reward.paid for _, reward in found), Decimal(0))),
    )
