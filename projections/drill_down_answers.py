"""The shapes of answers about what lies behind: from the agreement to the parts of a figure."""

from typing import Literal

from projections.answers import Answer, Clocks, Named, StatusRow
from projections.cube_answers import CubeCell
from projections.scorecards import BasketAnswer

Level = Literal["agreement", "block", "outcome", "indicator"]


class Above(Named, frozen=True, kw_only=True):
    """A level above the one looked at."""

    level: Level


class AreaBehind(Named, frozen=True, kw_only=True):
    """An area that is a part of the one looked at: its own judgement, and its share of the whole.

    ``share`` is of the figure of the larger area, null where figures have no share.
    """

    row: StatusRow
    share: str | None


class Together(Answer, frozen=True, kw_only=True):
    """What the areas behind come to together, and how that stands against the larger area's target.

    ``expected`` of them there are, ``counted`` have a figure; below the least coverage of the rules
    the reason is ``least-coverage``. ``own`` is the figure that the larger area itself has.
    """

    figure: CubeCell
    expected: int
    counted: int
    status: str | None
    reason: str | None
    target: str | None
    own: str | None


class PartBehind(Named, frozen=True, kw_only=True):
    """A part of a figure by a breakdown, and its share of the whole."""

    value: str | None
    missing: str | None
    share: str | None
    signed_off: bool
    provisional: bool
    entry: str


class BrokenDown(Answer, frozen=True, kw_only=True):
    """A figure by one dimension. ``rest`` is what the parts leave of a count, null of others."""

    dimension: str
    parts: tuple[PartBehind, ...]
    rest: str | None


class DrillDown(Answer, frozen=True, kw_only=True):
    """One level, its own status, and what lies behind it.

    ``trail`` are the levels above, from the agreement down. The agreement, blocks and outcomes have
    a ``basket``, an indicator its ``row``. Behind an agreement lie blocks, behind a block outcomes,
    as ``baskets``; behind an outcome indicators, as ``rows``; behind an indicator the ``areas``
    within the area, which come ``together`` to something, and ``breakdowns``. ``breakdown`` is
    what was chosen of those so far, ``figure`` its own.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    level: Level
    code: str
    name: str
    trail: tuple[Above, ...]
    area: str
    area_name: str
    around: tuple[Named, ...]
    period: str | None
    period_label: str
    basket: BasketAnswer | None = None
    baskets: tuple[BasketAnswer, ...] = ()
    row: StatusRow | None = None
    rows: tuple[StatusRow, ...] = ()
    areas: tuple[AreaBehind, ...] = ()
    together: Together | None = None
    breakdown: str = ""
    figure: PartBehind | None = None
    breakdowns: tuple[BrokenDown, ...] = ()
