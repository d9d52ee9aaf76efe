"""Checkpoints, and the proof that one transfer is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from balai.kernel import keys
from balai.kernel.ledger import tree
from balai.kernel.ledger.engine import merkle
from balai.kernel.ledger.models import Checkpoint, Subtree
from balai.kernel.ledger.queries.rows import fetch
from balai.kernel.ledger.queries.transfers import transfer
from balai.kernel.problems import MissingError

FORM = "balai-ledger-checkpoints/1"
PROOF = "balai-ledger-proof/1"
PURPOSE = "checkpoints"


@dataclass(frozen=True, slots=True)
class CheckpointView:
    """A checkpoint; `body` is the exact text that was signed."""

    number: int
    tree_size: int
    root: bytes
    horizon: int
    made_at: datetime
    body: str
    signatures: list[dict[str, str]]

    @property
    def digest(self) -> str:
        """What the next checkpoint names as its previous one."""
        return sha256(self.body.encode()).hexdigest()

    @property
    def cities(self) -> list[str]:
        """Who signed."""
        return [signature["city"] for signature in self.signatures]


@dataclass(frozen=True, slots=True)
class Proof:
    """That a transfer is leaf `index` of a checkpoint's tree: hash the leaf, follow the path."""

    leaf: bytes
    index: int
    path: tuple[bytes, ...]
    checkpoint: CheckpointView

    def holds(self) -> bool:
        """Whether the path leads to the checkpoint's root."""
        return merkle.proves_inclusion(
            merkle.leaf_hash(self.leaf), self.index, self.checkpoint.tree_size, self.path,
            self.checkpoint.root,
        )  # fmt: skip

    def as_dict(self) -> dict[str, Any]:
        """The proof for JSON; hashes in hexadecimal digits."""
        return {
            "form": PROOF,
            "leaf": self.leaf.decode(),
            "index": self.index,
            "path": [step.hex() for step in self.path],
            "checkpoint": {"body": self.checkpoint.body, "signatures": self.checkpoint.signatures},
            "keys": list(public_keys(self.checkpoint.cities)),
        }


def checkpoint(number: int) -> CheckpointView:
    """The checkpoint of that number; MissingError if there is none."""
    found = Checkpoint.objects.filter(number=number).first()
    if found is None:
        raise MissingError("There is no such checkpoint", detail=f"No checkpoint {number} exists.")
    return _view(found)


def checkpoints(*, before: int | None = None, limit: int = 50) -> list[CheckpointView]:
    """The checkpoints below a number (all, if None), the latest first."""
    found = Checkpoint.objects.order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    return [_view(row) for row in found[:limit]]


def last_checkpoint() -> CheckpointView | None:
    """The latest checkpoint, if there is one."""
    found = Checkpoint.objects.order_by("-number").first()
    return _view(found) if found else None


def unsealed() -> int:
    """How many transfers no checkpoint holds yet."""
    last = last_checkpoint()
    return int(
        fetch("SELECT count(*) FROM ledger_transfer WHERE recorded_in >= %(horizon)s",
              {"horizon": last.horizon if last else 0})[0][0]
    )  # fmt: skip


def inclusion_proof(identifier: UUID) -> Proof | None:
    """The proof that a transfer is in the latest checkpoint, or None where it is not in one yet.

    MissingError where there is no such transfer.
    """
    transfer(identifier)
    last = last_checkpoint()
    place = tree.place_of(identifier)
    if last is None or place is None or place[0] >= last.horizon:
        return None
    reader = tree.Reader(last.tree_size, last.horizon)
    index = reader.index_of(place)
    if index is None:
        return None
    found = reader.leaves_of(index // tree.SUBTREE)[index % tree.SUBTREE]
    path = merkle.inclusion_proof(index, last.tree_size, reader.hash_of)
    return Proof(found.data, index, tuple(path), last)


def export_lines() -> Iterator[str]:
    """The file of all checkpoints as JSON, in pieces: keys, checkpoints, subtrees' hashes.

    A stranger who keeps it can later tell whether the ledger still is what it was.
    """
    cities = {city for row in Checkpoint.objects.only("signatures").iterator()
              for city in (signature["city"] for signature in row.signatures)}  # fmt: skip
    yield f'{{"form": {json.dumps(FORM)},\n"keys": [\n'
    yield from _separated(json.dumps(key) for key in public_keys(sorted(cities)))
    yield '],\n"checkpoints": [\n'
    yield from _separated(
        json.dumps({"body": row.body, "signatures": row.signatures}, ensure_ascii=False)
        for row in Checkpoint.objects.order_by("number").iterator()
    )
    yield f'],\n"subtree_leaves": {tree.SUBTREE},\n"subtrees": [\n'
    yield from _separated(
        json.dumps(bytes(found).hex())
        for found in Subtree.objects.order_by("number").values_list("hash", flat=True).iterator()
    )
    yield "]}\n"


def public_keys(cities: list[str]) -> Iterator[dict[str, str]]:
    """The public keys that the cities sign checkpoints with, for a file that is handed out."""
    for city in cities:
        for key in keys.public_keys(city, PURPOSE):
            yield {"city": city, "key_id": key.key_id, "spki": key.spki.hex()}


def _separated(pieces: Iterator[str]) -> Iterator[str]:
    for number, piece in enumerate(pieces):
        yield f"{',' if number else ''}{piece}\n"


def _view(row: Checkpoint) -> CheckpointView:
    return CheckpointView(row.number, row.tree_size, bytes(row.root), row.horizon, row.made_at,
                          row.body, row.signatures)  # fmt: skip
