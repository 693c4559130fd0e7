"""Answers that are saved as files: their names, and that half of one never passes for all of it."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_api.downloads import download, saved_as


def said(name: str) -> str:
    return saved_as(name)["Content-Disposition"]


@given(st.text(min_size=1, max_size=40))
def test_whatever_a_file_is_called_its_header_is_one_line_of_ascii(name: str) -> None:
    header = said(name.encode("utf-8", "ignore").decode())
    assert header.isascii()
    assert header.isprintable()
    assert 2 == header.count('"')


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("rows.csv", 'attachment; filename="rows.csv"'),
        ("a b.csv", 'attachment; filename="a b.csv"'),
        ('a"b.csv', "attachment; filename=\"a_b.csv\"; filename*=UTF-8''a%22b.csv"),
        ("é.csv", "attachment; filename=\"e.csv\"; filename*=UTF-8''%C3%A9.csv"),
        ("a\r\nb", "attachment; filename=\"a__b\"; filename*=UTF-8''a%0D%0Ab"),
    ],
)
def test_a_name_is_told_in_ascii_and_where_that_is_another_as_it_is(name: str, header: str) -> None:
    assert header == said(name)


def test_a_file_that_cannot_be_made_to_its_end_does_not_seem_to_end() -> None:
    def pieces() -> Iterator[str]:
        yield "half"
        raise ValueError

    sent = download(pieces(), "rows.csv", "text/csv").iterator
    assert isinstance(sent, Iterator)
    assert "half" == next(sent)
    with pytest.raises(RuntimeError):
        next(sent)
