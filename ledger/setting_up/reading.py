"""Read a set-up file as a whole: every table, every entry, every reference between them."""

from collections.abc import Iterable, Mapping
from typing import TypeVar

import msgspec

from ledger.agreement.events import (
    AgreementDefined,
    Area,
    BasketSet,
    BlockSet,
    BodyFormed,
    OutcomeSet,
    PartnerJoined,
    PrioritySet,
    RoleAssigned,
)
from ledger.person import Person
from ledger.setting_up.adopted import read_policies
from ledger.setting_up.code_maps import read_code_maps
from ledger.setting_up.comparator_groups import read_comparator_groups
from ledger.setting_up.crossing import check_references
from ledger.setting_up.entry import Entry, read_entry
from ledger.setting_up.indicators import read_indicators, read_targets
from ledger.setting_up.problems import Place, Problems
from ledger.setting_up.sheets import AgreementRow, RoleRow, SetUp
from ledger.setting_up.tables import LISTS, ReadFile, entries_of, read_document

S = TypeVar("S", bound=msgspec.Struct)
AGREEMENT = Place("[agreement]", "agreement")


def read_set_up(text: str, read_file: ReadFile) -> SetUp:
    """Read a set-up from TOML.

    ``read_file`` answers the text of a CSV file the set-up names, relative to the set-up.
    Raises BadSetup with every problem found, each naming the table, the entry, the key and what
    is allowed.
    """
    problems = Problems()
    document = read_document(text, problems)
    entries = {table: entries_of(document, table, read_file, problems) for table in LISTS}
    agreement = _agreement(document.get("agreement"), problems)
    indicators = read_indicators(entries["indicators"], problems)
    definitions = {sheet.code: sheet.definition for sheet in indicators}
    targets = read_targets(entries["targets"], definitions, problems)
    people = _all(entries["people"], Person, problems)
    roles = _roles(entries["roles"], people, problems)
    partners = _all(entries["partners"], PartnerJoined, problems)
    bodies = _all(entries["bodies"], BodyFormed, problems)
    blocks = _all(entries["blocks"], BlockSet, problems)
    priorities = _all(entries["priorities"], PrioritySet, problems)
    outcomes = _all(entries["outcomes"], OutcomeSet, problems)
    policies = read_policies(document.get("policies", {}), problems)
    code_maps = read_code_maps(entries["code_maps"], read_file, problems)
    baskets = _all(entries["baskets"], BasketSet, problems)
    groups = read_comparator_groups(entries["comparator_groups"], read_file, problems)
    check_references(entries, agreement, problems)
    if agreement is None or problems.found:
        raise problems.refusal()
    return SetUp(
        agreement=agreement,
        partners=partners,
        bodies=bodies,
        people=people,
        roles=roles,
        blocks=blocks,
        priorities=priorities,
        outcomes=outcomes,
        indicators=indicators,
        targets=targets,
        policies=policies,
        code_maps=code_maps,
        comparator_groups=groups,
        baskets=baskets,
    )


def _all(entries: Iterable[Entry], shape: type[S], problems: Problems) -> tuple[S, ...]:
    read = (read_entry(entry, shape, problems) for entry in entries)
    return tuple(row for row in read if row is not None)


def _roles(
    entries: Iterable[Entry], people: Iterable[Person], problems: Problems
) -> tuple[RoleAssigned, ...]:
    """Each role with the partner its person belongs to."""
    partners = {person.id: person.partner for person in people}
    rows = []
    for entry in entries:
        row = read_entry(entry, RoleRow, problems)
        if row is None:
            continue
        if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
            problems.add(
                entry.place, "valid_to", f"this is before {row.valid_from}, the first day."
            )
        rows.append(row)
    return tuple(
        RoleAssigned(
            person=row.person,
            role=row.role,
            scope=row.scope,
            partner=partners.get(row.person, ""),
            valid_from=row.valid_from,
            valid_to=row.valid_to,
        )
        for row in rows
    )


def _agreement(given: object, problems: Problems) -> AgreementDefined | None:
    if not isinstance(given, dict):
        problems.add(AGREEMENT, "", "this table is needed, once, in single brackets.")
        return None
    row = read_entry(Entry(AGREEMENT, given), AgreementRow, problems, besides=("areas",))
    areas = _areas(given, problems)
    if row is None:
        return None
    if row.start >= row.end:
        problems.add(AGREEMENT, "end", f"the agreement must end after it starts, on {row.start}.")
    return AgreementDefined(
        code=row.code,
        title=row.title,
        start=row.start,
        end=row.end,
        accountable_body=row.accountable_body,
        calendar=row.calendar.value,
        areas=areas,
    )


def _areas(agreement: Mapping[str, object], problems: Problems) -> tuple[Area, ...]:
    """Areas as codes, or as tables of code and name. The first is the home area."""
    given = agreement.get("areas")
    if not isinstance(given, list) or not given:
        sentence = 'list the areas, the home area first, as codes or as {code = "…", name = "…"}.'
        problems.add(AGREEMENT, "areas", sentence)
        return ()
    areas: dict[str, Area] = {}
    for number, item in enumerate(given, start=1):
        values = {"code": item, "name": item} if isinstance(item, str) else item
        place = Place(f"[agreement], areas number {number}", f"agreement.areas[{number}]")
        if not isinstance(values, dict):
            problems.add(place, "", 'this must be a code, or {code = "…", name = "…"}.')
            continue
        area = read_entry(Entry(place, values), Area, problems)
        if area is not None and area.code in areas:
            problems.add(place, "", f"{area.code} stands in the list twice.")
        elif area is not None:
            areas[area.code] = area
    _check_within(areas, problems)
    return tuple(areas.values())


def _check_within(areas: Mapping[str, Area], problems: Problems) -> None:
    """A part is of another area of the list, and never of its own parts."""
    for number, area in enumerate(areas.values(), start=1):
        place = Place(f"[agreement], areas number {number}", f"agreement.areas[{number}]")
        if area.within and area.within not in areas:
            problems.add(
                place, "within", f"{area.within!r} is not another area of this list, by its code."
            )
        elif area.code in _around(areas, area):
            problems.add(place, "within", f"{area.code} would lie within itself.")


def _around(areas: Mapping[str, Area], area: Area) -> set[str]:
    """The areas that an area lies within, one around the other."""
    found: set[str] = set()
    while area.within in areas and area.within not in found:
        found.add(area.within)
        area = areas[area.within]
    return found
