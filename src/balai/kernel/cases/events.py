"""What cases tell the record of events: identifiers and kinds, never names or answers."""

from __future__ import annotations

from dataclasses import dataclass

from balai.kernel.cases.rules import ACT_TITLES
from balai.kernel.events.kinds import EventKind, register_kind


@dataclass(frozen=True, slots=True)
class CaseActed:
    """A case's id, its service, the event's sequence, and the state it led to."""

    case: str
    service: str
    version: int
    sequence: int
    status: str
    step: str
    generated: bool


KINDS = {
    kind: register_kind(
        EventKind(name=f"cases.{kind.replace('_', '-')}", version=1, fields=CaseActed,
                  title={"id": indonesian, "en": english})
    )
    for kind, (indonesian, english) in ACT_TITLES.items()
}  # fmt: skip
