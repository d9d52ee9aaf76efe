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


@dataclass(frozen=True, slots=True)
class CardActed:
    """What was done with a card: the act, and in which state it left the card."""

    act: str
    state: str
    block: str
    generated: bool


CARD_ACTED = register_kind(
    EventKind(
        name="transit.card-acted",
        version=1,
        fields=CardActed,
        title={
            "id": "Kartu diterbitkan, diblokir, diganti",
            "en": "Card issued, blocked, replaced",
        },
    )
)


@dataclass(frozen=True, slots=True)
class CardLoaded:
    """Money that reached a card, or was taken back from it (`change` below zero), in rupiah."""

    way: str
    change: int
    generated: bool


CARD_LOADED = register_kind(
    EventKind(
        name="transit.card-loaded",
        version=1,
        fields=CardLoaded,
        title={"id": "Kartu diisi", "en": "Card loaded"},
    )
)


@dataclass(frozen=True, slots=True)
class ConcessionActed:
    """An application for a concession, or what was decided about it."""

    group: str
    state: str
    renews: bool
    generated: bool


CONCESSION_ACTED = register_kind(
    EventKind(
        name="transit.concession-acted",
        version=1,
        fields=ConcessionActed,
        title={"id": "Keringanan ongkos diajukan atau diputuskan",
               "en": "Concession applied for or decided"},
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DisputeActed:
    """A charge that is disputed, or the answer; amounts in rupiah."""

    why: str
    state: str
    charge: int
    refund: int
    generated: bool


DISPUTE_ACTED = register_kind(
    EventKind(
        name="transit.dispute-acted",
        version=1,
        fields=DisputeActed,
        title={"id": "Ongkos disengketakan atau dijawab",
               "en": "Charge disputed or answered"},
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class DaySettled:
    """An operator's statement of a service day was written. `change`: what the version adds to
    what was owed before; metres and rupiah.
    """

    operator: str
    version: int
    scheduled_m: int
    verified_m: int
    missed: int
    net: int
    change: int
    generated: bool


DAY_SETTLED = register_kind(
    EventKind(
        name="transit.day-settled",
        version=1,
        fields=DaySettled,
        title={"id": "Hari operasi diselesaikan", "en": "Service day settled"},
    )
)
