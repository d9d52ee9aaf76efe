"""What this room tells a city's action plan: decided cases, and those decided within the promise.

A case **counts** on the day (the city's calendar) it was approved or refused; one that was
withdrawn, or is open again by an appeal, does not. It was **on time** where the end came no later
than the promise, whose clock ran only while the city had the case.
"""

from __future__ import annotations

from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr

from balai.kernel.cases.models import Case
from balai.kernel.events.measures import Column, Measure, register_measure
from balai.kernel.events.table_measures import table_measure

COLUMNS = (
    Column("record", {"id": "Permohonan", "en": "Case"}),
    Column("service_code", {"id": "Layanan", "en": "Service"}),
    Column("month", {"id": "Bulan", "en": "Month"}),
    Column("region_code", {"id": "Kantor", "en": "Office"}),
    Column("status", {"id": "Putusan", "en": "Outcome"}),
    Column("on_time", {"id": "Tepat waktu", "en": "On time"}, "boolean"),
    Column("generated", {"id": "Data buatan", "en": "Generated"}, "boolean"),
)


def closed() -> QuerySet[Case]:
    """Decided cases with what may be told of them: no name, no number, no minute."""
    text = Cast("id", CharField())
    return Case.objects.filter(status__in=["approved", "refused"]).annotate(
        record=Concat(Substr(text, 1, 4), Value("…"), Substr(text, 35, 2)),
        month=Substr(Cast("closed_on", CharField()), 1, 7),
        place=F("region_code"),
    )


def closed_on_time() -> QuerySet[Case]:
    """Those decided within the promise."""
    return closed().filter(on_time=True)


def _measure(rows: Any, name: str, indonesian: str, english: str, **description: str) -> Measure:
    return table_measure(
        rows, name=name, title={"id": indonesian, "en": english}, unit="cases",
        description=description, columns=COLUMNS, recorded="closed_at", day="closed_on",
        place="region_code",
    )  # fmt: skip


CLOSED = _measure(
    closed, "cases.closed", "Permohonan selesai", "Cases closed",
    id="Permohonan yang disetujui atau ditolak; yang ditarik tidak dihitung.",
    en="Cases approved or refused; those withdrawn do not count.",
)  # fmt: skip
CLOSED_ON_TIME = _measure(
    closed_on_time, "cases.closed_on_time", "Permohonan selesai tepat waktu",
    "Cases closed on time",
    id="Permohonan yang diputuskan dalam waktu kerja yang dijanjikan layanannya.",
    en="Cases decided within the working time that their service promises.",
)  # fmt: skip


def register() -> None:
    """Make the measures known."""
    register_measure(CLOSED)
    register_measure(CLOSED_ON_TIME)
