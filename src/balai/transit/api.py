"""The programme's API: taps in; journeys, feeds, tariffs and planned trips out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Field, Header, Query, Router, Schema

from balai.kernel.access.api_auth import principal_of, token_or_session
from balai.kernel.problems import Fault, MissingError, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit import rules  # noqa: F401 - its scopes must be known before they are asked for
from balai.transit.actions.price_pending import price_pending
from balai.transit.actions.receive_taps import MOST_ROWS, Receipt, receive_taps
from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError
from balai.transit.queries.feed import current_feed, feed_versions
from balai.transit.queries.journeys import journey_record
from balai.transit.queries.places import Place, resolve_place
from balai.transit.queries.planners import planner
from balai.transit.queries.tariffs import (
    figures,
    tariff_for,
    tariff_law,
    tariff_names,
    tariff_on,
    tariffs_in_force,
)
from balai.transit.queries.trips import Option, plan_trip

router = Router()
API_PATIENCE_SECONDS = 20.0
TAP = {
    "validator": "BRT-0107", "sequence": 48213, "card": "6032981100001234",
    "at": "2026-11-23T07:43:10+07:00", "direction": "in", "mode": "brt", "route_id": "1",
    "stop_id": "hi",
}  # fmt: skip


class TapsIn(Schema):
    """A batch of taps. Each is judged by itself: bad ones are reported, good ones taken."""

    taps: list[Any] = Field(
        description=f"1 to {MOST_ROWS} objects: validator and sequence (the tap's identity), card,"
        " at (ISO 8601 with offset), direction in|out, mode (brt, bus, angkot, mikrotrans, mrt,"
        " lrt, rail, royaltrans), and if known route_id, stop_id, km (on out).",
        examples=[[TAP, {**TAP, "sequence": 48214, "direction": "out", "km": 2.0}]],
    )


class TapResult(Schema):
    """What became of one row (1 is the first)."""

    row: int
    outcome: Literal["accepted", "duplicate", "rejected"]
    field: str = ""
    problem: str = ""
    remedy: str = ""


class TapsOut(Schema):
    """The answer to a batch. `repeated`: the same request came before and got this answer."""

    batch: UUID
    accepted: int
    duplicates: int
    rejected: int
    repeated: bool
    results: list[TapResult]


class LegOut(Schema):
    """A boarding with its charge, in rupiah."""

    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    metres: int | None
    full_price: int
    charge: int
    reason: str


class JourneyOut(Schema):
    """A journey: no card, times to the hour. Money in rupiah."""

    id: UUID
    city: str
    place: str
    day: date
    hour: datetime
    tariff: str
    charge: int
    full_price: int
    integrated: bool
    void: bool
    generated: bool
    revision: int
    legs: list[LegOut]


class FeedOut(Schema):
    """A version of the city's timetable."""

    id: int
    source: str
    licence: str
    credit: str
    generated: bool
    sha256: str
    imported_at: datetime
    status: str
    first_day: date | None
    last_day: date | None
    counts: dict[str, int]


class FigureOut(Schema):
    """A dated figure of a tariff with the article it comes from."""

    parameter: str
    title: dict[str, str]
    value: Any
    unit: str
    start: date
    end: date | None
    article: str
    source: str
    verified: bool


class TariffOut(Schema):
    """A version of the fare rules and the spans of days on which the city prices by it."""

    name: str
    title: dict[str, str]
    in_force: list[tuple[date, date | None]]
    figures: list[FigureOut]


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


@router.post(
    "/{city}/taps", auth=token_or_session("transit:taps"), response=TapsOut, summary="Send taps"
)
def post_taps(
    request: HttpRequest, city: str, body: TapsIn,
    idempotency_key: str = Header(
        ..., alias="Idempotency-Key", max_length=100, min_length=1
    ),
) -> TapsOut:  # fmt: skip
    """Take in taps, in any order and any number of times, and price what they complete."""
    found = city_by_slug(city)
    principal = principal_of(request)
    principal.require("transit.post_taps", found.region_code)
    receipt = receive_taps(
        city, body.taps, place=found.region_code, sender=principal.user.get_username(),
        key=idempotency_key,
    )  # fmt: skip
    if not receipt.repeated:
        price_pending(city)
    return _taps_out(receipt)


@router.get("/{city}/journeys/{journey}", response=JourneyOut, summary="A journey's record")
def get_journey(request: HttpRequest, city: str, journey: UUID) -> Any:
    """Legs and charges of a journey, as they may be shown to anyone."""
    return journey_record(city, journey)


@router.get("/{city}/feeds", response=list[FeedOut], summary="Timetables of the city")
def get_feeds(request: HttpRequest, city: str) -> Any:
    """Every timetable that was imported for the city, newest first."""
    return feed_versions(city_by_slug(city).slug)


@router.get("/{city}/tariffs", response=list[TariffOut], summary="Fare rules, dated")
def get_tariffs(request: HttpRequest, city: str) -> list[TariffOut]:
    """Every version of the fare rules with its figures, articles and dates."""
    spans = tariffs_in_force(city_by_slug(city).slug)
    return [
        TariffOut(
            name=name,
            title=dict(tariff_law(name).title),
            in_force=[(span.start, span.end) for span in spans if span.tariff == name],
            figures=[FigureOut.from_orm(figure) for figure in figures(name)],
        )
        for name in tariff_names()
    ]


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


def _taps_out(receipt: Receipt) -> TapsOut:
    return TapsOut(
        batch=receipt.batch,
        accepted=receipt.count("accepted"),
        duplicates=receipt.count("duplicate"),
        rejected=receipt.count("rejected"),
        repeated=receipt.repeated,
        results=[
            TapResult(
                row=row.row,
                outcome=row.outcome,
                field=row.fault.field if row.fault else "",
                problem=row.fault.problem if row.fault else "",
                remedy=row.fault.remedy if row.fault else "",
            )
            for row in receipt.rows
        ],
    )


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
