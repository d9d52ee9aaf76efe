"""Reading GTFS-Realtime messages: protobuf in, plain values and problems out.

What the specification requires and a message lacks is a problem of its entity and field; the rest
of the message is read all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar

from .alerts import alert_of
from .errors import RealtimeRefused
from .fields import TextFault, clock_seconds, service_date, whole
from .messages import (
    Dataset,
    Event,
    Problem,
    StopRelation,
    StopUpdate,
    TripRef,
    TripRelation,
    TripUpdate,
    VehicleReport,
)

MOST_BYTES = 32 * 2**20
MOST_ENTITIES = 200_000
LEAST_TIME, MOST_TIME = 946_684_800, 4_102_444_800  # 2000 and 2100: no epoch milliseconds

T = TypeVar("T")
Report = Callable[[str, object, str, str], None]


def parse(content: bytes) -> Any:
    """The bytes as a FeedMessage. Raises RealtimeRefused where they are none."""
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
    from google.transit import gtfs_realtime_pb2

    if len(content) > MOST_BYTES:
        raise RealtimeRefused(
            f"The message has {len(content):,} bytes", f"Send at most {MOST_BYTES:,} bytes"
        )
    message = gtfs_realtime_pb2.FeedMessage()
    try:
        message.ParseFromString(content)
    except (DecodeError, RecursionError) as error:
        raise RealtimeRefused(
            "This is no GTFS-Realtime message", "Send a FeedMessage in protocol buffer format"
        ) from error
    if len(message.entity) > MOST_ENTITIES:
        raise RealtimeRefused(
            f"The message has {len(message.entity):,} entities", f"Send at most {MOST_ENTITIES:,}"
        )
    if not LEAST_TIME <= message.header.timestamp <= MOST_TIME:
        raise RealtimeRefused(
            f"header.timestamp is {message.header.timestamp}, no moment of this century",
            "Give the moment at which the message was made, in seconds since 1970",
        )
    return message


def decode(content: bytes) -> Dataset:
    """Read a message. Raises RealtimeRefused where the bytes hold none."""
    return read(parse(content))


def read(message: Any) -> Dataset:
    """A parsed FeedMessage as plain values, with what was wrong by entity and field."""
    problems: list[Problem] = []
    updates: list[TripUpdate] = []
    vehicles: list[VehicleReport] = []
    alerts = []
    for entity in _entities(message, problems):
        report = _reporter(entity.id, problems)
        if entity.HasField("trip_update"):
            updates += _kept(_trip_update(entity.id, entity.trip_update, report))
        if entity.HasField("vehicle"):
            at = message.header.timestamp
            vehicles += _kept(_vehicle(entity.id, entity.vehicle, at, report))
        if entity.HasField("alert"):
            alerts += _kept(alert_of(entity.id, entity.alert, report, trip_of))
    return Dataset(
        at=message.header.timestamp, updates=tuple(updates), vehicles=tuple(vehicles),
        alerts=tuple(alerts), problems=tuple(problems),
    )  # fmt: skip


def _entities(message: Any, problems: list[Problem]) -> Iterator[Any]:
    """Entities that are not deleted, each id once (the first counts)."""
    seen: set[str] = set()
    for entity in message.entity:
        if entity.id in seen:
            problems.append(
                Problem(entity.id, "id", entity.id, "the id came before in this message",
                        "Give every entity an id of its own")
            )  # fmt: skip
            continue
        seen.add(entity.id)
        if not entity.is_deleted:
            yield entity


def _reporter(entity: str, problems: list[Problem]) -> Report:
    def report(field: str, value: object, problem: str, remedy: str) -> None:
        problems.append(Problem(entity, field, str(value)[:100], problem, remedy))

    return report


def _kept(value: T | None) -> list[T]:
    return [] if value is None else [value]


def trip_of(descriptor: Any, report: Report, path: str = "trip") -> TripRef:
    """A TripDescriptor. Times and dates that cannot be read are reported and left out."""
    relation = TripRelation(descriptor.schedule_relationship)
    told = TripRef(
        trip_id=descriptor.trip_id,
        route_id=descriptor.route_id,
        direction_id=descriptor.direction_id if descriptor.HasField("direction_id") else None,
        relation=relation,
    )
    return replace(
        told,
        start_s=_read(clock_seconds, descriptor.start_time, f"{path}.start_time", report),
        start_date=_read(service_date, descriptor.start_date, f"{path}.start_date", report),
    )


def _read(reader: Callable[[str], T], text: str, field: str, report: Report) -> T | None:
    if not text:
        return None
    try:
        return reader(text)
    except TextFault as fault:
        report(field, text, fault.problem, fault.remedy)
        return None


def _trip_update(entity: str, update: Any, report: Report) -> TripUpdate | None:
    trip = trip_of(update.trip, report, "trip_update.trip")
    if not trip.trip_id and not (trip.route_id and trip.start_s is not None):
        report("trip_update.trip.trip_id", "", "nothing says which trip this is about",
               "Give trip_id, or route_id, direction_id, start_time and start_date")  # fmt: skip
        return None
    stops = tuple(
        stop
        for number, row in enumerate(update.stop_time_update)
        for stop in _kept(_stop(row, f"trip_update.stop_time_update[{number}]", report))
    )
    return TripUpdate(
        entity=entity, trip=trip, stops=stops,
        delay=_delay(update, "trip_update.delay", report),
        vehicle=update.vehicle.id or update.vehicle.label,
        at=whole(update, "timestamp"), copy=_copy(update, trip, report),
        headsign=update.trip_properties.trip_headsign,
    )  # fmt: skip


def _copy(update: Any, trip: TripRef, report: Report) -> TripRef | None:
    """What a DUPLICATED trip becomes: TripProperties' own id, start date and start time."""
    if trip.relation is not TripRelation.DUPLICATED:
        return None
    told = update.trip_properties
    path = "trip_update.trip_properties"
    start = _read(clock_seconds, told.start_time, f"{path}.start_time", report)
    day: date | None = _read(service_date, told.start_date, f"{path}.start_date", report)
    if not told.trip_id or start is None or day is None:
        report(path, told.trip_id, "a duplicated trip lacks its new id, date or time",
               "Give trip_properties.trip_id, start_date and start_time")  # fmt: skip
        return None
    return TripRef(told.trip_id, trip.route_id, trip.direction_id, start, day)


