"""The front of the network, and the front of each city."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from balai.kernel import programmes
from balai.kernel.programmes import Programme
from balai.shell.cities import City, all_cities, band_of
from balai.shell.context import city_programmes, entry_links, programme_home


@dataclass(frozen=True, slots=True)
class Door:
    """A programme with the address of its first page."""

    programme: Programme
    url: str


@dataclass(frozen=True, slots=True)
class CityCard:
    """A city on the front page, with its band and what is open there."""

    city: City
    band: str
    doors: tuple[Door, ...]


def front(request: HttpRequest) -> HttpResponse:
    """Choose a city; the network beside it."""
    cards = [CityCard(each, band_of(each), doors(each)) for each in all_cities()]
    return render(request, "pages/front.html", {"cards": cards, "network": network_doors()})


def city(request: HttpRequest, city: str) -> HttpResponse:
    """What a resident can do in this city."""
    found = getattr(request, "city", None)
    if found is None:
        raise Http404(f"no city {city!r}")
    return render(
        request,
        "pages/city.html",
        {"doors": doors(found), "desks": desks(request, found), "network": network_doors()},
    )


def doors(city: City) -> tuple[Door, ...]:
    """The programmes open in a city that have a page to open."""
    pairs = ((each, programme_home(each, city)) for each in city_programmes(city))
    return tuple(Door(each, url) for each, url in pairs if url)


def desks(request: HttpRequest, city: City) -> tuple[Door, ...]:
    """The officers' desks of this city that the visitor may sit at: each one's first page."""
    firsts = (
        (each, next(entry_links(request, city, each, "officer"), None))
        for each in (*city_programmes(city), *programmes.rooms())
    )
    return tuple(Door(each, first.url) for each, first in firsts if first)


def network_doors() -> tuple[Door, ...]:
    """The programmes that look across cities."""
    pairs = (
        (each, programme_home(each, None))
        for each in programmes.installed()
        if each.scope == "network"
    )
    return tuple(Door(each, url) for each, url in pairs if url)
