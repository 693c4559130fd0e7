"""The ``[[comparator_groups]]`` of a set-up: lists of areas to compare with, in their order."""

from collections.abc import Iterable

from ledger.setting_up.entry import Entry, read_entry
from ledger.setting_up.problems import Problems
from ledger.setting_up.sheets import ComparatorGroupRow, ComparatorGroupSheet
from ledger.setting_up.tables import ReadFile, entries_in_file
from ledger.setting_up.values import Unreadable, read_value

MEMBERS, FROM = "members", "members_from"
COLUMN = "code"  # of a file of members, where it has several columns


def read_comparator_groups(
    entries: Iterable[Entry], read_file: ReadFile, problems: Problems
) -> tuple[ComparatorGroupSheet, ...]:
    """The groups, each with the members of its file and those of its own. Repeats stay."""
    found = []
    for entry in entries:
        row = read_entry(entry, ComparatorGroupRow, problems, besides=(MEMBERS, FROM))
        before = len(problems.found)
        members = (*_in_file(entry, read_file, problems), *_given(entry, problems))
        if not members and len(problems.found) == before:
            problems.add(entry.place, MEMBERS, f"list at least one area here, or in {FROM}.")
        if not all(members):
            problems.add(entry.place, MEMBERS, "an area in the list has no code.")
        if row is not None:
            found.append(
                ComparatorGroupSheet(
                    code=row.code, title=row.title, members=members, source=row.source
                )
            )
    return tuple(found)


def _given(entry: Entry, problems: Problems) -> tuple[str, ...]:
    """The members that stand in the set-up itself."""
    try:
        members: tuple[str, ...] = read_value(entry.values.get(MEMBERS, []), tuple[str, ...])
    except Unreadable as unreadable:
        problems.add(entry.place, MEMBERS, str(unreadable))
        return ()
    return members


def _in_file(entry: Entry, read_file: ReadFile, problems: Problems) -> tuple[str, ...]:
    """The members in a CSV file beside the set-up: its column ``code``, or its only one."""
    if FROM not in entry.values:
        return ()
    table = f"{entry.place.path}.{MEMBERS}"
    rows = entries_in_file(table, entry.values[FROM], read_file, problems)
    columns = {column for row in rows for column in row.values}
    column = next(iter(columns)) if len(columns) == 1 else COLUMN
    for row in rows:
        if column not in row.values:
            sentence = f"the row has nothing in the column {COLUMN}, where an area is named."
            problems.add(row.place, "", sentence)
            return ()
    return tuple(str(row.values[column]) for row in rows)
