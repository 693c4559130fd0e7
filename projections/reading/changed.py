"""Which cells of an agreement differ between two moments.

A cell has a value or a target at one of them; what pages say of periods without is not compared.
A cell is looked at only where something can have changed it: a version of it began or ended in
between, or of one it may be compared with; its indicator, its area or the rules of its period
changed; or it has no figure, and the day is another. Where both of its rows are stored judgements,
the database tells whether they differ; only the others are judged to tell.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from ledger.agreement.events import POLICIES
from ledger.engine import Connection
from policies.refusals import UnknownArea, UnknownIndicator
from projections.answers import StatusRow
from projections.judging import governing
from projections.reading.ends import End, holds, order_of, rows_at, same
from projections.reading.status_rows import placed
from projections.reading.timelines import Key
from projections.spans import span_of


class Only(NamedTuple):
    """Which cells are asked about: of an indicator, an area, a period; None for all."""

    indicator: str | None = None
    area: str | None = None
    period: str | None = None


class Outline(NamedTuple):
    """What is counted of a row: the judged figure, and the status or the reason for none."""

    judged: str | None
    word: str


class Changed(NamedTuple):
    """A cell whose rows differ; None where it has neither value nor target at that moment."""

    key: Key
    before: Outline | None
    after: Outline | None


def changed_cells(connection: Connection, first: End, last: End, only: Only) -> list[Changed]:
    """Every cell whose row differs, in the order of a board page at the end.

    A period that has neither value nor target on either page is no cell, and not compared.
    Raises UnknownArea and UnknownIndicator for what is known at neither moment.
    """
    _check_known(first, last, only)
    found = _Search(connection, first, last, only)
    found.among_stored()
    found.among_waiting()
    found.among_followers()
    keys = [key for key in found.uncertain if only.period in (None, key[2])]
    before, after = (rows_at(connection, end, keys) for end in (first, last))
    judged = [
        Changed(key, _outline(before.get(key)), _outline(after.get(key)))
        for key in keys
        if (holds(before.get(key)) or holds(after.get(key)))
        and not same(before.get(key), after.get(key))
    ]
    stored = [
        one
        for one in found.certain
        if one.key not in found.uncertain and only.period in (None, one.key[2])
    ]
    place = order_of(first, last)
    return sorted(stored + judged, key=lambda one: place(one.key))


def count_cells(connection: Connection, end: End, only: Only) -> int:
    """How many cells there are at a moment."""
    known = end.clocks.clocks.known_position
    row = connection.execute(
        "SELECT count(*) FROM status s WHERE s.indicator = ANY(%s) AND s.area = ANY(%s)"
        " AND coalesce(s.period = %s, true) AND s.from_position <= %s AND s.to_position > %s",
        (_ids(end, only), _codes(end, only), only.period, known, known),
    ).fetchone()
    return 0 if row is None else int(row[0])


def _outline(row: StatusRow | None) -> Outline | None:
    if row is None or not holds(row):
        return None
    return Outline(row.judged, row.status or row.reason or "")


def _check_known(first: End, last: End, only: Only) -> None:
    codes = {one.code for end in (first, last) for one in end.indicators.values()}
    if only.indicator is not None and only.indicator not in codes:
        raise UnknownIndicator(
            f"There is no indicator {only.indicator!r} as known then.", field="indicator"
        )
    if only.area is not None and only.area not in first.areas | last.areas:
        raise UnknownArea(f"{only.area!r} is not an area as known then.", field="area")


def _ids(end: End, only: Only) -> list[UUID]:
    return [one.id for one in end.indicators.values() if only.indicator in (None, one.code)]


def _codes(end: End, only: Only) -> list[str]:
    return [code for code in end.areas if only.area in (None, code)]


# What a row shows of its stored version, apart from the name of its rules and what an indicator
# says of all its cells. Numbers as text: 10 and 10.0 are shown as they are.
_SHOWN = (
    "entry_position", "entry_index", "figure::text", "judged::text", "signed_by", "signed_at",
    "assurance", "target::text", "target_kind", "status", "reason", "marks", "travel",
    "travel_reason",
)  # fmt: skip
_TOLD = ("judged::text", "status", "reason", "rag", "travel_rules", "due")
_OPEN = (
    "SELECT * FROM status WHERE indicator = ANY(%(indicators)s) AND area = ANY(%(areas)s)"
    " AND (%(periods)s::text[] IS NULL OR period = ANY(%(periods)s))"
    " AND from_position <= {0} AND to_position > {0}"
)


def _of(side: str, columns: Sequence[str]) -> str:
    return ", ".join(f"{side}.{column}" for column in columns)


_BOTH_ENDS = f"""
SELECT indicator, area, period, a.from_position IS NOT NULL, b.from_position IS NOT NULL,
       ROW({_of("a", _SHOWN)}) IS DISTINCT FROM ROW({_of("b", _SHOWN)}),
       {_of("a", _TOLD)}, {_of("b", _TOLD)}
  FROM ({_OPEN.format("%(first)s")}) a
  FULL JOIN ({_OPEN.format("%(last)s")}) b USING (indicator, area, period)
 WHERE a.from_position IS DISTINCT FROM b.from_position
    OR indicator = ANY(%(other_indicators)s) OR area = ANY(%(other_areas)s)
    OR period = ANY(%(other_periods)s)
"""
_WAITING = f"""
SELECT indicator, area, period FROM ({_OPEN.format("%(first)s")}) s
 WHERE judged IS NULL
