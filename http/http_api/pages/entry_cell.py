"""The cell that somebody enters: which value it is, what stands there and around it."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec

from http_api.pages.desk import Address, Desk
from http_api.pages.words import moment, name_of, quantity
from ledger.agreement.state import Agreement
from ledger.entering.offered import place_of
from ledger.indicator.checks import check_area, check_not_retired, check_period
from ledger.indicator.decisions import holding
from ledger.indicator.events import Entry
from ledger.indicator.figures import judged_of
from ledger.indicator.state import Held, Indicator, Key, breakdown_key, key_of
from policies.definition import Definition
from policies.due import due_on
from policies.numbers import to_text
from policies.period import Period, parse_code, period_on
from policies.permissions import Action, check_may
from policies.refusals import UnknownBreakdown
from policies.retirement import is_retired

BEFORE_SHOWN = 6  # earlier periods beside the form
MOST_CHOICES = 60  # periods to choose from
_NONE = "no value"


class CellAsked(msgspec.Struct, frozen=True):
    """A cell as an address names it; what it leaves out is chosen."""

    period: str = ""
    area: str = ""
    breakdown: str = ""


class Cell(NamedTuple):
    """One value of an indicator, as everything stands around it at this moment."""

    body: Agreement
    state: Indicator
    key: Key
    breakdown: dict[str, str]
    today: date

    @property
    def definition(self) -> Definition:
        """The indicator's definition."""
        assert self.state.definition is not None, "the indicator is defined"
        return self.state.definition

    @property
    def held(self) -> Held | None:
        """The entry that stands there."""
        return self.state.entries.get(self.key)

    @property
    def period(self) -> Period:
        """The period it describes."""
        return parse_code(self.key.period)

    @property
    def area_name(self) -> str:
        """The name of its area."""
        return self.body.areas[self.key.area].name

    @property
    def due(self) -> date:
        """The last day on which it is on time."""
        return due_on(self.period, self.definition)


class Before(NamedTuple):
    """What an earlier period says, in words."""

    label: str
    value: str
    target: str
    standing: str


class Present(NamedTuple):
    """The entry that stands in a cell, in words."""

    name: str
    said: str
    by: str
    at: str
    standing: str
    provisional: bool
    note: str
    signed_by: str


def cell_of(desk: Desk, address: Address, person: str, asked: CellAsked) -> Cell:
    """The cell of an address, for somebody who may enter it.

    Raises NoRole and OtherPartner, and as ``cell_at``.
    """
    body, state = desk.agreement(address[0]), desk.indicator(address)
    check_entitled(body, state, Action.SUBMIT, person, desk.today)
    return cell_at(desk, body, state, asked)


def cell_at(desk: Desk, body: Agreement, state: Indicator, asked: CellAsked) -> Cell:
    """The cell of an address, whoever asks.

    Raises Retired, and the refusals of a period, area or breakdown that the indicator has not.
    """
    assert state.definition is not None, "the indicator is defined"
    area = asked.area or next(iter(body.areas))
    check_area(area, body.areas)
    breakdown = _breakdown(asked.breakdown)
    part = breakdown_key(breakdown)
    code = asked.period or _lacking(body, state, area, part, desk.today).code
    check_period(code, state.definition, desk.today)
    check_not_retired(state, code)
    return Cell(body, state, Key(area, code, part), breakdown, desk.today)


def cell_named(desk: Desk, address: Address, name: str) -> Cell:
    """The cell of an entry that holds, by its name. Raises UnknownEntry and NotCurrent."""
    body, state = desk.agreement(address[0]), desk.indicator(address)
    held = holding(state, name)
    return Cell(body, state, key_of(held.entry), held.entry.breakdown, desk.today)


def check_entitled(
    body: Agreement, state: Indicator, action: Action, person: str, on: date
) -> None:
    """Refuse a person without a role for an action here. Raises NoRole and OtherPartner."""
    place = place_of(body, state, person, on)
    check_may(
        action,
        person=person,
        grants=place.grants,
        scopes=place.scopes,
        on=on,
        data_owners=place.data_owners,
    )


