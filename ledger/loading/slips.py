"""Slips of the pen: which one of some codes or names a text was most likely meant to be.

A slip is within one word, of a letter or two, and not in its first letter nor in a digit: East and
West, NI 191 and NI 192 are two things. In a name a letter may be missing, too many or out of place,
and not another: Hertfordshire and Herefordshire are two places. What joins the words may be any
other, or nothing, but not what parts two numbers.
"""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from policies.texts import plain_name

CODES, NAMES = 0.8, 0.9  # how alike a word of one must be; of names there are more that are alike
MOST_LETTERS = 100  # of a text that is looked for
MOST_WORDS = 12
MOST_IN_A_WORD = 40  # letters of a word that is compared with others
MOST_TEXTS = 10_000  # of one file that are looked for, and at most so many words are compared:
MOST_COMPARED = 50_000  # about a second together
_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+")

Words = tuple[str, ...]
Around = tuple[int, Words, str, str]  # the place of a word, the others, its first letter and digits


class Spelt(NamedTuple):
    """A code, one of its spellings, and how alike a word of another must be to be meant for it."""

    code: str
    spelling: str
    alike: float


class Slips:
    """Finds the one code that a text is near to. What it was asked once it knows."""

    def __init__(self, known: Iterable[Spelt]) -> None:
        self._joined: dict[str, list[Spelt]] = {}
        self._around: dict[Around, list[tuple[str, Spelt]]] = {}
        self._found: dict[str, Spelt | None] = {}
        self._left = MOST_COMPARED
        for one in known:
            words = _words(one.spelling)
            self._joined.setdefault("".join(words), []).append(one)
            for around, word in _each(words):
                self._around.setdefault(around, []).append((word, one))

    def of(self, text: str) -> Spelt | None:
        """What a text is near to; None where that is nothing, or several equally near."""
        if len(text) > MOST_LETTERS:
            return None
        if text not in self._found:
            if len(self._found) >= MOST_TEXTS:
                return None
            self._found[text] = self._nearest(text)
        return self._found[text]

    def _nearest(self, text: str) -> Spelt | None:
        words = _words(text)
        joined = self._joined.get("".join(words), ()) if words else ()
        found = [(1.0, one) for one in joined if _numbers(one.spelling) == _numbers(text)]
        found = found or [
            near for around, word in _each(words) for near in self._near(around, word)
        ]
        most = max((alike for alike, _ in found), default=0.0)
        nearest = [one for alike, one in found if alike == most]
        return nearest[0] if len({one.code for one in nearest}) == 1 else None

    def _near(self, around: Around, word: str) -> Iterator[tuple[float, Spelt]]:
        others = self._around.get(around, ())
        if len(others) > self._left:
            return
        self._left -= len(others)
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(word)
        for other, one in others:
            if not 2 * min(len(other), len(word)) > one.alike * (len(other) + len(word)):
                continue  # by their lengths alone
            matcher.set_seq1(other)
            if matcher.quick_ratio() <= one.alike:
                continue
            alike = matcher.ratio()
            if alike > one.alike and (one.alike < NAMES or not _has_another_letter(matcher)):
                yield alike, one


def _has_another_letter(matcher: SequenceMatcher[str]) -> bool:
    """Whether a letter stands in the place of another."""
    return any(tag == "replace" for tag, *_ in matcher.get_opcodes())


def _numbers(text: str) -> list[str]:
    """The digits of a text, as they stand together."""
    return _DIGITS.findall(text)


def _words(text: str) -> Words:
    """The words of a text; none of one that is too long to be taken apart."""
    if len(text) > MOST_LETTERS:
        return ()
    words = tuple(_WORD.findall(plain_name(text)))
    return words if len(words) <= MOST_WORDS else ()


def _each(words: Words) -> Iterator[tuple[Around, str]]:
    """Each word of a text with what is around it."""
    for place, word in enumerate(words):
        if len(word) > MOST_IN_A_WORD:
            continue
        digits = "".join(filter(str.isdigit, word))
        yield (place, (*words[:place], *words[place + 1 :]), word[0], digits), word
