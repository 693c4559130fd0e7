"""Several indicators judged together: an outcome, a block, a priority or a set of one's own.

Four ways, one of which a body adopts. An average hides failure and a count hides which one failed,
so the answer always tells how many have which status, who is missing, and how many were expected.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Literal

import msgspec

from policies.cell import NoStatus
from policies.numbers import exact_text, to_text
from policies.rag import Status, Step
from policies.refusals import BadPolicy

Method = Literal["worst-of", "majority", "weighted-score", "share-green"]
_NOTHING, _ONE = Decimal(0), Decimal(1)
_BEST_FIRST = tuple(Status)
_SHARE_GREEN = (_ONE, _ONE, _NOTHING, _NOTHING)  # points

# Members that can never have a status, so that nobody expects one of them.
ASIDE = frozenset({NoStatus.RETIRED, NoStatus.CONTEXTUAL, NoStatus.NOT_APPLICABLE})


class BasketSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a basket is judged, as a body adopts it.

    ``worst-of``: the worst status of its members. ``majority``: the best status that more than
    half of them have or surpass. ``weighted-score``: the mean of the points of their statuses, by
    weight. ``share-green``: the share of them, by weight, that are green or exceeding. The last
    two are green from ``green_from`` on, amber from ``amber_from`` on, and never exceeding.
    ``points`` are those of exceeding, green, amber and red.

    ``least_coverage`` is the share of expected members, 0 to 1, that must have a status before
    the basket has one. ``overdue`` members are ``missing``, or judged as ``red``. ``weights`` are
    by member; one that is not named weighs 1. Raises BadPolicy.
    """

    method: Method = "worst-of"
    least_coverage: Decimal = _ONE
    overdue: Literal["missing", "red"] = "missing"
    weights: dict[str, Decimal] = {}
    points: tuple[Decimal, Decimal, Decimal, Decimal] = (_ONE, _ONE, Decimal("0.5"), _NOTHING)
    green_from: Decimal | None = None
    amber_from: Decimal | None = None

    def __post_init__(self) -> None:
        if not (self.least_coverage.is_finite() and 0 <= self.least_coverage <= 1):
            raise BadPolicy("The least coverage is a share, 0 to 1.", field="least_coverage")
        if any(not (weight.is_finite() and weight >= 0) for weight in self.weights.values()):
            raise BadPolicy("A weight is a number of zero or more.", field="weights")
        if not all(map(Decimal.is_finite, self.points)) or list(self.points) != sorted(
            self.points, reverse=True
        ):
            raise BadPolicy("A worse status never has more points.", field="points")
        _check_limits(self)


def _check_limits(settings: BasketSettings) -> None:
    green, amber = settings.green_from, settings.amber_from
    scored = settings.method in ("weighted-score", "share-green")
    if not scored:
        return
    if green is None or amber is None or not (green.is_finite() and amber.is_finite()):
        raise BadPolicy("This method needs where green and amber begin.", field="green_from")
    if amber > green:
        raise BadPolicy("Amber cannot begin above green.", field="amber_from")


class NoBasket(StrEnum):
    """Why a basket has no status, in order of precedence."""

    NOTHING_EXPECTED = "nothing-expected"
    NO_STATUS = "no-status"
    LEAST_COVERAGE = "least-coverage"
    NO_WEIGHT = "no-weight"


class Basket(msgspec.Struct, frozen=True, kw_only=True):
    """The answer: exactly one of ``status`` and ``reason``, and what it was made of.

    ``counts`` says how many members have each status, best first. ``missing`` are members that
    were expected to have one, ``aside`` those that were not, each with its reason; the three
    together are all members. ``score`` is what was compared with the limits, where the method has
    one, and is told even where the coverage is too little for a status.
    """

    status: Status | None
    reason: NoBasket | None
    counts: tuple[tuple[Status, int], ...]
    missing: tuple[tuple[str, NoStatus], ...]
    aside: tuple[tuple[str, NoStatus], ...]
    coverage: Fraction | None
    score: Fraction | None
    steps: tuple[Step, ...]


def basket(members: Mapping[str, Status | NoStatus], settings: BasketSettings) -> Basket:
    """Judge members together, each by its status or why it has none."""
    judged, missing, aside = _sorted_out(members, settings)
    expected = len(judged) + len(missing)
    coverage = Fraction(len(judged), expected) if expected else None
    status, score, how = _by_method(judged, settings)
    reason = _reason(judged, coverage, status, settings)
    return Basket(
        status=status if reason is None else None,
        reason=reason,
        counts=tuple((one, sum(s is one for s in judged.values())) for one in _BEST_FIRST),
        missing=missing,
        aside=aside,
        coverage=coverage,
        score=score,
        steps=(
            Step("members", _members(members, judged, missing, aside)),
            *_covered(len(judged), expected, coverage, settings),
            *how,
            Step("status", status.value if status and reason is None else f"none: {reason}"),
        ),
    )


