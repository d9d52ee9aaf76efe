"""The network's map, drawn on the server: land, a sign for each city, names that fit."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

from balai.network.engine.map_labels import Label, Spot, place_labels
from balai.network.engine.map_projection import Frame
from balai.network.queries.members import CityRow

LAND = "maps/asean-land.geojson"
WHOLE = Frame(west=91.5, south=-13.0, east=131.0, north=25.5, width=760)
SEAS = (
    ("South China Sea", "Laut Cina Selatan", 13.2, 113.2),
    ("Java Sea", "Laut Jawa", -4.9, 110.6),
    ("Andaman Sea", "Laut Andaman", 10.6, 95.9),
)


@dataclass(frozen=True, slots=True)
class Point:
    """A city on the drawing. `name` is None where it would cover another."""

    city: CityRow
    x: str
    y: str
    selected: bool
    label: Label | None

    @property
    def label_x(self) -> str:
        """Where its name begins, or ends, or is centred."""
        return _n(self.label.x) if self.label else ""

    @property
    def label_y(self) -> str:
        """The baseline of its name."""
        return _n(self.label.y) if self.label else ""


@dataclass(frozen=True, slots=True)
class Sea:
    """The name of a sea by language, and its place."""

    name: dict[str, str]
    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything that the map's template places. `members` is empty where the land is not built."""

    width: str
    height: str
    members: str
    others: str
    points: tuple[Point, ...]
    seas: tuple[Sea, ...]


def draw(cities: Sequence[CityRow], selected: str = "", *, near: bool = False) -> Drawing:
    """The map of the cities; `near` draws only their surroundings."""
    frame = around(cities) if near and cities else WHOLE
    ordered = sorted(
        cities, key=lambda city: (city.slug != selected, not city.has_plan, city.joined)
    )
    spots = [_spot(city, frame, city.slug == selected) for city in ordered]
    labels = place_labels(spots, frame.width, frame.height)
    points = [
        Point(city, _n(spot.x), _n(spot.y), city.slug == selected, label)
        for city, spot, label in zip(ordered, spots, labels, strict=True)
    ]
    members, others = _land(frame)
    return Drawing(
        width=_n(frame.width),
        height=_n(frame.height),
        members=members,
        others=others,
        # Drawn last stands on top: the selected city, and those with a plan.
        points=tuple(reversed(points)),
        seas=tuple(_seas(frame)) if frame is WHOLE else (),
    )


def around(cities: Iterable[CityRow]) -> Frame:
    """A window on these cities with room about them, at least four degrees wide."""
    places = [(city.lat, city.lon) for city in cities]
    south, north = min(lat for lat, _ in places), max(lat for lat, _ in places)
    west, east = min(lon for _, lon in places), max(lon for _, lon in places)
    half = max(east - west, north - south, 4.0) * 0.65
    lat, lon = (south + north) / 2, (west + east) / 2
    return Frame(west=lon - half, south=lat - half, east=lon + half, north=lat + half, width=760)


def _spot(city: CityRow, frame: Frame, selected: bool) -> Spot:
    x, y = frame.place(city.lat, city.lon)
    return Spot(x, y, city.name, 17.0, 18.0) if selected else Spot(x, y, city.name)


def _seas(frame: Frame) -> Iterable[Sea]:
    for english, indonesian, lat, lon in SEAS:
        x, y = frame.place(lat, lon)
        yield Sea({"en": english, "id": indonesian}, _n(x), _n(y))


@lru_cache(maxsize=32)
def _land(frame: Frame) -> tuple[str, str]:
    """The paths of the members' land and of their neighbours'; empty where none is built."""
    member, other = [], []
    for feature in _features():
        rings = [ring for part in feature["geometry"]["coordinates"] for ring in part]
        seen = [ring for ring in rings if _meets(ring, frame)]
        (member if feature["properties"]["code"] else other).extend(seen)
    return frame.path(member), frame.path(other)


def _meets(ring: Sequence[Sequence[float]], frame: Frame) -> bool:
    lons, lats = [point[0] for point in ring], [point[1] for point in ring]
    return (
        max(lons) > frame.west
        and min(lons) < frame.east
        and max(lats) > frame.south
        and min(lats) < frame.north
    )


@lru_cache(maxsize=1)
def _features() -> list[dict[str, object]]:
    path = land_path()
    return json.loads(path.read_text(encoding="utf-8"))["features"] if path else []


def land_path() -> Path | None:
    """The built land, among the sources of static files or the collected ones."""
    found = finders.find(LAND)
    if found:
        return Path(str(found))
    try:
        collected = Path(staticfiles_storage.path(LAND))
    except NotImplementedError:
        return None
    return collected if collected.is_file() else None


def _n(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
