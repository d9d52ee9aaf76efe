"""The cities as the frame shows them: found by slug, each with the band under its header."""

from __future__ import annotations

from balai.kernel.regions import queries
from balai.kernel.regions.queries import City

BANDS = ("tumpal", "sulapa-eppa", "gajah-oling", "anyaman")
NETWORK_BAND = "anyaman"


def find_city(slug: str) -> City | None:
    """The city with this slug, or None."""
    return queries.find_city(slug)


def all_cities() -> tuple[City, ...]:
    """Every city of this installation, by name."""
    return tuple(queries.cities())


def band_of(city: City | None) -> str:
    """The name of the band a city wears; the network's where it has none of its own."""
    return city.band if city is not None and city.band in BANDS else NETWORK_BAND
