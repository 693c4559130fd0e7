"""The judgement of one cell: an indicator, area and period, with the facts known of it.

This one function fills the stored table of statuses and answers every question about other
clocks, so that the two cannot differ.
"""

from datetime import date
from decimal import Decimal
from functools import lru_cache

from policies.cell import (
    CellFacts,
    EntryFacts,
    Judgement,
    Mark,
    Missing,
    NoStatus,
    Rules,
    TargetFacts,
)
from policies.definition import Definition, Polarity
from policies.due import awaiting, due_on
from policies.numbers import round_half_up, to_text
from policies.periods import Period, parse_code
from policies.rag import Step, effective, explain, status_of
from policies.refusals import BadPolicy, UnknownPeriod
from policies.travel import (
    NOTHING_TO_COMPARE,
    Travel,
    TravelAnswer,
    TravelSettings,
    compared_period,
    travel_of,
)

__all__ = [
    "TRAVEL_STEP",
    "CellFacts",
    "EntryFacts",
    "Judgement",
    "Mark",
    "Missing",
    "NoStatus",
    "Rules",
    "TargetFacts",
    "judge",
    "judge_rounded",
    "working",
]

TRAVEL_STEP = "direction of travel"

# Asked for at every judgement: looking a member up takes longer than comparing with it.
_PLAN, _NEUTRAL = Polarity.PLAN, Polarity.NEUTRAL
_IS_RETIRED, _IS_PLACEHOLDER = NoStatus.RETIRED, NoStatus.PLACEHOLDER
_NO_TARGET, _NOTHING_GIVEN = NoStatus.NO_TARGET, Missing.MISSING


def judge(facts: CellFacts, rules: Rules, today: date) -> Judgement:
    """Judge one cell.

    ``today`` matters only to a cell without a figure: whether its value is not due, awaited or
    overdue. A figure is rounded half-up to the definition's decimals before anything is asked
    of it, so both the exact and the rounded figure may be given.
    """
    decimals = facts.definition.decimals
    return _judge(
        facts, rules, today, _rounded(facts.entry, decimals), _rounded(facts.before, decimals)
    )


def judge_rounded(facts: CellFacts, rules: Rules, today: date) -> Judgement:
    """The same for figures that are rounded to the definition's decimals already.

    For whoever judges many cells and has rounded each figure once, for itself and as that which
    the next is compared with.
    """
    entry, before = facts.entry, facts.before
    return _judge(
        facts,
        rules,
        today,
        None if entry is None else entry.judged,
        None if before is None else before.judged,
    )


def _rounded(entry: EntryFacts | None, decimals: int) -> Decimal | None:
    if entry is None or entry.judged is None:
        return None
    return round_half_up(entry.judged, decimals)


def _judge(
    facts: CellFacts, rules: Rules, today: date, judged: Decimal | None, before: Decimal | None
) -> Judgement:
    """Judge by these two figures, in the place of those the facts give."""
    definition, entry = facts.definition, facts.entry
    status = None
    reason = _standing_reason(facts)
    if reason is None:
        if entry is None or judged is None:
            reason = _absence(facts, rules, today)
        elif facts.target is None and not _has_limits(definition):
            reason = _NO_TARGET
        elif not entry.signed and rules.rag.judge == "signed-only":
            reason = NoStatus.UNSIGNED
        else:
            level = None if facts.target is None else facts.target.level
            status = status_of(judged, level, definition, rules.rag)
            if status is None:
                reason = NoStatus.NOT_JUDGEABLE
    travel = _travel(facts, rules, judged, before, reason)
    marks = _marks(entry, facts.period, definition.series_break_at)
    return Judgement(status, reason, marks, judged, travel.travel, travel.reason)


def _standing_reason(facts: CellFacts) -> NoStatus | None:
    """The reasons that hold whether or not there is a figure."""
    definition = facts.definition
    if facts.retired:
        return _IS_RETIRED
    if definition.placeholder:
        return _IS_PLACEHOLDER
    if definition.data_only or definition.polarity is _NEUTRAL:
        return NoStatus.CONTEXTUAL
    return None


def _has_limits(definition: Definition) -> bool:
    """Whether the definition itself says what is good, so that no target is needed."""
    return definition.limits is not None and definition.polarity is _PLAN


def _absence(facts: CellFacts, rules: Rules, today: date) -> NoStatus:
    """Why a cell without a figure has no status."""
    definition = facts.definition
    waiting = NoStatus(awaiting(facts.period, definition, rules.due, today))
    if waiting is NoStatus.NOT_DUE:
        return waiting
    if facts.target is None and not _has_limits(definition):
        return NoStatus.NO_TARGET
    missing = None if facts.entry is None else facts.entry.missing
    # A suppressed or inapplicable figure is an answer: nobody is waited for.
    if missing is Missing.SUPPRESSED:
        return NoStatus.SUPPRESSED
    if missing is Missing.NOT_APPLICABLE:
        return NoStatus.NOT_APPLICABLE
    return waiting


_RETIRED = TravelAnswer(Travel.NONE, NoStatus.RETIRED.value)
_PLACEHOLDER = TravelAnswer(Travel.NONE, NoStatus.PLACEHOLDER.value)


