"""Names on a map that do not cover each other, nor a point: the first that fits, else none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

Side: TypeAlias = Literal["right", "left", "above", "below"]
Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, right, bottom."""

SIDES: tuple[Side, ...] = ("right", "left", "above", "below")
ANCHORS: dict[Side, str] = {"right": "start", "left": "end", "above": "middle", "below": "middle"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A point to be named; `size` is its type's height, `reach` how far its sign extends."""

    x: float
    y: float
    name: str
    size: float = 13.0
    reach: float = 7.0


@dataclass(frozen=True, slots=True)
class Label:
    """Where a name stands: the text's x and baseline y, and its anchor for SVG."""

    x: float
    y: float
    anchor: str


def place_labels(
    spots: Sequence[Spot], width: float, height: float, *, letter: float = 0.56
) -> list[Label | None]:
    """A label for each spot, or None where no side is free; earlier spots choose first.

    `letter` is the mean width of a letter as a part of the type's height.
    """
    taken: list[Box] = [_around(spot) for spot in spots]
    labels: list[Label | None] = []
    for spot in spots:
        found = _first_free(spot, taken, (0.0, 0.0, width, height), letter)
        if found is not None:
            taken.append(_box(spot, found, letter))
        labels.append(_label(spot, found) if found is not None else None)
    return labels


def _first_free(spot: Spot, taken: list[Box], page: Box, letter: float) -> Side | None:
    for side in SIDES:
        box = _box(spot, side, letter)
        inside = page[0] <= box[0] and page[1] <= box[1] and box[2] <= page[2] and box[3] <= page[3]
        if inside and not any(_overlap(box, other) for other in taken):
            return side
    return None


def _label(spot: Spot, side: Side) -> Label:
    left, top, right, _ = _box(spot, side, 0.0)
    x = {"right": left, "left": right}.get(side, spot.x)
    return Label(round(x, 1), round(top + spot.size * 0.82, 1), ANCHORS[side])


def _box(spot: Spot, side: Side, letter: float) -> Box:
    wide = len(spot.name) * spot.size * letter
    gap = spot.reach + 3
    if side == "right":
        left, top = spot.x + gap, spot.y - spot.size / 2
    elif side == "left":
        left, top = spot.x - gap - wide, spot.y - spot.size / 2
    elif side == "above":
        left, top = spot.x - wide / 2, spot.y - gap - spot.size
    else:
        left, top = spot.x - wide / 2, spot.y + gap
    return left, top, left + wide, top + spot.size


def _around(spot: Spot) -> Box:
    return spot.x - spot.reach, spot.y - spot.reach, spot.x + spot.reach, spot.y + spot.reach


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
