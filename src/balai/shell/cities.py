"""The cities as the frame shows them: found by slug, each with the band under its header."""

from __future__ import annotations

from typing import Protocol

BANDS = ("tumpal", "sulapa-eppa", "gajah-oling", "anyaman")
NETWORK_BAND = "anyaman"


class City(Protocol):
    """What the frame reads of a city."""

    slug: str
    name: str
    country: str
    time_zone: str
    currency: str
    band: str


def find_city(slug: str) -> City | None:
    """The city with this slug, or None."""
    from balai.kernel.regions import queries

    return queries.find_city(slug)


def all_cities() -> tuple[City, ...]:
    """Every city of this installation, by name."""
    from balai.kernel.regions import queries

    return tuple(queries.cities())


def band_of(city: City | None) -> str:
    """The name of the band a city wears; the network's where it has none of its own."""
    return city.band if city is not None and city.band in BANDS else NETWORK_BAND
