"""Planned trips out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.engine.fares.modes import MODE_CODES
from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError
from balai.transit.queries.networks import current_network
from balai.transit.queries.places import Place, resolve_place
from balai.transit.queries.planners import planner
from balai.transit.queries.realtime import live
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force
from balai.transit.queries.trips import Option, TripRequest, plan_trip

router = Router()
API_PATIENCE_SECONDS = 20.0
LIVE_WITHIN = timedelta(hours=4)


class PlannedLegOut(Schema):
    """A walk or a ride."""

    mode: str
    route_id: str | None
    line: str
    headsign: str
    from_stop: str | None
    from_name: str
    to_stop: str | None
    to_name: str
    depart: datetime
    arrive: datetime
    metres: int
    fare: int | None
    late: int | None = Field(description="Seconds late at the start, null where unknown.")
    wheelchair: bool | None
    shape: list[tuple[float, float]] = Field(description="Longitude and latitude of its way.")


class OptionOut(Schema):
    """A way to go, in rupiah: `fare` is what is charged, promotions of the day taken off;
    `separately` what its rides would cost one by one; `relief` what was taken off.
    """

    kind: str
    depart: datetime
    arrive: datetime
    transfers: int
    fare: int
    separately: int
    relief: int
    legs: list[PlannedLegOut]


class PlanOut(Schema):
    """The options by arrival; no other way is at once faster and cheaper."""

    tariff: str
    real_time: datetime | None = Field(description="As of when vehicles are known, null: not.")
    options: list[OptionOut]


class PlanQuery(Schema):
    """From and to are stop names or `lat,lon`; `at` is ISO 8601 (now without it)."""

    start: str = Field(alias="from", max_length=120, examples=["-6.2783,106.7973"])
    end: str = Field(alias="to", max_length=120, examples=["Monumen Nasional"])
    at: datetime | None = Field(None, examples=["2026-11-23T07:10:00+07:00"])
    tariff: str = Field("", max_length=60, examples=["jaklingko-integrated"])
    arrive_by: bool = Field(False, description="`at` is when to be there at the latest.")
    modes: str = Field("", max_length=80, description="Only these, by commas.",
                       examples=["brt,mrt"])  # fmt: skip
    max_walk_m: int = Field(800, ge=0, le=5000)
    max_transfers: int | None = Field(None, ge=0, le=5)
    wheelchair: Literal["", "known", "not-excluded"] = ""
    max_fare: int | None = Field(None, ge=0, le=1_000_000, description="In rupiah.")

    def limits(self) -> dict[str, Any]:
        """What `TripRequest` takes beside places and time; ProblemError for an unknown mode."""
        chosen = frozenset(code.strip().lower() for code in self.modes.split(",") if code.strip())
        if unknown := chosen - set(MODE_CODES):
            raise refused("modes", ", ".join(sorted(unknown)), "is no mode",
                           f"Choose of {', '.join(MODE_CODES)}")  # fmt: skip
        return {
            "arrive_by": self.arrive_by, "modes": chosen, "max_walk_m": float(self.max_walk_m),
            "max_transfers": self.max_transfers, "wheelchair": self.wheelchair,
            "max_fare": self.max_fare,
        }  # fmt: skip


@router.get("/{city}/plan", response=PlanOut, summary="Plan a trip")
def get_plan(request: HttpRequest, city: str, query: Query[PlanQuery]) -> PlanOut:
    """The fastest way, the cheapest, and what lies between, with fares."""
    found = city_by_slug(city)
    network = current_network(city)
    if network is None:
        raise MissingError("The city has no timetable", detail=f"No feed is imported for {city}.")
    at = moment_in(query.at, found)
    name = query.tariff or tariff_for(tariffs_in_force(city), at.date(), city)
    tariff = tariff_on(name, at.date())
    start = place_of(resolve_place(network, query.start), "from", query.start)
    end = place_of(resolve_place(network, query.end), "to", query.end)
    try:
        asked = TripRequest(start, end, at, **query.limits())
        now = live(network, timezone.now()) if abs(at - timezone.now()) <= LIVE_WITHIN else None
        ready = planner(network, at.date(), tariff, live=now, patience=API_PATIENCE_SECONDS)
        if ready is None:
            raise preparing()
        plan = plan_trip(network, ready, tariff, asked, live=now)
    except OutsideCalendarError as error:
        raise refused("at", f"{at:%Y-%m-%d}", str(error), "Choose a day it covers") from error
    except NoStopWithinReachError as error:
        value = query.start if error.end == "from" else query.end
        raise refused(error.end, value, str(error), "Choose a place nearer to a stop") from error
    return PlanOut(
        tariff=name, real_time=now.as_of if now else None,
        options=[_option_out(option) for option in plan.options],
    )  # fmt: skip


def moment_in(at: datetime | None, city: City) -> datetime:
    """The moment in the city's zone; one given without a zone is meant there."""
    at = at or timezone.now()
    try:
        return at.astimezone(city.zone) if at.tzinfo else at.replace(tzinfo=city.zone)
    except OverflowError as error:
        raise refused("at", str(at), "is no day of any timetable", "Choose a day near") from error


def preparing() -> ProblemError:
    """What is said while a day's timetable is put together."""
    return ProblemError(
        "The timetable is being prepared", detail="Ask again in some seconds.",
        kind="preparing", status=503,
    )  # fmt: skip


def place_of(place: Place | None, field: str, value: str) -> Place:
    """The place that was meant; ProblemError where none or several fit."""
    if place is None:
        raise refused(field, value, "fits no stop, or several",
                       "Give a stop's whole name, or latitude,longitude")  # fmt: skip
    return place


def refused(field: str, value: str, problem: str, remedy: str) -> ProblemError:
    """The problem of one field of a question."""
    fault = Fault(field=field, value=value, problem=problem, remedy=remedy)
    return ProblemError("The trip cannot be planned", faults=(fault,))


def _option_out(option: Option) -> OptionOut:
    return OptionOut(
        kind=option.kind,
        depart=option.depart,
        arrive=option.arrive,
        transfers=option.journey.transfers,
        fare=option.fare,
        separately=option.quote.separately,
        relief=sum(line.relief for line in option.quote.lines),
        legs=[
            PlannedLegOut(
                mode=step.leg.mode, route_id=step.leg.route_id,
                line=step.line.name if step.line else "", headsign=step.headsign,
                from_stop=step.leg.from_stop, from_name=step.from_name,
                to_stop=step.leg.to_stop, to_name=step.to_name, depart=step.depart,
                arrive=step.arrive, metres=step.leg.metres, fare=step.leg.fare, late=step.late,
                wheelchair=step.accessible,
                shape=[(round(lon, 6), round(lat, 6)) for lat, lon in step.way],
            )
            for step in option.steps
        ],
    )  # fmt: skip
