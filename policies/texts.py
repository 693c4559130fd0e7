"""Texts that can be kept, and shown as what they are."""

import re

# Control characters but for tabs and the ends of lines, and what turns the order of letters.
_STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def strange(text: str) -> str:
    """The first character of a text that nobody can see and that does something, by its number.

    "" where there is none.
    """
    found = _STRANGE.search(text)
    return f"U+{ord(found[0]):04X}" if found else ""
