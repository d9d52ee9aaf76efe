"""Checkpoints that were handed out: read from their file, their signatures checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from balai.kernel import keys
from balai.kernel.keys import PublicKey
from balai.kernel.ledger.queries.checkpoints import FORM
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
        given = json.loads(path.read_text(encoding="utf-8"))
        if given["form"] != FORM:
            raise ValueError(f"its form is {given['form']!r}")
        public = [_public(key) for key in given["keys"]]
        found = [(json.loads(kept["body"]), kept) for kept in given["checkpoints"]]
        return Published(
            bodies={body["number"]: kept["body"] for body, kept in found},
            roots={body["tree_size"]: bytes.fromhex(body["root"]) for body, _ in found},
            horizons={body["tree_size"]: body["horizon"] for body, _ in found},
            numbers={body["tree_size"]: body["number"] for body, _ in found},
            subtrees=[bytes.fromhex(text) for text in given["subtrees"]],
            breaks=list(_unsigned(found, public)),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ProblemError(
            "The file of checkpoints cannot be used",
            faults=(Fault(field="checkpoints", value=str(path), problem=str(error),
                          remedy="Give a file that balai ledger export-checkpoints wrote"),),
        ) from error  # fmt: skip


def signed_by(body: str, signatures: list[dict[str, str]], public: list[PublicKey]) -> list[str]:
    """The cities whose signature under a body does not hold."""
    known = {(key.city, key.key_id): key for key in public}
    return [
        signature["city"]
        for signature in signatures
        if (key := known.get((signature["city"], signature["key_id"]))) is None
        or not keys.verify(key, body.encode(), bytes.fromhex(signature["signature"]))
    ]


def _public(key: dict[str, str]) -> PublicKey:
    spki = bytes.fromhex(key["spki"])
    if sha256(spki).hexdigest()[: len(key["key_id"])] != key["key_id"]:
        raise ValueError(f"the key {key['key_id']} is not what its name says")
    return PublicKey(key["city"], "checkpoints", key["key_id"], spki)


def _unsigned(found: list[tuple[Any, Any]], public: list[PublicKey]) -> list[Break]:
    breaks = []
    previous = ""
    for body, kept in found:
        name = f"published checkpoint {body['number']}"
        breaks += [
            Break(name, "", f"the signature of {city} does not hold")
            for city in signed_by(kept["body"], kept["signatures"], public)
        ]
        if sorted(kept["body"] and body["cities"]) != sorted(
            signature["city"] for signature in kept["signatures"]
        ):
            breaks.append(Break(name, "", "it is not signed by the cities that it names"))
        if body["previous"] != previous and body["number"] != 1 and previous:
            breaks.append(Break(name, "", "it does not follow the checkpoint before it"))
        previous = sha256(kept["body"].encode()).hexdigest()
    return breaks
