"""The tree: against the definition of RFC 9162, and its proofs against whoever mangles them."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.proofs.tree import (
    ReadTile,
    Tiles,
    TileTooShort,
    consistency,
    grown,
    inclusion,
    is_consistent,
    leaf_hash,
    node_hash,
    root,
)

MOST = 70  # every pair of sizes up to here
LEAVES = [leaf_hash(str(n).encode()) for n in range(MOST)]


def defined_root(leaves: list[bytes]) -> bytes:
    """The definition of RFC 9162 section 2.1.1, word for word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def defined_path(index: int, leaves: list[bytes]) -> list[bytes]:
    """The definition of section 2.1.3.1."""
    if len(leaves) == 1:
        return []
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    if index < k:
        return [*defined_path(index, leaves[:k]), defined_root(leaves[k:])]
    return [*defined_path(index - k, leaves[k:]), defined_root(leaves[:k])]


def reading(tiles: Tiles) -> ReadTile:
    return lambda level, number, _hashes: tiles.get((level, number), b"")


def tree_of(leaves: list[bytes], steps: list[int] | None = None) -> Tiles:
    """The tiles of a tree that grew by these steps."""
    tiles: Tiles = {}
    size = 0
    for step in [*(steps or []), len(leaves)]:
        more = leaves[size : size + step]
        tiles |= grown(reading(tiles), size, more)
        size += len(more)
    return tiles


WHOLE = reading(tree_of(LEAVES))


@pytest.mark.parametrize("size", range(MOST + 1))
def test_the_root_is_the_defined_one(size: int) -> None:
    assert defined_root(LEAVES[:size]) == root(WHOLE, size)


@pytest.mark.parametrize("size", range(1, MOST + 1))
def test_every_path_is_the_defined_one(size: int) -> None:
    for index in range(size):
        assert defined_path(index, LEAVES[:size]) == inclusion(WHOLE, index, size)


@pytest.mark.parametrize("new", range(1, MOST + 1))
def test_every_growth_is_proved_and_no_other(new: int) -> None:
    """Also that no other root of either size passes."""
    for old in range(1, new + 1):
        proof = consistency(WHOLE, old, new)
        before, after = root(WHOLE, old), root(WHOLE, new)
        assert is_consistent(old, before, new, after, proof)
        other = leaf_hash(b"another")
        assert not is_consistent(old, other, new, after, proof)
        assert not is_consistent(old, before, new, other, proof)


@given(st.integers(1, 900), st.lists(st.integers(1, 300), max_size=8), st.data())
def test_however_a_tree_grew_it_is_the_same_tree(
    size: int, steps: list[int], data: st.DataObject
) -> None:
    """Beyond one tile, grown in any steps: root, paths and growth are those of the definition."""
    leaves = [leaf_hash(n.to_bytes(4)) for n in range(size)]
    tiles = tree_of(leaves, steps)
    assert tree_of(leaves) == tiles
    read = reading(tiles)
    assert defined_root(leaves) == root(read, size)
    index = data.draw(st.integers(0, size - 1))
    assert defined_path(index, leaves) == inclusion(read, index, size)
    old = data.draw(st.integers(1, size))
    proof = consistency(read, old, size)
    assert is_consistent(old, defined_root(leaves[:old]), size, root(read, size), proof)


@given(st.integers(2, MOST), st.data())
def test_a_mangled_proof_of_growth_is_refused(new: int, data: st.DataObject) -> None:
    """A bit changed, a hash left out, doubled or cut short."""
    old = data.draw(st.integers(1, new - 1))
    proof = consistency(WHOLE, old, new)
    at = data.draw(st.integers(0, len(proof) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(proof[at])
    changed[bit // 8] ^= 1 << bit % 8
    mangled = data.draw(
        st.sampled_from(
            [
                [*proof[:at], bytes(changed), *proof[at + 1 :]],
                [*proof[:at], *proof[at + 1 :]],
                [*proof[: at + 1], *proof[at:]],
                [*proof[:at], proof[at][:31], *proof[at + 1 :]],
                [*proof, proof[at]],
            ]
        )
    )
    assert not is_consistent(old, root(WHOLE, old), new, root(WHOLE, new), mangled)


def test_what_no_tree_can_prove_is_refused() -> None:
    """Sizes out of order, a leaf outside, an empty tree."""
    for old, new in ((0, 5), (6, 5), (-1, 5)):
        with pytest.raises(ValueError, match="does not grow"):
            consistency(WHOLE, old, new)
        assert not is_consistent(old, LEAVES[0], new, LEAVES[0], [])
    for index in (-1, 5, 6):
        with pytest.raises(ValueError, match="is not in a tree of 5"):
            inclusion(WHOLE, index, 5)


def test_a_tile_that_was_cut_is_noticed() -> None:
    tiles = tree_of(LEAVES)
    tiles[0, 0] = tiles[0, 0][:-32]
    with pytest.raises(TileTooShort):
        root(reading(tiles), MOST)
    with pytest.raises(TileTooShort):
        grown(reading(tiles), MOST, [LEAVES[0]])
