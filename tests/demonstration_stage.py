"""The demonstration's story told in memory, and its published files read by other means."""

import csv
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from uuid import UUID, uuid4

from http_api.demonstration.acting import changes_of, commands_of
from http_api.demonstration.script import AGREEMENT, FOLDER, HOME, STORY, set_up_of
from http_api.demonstration.steps import (
    LONDON,
    Amend,
    Apply,
    Correct,
    Load,
    Propose,
    Respond,
    Seal,
    SignOff,
    Step,
    Withdraw,
)
from ledger.acts import Act
from ledger.agreement.events import AgreementSealed
from ledger.agreement.state import Agreement, rules_for
from ledger.agreement.state import evolve as evolve_agreement
from ledger.amendment.adopting import Effects, effects_of
from ledger.amendment.commands import Decide, Revise
from ledger.amendment.events import Changes as Proposed
from ledger.deciding import outcome_of
from ledger.event import Event, Recorded, agreement_id, indicator_id
from ledger.indicator.decisions import decide
from ledger.indicator.state import Indicator, Key, evolve
from ledger.loading.events import to_events
from ledger.loading.load import Checked, check_file
from ledger.loading.mapping import Mapping as FileMapping
from ledger.loading.mapping import read_mapping
from ledger.setting_up.changes import Changes, changes
from ledger.setting_up.reading import read_set_up
from policies.cell import CellFacts, EntryFacts, Judgement, Missing, TargetFacts
from policies.due import due_on
from policies.judgement import judge
from policies.numbers import round_half_up
from policies.periods import Period, parse_code
from policies.permissions import Action, check_may
from policies.travel import compared_period

REASON = "digest of a reason"
END = datetime(2026, 4, 30, 12, tzinfo=LONDON)
JANUARY = datetime(2025, 1, 31, 23, 59, tzinfo=LONDON)
ACTIONS = {
    Apply: Action.SET_UP,
    Load: Action.LOAD,
    SignOff: Action.SIGN_OFF,
    Correct: Action.CORRECT,
    Withdraw: Action.WITHDRAW,
}
Published = Mapping[tuple[str, str, str], Decimal | None]  # by our codes: indicator, area, period


class Stage:
    """The story told in memory, up to a time, by the same decisions the ledger uses."""

    def __init__(self, until: datetime = END) -> None:
        self.agreement = Agreement(agreement_id(AGREEMENT))
        self.indicators: dict[str, Indicator] = {}
        self.position = 0
        self.applied: list[Changes] = []
        self.proposed: list[Proposed] = []  # by number, from 1
        self.approved: dict[int, Effects] = {}
        self.loaded: list[Checked] = []
        for step in STORY:
            if step.at <= until:
                self.perform(step)

    def perform(self, step: Step) -> None:
        match step:
            case Apply():
                self.apply(step)
            case Load():
                self.load(step)
            case Respond():
                act = Act(actor=step.actor, at=step.at, correlation_id=uuid4())
                fold = self.indicators[step.indicator]
                events, answer = outcome_of(self.agreement, fold, step.command, act, None)
                assert not answer.refused, step
                self.tell(step, step.indicator, *events)
            case Propose():
                self.proposed.append(changes_of(step))
            case Amend(command=Revise() as revised):
                self.proposed[step.number - 1] = revised.changes
            case Amend(command=Decide(decision="approved")):
                self.approve(step, step.number)
            case Seal():
                sealed = AgreementSealed(minute_reference=step.minute_reference)
                self.of_agreement(step, sealed)
            case SignOff() | Withdraw() | Correct():
                commands = commands_of(step, self.agreement, self.indicators, REASON)
                assert commands, step
                for code, command in commands:
                    self.may(step, self.agreement.scopes_of(code))
                    decided = decide(
                        self.indicators[code],
                        command,
                        actor=step.actor,
                        areas=self.agreement.areas,
                        today=step.at.date(),
                    )
                    self.tell(step, code, *decided.events)

    def may(self, step: Step, scopes: frozenset[str]) -> None:
        grants, day = self.agreement.grants.values(), step.at.date()
        check_may(ACTIONS[type(step)], person=step.actor, grants=grants, scopes=scopes, on=day)

    def apply(self, step: Apply) -> None:
        if self.applied:  # the first is the operator's, before anybody has a role
            self.may(step, frozenset({AGREEMENT}))
        set_up = read_set_up(set_up_of(step), lambda name: text_of(step.instead.get(name, name)))
        found = changes(set_up, self.agreement, self.indicators)
        self.applied.append(found)
        self.of_agreement(step, *found.agreement)
        for code, events in found.indicators.items():
            self.tell(step, code, *events)

    def approve(self, step: Step, number: int) -> None:
        effects = self.approved[number] = effects_of(self.proposed[number - 1], number, {})
        for code, events in effects.indicators.items():
            self.tell(step, code, *events)
        self.of_agreement(step, *effects.agreement)

    def of_agreement(self, step: Step, *events: Event) -> None:
        for event in events:
            recorded = self.recorded(step, self.agreement.id, self.agreement.version, event)
            evolve_agreement(self.agreement, recorded)

    def load(self, step: Load) -> None:
        self.may(step, frozenset({AGREEMENT}))
        checked = check_file(
            (FOLDER / step.file).read_bytes(),
            step.file,
            mapping(),
            self.agreement,
            lambda codes: {code: self.indicators[code] for code in codes},
            step.at.date(),
        )
        self.loaded.append(checked)
        for code, event in to_events(checked.changes, checked.source(step.released_on), REASON):
            self.tell(step, code, event)

    def tell(self, step: Step, code: str, *events: Event) -> None:
        state = self.indicators.setdefault(code, Indicator(indicator_id(AGREEMENT, code)))
        for event in events:
            evolve(state, self.recorded(step, state.id, state.version, event))

    def recorded(self, step: Step, stream: UUID, version: int, event: Event) -> Recorded:
        self.position += 1
        return Recorded(stream, version + 1, event, self.position, step.at, step.actor)

    def values(self) -> Published:
        """All that holds, by our codes; None where an entry says that a figure is missing."""
        return {
            (code, key.area, key.period): held.entry.value
            for code, indicator in self.indicators.items()
            for key, held in indicator.entries.items()
        }

    def judged(self, code: str, period: Period, today: date) -> Judgement:
        """The home area's status for a period, as the board sees it on a day."""
        indicator = self.indicators[code]
        definition = indicator.definition
        found = rules_for(self.agreement.policies, period.start, self.position)
        assert definition is not None
        assert found is not None
        target = indicator.targets.get((HOME, period.code))
        before = compared_period(period, found.rules.travel)
        facts = CellFacts(
            definition=definition,
            period=period,
            retired=False,
            target=TargetFacts(target.target.level, target.target.kind) if target else None,
            entry=self.facts(indicator, period),
            before=self.facts(indicator, before) if before else None,
        )
        return judge(facts, found.rules, today)

    def facts(self, indicator: Indicator, period: Period) -> EntryFacts | None:
        held = indicator.entries.get(Key(HOME, period.code, ""))
        if held is None or indicator.definition is None:
            return None
        value = held.entry.value
        return EntryFacts(
            judged=None if value is None else round_half_up(value, indicator.definition.decimals),
            missing=Missing(held.entry.missing) if held.entry.missing else None,
            provisional=held.entry.provisional,
            signed=held.signature is not None,
            corrected=bool(held.replaces),
        )

    def board(self, today: date) -> dict[str, Judgement]:
        """Every indicator at the later of its latest due period and its latest with a figure."""
        return {
            code: self.judged(code, latest_period(indicator, today), today)
            for code, indicator in self.indicators.items()
        }


