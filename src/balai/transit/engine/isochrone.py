"""Ground within reach: from when stops are reached to the cells of a grid, and their outlines.

Within a city the earth is taken as flat, with a degree of longitude shortened by the cosine of
the latitude. A cell is reached when its middle is.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil, cos, radians
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

METRES_A_DEGREE = 111_195.0
MOST_AT_ONCE = 1_000_000
"""Pairs of a place and a cell whose distance is held at once."""
NEVER = int(np.iinfo(np.int32).max)
Ring: TypeAlias = list[list[float]]


@dataclass(frozen=True, slots=True)
class Grid:
    """Cells of about `metres` each way; row 0 is the southernmost, column 0 the westernmost."""

    south: float
    west: float
    rows: int
    columns: int
    cell_lat: float
    cell_lon: float
    metres: float

    @property
    def middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Latitudes of the rows' middles and longitudes of the columns'."""
        lat = self.south + (np.arange(self.rows, dtype=np.float64) + 0.5) * self.cell_lat
        lon = self.west + (np.arange(self.columns, dtype=np.float64) + 0.5) * self.cell_lon
        return lat.astype(np.float64), lon.astype(np.float64)

    @property
    def cell_km2(self) -> float:
        """Square kilometres of a cell."""
        return (self.metres / 1000) ** 2


def grid_over(
    lat: NDArray[np.float64], lon: NDArray[np.float64], *, margin_m: float = 1600.0,
    metres: float = 200.0, most_cells: int = 60_000,
) -> Grid:  # fmt: skip
    """A grid around these points and a margin; coarser cells where there would be too many.

    Raises ValueError without a point.
    """
    if not lat.size:
        raise ValueError("a grid needs at least one point")
    margin = margin_m / METRES_A_DEGREE
    south, north = float(lat.min()) - margin, float(lat.max()) + margin
    narrow = max(0.01, cos(radians((south + north) / 2)))
    west, east = float(lon.min()) - margin / narrow, float(lon.max()) + margin / narrow
    high = (north - south) * METRES_A_DEGREE
    wide = (east - west) * METRES_A_DEGREE * narrow
    metres = max(metres, (high * wide / most_cells) ** 0.5)
    return Grid(
        south, west, ceil(high / metres), ceil(wide / metres), metres / METRES_A_DEGREE,
        metres / METRES_A_DEGREE / narrow, metres,
    )  # fmt: skip


