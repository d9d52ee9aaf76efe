"""The plan page: a question, the options worth a look, and why each costs what it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_cookie

from balai.kernel.people.queries import person_of
from balai.kernel.problems import ProblemError
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.planner import NoStopWithinReachError, OutsideCalendarError, Planner
from balai.transit.forms import TripForm
from balai.transit.models import Mode
from balai.transit.queries.card_rules import has_cards
from balai.transit.queries.cards import cards_of
from balai.transit.queries.lines import modes_of
from balai.transit.queries.networks import CityNetwork, current_network
from balai.transit.queries.places import (
    Place,
    find_places,
    nearest_places,
    resolve_place,
)
from balai.transit.queries.planners import planner as planner_of
from balai.transit.queries.planners import prepare
from balai.transit.queries.realtime import Live, live
from balai.transit.queries.tariffs import (
    tariff_for,
    tariff_law,
    tariff_names,
    tariff_on,
    tariffs_in_force,
)
from balai.transit.queries.trips import (
    NOBODY,
    Rider,
    TripRequest,
    network_lines,
    other_departures,
    plan_trip,
    rider_of,
)
from balai.transit.views.plan_page import option_page
from balai.transit.views.running import tell_no_tariff

LONGER_WALK_M = 1500
REFRESH_SECONDS = 3
LIVE_WITHIN = timedelta(hours=4)
"""Trips that leave further from now are planned by the timetable alone."""


@dataclass(frozen=True, slots=True)
class _Question:
    """A trip asked for, with everything found out."""

    network: CityNetwork
    asked: TripRequest
    tariff: Tariff
    live: Live | None
    rider: Rider

    @property
    def start(self) -> Place:
        """Where it begins."""
        return self.asked.origin

    @property
    def end(self) -> Place:
        """Where it ends."""
        return self.asked.destination

    @property
    def at(self) -> datetime:
        """The moment asked for."""
        return self.asked.at


@require_safe
@vary_on_cookie
def plan(request: HttpRequest, city: str) -> HttpResponse:
    """The form; the choice where a name fits several stops; the options; or what went wrong."""
    network = _network(request)
    asked = "start" in request.GET or "end" in request.GET
    form = TripForm(_modern(request) if asked else None, initial=_initial())
    context: dict[str, Any] = {
        "form": form, "version": network, "tariffs": _tariff_choices(request),
        "places_url": reverse("transit:places", args=[city]),
        "modes": _mode_choices(network, form), "cards": _cards(request, city),
    }  # fmt: skip
    if network is None:
        return render(request, "transit/plan_empty.html", context)
    if not asked or not form.is_valid():
        if not asked:
            prepare(network, _initial()["on"])
        return render(request, "transit/plan_form.html", context, status=200)
    try:
        return _answer(request, city, network, form, context)
    except ProblemError as problem:
        tell_no_tariff(form, problem, form.moment().date())
        return render(request, "transit/plan_form.html", context)


def _modern(request: HttpRequest) -> QueryDict:
    """The question as it is asked now; older links said `walk=long`."""
    asked = request.GET.copy()
    if asked.get("walk") == "long":
        asked["walk"] = str(LONGER_WALK_M)
    return asked


def _answer(
    request: HttpRequest, city: str, network: CityNetwork, form: TripForm, context: dict[str, Any]
) -> HttpResponse:
    ends = {name: _end(network, form, name) for name in ("start", "end")}
    start, end = ends["start"], ends["end"]
    if start is None or end is None:
        context["choices"] = [
            _choice(request, network, form, name) for name, place in ends.items() if place is None
        ]
        several = any(choice["links"] for choice in context["choices"])
        template = "transit/plan_choose.html" if several else "transit/plan_form.html"
        return render(request, template, context)
    if start.point == end.point:
        form.add_error("end", _("This is where you start. Choose another stop or position."))
        return render(request, "transit/plan_form.html", context)
    return _between(request, city, network, form, context, start, end)


def _between(
    request: HttpRequest, city: str, network: CityNetwork, form: TripForm, context: dict[str, Any],
    start: Place, end: Place,
) -> HttpResponse:  # fmt: skip
    """The options between two places, or why there is none."""
    at = form.moment()
    name = form.cleaned_data["tariff"] or tariff_for(tariffs_in_force(city), at.date(), city)
    question = _Question(
        network, TripRequest(start, end, at, **form.limits()), tariff_on(name, at.date()),
        _live(network, at), _rider(request, context["cards"], at.date()),
    )  # fmt: skip
    context |= {"question": question, "law": tariff_law(name), "edit_url": _edit_url(request)}
    try:
        ready = planner_of(network, at.date(), question.tariff, live=question.live)
        if ready is None:
            return _preparing(request, context)
        found = plan_trip(network, ready, question.tariff, question.asked, live=question.live,
                          rider=question.rider)  # fmt: skip
        context |= _range(request, ready, question)
    except OutsideCalendarError as error:
        return _nothing(request, context, calendar=error)
    except NoStopWithinReachError as error:
        return _nothing(request, context, unreachable=error)
    if not found.options:
        return _nothing(request, context)
    return render(request, "transit/plan.html", context | option_page(request, question, found))


def _cards(request: HttpRequest, city: str) -> list[dict[str, Any]]:
    """The signed-in resident's cards in use; `chosen` is the one that fares are told for: the one
    asked for, or without a word the first. None is chosen where the address says `card=0`.
    """
    person = person_of(request.user)
    if person is None or not has_cards(city):
        return []
    asked = request.GET.get("card", "")
    held = [each for each in cards_of(city, person) if each.state == "active"]
    found = [each for each in held if str(each.pk) == asked] or held[:1]
    chosen = {each.pk for each in found} if asked != "0" else set()
    return [{"value": each.pk, "four": each.last_four, "chosen": each.pk in chosen}
            for each in held]  # fmt: skip


def _rider(request: HttpRequest, cards: list[dict[str, Any]], day: date) -> Rider:
    chosen = next((each["value"] for each in cards if each["chosen"]), None)
    if chosen is None:
        return NOBODY
    return rider_of(chosen, request.city, day)  # type: ignore[attr-defined]


def _live(network: CityNetwork, at: datetime) -> Live | None:
    """The real time that bears on a trip, None where the trip is not of these hours."""
    now = timezone.now()
    return live(network, now) if abs(at - now) <= LIVE_WITHIN else None


def _range(request: HttpRequest, ready: Planner, question: _Question) -> dict[str, Any]:
    """Every departure of the hour, where it was asked for; otherwise the link that asks."""
    if request.GET.get("range") != "1":
        return {"departures": None, "range_url": f"{_with(request, range='1')}#departures"}
    rows = [
        (each, _with(request, on=f"{each.depart:%Y-%m-%d}", at=f"{each.depart:%H:%M}", by="leave",
                     range="", pilih=""))
        for each in other_departures(question.network, ready, question.tariff, question.asked,
                                     live=question.live, rider=question.rider)
    ]  # fmt: skip
    return {"departures": rows, "range_url": ""}


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
        "longer_walk": (
            _with(request, walk=str(LONGER_WALK_M))
            if question.asked.max_walk_m < LONGER_WALK_M
            else ""
        ),
        "morning": _with(request, on=f"{later:%Y-%m-%d}", at="05:00", by="leave"),
        "unlimited": _with(request, **dict.fromkeys(LIMITS, "")) if _limited(question) else "",
    }
    if unreachable:
        near = nearest_places(question.network, unreachable.point)
        name = "start" if unreachable.end == "from" else "end"
        context["near"] = [
            (place, metres, _with(request, **{name: place.name, f"{name}_stop": place.stop_id}))
            for place, metres in near
        ]
    return render(request, "transit/plan_none.html", context)


LIMITS = ("mode", "changes", "wheel", "most")


def _limited(question: _Question) -> bool:
    asked = question.asked
    return bool(asked.modes or asked.wheelchair) or not (
        asked.max_transfers is None and asked.max_fare is None
    )


@require_safe
def places(request: HttpRequest, city: str) -> HttpResponse:
    """Names for the field being typed in, as the options of its list."""
    network = _network(request)
    text = request.GET.get("start") or request.GET.get("end") or ""
    found = find_places(network, text) if network and len(text) >= 2 else []
    return render(request, "transit/places.html", {"places": found})


@require_safe
def network(request: HttpRequest, city: str) -> HttpResponse:
    """The whole network as quiet lines for the map, as GeoJSON."""
    found = _network(request)
    at = TripForm(request.GET)
    at.is_valid()
    on = at.cleaned_data.get("on") or _initial()["on"]
    if found is None:
        raise Http404
    slot = prepare(found, on)
    slot.done.wait(4)
    if slot.timetable is None:
        raise Http404
    features = [
        {"type": "Feature", "properties": {"mode": mode},
         "geometry": {"type": "LineString", "coordinates": way}}
        for mode, way in network_lines(slot.timetable)
    ]  # fmt: skip
    answer = JsonResponse({"type": "FeatureCollection", "features": features})
    answer["Cache-Control"] = "public, max-age=86400"
    return answer


def _network(request: HttpRequest) -> CityNetwork | None:
    city = getattr(request, "city", None)
    if city is None:
        raise Http404
    return current_network(city.slug)


def _initial() -> dict[str, Any]:
    now = timezone.localtime()
    return {"on": now.date(), "at": now.time()}


def _end(network: CityNetwork, form: TripForm, name: str) -> Place | None:
    return resolve_place(network, form.cleaned_data[name], form.cleaned_data[f"{name}_stop"])


def _choice(
    request: HttpRequest, network: CityNetwork, form: TripForm, name: str
) -> dict[str, Any]:
    """The stops that a name may mean, each with the address that chooses it."""
    text = form.cleaned_data[name]
    found = find_places(network, text)
    if not found:
        form.add_error(name, _("No stop has this name. Write part of a stop's name, or "
                               "latitude,longitude."))  # fmt: skip
    links = [
        (place, _with(request, **{name: place.name, f"{name}_stop": place.stop_id}))
        for place in found
    ]
    return {"label": form.fields[name].label, "text": text, "links": links}


def _mode_choices(network: CityNetwork | None, form: TripForm) -> list[dict[str, Any]]:
    chosen = form.data.getlist("mode") if hasattr(form.data, "getlist") else []
    titles = dict(Mode.choices)
    return [
        {"value": mode, "title": titles[mode], "chosen": mode in chosen}
        for mode in (modes_of(network) if network else ())
    ]


def _tariff_choices(request: HttpRequest) -> list[dict[str, Any]]:
    chosen = request.GET.get("tariff", "")
    return [
        {"value": name, "title": tariff_law(name).title, "chosen": name == chosen}
        for name in tariff_names()
    ]


def _with(request: HttpRequest, **changes: str) -> str:
    """This page's address with some of the question changed."""
    asked: dict[str, Any] = {key: values for key, values in request.GET.lists() if any(values)}
    asked |= changes
    return f"?{urlencode({key: value for key, value in asked.items() if value}, doseq=True)}"


def _edit_url(request: HttpRequest) -> str:
    return _with(request, edit="1")
