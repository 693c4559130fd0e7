"""Whether an entry can be taken at all: the same gate for hand entry and for loads."""

from collections.abc import Container, Sequence
from datetime import date
from decimal import Decimal

from ledger.indicator.events import Entry
from ledger.indicator.figures import judged_of
from ledger.indicator.state import Indicator, breakdown_key
from policies.definition import Definition
from policies.fitting import check_own
from policies.numbers import decimals_of, ratio, round_half_up, to_text
from policies.periods import Period, parse_code
from policies.refusals import (
    LimitMissing,
    LimitsAstray,
    NoValue,
    PartsMissing,
    PeriodNotBegun,
    RatioMismatch,
    Retired,
    TooManyDecimals,
    UnknownArea,
    UnknownBreakdown,
    ZeroDenominator,
)
from policies.refusals_attachments import AlreadyAttached, TooManyAttachments, UnknownAttachment
from policies.refusals_escalation import DayInFuture
from policies.retirement import is_retired, words_of
from policies.texts import cut

MOST_ATTACHMENTS = 10  # of an entry
MOST_BREAKDOWN_TEXT = 100
MOST_BREAKDOWN_BYTES = 1000  # of all dimensions together: it is part of the key of an index
# What separates dimensions in a key, and control characters, which the database cannot all keep.
FORBIDDEN_IN_BREAKDOWN = frozenset("=;\x7f" + "".join(map(chr, range(32))))


def check_entry(entry: Entry, definition: Definition, areas: Container[str], today: date) -> None:
    """Refuse an entry that cannot be true of this indicator, whoever gives it.

    ``areas`` are the codes of the agreement; ``today`` is the day it is given. Each refusal names
    the field it is about.
    """
    check_period(entry.period, definition, today)
    check_area(entry.area, areas)
    if entry.breakdown:
        _check_breakdown(entry.breakdown)
    _check_figures(entry, definition)
    if entry.confidence_low is not None or entry.confidence_high is not None:
        _check_limits(entry, definition)


def check_period(code: str, definition: Definition, today: date) -> Period:
    """The period of a code, which must be one of the indicator's and have begun."""
    period = parse_code(code)
    check_own(period, definition)
    if period.start > today:
        raise PeriodNotBegun(
            f"{period.label} begins on {period.start}: it can have no value before.",
            field="period",
        )
    return period


def check_not_retired(state: Indicator, period: str) -> None:
    """Refuse a value of a period that the indicator is retired for."""
    since = state.retired_from
    if since is not None and is_retired(since, parse_code(period)):
        words = words_of(since)
        then = " from then on" if words else ""
        sentence = f"{state.code} is retired{words}: it takes no values{then}."
        raise Retired(sentence, field="period")


def check_area(code: str, areas: Container[str]) -> None:
    """Refuse a code that is not of an area of the agreement."""
    if code not in areas:
        raise UnknownArea(
            f"{code!r} is not an area of this agreement: use the ONS code of one that is.",
            field="area",
        )


def check_attachments(
    given: Sequence[str], kept: Container[str], there: Sequence[str] = ()
) -> None:
    """Refuse evidence that is not kept, comes twice, or is too much with what is ``there``."""
    if len(there) + len(given) > MOST_ATTACHMENTS:
        raise TooManyAttachments(
            f"An entry has at most {MOST_ATTACHMENTS} attachments; this would be"
            f" {len(there) + len(given)}.",
            field="attachments",
        )
    for n, digest in enumerate(given):
        if digest in given[:n] or digest in there:
            raise AlreadyAttached(f"{digest} is attached already.", field="attachments")
        if digest not in kept:
            raise UnknownAttachment(
                f"{digest!r} is not an attachment of this agreement: send the file first.",
                field="attachments",
            )


