"""The stops and routes that a city's feeds know, and where the stops lie."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from django.db.models import Q

from balai.transit.models import FeedVersion, Route, Stop

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class KnownStops:
    """Ids of the feeds in use and of those that were: a tap may come weeks late.

    `positions` are latitude and longitude by stop_id, from the feed in use where it has the stop.
    """

    stops: pa.Array
    routes: pa.Array
    positions: dict[str, tuple[float, float]]


def known_stops(city: str) -> KnownStops | None:
    """What the city's feeds know; None where it has none."""
    versions = FeedVersion.objects.filter(city=city).order_by("imported_at", "pk")
    ordered = sorted(versions.values_list("pk", "status"), key=lambda each: each[1] == "current")
    return _known(tuple(pk for pk, _ in ordered)) if ordered else None


@lru_cache(maxsize=8)
def _known(feeds: Sequence[int]) -> KnownStops:
    import pyarrow as pa

    order = {feed: number for number, feed in enumerate(feeds)}
    rows = Stop.objects.filter(feed_id__in=feeds).values_list(
        "feed_id", "stop_id", "stop_lat", "stop_lon"
    )
    found = sorted(rows, key=lambda row: order[row[0]])
    placed = {stop: (lat, lon) for _, stop, lat, lon in found if lat is not None}
    routes = Route.objects.filter(Q(feed_id__in=feeds)).values_list("route_id", flat=True)
    return KnownStops(
        stops=pa.array(sorted({row[1] for row in found}), pa.string()),
        routes=pa.array(sorted(set(routes)), pa.string()),
        positions=placed,
    )
