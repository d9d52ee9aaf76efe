"""Telling the record of events and the audit what happened to a document."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django.utils import timezone

from balai.kernel.access.actions import record as audit
from balai.kernel.access.origin import Origin
from balai.kernel.documents.events import DocumentChanged
from balai.kernel.documents.models import Document
from balai.kernel.events.actions import Happening, local_day, record
from balai.kernel.events.kinds import EventKind
from balai.kernel.regions.queries import city_by_slug


def tell(kind: EventKind, document: Document, by: Origin, *, step: int = 0) -> None:
    """Write the event and the audit; once for each document, kind of event and step."""
    at = timezone.now()
    zone = ZoneInfo(city_by_slug(document.city).time_zone)
    record(
        Happening(
            kind=kind, at=at, day=local_day(at, zone), city=document.city,
            place=document.region_code, subject=f"document:{document.id}", actor=by.actor,
            key=f"{kind.name}:{document.id}:{step}",
            data=DocumentChanged(str(document.id), document.kind, document.office.code, step,
                                 document.generated),
        )
    )  # fmt: skip
    audit(kind.name, by, subject=f"document:{document.id}", number=document.number, step=step)