def before(cell: Cell) -> tuple[Before, ...]:
    """The periods before, the latest first: what each says, and what was to be reached."""
    period, found = cell.period, []
    for _ in range(BEFORE_SHOWN):
        period = period.previous()
        key = cell.key._replace(period=period.code)
        held, target = cell.state.entries.get(key), _target(cell, period.code)
        if held is not None or target:
            said = _NONE if held is None else told(held.entry, cell.definition)
            standing = "" if held is None else held.standing.replace("-", " ")
            found.append(Before(period.label, said, target or "no target", standing))
    return tuple(found)


def target(cell: Cell) -> str:
    """The target of the cell in words, "" where there is none."""
    return _target(cell, cell.key.period)


def present(cell: Cell, names: Mapping[str, str], texts: Mapping[str, str]) -> Present | None:
    """What stands in the cell, in words; None where nothing does."""
    held = cell.held
    if held is None:
        return None
    signature = held.signature
    return Present(
        name=held.name,
        said=told(held.entry, cell.definition),
        by=name_of(held.corrected_by or held.submitted_by, names),
        at=moment(held.recorded_at),
        standing=held.standing.replace("-", " "),
        provisional=held.entry.provisional,
        note=texts.get(held.entry.note, ""),
        signed_by="" if signature is None else name_of(signature.by, names),
    )


def people_of(held: Held | None) -> set[str]:
    """Whose names the words about an entry need."""
    if held is None:
        return set()
    signed = set() if held.signature is None else {held.signature.by}
    return {held.submitted_by, held.corrected_by or held.submitted_by} | signed


def told(entry: Entry, definition: Definition) -> str:
    """What an entry says: its figure with the unit, or why there is none."""
    judged = judged_of(entry, definition)
    if judged is None:
        return (entry.missing or _NONE).replace("-", " ")
    return quantity(to_text(judged), definition.unit)


def periods(body: Agreement, state: Indicator, today: date) -> tuple[Period, ...]:
    """The periods of an indicator that take values: those that have begun within the agreement and
    are not retired, the latest first."""
    if state.definition is None:
        return ()
    begun = _begun(body, state.definition, today)
    taking = (period for period in begun if not is_retired(state.retired_from, period))
    return tuple(taking)[:MOST_CHOICES]


def _begun(body: Agreement, definition: Definition, today: date) -> Iterator[Period]:
    assert body.sheet is not None, "the agreement is defined"
    d, sheet = definition, body.sheet
    period = period_on(min(today, sheet.end), d.calendar, d.interval, d.pooled_years)
    while period.end >= sheet.start:
        if period.start <= today:
            yield period
        period = period.previous()


def _lacking(body: Agreement, state: Indicator, area: str, part: str, today: date) -> Period:
    """The earliest ended period after the latest with a value; where none lacks one, the latest."""
    assert state.definition is not None
    found = periods(body, state, today)
    ended = [period for period in found if period.end < today] or list(found)
    if not ended:
        d = state.definition
        return period_on(today, d.calendar, d.interval, d.pooled_years)
    lacking = ended[0]
    for period in ended:
        if Key(area, period.code, part) in state.entries:
            break
        lacking = period
    return ended[0] if not any(key.area == area for key in state.entries) else lacking


def _target(cell: Cell, period: str) -> str:
    held = cell.state.targets.get((cell.key.area, period))
    if held is None or cell.key.breakdown:
        return ""
    return quantity(to_text(held.target.level), cell.definition.unit)


def _breakdown(text: str) -> dict[str, str]:
    """The dimensions of an address: ``sex=F;ward=E05000001``. Raises UnknownBreakdown."""
    pairs = [part.partition("=") for part in text.split(";")] if text else []
    found = {dimension: code for dimension, _, code in pairs}
    if not all(dimension and code for dimension, _, code in pairs) or len(found) != len(pairs):
        raise UnknownBreakdown(
            f"{text[:60]!r} is no breakdown: it is written such as sex=F;ward=E05000001.",
            field="breakdown",
        )
    return found
