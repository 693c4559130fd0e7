"""How a value is judged, worked out a second time: for verifier_answers.py, beside which it lies.

Standard library only, and no code of the product's: docs/reference/policies.md put into Python by
itself, so that a fault in one of the two is seen.
"""

from __future__ import annotations

import re
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
NOT_COMPARED = ("none", "nothing to compare with")
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
    no_change: Decimal
    versions: tuple[int, int, int]
    compared: str | None
    followers: tuple[str, ...]  # the periods that are compared with it


class Tests(NamedTuple):
    """What a figure must not fall below, and what it must reach for each status, best first."""

    floor: Decimal | None
    reached: list[tuple[str, Decimal]]


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
            rag, travel, due = (self._in_force(kind, code) for kind in DEFAULTS)
            ahead = period(code).followers
            followers = tuple(after for after in ahead if self._compared(after) == code)
            no_change, compared = Decimal(travel[1]["no_change_band"]), self._compared(code)
            versions = (rag[0], travel[0], due[0])
            found = self._ruled[code] = Ruled(rag[1], no_change, versions, compared, followers)
        return found

    def _compared(self, code: str) -> str | None:
        return period(code).compared[self._in_force("travel", code)[1]["compare_with"]]

    def _in_force(self, kind: str, code: str) -> tuple[int, dict[str, Any]]:
        """The latest version effective when a period begins; before the first, the first.

        Nothing is in force until a policy of status is.
        """
        start, adopted = period(code).start, self._adopted.get(kind, [])
        if not adopted or "rag" not in self._adopted:
            return 0, DEFAULTS[kind]
        governing = [one for one in adopted if one[0] <= start]
        if governing:
            return max(governing, key=lambda one: one[:2])[1:]
        return min(adopted, key=lambda one: (one[0], -one[1]))[1:]


def plain(number: Decimal | str | None) -> str | None:
    """A number as it is stored: never with an exponent."""
    if number is None or (type(number) is str and "E" not in number):
        return number
    return format(Decimal(number), "f")


def _half_up(number: Fraction, decimals: int) -> Decimal:
    above, below = abs(number.numerator), number.denominator
    units = (2 * above * 10**decimals + below) // (2 * below)
    return Decimal(units if number >= 0 else -units).scaleb(-decimals, EXACT)


@lru_cache(maxsize=16)
def _marks(provisional: bool, unsigned: bool, corrected: bool, breaks: bool) -> str:
    told = {"provisional": provisional, "unsigned": unsigned, "corrected": corrected}
    return " ".join(mark for mark, holds in {**told, "series-break": breaks}.items() if holds)


class Judged(NamedTuple):
    """The figure of a value as text, and as it is judged: rounded, as a number and as text."""

    figure: str | None = None
    number: Decimal | None = None
    text: str | None = None


NOTHING = Judged()
NO_ENTRY: Row = (None, None, None, None, None, False, False, None, None, None)
NO_TARGET: Row = (None, None, None, None)
MOST_KEPT = 10_000  # numbers whose rounding, and levels whose limits, are remembered


