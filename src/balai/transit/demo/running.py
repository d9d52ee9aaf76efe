"""The demonstration's vehicles as they run: the same reports for the same moment, made up."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from django.utils import timezone

from balai.transit.actions.realtime_sources import put_source
from balai.transit.actions.receive_realtime import receive_message
from balai.transit.demo.feed import DWELL_SECONDS, headways, metres_along, seconds_along
from balai.transit.demo.network import network
from balai.transit.demo.riders import ZONE
from balai.transit.models import RealtimeSource

SOURCE, RENEWED_S = "demonstration", 60
AHEAD_S = 900
WORKS_STOP, WORKS_LINE = "tosari", "1"


@dataclass(frozen=True, slots=True)
class _Way:
    """A line in one direction: seconds of arrival from its start, and metres, at each stop."""

    line: str
    direction: int
    stops: tuple[str, ...]
    arrive: tuple[int, ...]
    metres: tuple[int, ...]
    periods: tuple[tuple[int, int, int], ...]

    @property
    def trip(self) -> str:
        return f"{self.line}:{self.direction}"


def build(city: str, now: datetime) -> None:
    """Set the source up, and give it a first report where it has none of late."""
    source = put_source(city, SOURCE, feed="main", poll_s=RENEWED_S, stale_s=300, generated=True)
    renew(source, now)


def renew(source: RealtimeSource, now: datetime) -> bool:
    """Report as of now, unless that was done within the minute."""
    if source.asked_at and now - source.asked_at < timedelta(seconds=source.poll_s):
        return False
    receive_message(source, report(now), now=now)
    return True


def renew_all(now: datetime | None = None) -> int:
    """Renew every source of a demonstration; returns how many spoke."""
    now = now or timezone.now()
    found = RealtimeSource.objects.filter(name=SOURCE, generated=True, active=True)
    return sum(renew(source, now) for source in found)


def report(now: datetime) -> bytes:
    """A whole GTFS-Realtime message as of a moment: runs under way or soon, and two notices."""
    from google.transit import gtfs_realtime_pb2

    local = now.astimezone(ZONE)
    second = local.hour * 3600 + local.minute * 60 + local.second
    message = gtfs_realtime_pb2.FeedMessage()
    message.header.gtfs_realtime_version = "2.0"
    message.header.timestamp = int(now.timestamp())
    for way in _ways():
        for start in _starts(way, second):
            _run(message, way, start, second, local)
    _notices(message)
    return bytes(message.SerializeToString(deterministic=True))


def lateness(trip: str, start: int) -> int | None:
    """Seconds late of a run, the same each time; None: it is cancelled."""
    draw = crc32(f"{trip} {start}".encode()) % 100
    if draw < 2:
        return None
    return (-60, 0, 0, 0, 30, 60, 120, 120, 180, 300)[draw % 10]


@cache
def _ways() -> tuple[_Way, ...]:
    found = network()
    ways = []
    for line in found.lines:
        along = metres_along(line, found)
        back = [along[-1] - each for each in reversed(along)]
        for direction, (stops, metres) in enumerate(
            ((line.stops, along), (tuple(reversed(line.stops)), back))
        ):
            seconds = seconds_along(line, metres)
            arrive = tuple(at + DWELL_SECONDS * max(0, n - 1) for n, at in enumerate(seconds))
            ways.append(_Way(line.key, direction, stops, arrive, tuple(metres),
                             tuple(headways(line))))  # fmt: skip
    return tuple(ways)


def _starts(way: _Way, second: int) -> Iterator[int]:
    """Starts of the runs that are under way or begin within a quarter of an hour."""
    earliest = second - way.arrive[-1] - 300
    for begin, end, headway in way.periods:
        skipped = max(0, -(-(earliest - begin) // headway))
        yield from range(begin + skipped * headway, min(end, second + AHEAD_S), headway)


def _run(message: Any, way: _Way, start: int, second: int, local: datetime) -> None:
    late = lateness(way.trip, start)
    told = message.entity.add(id=f"{way.trip}-{start}").trip_update
    told.trip.trip_id, told.trip.route_id = way.trip, way.line
    told.trip.start_time = f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}"
    told.trip.start_date = f"{local:%Y%m%d}"
    if late is None:
        told.trip.schedule_relationship = 3
        return
    ridden = second - start - late
    ahead = max(0, bisect_right(way.arrive, ridden))
    if ahead >= len(way.stops):
        del message.entity[-1]
        return
    news = told.stop_time_update.add(stop_sequence=max(0, ahead - 1))
    news.departure.delay = late
    if ahead:
        _vehicle(message, way, start, ridden, ahead, local)


def _vehicle(message: Any, way: _Way, start: int, ridden: int, ahead: int, local: datetime) -> None:
    """Where it is: on the straight way between the stop behind and the one ahead."""
    found = network().stops
    behind, next_ = found[way.stops[ahead - 1]], found[way.stops[ahead]]
    took = way.arrive[ahead] - way.arrive[ahead - 1]
    share = min(1.0, (ridden - way.arrive[ahead - 1]) / took) if took else 0.0
    told = message.entity.add(id=f"v-{way.trip}-{start}").vehicle
    told.vehicle.id = told.vehicle.label = f"DEMO {way.trip.replace(':', '-')} {start // 60}"
    told.trip.trip_id, told.trip.route_id = way.trip, way.line
    told.trip.start_date = f"{local:%Y%m%d}"
    told.trip.start_time = f"{start // 3600:02}:{start // 60 % 60:02}:{start % 60:02}"
    told.timestamp = int(local.timestamp())
    told.position.latitude = behind.lat + (next_.lat - behind.lat) * share
    told.position.longitude = behind.lon + (next_.lon - behind.lon) * share
    metres = way.metres[ahead - 1] + (way.metres[ahead] - way.metres[ahead - 1]) * share
    told.position.odometer = round(metres)
    told.stop_id, told.current_stop_sequence = way.stops[ahead], ahead


def _notices(message: Any) -> None:
    works = message.entity.add(id="notice-lift").alert
    works.effect, works.severity_level = 11, 2
    works.header_text.translation.add(language="id", text="Lift halte diperbaiki (data buatan).")
    works.header_text.translation.add(language="en", text="The stop's lift is being mended"
                                      " (generated).")  # fmt: skip
    works.informed_entity.add(stop_id=WORKS_STOP)
    late = message.entity.add(id="notice-line").alert
    late.effect, late.severity_level = 3, 3
    late.header_text.translation.add(
        language="id", text="Perbaikan jalan: bus dapat terlambat beberapa menit (data buatan)."
    )
    late.header_text.translation.add(
        language="en", text="Road works: buses may run some minutes late (generated)."
    )
    late.informed_entity.add(route_id=WORKS_LINE)
