"""The page of what changed between two moments, and the register of restatements."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby

import msgspec

from http_api.pages.causes import CauseTelling, ToldCause, months_before, state, told_causes
from http_api.pages.moments import Moments
from http_api.pages.reader import NOW, ClocksAsked, Reader
from http_api.pages.render import Crumb, Frame, render
from http_api.pages.vocabulary import word
from http_api.pages.words import counted, day, listed, local_day, number
from ledger.csv_text import csv_text
from policies.numbers import to_text
from policies.refusals import FromAfterTo
from projections.answers import AgreementAnswer, Clocks, StatusRow
from projections.changes import ChangedCell, Diff, Move, Restatement, Restatements
from projections.reading.ends import holds
from projections.ways import Way, way_of, weight_of

# The parts of the page, in the order in which a reader wants to know.
KINDS = (Way.WORSE.value, Way.BETTER.value, Way.OTHERWISE.value, "figures", "details")
CELLS_SHOWN, LINES_SHOWN, CELLS_OF_CSV = 20, 20, 1000
USUAL_MONTHS = 3
ALL_AREAS = "all"
EARLIER = {"a month before": 1, "three months before": 3, "a year before": 12}
CSV_COLUMNS = (
    "indicator", "title", "area", "area_name", "period",
    "before", "before_status", "after", "after_status",
    "cause", "on", "position", "actor", "reason", "then", "then_status",
)  # fmt: skip


class ToldCell(msgspec.Struct, frozen=True):
    """A cell that differs, with its causes in sentences."""

    cell: ChangedCell
    causes: tuple[ToldCause, ...]


class Group(msgspec.Struct, frozen=True):
    """An indicator and its cells that differ."""

    indicator: str
    title: str
    cells: tuple[ToldCell, ...]


class Start(msgspec.Struct, frozen=True):
    """The moment a page starts from, and why that one; "" where the reader chose it."""

    asked: str
    because: str = ""


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What the address of a page of changes says."""

    clocks: ClocksAsked
    begin: str = ""
    area: str = ""
    after: str = ""


def changes_page(reader: Reader, asked: Asked, code: str) -> str:
    """What differs between a moment and the page's own, for one area, in words."""
    agreement = reader.agreement(code, asked.clocks)
    start = start_of(reader, agreement, asked)
    area = chosen_area(agreement, asked.area)
    frame = _frame(agreement, asked.clocks, agreement.clocks, "What changed", asked)
    own_rules = not _one_policy(asked.clocks)
    common = {
        "own_rules": own_rules,
        "agreement": agreement,
        "area": area,
        "start": start,
        "earlier": _earlier(agreement),
    }
    try:
        answer = _diff(reader, asked, code, start, area, limit=CELLS_SHOWN, worst_first=True)
    except FromAfterTo as refusal:
        return render("changes.html", frame, diff=None, refused=refusal.detail, **common)
    names = reader.person_names(_people(answer))
    telling = CauseTelling(names, code, _one_policy(asked.clocks))
    told = [ToldCell(cell, told_causes(cell, telling)) for cell in answer.cells]
    return render(
        "changes.html",
        frame,
        diff=answer,
        refused="",
        summary=summary(answer, _area_name(agreement, area)),
        begin_day=local_day(answer.first.known_at),
        after=asked.after,
        groups={kind: tuple(grouped(kind, told)) for kind in KINDS},
        **common,
    )


def changes_csv(reader: Reader, asked: Asked, code: str) -> Iterator[str]:
    """The same as CSV, all of it: a line for every cause of every cell.

    What is refused is refused at once, and every page after the first is of the same moments.
    """
    agreement = reader.agreement(code, asked.clocks)
    start, area = start_of(reader, agreement, asked), chosen_area(agreement, asked.area)
    first = _diff(reader, asked, code, start, area, limit=CELLS_OF_CSV)
    known = asked.clocks.known_at
    pinned = first.last.known_at.isoformat() if known == NOW else known
    clocks = msgspec.structs.replace(asked.clocks, known_at=pinned)

    def pages() -> Iterator[Diff]:
        page = first
        yield page
        while page.next is not None:
            on = Asked(clocks=clocks, after=page.next)
            page = _diff(reader, on, code, start, area, limit=CELLS_OF_CSV)
            yield page

    cells = (cell for page in pages() for cell in page.cells)
    return csv_text(CSV_COLUMNS, (line for cell in cells for line in _csv_lines(cell)))


