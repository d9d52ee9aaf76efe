"""What can be reached from a place by time and by money: ground, stops, shares of districts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from django.db.models import Count, F, Sum

from balai.kernel.regions.queries import City, descendants, locate_many
from balai.transit.engine.fares.tariff import Tariff
from balai.transit.engine.isochrone import Grid, grid_over, outline, times_on
from balai.transit.engine.planner import (
    MAX_WALK_M,
    WALK_SPEED,
    Planner,
    UnboundedFareStateError,
)
from balai.transit.models import ReachMeasurement
from balai.transit.queries.networks import CityNetwork

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]
LEVEL = "district"
MOST_ASKED = 500
PROVE_S = 1800
"""A stop asked for by itself is proven where it is reached within half an hour of the soonest."""
_free: WeakKeyDictionary[Planner, Planner] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class ReachRequest:
    """From where and when, within how many minutes and, where given, for how many rupiah."""

    origin: Point
    at: datetime
    minutes: int
    max_fare: int | None = None
    max_walk_m: float = MAX_WALK_M
    modes: frozenset[str] = frozenset()
    wheelchair: str = ""

    @property
    def bands(self) -> tuple[int, ...]:
        """Minutes of the steps shown: a third, two thirds, the whole."""
        return tuple(sorted({-(-self.minutes // 3), -(-2 * self.minutes // 3), self.minutes}))


@dataclass(frozen=True, slots=True)
class DistrictReached:
    """How much of a district is reached: shares by band, from 0 to 1, and stops in the whole."""

    code: str
    name: str
    shares: tuple[float, ...]
    stops: int
    stops_of: int


@dataclass(frozen=True, slots=True)
class Band:
    """What is reached within `minutes`; `polygons` are a MultiPolygon's coordinates."""

    minutes: int
    polygons: list[Any]
    km2: float
    stops: int


@dataclass(frozen=True, slots=True)
class Reached:
    """The answer. `districts` are empty where the city's boundaries are not known."""

    asked: ReachRequest
    bands: tuple[Band, ...]
    stops: int
    districts: tuple[DistrictReached, ...]
    share: float | None


def reach(city: City, network: CityNetwork, planner: Planner, asked: ReachRequest) -> Reached:
    """What is reached from a place, over all stops at once.

    Ground is counted in cells of some 200 m whose middle is reached on foot from the place
    itself or from a stop. Raises ValueError for limits that are none.
    """
    import numpy as np

    table = planner.timetable
    seconds = stop_seconds(planner, asked)
    lat = np.append(table.stop_lat, asked.origin[0])
    lon = np.append(table.stop_lon, asked.origin[1])
    grid = _grid(planner)
    times = times_on(
        grid, lat, lon, np.append(seconds, 0), within_s=60 * asked.minutes,
        max_walk_m=asked.max_walk_m, walk_speed=WALK_SPEED,
    )  # fmt: skip
    bands = tuple(_band(grid, times, seconds, minutes) for minutes in asked.bands)
    districts = _districts(city, network, planner, grid, times, seconds, asked.bands)
    return Reached(asked, bands, table.stops, districts.rows, districts.share)


def stop_seconds(planner: Planner, asked: ReachRequest) -> NDArray[np.int64]:
    """Seconds of travel to each stop of the timetable for at most the fare, -1 where none.

    Over all stops at once; those whose fare is not proven so are asked for by themselves.
    Raises UnboundedFareStateError where the fare rules cannot be followed to every stop at once
    and more stops than `MOST_ASKED` lie within the time.
    """

    limits = _limits(asked)
    second = planner.timetable.seconds_at(asked.at)
    if asked.max_fare is None:
        free = _without_fares(planner)
        return free.one_to_all(asked.origin, second, **limits).earliest()
    limits["max_fare"] = asked.max_fare
    try:
        fronts = planner.one_to_all(asked.origin, second, **limits)
    except UnboundedFareStateError:
        return _stop_by_stop(planner, asked)
    found = fronts.earliest(asked.max_fare)
    _ask_each(planner, asked, fronts.open(asked.max_fare), found)
    return found


