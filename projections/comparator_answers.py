"""The shapes of answers about other areas: a comparator table, a league, a difference.

Numbers are text in decimal notation, judged figures as they are shown. Whatever is missing, a rank,
a quartile or a distance, is ``None`` and its reason stands beside it.
"""

from datetime import date, datetime
from typing import Literal

from policies.rag import Step
from projections.answers import Answer, Clocks, Named

NoQuartiles = Literal["too-few", "nothing-better"]
NoPlace = Literal["no-value", "no-others", "too-few", "nothing-better"]


class Origin(Answer, frozen=True, kw_only=True, gc=False):
    """Where a figure is from: the file of a release, or "" for one that was not loaded."""

    file: str
    released_on: date | None
    load: str | None
    recorded_at: datetime


class ComparedRow(Answer, frozen=True, kw_only=True, gc=False):
    """One area's judged figure and its place.

    ``own`` is whether it is a value of the agreement's own; ``signed_off`` is said of those alone.
    ``distance`` counts median absolute deviations above the median. The confidence limits are as
    the source gave them, both or neither; no place rests on them.
    """

    area: str
    name: str
    value: str
    confidence_low: str | None
    confidence_high: str | None
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


class BandPeriod(Answer, frozen=True, kw_only=True, gc=False):
    """Between which limits the middle half of a group lies in a period, and the median.

    ``lower`` and ``upper`` are None of plan-is-best, whose limits are of another measure.
    """

    period: str
    period_label: str
    areas: int
    includes_home: bool
    lower: str | None
    median: str
    upper: str | None


class Band(Answer, frozen=True, kw_only=True):
    """The middle half of a group by period, in order of time; none below four figures."""

    clocks: Clocks
    area: str
    group: str
    group_title: str
    group_version: int
    periods: tuple[BandPeriod, ...]


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


class LeagueRow(Answer, frozen=True, kw_only=True):
    """An indicator of the agreement, and where an area stands in it.

    In the latest period in which both the area and another of the group have a figure. ``quartile``
    is None where there is none, with ``no_quartile`` that says why: ``no-value`` of the area,
    ``no-others`` to compare with, ``too-few`` or ``nothing-better``.
    """

    indicator: str
    title: str
    unit: str
    block: str
    outcome: str
    better: str
    period: str | None
    period_label: str
    value: str | None
    signed_off: bool | None
    rank: int | None
    ranked: int
    quartile: int | None
    no_quartile: NoPlace | None
    median: str | None
    distance: str | None


class League(Answer, frozen=True, kw_only=True):
    """The indicators of an agreement by the quartile of one area, the best first.

    ``counts`` is by quartile, "1" to "4", and "none".
    """

    clocks: Clocks
    agreement: str
    title: str
    area: str
    area_name: str
    group: str
    group_title: str
    group_version: int
    groups: tuple[Named, ...]
    rows: tuple[LeagueRow, ...]
    counts: dict[str, int]


class Standing(Answer, frozen=True, kw_only=True):
    """Where an area stands at one moment: its figure and place, of how many, and the median."""

    value: str | None
    rank: int | None
    quartile: int | None
    ranked: int
    median: str | None


class AreaMoved(Answer, frozen=True, kw_only=True):
    """An area whose figure is another, appeared or is gone; and where the later one is from."""

    area: str
    name: str
    before: str | None
    after: str | None
    source: Origin | None


class ComparisonCause(Answer, frozen=True, kw_only=True):
    """One cause of a difference, and where it left the area.

    ``cause`` is ``definition``, ``setting``, ``own-value``, ``others`` or ``group``, put in place
    in this order. ``areas`` are those whose figures it was; ``joined`` and ``left`` are of a group.
    """

    cause: str
    before: Standing
    after: Standing
    areas: tuple[AreaMoved, ...]
    joined: tuple[str, ...]
    left: tuple[str, ...]


class ComparisonDifference(
    Answer, frozen=True, kw_only=True, rename={"first": "from", "last": "to"}
):
    """Why a place among others differs between two moments; no causes where nothing does."""

    first: Clocks
    last: Clocks
    agreement: str
    indicator: str
    title: str
    unit: str
    period: str
    period_label: str
    area: str
    area_name: str
    group: str
    group_title: str
    versions: tuple[int, int]
    before: Standing
    after: Standing
    causes: tuple[ComparisonCause, ...]
