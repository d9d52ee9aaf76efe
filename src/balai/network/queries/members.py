"""The network's members, and which of them report."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal, TypeAlias

from django.db.models import Max, Prefetch, Q, QuerySet

from balai.kernel.problems import MissingError
from balai.network.models import ActionPlan, MemberState, NetworkCity, Population

Reporting: TypeAlias = Literal["reported", "late", "not-started"]

LATE_AFTER = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class CityRow:
    """A city of the network as lists and the map show it.

    `reporting`: *reported* if an indicator has data of the last 31 days, *late* if only older
    ones, *not started* if none ever. `through` is the last day with data.
    """

    slug: str
    name: str
    state: MemberState
    joined: int
    lat: float
    lon: float
    time_zone: str
    region_code: str
    reporting: Reporting
    through: date | None
    has_plan: bool
    populations: tuple[Population, ...]


@dataclass(frozen=True, slots=True)
class CityFilter:
    """Which cities are wanted; an empty field wants all."""

    country: str = ""
    joined: int | None = None
    reporting: str = ""
    search: str = ""

    @property
    def active(self) -> bool:
        """Whether anything is filtered."""
        return self != CityFilter()


@dataclass(frozen=True, slots=True)
class Members:
    """The cities wanted, all of them for counts, and what one may filter by."""

    cities: tuple[CityRow, ...]
    every: tuple[CityRow, ...]
    states: tuple[MemberState, ...] = field(default=())

    def count(self, reporting: Reporting) -> int:
        """How many of all the cities report so."""
        return sum(city.reporting == reporting for city in self.every)

    @property
    def reported(self) -> int:
        """Cities with data of the last 31 days."""
        return self.count("reported")

    @property
    def late(self) -> int:
        """Cities whose data are older."""
        return self.count("late")

    @property
    def not_started(self) -> int:
        """Cities that have never reported."""
        return self.count("not-started")

    @property
    def years(self) -> tuple[int, ...]:
        """The years in which cities joined."""
        return tuple(sorted({city.joined for city in self.every}))


def members(wanted: CityFilter, *, on: date) -> Members:
    """The network's cities by name, those wanted and all, with how they report on a day."""
    every = tuple(_row(city, on) for city in _cities())
    states = MemberState.objects.all()
    return Members(
        tuple(city for city in every if _matches(city, wanted)),
        every,
        tuple(sorted(states, key=lambda state: state.name["en"])),
    )


def city(slug: str, *, on: date) -> CityRow:
    """A city of the network; MissingError if it is none."""
    for found in _cities().filter(slug=slug):
        return _row(found, on)
    raise MissingError("No such city", detail=f"{slug!r} is not a city of the network.")


def like(row: CityRow, every: Iterable[CityRow]) -> tuple[CityRow, ...]:
    """The other cities of the same state."""
    return tuple(e for e in every if e.state == row.state and e.slug != row.slug)


def _cities() -> QuerySet[NetworkCity]:
    published = ActionPlan.objects.filter(status="published")
    return (
        NetworkCity.objects.select_related("state")
        .prefetch_related("populations", Prefetch("plans", published, to_attr="published_plans"))
        .annotate(latest=Max("values__through", filter=Q(values__state="value")))
        .order_by("name")
    )


def _row(found: NetworkCity, on: date) -> CityRow:
    latest: date | None = found.latest  # type: ignore[attr-defined]
    return CityRow(
        slug=found.slug,
        name=found.name,
        state=found.state,
        joined=found.joined,
        lat=found.lat,
        lon=found.lon,
        time_zone=found.time_zone,
        region_code=found.region_code,
        reporting=_reporting(latest, on),
        through=latest,
        has_plan=bool(found.published_plans),  # type: ignore[attr-defined]
        populations=tuple(found.populations.all()),
    )


def _reporting(latest: date | None, on: date) -> Reporting:
    if latest is None:
        return "not-started"
    return "reported" if on - latest <= LATE_AFTER else "late"


def _matches(row: CityRow, wanted: CityFilter) -> bool:
    words = wanted.search.casefold().split()
    text = " ".join([row.name, *row.state.name.values()]).casefold()
    return (
        wanted.country in ("", row.state.code)
        and wanted.joined in (None, row.joined)
        and wanted.reporting in ("", row.reporting)
        and all(word in text for word in words)
    )
