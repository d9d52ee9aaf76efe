"""GTFS-Realtime as plain values: what `decode` makes of a message (reference v2.0)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class TripRelation(Enum):
    """How a trip relates to the timetable (TripDescriptor.ScheduleRelationship)."""

    SCHEDULED = 0
    ADDED = 1
    UNSCHEDULED = 2
    CANCELED = 3
    REPLACEMENT = 5
    DUPLICATED = 6
    DELETED = 7
    NEW = 8


class StopRelation(Enum):
    """How a call relates to the timetable (StopTimeUpdate.ScheduleRelationship)."""

    SCHEDULED = 0
    SKIPPED = 1
    NO_DATA = 2
    UNSCHEDULED = 3


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an entity's field, and what mends it. `entity` is its id in the feed."""

    entity: str
    field: str
    value: str
    problem: str
    remedy: str


@dataclass(frozen=True, slots=True)
class TripRef:
    """What names a trip: seconds of `start_s` count from the service day's start."""

    trip_id: str = ""
    route_id: str = ""
    direction_id: int | None = None
    start_s: int | None = None
    start_date: date | None = None
    relation: TripRelation = TripRelation.SCHEDULED


@dataclass(frozen=True, slots=True)
class Event:
    """An arrival or departure: seconds late, or the moment (epoch seconds), or both."""

    delay: int | None = None
    time: int | None = None


@dataclass(frozen=True, slots=True)
class StopUpdate:
    """News of one call, by its stop_sequence, its stop, or both."""

    sequence: int | None = None
    stop_id: str = ""
    arrival: Event | None = None
    departure: Event | None = None
    relation: StopRelation = StopRelation.SCHEDULED


@dataclass(frozen=True, slots=True)
class TripUpdate:
    """News of one trip. `delay` holds until the first call with news of its own.

    `copy` names the new trip where this one is DUPLICATED (TripProperties).
    """

    entity: str
    trip: TripRef
    stops: tuple[StopUpdate, ...] = ()
    delay: int | None = None
    vehicle: str = ""
    at: int | None = None
    copy: TripRef | None = None
    headsign: str = ""


@dataclass(frozen=True, slots=True)
class VehicleReport:
    """Where a vehicle is: degrees, metres of its odometer, `at` in epoch seconds."""

    entity: str
    vehicle: str
    trip: TripRef
    lat: float
    lon: float
    at: int
    label: str = ""
    bearing: float | None = None
    speed: float | None = None
    odometer: float | None = None
    sequence: int | None = None
    stop_id: str = ""
    status: str = "IN_TRANSIT_TO"
    occupancy: str = ""
    wheelchair: bool | None = None


@dataclass(frozen=True, slots=True)
class Selector:
    """What an alert speaks of: all fields that are given must fit (EntitySelector)."""

    agency_id: str = ""
    route_id: str = ""
    route_type: int | None = None
    direction_id: int | None = None
    stop_id: str = ""
    trip: TripRef | None = None


@dataclass(frozen=True, slots=True)
class Alert:
    """A notice to riders: words by language ("" where the feed names none).

    Without `periods` (epoch seconds, None an open end) it holds as long as it is sent.
    """

    entity: str
    header: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    url: Mapping[str, str] = field(default_factory=dict)
    periods: tuple[tuple[int | None, int | None], ...] = ()
    informed: tuple[Selector, ...] = ()
    cause: str = "UNKNOWN_CAUSE"
    effect: str = "UNKNOWN_EFFECT"
    severity: str = "UNKNOWN_SEVERITY"

    def holds_at(self, moment: int) -> bool:
        """Whether one of its periods contains the moment (epoch seconds; the end is left out)."""
        return not self.periods or any(
            (start is None or start <= moment) and (end is None or moment < end)
            for start, end in self.periods
        )


@dataclass(frozen=True, slots=True)
class Dataset:
    """A whole message in the feed's order; `at` is its header's time in epoch seconds."""

    at: int
    updates: tuple[TripUpdate, ...] = ()
    vehicles: tuple[VehicleReport, ...] = ()
    alerts: tuple[Alert, ...] = ()
    problems: tuple[Problem, ...] = ()
