"""The plan page: a question, the options worth a look, and why each costs what it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from balai.kernel.problems import ProblemError
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError, Planner
from balai.transit.forms import TripForm
from balai.transit.models import FeedVersion
from balai.transit.queries.feed import current_feed
from balai.transit.queries.places import (
    Place,
    find_places,
    nearest_places,
    resolve_place,
)
from balai.transit.queries.planners import planner as planner_of
from balai.transit.queries.planners import prepare
from balai.transit.queries.tariffs import (
    tariff_for,
    tariff_law,
    tariff_names,
    tariff_on,
    tariffs_in_force,
)
from balai.transit.queries.trips import TripPlan, network_lines, plan_trip
from balai.transit.views.plan_page import option_page

LONGER_WALK_M = 1500.0
REFRESH_SECONDS = 3


@dataclass(frozen=True, slots=True)
class _Question:
    """A trip asked for, with everything found out."""

    version: FeedVersion
    start: Place
    end: Place
    at: datetime
    tariff: Tariff
    max_walk_m: float


@require_safe
def plan(request: HttpRequest, city: str) -> HttpResponse:
    """The form; the choice where a name fits several stops; the options; or what went wrong."""
    version = _version(request)
    asked = "start" in request.GET or "end" in request.GET
    form = TripForm(request.GET if asked else None, initial=_initial())
    context: dict[str, Any] = {
        "form": form, "version": version, "tariffs": _tariff_choices(request),
        "places_url": reverse("transit:places", args=[city]),
    }  # fmt: skip
    if version is None:
        return render(request, "transit/plan_empty.html", context)
    if not asked or not form.is_valid():
        if not asked:
            prepare(version, _initial()["on"])
        return render(request, "transit/plan_form.html", context, status=200)
    try:
        return _answer(request, city, version, form, context)
    except ProblemError as problem:
        form.add_error("tariff", str(problem.faults[0].problem if problem.faults else problem))
        return render(request, "transit/plan_form.html", context)


def _answer(
    request: HttpRequest, city: str, version: FeedVersion, form: TripForm, context: dict[str, Any]
) -> HttpResponse:
    ends = {name: _end(version, form, name) for name in ("start", "end")}
    if not all(ends.values()):
        context["choices"] = [
            _choice(request, version, form, name) for name, place in ends.items() if place is None
        ]
        several = any(choice["links"] for choice in context["choices"])
        template = "transit/plan_choose.html" if several else "transit/plan_form.html"
        return render(request, template, context)
    at = form.moment()
    name = form.cleaned_data["tariff"] or tariff_for(tariffs_in_force(city), at.date(), city)
    question = _Question(
        version, ends["start"], ends["end"], at, tariff_on(name, at.date()),
        LONGER_WALK_M if request.GET.get("walk") == "long" else 800.0,
    )  # fmt: skip
    context |= {"question": question, "law": tariff_law(name), "edit_url": _edit_url(request)}
    try:
        ready = planner_of(version, at.date(), question.tariff)
        if ready is None:
            return _preparing(request, context)
        found = _plan(ready, question)
    except OutsideCalendarError as error:
        return _nothing(request, context, calendar=error)
    except NoStopWithinReachError as error:
        return _nothing(request, context, unreachable=error)
    if not found.options:
        return _nothing(request, context)
    return render(request, "transit/plan.html", context | option_page(request, question, found))


def _plan(ready: Planner, question: _Question) -> TripPlan:
    return plan_trip(
        question.version, ready, question.tariff, question.start, question.end, question.at,
        max_walk_m=question.max_walk_m,
    )  # fmt: skip


def _preparing(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    answer = render(request, "transit/plan_preparing.html", context, status=202)
    answer["Refresh"] = str(REFRESH_SECONDS)
    return answer


def _nothing(
    request: HttpRequest, context: dict[str, Any], *,
    calendar: OutsideCalendarError | None = None,
    unreachable: NoStopWithinReachError | None = None,
) -> HttpResponse:  # fmt: skip
    """No way was found: say why, and what would find one."""
    question: _Question = context["question"]
    later = question.at + timedelta(days=1)
    context |= {
        "calendar": calendar,
        "unreachable": unreachable,
        "near": [],
        "longer_walk": _with(request, walk="long") if question.max_walk_m < LONGER_WALK_M else "",
        "morning": _with(request, on=f"{later:%Y-%m-%d}", at="05:00"),
    }
    if unreachable:
        near = nearest_places(question.version, unreachable.point)
        name = "start" if unreachable.end == "from" else "end"
        context["near"] = [
            (place, metres, _with(request, **{name: place.name, f"{name}_stop": place.stop_id}))
            for place, metres in near
        ]
    return render(request, "transit/plan_none.html", context)


@require_safe
def places(request: HttpRequest, city: str) -> HttpResponse:
    """Names for the field being typed in, as the options of its list."""
    version = _version(request)
    text = request.GET.get("start") or request.GET.get("end") or ""
    found = find_places(version, text) if version and len(text) >= 2 else []
    return render(request, "transit/places.html", {"places": found})


@require_safe
def network(request: HttpRequest, city: str) -> HttpResponse:
    """The whole network as quiet lines for the map, as GeoJSON."""
    version = _version(request)
    at = TripForm(request.GET)
    at.is_valid()
    on = at.cleaned_data.get("on") or _initial()["on"]
    if version is None:
        raise Http404
    slot = prepare(version, on)
    slot.done.wait(4)
    if slot.timetable is None:
        raise Http404
    features = [
        {"type": "Feature", "properties": {"mode": mode},
         "geometry": {"type": "LineString", "coordinates": way}}
        for mode, way in network_lines(version, slot.timetable)
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


def _version(request: HttpRequest) -> FeedVersion | None:
    city = getattr(request, "city", None)
    if city is None:
        raise Http404
    return current_feed(city.slug)


def _initial() -> dict[str, Any]:
    from django.utils import timezone

    now = timezone.localtime()
    return {"on": now.date(), "at": now.time()}


def _end(version: FeedVersion, form: TripForm, name: str) -> Place | None:
    return resolve_place(version, form.cleaned_data[name], form.cleaned_data[f"{name}_stop"])


def _choice(
    request: HttpRequest, version: FeedVersion, form: TripForm, name: str
) -> dict[str, Any]:
    """The stops that a name may mean, each with the address that chooses it."""
    text = form.cleaned_data[name]
    found = find_places(version, text)
    if not found:
        form.add_error(name, _("No stop has this name. Write part of a stop's name, or "
                               "latitude,longitude."))  # fmt: skip
    links = [
        (place, _with(request, **{name: place.name, f"{name}_stop": place.stop_id}))
        for place in found
    ]
    return {"label": form.fields[name].label, "text": text, "links": links}


def _tariff_choices(request: HttpRequest) -> list[dict[str, Any]]:
    chosen = request.GET.get("tariff", "")
    return [
        {"value": name, "title": tariff_law(name).title, "chosen": name == chosen}
        for name in tariff_names()
    ]


def _with(request: HttpRequest, **changes: str) -> str:
    """This page's address with some of the question changed."""
    asked = {key: value for key, value in request.GET.items() if value} | changes
    return f"?{urlencode({key: value for key, value in asked.items() if value})}"


def _edit_url(request: HttpRequest) -> str:
    return _with(request, edit="1")
