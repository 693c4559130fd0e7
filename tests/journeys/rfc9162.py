"""Checking proofs by the words of RFC 9162, for tests: shares no code with what makes them."""

from base64 import b64decode
from hashlib import sha256
from typing import Any


def leaf_hash(entry: str) -> bytes:
    """Section 2.1.1: the hash of a leaf."""
    return sha256(b"\x00" + entry.encode()).digest()


def root_of_inclusion(leaf: bytes, index: int, size: int, hashes: list[str]) -> bytes:
    """Section 2.1.3.2: the root that a path leads to."""
    node, last, found = index, size - 1, leaf
    for each in map(bytes.fromhex, hashes):
        assert last, "the path is too long"
        if node % 2 or node == last:
            found = sha256(b"\x01" + each + found).digest()
            while node and node % 2 == 0:
                node, last = node >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + each).digest()
        node, last = node >> 1, last >> 1
    assert last == 0, "the path is too short"
    return found


def roots_of_consistency(old: int, old_root: bytes, new: int, hashes: list[str]) -> list[bytes]:
    """Section 2.1.4.2: the roots of both sizes that a proof leads to."""
    path = [bytes.fromhex(each) for each in hashes]
    if old & (old - 1) == 0:
        path = [old_root, *path]
    node, last = old - 1, new - 1
    while node % 2:
        node, last = node >> 1, last >> 1
    before = after = path[0]
    for each in path[1:]:
        assert last, "the proof is too long"
        if node % 2 or node == last:
            before = sha256(b"\x01" + each + before).digest()
            after = sha256(b"\x01" + each + after).digest()
            while node and node % 2 == 0:
                node, last = node >> 1, last >> 1
        else:
            after = sha256(b"\x01" + after + each).digest()
        node, last = node >> 1, last >> 1
    assert last == 0, "the proof is too short"
    return [before, after]


def signed_tree(note: str) -> tuple[int, bytes]:
    """The size and the root that a checkpoint signs."""
    _, size, root = note.partition("\n\n")[0].split("\n")
    return int(size), b64decode(root)


def proves(receipt: dict[str, Any]) -> bool:
    """Whether a receipt's entry is of its payload, and its path leads to its checkpoint's root."""
    size, root = signed_tree(receipt["checkpoint"])
    leaf = leaf_hash(receipt["entry"])
    payload = sha256(receipt["payload"].encode()).hexdigest()
    return (
        f'"payload":"{payload}"' in receipt["entry"]
        and f'"position":{receipt["position"]},' in receipt["entry"]
        and (receipt["position"] - 1, size) == (receipt["index"], receipt["size"])
        and leaf.hex() == receipt["leaf_hash"]
        and root == root_of_inclusion(leaf, receipt["index"], size, receipt["hashes"])
    )
