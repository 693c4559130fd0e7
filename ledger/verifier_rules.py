"""How a value is judged, worked out a second time: for verifier_answers.py, beside which it lies.

Standard library only, and no code of the product's: docs/reference/policies.md put into Python by
itself, so that a fault in one of the two is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, NamedTuple

EXACT = Context(prec=300)
Key = tuple[str, str, str]  # area, period, and breakdown: "" for the headline
Row = tuple[Any, ...]  # of the columns behind the key
# Places in the row of a value.
VALUE, NUMERATOR, DENOMINATOR, MISSING, PROVISIONAL, STANDING = 2, 3, 4, 5, 6, 7
SUBMITTED_BY, CORRECTED_BY, SIGNED = 8, 9, slice(11, 14)

# Periods: what begins when, and what is compared with what.

PERIOD = re.compile(r"(FY|CY|AY|)(\d{4})(?:(-[QT]?|\+)(\d{1,2}))?", re.ASCII)
FIRST_MONTH = {"FY": 4, "CY": 1, "AY": 9, "": 1}
STARTS = {  # in months since the year began
    "-": range(12), "-Q": range(0, 12, 3), "-T": (0, 4, 7),
}  # fmt: skip


class Period(NamedTuple):
    """A period's first day, the codes of those it may be compared with, and those after it."""

    start: str
    compared: dict[str, str | None]
    followers: tuple[str, ...]


@lru_cache(maxsize=8192)
def period(code: str) -> Period:
    """What there is to know of a period. Raises ValueError."""
    found = PERIOD.fullmatch(code)
    if found is None:
        raise ValueError(f"{code!r} is not a period")
    prefix, year, kind, digits = found[1], int(found[2]), found[3], found[4]
    part = int(digits or 1)
    starts = STARTS.get(kind, range(1))

    def named(year: int, part: int) -> str:
        number = f"{part:02d}" if kind == "-" else part
        return f"{prefix}{year}{kind}{number}" if kind else f"{prefix}{year}"

    def moved(step: int) -> str:
        if kind not in STARTS:
            return named(year + step, part)
        years, place = divmod(part - 1 + step, len(starts))
        return named(year + years, place + 1)

    month = FIRST_MONTH[prefix] - 1 + (starts[part - 1] if kind in STARTS else 0)
    pooled = kind == "+"
    return Period(
        f"{year + month // 12}-{month % 12 + 1:02d}-01",
        {
            "previous-period": moved(-1),
            "same-period-last-year": None if pooled else named(year - 1, part),
            "baseline": "baseline",
        },
        (moved(1),) if pooled else tuple({moved(1): 0, named(year + 1, part): 0}),
    )


# The rules of judgement: docs/reference/policies.md.


LIMITS = ("low_red", "low_amber", "high_amber", "high_red")
DEFAULTS: dict[str, dict[str, Any]] = {
    "rag": {
        "amber_margin": "0", "basis": "relative", "green_margin": "0", "exceed_margin": None,
        "judge": "submitted", "floor": None,
    },
    "travel": {"compare_with": "previous-period", "no_change_band": "0"},
    "due": {},
}  # fmt: skip


class Ruled(NamedTuple):
    """What rules a period: settings, the positions that adopted them, what it is compared with."""

    rag: dict[str, Any]
    travel: dict[str, Any]
    versions: tuple[int, int, int]
    compared: str | None


class Agreement:
    """The policies that an agreement has adopted, and what they make of each period."""

    def __init__(self) -> None:
        self._adopted: dict[str, list[tuple[str, int, dict[str, Any]]]] = {}
        self._ruled: dict[str, Ruled] = {}

    def adopt(self, kind: str, effective_from: str, at: int, settings: dict[str, Any]) -> None:
        """Another version of the rules of a kind."""
        version = (effective_from, at, {**DEFAULTS[kind], **settings})
        self._adopted.setdefault(kind, []).append(version)
        self._ruled.clear()

    def ruling(self, code: str) -> Ruled:
        """What rules a period."""
        found = self._ruled.get(code)
        if found is None:
            kinds: dict[str, tuple[int, dict[str, Any]]] = dict.fromkeys(DEFAULTS, (0, {}))
            if "rag" in self._adopted:
                kinds = {kind: self._in_force(kind, period(code).start) for kind in DEFAULTS}
            (rag, settings), (travel, way), (due, _) = kinds.values()
            way = {**DEFAULTS["travel"], **way}
            compared = period(code).compared[way["compare_with"]]
            settings = {**DEFAULTS["rag"], **settings}
            found = self._ruled[code] = Ruled(settings, way, (rag, travel, due), compared)
        return found

    def followers(self, code: str) -> Iterator[str]:
        """The periods that are compared with a period."""
        return (it for it in period(code).followers if self.ruling(it).compared == code)

    def _in_force(self, kind: str, start: str) -> tuple[int, dict[str, Any]]:
        """The latest version effective when a period begins; before the first, the first."""
        adopted = self._adopted.get(kind, [])
        governing = [one for one in adopted if one[0] <= start]
        if governing:
            return max(governing, key=lambda one: one[:2])[1:]
        first = min(adopted, key=lambda one: (one[0], -one[1]), default=("", 0, {}))
        return first[1:]


