"""What the board page shows: the counts, what to look at first, and the rows in their places."""

from collections.abc import Iterable
from datetime import date

import msgspec

from http_api.pages import vocabulary
from policies.cell import NoStatus
from policies.periods import Calendar, Interval, Period, parse_code, periods_between
from policies.rag import Status as Rag
from projections.answers import AgreementAnswer, OutcomeAnswer, Status, StatusRow

UNPLACED = "Not placed under an outcome"


class Count(msgspec.Struct, frozen=True):
    """How many indicators have a status, or a reason for having none."""

    code: str
    count: int


class Counts(msgspec.Struct, frozen=True):
    """The four statuses always, then each reason for having none that occurs."""

    judged: tuple[Count, ...]
    others: tuple[Count, ...]

    @property
    def without(self) -> int:
        """How many indicators have no status."""
        return sum(each.count for each in self.others)


class OutcomeRows(msgspec.Struct, frozen=True):
    """An outcome, the partner that leads on it, and its indicators."""

    title: str
    lead: str
    rows: tuple[StatusRow, ...]
    code: str = ""


class BlockRows(msgspec.Struct, frozen=True):
    """A block of the agreement and its outcomes."""

    code: str
    title: str
    outcomes: tuple[OutcomeRows, ...]


class PeriodChoices(msgspec.Struct, frozen=True):
    """Periods of one kind, latest first, under a heading for the list to choose from."""

    heading: str
    periods: tuple[Period, ...]


def counted(status: Status) -> Counts:
    """How many indicators have each status, and each reason for having none."""
    statuses = [str(code) for code in vocabulary.STATUS_MEANS]
    known = [str(code) for code in vocabulary.REASON_MEANS]
    reasons = [*known, *sorted(set(status.counts) - {*statuses, *known})]
    return Counts(
        judged=tuple(Count(code, status.counts.get(code, 0)) for code in statuses),
        others=tuple(Count(code, status.counts[code]) for code in reasons if code in status.counts),
    )


def first_looks(status: Status) -> tuple[StatusRow, ...]:
    """What asks for the board's time: red, then overdue."""
    red = [row for row in status.rows if row.status == Rag.RED]
    return (*red, *(row for row in status.rows if row.reason == NoStatus.OVERDUE))


def placed(agreement: AgreementAnswer, status: Status) -> tuple[BlockRows, ...]:
    """The rows by block and outcome, in the agreement's order; the unplaced at the end."""
    partners = {partner.code: partner.name for partner in agreement.partners}
    left = list(status.rows)
    blocks = []
    for block in agreement.blocks:
        mine = (outcome for outcome in agreement.outcomes if outcome.block == block.code)
        outcomes = tuple(
            rows for rows in (_taken(outcome, partners, left) for outcome in mine) if rows.rows
        )
        if outcomes:
            blocks.append(BlockRows(block.code, block.name, outcomes))
    if left:
        blocks.append(BlockRows("unplaced", UNPLACED, (OutcomeRows("", "", tuple(left)),)))
    return tuple(blocks)


def _taken(outcome: OutcomeAnswer, partners: dict[str, str], left: list[StatusRow]) -> OutcomeRows:
    """The rows of an outcome, taken out of those that are left."""
    rows = tuple(row for row in left if row.outcome == outcome.code)
    left[:] = [row for row in left if row.outcome != outcome.code]
    lead = partners.get(outcome.lead, outcome.lead)
    return OutcomeRows(outcome.title, lead, rows, outcome.code)


def period_choices(
    agreement: AgreementAnswer, codes: Iterable[str], known_on: date
) -> tuple[PeriodChoices, ...]:
    """The periods one can ask for: of every kind that is used, inside the agreement, begun."""
    kinds: dict[str, list[Period]] = {}
    used = {parse_code(code) for code in codes}
    for calendar, interval, years in sorted({(p.calendar, p.interval, p.years) for p in used}):
        inside = periods_between(calendar, interval, agreement.start, agreement.end, years)
        begun = [period for period in inside if period.start <= known_on]
        kinds.setdefault(heading_of(calendar, interval), []).extend(begun)
    return tuple(
        PeriodChoices(heading, tuple(sorted(periods, key=lambda p: p.end, reverse=True)))
        for heading, periods in kinds.items()
        if periods
    )


def heading_of(calendar: Calendar, interval: Interval) -> str:
    """What periods of a kind are called together."""
    plain = {Interval.MONTH: "Months", Interval.QUARTER: "Quarters", Interval.TERM: "Terms"}
    if interval in plain:
        return plain[interval]
    years = "years" if interval is Interval.YEAR else "years, several together"
    return f"{calendar.value.capitalize()} {years}"