"""


class _Told(NamedTuple):
    """A stored judgement, and the versions of the rules it was made under."""

    judged: str | None
    status: str | None
    reason: str | None
    rag: int
    travel: int
    due: int


class _Search:
    """The cells found so far: those that surely differ, and those to be judged to tell."""

    def __init__(self, connection: Connection, first: End, last: End, only: Only) -> None:
        self.certain: list[Changed] = []
        self.uncertain: set[Key] = set()
        self._connection = connection
        self._ends = (first, last)
        self._moved: list[Key] = []
        self._all = sorted({*_ids(first, only), *_ids(last, only)})
        self._others = frozenset(one for one in self._all if _differs(first, last, one))
        self._other_areas = frozenset(first.areas.keys() ^ last.areas.keys())
        assert last.structure is not None
        self._agreement = last.structure.id
        self._policies = last.structure.policies
        self._versions: tuple[dict[str, tuple[int, int, int]], ...] = ({}, {})  # by period
        self._asked: dict[str, Any] = {
            "first": first.instant.known,
            "last": last.instant.known,
            "areas": sorted({*_codes(first, only), *_codes(last, only)}),
            "periods": None if only.period is None else _with_compared(only.period),
            "other_indicators": list(self._others),
            "other_areas": list(self._other_areas),
        }

    def among_stored(self) -> None:
        """The cells of which a version began or ended, or that something else may have changed."""
        others = self._ruled_otherwise()
        everywhere = bool(others or self._other_areas)
        ids = self._all if everywhere else self._touched()
        asked = self._asked | {"indicators": ids, "other_periods": others}
        for row in self._connection.execute(_BOTH_ENDS, asked).fetchall():
            indicator, area, period, was, now, differs, *both = row
            key = (indicator, area, period)
            self._moved.append(key)
            before = _Told(*both[:6]) if was else None
            after = _Told(*both[6:]) if now else None
            if not (self._holds(0, key, before) and self._holds(1, key, after)):
                self.uncertain.add(key)
            elif differs:
                self.certain.append(Changed(key, _outline_of(before), _outline_of(after)))

    def among_waiting(self) -> None:
        """The cells without a figure, whatever befell them: another day may have come for them."""
        first, last = self._ends
        if first.instant.day != last.instant.day:
            asked = self._asked | {"indicators": self._all}
            self.uncertain.update(self._connection.execute(_WAITING, asked).fetchall())

    def among_followers(self) -> None:
        """The cells compared with one that moved, where rules ask for other than was stored."""
        if any(self._lags(end) for end in self._ends):
            self.uncertain.update(
                (indicator, area, follower)
                for indicator, area, period in self._moved
                for follower in span_of(period).followers
            )

    def _holds(self, end: int, key: Key, told: _Told | None) -> bool:
        """Whether a stored judgement is the row's, whatever the day; so it is where there is none.

        Not where the indicator or the area is another: then more than the judgement may differ.
        """
        if key[0] in self._others or key[1] in self._other_areas:
            return False
        return told is None or (
            told.judged is not None and told[3:] == self._versions_of(end, key[2])
        )

    def _versions_of(self, end: int, period: str) -> tuple[int, int, int]:
        found = self._versions[end].get(period)
        if found is None:
            at = self._ends[end].instant.policy
            found = governing(self._policies, span_of(period).start, at).versions
            self._versions[end][period] = found
        return found

    def _touched(self) -> list[UUID]:
        """The indicators of which anything was recorded in between, or that are others now.

        All of them where something was recorded of the agreement: rules that were adopted give rows
        a new version, whichever rules judge them here.
        """
        rows = self._connection.execute(
            "SELECT DISTINCT originator_id FROM ledger.ledger_events"
            " WHERE notification_id > %s AND notification_id <= %s",
            (self._asked["first"], self._asked["last"]),
        )
        touched = {stream for (stream,) in rows} | self._others
        if self._agreement in touched:
            return self._all
        return [one for one in self._all if one in touched]

    def _ruled_otherwise(self) -> list[str]:
        """The periods that other versions of rules govern at one moment than at the other."""
        first, last = (end.instant.policy for end in self._ends)
        if not self._adopted_between(first, last):
            return []
        rows = self._connection.execute(
            "SELECT DISTINCT period FROM status WHERE indicator = ANY(%s)", (self._all,)
        )
        return [
            period
            for (period,) in rows
            if self._versions_of(0, period) != self._versions_of(1, period)
        ]

    def _lags(self, end: End) -> bool:
        """Whether an end judges by other rules than those of its facts.

        Asked of the answers: where the rules are the older ones, what was adopted after them is
        not among the structure's policies.
        """
        low, high = sorted((end.instant.known, end.instant.policy))
        row = self._connection.execute(
            "SELECT EXISTS (SELECT FROM structure WHERE agreement = %s AND kind = ANY(%s)"
            " AND from_position > %s AND from_position <= %s)",
            (self._agreement, list(POLICIES), low, high),
        ).fetchone()
        return row == (True,)

    def _adopted_between(self, after: int, upto: int) -> bool:
        return any(after < one.position <= upto for kind in self._policies.values() for one in kind)


def _outline_of(told: _Told | None) -> Outline | None:
    return None if told is None else Outline(told.judged, told.status or told.reason or "")


def _with_compared(period: str) -> list[str]:
    return [period, *(code for code in span_of(period).compared.values() if code)]


def _differs(first: End, last: End, indicator: UUID) -> bool:
    """Whether what an indicator says of all its cells differs: definition, place, retirement."""
    before, after = first.indicators.get(indicator), last.indicators.get(indicator)
    if before is None or after is None or first.structure is None or last.structure is None:
        return True
    return before != after or placed(first.structure, before.code) != placed(
        last.structure, after.code
    )
