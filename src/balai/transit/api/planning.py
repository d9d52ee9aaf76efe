"""Planned trips out."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError
from balai.transit.queries.feed import current_feed
from balai.transit.queries.places import Place, resolve_place
from balai.transit.queries.planners import planner
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force
from balai.transit.queries.trips import Option, plan_trip

router = Router()
API_PATIENCE_SECONDS = 20.0


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


class OptionOut(Schema):
    """A way to go. `separately` is what its rides would cost one by one, in rupiah."""

    kind: str
    depart: datetime
    arrive: datetime
    transfers: int
    fare: int
    separately: int
    legs: list[PlannedLegOut]


class PlanOut(Schema):
    """The options by arrival; no other way is at once faster and cheaper."""

    tariff: str
    options: list[OptionOut]


class PlanQuery(Schema):
    """From and to are stop names or `lat,lon`; `at` is ISO 8601 (now without it)."""

    start: str = Field(alias="from", max_length=120, examples=["-6.2783,106.7973"])
    end: str = Field(alias="to", max_length=120, examples=["Monumen Nasional"])
    at: datetime | None = Field(None, examples=["2026-11-23T07:10:00+07:00"])
    tariff: str = Field("", max_length=60, examples=["jaklingko-integrated"])


@router.get("/{city}/plan", response=PlanOut, summary="Plan a trip")
def get_plan(request: HttpRequest, city: str, query: Query[PlanQuery]) -> PlanOut:
    """The fastest way, the cheapest, and what lies between, with fares."""
    found = city_by_slug(city)
    version = current_feed(city)
    if version is None:
        raise MissingError("The city has no timetable", detail=f"No feed is imported for {city}.")
    at = _moment(query.at, found)
    name = query.tariff or tariff_for(tariffs_in_force(city), at.date(), city)
    tariff = tariff_on(name, at.date())
    start = _place(resolve_place(version, query.start), "from", query.start)
    end = _place(resolve_place(version, query.end), "to", query.end)
    try:
        ready = planner(version, at.date(), tariff, patience=API_PATIENCE_SECONDS)
        if ready is None:
            raise ProblemError(
                "The timetable is being prepared", detail="Ask again in some seconds.",
                kind="preparing", status=503,
            )  # fmt: skip
        plan = plan_trip(version, ready, tariff, start, end, at)
    except OutsideCalendarError as error:
        raise _refused("at", f"{at:%Y-%m-%d}", str(error), "Choose a day it covers") from error
    except NoStopWithinReachError as error:
        value = query.start if error.end == "from" else query.end
        raise _refused(error.end, value, str(error), "Choose a place nearer to a stop") from error
    return PlanOut(tariff=name, options=[_option_out(option) for option in plan.options])


def _moment(at: datetime | None, city: City) -> datetime:
    """The moment in the city's zone; one given without a zone is meant there."""
    at = at or timezone.now()
    try:
        return at.astimezone(city.zone) if at.tzinfo else at.replace(tzinfo=city.zone)
    except OverflowError as error:
        raise _refused("at", str(at), "is no day of any timetable", "Choose a day near") from error


def _place(place: Place | None, field: str, value: str) -> Place:
    if place is None:
        raise _refused(field, value, "fits no stop, or several",
                       "Give a stop's whole name, or latitude,longitude")  # fmt: skip
    return place


def _refused(field: str, value: str, problem: str, remedy: str) -> ProblemError:
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
        legs=[
            PlannedLegOut(
                mode=step.leg.mode, route_id=step.leg.route_id,
                line=step.line.name if step.line else "", headsign=step.headsign,
                from_stop=step.leg.from_stop, from_name=step.from_name,
                to_stop=step.leg.to_stop, to_name=step.to_name, depart=step.depart,
                arrive=step.arrive, metres=step.leg.metres, fare=step.leg.fare,
            )
            for step in option.steps
        ],
    )  # fmt: skip
