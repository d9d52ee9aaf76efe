"""The stops and routes that a city's feeds know, and where the stops lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from balai.transit.models import FeedVersion, Route, Stop
from balai.transit.queries.networks import MAIN, SEPARATOR

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class KnownStops:
    """Ids of the feeds in use and of those that were: a tap may come weeks late. Of a feed that is
    not the main one, ids are known with its name too (`mrt:s1`), for two feeds may share one.

    `positions` are latitude and longitude by stop_id, from the feed in use where it has the stop.
    """

    stops: pa.Array
    routes: pa.Array
    positions: dict[str, tuple[float, float]]


def known_stops(city: str) -> KnownStops | None:
    """What the city's feeds know; None where it has none."""
    versions = FeedVersion.objects.filter(city=city).order_by("imported_at", "pk")
    told = versions.values_list("pk", "name", "status")
    ordered = sorted(told, key=lambda each: each[2] == "current")
    return _known(tuple((pk, name) for pk, name, _ in ordered)) if ordered else None


@lru_cache(maxsize=8)
def _known(feeds: Sequence[tuple[int, str]]) -> KnownStops:
    import pyarrow as pa

    order = {feed: number for number, (feed, _) in enumerate(feeds)}
    prefix = {feed: f"{name}{SEPARATOR}" for feed, name in feeds if name != MAIN}
    rows = Stop.objects.filter(feed_id__in=order).values_list(
        "feed_id", "stop_id", "stop_lat", "stop_lon"
    )
    placed: dict[str, tuple[float, float]] = {}
    stops: set[str] = set()
    for feed, stop, lat, lon in sorted(rows, key=lambda row: order[row[0]]):
        named = _named(stop, prefix.get(feed))
        stops.update(named)
        if lat is not None:
            placed.update(dict.fromkeys(named, (lat, lon)))
    routes = Route.objects.filter(feed_id__in=order).values_list("feed_id", "route_id")
    known = {each for feed, route in routes for each in _named(route, prefix.get(feed))}
    return KnownStops(
        stops=pa.array(sorted(stops), pa.string()), routes=pa.array(sorted(known), pa.string()),
        positions=placed,
    )  # fmt: skip


def _named(own: str, prefix: str | None) -> tuple[str, ...]:
    return (own,) if prefix is None else (own, prefix + own)
