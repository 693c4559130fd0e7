"""Texts that can be kept, and shown as what they are."""

import pytest

from policies.texts import strange


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
