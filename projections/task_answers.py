"""The shapes of answers about tasks, and about what was expected and has been received.

What does not apply is null. Days are those of Europe/London.
"""

from datetime import date

from projections.answers import Answer, Clocks


class TaskAnswer(Answer, frozen=True, kw_only=True):
    """Something that waits for ``people``, each of whom may do it; for nobody where there is none.

    ``title`` is that of the indicator or amendment, or the name of the file. ``urgency`` is
    ``overdue``, ``due`` where there is a date that is not past, else ``waiting``. ``values`` is how
    many entries it is about, 0 where it is about none. ``why`` tells a person why it is theirs, and
    ``where`` is the address of the page where it is done.
    """

    kind: str
    urgency: str
    agreement: str
    title: str
    indicator: str | None
    period: str | None
    period_label: str | None
    area: str | None
    area_name: str | None
    plan: int | None
    amendment: int | None
    load: str | None
    values: int
    since: date | None
    due_on: date | None
    days_late: int
    why: str
    where: str
    people: tuple[str, ...]


class Tasks(Answer, frozen=True, kw_only=True):
    """What waits for a person, or in an agreement for everybody: the most pressing first.

    ``counts`` is by urgency.
    """

    clocks: Clocks
    agreement: str | None
    person: str | None
    tasks: tuple[TaskAnswer, ...]
    counts: dict[str, int]


class CollectionCell(Answer, frozen=True, kw_only=True):
    """How far the value of a period has come.

    ``expected`` is whether it is asked for; what was given beside is told too. ``days_late`` is
    how many days it is past its due date without having come.
    """

    period: str
    period_label: str
    due_on: date
    state: str
    expected: bool
    provisional: bool
    days_late: int
    entry: str | None
    given_by: str | None
    received_on: date | None


class CollectionRow(Answer, frozen=True, kw_only=True):
    """The values of an indicator in an area, and whoever is to send them."""

    indicator: str
    title: str
    block: str
    outcome: str
    area: str
    area_name: str
    calendar: str
    interval: str
    officers: tuple[str, ...]
    cells: tuple[CollectionCell, ...]


class Collection(Answer, frozen=True, kw_only=True):
    """What was expected and what has been received, by indicator, area and period.

    ``counts`` is by state, and together they are the cells. ``people`` are the names of those who
    are to send, as they are now; "" where one was erased.
    """

    clocks: Clocks
    agreement: str
    title: str
    demonstration: bool
    statement: str = ""
    first_period: str | None
    last_period: str | None
    rows: tuple[CollectionRow, ...]
    counts: dict[str, int]
    people: dict[str, str]