class Indicator:
    """An indicator and its definition as they stand."""

    def __init__(self, agreement: Agreement) -> None:
        self.agreement, self.version, self.retired = agreement, 0, False

    def define(self, definition: dict[str, Any]) -> None:
        """Take another version of the definition."""
        self.version += 1
        self._polarity, self._decimals = definition["polarity"], int(definition["decimals"])
        self._multiplier = Fraction(definition.get("multiplier", 1))
        self._margins = definition.get("margins") or {}
        limits = definition.get("limits")
        self._band: list[Decimal] | None = limits and [Decimal(limits[name]) for name in LIMITS]
        self._breaks_at = definition.get("series_break_at", "")
        self._placeholder = bool(definition.get("placeholder"))
        neutral = self._polarity == "neutral"
        self._contextual = neutral or bool(definition.get("data_only"))
        self._unit = Decimal(1).scaleb(-self._decimals)
        self._rounded: dict[str, Judged] = {}
        self._tests: dict[tuple[str, int], Tests | None] = {}

    def judge(
        self, key: Key, value: Row | None, target: Row | None, other: Row | None, ruled: Ruled
    ) -> Row | None:
        """The row of status of a cell with this value and target, compared with another value."""
        if value is None:
            if target is None:
                return None
            judged, entry, marks = NOTHING, NO_ENTRY, (False, False, False)
        else:
            judged, missing, (signed_by, signed_at, grade) = (
                self._judged(value), value[MISSING], value[SIGNED],
            )  # fmt: skip
            if missing and missing not in {"suppressed", "not-applicable"}:
                missing = "missing"
            provisional, corrected = value[PROVISIONAL], value[CORRECTED_BY] != ""
            entry = (value[0], value[1], judged[0], judged[2], missing or None, provisional,
                     corrected, signed_by, signed_at, grade)  # fmt: skip
            if missing == "missing":
                marks = (False, False, False)
            else:
                marks = (provisional, signed_by is None, corrected)
        status, reason = self._status(value, judged[1], target, ruled)
        travel = self._travel(key[1], value, judged[1], target, other, reason, ruled)
        if judged[1] is None:
            status = reason = None  # the reason depends on the day of asking
        breaks = self._breaks_at != "" and key[1] == self._breaks_at
        return (
            (self.version,) + entry + (target or NO_TARGET) + ruled[2]
            + (status, reason, _marks(*marks, breaks)) + travel
        )  # fmt: skip

    def _judged(self, value: Row) -> Judged:
        """From the parts of a value where it has them, or else as given."""
        given, above = value[VALUE], value[NUMERATOR]
        if above is None or value[DENOMINATOR] is None or not Decimal(value[DENOMINATOR]):
            return NOTHING if given is None else self._rounded.get(given) or self._half_up(given)
        exact = Fraction(above) / Fraction(value[DENOMINATOR]) * self._multiplier
        figure = format(_half_up(exact, 12), "f").rstrip("0").rstrip(".")
        number = _half_up(exact, self._decimals)
        return Judged(figure if given is None else given, number, format(number, "f"))

    def _half_up(self, given: str) -> Judged:
        """A number as it is judged: half-up, and without a sign where it is zero."""
        number = Decimal(given).quantize(self._unit, ROUND_HALF_UP, EXACT)
        number = number if number else number.copy_abs()
        if len(self._rounded) >= MOST_KEPT:
            self._rounded.clear()
        self._rounded[given] = judged = Judged(given, number, format(number, "f"))
        return judged

    def _status(  # noqa: PLR0911 - one for each line of the table of reasons
        self, value: Row | None, judged: Decimal | None, target: Row | None, ruled: Ruled
    ) -> tuple[str | None, str | None]:
        if self.retired:
            return None, "retired"
        if self._placeholder:
            return None, "placeholder"
        if self._contextual:
            return None, "contextual"
        if value is None or judged is None:
            return None, None
        if target is None and not (self._polarity == "plan-is-best" and self._band):
            return None, "no-target"
        if value[SIGNED][0] is None and ruled.rag["judge"] == "signed-only":
            return None, "unsigned"
        status = self._colour(judged, target, ruled) if ruled.versions[0] else None
        return status, None if status else "not-judgeable"

    def _colour(self, judged: Decimal, target: Row | None, ruled: Ruled) -> str | None:
        if self._polarity == "plan-is-best":
            if not self._band:
                return None
            low_red, low_amber, high_amber, high_red = self._band
            if low_amber <= judged <= high_amber:
                return "green"
            return "amber" if low_red <= judged <= high_red else "red"
        assert target is not None
        under = (target[1], ruled.versions[0])
        if under not in self._tests:
            if len(self._tests) >= MOST_KEPT:
                self._tests.clear()
            self._tests[under] = self._tests_of(Decimal(target[1]), ruled.rag)
        tests = self._tests[under]
        if tests is None:
            return None
        smaller = self._polarity == "smaller-is-better"
        for status, limit in tests.reached:
            if judged <= limit if smaller else judged >= limit:
                fell = tests.floor is not None and (
                    judged > tests.floor if smaller else judged < tests.floor
                )
                return "red" if fell else status
        return "red"

    def _tests_of(self, level: Decimal, rag: dict[str, Any]) -> Tests | None:
        """What a figure must reach for each status; None where the target cannot be judged."""
        own = {name: of for name, of in self._margins.items() if of is not None}
        if own.get("basis", rag["basis"]) != rag["basis"]:
            rag = {**rag, "green_margin": "0", "exceed_margin": None}
        rag = {**rag, **own}
        green, amber = Decimal(rag["green_margin"]), Decimal(rag["amber_margin"])
        exceed = rag["exceed_margin"]
        if green > amber or (rag["basis"] == "relative" and not level):
            return None
        scale = level.copy_abs() if rag["basis"] == "relative" else Decimal(1)
        scale = scale.copy_negate() if self._polarity == "smaller-is-better" else scale
        reached = (
            [("exceeding", EXACT.fma(Decimal(exceed), scale, level))] if exceed is not None else []
        )
        reached.append(("green", EXACT.subtract(level, EXACT.multiply(green, scale))))
        reached.append(("amber", EXACT.subtract(level, EXACT.multiply(amber, scale))))
        return Tests(None if rag["floor"] is None else Decimal(rag["floor"]), reached)

    def _travel(  # noqa: PLR0911 - one for each reason there can be
        self, code: str, value: Row | None, judged: Decimal | None, target: Row | None,
        other: Row | None, reason: str | None, ruled: Ruled,
    ) -> tuple[str, str]:  # fmt: skip
        if reason in {"retired", "placeholder"}:
            return "none", str(reason)
        if ruled.compared == "baseline":
            baseline = target and target[3]
            before, signed = self._half_up(baseline) if baseline else NOTHING, True
        else:
            before = NOTHING if other is None else self._judged(other)
            signed = other is not None and other[SIGNED][0] is not None
        if value is None or judged is None or before.number is None:
            return NOT_COMPARED
        if ruled.rag["judge"] == "signed-only" and not (signed and value[SIGNED][0] is not None):
            return NOT_COMPARED
        if self._breaks_at and self._crosses(code, ruled.compared):
            return "none", "series break"
        move = EXACT.subtract(judged, before.number)
        if self._polarity == "plan-is-best":
            if not self._band:
                return NOT_COMPARED
            move = EXACT.subtract(self._outside(judged), self._outside(before.number))
        if move.copy_abs() <= ruled.no_change:
            return "no-change", ""
        if self._polarity == "neutral":
            return ("increasing" if move > 0 else "decreasing"), ""
        better = (move > 0) == (self._polarity == "bigger-is-better")
        return ("improving" if better else "worsening"), ""

    def _outside(self, figure: Decimal) -> Decimal:
        """How far a figure lies outside the green band."""
        assert self._band is not None
        _, low, high, _ = self._band
        return max(EXACT.subtract(low, figure), EXACT.subtract(figure, high), Decimal(0))

    def _crosses(self, code: str, compared: str | None) -> bool:
        """Whether a new series began after the period that this one is compared with."""
        if PERIOD.fullmatch(self._breaks_at) is None:
            return False
        begins = period(self._breaks_at).start
        if period(code).start < begins:
            return False
        return compared in {None, "baseline"} or period(str(compared)).start < begins
