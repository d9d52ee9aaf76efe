"""The front of the network, and the front of each city."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from balai.kernel import programmes
from balai.kernel.programmes import Programme
from balai.shell.cities import City, all_cities, band_of
from balai.shell.context import city_programmes, entry_links, programme_home, service_entries


@dataclass(frozen=True, slots=True)
class Door:
    """A tile that leads to a page of a programme or a room; titles by language."""

    programme: Programme
    url: str
    title: Mapping[str, str]
    summary: Mapping[str, str]


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
    """What everyone can do in a city: its programmes, and what the rooms offer."""
    pairs = ((each, programme_home(each, city)) for each in city_programmes(city))
    offered = (
        Door(room, url, entry.title, entry.summary) for room, entry, url in service_entries(city)
    )
    return (*(_door(each, url) for each, url in pairs if url), *offered)


def desks(request: HttpRequest, city: City) -> tuple[Door, ...]:
    """The officers' desks of this city that the visitor may sit at: each one's first page."""
    firsts = (
        (each, next(entry_links(request, city, each, "officer"), None))
        for each in (*city_programmes(city), *programmes.rooms())
    )
    return tuple(_door(each, first.url) for each, first in firsts if first)


def network_doors() -> tuple[Door, ...]:
    """The programmes that look across cities."""
    pairs = (
        (each, programme_home(each, None))
        for each in programmes.installed()
        if each.scope == "network"
    )
    return tuple(_door(each, url) for each, url in pairs if url)


def _door(programme: Programme, url: str) -> Door:
    return Door(programme, url, programme.title, programme.summary)