def _check_breakdown(breakdown: dict[str, str]) -> None:
    if len(breakdown_key(breakdown).encode()) > MOST_BREAKDOWN_BYTES:
        raise UnknownBreakdown(
            f"The breakdown has {len(breakdown):,} dimensions, together longer than"
            f" {MOST_BREAKDOWN_BYTES:,} bytes.",
            field="breakdown",
        )
    for dimension, code in breakdown.items():
        for text in (dimension, code):
            if not text or len(text) > MOST_BREAKDOWN_TEXT or _is_strange(text):
                raise UnknownBreakdown(
                    f"{cut(dimension)!r}: {cut(code)!r} is not a dimension and its code: both are"
                    f" needed, of at most {MOST_BREAKDOWN_TEXT} characters, none of them = ; or"
                    " control, and no blank at either end.",
                    field="breakdown",
                )


def _is_strange(text: str) -> bool:
    return bool(FORBIDDEN_IN_BREAKDOWN & set(text)) or text != text.strip()


def _check_figures(entry: Entry, definition: Definition) -> None:
    value, numerator, denominator = entry.value, entry.numerator, entry.denominator
    if entry.missing:
        limits = (entry.confidence_low, entry.confidence_high)
        if any(figure is not None for figure in (value, numerator, denominator, *limits)):
            raise NoValue(
                "The entry says that the figure is missing and gives one: choose.", field="value"
            )
        return
    if (numerator is None) != (denominator is None):
        raise PartsMissing(
            "A numerator needs its denominator, and the other way round.",
            field="denominator" if denominator is None else "numerator",
        )
    if numerator is None or denominator is None:
        if value is None:
            field = "numerator" if definition.has_parts else "value"
            raise (PartsMissing if definition.has_parts else NoValue)(field=field)
        _check_decimals(value, definition)
        return
    if not definition.has_parts:
        raise PartsMissing(
            "This indicator is not a ratio: give a value, without parts.", field="numerator"
        )
    if denominator <= 0:
        raise ZeroDenominator(field="denominator")
    if value is not None:
        _check_decimals(value, definition)
        _check_agrees(value, numerator, denominator, definition)


def _check_decimals(value: Decimal, definition: Definition) -> None:
    most = definition.most_decimals
    if decimals_of(value) > most:
        raise TooManyDecimals(
            f"{to_text(value)} has {decimals_of(value)} decimals: this indicator takes at most"
            f" {most}.",
            field="value",
        )


def _check_limits(entry: Entry, definition: Definition) -> None:
    """Both limits are given, and the figure lies between them, each rounded as figures are."""
    low, high = entry.confidence_low, entry.confidence_high
    if low is None or high is None:
        raise LimitMissing(
            "Confidence limits are two, a low and a high one: give both, or neither.",
            field="confidence_low" if low is None else "confidence_high",
        )
    judged = judged_of(entry, definition)
    least, most = (round_half_up(limit, definition.decimals) for limit in (low, high))
    if judged is not None and not least <= judged <= most:
        raise LimitsAstray(
            f"{to_text(judged)} does not lie between its confidence limits {to_text(low)} and"
            f" {to_text(high)}.",
            field="confidence_low" if judged < least else "confidence_high",
        )


def _check_agrees(
    value: Decimal, numerator: Decimal, denominator: Decimal, definition: Definition
) -> None:
    exact = ratio(numerator, denominator, definition.multiplier)
    judged = round_half_up(exact, definition.decimals)
    if round_half_up(value, definition.decimals) != judged:
        raise RatioMismatch(
            f"{to_text(numerator)} ÷ {to_text(denominator)} × {to_text(definition.multiplier)}"
            f" is {to_text(judged)}, not {to_text(value)}.",
            field="value",
        )


def available_on(said: date | None, today: date) -> date:
    """The day from which data were available, today where nothing is said. Raises DayInFuture."""
    if said is not None and said > today:
        raise DayInFuture(
            "Data that are given today were available by today: put the day right, or leave it"
            " out.",
            field="data_available_on",
        )
    return said or today