def _travel(
    facts: CellFacts,
    rules: Rules,
    judged: Decimal | None,
    before: Decimal | None,
    reason: NoStatus | None,
) -> TravelAnswer:
    """The direction of travel, by the same figures that the policy lets be judged."""
    if reason is _IS_RETIRED:
        return _RETIRED
    if reason is _IS_PLACEHOLDER:
        return _PLACEHOLDER
    entry, earlier, definition = facts.entry, facts.before, facts.definition
    if judged is None or before is None or entry is None or earlier is None:
        return NOTHING_TO_COMPARE
    if rules.rag.judge == "signed-only" and not (entry.signed and earlier.signed):
        return NOTHING_TO_COMPARE
    return travel_of(
        judged,
        before,
        definition,
        rules.travel,
        series_break=bool(definition.series_break_at)
        and _crosses(facts.period, definition.series_break_at, rules.travel),
    )


def _crosses(period: Period, break_code: str, settings: TravelSettings) -> bool:
    """Whether a new series began after the compared period; a baseline is taken to be older."""
    begins = _series_begins(break_code)
    if begins is None or period.start < begins:
        return False
    compared = compared_period(period, settings)
    return compared is None or compared.start < begins


@lru_cache(maxsize=1024)
def _series_begins(break_code: str) -> date | None:
    """The first day of the new series; None for a code on record that names no period."""
    try:
        return parse_code(break_code).start
    except UnknownPeriod:
        return None


def _marked(provisional: bool, unsigned: bool, corrected: bool, breaks: bool) -> tuple[Mark, ...]:
    """The marks of one combination, in their order."""
    told = (
        (provisional, Mark.PROVISIONAL),
        (unsigned, Mark.UNSIGNED),
        (corrected, Mark.CORRECTED),
        (breaks, Mark.SERIES_BREAK),
    )
    return tuple(mark for holds, mark in told if holds)


_MARKS = tuple(
    _marked(bool(bits & 1), bool(bits & 2), bool(bits & 4), bool(bits & 8)) for bits in range(16)
)


def _marks(entry: EntryFacts | None, period: Period, break_code: str) -> tuple[Mark, ...]:
    bits = 8 if break_code and period.code == break_code else 0
    if entry is not None and entry.missing is not _NOTHING_GIVEN:  # no figure: nothing to sign
        bits += entry.provisional + 2 * (not entry.signed) + 4 * entry.corrected
    return _MARKS[bits]


_REASONS = {
    NoStatus.RETIRED: "the indicator is retired for this period",
    NoStatus.PLACEHOLDER: "no measure, baseline or level is agreed yet",
    NoStatus.CONTEXTUAL: "the indicator gives context and is not judged",
    NoStatus.NOT_DUE: "there is no figure, and its due date has not come",
    NoStatus.NO_TARGET: "no target is set for this period and area",
    NoStatus.AWAITED: "there is no figure; it is due, and within the days of grace",
    NoStatus.OVERDUE: "there is no figure, and the days of grace are past",
    NoStatus.SUPPRESSED: "the figure is suppressed by its publisher",
    NoStatus.NOT_APPLICABLE: "the indicator does not apply here",
    NoStatus.UNSIGNED: "the policy judges signed-off values only, and this one is not signed off",
    NoStatus.NOT_JUDGEABLE: "the figure cannot be judged under these settings",
}


def working(facts: CellFacts, rules: Rules, today: date) -> tuple[Step, ...]:
    """The same judgement as steps a person can read; the last says the status or the reason."""
    answer = judge(facts, rules, today)
    steps = [*_inputs(facts, rules), *_rounding(facts, answer)]
    if answer.judged is not None and answer.reason in (None, NoStatus.NOT_JUDGEABLE):
        level = None if facts.target is None else facts.target.level
        steps += explain(answer.judged, level, facts.definition, rules.rag)[:-1]
    if answer.reason is not None:
        steps.append(Step("no status", _REASONS[answer.reason]))
    why = f" ({answer.travel_reason})" if answer.travel_reason else ""
    steps.append(Step(TRAVEL_STEP, answer.travel.label + why))
    return (*steps, Step("status", str(answer.status or answer.reason)))


def _inputs(facts: CellFacts, rules: Rules) -> tuple[Step, ...]:
    definition, target = facts.definition, facts.target
    due = due_on(facts.period, definition).isoformat()
    grace = f"days of grace: {rules.due.grace_days}"
    level = "none" if target is None else f"{to_text(target.level)} {definition.unit}"
    kind = "" if target is None else f" ({target.kind})"
    return (
        Step("period", f"{facts.period.label}, due on {due}, {grace}"),
        Step("polarity", definition.polarity.value),
        Step("target", level.rstrip() + kind),
        Step("settings", _settings(definition, rules)),
    )


def _settings(definition: Definition, rules: Rules) -> str:
    """The settings that judge this indicator, its own margins taken in where they can be."""
    try:
        rag = effective(rules.rag, definition)
    except BadPolicy as refusal:
        return refusal.detail
    told = [f"{rag.basis} basis", f"judges {rag.judge} values"]
    named = (
        ("amber margin", rag.amber_margin),
        ("green margin", rag.green_margin),
        ("exceed margin", rag.exceed_margin),
        ("floor", rag.floor),
    )
    told += [f"{name} {to_text(number)}" for name, number in named if number is not None]
    return ", ".join(told)


def _rounding(facts: CellFacts, answer: Judgement) -> tuple[Step, ...]:
    entry = facts.entry
    if entry is None:
        return (Step("figure", "none submitted"),)
    if entry.judged is None or answer.judged is None:
        missing = Missing.MISSING if entry.missing is None else entry.missing
        return (Step("figure", f"none: {missing}"),)
    decimals = facts.definition.decimals
    return (
        Step("figure", to_text(entry.judged)),
        Step(
            "judged figure",
            f"{to_text(answer.judged)}, rounded half-up, decimal places: {decimals}",
        ),
    )
