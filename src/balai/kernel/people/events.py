"""What happens to the register, told to the rest of the house: identifiers only, no names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from balai.kernel.access.origin import Origin
from balai.kernel.events.actions import Happening, local_day, record
from balai.kernel.events.kinds import EventKind, register_kind
from balai.kernel.identifiers import time_ordered_ids
from balai.kernel.regions.queries import city_of


@dataclass(frozen=True)
class AboutPerson:
    """Whom it is about, and whether the record is generated."""

    person: UUID
    generated: bool


@dataclass(frozen=True)
class Moved:
    """Who moved, from and to which region (empty where it is outside the country's codes)."""

    person: UUID
    generated: bool
    origin: str
    destination: str


@dataclass(frozen=True)
class AboutHousehold:
    """Which household, what changed (founded, joined, left, relations, split, number), and whether
    it is generated.
    """

    household: UUID
    change: str
    generated: bool


def _kind(name: str, fields: type, indonesian: str, english: str) -> EventKind:
    return register_kind(
        EventKind(name=name, version=1, fields=fields, title={"id": indonesian, "en": english},
                  personal=frozenset({"person"}))
    )  # fmt: skip


REGISTERED = _kind("people.registered", AboutPerson, "Penduduk didaftarkan", "Resident registered")
BORN = _kind("people.born", AboutPerson, "Kelahiran dicatat", "Birth recorded")
DIED = _kind("people.died", AboutPerson, "Kematian dicatat", "Death recorded")
LEFT = _kind("people.moved-out", Moved, "Penduduk pindah keluar", "Resident moved out")
ARRIVED = _kind("people.moved-in", Moved, "Penduduk datang", "Resident moved in")
HOUSEHOLD = register_kind(
    EventKind(name="people.household-changed", version=1, fields=AboutHousehold,
              title={"id": "Keluarga berubah", "en": "Household changed"},
              personal=frozenset({"household"}))
)  # fmt: skip
CHANGED = _kind("people.changed", AboutPerson, "Data penduduk diubah", "Resident's record changed")


def tell(
    kind: EventKind,
    data: AboutPerson | Moved,
    *,
    region_code: str,
    origin: Origin,
    on: date | None = None,
    at: datetime | None = None,
) -> None:
    """Record the event in the city that the region lies in; a region outside any city tells none.

    `on` is the day it counts to: the day of the birth or death, else today in the city.
    """
    city = city_of(region_code)
    if city is None:
        return
    moment = at or timezone.now()
    record(
        Happening(
            kind=kind, at=moment, day=on or local_day(moment, city.zone), city=city.slug,
            data=data, place=region_code, subject=f"people.person:{data.person}",
            actor=origin.actor,
        )
    )  # fmt: skip


def tell_household(
    household: UUID, change: str, *, generated: bool, region_code: str, origin: Origin
) -> UUID:
    """Record that a household changed; returns a number of this change. Outside any city nothing
    is told.
    """
    number, city = UUID(time_ordered_ids(1)[0]), city_of(region_code)
    if city is not None:
        moment = timezone.now()
        record(
            Happening(
                kind=HOUSEHOLD, at=moment, day=local_day(moment, city.zone), city=city.slug,
                data=AboutHousehold(household, change, generated), place=region_code,
                subject=f"people.household:{household}", actor=origin.actor,
            )
        )  # fmt: skip
    return number
