"""Their codes to ours: of indicators, of areas, and of periods."""

import re
from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from ledger.agreement.events import Area, CodeEntry, CodeKind, CodeMapSet
from ledger.agreement.state import Agreement
from ledger.loading.mapping import GSS, NAMES, TABLE, Codes, Periods
from ledger.loading.mapping_advice import mapping_can
from ledger.loading.meant import Meant
from ledger.loading.period_advice import advice
from policies.definition import Definition
from policies.period_forms import MAPPING_DECIDES
from policies.periods import (
    Calendar,
    Interval,
    Period,
    not_one_of_its,
    parse_code,
    period_on,
    read_label,
)
from policies.refusals import BadFile, BadMapping, UnknownPeriod, WrongInterval
from policies.texts import cut, plain_name, told

OWN = frozenset({GSS, NAMES, TABLE, ""})  # what needs no code map
MOST_MEANINGS = 5  # of a name, that a sentence tells
SAYS_ITS_CALENDAR = re.compile("[0-9]{4}(?:april|sep)", re.IGNORECASE)  # DHIS2's 2023April


class PeriodRead(NamedTuple):
    """The code of a period, and whether its label marked the figure as provisional."""

    code: str
    provisional: bool


class CodeTable:
    """Their codes with what each may mean: by the mapping's table, by a code map, or by itself."""

    def __init__(self, table: Mapping[str, str], code_map: CodeMapSet | None) -> None:
        self._meanings: dict[str, tuple[CodeEntry, ...]] = {}
        for entry in code_map.entries if code_map else ():
            self._meanings[entry.code] = (*self._meanings.get(entry.code, ()), entry)
        self._meanings |= {code: (CodeEntry(code=code, ours=ours),) for code, ours in table.items()}
        meanings = [entry for entries in self._meanings.values() for entry in entries]
        self._taken = {entry.ours: entry.code for entry in meanings}
        self.dated = any(entry.valid_from or entry.valid_to for entry in meanings)

    def meanings(self, theirs: str) -> tuple[CodeEntry, ...] | None:
        """What a code may mean; None where it is not listed, and so stands for itself.

        It means nothing where another of their codes has that meaning already: then theirs is
        something else.
        """
        listed = self._meanings.get(theirs)
        return () if listed is None and theirs in self._taken else listed

    def taken_by(self, theirs: str) -> str:
        """Which other code of theirs has the meaning that one that is not listed would have."""
        return "" if theirs in self._meanings else self._taken.get(theirs, "")


class AreaCodes:
    """Reads the areas of a file. ``areas`` are those of the agreement.

    ``others`` says of a code that stands for itself whether it is an area elsewhere; None where
    only the agreement's are taken.
    """

    def __init__(
        self,
        codes: Codes,
        areas: Iterable[Area],
        code_map: CodeMapSet | None,
        others: Container[str] | None = None,
    ) -> None:
        areas = tuple(areas)
        self._meant = Meant(lambda: {area.code: area.name for area in areas}, slips_of_names=True)
        self._others = others
        self._by_name = codes.area_codes == NAMES
        self._known = frozenset(area.code for area in areas)
        self._named: dict[str, tuple[str, ...]] = {}
        for area in areas if self._by_name else ():
            name = plain_name(area.name)
            self._named[name] = (*self._named.get(name, ()), area.code)
        if code_map and self._by_name:
            entries = (
                msgspec.structs.replace(e, code=plain_name(e.code)) for e in code_map.entries
            )
            code_map = msgspec.structs.replace(code_map, entries=tuple(entries))
        self._table = CodeTable(codes.areas, code_map)
        self.dated = self._table.dated

    def taken_by(self, text: str) -> str:
        """Which other code or name of theirs has the meaning that this one would have by itself."""
        return self._table.taken_by(text)

    def instead(self, text: str) -> str:
        """The end of a sentence about a text that is no area: what it comes near to, and what to
        do."""
        near = self._meant.of(text)
        if near is None:
            return "."
        if near.is_name and not self._by_name:
            return (
                f", but the name of {near.code}: write the code"
                + mapping_can('say areas = "names" in [codes]')
                + "."
            )
        return near.asked

    def code(self, text: str, begins_on: date | None = None) -> str:
        """The area's code for a period that begins on a day, or "" for one that is not taken.

        The day is needed where the codes are ``dated``. Raises BadFile for a name that two areas
        have, and that no code map decides between.
        """
        wanted = plain_name(text) if self._by_name else text
        meanings = self._table.meanings(wanted)
        if meanings is None:
            named = self._named.get(wanted)
            if named:
                return _only(text, named)
            own_or_other = text in self._known or (
                self._others is not None and text in self._others
            )
            return text if own_or_other else ""
        then = {one.ours: 0 for one in meanings if begins_on is None or one.holds_on(begins_on)}
        ours = _only(text, tuple(then)) if then else ""
        return ours if ours in self._known or self._others is not None else ""


