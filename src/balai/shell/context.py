"""What every page's frame shows: city, programmes, navigation, language, theme."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language, gettext

from balai.kernel import programmes
from balai.kernel.access.queries import holds_within
from balai.kernel.programmes import Entry, Programme, resolve
from balai.shell.cities import City, band_of
from balai.shell.templatetags.balai import localised

THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the navigation."""

    title: str
    url: str
    current: bool


def frame(request: HttpRequest) -> dict[str, Any]:
    """The context of the frame's templates. Lists are functions, so that a page that is no page
    (a fragment, a download) does not pay for them.
    """
    city = getattr(request, "city", None)
    programme = current_programme(request, city)
    return {
        "city": city,
        "band": band_of(city),
        "programme": programme,
        "city_programmes": lambda: city_programmes(city),
        "resident_nav": lambda: one_current(resident_links(request, city)),
        "my_nav": lambda: one_current(my_tabs(request, city, programme)),
        "officer_nav": lambda: one_current(entry_links(request, city, programme, "officer")),
        "leader_nav": lambda: one_current(leader_links(request)),
        "language": get_language() or settings.LANGUAGE_CODE,
        "languages": settings.LANGUAGES,
        "theme": theme_of(request),
        "shortcuts": request.COOKIES.get("shortcuts") != "off",
        "here": request.get_full_path(),
        "demonstration": settings.DEMONSTRATION,
        "public_url": settings.PUBLIC_URL,
        "passkeys_at": lambda: passkeys_at(request),
    }


def passkeys_at(request: HttpRequest) -> str:
    """Where passkeys work, when they do not here: a browser takes a bare IP address for no one's
    name (WebAuthn, 5.1.2). Empty where this address has a name.
    """
    here = urlsplit(f"//{request.get_host()}")
    try:
        address = ip_address(here.hostname or "")
    except ValueError:
        return ""
    if not address.is_loopback:
        return str(settings.PUBLIC_URL)
    return f"{request.scheme}://localhost:{here.port or (443 if request.is_secure() else 80)}"


def theme_of(request: HttpRequest) -> str:
    """The visitor's chosen theme, or empty where the system decides."""
    chosen = request.COOKIES.get("theme", "")
    return chosen if chosen in THEMES else ""


def city_programmes(city: City | None) -> tuple[Programme, ...]:
    """The programmes open in a city."""
    if city is None:
        return ()
    return tuple(each for each in programmes.installed() if each.runs_in(city.slug))


def current_programme(request: HttpRequest, city: City | None) -> Programme | None:
    """The programme whose page this is: its name stands in the path, after the city's."""
    parts = request.path_info.strip("/").split("/")
    name = parts[1] if city is not None and len(parts) > 1 else parts[0]
    return next((each for each in programmes.known() if each.name == name), None)


def programme_home(programme: Programme, city: City | None) -> str:
    """The address of a programme's first page; empty where it has none."""
    return _address(programme.home, programme, city)


def resident_links(request: HttpRequest, city: City | None) -> Iterator[Link]:
    """City, the resident's own page, the programmes' resident pages, the network."""
    if city is not None:
        yield _link(request, localised_home(), reverse("city", args=[city.slug]), exact=True)
        if request.user.is_authenticated:
            yield _my_page(request, city)
        for programme in city_programmes(city):
            yield from entry_links(request, city, programme, "resident")
    for programme in programmes.installed():
        if programme.scope == "network" and (url := programme_home(programme, city)):
            yield _link(request, localised(programme.title), url)


def my_tabs(request: HttpRequest, city: City | None, programme: Programme | None) -> Iterator[Link]:
    """The tabs over a resident's own pages: they stand over these pages alone."""
    if city is None or not request.user.is_authenticated:
        return
    own = reverse("me", args=[city.slug])
    if request.path != own and programme not in programmes.rooms():
        return
    yield _link(request, gettext("Overview"), own, exact=True)
    yield from my_links(request, city)


def my_links(request: HttpRequest, city: City) -> Iterator[Link]:
    """The kernel's rooms as a resident meets them: their requests, their letters, their record."""
    for room in programmes.rooms():
        yield from entry_links(request, city, room, "resident")


def leader_links(request: HttpRequest) -> Iterator[Link]:
    """The pages of the programmes that look across cities."""
    for programme in programmes.installed():
        if programme.scope != "network":
            continue
        entries = list(entry_links(request, None, programme, "leader"))
        if entries:
            yield from entries
        elif url := programme_home(programme, None):
            yield _link(request, localised(programme.title), url)


def entry_links(
    request: HttpRequest, city: City | None, programme: Programme | None, face: str
) -> Iterator[Link]:
    """A programme's navigation for one face, without what the visitor may not open."""
    if programme is None:
        return
    for entry in programme.navigation:
        url = _address(entry.url, programme, city)
        if entry.face == face and url and _may_open(request, entry, city):
            yield _link(request, localised(entry.title), url)


def service_entries(city: City) -> Iterator[tuple[Programme, Entry, str]]:
    """What the rooms offer everyone in a city, each with its room and address."""
    for room in programmes.rooms():
        for entry in room.navigation:
            if entry.face == "service" and (url := _address(entry.url, room, city)):
                yield room, entry, url


def one_current(links: Iterable[Link]) -> list[Link]:
    """The links; of those that hold the page, only the nearest stays current."""
    found = list(links)
    nearest = max((each for each in found if each.current), key=lambda each: len(each.url),
                  default=None)  # fmt: skip
    return [replace(each, current=each is nearest) for each in found]


def localised_home() -> str:
    """The name of a city's first page."""
    return gettext("Services")


def _my_page(request: HttpRequest, city: City) -> Link:
    own = reverse("me", args=[city.slug])
    room = current_programme(request, city)
    return Link(gettext("My Balai"), own, request.path == own or room in programmes.rooms())


def _may_open(request: HttpRequest, entry: Entry, city: City | None) -> bool:
    if not _permitted(request, entry, city):
        return False
    if not entry.only_if:
        return True
    return city is not None and bool(resolve(entry.only_if)(city.slug, request.user))


def _permitted(request: HttpRequest, entry: Entry, city: City | None) -> bool:
    if not entry.permission or request.user.has_perm(entry.permission, city):
        return True
    return entry.within and city is not None and holds_within(request.user, entry.permission, city)


def _address(name: str, programme: Programme, city: City | None) -> str:
    if not name or (programme.scope == "city" and city is None):
        return ""
    arguments = [city.slug] if programme.scope == "city" and city is not None else []
    for given in (arguments, []):  # a room has pages beside the cities too
        with suppress(NoReverseMatch):
            return reverse(name, args=given)
    return ""


def _link(request: HttpRequest, title: str, url: str, *, exact: bool = False) -> Link:
    path = request.path
    return Link(title, url, path == url if exact else path.startswith(url))
