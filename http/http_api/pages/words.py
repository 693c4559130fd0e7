"""Dates, times, numbers and lists as people write them."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_FLOOR, Decimal
from zoneinfo import ZoneInfo

from ledger.acts import OPERATOR
from policies.numbers import round_half_up, to_text
from policies.period import day_text, parse_code
from policies.refusals import UnknownPeriod
from projections.answers import RoleHeld
from projections.audit_answers import RoleSpan

LONDON = ZoneInfo("Europe/London")
_BEFORE = frozenset({"£", "€", "$"})  # units that stand before their number
_CLOSE = frozenset({"%", "‰"})  # units that stand close behind it
_WORDS_FOR_CLOSE = {"%": "%", "per cent": "%", "percent": "%", "percentage": "%"}


def local_day(moment: datetime) -> date:
    """The day of a time, in Europe/London."""
    return moment.astimezone(LONDON).date()


def day(when: date) -> str:
    """2 May 2025; a time is taken in Europe/London."""
    on = local_day(when) if isinstance(when, datetime) else when
    return day_text(on)


def days_held(role: RoleHeld | RoleSpan) -> str:
    """The days on which a role counts: always, or from a first and to a last day."""
    begins = f"from {day(role.valid_from)}" if role.valid_from else ""
    ends = f"to {day(role.valid_to)}" if role.valid_to else ""
    return f"{begins} {ends}".strip() or "always"


def moment(when: datetime) -> str:
    """2 May 2025, 14:03, in Europe/London."""
    return f"{day(when)}, {when.astimezone(LONDON):%H:%M}"


def number(text: str) -> str:
    """A stored number with thousands set off and a true minus: −12,345.60."""
    sign, digits = ("−", text[1:]) if text.startswith("-") else ("", text)
    whole, point, decimals = digits.partition(".")
    return f"{sign}{int(whole):,}{point}{decimals}"


def short_unit(unit: str) -> str:
    """The sign of a unit that is written close to its number, or ""."""
    sign = _WORDS_FOR_CLOSE.get(unit.strip().lower(), unit.strip())
    return sign if sign in _BEFORE | _CLOSE else ""


def long_unit(unit: str) -> str:
    """The words of a unit that stand after the number, or ""."""
    return "" if short_unit(unit) else unit.strip()


def figure(text: str, unit: str) -> str:
    """A number with its sign (54.3%, £1,200), without a unit in words."""
    sign = short_unit(unit)
    written = number(text)
    if sign in _BEFORE:
        return f"−{sign}{written[1:]}" if written.startswith("−") else sign + written
    return written + sign


def quantity(text: str, unit: str) -> str:
    """A number with its unit: 54.3%, £1,200, 31.4 per 10,000 children."""
    return f"{figure(text, unit)} {long_unit(unit)}".rstrip()


def share(given: object) -> str:
    """A share as a percentage with at most one decimal: 0.6 is 60%."""
    return _percent(round_half_up(Decimal(str(given)) * 100, 1))


def reached(given: object) -> str:
    """The same of a share that is held against a limit, rounded down: with 60% to be reached,
    0.5996 is 59.9%, for it falls short."""
    return _percent((Decimal(str(given)) * 100).quantize(Decimal("0.1"), ROUND_FLOOR))


def limit(given: object) -> str:
    """A share that rules name as a percentage, to its last digit: 0.6055 is 60.55%."""
    return _percent(Decimal(str(given)).scaleb(2).normalize())


def _percent(percentage: Decimal) -> str:
    return f"{number(to_text(percentage).removesuffix('.0'))}%"


def counted(count: int, noun: str, plural: str = "") -> str:
    """1 indicator, 24 indicators."""
    return f"{count:,} {noun if count == 1 else plural or noun + 's'}"


def listed(items: Sequence[str]) -> str:
    """a, b and c."""
    if len(items) < 2:  # noqa: PLR2004 - a list of one needs no "and"
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def capital(text: str) -> str:
    """The text with its first letter large, as a line begins."""
    return text[:1].upper() + text[1:]


def name_of(person: str, names: Mapping[str, str]) -> str:
    """A person's name, or words in its place: a name can be erased, and the operator has none."""
    if person == OPERATOR:
        return "The operator of the service"
    return names.get(person, person) or "name erased"


def period_label(code: str) -> str:
    """The label of a period code; the code itself when it names no period."""
    try:
        return parse_code(code).label
    except UnknownPeriod:
        return code