def _without_fares(planner: Planner) -> Planner:
    """A planner of the same timetable that asks no fare, kept as long as the other is."""
    if planner not in _free:
        _free[planner] = Planner(planner.timetable)
    return _free[planner]


def _stop_by_stop(planner: Planner, asked: ReachRequest) -> NDArray[np.int64]:
    """As `stop_seconds`, asking for each stop by itself that is within reach at any fare."""
    import numpy as np

    near = np.flatnonzero(stop_seconds(planner, replace(asked, max_fare=None)) >= 0)
    if near.size > MOST_ASKED:
        raise UnboundedFareStateError(planner.tariff.name if planner.tariff else "",
                                      60 * asked.minutes)  # fmt: skip
    found = np.full(planner.timetable.stops, -1, np.int64)
    _ask_each(planner, asked, near, found)
    return found


def _ask_each(
    planner: Planner, asked: ReachRequest, stops: NDArray[np.intp], found: NDArray[np.int64]
) -> None:
    """Lower the seconds found to what a trip to each of these stops takes for the fare."""
    table = planner.timetable
    second = table.seconds_at(asked.at)
    for at in stops.tolist():
        place = float(table.stop_lat[at]), float(table.stop_lon[at])
        journey = planner.fastest(asked.origin, place, second, max_fare=asked.max_fare or 0,
                                  prove_s=PROVE_S, **_limits(asked))  # fmt: skip
        if journey is not None and not 0 <= found[at] <= journey.arrive - second:
            found[at] = journey.arrive - second


def _limits(asked: ReachRequest) -> dict[str, Any]:
    from balai.transit.engine.fares.modes import Mode

    limits: dict[str, Any] = {"max_walk_m": asked.max_walk_m, "horizon_s": 60 * asked.minutes}
    if asked.modes:
        limits["modes"] = frozenset(Mode.of(code) for code in asked.modes)
    if asked.wheelchair:
        limits["wheelchair"] = asked.wheelchair
    return limits


def _grid(planner: Planner) -> Grid:
    """A grid over all stops, the same for every question of a timetable."""
    return grid_over(planner.timetable.stop_lat, planner.timetable.stop_lon)


def _band(grid: Grid, times: NDArray[np.int32], seconds: NDArray[np.int64], minutes: int) -> Band:
    reached = times <= 60 * minutes
    stops = int(((seconds >= 0) & (seconds <= 60 * minutes)).sum())
    return Band(minutes, outline(grid, reached), round(float(reached.sum()) * grid.cell_km2, 1),
                stops)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shares:
    rows: tuple[DistrictReached, ...]
    share: float | None


def _districts(
    city: City, network: CityNetwork, planner: Planner, grid: Grid, times: NDArray[np.int32],
    seconds: NDArray[np.int64], bands: Sequence[int],
) -> _Shares:  # fmt: skip
    import numpy as np

    codes, cells = cells_by_district(city.region_code, grid)
    if not codes:
        return _Shares((), None)
    stop_district = _stop_districts(city.region_code, network, planner)
    whole = np.bincount(cells[cells >= 0], minlength=len(codes))
    flat = times.ravel()
    reached = [
        np.bincount(cells[(cells >= 0) & (flat <= 60 * minutes)], minlength=len(codes))
        for minutes in bands
    ]
    near = (seconds >= 0) & (seconds <= 60 * bands[-1])
    names = {each.code: each.name for each in descendants(city.region_code, level=LEVEL)}
    rows = tuple(
        DistrictReached(
            code, names.get(code, code),
            tuple(float(counts[at] / whole[at]) if whole[at] else 0.0 for counts in reached),
            int((near & (stop_district == at)).sum()), int((stop_district == at).sum()),
        )
        for at, code in enumerate(codes)
    )  # fmt: skip
    return _Shares(rows, float(reached[-1].sum() / max(1, whole.sum())))


