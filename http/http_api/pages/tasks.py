"""The page of what waits for the reader, and of what is late with everybody."""

from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, quote

import msgspec

from http_api.pages.framing import frame_of
from http_api.pages.links import Links
from http_api.pages.moments import Moments
from http_api.pages.reader import ClocksAsked
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.task_reader import TaskReader
from http_api.pages.words import counted, day, name_of
from ledger.accounts import Visitor
from ledger.csv_text import csv_text
from ledger.person import Person
from policies.refusals import Refusal
from policies.tasks import Kind, Urgency
from projections.answers import AgreementListed
from projections.task_answers import TaskAnswer, Tasks

DO = {
    Kind.SUBMIT: "Submit the value",
    Kind.RESUBMIT: "Send the returned value again",
    Kind.SIGN_OFF: "Sign off",
    Kind.REMEDIAL_ACTION: "Record a remedial action",
    Kind.WRITE_PLAN: "Write an action plan",
    Kind.ACCEPT_PLAN: "Accept the action plan, or send it back",
    Kind.DECIDE_INTERVENTION: "Decide how to intervene",
    Kind.CONSENT: "Consent, or object",
    Kind.REHEARSE: "Rehearse the amendment",
    Kind.DECIDE_AMENDMENT: "Decide on the amendment",
    Kind.COMMIT_LOAD: "Commit the file, or give it up",
    Kind.EXAMINE: "Examine the value",
}
HEADS = {
    Urgency.OVERDUE: "Overdue",
    Urgency.DUE: "Due",
    Urgency.WAITING: "Waiting",
}
NOBODY = "Nobody"
LINES_OF_A_LETTER = 20  # programs for mail take no long address
CSV_COLUMNS = (
    "person", "name", "email", "task", "indicator", "title", "period", "area", "area_name",
    "due_on", "days_late", "why",
)  # fmt: skip


class Told(msgspec.Struct, frozen=True):
    """A task in words: what to do, what it is about, when, and where."""

    do: str
    about: str
    date: str
    why: str
    where: str
    agreement: str


class Group(msgspec.Struct, frozen=True):
    """The tasks that are as pressing as one another."""

    code: str
    head: str
    tasks: tuple[Told, ...]


class Late(msgspec.Struct, frozen=True):
    """What is overdue with one person; with nobody, where ``person`` is None.

    ``letter`` is the address that begins an e-mail to them, "" where none is kept.
    """

    person: Person | None
    name: str
    tasks: tuple[Told, ...]
    letter: str


def tasks_page(reader: TaskReader, asked: ClocksAsked, who: Visitor) -> str:
    """What waits for the reader: what is overdue, then what is due, then what waits."""
    answer = reader.tasks(who.person, asked)
    agreements = reader.agreements(asked).agreements
    moments = Moments(asked, answer.clocks)
    titles = {one.code: one.title for one in agreements}
    frame = Frame(
        title="Tasks",
        moments=moments,
        path="/tasks",
        demonstration=_statement(agreements),
        crumbs=(Crumb("Agreements", moments.links.home()), Crumb("Tasks")),
        section="tasks",
    )
    return render(
        "tasks.html",
        frame,
        name=who.name or name_of(who.person, reader.person_names({who.person})),
        groups=list(_groups(moments.links, answer, titles)),
        several=len({task.agreement for task in answer.tasks}) > 1,
        chased=[one for one in agreements if _may_chase(reader, one.code, who.person)],
    )


def chase_page(reader: TaskReader, asked: ClocksAsked, code: str, person: str, site: str) -> str:
    """What is overdue, a list for each person, and for nobody; each with a letter that is ready.

    ``site`` is the address of the service, for the letters. Raises NoRole.
    """
    reader.check_may_chase(code, person)
    agreement = reader.agreement(code, asked)
    answer = reader.agreement_tasks(code, asked)
    between = (Crumb("Expected and received", Links(asked).part(code, "collection")),)
    frame = frame_of(agreement, asked, answer.clocks, "Chase", "chase", between=between)
    return render(
        "chase.html",
        frame,
        agreement=agreement,
        late=list(_late(reader, frame.links, answer, agreement.title, site)),
        overdue=answer.counts[Urgency.OVERDUE],
        csv=frame.links.part(code, "chase.csv"),
    )


