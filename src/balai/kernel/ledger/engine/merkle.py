"""The hash tree of RFC 6962, section 2.1 (RFC 9162, section 2.1), over SHA-256.

Leaves and nodes are hashed with different prefixes, so that neither can stand for the other. A
tree is never held whole: `hash_of(start, end)` gives the hash of the leaves from `start` up to,
not including, `end`, from wherever they are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

HashOf = Callable[[int, int], bytes]
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of the node above two subtrees."""
    return sha256(b"\x01" + left + right).digest()


class Frontier:
    """The hashes of the complete subtrees that a growing tree consists of, the largest first."""

    __slots__ = ("_parts", "size")

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[tuple[int, bytes]] = []

    def add(self, hashed: bytes, leaves: int = 1) -> None:
        """Append a leaf, or a complete subtree of `leaves` leaves, a power of two.

        ValueError where a subtree would not stand at a multiple of its own size.
        """
        if leaves & (leaves - 1) or self.size % leaves:
            raise ValueError(f"{leaves} leaves cannot be one subtree after {self.size}")
        self.size += leaves
        parts = self._parts
        while parts and parts[-1][0] == leaves:
            hashed = node_hash(parts.pop()[1], hashed)
            leaves *= 2
        parts.append((leaves, hashed))

    def root(self) -> bytes:
        """The root over everything appended so far."""
        if not self._parts:
            return EMPTY
        hashed = self._parts[-1][1]
        for _, left in reversed(self._parts[:-1]):
            hashed = node_hash(left, hashed)
        return hashed


def root(leaves: Iterable[bytes]) -> bytes:
    """The root of a tree over these leaf hashes."""
    tree = Frontier()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root()


def inclusion_proof(index: int, size: int, hash_of: HashOf) -> list[bytes]:
    """The path from leaf `index` (0 is the first) to the root of the first `size` leaves.

    ValueError where the tree has no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    return _path(index, 0, size, hash_of)


def consistency_proof(first: int, size: int, hash_of: HashOf) -> list[bytes]:
    """What proves that the tree of `first` leaves is the beginning of the one of `size` leaves.

    ValueError where it is not shorter, or has no leaf.
    """
    if not 0 < first <= size:
        raise ValueError(f"no tree of {first} leaves begins one of {size}")
    return [] if first == size else _subproof(first, 0, size, True, hash_of)


def proves_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether the path leads from the leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, hashed = index, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if place & 1 or place == last:
            hashed = node_hash(step, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node_hash(hashed, step)
        place, last = place >> 1, last >> 1
    return last == 0 and hashed == root


def proves_consistency(
    first: int, second: int, first_root: bytes, second_root: bytes, path: Sequence[bytes]
) -> bool:
    """Whether the path shows the first tree to begin the second (RFC 9162, 2.1.4.2)."""
    if first == second:
        return not path and first_root == second_root
    if not 0 < first < second or not path:
        return False
    steps = [first_root, *path] if first & (first - 1) == 0 else list(path)
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            old, new = node_hash(step, old), node_hash(step, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, step)
        place, last = place >> 1, last >> 1
    return last == 0 and old == first_root and new == second_root


def _split(count: int) -> int:
    """The largest power of two below `count`."""
    return 1 << (count - 1).bit_length() - 1


def _path(index: int, start: int, end: int, hash_of: HashOf) -> list[bytes]:
    if end - start == 1:
        return []
    middle = start + _split(end - start)
    if index < middle:
        return [*_path(index, start, middle, hash_of), hash_of(middle, end)]
    return [*_path(index, middle, end, hash_of), hash_of(start, middle)]


def _subproof(first: int, start: int, end: int, whole: bool, hash_of: HashOf) -> list[bytes]:
    if first == end:
        return [] if whole else [hash_of(start, end)]
    middle = start + _split(end - start)
    if first <= middle:
        return [*_subproof(first, start, middle, whole, hash_of), hash_of(middle, end)]
    return [*_subproof(first, middle, end, False, hash_of), hash_of(start, middle)]
