"""Polygons on the map: whether a point lies inside, a point for the label, fewer corners.

Geometries are GeoJSON Polygons and MultiPolygons in degrees, longitude first (RFC 7946). Within a
city the earth is taken as flat, with a degree of longitude shortened by the cosine of latitude.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Rings = list[Floats]
Box = tuple[float, float, float, float]

LABEL_PRECISION = 0.01
DECIMALS = 6


class BadGeometryError(ValueError):
    """A geometry that is no polygon on the earth; says why."""


def read_geometry(geometry: Any) -> dict[str, Any]:
    """The geometry as a clean Polygon or MultiPolygon: rings closed, two coordinates a position.

    BadGeometryError where it is something else, has too few corners, no area, or positions that
    are not on the earth.
    """
    if not isinstance(geometry, Mapping) or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        found = geometry.get("type") if isinstance(geometry, Mapping) else geometry
        raise BadGeometryError(f"{found!r} is not a Polygon or MultiPolygon")
    coordinates = geometry.get("coordinates")
    several = geometry["type"] == "MultiPolygon"
    polygons = coordinates if several else [coordinates]
    if not isinstance(polygons, Sequence) or not polygons:
        raise BadGeometryError("it has no coordinates")
    clean = [[_ring(ring) for ring in _listed(polygon)] for polygon in polygons]
    if not any(abs(_area(np.array(polygon[0]))) > 0 for polygon in clean):
        raise BadGeometryError("it has no area")
    return {"type": geometry["type"], "coordinates": clean if several else clean[0]}


def _listed(polygon: Any) -> Sequence[Any]:
    if not isinstance(polygon, Sequence) or isinstance(polygon, str) or not polygon:
        raise BadGeometryError("a polygon without rings")
    return polygon


def _ring(ring: Any) -> list[list[float]]:
    try:
        points = [[float(position[0]), float(position[1])] for position in ring]
    except (TypeError, ValueError, IndexError, KeyError):
        raise BadGeometryError("a position that is not [longitude, latitude]") from None
    for lon, lat in points:
        if not (math.isfinite(lon) and math.isfinite(lat)) or abs(lon) > 180 or abs(lat) > 90:
            swapped = " (latitude first?)" if abs(lat) > 90 and abs(lon) <= 90 else ""
            raise BadGeometryError(f"[{lon}, {lat}] is not on the earth{swapped}")
    if points and points[0] != points[-1]:
        points.append(points[0])
    if len(points) < 4:
        raise BadGeometryError("a ring with fewer than three corners")
    return points


def polygons_of(geometry: Mapping[str, Any]) -> list[Rings]:
    """Each polygon as its rings, arrays of shape (corners, 2) float64; the first is the outside."""
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return [[np.array(ring, dtype=np.float64) for ring in rings] for rings in polygons]


def box_of(geometry: Mapping[str, Any]) -> Box:
    """West, south, east, north in degrees."""
    corners = np.vstack([rings[0] for rings in polygons_of(geometry)])
    west, south = corners.min(axis=0)
    east, north = corners.max(axis=0)
    return float(west), float(south), float(east), float(north)


def contains(geometry: Mapping[str, Any], lon: float, lat: float) -> bool:
    """Whether the point lies inside; on a shared border it is inside exactly one neighbour."""
    return bool(contains_many(geometry, np.array([lon]), np.array([lat]))[0])


def contains_many(geometry: Mapping[str, Any], lon: Floats, lat: Floats) -> Bools:
    """For each point (arrays of one length) whether it lies inside, by crossings of a ray."""
    inside = np.zeros(len(lon), dtype=np.bool_)
    for rings in polygons_of(geometry):
        within = np.zeros(len(lon), dtype=np.bool_)
        for ring in rings:
            within ^= _crossed_oddly(ring, lon, lat)
        inside |= within
    return inside


def _crossed_oddly(ring: Floats, lon: Floats, lat: Floats) -> Bools:
    odd = np.zeros(len(lon), dtype=np.bool_)
    for edge in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
        # The edge is always walked upwards, so that both its polygons round it alike.
        (ax, ay), (bx, by) = sorted(edge, key=itemgetter(1))
        if ay == by:
            continue
        level = (lat >= ay) & (lat < by)
        odd ^= level & (lon < ax + (lat - ay) * (bx - ax) / (by - ay))
    return odd


def label_point(geometry: Mapping[str, Any]) -> tuple[float, float]:
    """A longitude and latitude well inside the largest polygon, for a label.

    The point farthest from every border within a hundredth of the polygon's size, found by
    halving cells (Agafonkin's polylabel), so it lies inside where a centroid may not.
    """
    rings = max(polygons_of(geometry), key=lambda each: abs(_area(each[0])))
    middle = float(rings[0][:, 1].mean())
    scale = np.array([math.cos(math.radians(middle)), 1.0])
    x, y = _farthest_inside([ring * scale for ring in rings])
    lon, lat = x / float(scale[0]), y
    rounded = round(lon, DECIMALS), round(lat, DECIMALS)
    return rounded if contains(geometry, *rounded) else (lon, lat)


def _farthest_inside(rings: Rings) -> tuple[float, float]:
    (west, south), (east, north) = rings[0].min(axis=0), rings[0].max(axis=0)
    starts = np.vstack([ring[:-1] for ring in rings])
    steps = np.vstack([ring[1:] for ring in rings]) - starts
    size = min(east - west, north - south)
    best = (-math.inf, 0.0, 0.0)
    cells: list[tuple[float, float, float, float]] = []

    def consider(x: float, y: float, half: float) -> None:
        nonlocal best
        away = _signed_distance(starts, steps, x, y)
        best = max(best, (away, x, y))
        heapq.heappush(cells, (-(away + half * math.sqrt(2)), x, y, half))

    half = size / 2
    for x in np.arange(west + half, east + half, size):
        for y in np.arange(south + half, north + half, size):
            consider(float(x), float(y), half)
    while cells:
        promise, x, y, half = heapq.heappop(cells)
        # A sliver is searched on until some point inside it is found.
        if -promise - best[0] <= LABEL_PRECISION * size and best[0] > 0:
            break
        if half < size * 1e-6:
            break
        for dx, dy in ((-1, -1), (1, -1), (-1, 1), (1, 1)):
            consider(x + dx * half / 2, y + dy * half / 2, half / 2)
    return best[1], best[2]


def _signed_distance(starts: Floats, steps: Floats, x: float, y: float) -> float:
    toward = np.array([x, y]) - starts
    lengths = np.maximum((steps**2).sum(axis=1), 1e-300)
    along = np.clip((toward * steps).sum(axis=1) / lengths, 0, 1)
    away = math.sqrt(float(((toward - along[:, None] * steps) ** 2).sum(axis=1).min()))
    low, high = starts[:, 1], starts[:, 1] + steps[:, 1]
    crossing = (low > y) != (high > y)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = starts[:, 0] + (y - low) * steps[:, 0] / steps[:, 1]
    inside = int((crossing & (x < at)).sum()) % 2
    return away if inside else -away


def _area(ring: Floats) -> float:
    x, y = ring[:, 0] - ring[0, 0], ring[:, 1] - ring[0, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


Point = tuple[float, float]


def simplify_together(
    geometries: Sequence[Mapping[str, Any]], *, tolerance: float, decimals: int = 5
) -> list[dict[str, Any]]:
    """The geometries with fewer corners, none moved by more than `tolerance` degrees.

    Borders that neighbours share stay shared: rings are cut where more than two borders meet,
    and each piece is thinned (Douglas and Peucker 1973) the same way for both neighbours.
    Coordinates are rounded to `decimals`. A ring that would vanish keeps its corners.
    """
    shapes = [[[_points(ring) for ring in rings] for rings in _raw(each)] for each in geometries]
    joints = _joints(ring for shape in shapes for rings in shape for ring in rings)
    thin = [
        [[_thin_ring(ring, joints, tolerance, decimals) for ring in rings] for rings in shape]
        for shape in shapes
    ]
    return [
        {"type": each["type"], "coordinates": shape if each["type"] != "Polygon" else shape[0]}
        for each, shape in zip(geometries, thin, strict=True)
    ]


def _raw(geometry: Mapping[str, Any]) -> Sequence[Any]:
    polygons: Sequence[Any] = geometry["coordinates"]
    return [polygons] if geometry["type"] == "Polygon" else polygons


def _points(ring: Sequence[Sequence[float]]) -> list[Point]:
    points = [(position[0], position[1]) for position in ring[:-1]]
    return [p for n, p in enumerate(points) if p != points[n - 1]] or points[:1]


def _joints(rings: Iterator[list[Point]]) -> set[Point]:
    beside: dict[Point, set[Point]] = {}
    count: dict[Point, int] = {}
    for ring in rings:
        for n, point in enumerate(ring):
            beside.setdefault(point, set()).update((ring[n - 1], ring[(n + 1) % len(ring)]))
            count[point] = count.get(point, 0) + 1
    return {point for point, others in beside.items() if len(others) > 2}


def _thin_ring(
    ring: list[Point], joints: set[Point], tolerance: float, decimals: int
) -> list[list[float]]:
    # A ring without joints is cut at its least corner and the one farthest from it.
    cuts = [n for n, point in enumerate(ring) if point in joints]
    if len(cuts) < 2:
        first = cuts[0] if cuts else ring.index(min(ring))
        ax, ay = ring[first]
        far = max(range(len(ring)), key=lambda n: (math.hypot(ring[n][0] - ax, ring[n][1] - ay),
                                                   ring[n]))  # fmt: skip
        cuts = sorted({first, far})
    turned = ring[cuts[0] :] + ring[: cuts[0]] + [ring[cuts[0]]]
    ends = [n - cuts[0] for n in cuts] + [len(ring)]
    kept: list[Point] = []
    for start, end in pairwise(ends):
        kept += _thin_piece(turned[start : end + 1], tolerance)[:-1]
    rounded = _closed(kept, decimals)
    return rounded if len(rounded) >= 4 else _closed(ring, decimals)


def _closed(points: list[Point], decimals: int) -> list[list[float]]:
    rounded = [[round(x, decimals), round(y, decimals)] for x, y in points]
    distinct = [p for n, p in enumerate(rounded) if n == 0 or p != rounded[n - 1]]
    if len(distinct) > 1 and distinct[-1] == distinct[0]:
        distinct.pop()
    return [*distinct, distinct[0]]


def _thin_piece(piece: list[Point], tolerance: float) -> list[Point]:
    # Both neighbours must drop the same corners, whichever way each walks the border.
    if piece[-1] < piece[0]:
        return _thin_piece(piece[::-1], tolerance)[::-1]
    keep = {0, len(piece) - 1}
    spans = [(0, len(piece) - 1)]
    while spans:
        start, end = spans.pop()
        away, at = max(
            ((_off(piece[n], piece[start], piece[end]), n) for n in range(start + 1, end)),
            default=(0.0, start),
        )
        if away > tolerance:
            keep.add(at)
            spans += [(start, at), (at, end)]
    return [piece[n] for n in sorted(keep)]


def _off(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    px, py = point[0] - start[0], point[1] - start[1]
    along = min(max((px * dx + py * dy) / length, 0.0), 1.0) if length else 0.0
    return math.hypot(px - along * dx, py - along * dy)
