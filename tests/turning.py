"""Due periods and acts for the tests of escalation."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from policies.definition import Basis, Definition, PlanLimits, Polarity
from policies.escalation import Act, ActKind, Escalation, EscalationSettings, Turn, escalate
from policies.periods import Calendar, Interval, parse_code, periods_between

ENDS_ON = date(2026, 3, 31)
QUARTERS = periods_between(Calendar.FINANCIAL, Interval.QUARTER, date(2023, 4, 1), ENDS_ON)
LIMITS = PlanLimits(
    low_red=Decimal(5), low_amber=Decimal(9), high_amber=Decimal(11), high_red=Decimal(20)
)
LAG = timedelta(days=10)  # from a quarter's end to its turn


def sheet(polarity: Polarity = Polarity.BIGGER, **fields: Any) -> Definition:
    """A quarterly indicator."""
    plain: dict[str, Any] = {
        "title": "Indicator",
        "unit": "%",
        "decimals": 1,
        "basis": Basis.SNAPSHOT,
        "interval": Interval.QUARTER,
        "calendar": Calendar.FINANCIAL,
        "polarity": polarity,
        "limits": LIMITS if polarity is Polarity.PLAN else None,
    }
    return Definition(**(plain | fields))


def turn(
    quarter: int,
    figure: float | str | None,
    target: float | str | None = 10,
    settings: EscalationSettings | None = None,
    **fields: Any,
) -> Turn:
    """The n-th quarter since April 2023, from 0."""
    period = QUARTERS[quarter]
    return Turn(
        period=period.code,
        label=period.label,
        ends_on=period.end,
        due_on=period.end + LAG,
        judged=None if figure is None else Decimal(str(figure)),
        target=None if target is None else Decimal(str(target)),
        settings=settings or EscalationSettings(),
        **{"entry": "" if figure is None else f"{quarter + 1}.0"} | fields,
    )


def turns(figures: Sequence[float | str | None], **settings: Any) -> list[Turn]:
    """A quarter for each figure, against a target of 10."""
    adopted = EscalationSettings(**settings)
    return [turn(n, figure, settings=adopted) for n, figure in enumerate(figures)]


def after(quarter: int, days: int = 1) -> date:
    """A day after the turn of a quarter."""
    return QUARTERS[quarter].end + LAG + timedelta(days=days)


def act(kind: ActKind, on: date, position: int = 100, **fields: Any) -> Act:
    """Something somebody did."""
    return Act(kind=kind, on=on, position=position, actor="lee", **fields)


def walked(
    told: Iterable[Turn],
    acts: Iterable[Act] = (),
    definition: Definition | None = None,
    **fields: Any,
) -> Escalation:
    """Where that leads, by the end of the agreement unless another day is asked."""
    given: dict[str, Any] = {"today": ENDS_ON, "ends_on": ENDS_ON} | fields
    return escalate(tuple(told), acts, definition or sheet(), **given)


def path(escalation: Escalation) -> list[tuple[str, int, int, str]]:
    """Every move as period (or act), stage before, stage after, cause."""
    return [
        (parse_code(move.period).label.split()[0] if move.period else "act", int(move.before),
         int(move.after), move.cause.value)
        for move in escalation.moves
    ]  # fmt: skip
