"""Great-circle distances and neighbours of stops on the sphere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
METRES_A_DEGREE = np.pi * EARTH_RADIUS_M / 180


def great_circle_m(
    lat1: NDArray[np.float64] | float,
    lon1: NDArray[np.float64] | float,
    lat2: NDArray[np.float64] | float,
    lon2: NDArray[np.float64] | float,
) -> NDArray[np.float64]:
    """Great-circle metres between points in degrees (haversine)."""
    phi1, phi2 = np.radians(lat1), np.radians(lat2)
    half_lat = (phi2 - phi1) / 2
    half_lon = np.radians(np.subtract(lon2, lon1)) / 2
    h = np.sin(half_lat) ** 2 + np.cos(phi1) * np.cos(phi2) * np.sin(half_lon) ** 2
    return np.asarray(2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(h, 1.0))))


def within(
    lat: NDArray[np.float64], lon: NDArray[np.float64], point: tuple[float, float], reach_m: float
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Indices of points at most `reach_m` from `point` (latitude, longitude), and the metres."""
    band = np.flatnonzero(np.abs(lat - point[0]) <= reach_m / METRES_A_DEGREE * (1 + 1e-9))
    metres = great_circle_m(point[0], point[1], lat[band], lon[band])
    near = metres <= reach_m
    return band[near], metres[near]


def pairs_within(
    lat: NDArray[np.float64], lon: NDArray[np.float64], reach_m: float
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.float64]]:
    """Ordered pairs (from, to, metres) of different points at most `reach_m` apart.

    Points sorted by latitude are only compared within the band of latitude that can reach.
    """
    order = np.argsort(lat, kind="stable")
    sorted_lat = lat[order]
    last = np.searchsorted(
        sorted_lat, sorted_lat + reach_m / METRES_A_DEGREE * (1 + 1e-9), side="right"
    )
    ahead = last - np.arange(lat.size) - 1
    first = np.repeat(np.arange(lat.size), ahead)
    step = np.arange(first.size) - np.repeat(np.cumsum(ahead) - ahead, ahead)
    one, other = order[first], order[first + 1 + step]
    metres = great_circle_m(lat[one], lon[one], lat[other], lon[other])
    near = metres <= reach_m
    one, other, metres = one[near], other[near], metres[near]
    return (
        np.concatenate((one, other)).astype(np.int32),
        np.concatenate((other, one)).astype(np.int32),
        np.concatenate((metres, metres)),
    )
