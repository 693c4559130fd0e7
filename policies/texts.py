"""Texts that can be kept, and shown as what they are."""

import re
from collections.abc import Sequence
from unicodedata import combining, normalize

MOST_TOLD = 60  # characters of a text of somebody's that a sentence tells
MOST_LISTED = 20  # texts that a sentence lists

# Control characters but for tabs and the ends of lines, and what turns the order of letters.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")

# What stands above, beneath or through the letter before it: as many of one letter as Unicode's
# Stream-Safe Text Format lets be (UAX 15, section 13). No language has a tenth of it.
MOST_MARKS = 30
_TAKEN_APART = frozenset("\u0f73\u0f75\u0f81")  # no marks themselves, and made of marks alone


def strange(text: str) -> str:
    """The first character of a text that nobody can see and that does something, by its number.

    "" where there is none.
    """
    found = _STRANGE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""


def composed(text: str) -> str:
    """The one spelling of a text that looks the same: each letter with its accent as one (NFC).

    Some systems write é as an e and an accent behind it. Codes and names are compared as texts,
    so both would stand for two things.

    A text with more than ``MOST_MARKS`` marks behind one letter is left as it is: to put these
    in order takes time by the square of how many they are.
    """
    return text if text.isascii() or _overloaded(text) else normalize("NFC", text)


def _overloaded(text: str) -> bool:
    """Whether more marks than ``MOST_MARKS`` follow each other, found out in one walk."""
    if len(text) <= MOST_MARKS:
        return False
    run = 0
    for letter in text:
        run = run + 1 if combining(letter) or letter in _TAKEN_APART else 0
        if run > MOST_MARKS:
            return True
    return False


def plain_name(name: str) -> str:
    """A name without regard to case and spacing, in which publishers differ from file to file."""
    return " ".join(name.casefold().split())


def cut(text: str, most: int = MOST_TOLD) -> str:
    """As much of a text of somebody's as a sentence tells."""
    return text if len(text) <= most else f"{text[:most]}…"


def told(texts: Sequence[str], most: int = MOST_LISTED) -> str:
    """Some texts of somebody's in a sentence: the first of them, each cut, and how many more."""
    named = ", ".join(map(cut, texts[:most]))
    more = len(texts) - most
    return f"{named} and {more:,} more" if more > 0 else named
