"""What of a feed becomes a timetable."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from balai.transit.engine.fares import Mode
from balai.transit.engine.planner import OutsideCalendarError, Planner, build_timetable
from balai.transit.engine.planner.modes import mode_of
from transit.engine.planner.networks import ON, feed, place, trip

LINE = {"a": (0, 0), "b": (3000, 0), "c": (6000, 0)}
A, B, C = (place(*at) for at in LINE.values())


def plan(network, origin, destination, at, on=ON, **limits):
    return Planner(build_timetable(network, on)).plan(origin, destination, at, **limits)


def test_frequencies_depart_from_start_to_strictly_before_end():
    network = feed(
        LINE,
        [trip("t", "r", "bus", ("a", 0), ("b", 300))],
        frequencies=[("t", 36_000, 37_800, 600, 1)],
    )
    table = build_timetable(network, ON)
    today = table.trip_start[table.trip_start < 86_400]
    assert today.tolist() == [36_000, 36_600, 37_200]
    assert [j.legs[0].depart for j in plan(network, A, B, 37_200)] == [37_200]
    assert plan(network, A, B, 37_201) == ()


def test_times_of_a_frequency_trip_only_tell_how_long_hops_take():
    network = feed(
        LINE,
        [trip("t", "r", "bus", ("a", 50_000), ("b", 50_300))],
        frequencies=[("t", 36_000, 36_001, 600, 0)],
    )
    assert [j.arrive for j in plan(network, A, B, 36_000)] == [36_300]


@pytest.mark.parametrize("headway", [0, -60])
def test_a_headway_that_is_not_positive_runs_nothing(headway):
    network = feed(
        LINE,
        [trip("t", "r", "bus", ("a", 0), ("b", 300))],
        frequencies=[("t", 36_000, 37_800, headway, 0)],
    )
    assert build_timetable(network, ON).trip_start.size == 0


def test_trips_of_the_day_before_still_run_after_midnight():
    sunday_only = (0, 0, 0, 0, 0, 0, 1)
    late = trip("late", "r", "bus", ("a", 86_300), ("b", 87_000), ("c", 88_000), service="sun")
    network = feed(LINE, [late], services={"sun": sunday_only})
    (journey,) = plan(network, B, C, 0)
    assert (journey.legs[0].depart, journey.arrive) == (600, 1600)
    assert plan(network, A, C, 0) == ()


def test_trips_of_the_day_after_run_late_at_night():
    early = trip("early", "r", "bus", ("a", 1800), ("b", 2400), service="tue")
    network = feed(LINE, [early], services={"tue": (0, 1, 0, 0, 0, 0, 0)})
    (journey,) = plan(network, A, B, 86_000)
    assert journey.arrive == 86_400 + 2400


def test_calendar_dates_add_and_remove_services():
    trips = [
        trip("always", "r", "bus", ("a", 36_000), ("b", 36_600), service="daily"),
        trip("extra", "q", "bus", ("a", 36_000), ("b", 36_300), service="none"),
    ]
    network = feed(
        LINE,
        trips,
        services={"daily": (1,) * 7, "none": (0,) * 7},
        exceptions=[("daily", ON, 2), ("none", ON, 1)],
    )
    assert [j.legs[0].trip_id for j in plan(network, A, B, 36_000)] == ["extra"]
    tomorrow = plan(network, A, B, 36_000, on=ON + timedelta(days=1))
    assert [j.legs[0].trip_id for j in tomorrow] == ["always"]


def test_a_date_the_calendar_does_not_cover_is_refused():
    network = feed(LINE, [trip("t", "r", "bus", ("a", 0), ("b", 300))])
    with pytest.raises(OutsideCalendarError, match="2025-01-01 to 2025-12-31"):
        build_timetable(network, date(2026, 1, 1))


def test_overtaking_trips_go_to_patterns_of_their_own():
    slow = trip("slow", "r", "bus", ("a", 36_000), ("b", 37_000), ("c", 39_000))
    fast = trip("fast", "r", "bus", ("a", 36_300), ("b", 36_900), ("c", 37_500))
    after = trip("after", "r", "bus", ("a", 36_600), ("b", 37_600), ("c", 39_600))
    table = build_timetable(feed(LINE, [slow, fast, after]), ON)
    assert table.patterns == 2
    for pattern in range(table.patterns):
        first, last = table.departure_start[pattern : pattern + 2]
        calls = np.arange(table.call_start[pattern + 1] - table.call_start[pattern])
        at = table.trip_start[first:last, None]
        profile = table.trip_profile[first:last, None] + calls
        for times in (table.profile_arrive, table.profile_depart):
            assert (np.diff(at + times[profile], axis=0) >= 0).all()
    (journey,) = Planner(table).plan(A, C, 36_000)
    assert journey.legs[0].trip_id == "fast"


def test_stops_where_one_may_not_board_or_alight_are_honoured():
    network = feed(
        LINE,
        [
            trip("no-in", "r", "bus", ("a", 36_000, 36_000, 1, 0), ("b", 36_100), ("c", 36_200)),
            trip("no-out", "q", "bus", ("a", 36_000), ("b", 36_150, 36_150, 0, 1), ("c", 36_300)),
        ],
    )
    assert plan(network, A, B, 36_000) == ()
    assert [j.legs[0].trip_id for j in plan(network, A, C, 36_000)] == ["no-out"]
    assert [j.legs[0].trip_id for j in plan(network, B, C, 36_000)] == ["no-in"]


def test_kilometres_follow_the_feed_where_they_can_be_believed():
    network = feed(LINE, [trip("t", "r", "bus", ("a", 36_000), ("b", 36_300), ("c", 36_600))])
    plain = build_timetable(network, ON).call_metres.tolist()
    assert plain == pytest.approx([0, 3000, 6000], abs=2)
    calls = network.tables["stop_times"]
    for told, metres in (([0, 3.5, 7.25], [0, 3500, 7250]), ([0, 4000, 9000], [0, 4000, 9000])):
        network.tables["stop_times"] = calls.with_columns(shape_dist_traveled=_floats(told))
        assert build_timetable(network, ON).call_metres.tolist() == metres
    for nonsense in ([0, 5, 3], [0, 1e7, 2e7], [0, None, 9000]):
        network.tables["stop_times"] = calls.with_columns(shape_dist_traveled=_floats(nonsense))
        assert build_timetable(network, ON).call_metres.tolist() == plain


def _floats(values):
    import polars as pl

    return pl.Series(values, dtype=pl.Float64)


def test_seconds_count_from_noon_less_twelve_hours():
    table = build_timetable(feed(LINE, [trip("t", "r", "bus", ("a", 0), ("b", 9))]), ON)
    moment = datetime(2025, 9, 1, 7, 30, tzinfo=ZoneInfo("Asia/Jakarta"))
    assert table.seconds_at(moment) == 27_000
    assert table.instant(27_000) == moment
    assert table.instant(27_000).isoformat() == "2025-09-01T07:30:00+07:00"


@pytest.mark.parametrize(
    ("kind", "route_id", "names", "mode"),
    [
        (3, "1", ("BRT", "1"), Mode.BRT),
        (3, "JAK.01", (None, "01"), Mode.MIKROTRANS),
        (3, "S12", ("Royaltrans",), Mode.ROYALTRANS),
        (3, "7F", ("Angkutan Umum Integrasi", "7F"), Mode.BUS),
        (3, "x", ("towards MRT Fatmawati",), Mode.BUS),
        (2, "x", ("MRT 3",), Mode.MRT),
        (1, "x", (None,), Mode.MRT),
        (0, "x", (None,), Mode.LRT),
        (2, "x", (None,), Mode.RAIL),
        (4, "ferry", (None,), Mode.BUS),
        (None, "x", (None,), Mode.BUS),
    ],
)
def test_the_mode_of_a_route(kind, route_id, names, mode):
    assert mode_of(kind, route_id, *names) is mode
