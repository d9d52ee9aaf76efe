"""Stops with their next departures, and lines with their stops."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from balai.kernel.problems import ProblemError
from balai.transit.engine.fares.modes import Mode
from balai.transit.queries.boards import BoardLine, BoardTime, alerts_of_route, board
from balai.transit.queries.lines import Line, lines
from balai.transit.queries.networks import CityNetwork, current_network
from balai.transit.queries.places import find_places
from balai.transit.queries.realtime import live
from balai.transit.queries.routes import RouteTold, find_route
from balai.transit.queries.stops import StopPlace, find_stop
from balai.transit.queries.tariffs import tariff_for, tariff_law, tariff_on, tariffs_in_force
from balai.transit.views.running import (
    alert_rows,
    headway_words,
    late_status,
    late_words,
    mode_title,
)

REFRESH_SECONDS = 30


@require_safe
def stops(request: HttpRequest, city: str) -> HttpResponse:
    """Search a stop by its name."""
    network = network_of(request)
    text = request.GET.get("q", "").strip()[:120]
    found = find_places(network, text, limit=30) if network and text else []
    context = {"version": network, "text": text, "found": [p for p in found if p.stop_id],
               "places_url": reverse("transit:places", args=[city])}  # fmt: skip
    return render(request, "transit/stops.html", context)


@require_safe
def stop(request: HttpRequest, city: str, stop: str) -> HttpResponse:
    """A stop's board; it asks again by itself, with or without script."""
    network = network_of(request)
    found = find_stop(network, stop) if network else None
    if network is None or found is None:
        context = {"version": network, "text": "", "found": [], "lost": stop}
        return render(request, "transit/stops.html", context, status=404)
    now = timezone.now()
    told = live(network, now)
    shown = board(network, found, now, told)
    context = {
        "version": network, "stop": found, "board": shown, "live": told,
        "rows": [_row(line) for line in shown.lines],
        "alerts": alert_rows(shown.alerts), "stop_map": _stop_map(city, found),
        "from_url": _trip_url(city, start=found), "to_url": _trip_url(city, end=found),
    }  # fmt: skip
    answer = render(request, "transit/stop.html", context)
    answer["Refresh"] = str(REFRESH_SECONDS)
    return answer


@require_safe
def routes(request: HttpRequest, city: str) -> HttpResponse:
    """Every line, by mode, narrowed by a text."""
    network = network_of(request)
    text = request.GET.get("q", "").strip()[:60]
    every = list(lines(network).values()) if network else []
    words = text.casefold().split()
    found = [line for line in every
             if all(word in f"{line.name} {line.title}".casefold() for word in words)]  # fmt: skip
    groups: dict[str, list[Line]] = {}
    for line in found:
        groups.setdefault(line.mode, []).append(line)
    context = {
        "version": network,
        "text": text,
        "total": len(found),
        "groups": [(mode_title(mode), mode, held) for mode, held in groups.items()],
    }
    return render(request, "transit/routes.html", context)


@require_safe
def route(request: HttpRequest, city: str, route: str) -> HttpResponse:
    """A line: its stops, way, how often it runs, who runs it and what it costs."""
    network = network_of(request)
    now = timezone.localtime()
    told = find_route(network, route, now.date()) if network else None
    if network is None or told is None:
        raise Http404
    running = live(network, now)
    context = {
        "version": network, "told": told, "mode": mode_title(told.line.mode), "live": running,
        "alerts": alert_rows(alerts_of_route(running, told.line.route_id)),
        "hours": [hour for hour in told.hours if hour.departures],
        "fare": _fare(city, told.line), "route_map": _route_map(city, told),
        "vehicles": sum(each.trip.route_id == told.line.route_id for each in running.vehicles),
    }  # fmt: skip
    return render(request, "transit/route.html", context)


def network_of(request: HttpRequest) -> CityNetwork | None:
    """The network of the page's city."""
    city = getattr(request, "city", None)
    if city is None:
        raise Http404
    return current_network(city.slug)


def _row(line: BoardLine) -> dict[str, Any]:
    return {
        "line": line.line, "headsign": line.headsign, "last": line.last,
        "headway": headway_words(line.headways),
        "times": [_time(each) for each in line.times],
        "wheelchair": any(each.wheelchair for each in line.times),
    }  # fmt: skip


def _time(each: BoardTime) -> dict[str, Any]:
    known = each.late is not None
    return {
        "at": each.at, "late": late_words(each.late), "cancelled": each.cancelled, "live": known,
        "late_status": late_status(each.late),
    }  # fmt: skip


def _trip_url(city: str, *, start: StopPlace | None = None, end: StopPlace | None = None) -> str:
    from urllib.parse import urlencode

    asked: dict[str, str] = {}
    for name, place in (("start", start), ("end", end)):
        if place:
            asked |= {name: place.name, f"{name}_stop": place.stop_id}
    return f"{reverse('transit:plan', args=[city])}?{urlencode(asked)}"


def _stop_map(city: str, stop: StopPlace) -> dict[str, Any]:
    lat, lon = stop.point
    return {
        "bounds": [lon - 0.006, lat - 0.006, lon + 0.006, lat + 0.006], "ground": "land",
        "roads": reverse("transit:network", args=[city]),
        "points": {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"kind": "pin", "label": stop.name, "side": "right",
                                               "important": True},
             "geometry": {"type": "Point", "coordinates": [round(lon, 6), round(lat, 6)]}},
        ]},
    }  # fmt: skip


def _route_map(city: str, told: RouteTold) -> dict[str, Any]:
    points = [point for each in told.directions for point in each.way]
    if not points:
        return {}
    lats, lons = [lat for lat, _lon in points], [lon for _lat, lon in points]
    first = told.directions[0]
    ends = {first.stops[0].stop_id, first.stops[-1].stop_id}
    return {
        "bounds": [min(lons), min(lats), max(lons), max(lats)], "ground": "land",
        "roads": reverse("transit:network", args=[city]),
        "lines": {"type": "FeatureCollection", "features": [
            {"type": "Feature", "properties": {"id": str(at), "group": "line",
                                               "mode": told.line.mode},
             "geometry": {"type": "LineString",
                          "coordinates": [[round(lon, 5), round(lat, 5)] for lat, lon in each.way]}}
            for at, each in enumerate(told.directions)
        ]},
        "points": {"type": "FeatureCollection", "features": [
            {"type": "Feature",
             "properties": {"kind": "stop", "label": stop.name,
                            "important": stop.stop_id in ends, "side": "right"},
             "geometry": {"type": "Point",
                          "coordinates": [round(stop.lon, 6), round(stop.lat, 6)]}}
            for stop in first.stops
        ]},
        "selected": "line",
    }  # fmt: skip


def _fare(city: str, line: Line) -> dict[str, Any] | None:
    """What a boarding costs by itself now, under the fare rules in force."""
    now = timezone.localtime()
    try:
        name = tariff_for(tariffs_in_force(city), now.date(), city)
        tariff = tariff_on(name, now.date())
    except ProblemError:
        return None
    mode = Mode.of(line.mode)
    if mode not in tariff.modes:
        return None
    second = now.hour * 3600 + now.minute * 60
    return {"price": tariff.own_price(mode, second), "law": tariff_law(name).title,
            "own": tariff.own_fares[mode]}  # fmt: skip
