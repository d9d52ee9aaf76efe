"""A resident's own page: what waits for them, what the city works on, where the rest is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from balai.kernel import programmes
from balai.kernel.access.rows import person_behind
from balai.kernel.programmes import Matter, Programme
from balai.shell.cities import City
from balai.shell.context import my_links
from balai.shell.views.home import doors

FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Own:
    """A matter, with the programme that it belongs to."""

    matter: Matter
    programme: Programme


@require_safe
@never_cache
@login_required
def me(request: HttpRequest, city: str) -> HttpResponse:
    """What waits for the signed-in resident in this city, the nearest first."""
    found = getattr(request, "city", None)
    if found is None:
        raise Http404(f"no city {city!r}")
    person = person_behind(request.user)
    own = matters_of(found, person, request.user)
    context = {
        "waiting": [each for each in own if each.matter.state == "waiting"],
        "working": [each for each in own if each.matter.state == "working"],
        "done": [each for each in own if each.matter.state == "done"],
        "linked": person is not None,
        "links": my_links(request, found),
        "doors": doors(found),
    }
    return render(request, "pages/me.html", context)


def matters_of(city: City, person: Any, user: Any) -> list[Own]:
    """The matters that the rooms and the city's programmes know of, by when they are due."""
    found = [
        Own(matter, each)
        for each in programmes.known()
        if each.runs_in(city.slug) and (tell := each.load("matters"))
        for matter in tell(city, person, user)
    ]
    return sorted(found, key=lambda own: own.matter.due or FAR)