def times_on(
    grid: Grid, lat: NDArray[np.float64], lon: NDArray[np.float64], seconds: NDArray[np.int64],
    *, within_s: int, max_walk_m: float, walk_speed: float,
) -> NDArray[np.int32]:  # fmt: skip
    """Seconds after which each cell is reached on foot from the places, NEVER beyond `within_s`.

    Places are reached after `seconds` (below 0: never); no walk is longer than `max_walk_m`.
    Shape (rows, columns).
    """
    times = np.full((grid.rows, grid.columns), NEVER, np.int32)
    reached = np.flatnonzero((seconds >= 0) & (seconds <= within_s))
    if not reached.size:
        return times
    left = np.minimum(max_walk_m, (within_s - seconds[reached]) * walk_speed)
    around = int(left.max() // (METRES_A_DEGREE * grid.cell_lat)) + 1
    at_once = max(1, MOST_AT_ONCE // (2 * around + 1) ** 2)
    for begin in range(0, reached.size, at_once):
        some = slice(begin, begin + at_once)
        places = reached[some]
        _walk_out(
            grid, lat[places], lon[places], seconds[places], left[some], around, walk_speed, times
        )
    return times


def _walk_out(
    grid: Grid, lat: NDArray[np.float64], lon: NDArray[np.float64], seconds: NDArray[np.int64],
    left: NDArray[np.float64], around: int, walk_speed: float, times: NDArray[np.int32],
) -> None:  # fmt: skip
    """Lower the times of cells within `left` metres of the places, at most `around` cells away."""
    lat_of, lon_of = grid.middles
    steps = np.arange(-around, around + 1)
    rows = np.floor((lat - grid.south) / grid.cell_lat).astype(np.int64)[:, None] + steps
    columns = np.floor((lon - grid.west) / grid.cell_lon).astype(np.int64)[:, None] + steps
    on_row, on_column = (rows >= 0) & (rows < grid.rows), (columns >= 0) & (columns < grid.columns)
    rows, columns = np.where(on_row, rows, 0), np.where(on_column, columns, 0)
    north = (lat_of[rows] - lat[:, None]) * METRES_A_DEGREE
    east = (lon_of[columns] - lon[:, None]) * METRES_A_DEGREE * grid.cell_lat / grid.cell_lon
    metres = np.hypot(north[:, :, None], east[:, None, :])
    near = (metres <= left[:, None, None]) & on_row[:, :, None] & on_column[:, None, :]
    cells = (rows[:, :, None] * grid.columns + columns[:, None, :])[near]
    after = (seconds[:, None, None] + np.ceil(metres / walk_speed))[near].astype(np.int32)
    np.minimum.at(times.reshape(-1), cells, after)


def outline(grid: Grid, reached: NDArray[np.bool_]) -> list[list[Ring]]:
    """The reached cells as polygons of [longitude, latitude] rings: the outside, then holes.

    As GeoJSON wants a MultiPolygon's coordinates (RFC 7946): outsides run against the clock.
    """
    polygons = []
    for runs in _components(reached):
        south, west = min(run[0] for run in runs), min(run[1] for run in runs)
        high, wide = max(run[0] for run in runs) + 1, max(run[2] for run in runs)
        cells = np.zeros((high - south, wide - west), np.bool_)
        for row, begin, end in runs:
            cells[row - south, begin - west : end - west] = True
        rings = sorted(_rings(cells), key=_area, reverse=True)
        polygons.append([_placed(grid, ring, south, west) for ring in rings])
    return polygons


Run: TypeAlias = tuple[int, int, int]


def _components(reached: NDArray[np.bool_]) -> list[list[Run]]:
    """Cells that hang together by their sides, as runs (row, first column, column after last)."""
    runs = _runs(reached)
    parent = list(range(len(runs)))

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    below = 0
    for at, (row, begin, end) in enumerate(runs):
        while runs[below][0] < row - 1 or (runs[below][0] == row - 1 and runs[below][2] <= begin):
            below += 1
        other = below
        while runs[other][0] == row - 1 and runs[other][1] < end:
            parent[root(other)] = root(at)
            other += 1
    held: dict[int, list[Run]] = {}
    for at, run in enumerate(runs):
        held.setdefault(root(at), []).append(run)
    return list(held.values())


def _runs(reached: NDArray[np.bool_]) -> list[Run]:
    edges = np.diff(np.pad(reached, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, begins = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return list(zip(rows.tolist(), begins.tolist(), ends.tolist(), strict=True))


Corner: TypeAlias = tuple[int, int]


def _rings(cells: NDArray[np.bool_]) -> Iterator[list[Corner]]:
    """Closed rings of corners (column, row) around a connected set of cells, cells on the left."""
    leaving = _edges(cells)
    while leaving:
        start = next(iter(leaving))
        ring, here, came = [start], start, (0, 0)
        while True:
            there = _turn(leaving, here, came)
            came = (there[0] - here[0], there[1] - here[1])
            here = there
            if here == start:
                break
            ring.append(here)
        yield _corners(ring)


def _edges(cells: NDArray[np.bool_]) -> dict[Corner, list[Corner]]:
    padded = np.pad(cells, 1)
    leaving: dict[Corner, list[Corner]] = {}
    sides = (  # neighbour's offset in padded cells, the edge's two corners from the cell's own
        ((0, 1), (0, 0), (1, 0)), ((1, 2), (1, 0), (1, 1)),
        ((2, 1), (1, 1), (0, 1)), ((1, 0), (0, 1), (0, 0)),
    )  # fmt: skip
    rows, columns = cells.shape
    for (down, left), begin, end in sides:
        neighbour = padded[down : down + rows, left : left + columns]
        for row, column in np.argwhere(cells & ~neighbour).tolist():
            start = (column + begin[0], row + begin[1])
            leaving.setdefault(start, []).append((column + end[0], row + end[1]))
    return leaving


def _turn(leaving: dict[Corner, list[Corner]], here: Corner, came: tuple[int, int]) -> Corner:
    """Take the edge onwards; where two cells touch at a corner, the one to the left."""
    onwards = leaving[here]
    left = (here[0] - came[1], here[1] + came[0])
    there = left if len(onwards) > 1 and left in onwards else onwards[0]
    onwards.remove(there)
    if not onwards:
        del leaving[here]
    return there


def _corners(ring: list[Corner]) -> list[Corner]:
    """A ring without the points within straight edges, closed."""
    kept = [
        here
        for at, here in enumerate(ring)
        if (here[0] - ring[at - 1][0]) * (ring[(at + 1) % len(ring)][1] - here[1])
        != (here[1] - ring[at - 1][1]) * (ring[(at + 1) % len(ring)][0] - here[0])
    ]
    return [*kept, kept[0]]


def _area(ring: list[Corner]) -> float:
    """Twice the signed area: above 0 for the outside, below for a hole."""
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring))


def _placed(grid: Grid, ring: list[Corner], south: int, west: int) -> Ring:
    return [
        [round(grid.west + (column + west) * grid.cell_lon, 5),
         round(grid.south + (row + south) * grid.cell_lat, 5)]
        for column, row in ring
    ]  # fmt: skip
