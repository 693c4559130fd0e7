"""A body is read so that nothing in it can be taken two ways, and no figure is changed by it."""

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_api.api.acting import request_digest
from http_api.api.response_bodies import AcceptanceBody
from http_api.json_bodies import MOST_EXACT_DIGITS, JsonNumber, read_json
from http_api.problems import HttpProblem

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(TEXTS, inner),
)


@given(PLAIN, st.booleans())
def test_what_is_written_is_read(value: Any, escaped: bool) -> None:
    """Names are unique in a dictionary, so nothing stands in the way."""
    assert value == read_json(json.dumps(value, ensure_ascii=escaped).encode())


@given(st.decimals(allow_nan=False, allow_infinity=False))
def test_a_number_keeps_its_value_whatever_its_form(number: Decimal) -> None:
    text = str(number)
    (read,) = read_json(f"[{text}]".encode())

    assert Decimal(text) == Decimal(read if isinstance(read, str) else repr(read))


@pytest.mark.parametrize("text", ["1e5", "1E5", "1e-5", "0.1234567890123456", "1e400", "-0.0e0"])
def test_a_number_that_a_float_may_not_keep_is_handed_on_as_text(text: str) -> None:
    read = read_json(text.encode())

    assert isinstance(read, JsonNumber)
    assert text == read


@pytest.mark.parametrize("text", ["0.1", "12.30", "-5.5", "0." + "1" * (MOST_EXACT_DIGITS - 1)])
def test_a_short_decimal_is_a_number(text: str) -> None:
    read = read_json(text.encode())

    assert type(read) is float
    assert Decimal(text) == Decimal(repr(read))


@given(st.dictionaries(TEXTS, PLAIN, min_size=1), st.data())
def test_a_name_that_comes_twice_is_refused_however_deep(
    value: dict[str, Any], data: st.DataObject
) -> None:
    name = data.draw(st.sampled_from(sorted(value)))
    pairs = [*value.items(), (name, data.draw(PLAIN))]
    written = ",".join(f"{json.dumps(key)}:{json.dumps(item)}" for key, item in pairs)
    with pytest.raises(HttpProblem) as caught:
        read_json(f'{{"entries":[{{{written}}}]}}'.encode())

    assert "duplicate-name" == caught.value.code


@given(st.binary())
def test_any_bytes_are_read_or_refused_with_a_code(body: bytes) -> None:
    try:
        read_json(body)
    except HttpProblem as problem:
        assert problem.code in {"not-json", "too-deep", "duplicate-name"}


@pytest.mark.parametrize("deep", [2000, 5000, 200_000])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_body_nested_without_end_is_refused(deep: int, opening: bytes, closing: bytes) -> None:
    for body in (opening * deep, opening * deep + b"1" + closing * deep):
        with pytest.raises(HttpProblem) as caught:
            read_json(body)
        assert "too-deep" == caught.value.code


def test_a_number_where_text_is_asked_for_is_told_apart_as_it_was_written() -> None:
    """Under an idempotency key: 1e-159 is no number that a float would keep as it stands."""
    written = [
        request_digest("/x", AcceptanceBody(minute_reference=JsonNumber(number)))
        for number in ("1.4449703048498593e-159", "1.4449703048498594e-159")
    ]
    assert written[0] != written[1]
