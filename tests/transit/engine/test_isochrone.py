"""Ground within reach: cells by walking, and their outlines."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from balai.transit.engine.isochrone import NEVER, Grid, grid_over, outline, times_on

FEW = settings(max_examples=60, deadline=None)
SMALL = Grid(-6.0, 106.0, 6, 7, 0.002, 0.002, 222.0)


def area(rings):
    return sum(sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(ring)) / 2 for ring in rings)


def inside(x, y, ring):
    hit = False
    for (ax, ay), (bx, by) in pairwise(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            hit = not hit
    return hit


@FEW
@given(arrays(np.bool_, (6, 7)))
def test_outlines_hold_the_reached_cells_and_no_others(reached):
    polygons = outline(SMALL, reached)
    lat, lon = SMALL.middles
    for row in range(6):
        for column in range(7):
            held = any(
                sum(inside(lon[column], lat[row], ring) for ring in rings) % 2 for rings in polygons
            )
            assert held == reached[row, column]


@FEW
@given(arrays(np.bool_, (6, 7)))
def test_outsides_run_against_the_clock_holes_with_it_and_the_area_is_that_of_the_cells(reached):
    polygons = outline(SMALL, reached)
    for outside, *holes in polygons:
        assert area([outside]) > 0
        assert all(area([hole]) < 0 for hole in holes)
        assert all(ring[0] == ring[-1] for ring in (outside, *holes))
    total = sum(area(rings) for rings in polygons)
    assert total == pytest.approx(reached.sum() * SMALL.cell_lat * SMALL.cell_lon, abs=1e-9)


def reached_from(seconds, within_s, walk=800.0):
    lat, lon = np.array([-6.2]), np.array([106.8])
    grid = grid_over(lat, lon, metres=25.0)
    times = times_on(grid, lat, lon, np.array([seconds]), within_s=within_s, max_walk_m=walk,
                     walk_speed=1.25)  # fmt: skip
    return grid, times


def test_a_lone_place_is_reached_in_a_circle_of_the_time_left():
    grid, times = reached_from(300, 700)
    km2 = (times < NEVER).sum() * grid.cell_km2
    assert km2 == pytest.approx(np.pi * 0.5**2, rel=0.05)
    assert times.min() >= 300
    assert times[times < NEVER].max() <= 700


def test_no_walk_is_longer_than_allowed():
    grid, times = reached_from(0, 7200, walk=400.0)
    assert (times < NEVER).sum() * grid.cell_km2 == pytest.approx(np.pi * 0.4**2, rel=0.05)


def test_a_place_never_reached_reaches_nothing():
    assert (reached_from(-1, 3600)[1] == NEVER).all()
    assert (reached_from(3601, 3600)[1] == NEVER).all()


@FEW
@given(st.integers(0, 1800), st.integers(0, 1800))
def test_more_time_never_reaches_less(less, more):
    less, more = sorted((less, more))
    assert ((reached_from(100, less)[1] < NEVER) <= (reached_from(100, more)[1] < NEVER)).all()


def one_by_one(grid, places, within_s, max_walk_m, walk_speed):
    """Each cell's least time, place by place and cell by cell."""
    lat_of, lon_of = grid.middles
    times = np.full((grid.rows, grid.columns), NEVER)
    for lat, lon, seconds in places:
        if not 0 <= seconds <= within_s:
            continue
        left = min(max_walk_m, (within_s - seconds) * walk_speed)
        for row, column in np.ndindex(times.shape):
            north = (lat_of[row] - lat) * 111_195.0
            east = (lon_of[column] - lon) * 111_195.0 * grid.cell_lat / grid.cell_lon
            if (metres := np.hypot(north, east)) <= left:
                times[row, column] = min(times[row, column], seconds + np.ceil(metres / walk_speed))
    return times


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-6.02, -5.96), st.floats(105.98, 106.04), st.integers(-1, 900)),
             min_size=1, max_size=5),
    st.sampled_from([1, 50, 10**6]),
)  # fmt: skip
def test_many_places_at_once_are_reached_as_one_by_one(places, at_once):
    lat, lon, seconds = (np.array(column) for column in zip(*places, strict=True))
    limits = {"within_s": 800, "max_walk_m": 600.0, "walk_speed": 1.25}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("balai.transit.engine.isochrone.MOST_AT_ONCE", at_once)
        times = times_on(SMALL, lat, lon, seconds, **limits)
    assert (times == one_by_one(SMALL, places, 800, 600.0, 1.25)).all()


def test_a_wide_network_gets_coarser_cells():
    grid = grid_over(np.array([-7.0, -6.0]), np.array([106.0, 107.0]))
    assert grid.rows * grid.columns < 61_000
    assert grid.metres > 200


def test_a_grid_over_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        grid_over(np.empty(0), np.empty(0))
