"""Texts that can be kept, and shown as what they are."""

from unicodedata import normalize

import pytest

from policies.texts import MOST_MARKS, composed, strange


@pytest.mark.parametrize(
    "text",
    ["", "Homes", "Zoë Ó Briain", "one\ntwo\tthree\r\n", "مرحبا", "\u200eA\u200f", "👩\u200d🔧"],
)
def test_what_people_write_is_kept(text: str) -> None:
    assert "" == strange(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a\0b", "U+0000"),
        ("\x1b[31m", "U+001B"),
        ("a\x7f", "U+007F"),
        ("report\u202excod.exe", "U+202E"),
        ("\u2066a\u2069", "U+2066"),
    ],
)
def test_what_nobody_sees_and_does_something_is_not(text: str, found: str) -> None:
    assert found == strange(text)


ACUTE, BELOW = "\u0301", "\u0316"  # in the order of Unicode the second comes first


@pytest.mark.parametrize(
    "text",
    [
        "Zoe\u0308",
        "a" + (ACUTE + BELOW) * (MOST_MARKS // 2),
        ("a" + ACUTE + BELOW) * 10_000,
        "\u1112\u1161\u11ab" * 100,
    ],
)
def test_letters_with_their_accents_apart_are_one_spelling(text: str) -> None:
    assert normalize("NFC", text) == composed(text) != text


@pytest.mark.parametrize("mark", [ACUTE, "\u0f73", "\u0f75", "\u0f81"])
def test_a_letter_under_more_marks_than_any_language_has_is_left_as_it_is(mark: str) -> None:
    text = "a" + (mark + BELOW) * MOST_MARKS
    assert text == composed(text) != normalize("NFC", text)


@pytest.mark.parametrize("text", ["a" + ACUTE * 50_000 + BELOW * 50_000, "\u0f73" * 50_000])
@pytest.mark.timeout(5)
def test_however_many_marks_there_are_they_are_walked_over_once(text: str) -> None:
    """Unicode's own algorithm needs minutes for these, in which nobody else is answered."""
    assert text == composed(text)
