"""The Merkle tree of RFC 9162 section 2.1, kept as tiles of C2SP tlog-tiles.

A tile is up to 256 hashes of one level in a row, 32 bytes each: those of level 0 are leaves, those
of level n are the roots of full tiles of level n - 1. Nothing here touches a database: whoever asks
says how a tile is read. A tile only grows: one read earlier will do where it is long enough.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from hashlib import sha256

WIDTH = 256  # hashes of a tile
HEIGHT = 8  # levels of the tree that a tile stands for: 2 ** 8 = 256
SIZE = 32  # bytes of a hash

ReadTile = Callable[[int, int, int], bytes]  # level, number, and how many hashes are needed
Tiles = dict[tuple[int, int], bytes]
Span = tuple[int, int]  # leaves from the first up to, and without, the second


class TileTooShort(Exception):
    """A tile does not hold what the size of the tree says: it was altered, or never written."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over its two parts."""
    return sha256(b"\x01" + left + right).digest()


def grown(read: ReadTile, size: int, leaves: Sequence[bytes]) -> Tiles:
    """The tiles that are new or longer once leaves are added to a tree of this size."""
    changed: Tiles = {}
    level, start, hashes = 0, size, list(leaves)
    while hashes:
        full: list[bytes] = []  # roots of the tiles that are filled now
        first_full = start // WIDTH
        taken = 0
        while taken < len(hashes):
            number, already = divmod(start + taken, WIDTH)
            more = hashes[taken : taken + WIDTH - already]
            before = _exactly(read, level, number, already)[: already * SIZE] if already else b""
            changed[level, number] = tile = before + b"".join(more)
            if len(tile) == WIDTH * SIZE:
                full.append(_root_of(tile))
            taken += len(more)
        level, start, hashes = level + 1, first_full, full
    return changed


def root(read: ReadTile, size: int) -> bytes:
    """The root of the tree over its first ``size`` leaves."""
    return _hash(read, (0, size)) if size else sha256(b"").digest()


def leaf_at(read: ReadTile, index: int) -> bytes:
    """The hash of a leaf, counted from 0, as the tree keeps it."""
    return _subtree(read, 0, index)


def inclusion(read: ReadTile, index: int, size: int) -> list[bytes]:
    """The path that proves a leaf (counted from 0) to a tree of this size (RFC 9162, 2.1.3.1)."""
    if not 0 <= index < size:
        raise ValueError(f"leaf {index} is not in a tree of {size}")
    return [_hash(read, span) for span in reversed(list(_siblings(index, size)))]


def consistency(read: ReadTile, old: int, new: int) -> list[bytes]:
    """The proof that a tree only grew from one size to another (RFC 9162, 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"a tree does not grow from {old} to {new}")
    if old == new:
        return []
    *beside, last = _siblings_of_end(old, new)
    # Where the old tree is itself one subtree of the new, whoever checks has its root already.
    spans = beside if last == (0, old) else [*beside, last]
    return [_hash(read, span) for span in reversed(spans)]


def is_consistent(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> bool:
    """Whether a proof shows that the new tree begins with the old one (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= new or any(len(each) != SIZE for each in (old_root, new_root, *proof)):
        return False
    if old == new:
        return not proof and old_root == new_root
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    ours = theirs = path[0]
    for each in path[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            ours, theirs = node_hash(each, ours), node_hash(each, theirs)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            theirs = node_hash(theirs, each)
        node, last = node >> 1, last >> 1
    return last == 0 and ours == old_root and theirs == new_root


def _siblings(index: int, size: int) -> Iterator[Span]:
    """What lies beside the way from the root down to a leaf, from the root on."""
    start, end = 0, size
    while end - start > 1:
        middle = start + _left_part(end - start)
        if index < middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle


def _siblings_of_end(old: int, new: int) -> Iterator[Span]:
    """What lies beside the way down to where the old tree ends, and last what that way ends at."""
    start, end = 0, new
    while end != old:
        middle = start + _left_part(end - start)
        if old <= middle:
            yield middle, end
            end = middle
        else:
            yield start, middle
            start = middle
    yield start, end


def _left_part(size: int) -> int:
    """The largest power of two below a size: how many leaves go to the left."""
    return 1 << (size - 1).bit_length() - 1


def _hash(read: ReadTile, span: Span) -> bytes:
    """The hash over a span of leaves that begins where one of its size may begin."""
    start, end = span
    found = None
    while end > start:
        height = (end & -end).bit_length() - 1
        while end - (1 << height) < start:
            height -= 1
        part = _subtree(read, height, (end >> height) - 1)
        found = part if found is None else node_hash(part, found)
        end -= 1 << height
    assert found is not None
    return found


def _subtree(read: ReadTile, height: int, number: int) -> bytes:
    """The root of the ``number``-th full subtree of 2 ** height leaves."""
    level, inside = divmod(height, HEIGHT)
    tile, first = divmod(number << inside, WIDTH)
    last = first + (1 << inside)
    return _root_of(_exactly(read, level, tile, last)[first * SIZE : last * SIZE])


def _exactly(read: ReadTile, level: int, number: int, hashes: int) -> bytes:
    tile = read(level, number, hashes)
    if len(tile) < hashes * SIZE:
        raise TileTooShort(f"tile {number} of level {level} has no {hashes} hashes")
    return tile


@lru_cache(maxsize=2048)  # proofs of one tree have most of their hashes in common
def _root_of(hashes: bytes) -> bytes:
    """The root over a power of two of hashes in a row."""
    row = [hashes[at : at + SIZE] for at in range(0, len(hashes), SIZE)]
    while len(row) > 1:
        row = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(row[::2], row[1::2], strict=True)
        ]
    return row[0]