def _stop(row: Any, path: str, report: Report) -> StopUpdate | None:
    sequence = whole(row, "stop_sequence")
    if sequence is None and not row.stop_id:
        report(path, "", "nothing says which call this is about",
               "Give stop_sequence, stop_id, or both")  # fmt: skip
        return None
    relation = StopRelation(row.schedule_relationship)
    arrival = _event(row, "arrival", path, report)
    departure = _event(row, "departure", path, report)
    told = arrival is not None or departure is not None
    if relation is StopRelation.SCHEDULED and not told:
        report(path, row.stop_id, "a call as scheduled has neither arrival nor departure",
               "Give one of them, or say SKIPPED or NO_DATA")  # fmt: skip
        return None
    if relation is StopRelation.NO_DATA and told:
        report(path, row.stop_id, "a call without data has an arrival or departure",
               "Leave them out, or say SCHEDULED")  # fmt: skip
        arrival = departure = None
    return StopUpdate(sequence, row.stop_id, arrival, departure, relation)


def _event(row: Any, name: str, path: str, report: Report) -> Event | None:
    if not row.HasField(name):
        return None
    told = getattr(row, name)
    delay, time = _delay(told, f"{path}.{name}.delay", report), whole(told, "time")
    if time is not None and not LEAST_TIME <= time <= MOST_TIME:
        report(f"{path}.{name}.time", time, "is no moment of this century",
               "Give seconds since 1970, not milliseconds")  # fmt: skip
        time = None
    if delay is None and time is None:
        report(f"{path}.{name}", "", "has neither delay nor time", "Give one of them")
        return None
    return Event(delay, time)


def _delay(holder: Any, field: str, report: Report) -> int | None:
    delay = whole(holder, "delay")
    if delay is not None and abs(delay) > 86_400:
        report(field, delay, "is more than a day", "Give the delay in seconds")
        return None
    return delay


def _vehicle(entity: str, told: Any, at: int, report: Report) -> VehicleReport | None:
    position = told.position
    lat, lon = float(position.latitude), float(position.longitude)
    on_globe = math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180
    if not told.HasField("position") or not on_globe or (lat == 0 and lon == 0):
        report("vehicle.position", f"{lat},{lon}", "is no place on the globe where anything drives",
               "Give latitude and longitude in degrees")  # fmt: skip
        return None
    name = told.vehicle.id or told.vehicle.label or told.vehicle.license_plate
    if not name:
        report("vehicle.vehicle.id", "", "nothing names the vehicle; the entity's id is used",
               "Give vehicle.id")  # fmt: skip
    moment = whole(told, "timestamp") or at
    if not LEAST_TIME <= moment <= MOST_TIME:
        report("vehicle.timestamp", moment, "is no moment of this century",
               "Give seconds since 1970")  # fmt: skip
        return None
    return VehicleReport(
        entity=entity, vehicle=name or entity, trip=trip_of(told.trip, report, "vehicle.trip"),
        lat=lat, lon=lon, at=moment, label=told.vehicle.label or told.vehicle.license_plate,
        bearing=_finite(position, "bearing"), speed=_finite(position, "speed"),
        odometer=_finite(position, "odometer"), sequence=whole(told, "current_stop_sequence"),
        stop_id=told.stop_id,
        status=told.VehicleStopStatus.Name(told.current_status),
        occupancy=(
            told.OccupancyStatus.Name(told.occupancy_status)
            if told.HasField("occupancy_status") else ""
        ),
        wheelchair={2: True, 3: False}.get(told.vehicle.wheelchair_accessible),
    )  # fmt: skip


def _finite(holder: Any, name: str) -> float | None:
    if not holder.HasField(name):
        return None
    value = float(getattr(holder, name))
    return value if math.isfinite(value) else None
