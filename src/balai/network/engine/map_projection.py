"""The map of South-East Asia as plain numbers: Mercator, scaled to a drawing's width."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Frame:
    """A window on the globe in degrees, drawn `width` units wide."""

    west: float
    south: float
    east: float
    north: float
    width: float = 1000.0

    @property
    def height(self) -> float:
        """The drawing's height in the same units."""
        return (_mercator(self.north) - _mercator(self.south)) * self._scale

    @property
    def _scale(self) -> float:
        return self.width / math.radians(self.east - self.west)

    def place(self, lat: float, lon: float) -> tuple[float, float]:
        """x to the right, y down, rounded to a tenth of a unit."""
        x = math.radians(lon - self.west) * self._scale
        y = (_mercator(self.north) - _mercator(lat)) * self._scale
        return round(x, 1), round(y, 1)

    def path(self, rings: Iterable[Sequence[Sequence[float]]]) -> str:
        """The `d` of an SVG path for GeoJSON rings ([lon, lat] pairs)."""
        return "".join(self._ring(ring) for ring in rings)

    def _ring(self, ring: Sequence[Sequence[float]]) -> str:
        points = [self.place(lat, lon) for lon, lat, *_ in ring]
        thinned = [p for i, p in enumerate(points) if i == 0 or p != points[i - 1]]
        if len(thinned) < 3:
            return ""
        return "M" + "L".join(f"{x:g} {y:g}" for x, y in thinned) + "Z"


def _mercator(lat: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
