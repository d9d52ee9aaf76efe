"""The list of cards that validators refuse, as a log of changes.

The list at a version is what the changes up to there leave. A delta between two versions names
only what differs between the two lists; applying deltas in order gives the list. A digest of the
whole list lets a validator notice that it missed one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Change:
    """At `version` the card `reference` was put on the list, or taken off."""

    version: int
    reference: str
    listed: bool


@dataclass(frozen=True, slots=True)
class Delta:
    """What turns the list at `since` into the list at `version`; both parts are sorted."""

    since: int
    version: int
    added: tuple[str, ...]
    removed: tuple[str, ...]


def listed_at(changes: Iterable[Change], version: int) -> frozenset[str]:
    """The cards on the list at a version, whatever the order in which the changes are given."""
    last = _last(changes, version)
    return frozenset(reference for reference, change in last.items() if change.listed)


def delta(changes: Iterable[Change], since: int, version: int) -> Delta:
    """The difference of the lists at two versions. ValueError where `since` is the later one."""
    if since > version:
        raise ValueError(f"version {since} is later than {version}")
    kept = tuple(changes)
    before, after = listed_at(kept, since), listed_at(kept, version)
    return Delta(since, version, tuple(sorted(after - before)), tuple(sorted(before - after)))


def applied(listed: frozenset[str], change: Delta) -> frozenset[str]:
    """The list after a delta, as a validator makes it."""
    return (listed - frozenset(change.removed)) | frozenset(change.added)


def digest(listed: Iterable[str]) -> str:
    """SHA-256 over the sorted references, a line feed after each; the same for the same list."""
    told = hashlib.sha256()
    for reference in sorted(listed):
        told.update(f"{reference}\n".encode())
    return told.hexdigest()


def signed_text(city: str, change: Delta, of_list: str) -> bytes:
    """The bytes that the city signs: its name, both versions, what changed, the list's digest."""
    lines = [
        "balai-hotlist/1", city, str(change.since), str(change.version), digest(change.added),
        digest(change.removed), of_list,
    ]  # fmt: skip
    return "\n".join(lines).encode()


def _last(changes: Iterable[Change], version: int) -> Mapping[str, Change]:
    last: dict[str, Change] = {}
    for change in changes:
        kept = last.get(change.reference)
        if change.version <= version and (kept is None or kept.version < change.version):
            last[change.reference] = change
    return last
