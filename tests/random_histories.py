"""Anything that can happen to an agreement, at random: what is refused did not happen."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import hypothesis.strategies as st
import msgspec
from histories import (
    AGREEMENT,
    AREAS,
    CODES,
    FILES,
    HOME,
    OTHER,
    PERIODS,
    SHEET,
    Story,
    definition,
    opening,
)

from ledger.agreement.events import (
    ComparatorGroupSet,
    ComparatorsPolicyAdopted,
    DuePolicyAdopted,
    EscalationPolicyAdopted,
    IndicatorPlaced,
    OutcomeSet,
    RagPolicyAdopted,
    RoleAssigned,
    RoleEnded,
    TravelPolicyAdopted,
)
from ledger.event import Event, load_id
from ledger.indicator.events import (
    Entry,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsAmended,
)
from ledger.indicator.responses import (
    ActionPlanAccepted,
    ActionPlanSentBack,
    ActionPlanSubmitted,
    EscalationClosed,
    FastTracked,
    Intervention,
    InterventionDecided,
    PerformanceCommended,
    RemedialActionRecorded,
    ValueExamined,
)
from policies.comparator_group import ComparatorSettings
from policies.definition import MarginOverride, PlanLimits, Polarity
from policies.due import DueSettings
from policies.escalation import EscalationSettings
from policies.numbers import ratio, round_half_up
from policies.permissions import Role
from policies.rag import RagSettings
from policies.refusals import Refusal
from policies.travel import TravelSettings

BEGIN = datetime(2023, 8, 7, 9, 30, tzinfo=UTC)  # early enough for figures ahead of what is due
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
    {"proxy": "I1"},
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
ESCALATIONS = (
    EscalationSettings(),
    EscalationSettings(periods_to_action=1, missing="counts", annual_on_proxy=True),
    EscalationSettings(trend="projection", tolerance=Decimal("0.5"), missing="breaks"),
    EscalationSettings(periods_to_close=2, review_after_days=0, annual_on_proxy=True),
)
RETIRED_FROM = ("", "FY2023-Q2", "FY2022-Q4", "FY2023", "2023-05")  # whatever the indicator's own
LATER = date(2024, 9, 1)
RESPONSES: tuple[Callable[[str, str], Event], ...] = (
    lambda area, period: RemedialActionRecorded(area=area, period=period, action="aa" * 32),
    lambda area, period: ActionPlanSubmitted(
        number=1, area=area, period=period, cause="", steps=(), begins_on=LATER, ends_on=LATER
    ),
    lambda area, _: ActionPlanAccepted(plan=1, area=area, review_on=LATER),
    lambda area, _: ActionPlanSentBack(plan=1, area=area, reason="aa" * 32),
    lambda area, _: InterventionDecided(
        area=area, decision=Intervention.REALLOCATE, reason="aa" * 32
    ),
    lambda area, period: FastTracked(area=area, stage=2 + (period > "FY2023"), reason="aa" * 32),
    lambda area, _: EscalationClosed(area=area, reason="aa" * 32),
    lambda area, period: PerformanceCommended(area=area, period=period, reason="aa" * 32),
    lambda area, period: ValueExamined(area=area, period=period, on=date(2024, 6, 1)),
)
LOADS = tuple(str(load_id("partnership", "asha", key)) for key in "ab")
ELSEWHERE = ("E10000014", "E10000016", "E10000018", "E06000052")
GROUPS = ("neighbours", "region")
FROM = (date(2021, 4, 1), date(2023, 7, 1), date(2023, 10, 1))


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
    + ["take-back", "outcome", "attach", "attach"]
    + ["release", "release", "release", "release-back", "group", "comparison"]
)

cells = st.tuples(st.integers(0, 1), st.integers(0, 5), st.integers(0, 30))


def acts(*more: str) -> st.SearchStrategy[Act]:
    """Acts of every kind, and of those that not every test can follow."""
    return st.builds(
        Act,
        kind=st.sampled_from([*ACTS, *more]),
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
def stories(
    draw: st.DrawFn,
    *,
    most: int = 25,
    more: tuple[str, ...] = (),
    roles: tuple[RoleAssigned, ...] = (),
) -> Story:
    """An agreement's first moves, then anything that can happen to it.

    ``roles`` are given among the first moves.

    ``more`` names kinds of acts besides: "areas" takes an area out of the agreement, or back in;
    "escalation" adopts rules of escalation, and "respond" is what people do about a performance.
    """
    story = opening(*CODES, start=BEGIN, days_between=draw(st.sampled_from([5, 10])))
    story.structure(*roles)
    begun = draw(st.sampled_from([True, True, True, False]))
    first = draw(beginnings) if begun else ()
    for act in [*first, *draw(st.lists(acts(*more), min_size=most // 3, max_size=most))]:
        try:
            _play(story, act)
        except Refusal:
            continue
    return story


@st.composite
def compared_stories(draw: st.DrawFn) -> Story:
    """An agreement that compares: groups are set and set anew, and publishers say and unsay."""
    story = draw(stories(most=9))
    kinds = draw(st.permutations([*4 * ["release"], "release-back", "comparison", "submit"]))
    for kind in ["group", "release", *kinds, "group", "release"]:
        near = st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 30))
        told = st.lists(near, min_size=6, max_size=12)
        act = Act(kind, "I1", draw(told), draw(st.integers(0, 35)))
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
        "attachments": FILES[: figure % 3] if figure % 4 == 3 else (),
    }
    if figure % 11 == 10:
        return Entry(**fields, missing=("missing", "suppressed", "not-applicable")[figure % 3])
    value = FIGURES[figure % len(FIGURES)]
    if figure % 6 == 5 and code != "I2":
        fields |= {"confidence_low": value - figure, "confidence_high": value + 1}
    if code != "I2":
        return Entry(**fields, value=value)
    whole = Decimal(7 + figure)
    part = ratio(value, whole, Decimal(100))
    given = round_half_up(part, 3) if figure % 2 else None
    return Entry(**fields, numerator=value, denominator=whole, value=given)


def _elsewhere(code: str, cell: tuple[int, int, int]) -> Entry:
    """A value of some other area, or of one that is the agreement's own by now."""
    area, _, figure = cell
    entry = entry_of(code, cell)
    place = (*ELSEWHERE, OTHER)[(area + figure) % (len(ELSEWHERE) + 1)]
    return msgspec.structs.replace(entry, area=place, attachments=())


