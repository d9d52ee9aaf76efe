"""The feeds of a city as settlement names their routes, trips and reports.

Ids of the main feed stay as they are, those of another bear its name (`mrt:M1`): contracts and taps
from before a second feed came keep their meaning. `own_id` of the network reads both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from balai.transit.models import FeedVersion, LogPart, Route, Stop, TrackPart
from balai.transit.queries.networks import SEPARATOR, CityNetwork, current_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from balai.transit.engine.realtime.track import VehicleTrack


def settled_id(network: CityNetwork | None, written: str) -> str:
    """An id as settlement keeps it, whether or not it names its feed."""
    if network is None or not written:
        return written
    version, own = network.own_id(written)
    return own if version == network.main else f"{version.name}{SEPARATOR}{own}"


def prefix_of(network: CityNetwork, version: FeedVersion) -> str:
    """What stands before a feed's own ids."""
    return "" if version == network.main else f"{version.name}{SEPARATOR}"


def own_routes(network: CityNetwork, version: FeedVersion, routes: Iterable[str]) -> set[str]:
    """Of these routes those of the feed, by its own ids."""
    told = (network.own_id(each) for each in routes)
    return {own for of, own in told if of == version}


def routes_of(city: str) -> list[tuple[str, str]]:
    """Every route of the city's feeds as (id, title), by feed and short name."""
    network = current_network(city)
    found = []
    for version in network.versions if network else ():
        prefix = prefix_of(network, version)  # type: ignore[arg-type]
        for row in Route.objects.filter(feed=version).order_by("route_short_name", "route_id"):
            title = f"{row.route_short_name} {row.route_long_name}".strip() or row.route_id
            told = f"{title} ({version.name})" if prefix else title
            found.append((prefix + row.route_id, told))
    return found


def names_of(city: str, stops: Iterable[str]) -> dict[str, str]:
    """The names of stops by the ids that settlement keeps, of the feeds in use."""
    network = current_network(city)
    wanted = {stop: network.own_id(stop) for stop in stops if stop} if network else {}
    rows = Stop.objects.filter(
        feed__in={of for of, _ in wanted.values()}, stop_id__in={own for _, own in wanted.values()}
    )
    told = {(feed, stop): name for feed, stop, name in rows.values_list("feed_id", "stop_id",
                                                                         "stop_name")}  # fmt: skip
    found = {stop: told.get((of.pk, own)) for stop, (of, own) in wanted.items()}
    return {stop: name for stop, name in found.items() if name}


def owner_of_tapped(network: CityNetwork | None, assigned: Collection[str]) -> Callable[[str], str]:
    """How a tap's route is found among assigned ones: by its name; one that names no feed is the
    main feed's if that has such a route, else that of the only other feed with one.
    """
    others: dict[str, set[str]] = {}
    for each in assigned:
        if network is not None and network.own_id(each)[0] != network.main:
            others.setdefault(network.own_id(each)[1], set()).add(each)
    main = set(
        Route.objects.filter(feed=network.main).values_list("route_id", flat=True)
        if others and network is not None else ()
    )  # fmt: skip

    def owner(route: str) -> str:
        known = settled_id(network, route)
        if known in main or known in assigned or len(others.get(known, ())) != 1:
            return known
        return next(iter(others[known]))

    return owner


@dataclass(frozen=True, slots=True)
class DayReports:
    """Positions of a service day: those of real-time sources by feed, and operators' logs."""

    by_feed: Mapping[str, VehicleTrack]
    logs: VehicleTrack

    @property
    def generated(self) -> bool:
        """Whether nobody drove some of it."""
        return any(track.generated.any() for track in (self.logs, *self.by_feed.values()))


def reports_on(network: CityNetwork, day: date) -> DayReports:
    """What was reported for a service day. Where the city has but one feed, every source is its."""
    from balai.transit.engine.realtime.track import unpack

    rows = TrackPart.objects.filter(city=network.city, day=day).order_by("id")
    tracks = {}
    for version in network.versions:
        own = rows.filter(source__feed=version.name) if network.joined else rows
        parts = own.values_list("content", "source__generated").iterator(200)
        tracks[version.name] = unpack((bytes(content), made) for content, made in parts)
    logs = LogPart.objects.filter(city=network.city, day=day).order_by("id")
    parts = logs.values_list("content", "log__generated").iterator(200)
    # One by one: vehicles of two operators may share a code, and a second.
    return DayReports(
        tracks, _joined([unpack([(bytes(content), made)]) for content, made in parts])
    )


def _joined(tracks: Sequence[VehicleTrack]) -> VehicleTrack:
    import numpy as np

    from balai.transit.engine.realtime.track import VehicleTrack, unpack

    if not tracks:
        return unpack([])
    names = [each.name for each in fields(VehicleTrack)]
    return VehicleTrack(**{
        name: np.concatenate([getattr(track, name) for track in tracks]) for name in names
    })  # fmt: skip


def of_feed(
    network: CityNetwork, version: FeedVersion, logs: VehicleTrack, known: Mapping[str, set[str]]
) -> tuple[Any, Any, Any]:
    """The rows of logs (indices) that speak of a feed, with their trips and routes by its own ids.

    A row that names a feed is that one's; one that names none is the main feed's, unless only
    another knows its trip (or its route, where it names no trip). `known` are ids by feed.
    """
    import numpy as np

    if not network.joined:
        return np.arange(len(logs)), logs.trip, logs.route
    told: dict[tuple[str, str], tuple[str, str, str]] = {}
    pairs = list(zip(logs.trip.tolist(), logs.route.tolist(), strict=True))
    for pair in set(pairs):
        told[pair] = _told(network, *pair, known)
    rows = [k for k, pair in enumerate(pairs) if told[pair][0] == version.name]
    trips, routes = ([told[pairs[k]][n] for k in rows] for n in (1, 2))
    return np.array(rows, np.int64), np.array(trips, object), np.array(routes, object)


def _told(
    network: CityNetwork, trip: str, route: str, known: Mapping[str, set[str]]
) -> tuple[str, str, str]:
    """The name of the feed that a report speaks of, and its trip and route there."""
    named = trip or route
    version, own = network.own_id(named)
    if version == network.main and own == named and named not in known[version.name]:
        holders = [each for each in network.versions if named in known[each.name]]
        version = holders[0] if len(holders) == 1 else version
    return version.name, _own(network, version, trip), _own(network, version, route)


def _own(network: CityNetwork, version: FeedVersion, written: str) -> str:
    of, own = network.own_id(written)
    return own if of == version else written
