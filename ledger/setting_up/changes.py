"""What a set-up would change: the events that lead from what is recorded to what it says.

A set-up adds and replaces. What it does not name stays as it is: nobody loses a role, and no
target goes, by being left out of a file.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from ledger.agreement.events import (
    ComparatorGroupSet,
    IndicatorPlaced,
    PolicyAdopted,
    RoleAssigned,
)
from ledger.agreement.state import Adopted, Agreement, grant_of
from ledger.event import Event, agreement_id
from ledger.indicator.events import (
    IndicatorDefined,
    IndicatorRedefined,
    IndicatorRetired,
    Target,
    TargetsSet,
)
from ledger.indicator.state import Indicator
from ledger.person import Person
from ledger.setting_up.adopted import kind_of
from ledger.setting_up.comparator_groups import in_our_codes
from ledger.setting_up.judgeable import check_held_stretches, check_targets
from ledger.setting_up.problems import Place, Problems, nearest
from ledger.setting_up.sealed import check_unsealed
from ledger.setting_up.sheets import IndicatorSheet, SetUp
from policies.definition import Definition
from policies.periods import parse_code
from policies.retirement import ALL, begins, is_retired, words_of
from policies.weights import unknown_weights

NOBODY: Mapping[str, Person] = {}


class Change(msgspec.Struct, frozen=True):
    """Something new, and what it takes the place of; None where there was nothing.

    ``indicator`` is set where it is a definition, a target or a retirement; ``lapsing`` is how many
    sign-offs lapse with it.
    """

    new: Event | Person | Definition | Target
    old: Event | Person | Definition | Target | None = None
    indicator: str = ""
    lapsing: int = 0


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """Events for the agreement, events by indicator, and rows for the table of people."""

    agreement: tuple[Event, ...]
    indicators: dict[str, tuple[Event, ...]]
    people: tuple[Person, ...]
    each: tuple[Change, ...]  # the same, one by one, beside what it replaces

    @property
    def empty(self) -> bool:
        """Whether the set-up already holds."""
        return not self.each


def changes(
    set_up: SetUp,
    agreement: Agreement | None,
    indicators: Mapping[str, Indicator],
    people: Mapping[str, Person] = NOBODY,
) -> Changes:
    """What is to be recorded so that the set-up holds; nothing when it already does.

    ``agreement`` and ``indicators`` are the folds of what is recorded (None and {} before the
    first set-up), ``people`` the rows of the table. A person whose name and address were erased
    stays erased. Raises BadSetup, with every problem, for what the record does not allow: a
    policy version given again with other settings, a target that could never be judged, a
    definition that turns a stretch target round, a change to a retired indicator or to when it is
    retired. Raises Sealed where nothing is wrong but changes that a sealed agreement makes only
    through change control.
    """
    held = agreement or Agreement(agreement_id(set_up.agreement.code))
    problems = Problems()
    retirements = _retirements(set_up, indicators)
    check_targets(set_up, held, retirements, problems)
    if held.sealed is None:
        check_held_stretches(set_up, indicators, retirements, problems)
    policies = list(_policies(set_up, held, problems))
    body = [*_structure(set_up, held, problems), *policies]
    by_indicator = {}
    for sheet, targets in _with_targets(set_up):
        mine = list(_of_indicator(sheet, targets, indicators.get(sheet.code), problems))
        if mine:
            by_indicator[sheet.code] = mine
    if held.sealed is not None:
        for one in (*policies, *(one for mine in by_indicator.values() for one in mine)):
            check_unsealed(one.new, one.old, one.indicator, indicators, problems)
    if problems.found:
        raise problems.refusal()
    persons = [*_people(set_up.people, people)]
    return Changes(
        agreement=tuple(one.new for one in body if isinstance(one.new, Event)),
        indicators={
            code: tuple(_events(set_up.agreement.code, code, mine))
            for code, mine in by_indicator.items()
        },
        people=tuple(one.new for one in persons if isinstance(one.new, Person)),
        each=(*body, *(one for mine in by_indicator.values() for one in mine), *persons),
    )


def _structure(set_up: SetUp, held: Agreement, problems: Problems) -> Iterator[Change]:
    """The agreement's sheet, its parts, its placements and its roles, in an order that reads."""
    if held.sheet != set_up.agreement:
        yield Change(set_up.agreement, held.sheet)
    parts: tuple[tuple[Iterable[Event], Mapping[str, Event]], ...] = (
        (set_up.partners, held.partners),
        (set_up.blocks, held.blocks),
        (set_up.priorities, held.priorities),
        (set_up.outcomes, held.outcomes),
        (set_up.bodies, held.bodies),
        (set_up.baskets, held.baskets),
    )
    for given, recorded in parts:
        for part in given:
            old = recorded.get(str(getattr(part, "code", "")))
            if old != part:
                yield Change(part, old)
    yield from _code_maps(set_up, held)
    yield from _comparator_groups(set_up, held, problems)
    for sheet in set_up.indicators:
        outcome = held.placements.get(sheet.code)
        if outcome != sheet.outcome:
            before = outcome and IndicatorPlaced(indicator=sheet.code, outcome=outcome)
            placed = IndicatorPlaced(indicator=sheet.code, outcome=sheet.outcome)
            yield Change(placed, before or None)
    for role in set_up.roles:
        grant = held.grants.get((role.person, role.role, role.scope))
        if grant != grant_of(role):
            yield Change(role, RoleAssigned(**msgspec.structs.asdict(grant)) if grant else None)


def _code_maps(set_up: SetUp, held: Agreement) -> Iterator[Change]:
    for code_map in set_up.code_maps:
        old = held.code_maps.get((code_map.kind, code_map.name))
        if old != code_map:
            yield Change(code_map, old)