def chase_csv(reader: TaskReader, asked: ClocksAsked, code: str, person: str) -> Iterator[str]:
    """The same as CSV, a line for each task of each person. Raises NoRole."""
    reader.check_may_chase(code, person)
    answer = reader.agreement_tasks(code, asked)
    late = _overdue(answer)
    people = reader.contacts({one for task in late for one in task.people})
    return csv_text(CSV_COLUMNS, (line for task in late for line in _csv_lines(task, people)))


def told(links: Links, task: TaskAnswer, titles: dict[str, str]) -> Told:
    """A task in words, with its address under the clocks of a page."""
    path, _, query = task.where.partition("?")
    return Told(
        do=_do(task),
        about=_about(task),
        date=_date(task),
        why=task.why,
        where=links.to(path, **dict(parse_qsl(query))),
        agreement=titles.get(task.agreement, task.agreement),
    )


def _groups(links: Links, answer: Tasks, titles: dict[str, str]) -> Iterator[Group]:
    for urgency, head in HEADS.items():
        found = [task for task in answer.tasks if task.urgency == urgency]
        if found:
            tasks = tuple(told(links, task, titles) for task in found)
            yield Group(urgency.value, f"{head}: {counted(len(found), 'task')}", tasks)


def _late(reader: TaskReader, links: Links, answer: Tasks, title: str, site: str) -> Iterator[Late]:
    """By whoever has most to do, then by name; what is nobody's comes first."""
    late = _overdue(answer)
    people = reader.contacts({person for task in late for person in task.people})
    theirs: dict[str, list[Told]] = {}
    for task in late:
        for person in task.people or ("",):
            theirs.setdefault(person, []).append(told(links, task, {}))
    for person, tasks in sorted(theirs.items(), key=lambda one: (one[0] != "", -len(one[1]), one)):
        known = people.get(person)
        name = (known.name or "name erased") if known else (person or NOBODY)
        letter = _letter(known, tasks, answer, title, site) if known and known.email else ""
        yield Late(known, name, tuple(tasks), letter)


def _letter(person: Person, tasks: list[Told], answer: Tasks, title: str, site: str) -> str:
    lines = [
        f"Dear {person.name},",
        "",
        f"On {day(answer.clocks.known_at)} this is overdue in {title}:",
        "",
        *(f"- {one.do}: {one.about}; {one.date}" for one in tasks[:LINES_OF_A_LETTER]),
    ]
    if len(tasks) > LINES_OF_A_LETTER:
        lines.append(f"- and {len(tasks) - LINES_OF_A_LETTER} more")
    lines += ["", f"What waits for you: {site}/tasks"]
    subject = quote(f"{counted(len(tasks), 'task')} overdue: {title}", safe="")
    body = quote("\r\n".join(lines), safe="")
    return f"mailto:{quote(person.email, safe='@')}?subject={subject}&body={body}"


def _overdue(answer: Tasks) -> list[TaskAnswer]:
    return [task for task in answer.tasks if task.urgency == Urgency.OVERDUE]


def _csv_lines(task: TaskAnswer, people: dict[str, Person]) -> Iterator[list[str]]:
    for person in task.people or ("",):
        known = people.get(person)
        yield [
            person,
            known.name if known else "",
            known.email if known else "",
            _do(task),
            task.indicator or "",
            task.title,
            task.period or "",
            task.area or "",
            task.area_name or "",
            task.due_on.isoformat() if task.due_on else "",
            str(task.days_late),
            task.why,
        ]


def _do(task: TaskAnswer) -> str:
    do = DO[Kind(task.kind)]
    return f"{do} {counted(task.values, 'value')}" if task.kind == Kind.SIGN_OFF else do


def _about(task: TaskAnswer) -> str:
    parts = [task.title, task.period_label, task.area_name]
    if task.amendment:
        parts.insert(0, f"Amendment {task.amendment}")
    return ", ".join(part for part in parts if part)


def _date(task: TaskAnswer) -> str:
    if task.due_on is None:
        return f"since {day(task.since)}" if task.since else ""
    due = f"due {day(task.due_on)}"
    return f"{due}, {counted(task.days_late, 'day')} late" if task.days_late else due


def _may_chase(reader: TaskReader, agreement: str, person: str) -> bool:
    try:
        reader.check_may_chase(agreement, person)
    except Refusal:
        return False
    return True


def _statement(agreements: Iterable[AgreementListed]) -> str:
    said = (one.statement or "This is a demonstration." for one in agreements if one.demonstration)
    return next(said, "")