def _group(act: Act) -> ComparatorGroupSet:
    """One of two groups, with the areas that a choice gives it."""
    code = GROUPS[act.choice % 2]
    members = (*ELSEWHERE, HOME, OTHER, ELSEWHERE[0])[act.choice % 3 : 2 + act.choice % 5 + 2]
    return ComparatorGroupSet(
        code=code, title=f"The {code}", version=1 + act.choice, members=members
    )


def _play(story: Story, act: Act) -> None:  # noqa: C901, PLR0912, PLR0915 - an arm per kind of act
    entries = {
        (e.area, e.period, *e.breakdown): e for e in (entry_of(act.code, c) for c in act.cells)
    }
    held = story.held(act.code)
    names = [one.name for one in held[act.choice % 4 :: 3]] or ["1.0"]
    load = ("", *LOADS)[act.choice % 3]
    match act.kind:
        case "submit":
            story.submit(act.code, *entries.values(), load=load)
        case "correct":
            story.correct(act.code, *list(entries.values())[: 1 + 2 * bool(load)], load=load)
        case "take-back":
            story.take_back(act.code, LOADS[act.choice % 2])
        case "release":
            told = (_elsewhere(act.code, cell) for cell in act.cells)
            story.release(act.code, *told, load=load, released_on=FROM[act.choice % 3])
        case "release-back":
            story.take_back_release(act.code, LOADS[act.choice % 2])
        case "group":
            story.structure(_group(act))
        case "sign":
            story.sign_off(act.code, *(one.name for one in held if not one.signature))
        case "return":
            story.give_back(act.code, names[0])
        case "attach":
            story.attach(act.code, *names, files=FILES[act.choice % 2 : 1 + act.choice % 4])
        case "withdraw":
            story.withdraw(act.code, names[0])
        case "target":
            targets = tuple(_target(act, cell) for cell in act.cells)
            if act.choice % 4 == 0:
                amended = TargetsAmended(amendment=1, effective_from="FY2021", targets=targets)
                story.indicator(act.code, amended)
            else:
                story.target(act.code, *targets)
        case "rag" | "travel" | "due" | "escalation" | "comparison":
            story.structure(_policy(story, act))
        case "redefine":
            changed = definition(act.code, **VARIATIONS[act.choice % len(VARIATIONS)])
            story.indicator(act.code, IndicatorRedefined(definition=changed))
        case "retire":
            first = RETIRED_FROM[act.choice % len(RETIRED_FROM)]
            story.indicator(act.code, IndicatorRetired(from_period=first, amendment=act.choice))
        case "sheet":
            story.structure(msgspec.structs.replace(SHEET, title=f"Title {act.choice}"))
        case "place":
            outcome = ("homes", "roads")[act.choice % 2]
            story.structure(IndicatorPlaced(indicator=act.code, outcome=outcome))
        case "outcome":
            block = ("safe", "well")[act.choice % 2]
            story.structure(OutcomeSet(code="homes", title="Homes", block=block, lead="county"))
        case "respond":
            _respond(story, act)
        case "areas":
            areas = AREAS if act.choice % 3 == 0 else AREAS[act.choice % 2 :][:1]
            story.structure(msgspec.structs.replace(SHEET, areas=areas))
        case "role":
            role = Role.SIGN_OFF_OFFICER
            kind = RoleAssigned if act.choice % 2 else RoleEnded
            story.structure(kind(person="sue", role=role, scope=AGREEMENT))


def _policy(story: Story, act: Act) -> Event:
    """A version of rules that somebody adopts."""
    version, choice = f"{act.kind}-{len(story.commits)}", act.choice
    match act.kind:
        case "rag":
            return RagPolicyAdopted(
                version=version, effective_from=FROM[choice % 3], settings=RAGS[choice % 4]
            )
        case "travel":
            return TravelPolicyAdopted(
                version=version, effective_from=FROM[choice // 3 % 3], settings=TRAVELS[choice % 3]
            )
        case "due":
            grace = DueSettings(grace_days=10 * (choice % 4))
            return DuePolicyAdopted(version=version, effective_from=FROM[0], settings=grace)
        case "comparison":
            home = ComparatorSettings(home=("in", "out")[choice % 2])
            return ComparatorsPolicyAdopted(
                version=version, effective_from=FROM[choice // 2 % 3], settings=home
            )
    return EscalationPolicyAdopted(
        version=version,
        effective_from=FROM[choice // 5 % 3],
        settings=ESCALATIONS[choice % len(ESCALATIONS)],
    )


def _respond(story: Story, act: Act) -> None:
    area, period, _ = act.cells[0]
    code = PERIODS[act.code][period % len(PERIODS[act.code])]
    event = RESPONSES[act.choice % len(RESPONSES)](AREAS[area].code, code)
    if getattr(event, "plan", 1) in story.states[act.code].plans or not hasattr(event, "plan"):
        story.indicator(act.code, event, actor="lee")  # else of a plan that nobody submitted


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
