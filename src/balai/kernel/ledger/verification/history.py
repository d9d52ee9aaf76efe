"""Whether the history is the one that checkpoints sealed: in the database, and as handed out.

One pass over all transfers in their order grows the tree; wherever a checkpoint or a kept subtree
ends, the hashes must agree, and no leaf after its last may be of a transaction below its horizon:
a checkpoint holds all of those. The part of the order in which the first difference lies is named,
and in it the transfer whose row was written by another transaction than it says, if one was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256

from balai.kernel import keys
from balai.kernel.ledger import tree
from balai.kernel.ledger.engine.merkle import Frontier, leaf_hash
from balai.kernel.ledger.models import Checkpoint, Subtree
from balai.kernel.ledger.queries.checkpoints import PURPOSE
from balai.kernel.ledger.verification.published import Published, signed_wrongly
from balai.kernel.ledger.verification.sealed import Body, Signature, read_body, read_signatures
from balai.kernel.ledger.verification.verdict import Break

WHO = {False: "checkpoint", True: "published checkpoint"}


def broken(published: Published | None) -> list[Break]:
    """What differs from the checkpoints, the first difference of the order first."""
    kept = list(Checkpoint.objects.order_by("number"))
    chain = list(_broken_chain(kept))
    own = _Expected(
        roots={row.tree_size: (row.number, bytes(row.root)) for row in kept},
        horizons={row.tree_size: row.horizon for row in kept},
        subtrees=[bytes(h) for h in
                  Subtree.objects.order_by("number").values_list("hash", flat=True)],
    )  # fmt: skip
    expected = [own]
    if published:
        chain += [*published.breaks, *_rewritten(kept, published)]
        expected.append(
            _Expected(
                roots={size: (published.numbers[size], root)
                       for size, root in published.roots.items()},
                horizons=published.horizons, subtrees=published.subtrees, public=True,
            )
        )  # fmt: skip
    return [*_walk(expected), *chain]


@dataclass(slots=True)
class _Expected:
    """Hashes that the tree must have: by its size, and of each whole subtree."""

    roots: dict[int, tuple[int, bytes]]
    horizons: dict[int, int]
    subtrees: list[bytes]
    public: bool = False
    found: Break | None = None
    bound: int = 0
    """The horizon of the last checkpoint that the walk has passed."""

    def horizon(self, size: int) -> int:
        """Below it lie the transactions of the first `size` transfers."""
        return min((h for s, h in self.horizons.items() if s >= size), default=0)


@dataclass(slots=True)
class _Stretch:
    """The leaves since the last place where all was found well, as many as a subtree has."""

    start: int = 0
    leaves: list[tree.Leaf] = field(default_factory=list)
    part: Frontier = field(default_factory=Frontier)

    def take(self, found: tree.Leaf) -> None:
        if len(self.leaves) < tree.SUBTREE:
            self.leaves.append(found)

    def break_in(self, end: int, what: str, horizon: int) -> Break:
        """The row written last, if after its checkpoint, else the first of the stretch.

        A savepoint's rows bear a number of their own, which may lie above the horizon under which
        their transaction was sealed: of rows that seem late, only the last surely is.
        """
        late = (leaf for leaf in self.leaves if leaf.writer >= horizon & 0xFFFFFFFF)
        suspect = max(late, key=lambda leaf: leaf.writer, default=None)
        place = f"among transfers {self.start + 1} to {end} in the order of recording"
        if suspect:
            problem = f"it was rewritten after it was recorded: {what} differs {place}"
        else:
            suspect = self.leaves[0]
            problem = f"from here the history differs from {what}, {place}"
        return Break(str(suspect.place[1]), suspect.key, problem)


def _walk(expected: list[_Expected]) -> Iterator[Break]:
    grown, stretch = Frontier(), _Stretch()
    for found in tree.leaves(tree.FIRST, 2**62):
        hashed = leaf_hash(found.data)
        grown.add(hashed)
        stretch.part.add(hashed)
        stretch.take(found)
        whole = stretch.part.size == tree.SUBTREE
        sound = [_agrees(item, grown, stretch, whole, found) for item in expected]
        if whole:
            stretch.part = Frontier()
        if all(sound) and (whole or any(grown.size in item.roots for item in expected)):
            stretch = _Stretch(start=grown.size, part=stretch.part)
    for item in expected:
        if item.found is None and (missing := [s for s in item.roots if s > grown.size]):
            number = item.roots[min(missing)][0]
            item.found = Break(
                f"{WHO[item.public]} {number}", "",
                f"it holds {min(missing)} transfers, the ledger only {grown.size}",
            )  # fmt: skip
        if item.found:
            yield item.found


def _agrees(
    expected: _Expected, grown: Frontier, stretch: _Stretch, whole: bool, last: tree.Leaf
) -> bool:
    """Whether nothing differs up to here; the first difference is kept."""
    if expected.found is not None:
        return False
    size = grown.size
    if last.place[0] < expected.bound:
        expected.found = Break(
            str(last.place[1]), last.key,
            f"the {WHO[expected.public]} that sealed its transaction does not hold it: "
            "it was written in afterwards",
        )  # fmt: skip
        return False
    if whole and size // tree.SUBTREE <= len(expected.subtrees):
        number = size // tree.SUBTREE - 1
        if stretch.part.root() != expected.subtrees[number]:
            expected.found = stretch.break_in(
                size, f"what the {WHO[expected.public]}s hold", expected.horizon(size)
            )
            return False
    if size in expected.roots:
        number, root = expected.roots[size]
        if grown.root() != root:
            expected.found = stretch.break_in(
                size, f"{WHO[expected.public]} {number}", expected.horizon(size)
            )
            return False
        expected.bound = expected.horizons[size]
    return True


def _broken_chain(kept: list[Checkpoint]) -> Iterator[Break]:
    previous = ""
    for place, row in enumerate(kept, 1):
        name = f"checkpoint {row.number}"
        if row.number != place:
            yield Break(name, "", f"it stands in the place of checkpoint {place}")
        try:
            body, signatures = read_body(row.body), read_signatures(row.signatures)
        except ValueError as error:
            yield Break(name, "", f"its signed text cannot be read: {error}")
        else:
            yield from _unsound(name, row, body, signatures, previous)
        previous = sha256(row.body.encode()).hexdigest()


def _unsound(
    name: str, row: Checkpoint, body: Body, signatures: tuple[Signature, ...], previous: str
) -> Iterator[Break]:
    if (body.number, body.tree_size, body.root, body.horizon) != (
        row.number, row.tree_size, bytes(row.root), row.horizon,
    ):  # fmt: skip
        yield Break(name, "", "its columns differ from its signed text")
    if body.previous != previous:
        yield Break(name, "", "it does not follow the checkpoint before it")
    public = [key for city in body.cities for key in keys.public_keys(city, PURPOSE)]
    unsigned = set(body.cities) - {signature.city for signature in signatures}
    for city in sorted({*signed_wrongly(row.body, signatures, public), *unsigned}):
        yield Break(name, "", f"the signature of {city} is missing or does not hold")


def _rewritten(kept: list[Checkpoint], published: Published) -> Iterator[Break]:
    bodies = {row.number: row.body for row in kept}
    for number, body in sorted(published.bodies.items()):
        if bodies.get(number) != body:
            problem = "is missing here" if number not in bodies else "was another when it was made"
            yield Break(f"checkpoint {number}", "", f"{problem}: see the published file")
            return
