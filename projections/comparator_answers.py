"""The shapes of answers about other areas: a comparator table, a league, a difference.

Numbers are text in decimal notation, judged figures as they are shown. Whatever is missing, a rank,
a quartile or a distance, is ``None`` and its reason stands beside it.
"""

from datetime import date, datetime
from typing import Literal

from policies.rag import Step
from projections.answers import Answer, Clocks, Named

NoQuartiles = Literal["too-few", "nothing-better"]


class Origin(Answer, frozen=True, kw_only=True, gc=False):
    """Where a figure is from: the file of a release, or "" for one that was not loaded."""

    file: str
    released_on: date | None
    load: str | None
    recorded_at: datetime


class ComparedRow(Answer, frozen=True, kw_only=True, gc=False):
    """One area's judged figure and its place.

    ``own`` is whether it is a value of the agreement's own; ``signed_off`` is said of those alone.
    ``distance`` counts median absolute deviations above the median.
    """

    area: str
    name: str
    value: str
    rank: int | None
    quartile: int | None
    distance: str | None
    own: bool
    signed_off: bool | None
    provisional: bool
    entry: str
    source: Origin


class NotRanked(Answer, frozen=True, kw_only=True):
    """An area of the group without a value, and which mark stands for it; "" for none at all."""

    area: str
    name: str
    missing: str


class Comparators(Answer, frozen=True, kw_only=True):
    """The comparator table of one indicator, period and group for one area.

    ``quartiles`` are the three limits between the quarters, rising, None below four values; of
    plan-is-best they are of how far a figure lies outside the green band. ``no_quartiles`` says
    why no row has a quartile. ``home`` is the asked area's place, one of the rows or beside them;
    None where it has no value. ``working`` says how that place was found. ``better`` is
    ``bigger``, ``smaller``, ``in-band``, or "" where no figure is better than another.
    """

    clocks: Clocks
    agreement: str
    indicator: str
    title: str
    unit: str
    definition_version: int
    period: str
    period_label: str
    area: str
    area_name: str
    group: str
    group_title: str
    group_version: int
    group_source: str
    groups: tuple[Named, ...]
    includes_home: bool
    better: str
    rows: tuple[ComparedRow, ...]
    home: ComparedRow | None
    median: str | None
    quartiles: tuple[str, str, str] | None
    no_quartiles: NoQuartiles | None
    deviation: str | None
    not_ranked: tuple[NotRanked, ...]
    policy_version: str
    working: tuple[Step, ...]
