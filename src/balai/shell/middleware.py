"""Which city a request is about, and whose clock holds while it is answered."""

from __future__ import annotations

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from balai.kernel import programmes
from balai.shell.cities import find_city

NOT_CITIES = frozenset(
    {"", "static", "api", "admin", "account", "healthz", "readyz", "components", "preferences",
     "about", "accessibility", "open-data", "privacy", "help"}
)  # fmt: skip


class CityMiddleware:
    """Sets `request.city` from the first part of the path (None where it is no city's page),
    and the city's time zone for as long as the request takes.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response, made under the city's clock."""
        slug = request.path_info.split("/", 2)[1] if "/" in request.path_info else ""
        city = None if slug in reserved_names() else find_city(slug)
        request.city = city  # type: ignore[attr-defined]
        if city is None:
            return self.get_response(request)
        with timezone.override(ZoneInfo(city.time_zone)):
            return self.get_response(request)


def reserved_names() -> frozenset[str]:
    """First parts of addresses that are no city's."""
    beside = {each.name for each in programmes.known() if each.scope == "network"}
    return NOT_CITIES | beside | {path for each in programmes.known() for path in each.site_paths}
