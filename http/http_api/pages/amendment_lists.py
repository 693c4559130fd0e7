"""The lists on the page of a proposal, each a part at a time: counts of all stand before them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from http_api.pages.links import Links
from http_api.pages.part_lists import Part, part_of
from http_api.pages.words import counted, listed
from ledger.csv_text import csv_text
from policies.rag import Status
from policies.smart import Answer, Smart
from projections.amendment_answers import AmendmentAnswer, TargetChanged
from projections.effects import BasketEffect, Effect, Rehearsal, RewardEffect
from projections.smart_answers import SmartTarget
from projections.ways import weight_of

LINES_SHOWN, CHECKS_SHOWN = 20, 10
_RANKS = {status.value: rank for rank, status in enumerate(Status)}  # best first
TARGET_COLUMNS = (
    "indicator", "area", "period", "before", "level", "kind", "baseline", "no_baseline",
    "performance_without", "performance_with",
)  # fmt: skip


class AskedLists(NamedTuple):
    """Which part of each list an address asks for: how many rows stand before it, "" for none."""

    targets: str = ""
    payments: str = ""
    baskets: str = ""
    periods: str = ""
    checks: str = ""

    @property
    def query(self) -> dict[str, str]:
        """It as the query of an address; what says nothing is left out."""
        return {name: text for name, text in self._asdict().items() if text}


class Answered(NamedTuple):
    """How many targets a question is answered for, and how."""

    question: Smart
    counts: Mapping[Answer, int]


class Lists(NamedTuple):
    """The parts that a page shows, each by the name that an address gives its list."""

    targets: Part[TargetChanged]
    payments: Part[RewardEffect]
    baskets: Part[BasketEffect]
    periods: Part[Effect]
    checks: Part[SmartTarget]
    answered: tuple[Answered, ...]
    summary: str

    @property
    def in_parts(self) -> bool:
        """Whether any of them goes on elsewhere."""
        every = (self.targets, self.payments, self.baskets, self.periods, self.checks)
        return not all(part.is_all for part in every)


class Ways(NamedTuple):
    """The addresses of a proposal's page with one of its lists at another place."""

    links: Links
    agreement: str
    number: int
    asked: AskedLists

    def on(self, part: Part[Any], name: str) -> str:
        """Where a list goes on; "" at its end. The others stay as they are."""
        return self._to(name, part.next) if part.next else ""

    def beginning(self, part: Part[Any], name: str) -> str:
        """Where a list begins; "" where that is shown."""
        return self._to(name, "") if part.before else ""

    def _to(self, name: str, place: str) -> str:
        query = {**self.asked.query, name: place}
        return f"{self.links.amendment(self.agreement, self.number, **query)}#{name}"


def lists_of(
    answer: AmendmentAnswer,
    rehearsal: Rehearsal | None,
    smart: Sequence[SmartTarget],
    asked: AskedLists,
) -> Lists:
    """The lists of a proposal: what it changes as it was written, else the weightiest first."""
    targets = answer.changes.targets
    effects = sorted(rehearsal.effects if rehearsal else (), key=_weight)
    # From one reason for no status to another is of no moment to whoever decides.
    judged = [
        one
        for one in (rehearsal.baskets if rehearsal else ())
        if one.before.status is not None or one.after.status is not None
    ]
    return Lists(
        targets=part_of(targets, asked.targets, LINES_SHOWN, "targets"),
        payments=part_of(
            rehearsal.rewards if rehearsal else (), asked.payments, LINES_SHOWN, "payments"
        ),
        baskets=part_of(sorted(judged, key=_weight), asked.baskets, LINES_SHOWN, "baskets"),
        periods=part_of(effects, asked.periods, LINES_SHOWN, "periods"),
        checks=part_of(sorted(smart, key=_lacking), asked.checks, CHECKS_SHOWN, "checks"),
        answered=tuple(_answered(smart)),
        summary=told(targets),
    )


def told(targets: Sequence[TargetChanged]) -> str:
    """How many targets move, and where to, in a sentence; "" for none."""
    if not targets:
        return ""
    moves = Counter(map(_move, targets))
    moved = [f"{moves[way]:,} {words}" for way, words in _MOVES.items() if moves[way]]
    indicators = counted(len({one.indicator for one in targets}), "indicator")
    areas = counted(len({one.area for one in targets}), "area")
    return f"{counted(len(targets), 'target')} of {indicators} in {areas}: {listed(moved)}."


def targets_csv(targets: Sequence[TargetChanged]) -> Iterator[str]:
    """The targets of a proposal as CSV, with the columns that a revision takes."""
    return csv_text(TARGET_COLUMNS, map(_cells, targets))


def as_typed(one: TargetChanged) -> dict[str, str]:
    """A target as the form of a revision has it: what is as it is now is left empty."""
    before, after = one.before, one.after
    as_now = before.kind if before else "local"
    return {
        "indicator": one.indicator,
        "area": one.area,
        "period": one.period,
        "level": after.level,
        "kind": after.kind if after.kind != as_now else "",
        "baseline": after.baseline or "",
        "no_baseline": one.no_baseline or "",
        "performance_without": after.performance_without or "",
        "performance_with": after.performance_with or "",
    }


_MOVES = {1: "higher", -1: "lower", 0: "at the same level", None: "where there was none"}


def _move(one: TargetChanged) -> int | None:
    if one.before is None:
        return None
    before, after = Decimal(one.before.level), Decimal(one.after.level)
    return (after > before) - (after < before)


def _cells(one: TargetChanged) -> list[str]:
    typed = {**as_typed(one), "before": one.before.level if one.before else ""}
    return [typed[name] for name in TARGET_COLUMNS]


def _weight(effect: Effect | BasketEffect) -> tuple[int, ...]:
    """What became worse stands first, as on the page of what changed, and of that what is worst;
    last what has no status before or after."""
    before, after = effect.before, effect.after
    unjudged = before.status is None and after.status is None
    weight = weight_of(before.status or before.reason, after.status or after.reason)
    return unjudged, *weight, -_RANKS.get(after.status or "", -1)


def _lacking(target: SmartTarget) -> tuple[int, int]:
    """The targets that lack most stand first."""
    said = Counter(one.answer for one in target.answers)
    return -said[Answer.NO], -said[Answer.NOT_YET]


def _answered(smart: Sequence[SmartTarget]) -> Iterator[Answered]:
    said = Counter((one.question, one.answer) for target in smart for one in target.answers)
    for question in Smart:
        yield Answered(question, {answer: said[question, answer] for answer in Answer})
