"""Polygons: inside, label, fewer corners."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balai.kernel.regions.geometry import (
    BadGeometryError,
    contains,
    label_point,
    read_geometry,
    simplify_together,
)

HORSESHOE = {
    "type": "Polygon",
    "coordinates": [[[0, 0], [10, 0], [10, 10], [9, 10], [9, 1], [1, 1], [1, 10], [0, 10], [0, 0]]],
}
RING = {
    "type": "Polygon",
    "coordinates": [
        [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
        [[2, 2], [8, 2], [8, 8], [2, 8], [2, 2]],
    ],
}


@st.composite
def stars(draw: st.DrawFn) -> dict:
    """Star-shaped polygons, which do not cross themselves but may be very jagged."""
    radii = draw(st.lists(st.floats(0.05, 1.0), min_size=3, max_size=40))
    lon, lat = draw(st.floats(-170, 170)), draw(st.floats(-60, 60))
    ring = [
        [lon + r * math.cos(2 * math.pi * n / len(radii)),
         lat + r * math.sin(2 * math.pi * n / len(radii))]
        for n, r in enumerate(radii)
    ]  # fmt: skip
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


@given(stars())
def test_a_label_always_lies_inside(star):
    assert contains(star, *label_point(star))


def test_a_label_avoids_hollows_and_holes():
    assert contains(HORSESHOE, *label_point(HORSESHOE))
    assert not contains(HORSESHOE, 5, 5)
    assert contains(RING, *label_point(RING))
    assert not contains(RING, 5, 5)


def test_a_label_goes_to_the_largest_part():
    small = [[[50, 0], [51, 0], [51, 1], [50, 1], [50, 0]]]
    both = {"type": "MultiPolygon", "coordinates": [small, HORSESHOE["coordinates"]]}
    assert label_point(both)[0] < 11


@given(st.floats(0, 4), st.floats(0, 4))
def test_a_point_lies_in_exactly_one_of_two_neighbours(lon, lat):
    left = {"type": "Polygon", "coordinates": [[[-1, -1], [1, 2], [-1, 5], [-1, -1]]]}
    bounds = [[-1, -1], [6, -1], [6, 5], [-1, 5], [1, 2], [-1, -1]]
    right = {"type": "Polygon", "coordinates": [bounds]}
    assert contains(left, lon, lat) + contains(right, lon, lat) == 1


@pytest.mark.parametrize(
    ("geometry", "said"),
    [
        (None, "not a Polygon"),
        ({"type": "Point", "coordinates": [1, 2]}, "not a Polygon"),
        ({"type": "Polygon", "coordinates": []}, "no coordinates|without rings"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1]]]}, "three corners"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "no area"),
        ({"type": "Polygon", "coordinates": [[[-6, 106], [-7, 106], [-7, 107]]]}, "latitude first"),
        ({"type": "Polygon", "coordinates": [["x", "y"]]}, "position"),
        ({"type": "MultiPolygon", "coordinates": [1]}, "without rings"),
    ],
)
def test_what_is_no_polygon_is_refused_with_the_reason(geometry, said):
    with pytest.raises(BadGeometryError, match=said):
        read_geometry(geometry)


def test_an_open_ring_is_closed_and_heights_are_dropped():
    taken = read_geometry({"type": "Polygon", "coordinates": [[[0, 0, 9], [1, 0, 9], [1, 1, 9]]]})
    assert taken["coordinates"] == [[[0, 0], [1, 0], [1, 1], [0, 0]]]


def wavy(points):
    return [[x, 5 + 0.3 * math.sin(9 * x)] for x in points]


def test_neighbours_keep_one_border_when_thinned():
    border = wavy([n / 10 for n in range(101)])
    south = {"type": "Polygon", "coordinates": [[[0, 0], [10, 0], *reversed(border), [0, 0]]]}
    north = {"type": "Polygon", "coordinates": [[*border, [10, 10], [0, 10], border[0]]]}
    low, high = simplify_together([south, north], tolerance=0.2)
    lower = {tuple(p) for p in low["coordinates"][0]} - {(0, 0), (10, 0)}
    upper = {tuple(p) for p in high["coordinates"][0]} - {(10, 10), (0, 10)}
    assert lower == upper
    assert 2 < len(lower) < 60


@given(stars(), st.floats(0, 0.5))
def test_thinning_leaves_a_closed_ring_of_the_first_corners(star, tolerance):
    (thin,) = simplify_together([star], tolerance=tolerance, decimals=9)
    ring = thin["coordinates"][0]
    given_corners = {(round(x, 9), round(y, 9)) for x, y in star["coordinates"][0]}
    assert ring[0] == ring[-1]
    assert len(ring) >= 4
    assert {tuple(p) for p in ring} <= given_corners
