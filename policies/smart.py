"""Whether a target is SMART: specific, measurable, agreed, results-oriented, time-based.

Each is answered yes, no or not yet, with the missing piece. Source: the rules of judgement, 9.
"""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum

import msgspec

from policies.definition import Definition, Polarity
from policies.periods import Interval, Period, period_on, periods_between

_A_YEAR_OR_MORE = (Interval.YEAR, Interval.POOLED)


class Smart(StrEnum):
    """The five questions, in their order."""

    SPECIFIC = "specific"
    MEASURABLE = "measurable"
    AGREED = "agreed"
    RESULTS_ORIENTED = "results-oriented"
    TIME_BASED = "time-based"


class Answer(StrEnum):
    """What a question comes to."""

    YES = "yes"
    NO = "no"
    NOT_YET = "not-yet"


class SmartFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a target.

    ``area`` is its name. ``no_baseline`` says why there is no baseline. ``collected`` tells for
    each of the last two due periods whether there is a value. ``consents_missing`` and
    ``objections`` are the names of bound partners. ``path`` has the codes of the periods of the
    target's year that have a target too.
    """

    definition: Definition
    area: str
    period: Period
    starts_on: date
    ends_on: date
    baseline: Decimal | None = None
    no_baseline: str = ""
    collected: Sequence[bool] = ()
    consents_missing: Sequence[str] = ()
    objections: Sequence[str] = ()
    outcome: str = ""
    path: frozenset[str] = frozenset()


class Answered(msgspec.Struct, frozen=True):
    """One question with its answer, and what is missing where that is not yes."""

    question: Smart
    answer: Answer
    missing: str = ""


def smart(facts: SmartFacts) -> tuple[Answered, ...]:
    """The five questions, answered in their order."""
    return (
        Answered(Smart.SPECIFIC, *_specific(facts)),
        Answered(Smart.MEASURABLE, *_measurable(facts)),
        Answered(Smart.AGREED, *_agreed(facts)),
        Answered(Smart.RESULTS_ORIENTED, *_results_oriented(facts)),
        Answered(Smart.TIME_BASED, *_time_based(facts)),
    )


_Told = tuple[Answer, str]
_YES: _Told = (Answer.YES, "")


def _specific(facts: SmartFacts) -> _Told:
    definition = facts.definition
    named = (
        ("definition", definition.definition),
        ("unit", definition.unit),
        ("area", facts.area),
        ("data owner", definition.data_owner),
    )
    wanting = [name for name, text in named if not text.strip()]
    return (Answer.NO, f"without {_listed(wanting)}") if wanting else _YES


def _measurable(facts: SmartFacts) -> _Told:
    if facts.definition.placeholder:
        return Answer.NOT_YET, "no measure is agreed yet"
    if facts.baseline is None and not facts.no_baseline.strip():
        return Answer.NO, "there is neither a baseline nor a reason why there is none"
    if any(facts.collected):
        return _YES
    if len(facts.collected) < 2:  # noqa: PLR2004 - the last two due periods
        return Answer.NOT_YET, "no value is collected, and no two periods have come due"
    return Answer.NO, "no value was collected in the last two due periods"


def _agreed(facts: SmartFacts) -> _Told:
    if facts.objections:
        return Answer.NO, f"{_listed(facts.objections)} objected"
    if facts.consents_missing:
        return Answer.NOT_YET, f"without the consent of {_listed(facts.consents_missing)}"
    return _YES


def _results_oriented(facts: SmartFacts) -> _Told:
    if not facts.outcome:
        return Answer.NO, "the indicator serves no outcome"
    if facts.definition.polarity is Polarity.NEUTRAL:
        return Answer.NO, "no direction of the figure is better than the other"
    return _YES


def _time_based(facts: SmartFacts) -> _Told:
    period = facts.period
    if not facts.starts_on <= period.end <= facts.ends_on:
        return Answer.NO, f"{period.label} does not end within the agreement"
    if facts.definition.interval in _A_YEAR_OR_MORE:
        return _YES
    rest = _rest_of_year(period, facts.definition)
    within = [one for one in rest if facts.starts_on <= one.end <= facts.ends_on]
    wanting = [one.label for one in within if one.code not in facts.path]
    if wanting:
        return Answer.NOT_YET, f"no path through the year: without a target for {_listed(wanting)}"
    return _YES


def _rest_of_year(period: Period, definition: Definition) -> list[Period]:
    """The other periods of the year that a period ends in, by the indicator's calendar."""
    year = period_on(period.end, definition.calendar, Interval.YEAR)
    found = periods_between(definition.calendar, definition.interval, year.start, year.end)
    return [one for one in found if one != period]


def _listed(names: Sequence[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
