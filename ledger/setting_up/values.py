"""One value of a set-up, from TOML or from a cell of a CSV file, as the type it must have."""

import types
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, Union, get_args, get_origin

from ledger.setting_up.problems import nearest, one_of
from policies.numbers import parse_number
from policies.refusals import NotANumber
from policies.texts import strange

_FLAGS = {"true": True, "false": False}
_TEXTS = tuple[str, ...]
_NUMBERS = dict[str, Decimal]
_FOUR = tuple[Decimal, Decimal, Decimal, Decimal]
_TABLE = dict[str, str]
_LIST = tuple[Decimal, ...]


class Unreadable(Exception):
    """A value is not what its key needs; the text says what is allowed."""


def without_none(wanted: Any) -> Any:
    """The type itself of one that may also be left out."""
    if get_origin(wanted) in (Union, types.UnionType):
        (wanted,) = (part for part in get_args(wanted) if part is not type(None))
    return wanted


def read_value(value: object, wanted: Any) -> Any:
    """The value as text, whole number, number, date, flag, list of texts or one of a few words.

    A cell of a CSV file is text, and is read as what it says. Raises Unreadable.
    """
    if get_origin(wanted) is Literal:
        return _choice(value, get_args(wanted))
    if isinstance(wanted, type) and issubclass(wanted, StrEnum):
        return wanted(_choice(value, tuple(wanted)))
    return _READERS[wanted](value)


def _choice(value: object, words: tuple[str, ...]) -> str:
    if value in words:
        return str(value)
    raise Unreadable(
        f"{_shown(value)} is not allowed, use one of: {one_of(words)}."
        + nearest(str(value), map(str, words))
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Unreadable(f"{_shown(value)} must be text, in quotation marks.")
    if found := strange(value):
        raise Unreadable(f"{_shown(value)} has a character in it that nobody sees ({found}).")
    return value.strip()


def _flag(value: object) -> bool:
    flag = _FLAGS.get(value) if isinstance(value, str) else value
    if isinstance(flag, bool):
        return flag
    raise Unreadable(f"{_shown(value)} must be true or false.")


def _whole(value: object) -> int:
    number = _number(value)
    if number != number.to_integral_value():
        raise Unreadable(f"{_shown(value)} must be a whole number.")
    return int(number)


def _number(value: object) -> Decimal:
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        value = format(Decimal(value), "f")
    if not isinstance(value, str):
        raise Unreadable(f"{_shown(value)} must be a number, such as 12.5.")
    try:
        return parse_number(value)
    except NotANumber as refusal:
        raise Unreadable(refusal.detail) from None


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise Unreadable(f"{_shown(value)} must be a date, such as 2026-04-01.")


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(map(_text, value))
    raise Unreadable(f'{_shown(value)} must be a list of texts, such as ["one", "two"].')


def _numbers(value: object) -> dict[str, Decimal]:
    if isinstance(value, dict):
        return {str(key): _number(number) for key, number in value.items()}
    raise Unreadable(f"{_shown(value)} must be a table of numbers, such as {{ NI154 = 2 }}.")


def _four(value: object) -> tuple[Decimal, ...]:
    if isinstance(value, list) and len(value) == len(get_args(_FOUR)):
        return tuple(map(_number, value))
    raise Unreadable(f"{_shown(value)} must be a list of four numbers, such as [1, 1, 0.5, 0].")


def _number_list(value: object) -> tuple[Decimal, ...]:
    """In a cell of a CSV file the numbers are apart by spaces."""
    items = value.split() if isinstance(value, str) else value
    if isinstance(items, list) and items:
        return tuple(map(_number, items))
    raise Unreadable(f"{_shown(value)} must be a list of numbers, such as [10, 20, 30, 40].")


def _table(value: object) -> dict[str, str]:
    if isinstance(value, dict) and all(isinstance(item, str) for item in value.values()):
        return {str(key): _text(item) for key, item in value.items()}
    raise Unreadable(f'{_shown(value)} must be a table of texts, such as {{ Type = "UA" }}.')


def _shown(value: object) -> str:
    return repr(str(value) if isinstance(value, Decimal | date) else value)[:80]


_READERS = {
    str: _text,
    bool: _flag,
    int: _whole,
    Decimal: _number,
    date: _day,
    _TEXTS: _texts,
    _NUMBERS: _numbers,
    _FOUR: _four,
    _TABLE: _table,
    _LIST: _number_list,
}
