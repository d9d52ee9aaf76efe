"""A tariff being drawn up for the demonstration: a draft with two worked examples."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext_noop

from balai.kernel.access.origin import Origin
from balai.transit.actions.tariff_versions import draft_version, set_examples
from balai.transit.engine.tariff_versions import entries_of
from balai.transit.models import TariffVersion
from balai.transit.queries.tariffs import tariff_law

CITY, NAME, BASE = "jakarta", "jaklingko-2027", "jaklingko-integrated"
DAY = date(2026, 11, 1)
TITLE = {"id": "JakLingko 2027 (rancangan contoh)", "en": "JakLingko 2027 (example draft)"}
CHANGED = {"per_km": 300, "cap": 9000}
EXAMPLES = [
    {"name": "Blok M – Kelapa Gading", "rides": [
        {"mode": "brt", "at": "07:10", "minutes": 25, "km": 6.0},
        {"mode": "mrt", "at": "07:45", "minutes": 20, "km": 12.0},
        {"mode": "lrt", "at": "08:15", "minutes": 12, "km": 8.0},
    ]},
    {"name": "Kampung Rambutan – Harmoni", "rides": [
        {"mode": "mikrotrans", "at": "06:20", "minutes": 15, "km": 4.5},
        {"mode": "brt", "at": "06:40", "minutes": 55, "km": 21.0},
    ]},
]  # fmt: skip


def build_tariffs() -> None:
    """Draw the example up once."""
    if TariffVersion.objects.filter(name=NAME).exists():
        return
    figures = {key: each.as_dict() for key, each in entries_of(tariff_law(BASE), DAY).items()}
    for name, value in CHANGED.items():
        figures[name] = {"value": value, "from": "2026-01-01", "verified": False,
                         "article": gettext_noop("made up for the demonstration"),
                         "source": gettext_noop("Balai demonstration")}  # fmt: skip
    draft_version(CITY, NAME, title=TITLE, parameters=figures, based_on=BASE,
                  origin=Origin("demonstration"))  # fmt: skip
    set_examples(CITY, NAME, EXAMPLES)