def _only(text: str, codes: tuple[str, ...]) -> str:
    """The one area that a text means. Raises BadFile where it means several."""
    if len(codes) == 1:
        return codes[0]
    several = ", ".join(codes[:MOST_MEANINGS]) + (", …" if len(codes) > MOST_MEANINGS else "")
    raise BadFile(
        f"{text[:60]!r} is the name of {len(codes)} areas ({several}): give the code, or add the"
        " name to a code map with the one it means.",
        field="area",
    )


def code_map_for(kind: CodeKind, name: str, agreement: Agreement) -> CodeMapSet | None:
    """The agreement's code map of that name; none is needed for its own codes and names.

    Raises BadMapping.
    """
    found = agreement.code_maps.get((kind, name))
    if found is None and name not in OWN:
        known = [map_name for map_kind, map_name in agreement.code_maps if map_kind == kind]
        those = f"those it has are {told(known)}" if known else "it has none yet"
        raise BadMapping(
            f"codes.{kind}s: the agreement has no code map {cut(name)!r} of {kind}s; {those}. Put"
            " it right, or add the map to the set-up, under [[code_maps]].",
            field=f"codes.{kind}s",
        )
    return found


def read_period(text: str, indicator: str, definition: Definition, periods: Periods) -> PeriodRead:
    """The period a label of the file means for an indicator.

    Raises UnknownPeriod, or WrongInterval for a period of another kind.
    """
    label, marked = _without_suffix(text, periods)
    code = periods.labels.get(text) or periods.labels.get(label)
    if code:
        return PeriodRead(code, marked)
    theirs = None if SAYS_ITS_CALENDAR.fullmatch(label) else periods.calendar
    try:
        period = _own_code(label, definition) or read_label(
            label,
            theirs or definition.calendar,
            definition.interval,
            definition.pooled_years,
            year_label=periods.year_labels.get(indicator, periods.year_label),
        )
    except UnknownPeriod as refusal:
        if refusal.detail.endswith(MAPPING_DECIDES):  # which says what to do
            raise
        todo = advice(label, definition)
        raise UnknownPeriod(f"{refusal.detail}{todo}", field=refusal.field) from None
    except WrongInterval as refusal:
        if theirs is None or definition.interval is Interval.POOLED:  # told by its years
            raise
        raise _told_by_whose(refusal, label, definition, theirs) from None
    return PeriodRead(_of_same_days(period, definition).code, marked)


def _told_by_whose(
    refusal: WrongInterval, label: str, definition: Definition, theirs: Calendar
) -> WrongInterval:
    """The refusal of a label that was read by the mapping's calendar: the mapping is told of, where
    the label is one of the indicator's periods, and else the indicator."""
    try:
        read_label(label, definition.calendar, definition.interval, definition.pooled_years)
    except UnknownPeriod:
        detail = not_one_of_its(label, definition.calendar, definition.interval)
    except WrongInterval as of_its_own:
        detail = of_its_own.detail
    else:
        detail = (
            f"{label!r} is read by the {theirs.value} year, as the mapping in force says under"
            f" [period], and the indicator is measured by the {definition.calendar.value} year:"
            " write its label, or use a mapping that says otherwise."
        )
    return WrongInterval(detail, field=refusal.field)


def _without_suffix(text: str, periods: Periods) -> tuple[str, bool]:
    for suffix in periods.strip_suffixes:
        if text.endswith(suffix):
            return text.removesuffix(suffix).rstrip(), periods.provisional
    return text, False


def _own_code(text: str, definition: Definition) -> Period | None:
    """A code of ours, if it is one of the indicator's periods: 2010-11 may also be a year."""
    try:
        period = parse_code(text)
    except UnknownPeriod:
        return None
    return period if definition.measures(period) else None


def _of_same_days(period: Period, definition: Definition) -> Period:
    """The indicator's period of exactly the same days, where the labels' calendar is another."""
    if definition.measures(period):
        return period
    d = definition
    twin = period_on(period.start, d.calendar, d.interval, d.pooled_years)
    same = (twin.start, twin.end) == (period.start, period.end)
    return twin if same else period