def _comparator_groups(set_up: SetUp, held: Agreement, problems: Problems) -> Iterator[Change]:
    """The groups that are new or differ, each as the next version of its code."""
    code_maps = (*held.code_maps.values(), *set_up.code_maps)
    of_areas = {one.name: one for one in code_maps if one.kind == "area"}
    for group in set_up.comparator_groups:
        old = held.comparator_groups.get(group.code)
        new = ComparatorGroupSet(
            code=group.code,
            title=group.title,
            version=old.version if old else 1,
            members=in_our_codes(group, of_areas, problems),
            source=group.source,
        )
        if old is None:
            yield Change(new)
        elif old != new:
            yield Change(msgspec.structs.replace(new, version=old.version + 1), old)


def _policies(set_up: SetUp, held: Agreement, problems: Problems) -> Iterator[Change]:
    for policy in set_up.policies:
        kind = kind_of(policy)
        same = _version(held.policies[kind], policy.version)
        if same is None:
            _check_weights(set_up, held, policy, problems)
            yield Change(policy)
        elif msgspec.structs.replace(same, amendment=0) != policy:  # however it was adopted
            place = Place(f"[policies.{kind}]", f"policies.{kind}")
            sentence = f"{policy.version!r} was adopted with other settings: give a new version."
            problems.add(place, "version", sentence)


def _check_weights(
    set_up: SetUp, held: Agreement, policy: PolicyAdopted, problems: Problems
) -> None:
    codes = {*held.placements, *(sheet.code for sheet in set_up.indicators)}
    kind = kind_of(policy)
    for code in unknown_weights(policy.settings, codes):
        place = Place(f"[policies.{kind}]", f"policies.{kind}")
        sentence = f"the agreement has no indicator {code!r}."
        problems.add(place, "weights", sentence + nearest(code, sorted(codes)))


def _version(adopted: Iterable[Adopted], version: str) -> PolicyAdopted | None:
    found = (one.event for one in adopted if one.event.version == version)
    return next(found, None)


def _with_targets(set_up: SetUp) -> list[tuple[IndicatorSheet, list[Target]]]:
    targets: dict[str, list[Target]] = {}
    for sheet in set_up.targets:
        targets.setdefault(sheet.indicator, []).append(sheet.target)
    return [(sheet, targets.get(sheet.code, [])) for sheet in set_up.indicators]


def _of_indicator(
    sheet: IndicatorSheet, targets: Iterable[Target], state: Indicator | None, problems: Problems
) -> Iterator[Change]:
    """A definition, targets and a retirement that are new or differ."""
    place = Place(f"[[indicators]] {sheet.code}", f"indicators[{sheet.code}]")
    old = state.definition if state else None
    held = state.targets if state else {}
    signed = sum(held.signature is not None for held in state.entries.values()) if state else 0
    found = [] if old == sheet.definition else [Change(sheet.definition, old, sheet.code, signed)]
    for target in targets:
        before = held.get((target.area, target.period))
        if before is None or before.target != target:
            found.append(Change(target, before.target if before else None, sheet.code))
    since = state.retired_from if state else None
    if found and since == ALL:
        problems.add(place, "", "this indicator is retired and takes no more changes.")
    yield from found
    yield from _retirement(sheet, since, place, problems)
    retired = _retired_from(sheet, state)
    for one in found:
        if retired and isinstance(one.new, Target) and _is_of(one.new, retired):
            sentence = f"{sheet.code} is retired{words_of(retired)}: leave this target out."
            code = f"{sheet.code} {one.new.area} {one.new.period}"
            problems.add(Place(f"[[targets]] {code}", f"targets[{code}]"), "period", sentence)


def _retirements(set_up: SetUp, indicators: Mapping[str, Indicator]) -> dict[str, str | None]:
    """From which period on each indicator will be retired; None for one that is not."""
    return {
        sheet.code: _retired_from(sheet, indicators.get(sheet.code)) for sheet in set_up.indicators
    }


def _retired_from(sheet: IndicatorSheet, state: Indicator | None) -> str | None:
    """The retirement that is recorded stays; else the one that the file brings."""
    since = state.retired_from if state else None
    return (sheet.retired_from or None) if since is None else since


def _retirement(
    sheet: IndicatorSheet, since: str | None, place: Place, problems: Problems
) -> Iterator[Change]:
    """A retirement that is new. One that is recorded stays where it is, and when left out too."""
    given = sheet.retired_from
    if given and since is None:
        yield Change(IndicatorRetired(from_period=given), None, sheet.code)
    elif given and begins(given) != begins(since or ALL):  # else other periods, from the same day
        sentence = (
            f"{sheet.code} is retired{words_of(since or ALL)} already, which can be neither moved"
            " nor taken back: leave this as it was, or out."
        )
        problems.add(place, "retired_from", sentence)


def _is_of(target: Target, since: str) -> bool:
    """Whether a target is for a retired period; a code that is none was noted before."""
    return is_retired(since, parse_code(target.period))


def _events(agreement: str, code: str, found: Sequence[Change]) -> Iterator[Event]:
    targets = []
    for change in found:
        if isinstance(change.new, Definition) and change.old is None:
            yield IndicatorDefined(agreement=agreement, code=code, definition=change.new)
        elif isinstance(change.new, Definition):
            yield IndicatorRedefined(definition=change.new)
        elif isinstance(change.new, Target):
            targets.append(change.new)
    if targets:
        yield TargetsSet(targets=tuple(targets))
    yield from (change.new for change in found if isinstance(change.new, IndicatorRetired))


def _people(given: Iterable[Person], rows: Mapping[str, Person]) -> Iterator[Change]:
    for person in given:
        row = rows.get(person.id)
        erased = row is not None and not row.name and not row.email
        if row != person and not erased:
            yield Change(person, row)
