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


@dataclass(frozen=True, slots=True)
class TariffActed:
    """What an officer did with a tariff; `digest` tells its figures apart, `start` is the first
    day it was put in force from, where that is the act.
    """

    tariff: str
    act: str
    digest: str
    start: str = ""
    journeys: int = 0


TARIFF_ACTED = register_kind(
    EventKind(
        name="transit.tariff-acted",
        version=1,
        fields=TariffActed,
        title={"id": "Tarif disusun, diterbitkan, atau diberlakukan",
               "en": "Tariff drawn up, published or put in force"},
    )
)  # fmt: skip
