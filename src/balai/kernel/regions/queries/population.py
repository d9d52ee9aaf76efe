"""How many people live where."""

from __future__ import annotations

from dataclasses import dataclass

from balai.kernel.regions.models import Population


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """The latest count of a region's people."""

    people: int
    year: int
    source: str


def population_below(code: str, *, level: str = "village") -> dict[str, PeopleCount]:
    """The latest count of each region of that level below one, by code; none where not counted."""
    rows = (
        Population.objects.filter(region__level=level, region__code__startswith=f"{code}.")
        .order_by("region__code", "year")
        .values_list("region__code", "people", "year", "source")
    )
    return {found: PeopleCount(people, year, source) for found, people, year, source in rows}
