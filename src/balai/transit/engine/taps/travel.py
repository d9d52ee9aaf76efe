"""Finding taps that a card cannot have made, because it was elsewhere a moment before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

EARTH_METRES = 6_371_008.8
"""Mean radius of the Earth (IUGG)."""
Floats: TypeAlias = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Impossible:
    """A tap (its position) that cannot follow the tap at `after`: so far in so few seconds."""

    tap: int
    after: int
    metres: int
    seconds: int


def impossible_taps(
    card: NDArray[np.int64], at: NDArray[np.int64], lat: Floats, lon: Floats,
    stands: NDArray[np.bool_], *, fastest_kmh: Floats, same_place_metres: Floats,
) -> list[Impossible]:  # fmt: skip
    """The taps that would need a ride faster than `fastest_kmh` from the last believable tap.

    Taps are given in order of card and time; `lat` and `lon` in degrees, NaN where not known (such
    a tap is neither judged nor judged by). A tap within `same_place_metres` is never too far. Of
    two taps that contradict each other the later is doubted; one that `stands` never is. So the
    answer follows from the set of taps, not from the order in which they came. Both limits are
    given for each tap.
    """
    placed = np.flatnonzero(~np.isnan(lat))
    if len(placed) < 2:
        return []
    metres = metres_between(lat[placed[:-1]], lon[placed[:-1]], lat[placed[1:]], lon[placed[1:]])
    same = card[placed[:-1]] == card[placed[1:]]
    later = placed[1:]
    reach = same_place_metres[later] + fastest_kmh[later] / 3.6 * (at[later] - at[placed[:-1]])
    doubtful = set(card[placed[1:]][same & (metres > reach)].tolist())
    found: list[Impossible] = []
    for each in sorted(doubtful):
        own = placed[card[placed] == each]
        found += _of_card(own, at, lat, lon, stands, fastest_kmh, same_place_metres)
    return found


def _of_card(
    own: NDArray[Any], at: NDArray[np.int64], lat: Floats, lon: Floats, stands: NDArray[np.bool_],
    fastest_kmh: Floats, same_place_metres: Floats,
) -> list[Impossible]:  # fmt: skip
    found = []
    last = int(own[0])
    for tap in own[1:].tolist():
        metres = float(metres_between(lat[last], lon[last], lat[tap], lon[tap]))
        seconds = int(at[tap] - at[last])
        if stands[tap] or metres <= same_place_metres[tap] + fastest_kmh[tap] / 3.6 * seconds:
            last = tap
        else:
            found.append(Impossible(tap, last, round(metres), seconds))
    return found


def metres_between(lat: Any, lon: Any, other_lat: Any, other_lon: Any) -> Any:
    """Great-circle distance in metres (haversine formula); degrees in, arrays or single values."""
    here, there = np.radians(lat), np.radians(other_lat)
    rise = np.sin((there - here) / 2) ** 2
    turn = np.sin(np.radians(np.asarray(other_lon) - np.asarray(lon)) / 2) ** 2
    return 2 * EARTH_METRES * np.arcsin(np.sqrt(rise + np.cos(here) * np.cos(there) * turn))
