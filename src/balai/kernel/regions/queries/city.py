"""The cities that run Balai."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from balai.kernel.problems import MissingError
from balai.kernel.regions import models


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city as others see it: its region's code, clock, currency, band and languages.

    `lat`, `lon` are a point inside the city where its boundary is known.
    """

    slug: str
    name: str
    region_code: str
    region_name: str
    country: str
    time_zone: str
    currency: str
    band: str
    languages: tuple[str, ...]
    in_network: bool
    lat: float | None = None
    lon: float | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The clock on its walls."""
        return ZoneInfo(self.time_zone)

    def __str__(self) -> str:
        return self.name


def city_by_slug(slug: str) -> City:
    """The city with this slug; MissingError where there is none."""
    found = find_city(slug)
    if found is None:
        raise MissingError("No such city", detail=f"No city {slug!r} runs here.")
    return found


def find_city(slug: str) -> City | None:
    """The city with this slug, or None."""
    if "\0" in slug:  # which the database would refuse to look for
        return None
    found = models.City.objects.select_related("region").filter(slug=slug).first()
    return _city(found) if found else None


def cities() -> tuple[City, ...]:
    """Every city, by name."""
    return tuple(map(_city, models.City.objects.select_related("region").order_by("name")))


def city_of(code: str) -> City | None:
    """The city that a region lies in (or is), or None."""
    path = models.Region.objects.filter(code=code).values_list("path", flat=True).first()
    if path is None:
        return None
    parts = path.split("/")
    paths = ["/".join(parts[:n]) for n in range(1, len(parts) + 1)]
    rows = models.City.objects.select_related("region").filter(region__path__in=paths)
    nearest = sorted(rows, key=lambda each: -len(each.region.path))
    return _city(nearest[0]) if nearest else None


def _city(row: models.City) -> City:
    return City(
        slug=row.slug,
        name=row.name,
        region_code=row.region.code,
        region_name=row.region.name,
        country=row.country,
        time_zone=row.time_zone,
        currency=row.currency,
        band=row.band,
        languages=tuple(row.languages),
        in_network=row.in_network,
        lat=row.region.lat,
        lon=row.region.lon,
    )
