"""The districts on a drawing, shaded by how much more or less their cards pay."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from balai.kernel.regions.queries import district_map
from balai.transit.engine.simulation import Change, Outcome

WIDTH = 430.0
TOLERANCE = 0.002
STEPS = 2


@dataclass(frozen=True, slots=True)
class District:
    """A district's outline, its change, and the shade: -2 (much cheaper) to 2 (much dearer)."""

    code: str
    name: str
    path: str
    change: Change
    shade: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The districts with their edges; `step` is the change in rupiah where the shade deepens."""

    districts: tuple[District, ...]
    height: int
    step: int

    @property
    def drawn(self) -> bool:
        """Whether there is any outline."""
        return any(district.path for district in self.districts)


def draw(city: str, outcome: Outcome, number: int, names: Mapping[str, str]) -> Drawing:
    """The city's districts by what the cards at home there pay more under the tariff.

    Districts without an outline are only listed, by their name in `names`.
    """
    features = district_map(city, tolerance=TOLERANCE)["features"]
    changes = {label: outcome.change(number, "cards", "home", label)
               for label in outcome.labels("cards by home")}  # fmt: skip
    step = _step(change.mean for change in changes.values())
    found, named = [], set()
    lived = [_nearest(feature["properties"]["code"], changes) for feature in features]
    outlines, height = _outlines(features, [bool(label) for label in lived])
    for feature, label, path in zip(features, lived, outlines, strict=True):
        code = feature["properties"]["code"]
        change = changes.get(label) or outcome.change(number, "cards", "home", code)
        named.add(label)
        found.append(
            District(code, feature["properties"]["name"], path, change, _shade(change, step))
        )
    found += [District(code, names.get(code, code), "", change, _shade(change, step))
              for code, change in changes.items() if code and code not in named]  # fmt: skip
    return Drawing(tuple(found), height, step)


def _nearest(code: str, changes: Mapping[str, Change]) -> str:
    """The district's own label, or that of the larger place it lies in; "" where there is none."""
    while code and code not in changes:
        code = code.rpartition(".")[0]
    return code


def _step(means: Iterable[float]) -> int:
    """Half the greatest mean change, as a round number of at least a rupiah."""
    half = max((abs(mean) for mean in means), default=0.0) / STEPS
    if half < 1:
        return 1
    unit = 10 ** math.floor(math.log10(half))
    return int(max(1, round(half / unit) * unit))


def _shade(change: Change, step: int) -> str:
    if not change.counted:
        return "none"
    if abs(change.mean) < 1:
        return "same"
    side = "less" if change.mean < 0 else "more"
    return f"{side}-2" if abs(change.mean) >= step else f"{side}-1"


def _outlines(features: Sequence[dict[str, Any]], lived: Sequence[bool]) -> tuple[list[str], int]:
    """An SVG path a feature, north up, and the height at WIDTH.

    The drawing is cut to the districts with cards, so that far islands do not shrink the rest.
    """
    rings = [_rings(feature["geometry"]) for feature in features]
    wanted = [each for each, some in zip(rings, lived, strict=True) if some] or rings
    points = [point for each in wanted for ring in each for point in ring]
    if not points:
        return ["" for _ in features], 0
    west, east = min(p[0] for p in points), max(p[0] for p in points)
    south, north = min(p[1] for p in points), max(p[1] for p in points)
    squeeze = math.cos(math.radians((south + north) / 2))
    scale = WIDTH / max((east - west) * squeeze, 1e-9)

    def path(each: list[Any]) -> str:
        return "".join(
            "M" + "L".join(f"{(lon - west) * squeeze * scale:.1f} {(north - lat) * scale:.1f}"
                           for lon, lat in ring) + "Z"
            for ring in each
        )  # fmt: skip

    return [path(each) for each in rings], math.ceil((north - south) * scale)


def _rings(geometry: dict[str, Any]) -> list[Any]:
    parts = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        parts = [parts]
    return [ring for part in parts for ring in part]