def restatements_page(reader: Reader, asked: Asked, code: str, *, indicator: str = "") -> str:
    """The register of what was corrected, withdrawn and restored."""
    agreement = reader.agreement(code, asked.clocks)
    area = chosen_area(agreement, asked.area)
    answer = reader.restatements(
        code,
        asked.clocks,
        indicator=indicator or None,
        area=None if area == ALL_AREAS else area,
        after=asked.after or None,
        limit=LINES_SHOWN,
    )
    kept = {"indicator": indicator} if indicator else {}
    frame = _frame(agreement, asked.clocks, answer.clocks, "Restatements", asked, kept)
    return render(
        "restatements.html",
        frame,
        agreement=agreement,
        area=area,
        area_name=_restated_in(agreement, area, answer),
        indicator=indicator,
        lines=answer.restatements,
        after=asked.after,
        next=answer.next,
        names=reader.person_names({line.actor for line in answer.restatements}),
        share=share,
    )


def start_of(reader: Reader, agreement: AgreementAnswer, asked: Asked) -> Start:
    """The moment to start from: the one asked for, else three months before the page's own.

    Where nothing was recorded in these, the day before something last was: a page should not
    begin by showing nothing.
    """
    if asked.begin:
        return Start(asked.begin)
    clocks = agreement.clocks
    usual = months_before(local_day(clocks.known_at), USUAL_MONTHS)
    last = reader.agreement(agreement.code, ClocksAsked(f"position:{clocks.known_position}"))
    recorded = local_day(last.clocks.known_at)
    if recorded > usual:
        return Start(usual.isoformat(), "You chose no day, so this starts three months before.")
    before = (recorded - timedelta(days=1)).isoformat()
    return Start(
        before,
        f"You chose no day. Nothing was recorded in the last three months, so this starts before"
        f" {day(recorded)}, when something last was.",
    )


def chosen_area(agreement: AgreementAnswer, asked: str) -> str:
    """The area asked for, or the home area, which is the first."""
    return asked or agreement.areas[0].code


def summary(answer: Diff, area_name: str) -> tuple[str, ...]:
    """The difference in a few sentences."""
    counts = answer.counts
    if not counts.changed:
        return (f"Nothing differs: {counted(counts.cells, 'figure')} for {area_name} compared.",)
    differ = "differs" if counts.figures == 1 else "differ"
    figures = f"{counts.figures:,} of {counted(counts.cells, 'figure')} for {area_name} {differ}."
    moves = [move for move in counts.moves if move.before and move.after]
    new = sum(move.count for move in counts.moves if move.before is None)
    gone = sum(move.count for move in counts.moves if move.after is None)
    return (figures, *_statuses(moves), *_came_and_went(new, gone))


def _statuses(moves: Sequence[Move]) -> Iterator[str]:
    """What became worse, then what became better, then the rest, the worst first."""
    if not moves:
        yield "No status changed."
        return
    by_way: dict[Way, list[Move]] = {Way.WORSE: [], Way.BETTER: [], Way.OTHERWISE: []}
    for move in sorted(moves, key=lambda each: weight_of(each.before, each.after)):
        by_way[way_of(move.before, move.after)].append(move)
    yield _went(by_way[Way.WORSE], "status", "became worse")
    yield _went(by_way[Way.BETTER], "status", "became better")
    if by_way[Way.OTHERWISE]:
        yield _went(by_way[Way.OTHERWISE], "other status", "changed")


def _went(moves: Sequence[Move], what: str, became: str) -> str:
    if not moves:
        return f"No {what} {became}."
    told = listed([_move(move) for move in moves])
    return f"{counted(sum(move.count for move in moves), what, f'{what}es')} {became}: {told}."


def _came_and_went(new: int, gone: int) -> Iterator[str]:
    if new:
        yield f"{counted(new, 'figure')} {'is' if new == 1 else 'are'} new."
    if gone:
        yield f"{counted(gone, 'figure')} {'is' if gone == 1 else 'are'} no longer there."


def _move(move: Move) -> str:
    return f"{move.count:,} from {word(move.before or '')} to {word(move.after or '')}"


