"""An object of a JSON file names each of its members once."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.loading.reading import read_table
from policies.refusals import BadFile

names = st.text(st.sampled_from('ab"\\.é {'), max_size=3)
cells = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.sampled_from('ab"\\:,{}'), max_size=5)
    | st.just(10**5000)
)
members = st.lists(st.tuples(names, cells), min_size=1, max_size=4)


def object_of(given: list[tuple[str, object]]) -> str:
    """The JSON text of an object, with its names as often as they are given."""
    pairs = (f"{json.dumps(name)}: {_cell(cell)}" for name, cell in given)
    return "{" + ", ".join(pairs) + "}"


def _cell(cell: object) -> str:
    big = isinstance(cell, int) and cell > 10**4000
    return "1" + "0" * 5000 if big else json.dumps(cell)


def columns(text: str) -> dict[str, str]:
    """The one row of a file, by column."""
    table = read_table(f"[{text}]".encode())
    ((_, row),) = table.rows()
    return dict(zip(table.header, row, strict=True))


@given(members)
def test_a_name_that_comes_twice_is_refused_and_every_other_is_read(
    given: list[tuple[str, object]],
) -> None:
    named = [name for name, _ in given]
    if len(set(named)) == len(named):
        assert set(named) == columns(object_of(given)).keys()
    else:
        with pytest.raises(BadFile, match=r"^Object 1 names '.*' twice"):
            columns(object_of(given))


@given(members, members)
def test_so_is_one_within_an_object_and_one_that_it_comes_to(
    outside: list[tuple[str, object]], inside: list[tuple[str, object]]
) -> None:
    """The sex of a breakdown is the column breakdown.sex, which may be there by itself."""
    named = [*(name for name, _ in outside), *(f"b.{name}" for name, _ in inside)]
    once = len(set(named)) == len(named) and "b" not in named
    text = object_of(outside)[:-1] + f', "b": {object_of(inside)}' + "}"
    if once:
        assert set(named) == columns(text).keys()
    else:
        with pytest.raises(BadFile, match="twice, so it is not clear which counts"):
            columns(text)


def test_the_object_and_the_name_are_told() -> None:
    with pytest.raises(BadFile) as told:
        read_table(b'[{"value": "1"}, {"value": "1.1", "period": "FY2024", "value": "2.2"}]')
    assert told.value.detail == (
        "Object 2 names 'value' twice, so it is not clear which counts: name it once."
    )


@pytest.mark.parametrize("twice", ['"period": "FY2023"', '"dataValues": []', '"x": 1, "x": 2'])
def test_a_data_value_set_names_each_of_its_members_once(twice: str) -> None:
    value = '{"dataElement": "say \\"x\\"", "orgUnit": "o", "value": "1"}'
    whole = f'{{"period": "FY2024", "dataValues": [{value}]}}'
    assert [2] == [number for number, _ in read_table(whole.encode()).rows()]
    with pytest.raises(BadFile, match="names a member twice"):
        read_table(f"{whole[:-1]}, {twice}}}".encode())
