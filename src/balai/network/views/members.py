"""The cities on a map and in a table, and a city's own page."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from balai.network.queries import members as queries
from balai.network.queries import plans
from balai.network.queries.members import CityFilter
from balai.network.views.drawing import draw
from balai.network.views.refusals import refusing

FEATURED = "jakarta"


def wanted_cities(request: HttpRequest) -> CityFilter:
    """The filter that the address asks for; what it does not understand it leaves out."""
    joined = request.GET.get("joined", "")
    return CityFilter(
        country=request.GET.get("country", "")[:2].upper(),
        joined=int(joined) if joined.isdecimal() and len(joined) == 4 else None,
        reporting=request.GET.get("status", "")[:20],
        search=request.GET.get("q", "").strip()[:80],
    )


@refusing
def home(request: HttpRequest) -> HttpResponseBase:
    """The network: its cities on the map, as a table, and one city's plan beside them."""
    today = timezone.localdate()
    wanted = wanted_cities(request)
    found = queries.members(wanted, on=today)
    featured = _featured(request.GET.get("city", ""), found)
    context: dict[str, Any] = {
        "members": found,
        "wanted": wanted,
        "featured": featured,
        "page": plans.plan_page(featured.slug, on=today)
        if featured and featured.has_plan
        else None,
        "drawing": draw(found.cities, featured.slug if featured else "", near=bool(wanted.country)),
        "focus_areas": plans.framework("focus-area"),
        "outcomes": plans.framework("outcome"),
    }
    return render(request, "network/home.html", context)


def _featured(slug: str, found: queries.Members) -> queries.CityRow | None:
    """The city asked for, or one of those shown that has a plan."""
    for city in found.every:
        if city.slug == slug:
            return city
    with_plan = [city for city in found.cities if city.has_plan]
    return next((city for city in with_plan if city.slug == FEATURED), None) or (
        with_plan[0] if with_plan else None
    )


@refusing
def city(request: HttpRequest, city: str) -> HttpResponseBase:
    """One city: when it joined, whom it counts, its plan, its neighbours in the network."""
    today = timezone.localdate()
    row = queries.city(city, on=today)
    every = queries.members(CityFilter(), on=today).every
    siblings = queries.like(row, every)
    context: dict[str, Any] = {
        "row": row,
        "siblings": siblings,
        "page": plans.plan_page(city, on=today) if row.has_plan else None,
        "drawing": draw([row, *siblings], row.slug, near=True),
    }
    return render(request, "network/city.html", context)
