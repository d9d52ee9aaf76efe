"""Real time in and out: messages of operators, alerts, vehicles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.receive_realtime import note_problem, receive_message
from balai.transit.engine.realtime import Alert, RealtimeRefused, VehicleReport
from balai.transit.engine.realtime.decode import MOST_BYTES
from balai.transit.queries.networks import CityNetwork, current_network
from balai.transit.queries.realtime import Live, live, sources

router = Router()
MESSAGE = {
    "requestBody": {
        "required": True,
        "content": {"application/x-protobuf": {"schema": {"type": "string", "format": "binary"}}},
    }
}


class MessageProblem(Schema):
    """What was wrong with one entity of a message; the rest of it was taken."""

    entity: str
    field: str
    value: str
    problem: str
    remedy: str


class MessageOut(Schema):
    """What became of a message. `repeated`: the same bytes came before, nothing was changed."""

    at: datetime
    repeated: bool
    updates: int
    vehicles: int
    alerts: int
    positions: int
    problems: list[MessageProblem]


class AlertOut(Schema):
    """A notice that holds now. Words by language ("" where the feed names none)."""

    header: dict[str, str]
    description: dict[str, str]
    url: dict[str, str]
    cause: str
    effect: str
    severity: str
    routes: list[str]
    stops: list[str]


class AlertsOut(Schema):
    """The notices that hold; `as_of` is null where no fresh source speaks."""

    as_of: datetime | None
    state: str
    alerts: list[AlertOut]


class VehicleOut(Schema):
    """Where a vehicle was at `at`: degrees; speed in metres a second."""

    vehicle: str
    label: str
    trip_id: str
    route_id: str
    lat: float
    lon: float
    bearing: float | None
    speed: float | None
    occupancy: str
    at: datetime


class VehiclesOut(Schema):
    """The vehicles last heard of; `as_of` is null where no fresh source speaks."""

    as_of: datetime | None
    state: str
    vehicles: list[VehicleOut]


@router.post(
    "/{city}/realtime/{source}", auth=token_or_session("transit:realtime"), response=MessageOut,
    summary="Send a GTFS-Realtime message", openapi_extra=MESSAGE,
)  # fmt: skip
def post_message(request: HttpRequest, city: str, source: str) -> MessageOut:
    """Take in a FeedMessage (protocol buffer, at most 32 MB), whole or as differences.

    The same message again changes nothing. Entities that cannot be read are reported one by one.
    """
    found = city_by_slug(city)
    principal_of(request).require("transit.post_realtime", found.region_code)
    held = None if "\0" in source else sources(city).filter(name=source, url="").first()
    if held is None:
        raise MissingError(
            "No such source", detail=f"{city} has no source {source!r} that is posted to."
        )
    now = timezone.now()
    try:
        receipt = receive_message(held, _content(request), now=now)
    except RealtimeRefused as refused:
        note_problem(held, now, refused.problem)
        fault = Fault(field="body", problem=refused.problem, remedy=refused.remedy)
        raise ProblemError("The message was refused", kind="realtime-refused",
                           faults=(fault,)) from refused  # fmt: skip
    kept = receipt.snapshot
    return MessageOut(
        at=kept.at, repeated=receipt.repeated, updates=kept.updates, vehicles=kept.vehicles,
        alerts=kept.alerts, positions=receipt.positions,
        problems=[MessageProblem(**each) for each in kept.problems],
    )  # fmt: skip


def _content(request: HttpRequest) -> bytes:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length[:12]) > MOST_BYTES:
        raise RealtimeRefused(
            f"The message has {length[:12]} bytes", f"Send at most {MOST_BYTES:,}"
        )
    return request.read(MOST_BYTES + 1)


@router.get("/{city}/alerts", response=AlertsOut, summary="Notices that hold now")
def get_alerts(request: HttpRequest, city: str) -> Any:
    """What riders should know now, by route and stop."""
    now = _live(city)
    return {"as_of": now.as_of, "state": now.state, "alerts": [_alert(each) for each in now.alerts]}


@router.get("/{city}/vehicles", response=VehiclesOut, summary="Where vehicles are")
def get_vehicles(request: HttpRequest, city: str, route: str = "") -> Any:
    """The last position of every vehicle, of one route where `route` names it."""
    now = _live(city)
    shown = [each for each in now.vehicles if not route or each.trip.route_id == route]
    return {"as_of": now.as_of, "state": now.state, "vehicles": [_vehicle(each) for each in shown]}


def _live(city: str) -> Live:
    return live(network_of(city), timezone.now())


def network_of(city: str) -> CityNetwork:
    """The city's network; MissingError where there is no such city, or no timetable yet."""
    network = current_network(city_by_slug(city).slug)
    if network is None:
        raise MissingError("The city has no timetable", detail=f"No feed is imported for {city}.")
    return network


def _alert(alert: Alert) -> dict[str, Any]:
    return {
        "header": alert.header, "description": alert.description, "url": alert.url,
        "cause": alert.cause, "effect": alert.effect, "severity": alert.severity,
        "routes": [each.route_id for each in alert.informed if each.route_id],
        "stops": [each.stop_id for each in alert.informed if each.stop_id],
    }  # fmt: skip


def _vehicle(each: VehicleReport) -> dict[str, Any]:
    from datetime import UTC

    return {
        "vehicle": each.vehicle, "label": each.label, "trip_id": each.trip.trip_id,
        "route_id": each.trip.route_id, "lat": each.lat, "lon": each.lon,
        "bearing": each.bearing, "speed": each.speed, "occupancy": each.occupancy,
        "at": datetime.fromtimestamp(each.at, UTC),
    }  # fmt: skip