Reasons = tuple[tuple[str, NoStatus], ...]


def _sorted_out(
    members: Mapping[str, Status | NoStatus], settings: BasketSettings
) -> tuple[dict[str, Status], Reasons, Reasons]:
    """The members that are judged, those that are missing, and those set aside."""
    judged: dict[str, Status] = {}
    missing: list[tuple[str, NoStatus]] = []
    aside: list[tuple[str, NoStatus]] = []
    for code, found in members.items():
        if isinstance(found, Status):
            judged[code] = found
        elif found is NoStatus.OVERDUE and settings.overdue == "red":
            judged[code] = Status.RED
        else:
            (aside if found in ASIDE else missing).append((code, found))
    return judged, tuple(missing), tuple(aside)


def _reason(
    judged: Mapping[str, Status],
    coverage: Fraction | None,
    status: Status | None,
    settings: BasketSettings,
) -> NoBasket | None:
    if coverage is None:
        return NoBasket.NOTHING_EXPECTED
    if not judged:
        return NoBasket.NO_STATUS
    if coverage < Fraction(settings.least_coverage):
        return NoBasket.LEAST_COVERAGE
    return NoBasket.NO_WEIGHT if status is None else None


def _by_method(
    judged: Mapping[str, Status], settings: BasketSettings
) -> tuple[Status | None, Fraction | None, tuple[Step, ...]]:
    """What the members come to, whatever their coverage: the status, the score, and the working."""
    if not judged:
        return None, None, ()
    if settings.method == "worst-of":
        worst = max(judged.values(), key=_BEST_FIRST.index)
        names = ", ".join(code for code, status in judged.items() if status is worst)
        return worst, None, (Step("worst", f"{worst}: {names}"),)
    if settings.method == "majority":
        return _majority(list(judged.values()))
    return _scored(judged, settings)


def _majority(statuses: Sequence[Status]) -> tuple[Status, None, tuple[Step, ...]]:
    """Not the status that most have: that one can get worse as a member gets better."""
    steps = []
    for status in _BEST_FIRST:
        reached = sum(_BEST_FIRST.index(one) <= _BEST_FIRST.index(status) for one in statuses)
        more = 2 * reached > len(statuses)
        yes = "yes" if more else "no"
        steps.append(
            Step(f"{status} or better?", f"{reached} of {len(statuses)}, more than half: {yes}")
        )
        if more:
            return status, None, tuple(steps)
    raise AssertionError("every status is red or better")


def _scored(
    judged: Mapping[str, Status], settings: BasketSettings
) -> tuple[Status | None, Fraction | None, tuple[Step, ...]]:
    weights = {code: Fraction(settings.weights.get(code, _ONE)) for code in judged}
    total = sum(weights.values(), Fraction(0))
    if not total:
        return None, None, (Step("score", "none: no judged member has a weight"),)
    each = _SHARE_GREEN if settings.method == "share-green" else settings.points
    points = dict(zip(_BEST_FIRST, each, strict=True))
    brought = sum(
        (weights[code] * Fraction(points[status]) for code, status in judged.items()), Fraction(0)
    )
    score = brought / total
    assert settings.green_from is not None and settings.amber_from is not None, "it was checked"
    green, amber = Fraction(settings.green_from), Fraction(settings.amber_from)
    status = Status.GREEN if score >= green else Status.AMBER if score >= amber else Status.RED
    told = ", ".join(
        f"{code} {to_text(points[status])}{_weighed(weights[code])}"
        for code, status in judged.items()
    )
    begins = f"green from {to_text(settings.green_from)}, amber from {to_text(settings.amber_from)}"
    sums = f"{exact_text(brought)} ÷ {exact_text(total)} = {exact_text(score)}"
    return status, score, (Step("points", told), Step("score", sums), Step("limits", begins))


def _weighed(weight: Fraction) -> str:
    return "" if weight == 1 else f" × {exact_text(weight)}"


def _members(
    members: Mapping[str, Status | NoStatus],
    judged: Mapping[str, Status],
    missing: Reasons,
    aside: Reasons,
) -> str:
    said = f"{len(judged)} of {len(members)} are judged"
    as_red = [code for code in judged if members[code] is NoStatus.OVERDUE]
    if as_red:
        said += f"; overdue, so red: {', '.join(as_red)}"
    for word, some in (("missing", missing), ("not expected to have one", aside)):
        if some:
            said += f"; {word}: {', '.join(f'{code} ({reason})' for code, reason in some)}"
    return said


def _covered(
    judged: int, expected: int, coverage: Fraction | None, settings: BasketSettings
) -> tuple[Step, ...]:
    if coverage is None:
        return ()
    least = f"at least {to_text(settings.least_coverage)}"
    return (Step("coverage", f"{judged} ÷ {expected} = {exact_text(coverage)}, {least}"),)
