"""Measuring how much of a city public transport brings within reach of each district."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.db import transaction

from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.regions.queries import (
    City,
    box_around,
    city_by_slug,
    descendants,
    population_below,
)
from balai.transit.engine.isochrone import Grid, grid_over, times_on
from balai.transit.engine.planner import MAX_WALK_M, WALK_SPEED, OutsideCalendarError, Planner
from balai.transit.models import ReachMeasurement
from balai.transit.queries.networks import CityNetwork, current_network
from balai.transit.queries.planners import planner
from balai.transit.queries.reach import ReachRequest, cells_by_district, stop_seconds
from balai.transit.queries.tariffs import tariff_for, tariff_on, tariffs_in_force

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MINUTES = (30, 45, 60)
SETTING_OUT = time(7, 30)
"""When people are taken to set out: the morning's rush, by the city's clock."""
PATIENCE_SECONDS = 120.0
SATURDAY = 5


def measure_reach(city: str, day: date) -> int:
    """Measure the reach of every district on a day's timetable; returns the rows written.

    From each district's label point at 07:30, on foot and by transit: which share of each
    district's ground is reached within 30, 45 and 60 minutes. A share counts by the people who
    live there (taken as evenly spread over the ground), or by ground where not every district
    has been counted. A day that was measured over the same network stays as it is.

    MissingError where the city has no timetable or no boundaries; ProblemError where the
    timetable says nothing of the day.
    """
    found, network = city_by_slug(city), current_network(city)
    if network is None:
        raise MissingError(
            "The city has no timetable",
            detail=f"{city} has no timetable. Import a feed for {city} first.",
        )
    kept = ReachMeasurement.objects.filter(city=city, day=day, network=network.fingerprint)
    if kept.exists():
        return 0
    rows = list(_measured(found, network, _planner(found, network, day), day))
    with transaction.atomic():
        ReachMeasurement.objects.filter(city=city, day=day).delete()
        ReachMeasurement.objects.bulk_create(rows)
    return len(rows)


def measure_when_due(city: str, today: date) -> dict[str, Any]:
    """Measure a city's reach once a month, and anew when its network changed.

    On today's timetable, at a weekend on next Monday's. Returns the day and the rows written, or
    why nothing was measured.
    """
    network = current_network(city)
    day = today + timedelta(days=7 - today.weekday() if today.weekday() >= SATURDAY else 0)
    month = {"day__gte": today.replace(day=1), "network": network.fingerprint if network else ""}
    if ReachMeasurement.objects.filter(city=city, **month).exists():
        return {"day": "", "rows": 0, "why": "measured this month over the same network"}
    try:
        rows = measure_reach(city, day)
    except (MissingError, ProblemError) as problem:
        return {"day": f"{day:%Y-%m-%d}", "rows": 0, "why": " ".join(problem.lines())}
    return {"day": f"{day:%Y-%m-%d}", "rows": rows, "why": ""}


def _planner(city: City, network: CityNetwork, day: date) -> Planner:
    tariff = tariff_on(tariff_for(tariffs_in_force(city.slug), day, city.slug), day)
    try:
        ready = planner(network, day, tariff, patience=PATIENCE_SECONDS)
    except OutsideCalendarError as error:
        raise ProblemError("The timetable says nothing of the day", detail=str(error)) from error
    if ready is None:
        raise ProblemError("The timetable is being prepared", kind="preparing", status=503)
    return ready


def _measured(
    city: City, network: CityNetwork, ready: Planner, day: date
) -> Iterator[ReachMeasurement]:
    import numpy as np

    grid = _grid(city)
    codes, cells = cells_by_district(city.region_code, grid)
    ground = np.bincount(cells[cells >= 0], minlength=len(codes))
    basis, weights = _weights(city, codes, ground)
    places = {each.code: each for each in descendants(city.region_code, level="district")}
    at = datetime.combine(day, SETTING_OUT, city.zone)
    for code in codes:
        where = places[code]
        if where.lat is None or where.lon is None:
            continue
        asked = ReachRequest((where.lat, where.lon), at, MINUTES[-1])
        flat = _times(ready, grid, asked).ravel()
        for minutes in MINUTES:
            within = (cells >= 0) & (flat <= 60 * minutes)
            shares = np.bincount(cells[within], minlength=len(codes)) / np.maximum(ground, 1)
            yield ReachMeasurement(
                city=city.slug, day=day, place=code, name=where.name, minutes=minutes, basis=basis,
                weight=weights[code], all=sum(weights.values()), network=network.fingerprint,
                reached=sum(int(weights[each] * share)
                            for each, share in zip(codes, shares, strict=True)),
            )  # fmt: skip


def _grid(city: City) -> Grid:
    """A grid over the whole city, for ground that no stop is near counts too."""
    import numpy as np

    box = box_around(city.region_code)
    if box is None:
        raise MissingError(
            "The city has no boundaries",
            detail=f"{city.slug} has no boundaries. Import its districts' first.",
        )
    south, west, north, east = box
    return grid_over(np.array([south, north]), np.array([west, east]), margin_m=0.0)


def _times(ready: Planner, grid: Grid, asked: ReachRequest) -> NDArray[np.int32]:
    """Seconds to each cell from a place, on foot or by transit."""
    import numpy as np

    table = ready.timetable
    return times_on(
        grid, np.append(table.stop_lat, asked.origin[0]),
        np.append(table.stop_lon, asked.origin[1]), np.append(stop_seconds(ready, asked), 0),
        within_s=60 * asked.minutes, max_walk_m=MAX_WALK_M, walk_speed=WALK_SPEED,
    )  # fmt: skip


def _weights(
    city: City, codes: Sequence[str], ground: NDArray[np.intp]
) -> tuple[str, Mapping[str, int]]:
    """What each district counts: its people where all are known, else its cells of ground."""
    counted = population_below(city.region_code, level="district")
    if all(code in counted for code in codes):
        return ReachMeasurement.Basis.PEOPLE, {code: counted[code].people for code in codes}
    return ReachMeasurement.Basis.GROUND, {
        code: int(cells) for code, cells in zip(codes, ground, strict=True)
    }
