"""The ``[[comparator_groups]]`` of a set-up: lists of areas to compare with, in their order."""

from collections.abc import Iterable, Mapping

from ledger.agreement.events import CodeEntry, CodeMapSet
from ledger.setting_up.entry import Entry, read_entry
from ledger.setting_up.problems import Place, Problems, nearest, one_of
from ledger.setting_up.sheets import ComparatorGroupRow, ComparatorGroupSheet
from ledger.setting_up.tables import ReadFile, entries_in_file
from ledger.setting_up.values import Unreadable, read_value

MEMBERS, FROM = "members", "members_from"
COLUMN = "code"  # of a file of members that has several, where nothing else is said
CodeMaps = Mapping[str, CodeMapSet]  # of areas, by name


def read_comparator_groups(
    entries: Iterable[Entry], read_file: ReadFile, problems: Problems
) -> tuple[ComparatorGroupSheet, ...]:
    """The groups, each with the members of its file and those of its own. Repeats stay."""
    found = []
    for entry in entries:
        before = len(problems.found)
        row = read_entry(entry, ComparatorGroupRow, problems, besides=(MEMBERS, FROM))
        if row is None:
            continue
        members = (*_in_file(entry, row, read_file, problems), *_given(entry, problems))
        if not members and len(problems.found) == before:
            problems.add(entry.place, MEMBERS, f"list at least one area here, or in {FROM}.")
        if not all(members):
            problems.add(entry.place, MEMBERS, "an area in the list has no code.")
        found.append(
            ComparatorGroupSheet(
                code=row.code,
                title=row.title,
                members=members,
                source=row.source,
                codes=row.codes,
            )
        )
    return tuple(found)


def in_our_codes(
    group: ComparatorGroupSheet, code_maps: CodeMaps, problems: Problems
) -> tuple[str, ...]:
    """The members by our codes, where the list is by those of a code map.

    Of a code that meant several areas one after the other it is the last. What the map does not
    know is noted.
    """
    if not group.codes:
        return group.members
    place = Place(f"[[comparator_groups]] {group.code}", f"comparator_groups[{group.code}]")
    code_map = code_maps.get(group.codes)
    if code_map is None:
        known = one_of(code_maps) if code_maps else "none is set up"
        sentence = f"{group.codes!r} is no code map of areas: {known}."
        problems.add(place, "codes", sentence + nearest(group.codes, code_maps))
        return ()
    ours: dict[str, CodeEntry] = {}
    for one in code_map.entries:
        held = ours.get(one.code)
        if held is None or _later(one, held):
            ours[one.code] = one
    unknown = [code for code in dict.fromkeys(group.members) if code not in ours]
    if unknown:
        problems.add(place, MEMBERS, f"the code map {group.codes!r} lacks {one_of(unknown)}.")
        return ()
    return tuple(ours[code].ours for code in group.members)


def _later(one: CodeEntry, other: CodeEntry) -> bool:
    return other.valid_to is not None and (one.valid_to is None or one.valid_to > other.valid_to)


def _given(entry: Entry, problems: Problems) -> tuple[str, ...]:
    """The members that stand in the set-up itself."""
    try:
        members: tuple[str, ...] = read_value(entry.values.get(MEMBERS, []), tuple[str, ...])
    except Unreadable as unreadable:
        problems.add(entry.place, MEMBERS, str(unreadable))
        return ()
    return members


def _in_file(
    entry: Entry, row: ComparatorGroupRow, read_file: ReadFile, problems: Problems
) -> tuple[str, ...]:
    """The members in a CSV file beside the set-up, as its publisher wrote it."""
    if FROM not in entry.values:
        for key in ("column", "where"):
            if getattr(row, key):
                problems.add(entry.place, key, f"only a list in {FROM} has columns.")
        return ()
    table = f"{entry.place.path}.{MEMBERS}"
    lines = entries_in_file(table, entry.values[FROM], read_file, problems)
    columns = list(dict.fromkeys(column for line in lines for column in line.values))
    if not lines:
        return ()
    column = row.column or (columns[0] if len(columns) == 1 else COLUMN)
    for key, wanted in (("column", column), *(("where", each) for each in row.where)):
        if wanted not in columns:
            sentence = f"the file has no column {wanted!r}; its columns are {one_of(columns)}."
            problems.add(entry.place, key, sentence + nearest(wanted, columns))
            return ()
    chosen = [line for line in lines if row.where.items() <= line.values.items()]
    if not chosen:
        problems.add(entry.place, "where", "no row of the file is so.")
    for line in chosen:
        if column not in line.values:
            problems.add(line.place, "", f"the row has nothing in the column {column!r}.")
            return ()
    return tuple(str(line.values[column]) for line in chosen)