def cells_by_district(region: str, grid: Grid) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Codes of the districts under a region, and for each cell (row by row) its place among
    them, -1 outside. Cells beyond the grid are not counted: there no stop is near.
    """
    return _cells(region, grid)


@lru_cache(maxsize=8)
def _cells(region: str, grid: Grid) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    import numpy as np

    lat, lon = grid.middles
    points = [(float(y), float(x)) for y in lat for x in lon]
    found = locate_many(points, level=LEVEL, under=region)
    codes = tuple(sorted(set(found) - {""}))
    index = {code: at for at, code in enumerate(codes)}
    return codes, np.array([index.get(code, -1) for code in found], np.int32)


def _stop_districts(region: str, network: CityNetwork, planner: Planner) -> NDArray[np.int32]:
    table = planner.timetable
    points = tuple(zip(table.stop_lat.tolist(), table.stop_lon.tolist(), strict=True))
    return _located(region, network.fingerprint, points, _grid(planner))


@lru_cache(maxsize=8)
def _located(
    region: str, fingerprint: str, points: tuple[Point, ...], grid: Grid
) -> NDArray[np.int32]:
    import numpy as np

    codes, _ = _cells(region, grid)
    index = {code: at for at, code in enumerate(codes)}
    found = locate_many(points, level=LEVEL, under=region)
    return np.array([index.get(code, -1) for code in found], np.int32)


def reached_share(
    city: City, network: CityNetwork, planner: Planner, asked: ReachRequest,
    *, people: Mapping[str, float] | None = None,
) -> float | None:  # fmt: skip
    """The share, from 0 to 1, of a city that is within reach; None without boundaries.

    `people` are residents by district code: a district counts by its people, taken as evenly
    spread over its ground. Without them a district counts by its ground. Districts without a
    figure are left out.
    """
    told = reach(city, network, planner, asked)
    if people is None:
        return told.share
    known = [(people[each.code], each.shares[-1]) for each in told.districts
             if each.code in people]  # fmt: skip
    total = sum(weight for weight, _ in known)
    return sum(weight * share for weight, share in known) / total if total else None


@dataclass(frozen=True, slots=True)
class MeasuredShare:
    """The share of pairs of a city's people (or its ground) within so many minutes."""

    minutes: int
    basis: str
    districts: int
    share: float

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return {"minutes": self.minutes, "basis": self.basis, "districts": self.districts,
                "share": round(self.share, 6)}  # fmt: skip


def measured_shares(city: str, day: date) -> tuple[MeasuredShare, ...]:
    """What was measured of a city on a day, by minutes; empty where nothing was."""
    rows = (
        ReachMeasurement.objects.filter(city=city, day=day)
        .order_by("minutes", "basis")
        .values_list("minutes", "basis")
        .annotate(
            districts=Count("pk"),
            pairs_reached=Sum(F("weight") * F("reached")),
            pairs=Sum(F("weight") * F("all")),
        )
    )
    return tuple(
        MeasuredShare(minutes, basis, count, reached / pairs if pairs else 0.0)
        for minutes, basis, count, reached, pairs in rows
    )


def as_geojson(told: Reached, tariff: Tariff | None = None) -> dict[str, Any]:
    """The bands as a GeoJSON FeatureCollection, the widest first, so that narrow ones lie above."""
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "properties": {
                    "minutes": band.minutes, "max_fare": told.asked.max_fare,
                    "tariff": tariff.name if tariff else "", "km2": band.km2,
                    "stops": band.stops, "band": place,
                },
                "geometry": {"type": "MultiPolygon", "coordinates": band.polygons},
            }
            for place, band in reversed(list(enumerate(told.bands)))
        ],
    }  # fmt: skip
