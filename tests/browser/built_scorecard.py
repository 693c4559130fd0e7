"""A scorecard of the built board: its blocks, judged by adopted rules; one has too few statuses."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

import msgspec
from browser.judged import CODE, TITLE

from http_api.pages.reader import ClocksAsked
from policies.basket import BasketSettings
from projections.answers import PolicyInForce, Status
from projections.reading.scorecard import ALL, BLOCKS, OWN, Group, judged_together
from projections.scorecards import Scorecard, ScorecardNamed

RULES = BasketSettings(
    method="share-green",
    least_coverage=Decimal("0.5"),
    overdue="red",
    green_from=Decimal("0.75"),
    amber_from=Decimal("0.5"),
)
GROUPINGS = {BLOCKS: "Blocks", ALL: "The whole agreement", "balanced": "balanced"}


class _Board(Protocol):
    def status(
        self, agreement: str, asked: ClocksAsked, *, period: str | None, area: str | None
    ) -> Status:
        """The rows of the board."""


class BuiltScorecard:
    """The part of the built reader that groups."""

    def scorecard(
        self: _Board,
        agreement: str,
        asked: ClocksAsked,
        *,
        by: str,
        indicators: Sequence[str],
        period: str | None,
        area: str | None,
    ) -> Scorecard:
        """Blocks, or those asked for; "none" has no basket at all."""
        board = self.status(agreement, asked, period=period, area=area)
        rows = {row.indicator: row for row in board.rows}
        blocks = dict.fromkeys(row.block for row in board.rows)
        groups = [
            Group(one, one.capitalize() or "Others", [i for i, r in rows.items() if r.block == one])
            for one in blocks
        ]
        groups.append(Group("empty", "A basket with nothing in it", []))
        if indicators:
            groups = [Group(OWN, f"{len(indicators)} indicators chosen", indicators)]
        if by == "none":
            groups = []
        policy = PolicyInForce(
            kind="basket",
            version="1",
            effective_from=date(2023, 4, 1),
            position=9,
            settings=msgspec.to_builtins(RULES),
        )
        return Scorecard(
            clocks=board.clocks,
            agreement=CODE,
            title=TITLE,
            demonstration=True,
            area=board.area,
            area_name=board.area_name,
            period=period,
            by=OWN if indicators else by,
            groupings=tuple(ScorecardNamed(code=c, title=t) for c, t in GROUPINGS.items()),
            policy=policy,
            settings=policy.settings,
            baskets=tuple(
                judged_together(one, [rows[code] for code in one.indicators], RULES)
                for one in groups
            ),
        )
