"""Departures and what can be reached, out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.api.planning import (
    API_PATIENCE_SECONDS,
    moment_in,
    place_of,
    preparing,
    refused,
)
from balai.transit.api.realtime import network_of
from balai.transit.engine.planner import OutsideCalendarError, UnboundedFareStateError
from balai.transit.queries.boards import board
from balai.transit.queries.places import resolve_place
from balai.transit.queries.planners import planner
from balai.transit.queries.reach import ReachRequest, as_geojson, reach
from balai.transit.queries.realtime import live
from balai.transit.queries.stops import find_stop
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force

router = Router()
Wheelchair = Literal["", "known", "not-excluded"]


class DepartureOut(Schema):
    """A departure. `late` in seconds; null where only the timetable is known."""

    at: datetime
    late: int | None
    cancelled: bool
    wheelchair: bool | None


class BoardLineOut(Schema):
    """A line's departures towards one end; headways in seconds where it runs by frequency."""

    route_id: str
    line: str
    mode: str
    headsign: str
    departures: list[DepartureOut]
    headway_least: int | None
    headway_most: int | None
    last: datetime | None


class BoardOut(Schema):
    """A stop's board; `real_time` is null where vehicles are not known."""

    stop_id: str
    name: str
    lat: float
    lon: float
    wheelchair: bool | None
    begin: datetime
    end: datetime
    real_time: datetime | None
    lines: list[BoardLineOut]


class BoardQuery(Schema):
    """`stop` is a stop's id; `minutes` how far ahead."""

    stop: str = Field(max_length=255, examples=["monas"])
    at: datetime | None = Field(None, examples=["2026-11-23T07:10:00+07:00"])
    minutes: int = Field(90, ge=1, le=360)


class BandOut(Schema):
    """The ground reached within a number of minutes, as a GeoJSON feature."""

    type: Literal["Feature"]
    properties: dict[str, Any]
    geometry: dict[str, Any]


class DistrictOut(Schema):
    """How much of a district is reached: a share of its ground, from 0 to 1."""

    code: str
    name: str
    share: float
    stops: int
    stops_of: int


class IsochroneOut(Schema):
    """A GeoJSON FeatureCollection, the widest band first, with shares by district."""

    type: Literal["FeatureCollection"]
    features: list[BandOut]
    tariff: str
    stops: int
    share: float | None
    districts: list[DistrictOut]


class IsochroneQuery(Schema):
    """From is a stop's name or `lat,lon`; `max_fare` in rupiah, without it any fare."""

    start: str = Field(alias="from", max_length=120, examples=["Monumen Nasional"])
    at: datetime | None = Field(None, examples=["2026-11-23T07:10:00+07:00"])
    minutes: int = Field(45, ge=5, le=120)
    max_fare: int | None = Field(None, ge=0, le=1_000_000, examples=[5000])
    max_walk_m: int = Field(800, ge=0, le=3000)
    wheelchair: Wheelchair = ""
    tariff: str = Field("", max_length=60)


@router.get("/{city}/departures", response=BoardOut, summary="Departures of a stop")
def get_departures(request: HttpRequest, city: str, query: Query[BoardQuery]) -> Any:
    """What leaves a stop next, by line and headsign, as it runs where that is known."""
    network = network_of(city)
    stop = find_stop(network, query.stop)
    if stop is None:
        raise MissingError("No such stop", detail=f"The timetable has no stop {query.stop!r}.")
    at, now = moment_in(query.at, city_by_slug(city)), timezone.now()
    running = live(network, now) if abs(at - now) <= timedelta(hours=4) else None
    told = board(network, stop, at, running, window=timedelta(minutes=query.minutes))
    return {
        "stop_id": stop.stop_id, "name": stop.name, "lat": stop.lat, "lon": stop.lon,
        "wheelchair": stop.wheelchair, "begin": told.at, "end": told.until,
        "real_time": running.as_of if running else None,
        "lines": [
            {"route_id": each.line.route_id, "line": each.line.name, "mode": each.line.mode,
             "headsign": each.headsign, "departures": list(each.times),
             "headway_least": each.headways[0] if each.headways else None,
             "headway_most": each.headways[1] if each.headways else None, "last": each.last}
            for each in told.lines
        ],
    }  # fmt: skip


@router.get("/{city}/isochrone", response=IsochroneOut, summary="What can be reached")
def get_isochrone(request: HttpRequest, city: str, query: Query[IsochroneQuery]) -> Any:
    """The ground within reach by time and money, as polygons, and shares of districts."""
    found, network = city_by_slug(city), network_of(city)
    at = moment_in(query.at, found)
    name = query.tariff or tariff_for(tariffs_in_force(city), at.date(), city)
    tariff = tariff_on(name, at.date())
    place = place_of(resolve_place(network, query.start), "from", query.start)
    asked = ReachRequest(place.point, at, query.minutes, query.max_fare, float(query.max_walk_m),
                         wheelchair=query.wheelchair)  # fmt: skip
    try:
        ready = planner(network, at.date(), tariff, patience=API_PATIENCE_SECONDS)
        if ready is None:
            raise preparing()
        told = reach(found, network, ready, asked)
    except OutsideCalendarError as error:
        raise refused("at", f"{at:%Y-%m-%d}", str(error), "Choose a day it covers") from error
    except UnboundedFareStateError as error:
        raise ProblemError("These fare rules cannot be followed to every stop",
                           kind="unbounded-fare", detail=str(error)) from error  # fmt: skip
    return {
        **as_geojson(told, tariff), "tariff": name, "stops": told.stops, "share": told.share,
        "districts": [
            {"code": each.code, "name": each.name, "share": round(each.shares[-1], 4),
             "stops": each.stops, "stops_of": each.stops_of}
            for each in told.districts
        ],
    }  # fmt: skip
