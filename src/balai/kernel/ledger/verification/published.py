"""Checkpoints that were handed out: read from their file, their signatures checked."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from balai.kernel import keys
from balai.kernel.keys import PublicKey
from balai.kernel.ledger.queries.checkpoints import FORM
from balai.kernel.ledger.verification.sealed import (
    Body,
    Signature,
    read_body,
    read_signatures,
)
from balai.kernel.ledger.verification.verdict import Break
from balai.kernel.problems import Fault, ProblemError


@dataclass(frozen=True, slots=True)
class Published:
    """What a file of checkpoints says: roots by tree size, hashes of subtrees, its own faults."""

    bodies: dict[int, str]
    roots: dict[int, bytes]
    horizons: dict[int, int]
    numbers: dict[int, int]
    subtrees: list[bytes]
    breaks: list[Break]


def read(path: Path) -> Published:
    """The checkpoints of an exported file; ProblemError where it is not one."""
    try:
        return _read(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise ProblemError(
            "The file of checkpoints cannot be used",
            faults=(Fault(field="checkpoints", value=str(path), problem=_said(error),
                          remedy="Give a file that balai ledger export-checkpoints wrote"),),
        ) from error  # fmt: skip


def _read(given: Any) -> Published:
    if given["form"] != FORM:
        raise ValueError(f"its form is {given['form']!r}")
    public = [_public(key) for key in given["keys"]]
    texts = [kept["body"] for kept in given["checkpoints"]]
    bodies = [read_body(text) for text in texts]
    signed = [read_signatures(kept["signatures"]) for kept in given["checkpoints"]]
    return Published(
        bodies={body.number: text for body, text in zip(bodies, texts, strict=True)},
        roots={body.tree_size: body.root for body in bodies},
        horizons={body.tree_size: body.horizon for body in bodies},
        numbers={body.tree_size: body.number for body in bodies},
        subtrees=[bytes.fromhex(text) for text in given["subtrees"]],
        breaks=list(_unsound(texts, bodies, signed, public)),
    )


def signed_wrongly(
    text: str, signatures: Sequence[Signature], public: Sequence[PublicKey]
) -> list[str]:
    """The cities whose signature under a text does not hold."""
    known = {(key.city, key.key_id): key for key in public}
    return [
        signature.city
        for signature in signatures
        if (key := known.get((signature.city, signature.key_id))) is None
        or not keys.verify(key, text.encode(), signature.raw)
    ]


def _said(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error)


def _public(key: dict[str, str]) -> PublicKey:
    spki = bytes.fromhex(key["spki"])
    if not key["key_id"] or sha256(spki).hexdigest()[: len(key["key_id"])] != key["key_id"]:
        raise ValueError(f"the key {key['key_id']} is not what its name says")
    return PublicKey(key["city"], "checkpoints", key["key_id"], spki)


def _unsound(
    texts: list[str], bodies: list[Body], signed: list[tuple[Signature, ...]],
    public: list[PublicKey],
) -> Iterator[Break]:  # fmt: skip
    previous = ""
    for text, body, signatures in zip(texts, bodies, signed, strict=True):
        name = f"published checkpoint {body.number}"
        for city in signed_wrongly(text, signatures, public):
            yield Break(name, "", f"the signature of {city} does not hold")
        if sorted(body.cities) != sorted(signature.city for signature in signatures):
            yield Break(name, "", "it is not signed by the cities that it names")
        if previous and body.number != 1 and body.previous != previous:
            yield Break(name, "", "it does not follow the checkpoint before it")
        previous = sha256(text.encode()).hexdigest()
