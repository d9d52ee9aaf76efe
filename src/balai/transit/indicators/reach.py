"""Measures over what the people of each district reach by public transport.

A pair of people is **within reach** when one gets to where the other lives within the minutes,
setting out from the middle of the own district at 07:30. Their share of all pairs of the city is
the share of the city that somebody reaches, on average.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet, Sum

from balai.kernel.events.measures import Column, Measure
from balai.kernel.events.table_measures import table_measure
from balai.transit.models import ReachMeasurement

MINUTES = (30, 45, 60)
COLUMNS = (
    Column("name", {"id": "Wilayah asal", "en": "Setting out from"}),
    Column("weight", {"id": "Bobot wilayah", "en": "Weight of the district"}, "integer"),
    Column("reached", {"id": "Bobot terjangkau", "en": "Weight within reach"}, "integer"),
    Column("all", {"id": "Bobot seluruh kota", "en": "Weight of the whole city"}, "integer"),
    Column("by_people", {"id": "Menurut penduduk", "en": "Weighed by people"}, "boolean"),
)


def measured(minutes: int) -> Callable[[], QuerySet[ReachMeasurement]]:
    """The measurements of so many minutes, each with the pairs it stands for."""

    def rows() -> QuerySet[ReachMeasurement]:
        return ReachMeasurement.objects.filter(minutes=minutes).annotate(
            by_people=ExpressionWrapper(Q(basis="people"), output_field=BooleanField()),
            pairs=F("weight") * F("all"),
            pairs_reached=F("weight") * F("reached"),
        )

    return rows


def _measure(minutes: int, *, reached: bool) -> Measure:
    return table_measure(
        measured(minutes),
        name=f"transit.pairs_{'reached' if reached else 'weighed'}_{minutes}",
        title={
            "id": f"Pasangan warga {'terjangkau dalam' if reached else 'ditimbang untuk'}"
            f" {minutes} menit",
            "en": f"Pairs of people {'within reach in' if reached else 'weighed for'}"
            f" {minutes} minutes",
        },
        unit="pairs",
        description={
            "id": "Dari tengah tiap kecamatan pukul 07.30, berjalan kaki dan naik angkutan. Bila"
            " penduduk belum tercatat untuk semua kecamatan, luas wilayah yang dipakai.",
            "en": "From the middle of each district at 07:30, on foot and by transit. Where not"
            " every district's people are known, ground stands for people.",
        },
        columns=COLUMNS,
        recorded="measured_at",
        value=Sum("pairs_reached" if reached else "pairs"),
    )


REACH = tuple(_measure(minutes, reached=each) for minutes in MINUTES for each in (True, False))
