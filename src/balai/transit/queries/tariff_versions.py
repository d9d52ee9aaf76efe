"""Versions of tariffs that officers drew up: the list, one, and a published one as law."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from typing import Any

from django.db.models import Q, QuerySet

from balai.kernel.laws import Law
from balai.kernel.problems import MissingError
from balai.transit.engine.fares.parameters import SCHEMA
from balai.transit.engine.tariff_versions import Entry, law_of, read_entries
from balai.transit.models import TariffDecision, TariffPreview, TariffVersion

FOLDER = "transit/tariff"
STATES = tuple(TariffVersion.State.values)
HELD = (TariffVersion.State.PUBLISHED, TariffVersion.State.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class VersionFilter:
    """Which versions are wanted; empty parts do not narrow."""

    state: str = ""
    text: str = ""


def versions_of(city: str, wanted: VersionFilter | None = None) -> QuerySet[TariffVersion]:
    """A city's versions, the one changed last first."""
    wanted = wanted or VersionFilter()
    rows = TariffVersion.objects.filter(city=city).order_by("-changed_at", "-id")
    if wanted.state in STATES:
        rows = rows.filter(state=wanted.state)
    if (text := wanted.text.strip()) and not text.isprintable():
        return rows.none()
    if text:
        rows = rows.filter(
            Q(name__icontains=text) | Q(title_id__icontains=text) | Q(title_en__icontains=text)
        )
    return rows


def version_of(city: str, name: str) -> TariffVersion:
    """The city's version of that name; MissingError where it has none."""
    known = name.isprintable()
    found = TariffVersion.objects.filter(city=city, name=name).first() if known else None
    if found is None:
        raise MissingError("There is no such version of a tariff",
                           detail=f"{city} has no version of the name {name!r}.")  # fmt: skip
    return found


def entries_in(version: TariffVersion) -> dict[str, Entry]:
    """A version's figures in the order of the laws; it is only stored where they can be read."""
    entries, _ = read_entries(version.parameters)
    places = {name: place for place, name in enumerate(_words())}
    return dict(sorted(entries.items(), key=lambda pair: places.get(pair[0], len(places))))


def published_names(city: str | None = None) -> tuple[str, ...]:
    """The names of published versions, of one city or of all, in order of publication."""
    rows = TariffVersion.objects.filter(state=TariffVersion.State.PUBLISHED)
    if city is not None:
        rows = rows.filter(city=city)
    return tuple(rows.order_by("published_at", "id").values_list("name", flat=True))


def published_law(name: str) -> Law | None:
    """The law that a version has been since it was published; None where there is none.

    Also of a withdrawn one, so that what names it can still be read.
    """
    kept = _laws.get(name)
    if kept is None:
        found = TariffVersion.objects.filter(name=name, state__in=HELD).first()
        if found is None:
            return None
        kept = _laws[name] = version_law(found)
    return kept


_laws: dict[str, Law] = {}
_editions = count(1)
_edition = [0]


def edition() -> int:
    """A number that changes when published versions are to be read anew."""
    return _edition[0]


def forget_laws() -> None:
    """Read published versions anew: they never change, but a database may be put back."""
    _laws.clear()
    _edition[0] = next(_editions)


def version_law(version: TariffVersion) -> Law:
    """A version as a law, whatever its state."""
    from balai.kernel.regions.queries import find_city

    city = find_city(version.city)
    region = city.region_code if city else ""
    return law_of(version.name, version.title, region, entries_in(version), parameter_words)


def parameter_words(name: str) -> tuple[Mapping[str, str], str]:
    """A tariff parameter's title by language and its unit."""
    return _words().get(name, ({"id": name, "en": name}, ""))


@cache
def _words() -> Mapping[str, tuple[Mapping[str, str], str]]:
    return {spec.name: (spec.title, spec.unit) for spec in SCHEMA}


def decisions_of(city: str) -> QuerySet[TariffDecision]:
    """What was decided about the city's tariffs in force, latest first."""
    return TariffDecision.objects.filter(city=city)


def previews_of(version: TariffVersion) -> QuerySet[TariffPreview]:
    """A version's previews, latest first."""
    return TariffPreview.objects.filter(version=version)


def seen_preview(version: TariffVersion, who: str) -> bool:
    """Whether this person has opened a finished preview of the version as it stands."""
    rows = TariffPreview.objects.filter(
        version=version, digest=version.digest, result__isnull=False, seen_by__contains=[who]
    )
    return rows.exists()


def held_on(version: TariffVersion) -> date:
    """The first day on which all of a version's figures hold."""
    return max(entry.start for entry in entries_in(version).values())


def as_dict(version: TariffVersion) -> dict[str, Any]:
    """A version for JSON, with its figures."""
    names = ("city", "name", "based_on", "parameters", "examples", "state", "digest", "revision",
             "created_by", "created_at", "changed_by", "changed_at", "submitted_by",
             "submitted_at", "published_by", "published_at", "withdrawn_by", "withdrawn_at",
             "reason")  # fmt: skip
    return {name: getattr(version, name) for name in names} | {"title": version.title}
