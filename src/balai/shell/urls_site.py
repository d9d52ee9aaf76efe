"""The site's own addresses: the front, the cities, preferences, and what every site must say."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter
from django.urls.converters import SlugConverter

from balai.shell.middleware import reserved_names
from balai.shell.views import components, home, me, pages, preferences


class CitySlugConverter(SlugConverter):
    """A slug that is not the first part of another address, `/network/` for example."""

    regex = rf"(?!(?:{'|'.join(sorted(reserved_names() - {''}))})/)[-a-z0-9]+"


register_converter(CitySlugConverter, "city")

urlpatterns: list[URLPattern] = [
    path("", home.front, name="home"),
    path("preferences/", preferences.keep, name="preferences"),
    path("components/", components.sheet, name="components"),
    path("about/", pages.about, name="about"),
    path("accessibility/", pages.accessibility, name="accessibility"),
    path("open-data/", pages.open_data, name="open-data"),
    path("privacy/", pages.privacy, name="privacy"),
    path("help/", pages.help_page, name="help"),
    path("<city:city>/", home.city, name="city"),
    path("<city:city>/me/", me.me, name="me"),
]
