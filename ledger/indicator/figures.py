"""The figure of an entry: exact, as judged, and as a rule asks for it."""

from decimal import Decimal
from fractions import Fraction

from ledger.indicator.events import Entry
from ledger.indicator.state import Held
from policies.cell import EntryFacts, Missing
from policies.definition import Definition
from policies.numbers import ratio, round_half_up

MISSING = {mark.value: mark for mark in Missing}


def has_figure(entry: Entry) -> bool:
    """Whether ``figure_of`` would find one; known without working it out."""
    return entry.value is not None or (entry.numerator is not None and bool(entry.denominator))


def figure_of(entry: Entry, definition: Definition) -> Decimal | Fraction | None:
    """The exact figure of an entry: from its parts where it has them, else as given."""
    if entry.numerator is not None and entry.denominator:
        return ratio(entry.numerator, entry.denominator, definition.multiplier)
    return entry.value


def judged_of(entry: Entry, definition: Definition) -> Decimal | None:
    """The figure as it is judged and shown: rounded half-up to the definition's decimals."""
    figure = figure_of(entry, definition)
    return None if figure is None else round_half_up(figure, definition.decimals)


def facts_of(held: Held, definition: Definition) -> EntryFacts:
    """An entry that holds, as the rules ask for it."""
    entry = held.entry
    return EntryFacts(
        judged=judged_of(entry, definition),
        missing=MISSING.get(entry.missing, Missing.MISSING) if entry.missing else None,
        provisional=entry.provisional,
        signed=held.signature is not None,
        corrected=held.corrected_by != "",
    )


def same_figures(held: Entry, given: Entry) -> bool:
    """Whether two entries of a key say the same, beside notes and evidence.

    That is: figure, parts, confidence limits, missing mark and provisional.
    """
    return (
        held.value == given.value
        and held.numerator == given.numerator
        and held.denominator == given.denominator
        and held.confidence_low == given.confidence_low
        and held.confidence_high == given.confidence_high
        and held.missing == given.missing
        and held.provisional == given.provisional
    )
