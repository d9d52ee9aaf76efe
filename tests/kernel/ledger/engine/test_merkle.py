"""The hash tree: RFC 6962's published roots, and proofs that hold for what they prove alone."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.ledger.engine import merkle

# The reference implementation of Certificate Transparency publishes these leaves and roots.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                 "606162636465666768696a6b6c6d6e6f")
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 8): ["96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
             "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}  # fmt: skip
CONSISTENCY = {
    (6, 8): ["0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
             "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
             "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"],
    (2, 5): ["5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
             "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"],
}  # fmt: skip
SIZES = st.integers(1, 70)


def hashes(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def hash_of(leaves: list[bytes]) -> merkle.HashOf:
    return lambda start, end: merkle.root(leaves[start:end])


def recursive_root(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word by word."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    both = recursive_root(leaves[:split]) + recursive_root(leaves[split:])
    return sha256(b"\x01" + both).digest()


@pytest.mark.parametrize("size", range(1, 9))
def test_the_roots_are_those_published(size):
    assert merkle.root(map(merkle.leaf_hash, LEAVES[:size])).hex() == ROOTS[size - 1]


def test_the_proofs_are_those_published():
    of = hash_of([merkle.leaf_hash(leaf) for leaf in LEAVES])
    for (index, size), path in INCLUSION.items():
        assert [h.hex() for h in merkle.inclusion_proof(index, size, of)] == path
    for (first, size), path in CONSISTENCY.items():
        assert [h.hex() for h in merkle.consistency_proof(first, size, of)] == path


def test_an_empty_tree_has_the_hash_of_nothing():
    assert merkle.root([]) == sha256(b"").digest()


@given(SIZES)
def test_the_frontier_has_the_root_of_the_definition(size):
    assert merkle.root(hashes(size)) == recursive_root(hashes(size))


@given(SIZES, st.integers(0, 6))
def test_whole_subtrees_may_stand_for_their_leaves(size, height):
    leaves, width = hashes(size), 1 << height
    grown = merkle.Frontier()
    for start in range(0, size, width):
        part = leaves[start : start + width]
        if len(part) == width:
            grown.add(merkle.root(part), width)
        else:
            for leaf in part:
                grown.add(leaf)
    assert grown.root() == merkle.root(leaves)


@given(SIZES, st.data())
def test_an_inclusion_proof_holds_for_its_leaf_and_place_alone(size, data):
    leaves = hashes(size)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.inclusion_proof(index, size, hash_of(leaves))
    root = merkle.root(leaves)
    assert merkle.proves_inclusion(leaves[index], index, size, path, root)
    assert not merkle.proves_inclusion(merkle.leaf_hash(b"x"), index, size, path, root)
    other = data.draw(st.integers(0, size - 1).filter(lambda n: n != index)) if size > 1 else size
    assert not merkle.proves_inclusion(leaves[index], other, size, path, root)
    assert not merkle.proves_inclusion(leaves[index], index, size, [*path, root], root)


@given(SIZES, st.data())
def test_a_consistency_proof_holds_for_an_unchanged_beginning_alone(size, data):
    leaves = hashes(size)
    first = data.draw(st.integers(1, size))
    path = merkle.consistency_proof(first, size, hash_of(leaves))
    roots = merkle.root(leaves[:first]), merkle.root(leaves)
    assert merkle.proves_consistency(first, size, *roots, path)
    changed = [merkle.leaf_hash(b"x"), *leaves[1:first]]
    assert not merkle.proves_consistency(first, size, merkle.root(changed), roots[1], path)


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index, size):
    with pytest.raises(ValueError, match="leaf"):
        merkle.inclusion_proof(index, size, hash_of(hashes(3)))
    assert not merkle.proves_inclusion(b"", index, size, [], b"")


def test_a_subtree_must_stand_at_a_multiple_of_its_size():
    grown = merkle.Frontier()
    grown.add(b"x")
    with pytest.raises(ValueError, match="subtree"):
        grown.add(b"y", 2)
