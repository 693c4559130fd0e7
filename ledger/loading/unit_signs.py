"""The sign that a unit has, and figures that are written with it: 91.5% of a percentage."""

import re
from functools import lru_cache

from policies.texts import plain_name

BEFORE = ("£", "€", "$")
BEHIND = ("%", "‰")
_WORDS = {
    "%": ("per cent", "percent", "percentage"),
    "‰": ("per mille",),
    "£": ("pounds", "pounds sterling", "gbp"),
    "€": ("euros", "euro", "eur"),
    "$": ("dollars", "us dollars", "usd"),
}
_SIGNS = {word: sign for sign, words in _WORDS.items() for word in (sign, *words)}
_PARTED = {
    "%": " of ",
    "‰": " of ",
    "£": " per ",
    "€": " per ",
    "$": " per ",
}  # % of homes, £ per week
_MULTIPLE = re.compile(r"(?<!per )\b(?:thousand|million|billion)s?\b|(?<![\d,.])000s?\b")


@lru_cache(maxsize=1024)
def sign_of(unit: str) -> str:
    """The sign of a unit, "" of one that has none, or that is a multiple of what the sign says."""
    name = plain_name(unit)
    if _MULTIPLE.search(name):
        return ""
    return next(
        (
            sign
            for word, sign in _SIGNS.items()
            if name == word or name.startswith(f"{word}{_PARTED[sign]}")
        ),
        "",
    )


def without_sign(figure: str, unit: str) -> str:
    """A figure without the sign of its unit; any other stays, to be refused."""
    sign = sign_of(unit)
    if not sign or sign not in figure:
        return figure
    if sign in BEHIND:
        return figure.removesuffix(sign).rstrip()
    negative = figure.startswith("-")
    bare = figure.removeprefix("-").removeprefix(sign).lstrip()
    return f"-{bare}" if negative else bare
