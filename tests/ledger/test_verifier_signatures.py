"""The verifier's own check of Ed25519: the published vectors, and agreement with a library's."""

import random

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from ledger.verifier import ORDER, P, signature_holds

# RFC 8032, 7.1: public key, message, signature.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701c"
        "f9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
        "f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f76098"
        "4dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]
# The points whose order divides eight, in their canonical spelling.
SMALL_ORDER = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
]
NO_POINTS = [
    (P + 1).to_bytes(32, "little").hex(),  # the neutral point, spelled another way
    (1 + (1 << 255)).to_bytes(32, "little").hex(),  # the same with the sign of nothing
    (2).to_bytes(32, "little").hex(),  # on no curve
]


def holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        return signature_holds(public, message, signature)
    except ValueError:
        return False


def library_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except InvalidSignature:
        return False
    return True


@pytest.mark.parametrize(("public", "message", "signature"), VECTORS)
def test_the_published_signatures_hold(public: str, message: str, signature: str) -> None:
    given = bytes.fromhex(public), bytes.fromhex(message), bytes.fromhex(signature)
    assert signature_holds(*given)
    assert library_holds(*given)


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=200), data=st.data())
def test_it_agrees_with_a_library_on_any_signature_whole_or_damaged(
    seed: bytes, message: bytes, data: st.DataObject
) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    parts = [private.public_key().public_bytes_raw(), message, private.sign(message)]
    assert signature_holds(*parts)
    which = data.draw(st.sampled_from([0, 1, 2] if message else [0, 2]))
    at = data.draw(st.integers(0, len(parts[which]) * 8 - 1))
    damaged = bytearray(parts[which])
    damaged[at // 8] ^= 1 << at % 8
    parts[which] = bytes(damaged)
    assert not holds(*parts)
    assert not library_holds(*parts)


def test_a_signature_has_one_spelling_and_one_length() -> None:
    """The same S plus the order of the group would pass a careless check."""
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[1])
    s = int.from_bytes(signature[32:], "little")
    for other in (s + ORDER, s + 2 * ORDER, s | 1 << 255, ORDER - s):
        assert not signature_holds(public, message, signature[:32] + other.to_bytes(32, "little"))
    for wrong in (signature[:63], signature + b"\0", b"", signature[32:] + signature[:32]):
        assert not signature_holds(public, message, wrong)


@pytest.mark.parametrize("point", [*SMALL_ORDER, *NO_POINTS])
def test_a_key_that_could_sign_anything_is_no_key(point: str) -> None:
    """Under the neutral point, S = 0 and R neutral sign every message."""
    chance = random.Random(point)  # noqa: S311 - messages, not secrets
    for first in SMALL_ORDER:
        signature = bytes.fromhex(first) + bytes(32)
        with pytest.raises(ValueError, match="not a point|small order"):
            signature_holds(bytes.fromhex(point), chance.randbytes(9), signature)


def test_a_point_that_is_no_signature_is_refused_quietly() -> None:
    """R is compared as bytes, so what is not a point is just not the one there should be."""
    public, message, signature = (bytes.fromhex(part) for part in VECTORS[0])
    for point in (*SMALL_ORDER, *NO_POINTS):
        assert not signature_holds(public, message, bytes.fromhex(point) + signature[32:])
