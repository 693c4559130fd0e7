"""What waits on the built board: a task of each kind; and its grid, judged by the real rules."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from browser.indicators import AREAS, HOME, INDICATORS, PEOPLE, Built, Given
from browser.judged import CODE, NOW, TITLE, clocks, entry_name, find, row, rules

from http_api.pages.reader import ClocksAsked
from ledger.person import Person
from policies.collecting import LACKING, Span, State, asked_for, days_late, state_of
from policies.collecting import Given as Collected
from policies.due import due_on
from policies.periods import Period, parse_code
from policies.refusals import NoRole
from policies.standing import Standing
from policies.tasks import Kind, Task, Urgency, order_of
from projections.reading.tasks import address_of
from projections.task_answers import (
    Collection,
    CollectionCell,
    CollectionRow,
    TaskAnswer,
    Tasks,
)

TODAY = NOW.date()
DAY = timedelta(days=1)
AGREEMENT = Span(date(2013, 4, 1), date(2027, 3, 31), TODAY)
OFFICER, IDLE = "p-entry", "p-signer"
LOAD = "0b9e7d2c-0000-4000-8000-000000000004"


def task(kind: Kind, days: int | None, **fields: object) -> Task:
    """A task of the officer: with a date so many days away, or waiting where there is none."""
    plain: dict[str, object] = {
        "people": (OFFICER,), "why": "You are an entry officer for this indicator.",
        "indicator": "absence", "area": HOME, "since": TODAY - 40 * DAY, "values": 0,
    }  # fmt: skip
    if days is not None:
        due, late = TODAY + days * DAY, max(-days, 0)
        urgency = Urgency.OVERDUE if late else Urgency.DUE
        plain |= {"due_on": due, "days_late": late, "urgency": urgency, "since": None}
    return Task(kind=kind, **(plain | fields))  # type: ignore[arg-type]


AMENDMENT = {"indicator": "", "area": "", "amendment": 3}
TASKS = (
    task(Kind.SUBMIT, -52, period="FY2025-Q2", values=1),
    task(Kind.SUBMIT, -3, indicator="gld", period="FY2025", people=(OFFICER, "p-lead"), values=1),
    task(
        Kind.SIGN_OFF,
        -6,
        period="FY2025-Q1",
        area="",
        values=3,
        why="You are a sign-off officer for this indicator, and others submitted these 3 values.",
    ),
    task(Kind.EXAMINE, 0, period="FY2025-Q1", values=1),
    task(Kind.COMMIT_LOAD, 5, indicator="", area="", load=LOAD, file="returns_of_districts.csv"),
    task(
        Kind.RESUBMIT,
        None,
        period="FY2025-Q1",
        values=1,
        why="You submitted it and it was returned: two schools sent the figures of last year.",
    ),
    task(Kind.REMEDIAL_ACTION, None),
    task(Kind.WRITE_PLAN, None),
    task(Kind.ACCEPT_PLAN, None, plan=2),
    task(Kind.DECIDE_INTERVENTION, None),
    task(Kind.CONSENT, None, **AMENDMENT),
    task(Kind.REHEARSE, None, **AMENDMENT),
    task(Kind.DECIDE_AMENDMENT, None, **AMENDMENT),
    task(Kind.SUBMIT, -90, indicator="infant", period="FY2024", people=(), values=1),
    task(Kind.SUBMIT, -12, indicator="infant", period="FY2025", people=("p-erased",), values=1),
)


def answer(asked: ClocksAsked, tasks: Iterable[Task], **about: str | None) -> Tasks:
    """Tasks as the service answers them."""
    told = [_told(one) for one in sorted(tasks, key=order_of)]
    counts = Counter(one.urgency for one in told)
    fields: dict[str, str | None] = {"agreement": None, "person": None, **about}
    return Tasks(
        clocks=clocks(asked),
        tasks=tuple(told),
        counts={urgency.value: counts[urgency.value] for urgency in Urgency},
        **fields,
    )


def _told(one: Task) -> TaskAnswer:
    title = find(one.indicator).definition.title if one.indicator else one.file or "New targets"
    return TaskAnswer(
        kind=one.kind.value,
        urgency=one.urgency.value,
        agreement=CODE,
        title=title,
        indicator=one.indicator or None,
        period=one.period or None,
        period_label=parse_code(one.period).label if one.period else None,
        area=one.area or None,
        area_name=AREAS[one.area] if one.area else None,
        plan=one.plan or None,
        amendment=one.amendment or None,
        load=one.load or None,
        values=one.values,
        since=one.since,
        due_on=one.due_on,
        days_late=one.days_late,
        why=one.why,
        where=address_of(CODE, one),
        people=one.people,
    )


class BuiltTasks:
    """The questions about tasks, answered over the built board."""

    def tasks(self, person: str, asked: ClocksAsked) -> Tasks:
        """What waits for the officer; nothing for anybody else."""
        theirs = [one for one in TASKS if person in one.people and person == OFFICER]
        return answer(asked, theirs, person=person)

    def agreement_tasks(self, agreement: str, asked: ClocksAsked) -> Tasks:
        """All of them."""
        return answer(asked, TASKS, agreement=agreement)

    def collection(
        self, agreement: str, asked: ClocksAsked, *, first: str | None, last: str | None
    ) -> Collection:
        """Every period that an indicator has a value or a target for, by a moment."""
        until = TODAY if last is None else parse_code(last).end
        begin = date.min if first is None else parse_code(first).start
        found = [_row(built, begin, until) for built in INDICATORS if not built.retired]
        rows = tuple(one for one in found if one.cells)
        counts = Counter(cell.state for one in rows for cell in one.cells)
        return Collection(
            clocks=clocks(asked),
            agreement=agreement,
            title=TITLE,
            demonstration=True,
            first_period=first,
            last_period=last,
            rows=rows,
            counts={state.value: counts[state.value] for state in State},
            people={OFFICER: PEOPLE[OFFICER], "p-erased": ""},
        )

    def contacts(self, ids: Iterable[str]) -> dict[str, Person]:
        """The people of the board; one has no address, and of one everything was erased."""
        kept = {
            OFFICER: Person(id=OFFICER, name=PEOPLE[OFFICER], email="asha.patel@county.example"),
            "p-lead": Person(id="p-lead", name=PEOPLE["p-lead"], email=""),
            "p-erased": Person(id="p-erased", name="", email=""),
        }
        return {one: kept[one] for one in ids if one in kept}

    def check_may_chase(self, agreement: str, person: str) -> None:
        """The officer may."""
        if person != OFFICER:
            raise NoRole


def _row(built: Built, begin: date, until: date) -> CollectionRow:
    shown = row(built, built.latest(TODAY))
    held = {parse_code(code): code in built.targets for code in {*built.values, *built.targets}}
    periods = asked_for(built.definition, held, AGREEMENT, home=True)
    return CollectionRow(
        indicator=built.code,
        title=built.definition.title,
        block=shown.block,
        outcome=shown.outcome,
        area=HOME,
        area_name=AREAS[HOME],
        calendar=built.definition.calendar.value,
        interval=built.definition.interval.value,
        officers=(OFFICER, "p-erased") if built.values else (),
        cells=tuple(
            _cell(built, period, built.values.get(period.code))
            for period in periods
            if begin <= period.end <= until
        ),
    )


def _cell(built: Built, period: Period, given: Given | None) -> CollectionCell:
    due = due_on(period, built.definition)
    entry = None
    if given is not None:
        entry = Collected(_standing(given), given.missing, given.provisional)
    state = state_of(period, built.definition, entry, rules(built).due, TODAY)
    return CollectionCell(
        period=period.code,
        period_label=period.label,
        due_on=due,
        state=state.value,
        expected=True,
        provisional=bool(given and given.provisional),
        days_late=days_late(due, TODAY) if state in LACKING else 0,
        entry=entry_name(built, period.code) if given else None,
        given_by=OFFICER if given else None,
        received_on=due if given else None,
    )


def _standing(given: Given) -> Standing:
    if given.corrected:
        return Standing.RETURNED
    return Standing.SIGNED_OFF if given.signed else Standing.SUBMITTED
