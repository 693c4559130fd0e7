"""The page of what was expected and has been received: a grid for each kind of period."""

from collections.abc import Iterable, Iterator

import msgspec

from http_api.pages.board import PeriodChoices, heading_of, period_choices
from http_api.pages.framing import frame_of
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import render
from http_api.pages.task_reader import TaskReader
from http_api.pages.words import local_day
from policies.collecting import State
from policies.periods import Calendar, Interval, Period, parse_code
from policies.refusals import Refusal
from projections.answers import AgreementAnswer
from projections.task_answers import Collection, CollectionCell, CollectionRow

TITLE = "Expected and received"
COLUMNS_SHOWN = 5  # the latest; earlier ones are a step away
WORD = {
    State.NOT_DUE: "not due",
    State.AWAITED: "awaited",
    State.OVERDUE: "overdue",
    State.RETURNED: "returned",
    State.PROVISIONAL: "provisional",
    State.FINAL: "received",
    State.SIGNED_OFF: "signed off",
    State.SUPPRESSED: "suppressed",
    State.NOT_APPLICABLE: "not applicable",
    State.MISSING: "missing",
}
MEANS = {
    State.OVERDUE: "It has not come, and the days of grace are past.",
    State.AWAITED: "It is due, and within the days of grace.",
    State.NOT_DUE: "It has not come, and its due date has not come either.",
    State.RETURNED: "It came, and was returned to whoever sent it.",
    State.PROVISIONAL: "It came, may still be revised, and is not signed off yet.",
    State.FINAL: "It came, and is not signed off yet.",
    State.SIGNED_OFF: "It came, and somebody else vouches for it.",
    State.SUPPRESSED: "The publisher keeps it back.",
    State.NOT_APPLICABLE: "The indicator does not apply to this area or period.",
    State.MISSING: "It was recorded as missing, and is not asked for.",
}


class Line(msgspec.Struct, frozen=True):
    """A row of a grid: a cell for every column, None where nothing is expected."""

    row: CollectionRow
    cells: tuple[CollectionCell | None, ...]


class Grid(msgspec.Struct, frozen=True):
    """The rows whose periods are of one kind. ``earlier`` is how many overdue values lie before
    the first column, and ``before`` the last period of those, "" where every column is shown."""

    code: str
    heading: str
    columns: tuple[Period, ...]
    lines: tuple[Line, ...]
    earlier: int
    before: str


class Count(msgspec.Struct, frozen=True):
    """How many values have come so far."""

    code: str
    word: str
    means: str
    count: int


def collection_page(
    reader: TaskReader, asked: ClocksAsked, code: str, person: str, *, first: str, last: str
) -> str:
    """What was expected and has been received, and who is to send it."""
    agreement = reader.agreement(code, asked)
    answer = reader.collection(code, asked, first=first or None, last=last or None)
    frame = frame_of(
        agreement, asked, answer.clocks, TITLE, "collection", kept={"from": first, "to": last}
    )
    return render(
        "collection.html",
        frame,
        agreement=agreement,
        answer=answer,
        first=first,
        last=last,
        choices=_choices(agreement, answer),
        counts=_counts(answer),
        cells=sum(answer.counts.values()),
        grids=list(_grids(answer)),
        areas=len({row.area for row in answer.rows}) > 1,
        words=WORD,
        names=answer.people,
        may_chase=_may_chase(reader, code, person),
    )


def _choices(agreement: AgreementAnswer, answer: Collection) -> tuple[PeriodChoices, ...]:
    periods = [cell.period for row in answer.rows for cell in row.cells]
    return period_choices(agreement, periods, local_day(answer.clocks.known_at))


def _counts(answer: Collection) -> list[Count]:
    """What has to be looked after first."""
    return [
        Count(state.value, WORD[state], means, answer.counts[state])
        for state, means in MEANS.items()
        if answer.counts[state]
    ]


def _grids(answer: Collection) -> Iterator[Grid]:
    kinds: dict[tuple[str, str, int], list[CollectionRow]] = {}
    for row in answer.rows:
        years = parse_code(row.cells[0].period).years
        kinds.setdefault((row.calendar, row.interval, years), []).append(row)
    for (calendar, interval, years), rows in kinds.items():
        heading = heading_of(Calendar(calendar), Interval(interval))
        yield _grid(f"{calendar}-{interval}-{years}", heading, rows)


def _grid(code: str, heading: str, rows: Iterable[CollectionRow]) -> Grid:
    rows = list(rows)
    every = sorted(
        {parse_code(cell.period) for row in rows for cell in row.cells}, key=lambda one: one.end
    )
    shown = every[-COLUMNS_SHOWN:]
    hidden = {period.code for period in every[:-COLUMNS_SHOWN]}
    return Grid(
        code=code,
        heading=heading,
        columns=tuple(shown),
        lines=tuple(
            Line(row, tuple(_cell(row, period) for period in shown))
            for row in rows
            if any(cell.period not in hidden for cell in row.cells)
        ),
        earlier=sum(
            cell.state == State.OVERDUE
            for row in rows
            for cell in row.cells
            if cell.period in hidden
        ),
        before=every[-COLUMNS_SHOWN - 1].code if hidden else "",
    )


def _cell(row: CollectionRow, period: Period) -> CollectionCell | None:
    return next((cell for cell in row.cells if cell.period == period.code), None)


def _may_chase(reader: TaskReader, agreement: str, person: str) -> bool:
    try:
        reader.check_may_chase(agreement, person)
    except Refusal:
        return False
    return True
