"""From the dataset before and a message to the dataset after.

FULL_DATASET replaces all that came before. DIFFERENTIAL is in the specification without rules of
its own but for `is_deleted`; the common reading is taken: an entity replaces the one of its id,
or deletes it, and the others stay.
"""

from __future__ import annotations

from typing import Any

from .decode import parse
from .errors import RealtimeRefused

FULL, DIFFERENTIAL = 0, 1


def merge(before: bytes | None, content: bytes) -> bytes:
    """The whole dataset after a message, as a FeedMessage of the kind FULL_DATASET.

    Raises RealtimeRefused where the message is none, is older than the dataset before, or speaks
    of differences to nothing.
    """
    message = parse(content)
    former = parse(before) if before else None
    if former and message.header.timestamp < former.header.timestamp:
        raise RealtimeRefused(
            f"The message of {message.header.timestamp} is older than the one before,"
            f" of {former.header.timestamp}",
            "Send messages in the order of header.timestamp",
        )
    if message.header.incrementality == DIFFERENTIAL:
        if former is None:
            raise RealtimeRefused(
                "Differences came before any whole dataset", "Send a FULL_DATASET first"
            )
        _put_over(message, former)
    _drop_deleted(message)
    message.header.incrementality = FULL
    return bytes(message.SerializeToString(deterministic=True))


def _put_over(message: Any, former: Any) -> None:
    """Put the entities of `former` that the message does not speak of behind its own."""
    spoken = {entity.id for entity in message.entity}
    for entity in former.entity:
        if entity.id not in spoken:
            message.entity.add().CopyFrom(entity)


def _drop_deleted(message: Any) -> None:
    kept = [entity for entity in message.entity if not entity.is_deleted]
    if len(kept) < len(message.entity):
        del message.entity[:]
        message.entity.extend(kept)
