"""Measures over the table of journeys: how many, how many of them integrated, what they paid.

A **paid journey** is all boardings that one fare covers, on one card, under the tariff in force
on its day; a fare of Rp0 counts, for the card was read and the fare was nothing. Journeys that a
later reading of the taps dissolved do not count, nor do tap-outs without a boarding.

A journey is **integrated** when one fare covers two or more of its boardings: a boarding after
the first was charged by the tariff's rule of integration (topped up to the cap, free under the
cap or an open ticket, or as part of the integrated total), not its own price.
"""

from __future__ import annotations

from django.db.models import CharField, F, QuerySet, Sum, Value
from django.db.models.functions import Cast, Concat, Substr, TruncHour

from balai.kernel.events.measures import Column, Measure
from balai.kernel.events.table_measures import table_measure
from balai.transit.models import Journey

COLUMNS = (
    Column("record", {"id": "Perjalanan", "en": "Trip"}),
    Column("hour", {"id": "Jam (dibulatkan)", "en": "Hour (rounded)"}, "time"),
    Column("place", {"id": "Wilayah naik pertama", "en": "Place of first boarding"}),
    Column("tariff", {"id": "Tarif", "en": "Tariff"}),
    Column("boardings", {"id": "Kali naik", "en": "Boardings"}, "integer"),
    Column("charge", {"id": "Ongkos", "en": "Fare"}, "money"),
    Column("integrated", {"id": "Terpadu", "en": "Integrated"}, "boolean"),
    Column("generated", {"id": "Data buatan", "en": "Generated"}, "boolean"),
    Column("address", {"id": "Rincian", "en": "Record"}, "text"),
)


def paid() -> QuerySet[Journey]:
    """The journeys that count, with what may be told of them: no card, no name, no minute."""
    text = Cast("id", CharField())
    return Journey.objects.filter(void=False).annotate(
        record=Concat(Substr(text, 1, 4), Value("…"), Substr(text, 35, 2)),
        hour=TruncHour("first_at"),
        address=Concat(
            Value("/"), F("city"), Value("/transit/journeys/"), text, Value("/"),
            output_field=CharField(),
        ),
    )  # fmt: skip


def integrated() -> QuerySet[Journey]:
    """The journeys of which one fare covers two or more boardings."""
    return paid().filter(integrated=True)


JOURNEYS_PAID: Measure = table_measure(
    paid,
    name="transit.journeys_paid",
    title={"id": "Semua perjalanan berbayar", "en": "All paid trips"},
    unit="journeys",
    description={
        "id": "Semua kali naik yang dicakup satu ongkos pada satu kartu, termasuk ongkos Rp0.",
        "en": "All boardings that one fare covers on one card, a fare of Rp0 included.",
    },
    columns=COLUMNS,
    recorded="priced_at",
)
JOURNEYS_INTEGRATED: Measure = table_measure(
    integrated,
    name="transit.journeys_integrated",
    title={"id": "Perjalanan terpadu", "en": "Integrated trips"},
    unit="journeys",
    description={
        "id": "Perjalanan berbayar yang dua kali naiknya atau lebih dicakup satu ongkos.",
        "en": "Paid trips of which one fare covers two or more boardings.",
    },
    columns=COLUMNS,
    recorded="priced_at",
)
FARE_REVENUE: Measure = table_measure(
    paid,
    name="transit.fare_revenue",
    title={"id": "Pendapatan ongkos", "en": "Fare revenue"},
    unit="IDR",
    description={
        "id": "Jumlah ongkos perjalanan berbayar, sesudah keringanan dan koreksi.",
        "en": "The sum of what paid trips were charged, net of reliefs and corrections.",
    },
    columns=COLUMNS,
    recorded="priced_at",
    value=Sum("charge"),
)
