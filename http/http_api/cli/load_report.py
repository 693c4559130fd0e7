"""What became of a file, for a person at a terminal: what to act on, and the first rows of each."""

from collections.abc import Iterable

from rich.table import Table

from http_api.console import out
from ledger.load.state import Stage
from ledger.loading.document import LoadDocument
from ledger.loading.named import NamedCounts
from ledger.loading.outcomes import Outcome
from ledger.loading.summary import MovedRow, RowShown
from policies.texts import cut

ROWS_TOLD = 3  # of the corrections, of the recorded marks, and of each warning
CELLS_TOLD = 8
INDICATORS_TOLD = 20
CHECKED_TOLD = 12  # characters of a digest, which tell checks of one load apart


def show(document: LoadDocument) -> None:
    """The load document for a person."""
    if document.refusal:
        _say(f"{document.file}: refused.")
        _say(document.refusal.detail)
        return
    _say(f"{document.file}: {_rows(document.rows)}, {document.state}")
    table = Table()
    table.add_column("outcome")
    table.add_column("rows", justify="right")
    for outcome in Outcome:
        table.add_row(outcome.value, f"{getattr(document.counts, outcome.value):,}")
    out.print(table)
    if document.unit_changed:
        _say(f"Not loaded (unit-changed): {document.unit_changed}")
    _show_refused(document)
    _show_replaced("corrected", document.corrected, document.counts.correction)
    _show_replaced("recorded as missing", document.recorded, document.recorded_rows)
    _show_warnings(document)
    _show_indicators(document.indicators)
    _show_end(document)


def _say(sentence: str) -> None:
    """A line as it is: what stands in a file, or in its name, gives no orders to the terminal."""
    out.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _rows(number: int) -> str:
    return f"{number:,} row{'' if number == 1 else 's'}"


def _show_refused(document: LoadDocument) -> None:
    """Refused rows, those with the same sentence together."""
    for outcome, rows in document.refused.items():
        alike: dict[tuple[str, str], list[str]] = {}
        for row in rows:
            alike.setdefault((row.code, row.detail), []).append(str(row.row))
        for (code, detail), numbers in alike.items():
            named = f"row{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"
            _say(f"{named}: {outcome}, {code}: {detail}")
    told = sum(map(len, document.refused.values()))
    if document.refused_rows > told:
        _say(f"{told} of {document.refused_rows:,} refused rows are told; --rows FILE has all.")


def _show_replaced(what: str, rows: Iterable[RowShown], number: int) -> None:
    """Rows that take the place of an entry: what it was, and the row as sent."""
    for row in tuple(rows)[:ROWS_TOLD]:
        was = f"was {row.was} (entry {row.replaces})" if row.replaces else "was nothing"
        becomes = f"becomes {row.becomes}" if row.becomes else "becomes"
        _say(f"row {row.row}: {what}: {was}, {becomes}: {_as_sent(row)}")
    if number > ROWS_TOLD:
        _say(f"{number - ROWS_TOLD:,} more {what}.")


def _of(outcome: Outcome, replaces: str) -> str:
    """What becomes of a row, and of which entry."""
    return f"{outcome} of {replaces}" if replaces else outcome


def _as_sent(row: RowShown | MovedRow) -> str:
    texts = [cut(text) for text in row.data.values() if text]
    return " · ".join(texts[:CELLS_TOLD])


def _show_warnings(document: LoadDocument) -> None:
    """Each warning, and the first rows it is about."""
    for warning in document.warnings:
        _say(f"Note ({warning.code}): {warning.detail}")
        for row in document.warned.get(warning.code, ())[:ROWS_TOLD]:
            details = [one.detail for one in row.warnings if one.code == warning.code]
            _say(f"  row {row.row}: {_as_sent(row)}: {' '.join(details)}")


def _show_indicators(indicators: Iterable[NamedCounts]) -> None:
    """How the rows ended of each indicator of which something is recorded or refused."""
    told = [one for one in indicators if one.recorded or one.refused or _is_news(one)]
    if not told:
        return
    words = ("new", "correction", "unchanged", "missing", "refused")
    table = Table()
    table.add_column("indicator in the file")
    for word in words:
        table.add_column(word, justify="right")
    for one in told[:INDICATORS_TOLD]:
        numbers = [getattr(one.counts, word) for word in words[:-1]]
        name = out.render_str(cut(one.indicator) or "(none named)", markup=False, highlight=False)
        table.add_row(name, *(f"{number:,}" for number in (*numbers, one.refused or 0)))
    out.print(table)
    if len(told) > INDICATORS_TOLD:
        _say(f"{len(told) - INDICATORS_TOLD:,} more indicators.")


def _is_news(named: NamedCounts) -> bool:
    return bool(named.counts.new or named.counts.correction)


def _show_end(document: LoadDocument) -> None:
    if document.set_aside:
        _say(
            f"{_rows(document.set_aside)} set aside, since they are no longer as they were checked:"
            " load the file again to see what differs."
        )
    if document.withdrawal:
        gone = document.withdrawal
        _say(
            f"Taken back: entries that went: {gone.withdrawn:,}; earlier ones that hold again:"
            f" {gone.restored:,}; left, since others had replaced them: {gone.kept:,}."
        )
    elif document.positions:
        first, last = document.positions[0], document.positions[-1]
        where = f"position {first:,}" if first == last else f"positions {first:,} to {last:,}"
        _say(f"Entries recorded: {document.entries:,}, at {where}.")
    elif document.state == Stage.COMMITTED:
        _say("Nothing in it was new: nothing was recorded.")
    if document.load:
        _say(f"Load {document.load}.")
    if document.load and document.state == Stage.CHECKED:
        _show_how(document)


def _show_how(document: LoadDocument) -> None:
    """What can be done with a load that waits."""
    if document.moved_rows:
        _say(f"{_rows(document.moved_rows)} judged otherwise than before, since the ledger moved.")
    for row in document.moved[:ROWS_TOLD]:
        before, now = _of(row.before, row.before_replaces), _of(row.outcome, row.replaces)
        _say(
            f"row {row.row}: was {before}, is {now} by now: {_as_sent(row)}. {row.detail}".rstrip()
        )
    which = f"{document.load} --agreement {document.agreement}"
    checked = f" --checked {document.checked.digest[:CHECKED_TOLD]}" if document.checked else ""
    unit = " --confirm-unit" if document.unit_changed else ""
    _say(f"It waits. To record it: outturn loads commit {which}{checked}{unit}")
    _say(f"To give it up: outturn loads abandon {which}")
