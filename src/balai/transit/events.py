"""What this programme tells the record of events."""

from __future__ import annotations

from dataclasses import dataclass

from balai.kernel.events.kinds import EventKind, register_kind


@dataclass(frozen=True, slots=True)
class JourneyPriced:
    """A journey read from its taps. `revision` above 1: late taps changed what it is.

    `charge` is what it costs now in rupiah; `change` by how much that differs from before.
    """

    tariff: str
    revision: int
    boardings: int
    charge: int
    change: int
    integrated: bool
    generated: bool


JOURNEY_PRICED = register_kind(
    EventKind(
        name="transit.journey-priced",
        version=1,
        fields=JourneyPriced,
        title={"id": "Perjalanan dihitung ongkosnya", "en": "Journey priced"},
    )
)