def latest_period(indicator: Indicator, today: date) -> Period:
    definition = indicator.definition
    assert definition is not None
    figures = [
        parse_code(key.period)
        for key, held in indicator.entries.items()
        if key.area == HOME and held.entry.value is not None
    ]
    targets = [parse_code(period) for _, period in indicator.targets]
    due = [period for period in targets if due_on(period, definition) <= today]
    return max([*figures, *due], default=parse_code("AY2024"))


def text_of(name: str) -> str:
    return (FOLDER / name).read_text(encoding="utf-8")


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@cache
def mapping() -> FileMapping:
    return read_mapping(text_of("mapping.toml"))


@cache
def published(day: str) -> Published:
    """A vintage read without the product's own readers."""
    codes = tomllib.loads(text_of("mapping.toml"))["codes"]
    calendars = {row["code"]: (row["calendar"], row["interval"]) for row in table("indicators.csv")}
    found = {}
    for row in table(f"data/values_published_{day}.csv"):
        code = codes["indicators"].get(row["Short Desc"], row["Short Desc"])
        period = period_code(row["Years"].removesuffix(" (prov)"), *calendars[code])
        text = row["Values"]
        value = None if text == "-" else Decimal(repr(float(text)))
        found[code, codes["areas"][row["LA and Regions"]], period] = value
    return found


def period_code(label: str, calendar: str, interval: str) -> str:
    prefix = {"financial": "FY", "calendar": "CY", "academic": "AY"}[calendar]
    first = int(label[:4])
    if interval == "pooled":
        return f"{prefix}{first}+3"
    ends = calendar != "calendar" and len(label) == len("2024")
    return f"{prefix}{first - ends}"


def known(until: datetime) -> Published:
    """What the published files, and the story's own withdrawals and correction, come to."""
    found: dict[tuple[str, str, str], Decimal | None] = {}
    for step in STORY:
        if step.at > until:
            break
        if isinstance(step, Load):
            found |= published(step.released_on.isoformat())
        if isinstance(step, Withdraw):
            for key in [key for key in found if key[0] == step.indicator and key[2] < step.before]:
                del found[key]
        if isinstance(step, Correct):
            found[step.indicator, HOME, step.period] = step.value
    return found
