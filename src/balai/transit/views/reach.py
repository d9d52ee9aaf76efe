"""What can be reached in so many minutes for so much money."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from balai.kernel.access.lists import as_csv, csv_url, wants_csv
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import City
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import OutsideCalendarError, UnboundedFareStateError
from balai.transit.forms import ReachForm
from balai.transit.queries.networks import CityNetwork
from balai.transit.queries.places import Place, find_places, resolve_place
from balai.transit.queries.planners import planner, prepare
from balai.transit.queries.reach import Reached, ReachRequest, as_geojson, reach
from balai.transit.queries.tariffs import tariff_for, tariff_law, tariff_on, tariffs_in_force
from balai.transit.views.boards import network_of
from balai.transit.views.plan import REFRESH_SECONDS
from balai.transit.views.running import tell_no_tariff

PRESETS = ((30, None), (45, 5000), (60, 3500), (60, None))


@dataclass(frozen=True, slots=True)
class _Question:
    """A question with everything found out."""

    place: Place
    asked: ReachRequest
    tariff: Tariff
    title: Any


@require_safe
def page(request: HttpRequest, city: str) -> HttpResponse:
    """The form; the choice where a name fits several stops; the map and tables of the answer."""
    network = network_of(request)
    asked = "start" in request.GET
    now = timezone.localtime()
    initial = {"on": now.date(), "at": now.time()}
    form = ReachForm(request.GET if asked else None, initial=initial)
    context: dict[str, Any] = {"version": network, "form": form}
    if network is None:
        return render(request, "transit/plan_empty.html", context)
    if not asked or not form.is_valid():
        if not asked:
            prepare(network, now.date())
        return render(request, "transit/reach.html", context)
    place = resolve_place(network, form.cleaned_data["start"], form.cleaned_data["start_stop"])
    if place is None:
        return _choose(request, network, form, context)
    try:
        question = _question(city, place, form)
    except ProblemError as problem:
        tell_no_tariff(form, problem, form.moment().date())
        return render(request, "transit/reach.html", context)
    return _answer(request, network, question, context)


def _question(city: str, place: Place, form: ReachForm) -> _Question:
    told, at = form.cleaned_data, form.moment()
    name = tariff_for(tariffs_in_force(city), at.date(), city)
    asked = ReachRequest(
        place.point, at, told["minutes"], told["most"], float(told["walk"]),
        wheelchair=told["wheel"],
    )  # fmt: skip
    return _Question(place, asked, tariff_on(name, at.date()), tariff_law(name).title)


def _answer(
    request: HttpRequest, network: CityNetwork, question: _Question, context: dict[str, Any]
) -> HttpResponse:
    city: City = request.city  # type: ignore[attr-defined]
    asked = question.asked
    try:
        ready = planner(network, asked.at.date(), question.tariff)
        if ready is None:
            told = {"question": {"at": asked.at}}
            answer = render(request, "transit/plan_preparing.html", context | told, status=202)
            answer["Refresh"] = str(REFRESH_SECONDS)
            return answer
        found = reach(city, network, ready, asked)
    except OutsideCalendarError as error:
        return render(request, "transit/reach.html", context | {"calendar": error})
    except UnboundedFareStateError:
        context["form"].add_error("most", _("These fare rules cannot be followed to every stop."))
        return render(request, "transit/reach.html", context)
    if wants_csv(request):
        header = ("code", "district", "share_percent", "stops_reached", "stops")
        return as_csv(
            "reach", header, found.districts,
            lambda each: [each.code, each.name, round(100 * each.shares[-1], 1), each.stops,
                          each.stops_of],
        )  # type: ignore[return-value] # fmt: skip
    return render(request, "transit/reach.html", context | _told(request, question, found))


def _told(request: HttpRequest, question: _Question, found: Reached) -> dict[str, Any]:
    rows = sorted(found.districts, key=lambda each: (-each.shares[-1], each.name))
    return {
        "found": found, "place": question.place, "law": question.title, "csv": csv_url(request),
        "bands": found.bands, "share": None if found.share is None else 100 * found.share,
        "districts": [
            (each, [100 * share for share in each.shares]) for each in rows if each.shares[-1] > 0
        ],
        "beyond": sum(each.shares[-1] == 0 for each in rows),
        "presets": [
            (minutes, fare, _with(request, minutes=str(minutes), most=str(fare or "")))
            for minutes, fare in PRESETS
        ],
        "reach_map": _map(request, question.place, found),
    }  # fmt: skip


def _map(request: HttpRequest, place: Place, found: Reached) -> dict[str, Any]:
    ways = [ring for polygon in found.bands[-1].polygons for ring in polygon]
    points = [point for ring in ways for point in ring] or [[place.lon, place.lat]]
    lons, lats = [point[0] for point in points], [point[1] for point in points]
    return {
        "bounds": [min(lons), min(lats), max(lons), max(lats)], "ground": "land",
        "roads": reverse("transit:network", args=[request.city.slug]),  # type: ignore[attr-defined]
        "areas": as_geojson(found),
        "points": {"type": "FeatureCollection", "features": [
            {"type": "Feature",
             "properties": {"kind": "pin", "text": "A", "label": place.name, "important": True,
                            "side": "right"},
             "geometry": {"type": "Point",
                          "coordinates": [round(place.lon, 6), round(place.lat, 6)]}},
        ]},
    }  # fmt: skip


def _choose(
    request: HttpRequest, network: CityNetwork, form: ReachForm, context: dict[str, Any]
) -> HttpResponse:
    text = form.cleaned_data["start"]
    found = find_places(network, text)
    if not found:
        form.add_error("start", _("No stop has this name. Write part of a stop's name, or "
                                  "latitude,longitude."))  # fmt: skip
    context["choices"] = [
        (each, _with(request, start=each.name, start_stop=each.stop_id)) for each in found
    ]
    return render(request, "transit/reach.html", context)


def _with(request: HttpRequest, **changes: str) -> str:
    asked = {key: value for key, value in request.GET.items() if value} | changes
    return f"?{urlencode({key: value for key, value in asked.items() if key != 'csv'})}"