def kind_of(cell: ChangedCell) -> str:
    """In which part of the page a cell stands: by its status, its figure, or neither.

    A status counts for most; another figure, target or direction of travel for less; the rest,
    such as a signature, can be seen by who wants to.
    """
    before, after = cell.before, cell.after
    way = way_of(*(state(row) if holds(row) else None for row in (before, after)))
    if way is not Way.NONE:
        return way.value
    if before is None or after is None or _seen(before) != _seen(after):
        return "figures"
    return "details"


def grouped(kind: str, cells: Iterable[ToldCell]) -> Iterator[Group]:
    """The cells of one part of the page by indicator, in their order."""
    members = (one for one in cells if kind_of(one.cell) == kind)
    for code, found in groupby(members, key=lambda one: one.cell.indicator):
        theirs = tuple(found)
        yield Group(code, theirs[0].cell.title, theirs)


def share(line: Restatement) -> str:
    """How large a restatement is as a percentage of the old figure; "" where that says nothing."""
    if line.relative is None:
        return ""
    return f"{number(to_text(Decimal(line.relative).scaleb(2)))}%"


def _seen(row: StatusRow) -> tuple[object, ...]:
    return row.judged, row.target, row.travel, row.stage


def _diff(
    reader: Reader,
    asked: Asked,
    code: str,
    start: Start,
    area: str,
    *,
    limit: int,
    worst_first: bool = False,
) -> Diff:
    return reader.diff(
        code,
        ClocksAsked(start.asked, _one_policy(asked.clocks) or start.asked),
        asked.clocks,
        area=None if area == ALL_AREAS else area,
        after=asked.after or None,
        limit=limit,
        worst_first=worst_first,
    )


def _one_policy(clocks: ClocksAsked) -> str:
    """The rules by which both moments are judged; "" where each is judged by its own.

    That is so where the page's own rules are those of its own moment.
    """
    return "" if clocks.policy_at == clocks.known_at else clocks.policy_at


def _earlier(agreement: AgreementAnswer) -> dict[str, date]:
    """Days to start from, in words."""
    shown = local_day(agreement.clocks.known_at)
    return {words: months_before(shown, months) for words, months in EARLIER.items()}


def _area_name(agreement: AgreementAnswer, area: str) -> str:
    if area == ALL_AREAS:
        return "all areas"
    return next((each.name for each in agreement.areas if each.code == area), area)


def _restated_in(agreement: AgreementAnswer, area: str, answer: Restatements) -> str:
    """The name of the area of a register, which may be one that left the agreement."""
    named = {line.area: line.area_name for line in answer.restatements}
    return named.get(area) or _area_name(agreement, area)


def _people(answer: Diff) -> set[str]:
    return {cause.actor for cell in answer.cells for cause in cell.causes if cause.actor}


def _csv_lines(cell: ChangedCell) -> Iterator[list[str]]:
    about = [cell.indicator, cell.title, cell.area, cell.area_name, cell.period]
    ends = [*_csv_row(cell.before), *_csv_row(cell.after)]
    for cause in cell.causes:
        position = "" if cause.position is None else str(cause.position)
        told = [cause.kind.value, cause.on.isoformat(), position, cause.actor or ""]
        yield [*about, *ends, *told, cause.reason or "", *_csv_row(cause.after)]


def _csv_row(row: StatusRow | None) -> tuple[str, str]:
    return ("", "") if row is None else (row.judged or "", state(row) or "")


def _frame(
    agreement: AgreementAnswer,
    asked: ClocksAsked,
    clocks: Clocks,
    title: str,
    about: Asked,
    kept: dict[str, str] | None = None,
) -> Frame:
    moments = Moments(asked, clocks)
    links = moments.links
    page = links.changes if title == "What changed" else links.restatements
    said = {**(kept or {}), "from": about.begin, "area": about.area, "after": about.after}
    return Frame(
        title=title,
        moments=moments,
        path=page(agreement.code).partition("?")[0],
        kept={name: value for name, value in said.items() if value},
        demonstration=(agreement.statement or "This is a demonstration.")
        if agreement.demonstration
        else "",
        crumbs=(
            Crumb("Agreements", links.home()),
            Crumb(agreement.title, links.board(agreement.code)),
            Crumb(title),
        ),
        section="agreements",
    )
