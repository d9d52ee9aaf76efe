"""Finding where a trip begins and ends: by a stop's name, a stop, or a position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from balai.transit.engine.planner.geometry import great_circle_m
from balai.transit.models import Stop
from balai.transit.queries.networks import CityNetwork

POSITION = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*[,;]\s*(-?\d{1,3}(?:\.\d+)?)\s*")
SAME_PLACE_DEGREES = 0.004
MOST = 12
LEAST_LETTERS = 3
LEAST_ALIKE = 0.6


@dataclass(frozen=True, slots=True)
class Place:
    """A place to leave from or go to. `stop_id` is empty for a bare position."""

    name: str
    lat: float
    lon: float
    stop_id: str = ""

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.lat, self.lon


def find_places(network: CityNetwork, text: str, limit: int = MOST) -> list[Place]:
    """Stops whose names hold the text's words, the closest to it first; a position is itself.

    Where no name holds them all, those that hold most of them, or are spelt most alike.
    """
    if at := position(text):
        return [at]
    wanted = fold(text)
    words = wanted.split()
    if not words:
        return []
    found = [
        (_rank(name, wanted), len(name), name, place)
        for name, place in _stops(network)
        if all(word in name for word in words)
    ]
    found.sort(key=lambda each: each[:3])
    return [place for *_, place in found[:limit]] or _nearly(network, wanted, limit)


def _nearly(network: CityNetwork, wanted: str, limit: int) -> list[Place]:
    stops = _stops(network)
    words = {word for word in wanted.split() if len(word) >= LEAST_LETTERS}
    held = [(len(words & set(name.split())), name, place) for name, place in stops]
    most = max((count for count, *_ in held), default=0)
    if most:
        best = [(len(name), name, place) for count, name, place in held if count == most]
        return [place for *_, place in sorted(best, key=lambda each: each[:2])[:limit]]
    alike = get_close_matches(wanted, {name for name, _ in stops}, n=limit, cutoff=LEAST_ALIKE)
    order = {name: rank for rank, name in enumerate(alike)}
    close = [(order[name], place) for name, place in stops if name in order]
    return [place for _, place in sorted(close, key=lambda each: each[0])[:limit]]


def resolve_place(network: CityNetwork, text: str, stop_id: str = "") -> Place | None:
    """The one place that is meant, or None where none or several fit.

    `stop_id` decides where it names a stop of that very name.
    """
    places = find_places(network, text)
    for place in places:
        if stop_id and place.stop_id == stop_id:
            return place
    exact = [place for place in places if fold(place.name) == fold(text)]
    if len(exact) == 1:
        return exact[0]
    if len(places) != 1:
        return None
    meant = places[0].stop_id == "" or all(
        word in fold(places[0].name) for word in fold(text).split()
    )
    return places[0] if meant else None


def nearest_places(network: CityNetwork, point: tuple[float, float], limit: int = 3) -> list[
    tuple[Place, int]
]:  # fmt: skip
    """The stops closest to a position, with metres."""
    measured = sorted(
        ((round(float(great_circle_m(*point, *place.point))), place.name, place)
         for _, place in _stops(network)),
        key=lambda each: each[:2],
    )  # fmt: skip
    return [(place, metres) for metres, _, place in measured[:limit]]


def position(text: str) -> Place | None:
    """The position written as `lat,lon`, or None."""
    match = POSITION.fullmatch(text)
    if not match:
        return None
    lat, lon = float(match[1]), float(match[2])
    if abs(lat) > 90 or abs(lon) > 180:
        return None
    return Place(f"{lat:.5f}, {lon:.5f}", lat, lon)


def fold(text: str) -> str:
    """A name for comparing: lower case, no accents, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def _stops(network: CityNetwork) -> Sequence[tuple[str, Place]]:
    """A network's stops by folded name; platforms of one name in one place count once."""
    return _places(tuple((each.pk, network.id_of(each, "x")[:-1]) for each in network.versions))


@lru_cache(maxsize=8)
def _places(feeds: tuple[tuple[int, str], ...]) -> Sequence[tuple[str, Place]]:
    kept: dict[tuple[str, int, int], tuple[str, Place]] = {}
    for feed, prefix in feeds:
        rows = (
            Stop.objects.filter(feed_id=feed, location_type=0)
            .order_by("stop_name", "stop_id")
            .values_list("stop_id", "stop_name", "stop_lat", "stop_lon")
        )
        for stop_id, name, lat, lon in rows:
            cell = round(lat / SAME_PLACE_DEGREES), round(lon / SAME_PLACE_DEGREES)
            folded = fold(name or stop_id)
            place = Place(name or stop_id, lat, lon, prefix + stop_id)
            kept.setdefault((folded, *cell), (folded, place))
    return tuple(kept.values())


def _rank(name: str, wanted: str) -> int:
    if name == wanted:
        return 0
    if name.startswith(wanted):
        return 1
    return 2 if f" {wanted}" in name else 3
