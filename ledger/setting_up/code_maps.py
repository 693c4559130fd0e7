"""The ``[[code_maps]]`` of a set-up: what others call areas and indicators, and since when."""

from collections.abc import Iterable
from datetime import date
from itertools import combinations, pairwise

from ledger.agreement.events import CodeEntry, CodeMapSet
from ledger.setting_up.entry import Entry, read_entry
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import CodeMapRow
from ledger.setting_up.tables import ReadFile, entries_in_file
from policies.texts import plain_name

ENTRIES, FROM = "entries", "entries_from"
NAMES = "names"  # the map of names, which are read without regard to case and blanks


def read_code_maps(
    entries: Iterable[Entry], read_file: ReadFile, problems: Problems
) -> tuple[CodeMapSet, ...]:
    """The code maps, each with the entries of its file and those of its own."""
    found = []
    for entry in entries:
        row = read_entry(entry, CodeMapRow, problems, besides=(ENTRIES, FROM))
        codes = _codes(entry, read_file, problems)
        if not codes and entry.values.keys().isdisjoint({ENTRIES, FROM}):
            problems.add(entry.place, ENTRIES, f"this is needed, or {FROM}.")
        if row is not None:
            found.append(CodeMapSet(name=row.name, kind=row.kind, entries=codes))
    return tuple(found)


def _codes(entry: Entry, read_file: ReadFile, problems: Problems) -> tuple[CodeEntry, ...]:
    given = _given(entry, problems)
    if FROM in entry.values:
        table = f"{entry.place.path}.{ENTRIES}"
        given = [*entries_in_file(table, entry.values[FROM], read_file, problems), *given]
    codes = []
    for one in given:
        read = read_entry(one, CodeEntry, problems)
        if read is None:
            continue
        if not read.code or not read.ours:
            problems.add(one.place, "", "both their code and ours are needed.")
        codes.append(read)
    _check_apart(codes, entry.place, problems)
    if (entry.values.get("kind"), entry.values.get("name")) == ("area", NAMES):
        _check_names_apart(codes, entry.place, problems)
    return tuple(codes)


def _given(entry: Entry, problems: Problems) -> list[Entry]:
    """The entries that stand in the set-up: a table of code and ours, or a list of tables."""
    given = entry.values.get(ENTRIES, {})
    if isinstance(given, dict):
        given = [{"code": code, "ours": ours} for code, ours in given.items()]
    if not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        problems.add(entry.place, ENTRIES, "write a table of their code and ours.")
        return []
    places = (f"{entry.place.path}.{ENTRIES}[{one.get('code', n)}]" for n, one in enumerate(given))
    words = f"{entry.place}, {ENTRIES}"
    return [
        Entry(Place(f"{words} {one.get('code', '')}".strip(), path), one)
        for one, path in zip(given, places, strict=True)
    ]


def _check_apart(codes: Iterable[CodeEntry], place: Place, problems: Problems) -> None:
    """Note a code that would have two meanings on one day, or an entry that never holds."""
    by_code: dict[str, list[tuple[date, date]]] = {}
    for one in codes:
        days = (one.valid_from or date.min, one.valid_to or date.max)
        by_code.setdefault(one.code, []).append(days)
        if days[0] > days[1]:
            problems.add(place, ENTRIES, f"{one.code!r} ends before it begins.")
    for code, spans in by_code.items():
        if any(after[0] <= before[1] for before, after in pairwise(sorted(spans))):
            problems.add(place, ENTRIES, f"{code!r} has two meanings at the same time.")


def _check_names_apart(codes: Iterable[CodeEntry], place: Place, problems: Problems) -> None:
    """Note names of areas that are alike but for case and blanks, which a file is read without,
    and mean two areas on one day."""
    by_name: dict[str, list[CodeEntry]] = {}
    for one in codes:
        by_name.setdefault(plain_name(one.code), []).append(one)
    for alike in by_name.values():
        for first, second in combinations(alike, 2):
            if first.code != second.code and first.ours != second.ours and _meet(first, second):
                detail = (
                    f"{first.code!r} and {second.code!r} are one name, since case and blanks do"
                    " not count, and it has two meanings at the same time."
                )
                problems.add(place, ENTRIES, detail)
                break


def _meet(one: CodeEntry, other: CodeEntry) -> bool:
    """Whether there is a day on which both hold."""
    begin = max(one.valid_from or date.min, other.valid_from or date.min)
    return begin <= min(one.valid_to or date.max, other.valid_to or date.max)
