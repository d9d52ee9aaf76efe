"""Data for the sheet of components. Every value here is an example."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from balai.shell import charts, formats

PROGRAMMES = [
    {"name": "transit", "title": _("Trips")},
    {"name": "care", "title": "Home Care"},
    {"name": "tax", "title": _("Tax")},
    {"name": "kampung", "title": "Smart Kampung"},
    {"name": "edu", "title": _("Education")},
    {"name": "net", "title": _("Network")},
]
BANDS = [
    {"name": "tumpal", "title": "Jakarta: tumpal"},
    {"name": "sulapa-eppa", "title": "Makassar: sulapa’ eppa’"},
    {"name": "gajah-oling", "title": "Banyuwangi: gajah oling"},
    {"name": "anyaman", "title": _("Network: anyaman")},
]
SWATCHES = [
    {"colour": "#fbfaf6", "name": "Mori", "use": _("ground")},
    {"colour": "#1e1c19", "name": "Jelaga", "use": _("text")},
    {"colour": "#204377", "name": "Nila", "use": _("action")},
    {"colour": "#7a4a14", "name": "Soga", "use": _("tax")},
    {"colour": "#28613a", "name": "Pandan", "use": _("done")},
    {"colour": "#9a2733", "name": "Mengkudu", "use": _("late")},
    {"colour": "#6a2c5c", "name": "Manggis", "use": _("school")},
    {"colour": "#0d5a66", "name": "Laut", "use": _("network")},
    {"colour": "#4a3a94", "name": "Telang", "use": "Home Care"},
    {"colour": "#f3b833", "name": "Kunyit", "use": _("focus")},
]
PURPOSES = [
    {"value": "credit", "label": _("Business credit"), "hint": _("The bank asks for it")},
    {"value": "other", "label": _("Something else")},
]
STEPS = [
    {"title": _("Data checked"), "detail": _("Friday, 14.31"), "state": "done"},
    {"title": _("Waiting for a signature"), "detail": _("Promised today, 14.00"), "state": "now"},
    {"title": _("Letter ready"), "detail": _("We send an SMS")},
]
COLUMNS = [{"title": _("Part")}, {"title": _("Fare"), "numeric": True}]
ROWS = [
    {"cells": [_("Boarding, once"), "Rp2.500"]},
    {"cells": [_("Distance 13.0 km"), "Rp3.250"]},
    {"cells": [_("Integrated fare"), "Rp5.750"], "sum": True},
]
LEGS = [
    {"mode": "walk", "label": "7"},
    {"mode": "mrt", "label": "MRT"},
    {"mode": "brt", "label": "1"},
    {"mode": "mikrotrans", "label": "JAK.31"},
]
FILTERS = [
    {"title": _("All"), "href": "#queue", "current": True, "count": 14},
    {"title": _("Late"), "href": "#queue", "count": 1, "late": True},
    {"title": _("Mine"), "href": "#queue", "count": 6},
]
LEGEND = [
    {"label": "MRT", "mode": "mrt"},
    {"label": "Transjakarta", "mode": "brt"},
    {"label": "Mikrotrans", "mode": "mikrotrans", "line": "dots"},
    {"label": _("Late"), "shape": "diamond"},
    {"label": _("Not started"), "shape": "ring"},
]
TABS = [
    {"title": _("Bills"), "href": "#navigation", "current": True},
    {"title": _("History"), "href": "#navigation"},
    {"title": _("Objections"), "href": "#navigation"},
]
CRUMBS = [
    {"title": _("Services"), "href": "#navigation"},
    {"title": _("Trips"), "href": "#navigation"},
]
PAIRS = [
    {"term": _("Number"), "text": "474.4/012/2026"},
    {"term": _("Officer"), "text": _("Example officer")},
]
KEYS = [{"key": "A", "text": _("assign")}]


def _line(group: str, mode: str, *points: tuple[float, float]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": {"id": f"{group}-{mode}", "group": group, "mode": mode},
        "geometry": {"type": "LineString", "coordinates": [list(each) for each in points]},
    }


def _point(lon: float, lat: float, **about: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": about,
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
    }


_LAND = [[106.6, -6.12], [106.7, -6.1], [106.78, -6.115], [106.85, -6.1], [106.95, -6.09],
         [107.1, -6.05], [107.1, -6.5], [106.6, -6.5], [106.6, -6.12]]  # fmt: skip
MAP: dict[str, Any] = {
    "bounds": [106.76, -6.3, 106.88, -6.15],
    "land": {"type": "Feature", "properties": {},
             "geometry": {"type": "Polygon", "coordinates": [_LAND]}},
    "lines": {"type": "FeatureCollection", "features": [
        _line("fast", "walk", (106.797, -6.281), (106.797, -6.278)),
        _line("fast", "mrt", (106.797, -6.278), (106.798, -6.244), (106.801, -6.225),
              (106.821, -6.208), (106.823, -6.193)),
        _line("fast", "brt", (106.823, -6.193), (106.823, -6.176)),
        _line("cheap", "mikrotrans", (106.797, -6.281), (106.81, -6.262), (106.802, -6.244)),
        _line("cheap", "brt", (106.802, -6.244), (106.801, -6.225), (106.821, -6.208),
              (106.823, -6.193), (106.823, -6.176)),
    ]},
    "points": {"type": "FeatureCollection", "features": [
        _point(106.797, -6.281, kind="pin", text="A", label="Cipete", important=True),
        _point(106.823, -6.176, kind="pin", text="B", label="Monas", important=True),
        _point(106.798, -6.244, kind="stop", label="Blok M", rank=1),
        _point(106.801, -6.225, kind="stop", label="Senayan", rank=3, side="left"),
        _point(106.821, -6.208, kind="stop", label="Dukuh Atas", rank=2),
        _point(106.823, -6.193, kind="stop", label="Bundaran HI", rank=2, side="left"),
        _point(106.85, -6.25, kind="place", label="Pancoran", rank=5),
    ]},
    "selected": "fast",
}  # fmt: skip


def shares() -> charts.Chart:
    """A year of monthly shares with a target, and one value as it was first published."""
    values = [31.2, 31.9, 32.4, 33.0, 33.8, 34.1, 34.9, 35.6, 36.3, 36.9, 37.6, 38.4]
    days = [dt.date(2025 + (10 + i) // 12, (10 + i) % 12 + 1, 1) for i in range(12)]
    return charts.line_chart(
        [charts.Series(list(zip(days, values, strict=True)))],
        summary=gettext("Monthly share from 31.2 to 38.4 percent; target 45 by June 2027."),
        value_label=lambda value: formats.number(value, 0 if value == int(value) else 1),
        day_label=lambda day: formats.day(day, "short").split(" ", 1)[1],
        target=(dt.date(2027, 6, 1), 45.0, gettext("target 45")),
        first_published=(days[-1], 39.1, gettext("first published 39.1")),
    )


def alternatives() -> charts.Chart:
    """Ways to travel by minutes and rupiah, with the three that no other beats."""
    front = [charts.Dot(45, 5750, gettext("Fast"), True, True),
             charts.Dot(62, 4600, gettext("Between"), True),
             charts.Dot(79, 3500, gettext("Cheap"), True)]  # fmt: skip
    others = ((55, 6100), (58, 5900), (66, 5300), (71, 5750), (76, 5100))
    rest = [charts.Dot(x, y) for x, y in others]
    return charts.dot_chart(
        front + rest,
        summary=gettext("Minutes against fare: 45 for 5,750, 62 for 4,600, 79 for 3,500."),
        x_label=lambda value: formats.number(value, 0),
        y_label=lambda value: formats.number(value, 0),
        x_title=gettext("minutes"),
        y_title="Rp",
    )


def page() -> Page[int]:
    """The fourth page of a list."""
    return Paginator(range(1, 1087), 50).page(4)
