"""The indicators and targets of a set-up, each read and checked by itself."""

from collections.abc import Mapping

from ledger.indicator.events import Target
from ledger.setting_up.entry import Entry, read_both
from ledger.setting_up.problems import Problems
from ledger.setting_up.profiles import spread_of
from ledger.setting_up.sheets import IndicatorSheet, PlacementRow, TargetRow, TargetSheet
from policies.definition import Definition, checked
from policies.fitting import not_own
from policies.periods import first_beginning, parse_code
from policies.refusals import BadSetup, UnknownPeriod
from policies.reward import is_stretch


def read_indicators(entries: list[Entry], problems: Problems) -> tuple[IndicatorSheet, ...]:
    """The indicators whose definition holds together; the others are noted."""
    sheets = []
    for entry in entries:
        both = read_both(entry, PlacementRow, Definition, problems)
        if both is None:
            continue
        placement, definition = both
        try:
            checked(definition)
        except BadSetup as refusal:
            problems.add(entry.place, refusal.field, refusal.detail)
            continue
        sheets.append(
            IndicatorSheet(
                code=placement.code,
                outcome=placement.outcome,
                definition=definition,
                retired_from=_retired_from(entry, placement.retired_from, definition, problems),
            )
        )
    return tuple(sheets)


def _retired_from(entry: Entry, code: str, definition: Definition, problems: Problems) -> str:
    """The first of an indicator's periods that begins in or after the one given, as amendments
    tell it: so one column serves indicators of months and of years."""
    if not code:
        return ""
    try:
        begins = parse_code(code).start
    except UnknownPeriod as unknown:
        problems.add(entry.place, "retired_from", unknown.detail)
        return ""
    d = definition
    return first_beginning(begins, d.calendar, d.interval, d.pooled_years).code


def read_targets(
    entries: list[Entry], definitions: Mapping[str, Definition], problems: Problems
) -> tuple[TargetSheet, ...]:
    """The targets that can be read; those that do not fit their indicator are noted too."""
    sheets: list[TargetSheet] = []
    given: dict[tuple[str, str, str], bool] = {}  # whether by a profile, by what it is for
    for entry in entries:
        both = read_both(entry, TargetRow, Target, problems)
        if both is None:
            continue
        row, target = both
        _check_stretch(entry, target, definitions.get(row.indicator), problems)
        for each in _targets_of(entry, row, target, definitions.get(row.indicator), problems):
            key, spread = (row.indicator, each.area, each.period), row.profile is not None
            if key in given and (spread or given[key]):
                sentence = f"{each.period} has another target in this set-up, beside a profile."
                problems.add(entry.place, "period", sentence)
            given[key] = spread
            sheets.append(TargetSheet(indicator=row.indicator, target=each))
    return tuple(sheets)


def _targets_of(
    entry: Entry,
    row: TargetRow,
    target: Target,
    definition: Definition | None,
    problems: Problems,
) -> tuple[Target, ...]:
    """What an entry sets: one target, or those of a year's periods where it has a profile."""
    if row.profile is None and not row.shares and not row.levels:
        if definition is not None:
            _check_period(entry, target.period, definition, problems)
        return (target,)
    return () if definition is None else spread_of(entry, row, target, definition, problems)


def _check_period(entry: Entry, code: str, definition: Definition, problems: Problems) -> None:
    try:
        period = parse_code(code)
    except UnknownPeriod as unknown:
        problems.add(entry.place, "period", unknown.detail)
        return
    if not definition.measures(period):
        problems.add(entry.place, "period", not_own(code, definition))


def _check_stretch(
    entry: Entry, target: Target, definition: Definition | None, problems: Problems
) -> None:
    """A stretch target is paid on the way from one performance to the other, so it needs both."""
    for key in ("performance_without", "performance_with"):
        given, needed = getattr(target, key) is not None, target.kind == "stretch"
        if needed and not given:
            problems.add(entry.place, key, "a stretch target needs this.")
        if given and not needed:
            problems.add(entry.place, key, f"only a stretch target has this, not a {target.kind}.")
    without, with_ = target.performance_without, target.performance_with
    if without is None or with_ is None or definition is None:
        return
    if not is_stretch(without, with_, definition):
        sentence = "this must be better than performance_without, or falling back would be paid."
        problems.add(entry.place, "performance_with", sentence)
