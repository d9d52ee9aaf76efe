"""Merges told to the rest of the house: the ids of both records, no names."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from balai.kernel.access.origin import Origin
from balai.kernel.events.actions import Happening, local_day, record
from balai.kernel.events.kinds import EventKind, register_kind
from balai.kernel.people.models import Merge
from balai.kernel.regions.queries import city_of


@dataclass(frozen=True)
class AboutMerge:
    """The merge, the record kept and the one that leads to it."""

    merge: UUID
    kept: UUID
    absorbed: UUID


def _kind(name: str, indonesian: str, english: str) -> EventKind:
    return register_kind(
        EventKind(name=name, version=1, fields=AboutMerge, title={"id": indonesian, "en": english},
                  personal=frozenset({"kept", "absorbed"}))
    )  # fmt: skip


MERGED = _kind("people.records-merged", "Data penduduk digabung", "Residents' records merged")
UNDONE = _kind("people.merge-undone", "Penggabungan data dibatalkan", "Merge of records undone")


def tell(kind: EventKind, merge: Merge, *, origin: Origin) -> None:
    """Record the event in the city of the record kept; a region outside any city tells none."""
    city = city_of(merge.region_code)
    if city is None:
        return
    moment = timezone.now()
    record(
        Happening(
            kind=kind, at=moment, day=local_day(moment, city.zone), city=city.slug,
            data=AboutMerge(merge.pk, merge.kept_id, merge.absorbed_id), place=merge.region_code,
            subject=f"people.person:{merge.kept_id}", actor=origin.actor,
        )
    )  # fmt: skip
