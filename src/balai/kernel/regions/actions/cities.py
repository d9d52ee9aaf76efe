"""The facts that ship with the product, and cities from elsewhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.db import transaction

from balai.kernel.problems import Fault, ProblemError
from balai.kernel.regions import codes
from balai.kernel.regions.actions.tree import apply_file
from balai.kernel.regions.models import City, Region
from balai.kernel.regions.reading import RegionFile, read_regions

FACTS = Path(__file__).parents[1] / "facts"
ORIGIN = "Kepmendagri 300.2.2-2430/2025"
DECREED = dt.date(2025, 1, 1)
FOREIGN_SCHEME = "balai"


@transaction.atomic
def install_cities() -> tuple[str, ...]:
    """Install the countries, the three cities and their districts; returns the cities' slugs.

    Running it again changes nothing, and it never undoes what an import or a person changed:
    a known code keeps its name and validity, a known city its settings.
    """
    for country in _facts("countries.yaml")["countries"]:
        _install_country(country["code"], country["name"])
    file = read_regions(FACTS / "regions.csv")
    fresh = set(file.names) - set(
        Region.objects.filter(scheme=codes.SCHEME, code__in=file.names).values_list(
            "code", flat=True
        )
    )
    new = RegionFile(names={code: file.names[code] for code in file.names if code in fresh})
    if fresh:
        apply_file(new, on=DECREED, origin=ORIGIN, partial=True)
    return tuple(_install_city(city) for city in _facts("cities.yaml")["cities"])


@transaction.atomic
def register_city(
    *,
    slug: str,
    name: str,
    country: str,
    time_zone: str,
    currency: str,
    region: str = "",
    languages: Sequence[str] = ("en",),
    band: str = "",
    in_network: bool = False,
) -> str:
    """Make a city that Balai can run for, or bring its settings up to date; returns its slug.

    `region` is the code of a known region; without one (a city outside Indonesia) a region of
    level city is made under its country. ProblemError names what does not hold.
    """
    _check_city(slug, country, time_zone, currency)
    place = _region_of(slug, name, country, region)
    City.objects.update_or_create(
        slug=slug,
        defaults={
            "name": name, "region": place, "country": country, "time_zone": time_zone,
            "currency": currency, "languages": list(languages), "band": band,
            "in_network": in_network,
        },
    )  # fmt: skip
    return slug


@cache
def _facts(name: str) -> Any:
    return yaml.safe_load((FACTS / name).read_text(encoding="utf-8"))


def _install_country(code: str, name: str) -> None:
    Region.objects.get_or_create(
        scheme=codes.COUNTRY_SCHEME,
        code=code,
        defaults={"level": "country", "name": name, "path": code, "source": "ISO 3166-1"},
    )


def _install_city(city: Mapping[str, Any]) -> str:
    slug = str(city["slug"])
    if not City.objects.filter(slug=slug).exists():
        register_city(**city)
    return slug


def _check_city(slug: str, country: str, time_zone: str, currency: str) -> None:
    faults = []
    if not slug or not slug.replace("-", "").isalnum() or slug != slug.lower():
        faults.append(Fault(field="slug", value=slug, problem="not an address part",
                            remedy="Use small letters, digits and hyphens"))  # fmt: skip
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        faults.append(Fault(field="time_zone", value=time_zone, problem="no such time zone",
                            remedy="Use an IANA name such as Asia/Manila"))  # fmt: skip
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        faults.append(Fault(field="currency", value=currency, problem="not an ISO 4217 code",
                            remedy="Use three capitals such as PHP"))  # fmt: skip
    if not Region.objects.filter(scheme=codes.COUNTRY_SCHEME, code=country).exists():
        faults.append(Fault(field="country", value=country, problem="no such country",
                            remedy="Use an ISO 3166-1 code of a country of ASEAN"))  # fmt: skip
    if faults:
        raise ProblemError("The city cannot be registered", faults=tuple(faults))


def _region_of(slug: str, name: str, country: str, code: str) -> Region:
    if code:
        found = Region.objects.filter(code=code, path__startswith=f"{country}/").first()
        if found is None:
            raise ProblemError("No such region", detail=f"{country} has no region {code!r}.")
        return found
    parent = Region.objects.get(scheme=codes.COUNTRY_SCHEME, code=country)
    own = f"{country}-{slug}"
    return Region.objects.get_or_create(
        scheme=FOREIGN_SCHEME,
        code=own,
        defaults={"level": "city", "kind": "", "name": name, "parent": parent,
                  "path": f"{country}/{own}", "source": "registered with the city"},
    )[0]  # fmt: skip
