"""A stop as riders know it: its platforms, what it is called, whether a wheelchair can board."""

from __future__ import annotations

from dataclasses import dataclass

from balai.transit.models import FeedVersion, Stop
from balai.transit.queries.networks import CityNetwork

NEAR_DEGREES = 0.004
STATION = 1


@dataclass(frozen=True, slots=True)
class Platform:
    """A place to board, by the network's id; `code` is what its sign says."""

    stop_id: str
    code: str
    wheelchair: int


@dataclass(frozen=True, slots=True)
class StopPlace:
    """All platforms that bear one name in one place. `wheelchair`: None where nothing is told."""

    stop_id: str
    name: str
    lat: float
    lon: float
    platforms: tuple[Platform, ...]

    @property
    def point(self) -> tuple[float, float]:
        """Latitude and longitude."""
        return self.lat, self.lon

    @property
    def wheelchair(self) -> bool | None:
        """Whether a wheelchair can board: at every platform, at none, or it is not told."""
        told = {each.wheelchair for each in self.platforms}
        if told == {1}:
            return True
        return False if told == {2} else None


def find_stop(network: CityNetwork, written: str) -> StopPlace | None:
    """The stop with this id and the platforms around it, in every feed; None where none is.

    An id from before a feed was changed finds nothing: the page then searches by name.
    """
    if "\0" in written:
        return None
    version, own = network.own_id(written)
    stop = Stop.objects.filter(feed=version, stop_id=own).first()
    if stop is None:
        return None
    name = stop.stop_name or stop.stop_id
    platforms = [
        Platform(network.id_of(each.feed_id, each.stop_id), each.platform_code or each.stop_code,
                 _wheelchair(each, stop))
        for each in _around(network, version, stop)
    ]  # fmt: skip
    return StopPlace(network.id_of(version, own), name, stop.stop_lat, stop.stop_lon,
                     tuple(platforms))  # fmt: skip


def _around(network: CityNetwork, version: FeedVersion, stop: Stop) -> list[Stop]:
    """Platforms of the same station, and those of the same name close by, of all feeds."""
    station = stop.stop_id if stop.location_type == STATION else stop.parent_station
    boarding = Stop.objects.filter(feed_id__in=network.pks, location_type=0)
    close = boarding.filter(
        stop_name=stop.stop_name,
        stop_lat__range=(stop.stop_lat - NEAR_DEGREES, stop.stop_lat + NEAR_DEGREES),
        stop_lon__range=(stop.stop_lon - NEAR_DEGREES, stop.stop_lon + NEAR_DEGREES),
    )
    found = close if stop.stop_name else boarding.filter(feed=version, stop_id=stop.stop_id)
    if station:
        found = found | boarding.filter(feed=version, parent_station=station)
    return list(found.order_by("feed_id", "stop_id"))


def _wheelchair(platform: Stop, stop: Stop) -> int:
    """A platform that says nothing says what its station does."""
    same = platform.feed_id == stop.feed_id and platform.parent_station == stop.stop_id
    return platform.wheelchair_boarding or (stop.wheelchair_boarding if same else 0)
