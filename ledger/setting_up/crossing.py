"""The references of a set-up: what one table names must stand in another."""

from collections.abc import Collection, Mapping

from ledger.agreement.events import AgreementDefined
from ledger.person_checks import faults
from ledger.setting_up.entry import Entry
from ledger.setting_up.problems import Place, Problems, nearest, one_of

BODY_KINDS = ("board", "thematic-group", "district-partnership", "scrutiny", "reviewing-body")
SCOPES = ("blocks", "outcomes", "indicators")  # with the agreement: what a role can be held over
CODED = (
    "partners",
    "bodies",
    "blocks",
    "priorities",
    "outcomes",
    "indicators",
    "comparator_groups",
    "baskets",
)
CODE_LENGTH = 100
Entries = Mapping[str, list[Entry]]


def check_references(
    entries: Entries, agreement: AgreementDefined | None, problems: Problems
) -> None:
    """Note every code that is given twice, is no code, or names what the set-up does not have."""
    for table, given in entries.items():
        _check_unique(table, given, problems)
    _check_scopes(entries, agreement, problems)
    for person in entries["people"]:
        for key, sentence in faults(person.values).items():
            problems.add(person.place, key, f"{sentence[0].lower()}{sentence[1:]}")
    unread = any(problem.field.endswith("indicators_from") for problem in problems.found)
    for table, key, allowed, among in _references(entries, agreement):
        if unread and among == "[[indicators]]":
            continue  # every one that is named would seem to be missing
        for entry in entries[table]:
            _check_known(entry, key, allowed, among, problems)


def _references(
    entries: Entries, agreement: AgreementDefined | None
) -> list[tuple[str, str, Collection[str], str]]:
    """Table, key, the words allowed there, and what they are, for a sentence."""
    codes = {table: [entry.code for entry in given] for table, given in entries.items()}
    scopes = [code for table in SCOPES for code in codes[table]]
    references: list[tuple[str, str, Collection[str], str]] = [
        ("bodies", "kind", BODY_KINDS, "the kinds of body"),
        ("bodies", "blocks", codes["blocks"], "[[blocks]]"),
        ("people", "partner", codes["partners"], "[[partners]]"),
        ("roles", "person", codes["people"], "[[people]]"),
        ("outcomes", "block", codes["blocks"], "[[blocks]]"),
        ("outcomes", "lead", codes["partners"], "[[partners]]"),
        ("outcomes", "priorities", codes["priorities"], "[[priorities]]"),
        ("indicators", "outcome", codes["outcomes"], "[[outcomes]]"),
        ("indicators", "proxy", codes["indicators"], "[[indicators]]"),
        ("baskets", "indicators", codes["indicators"], "[[indicators]]"),
        ("targets", "indicator", codes["indicators"], "[[indicators]]"),
    ]
    if agreement is not None:
        areas = [area.code for area in agreement.areas]
        scopes.insert(0, agreement.code)
        references += [
            ("roles", "scope", scopes, "the agreement, blocks, outcomes and indicators"),
            ("targets", "area", areas, "the areas of the agreement"),
        ]
    return references


def _check_known(
    entry: Entry, key: str, allowed: Collection[str], among: str, problems: Problems
) -> None:
    """Note each word a key gives that is not allowed; whether it is text is judged elsewhere."""
    given = entry.values.get(key, "")
    for word in given if isinstance(given, list) else [given]:
        if isinstance(word, str) and word and word not in allowed:
            listed = one_of(allowed) if allowed else "the file has none"
            sentence = f"{word!r} is not one of {among}: {listed}."
            problems.add(entry.place, key, sentence + nearest(word, allowed))


def _check_unique(table: str, entries: list[Entry], problems: Problems) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry.code in seen:
            problems.add(entry.place, "", f"this stands in [[{table}]] twice.")
        elif entry.code:
            seen.add(entry.code)
        if table in CODED and isinstance(entry.values.get("code"), str):
            _check_code(entry.code, entry.place, problems)


def _check_code(code: str, place: Place, problems: Problems) -> None:
    """Note a code that could not stand in an address or be told from its neighbours."""
    plain = code.isprintable() and code == code.strip() and "/" not in code
    if not (plain and 0 < len(code) <= CODE_LENGTH):
        sentence = f"1 to {CODE_LENGTH} visible characters, without '/' or blanks around them."
        problems.add(place, "code", f"{code!r} is not a code: use {sentence}")


def _check_scopes(entries: Entries, agreement: AgreementDefined | None, problems: Problems) -> None:
    """A role's scope is a bare code, so what it can name must be told apart by it."""
    used: dict[str, str] = {}
    if agreement is not None:
        _check_code(agreement.code, Place("[agreement]", "agreement"), problems)
        used[agreement.code] = "the agreement"
    for table in SCOPES:
        for entry in entries[table]:
            holder = used.setdefault(entry.code, f"an entry of [[{table}]]")
            if entry.code and holder != f"an entry of [[{table}]]":
                sentence = f"{holder} has this code too: a role's scope could mean either."
                problems.add(entry.place, "code", sentence)
