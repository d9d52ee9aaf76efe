"""Measures over the legs of journeys: boardings, and those whose rider never tapped out.

A boarding is **without a tap-out** when no tap-out of its card closed it, so that it was priced
by the tariff's policy for missed tap-outs. A boarding still under way is not priced yet and not
counted.
"""

from __future__ import annotations

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.functions import Cast, Concat, Substr, TruncHour

from balai.kernel.events.measures import Column, Measure
from balai.kernel.events.table_measures import table_measure
from balai.transit.models import Leg

COLUMNS = (
    Column("record", {"id": "Perjalanan", "en": "Trip"}),
    Column("number", {"id": "Naik ke-", "en": "Boarding"}, "integer"),
    Column("hour", {"id": "Jam (dibulatkan)", "en": "Hour (rounded)"}, "time"),
    Column("mode", {"id": "Moda", "en": "Mode"}),
    Column("route", {"id": "Trayek", "en": "Route"}),
    Column("charge", {"id": "Ongkos", "en": "Fare"}, "money"),
    Column("generated", {"id": "Data buatan", "en": "Generated"}, "boolean"),
    Column("address", {"id": "Rincian", "en": "Record"}, "text"),
)


def priced() -> QuerySet[Leg]:
    """The boardings that count, with what may be told of them: no card, no name, no minute."""
    text = Cast("journey_id", CharField())
    return Leg.objects.filter(journey__void=False).annotate(
        record=Concat(Substr(text, 1, 4), Value("…"), Substr(text, 35, 2)),
        hour=TruncHour("boarding__at"),
        mode=F("boarding__mode"),
        route=F("boarding__route_id"),
        generated=F("journey__generated"),
        address=Concat(
            Value("/"), F("journey__city"), Value("/transit/journeys/"), text, Value("/"),
            output_field=CharField(),
        ),
    )  # fmt: skip


def without_tap_out() -> QuerySet[Leg]:
    """The boardings that no tap-out closed."""
    return priced().filter(alighting=None)


def _measure(name: str, rows: object, title: dict[str, str], told: dict[str, str]) -> Measure:
    return table_measure(
        rows, name=name, title=title, unit="boardings", description=told, columns=COLUMNS,
        recorded="journey__priced_at", city="journey__city", day="journey__day",
        place="journey__place",
    )  # fmt: skip


BOARDINGS = _measure(
    "transit.boardings", priced,
    {"id": "Kali naik", "en": "Boardings"},
    {"id": "Setiap kali naik yang sudah dihitung ongkosnya.",
     "en": "Every boarding that has been priced."},
)  # fmt: skip
BOARDINGS_WITHOUT_TAP_OUT = _measure(
    "transit.boardings_without_tap_out", without_tap_out,
    {"id": "Kali naik tanpa tap keluar", "en": "Boardings without a tap-out"},
    {"id": "Kali naik yang tidak ditutup tap keluar, sehingga dihitung menurut kebijakan tarif.",
     "en": "Boardings that no tap-out closed, so that the tariff's policy priced them."},
)  # fmt: skip