def _half_up(number: Fraction, decimals: int) -> Decimal:
    above, below = abs(number.numerator), number.denominator
    units = (2 * above * 10**decimals + below) // (2 * below)
    return Decimal(units if number >= 0 else -units).scaleb(-decimals, EXACT)


def plain(number: Decimal | str | None) -> str | None:
    """A number as it is stored: never with an exponent."""
    if number is None or (type(number) is str and "E" not in number):
        return number
    return format(Decimal(number), "f")


def _outside(figure: Decimal, low: Decimal, high: Decimal) -> Decimal:
    return max(EXACT.subtract(low, figure), EXACT.subtract(figure, high), Decimal(0))


class Indicator:
    """An indicator and its definition as they stand."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement, self.version, self.retired = agreement, 0, False
        self.definition: dict[str, Any] = {}

    def define(self, definition: dict[str, Any]) -> None:
        """Take another version of the definition."""
        self.version, self.definition = self.version + 1, definition
        self.polarity, self.decimals = definition["polarity"], int(definition["decimals"])
        limits = definition.get("limits")
        self.limits = limits and [Decimal(limits[name]) for name in LIMITS]
        self.margins = definition.get("margins")
        self.breaks_at = definition.get("series_break_at", "")
        self._unit = Decimal(1).scaleb(-self.decimals)

    def figure(self, value: Row | None) -> tuple[str | None, Decimal | None]:
        """The figure of a value as text, and as it is judged: from its parts where it has them."""
        if value is None:
            return None, None
        given, above, below = value[VALUE], value[NUMERATOR], value[DENOMINATOR]
        if above is not None and below is not None and Decimal(below):
            exact = (
                Fraction(above) / Fraction(below) * Fraction(self.definition.get("multiplier", 1))
            )
            figure = format(_half_up(exact, 12), "f").rstrip("0").rstrip(".")
            return given if given is not None else figure, _half_up(exact, self.decimals)
        return given, None if given is None else self.rounded(given)

    def rounded(self, number: str) -> Decimal:
        """A number as it is judged: half-up, and without a sign where it is zero."""
        found = Decimal(number).quantize(self._unit, ROUND_HALF_UP, EXACT)
        return found if found else found.copy_abs()

    def judge(
        self, key: Key, value: Row | None, target: Row | None, other: Row | None, ruled: Ruled
    ) -> Row | None:
        """The row of status of a cell with this value and target, compared with another value."""
        if value is None and target is None:
            return None
        figure, judged = self.figure(value)
        if ruled.compared == "baseline":
            signed = True
            before = None if target is None or target[3] is None else self.rounded(target[3])
        else:
            signed, before = (
                other is not None and other[SIGNED][0] is not None,
                self.figure(other)[1],
            )
        status, reason = self._status(value, judged, target, ruled)
        travel = self._travel(key, value, judged, before, signed, reason, ruled)
        missing = value[MISSING] if value else ""
        if missing and missing not in {"suppressed", "not-applicable"}:
            missing = "missing"
        marks = [] if value is None or missing == "missing" else [
            mark for mark, holds in (
                ("provisional", value[PROVISIONAL]), ("unsigned", value[SIGNED][0] is None),
                ("corrected", value[CORRECTED_BY]),
            ) if holds
        ]  # fmt: skip
        marks += ["series-break"] if self.breaks_at and key[1] == self.breaks_at else []
        told = (status, reason) if judged is not None else (None, None)
        return (
            self.version,
            *(value[:2] if value else (None, None)),
            figure,
            plain(judged),
            missing or None,
            bool(value and value[PROVISIONAL]),
            bool(value and value[CORRECTED_BY]),
            *(value[SIGNED] if value else (None, None, None)),
            *(target or (None, None, None, None)),
            *ruled.versions,
            *told,
            " ".join(marks),
            *travel,
        )

    def _status(  # noqa: PLR0911 - one for each line of the table of reasons
        self, value: Row | None, judged: Decimal | None, target: Row | None, ruled: Ruled
    ) -> tuple[str | None, str | None]:
        plan = self.polarity == "plan-is-best" and self.limits is not None
        if self.retired:
            return None, "retired"
        if self.definition.get("placeholder"):
            return None, "placeholder"
        if self.definition.get("data_only") or self.polarity == "neutral":
            return None, "contextual"
        if value is None or judged is None:
            return None, None
        if target is None and not plan:
            return None, "no-target"
        if value[SIGNED][0] is None and ruled.rag["judge"] == "signed-only":
            return None, "unsigned"
        if not ruled.versions[0]:
            return None, "not-judgeable"
        status = self._colour(judged, target, ruled.rag)
        return status, None if status else "not-judgeable"

    def _colour(  # noqa: PLR0911 - one for each line of the table of statuses
        self, judged: Decimal, target: Row | None, rag: dict[str, Any]
    ) -> str | None:
        if self.polarity == "plan-is-best":
            if self.limits is None:
                return None
            low_red, low_amber, high_amber, high_red = self.limits
            if low_amber <= judged <= high_amber:
                return "green"
            return "amber" if low_red <= judged <= high_red else "red"
        own = {name: of for name, of in (self.margins or {}).items() if of is not None}
        if own.get("basis", rag["basis"]) != rag["basis"]:
            rag = {**rag, "green_margin": "0", "exceed_margin": None}
        rag = {**rag, **own}
        level = Decimal(target[1]) if target else None
        green, amber = Decimal(rag["green_margin"]), Decimal(rag["amber_margin"])
        if level is None or green > amber or (rag["basis"] == "relative" and not level):
            return None
        turn = -1 if self.polarity == "smaller-is-better" else 1
        ahead = EXACT.multiply(EXACT.subtract(judged, level), turn)
        floor = rag["floor"]
        if floor is not None and turn * judged.compare(Decimal(floor)) < 0:
            return "red"
        scale = level.copy_abs() if rag["basis"] == "relative" else Decimal(1)
        exceed = rag["exceed_margin"]
        if exceed is not None and ahead >= EXACT.multiply(Decimal(exceed), scale):
            return "exceeding"
        if ahead >= EXACT.multiply(green, scale).copy_negate():
            return "green"
        return "amber" if ahead >= EXACT.multiply(amber, scale).copy_negate() else "red"

    def _travel(  # noqa: PLR0911 - one for each reason there can be
        self, key: Key, value: Row | None, judged: Decimal | None, before: Decimal | None,
        before_signed: bool, reason: str | None, ruled: Ruled,
    ) -> tuple[str, str]:  # fmt: skip
        if reason in {"retired", "placeholder"}:
            return "none", str(reason)
        if value is None or judged is None or before is None:
            return "none", "nothing to compare with"
        signed = before_signed and value[SIGNED][0] is not None
        if ruled.rag["judge"] == "signed-only" and not signed:
            return "none", "nothing to compare with"
        if self._crosses(key[1], ruled.compared):
            return "none", "series break"
        move = EXACT.subtract(judged, before)
        if self.polarity == "plan-is-best":
            if self.limits is None:
                return "none", "nothing to compare with"
            _, low, high, _ = self.limits
            move = EXACT.subtract(_outside(judged, low, high), _outside(before, low, high))
        if move.copy_abs() <= Decimal(ruled.travel["no_change_band"]):
            return "no-change", ""
        if self.polarity == "neutral":
            return ("increasing" if move > 0 else "decreasing"), ""
        return (
            "improving" if (move > 0) == (self.polarity == "bigger-is-better") else "worsening"
        ), ""

    def _crosses(self, code: str, compared: str | None) -> bool:
        """Whether a new series began after the period that this one is compared with."""
        if not self.breaks_at or PERIOD.fullmatch(self.breaks_at) is None:
            return False
        begins = period(self.breaks_at).start
        if period(code).start < begins:
            return False
        return compared in {None, "baseline"} or period(str(compared)).start < begins
