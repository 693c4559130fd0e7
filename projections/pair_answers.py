"""The shapes of answers about two indicators that are held against each other."""

from typing import Literal

from policies.pairing import NoCorrelation
from projections.answers import Answer, Clocks, Named

Over = Literal["area", "period"]


class Side(Named, frozen=True, kw_only=True):
    """One of the two indicators: unit, decimals and source of its figures."""

    unit: str
    decimals: int
    source: str


class PairRow(Named, frozen=True, kw_only=True):
    """An area or a period in which both have a figure, as each is judged and shown.

    ``across_period`` and ``up_period`` are those of the figures, "" of a year taken together.
    """

    across: str
    up: str
    across_period: str
    up_period: str
    provisional: bool


class Unpaired(Named, frozen=True, kw_only=True):
    """An area or a period in which only one of the two has a figure: which has none."""

    lacking: str


class Pairs(Answer, frozen=True, kw_only=True):
    """The figures of two indicators beside each other, over areas or over periods.

    ``correlation`` is Pearson's, to two decimals, and null where ``no_correlation`` says why.
    ``period`` is the one that all figures end in, null over periods; ``area`` likewise.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    across: Side
    up: Side
    over: Over
    period: str | None
    period_label: str
    area: str | None
    area_name: str
    pairs: tuple[PairRow, ...]
    unpaired: tuple[Unpaired, ...]
    correlation: str | None
    no_correlation: NoCorrelation | None
