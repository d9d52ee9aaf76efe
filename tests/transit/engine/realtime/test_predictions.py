"""Trip updates held against the timetable."""

from __future__ import annotations

from datetime import date

import pytest

from balai.transit.engine.realtime import Repeat, decode, predict
from transit.engine.realtime.making import (
    DAWN,
    EIGHT,
    MONDAY,
    call,
    calls,
    message,
    schedule,
    trip,
    update,
)  # fmt: skip

ADDED, CANCELED, REPLACEMENT, DUPLICATED, NEW = 1, 3, 5, 6, 8
HOURLY = Repeat(EIGHT, EIGHT + 3600, 600)
EXACT = Repeat(EIGHT, EIGHT + 3600, 600, exact=True)
AT_EIGHT = DAWN + EIGHT


def expected(made, *trips):
    return predict(decode(made.SerializeToString()), schedule(*trips))


def only(made, *trips):
    told = expected(made, *trips)
    assert not told.problems, told.problems
    (run,) = told.runs
    return run


def faults(made, *trips):
    told = expected(made, *trips)
    assert not told.runs
    return [problem.field for problem in told.problems]


def test_a_trip_is_matched_on_the_day_it_is_under_way():
    made = message(DAWN + 1800)
    call(update(made), sequence=1, departure=60)
    late_night = trip(start=23 * 3600 + 3000, service="daily")
    run = only(made, late_night)
    assert run.on == date(2026, 11, 23), "the day before was a Sunday, on which it does not run"
    tuesday = message(DAWN + 86_400 + 1800)
    call(update(tuesday), sequence=1, departure=60)
    assert only(tuesday, late_night).on == MONDAY


def test_a_day_on_which_the_trip_does_not_run_is_a_problem():
    made = message()
    call(update(made, start_date="20261122"), sequence=1, departure=60)
    assert faults(made, trip()) == ["trip_update.trip.start_date"]


def test_a_trip_that_repeats_is_named_by_its_start():
    made = message(AT_EIGHT)
    told = update(made, start_time="08:20:00", start_date="20261123")
    call(told, sequence=2, arrival=60)
    run = only(made, trip(start=0, repeats=(HOURLY,)))
    assert run.start_s == EIGHT + 1200
    assert run.scheduled.depart[0] == EIGHT + 1200
    assert run.forecast.calls.arrive[1] == run.scheduled.arrive[1] + 60


def test_a_trip_that_repeats_without_a_start_or_off_its_grid_is_a_problem():
    made = message(AT_EIGHT)
    call(update(made, start_date="20261123"), sequence=1, arrival=60)
    assert faults(made, trip(repeats=(HOURLY,))) == ["trip_update.trip.start_time"]
    off = message(AT_EIGHT)
    call(update(off, start_time="08:01:00"), sequence=1, arrival=60)
    assert faults(off, trip(repeats=(EXACT,))) == ["trip_update.trip.start_time"]
    assert only(off, trip(repeats=(HOURLY,))).start_s == EIGHT + 60


def test_route_direction_and_start_find_the_trip_where_its_id_does_not():
    made = message(AT_EIGHT)
    told = update(made, trip="unknown", route_id="r", direction_id=1, start_time="08:00:30")
    call(told, sequence=1, departure=60)
    there, back = trip("there"), trip("back", direction=1)
    assert only(made, there, back).trip_id == "back"
    both = message(AT_EIGHT)
    both.entity.add(id="1").trip_update.trip.route_id = "r"
    both.entity[0].trip_update.trip.start_time = "08:00:30"
    assert faults(both, there, back) == ["trip_update.trip.route_id"]


def test_a_trip_of_no_timetable_is_a_problem():
    made = message()
    call(update(made, trip="nowhere"), sequence=1, departure=60)
    assert faults(made, trip()) == ["trip_update.trip.trip_id"]


@pytest.mark.parametrize("relation", [CANCELED, 7])
def test_a_cancelled_run_has_no_forecast(relation):
    made = message(AT_EIGHT)
    update(made, schedule_relationship=relation)
    run = only(made, trip())
    assert run.cancelled
    assert run.scheduled == calls()


@pytest.mark.parametrize("relation", [ADDED, NEW])
def test_an_added_run_brings_its_own_calls(relation):
    made = message(AT_EIGHT)
    told = update(made, trip="extra", route_id="r", schedule_relationship=relation)
    call(told, stop="a", departs=AT_EIGHT + 60)
    call(told, stop="d", arrives=AT_EIGHT + 900)
    run = only(made, trip())
    assert run.added
    assert (run.on, run.route_id, run.scheduled) == (MONDAY, "r", None)
    assert run.forecast.calls.stops == ("a", "d")
    assert run.forecast.calls.arrive == (EIGHT + 60, EIGHT + 900)


def test_an_added_run_without_times_is_a_problem():
    made = message(AT_EIGHT)
    call(update(made, trip="extra", schedule_relationship=NEW), stop="a", departure=5)
    assert faults(made, trip()) == ["trip_update.stop_time_update"]


def test_a_replaced_run_calls_where_the_update_says():
    made = message(AT_EIGHT)
    told = update(made, schedule_relationship=REPLACEMENT, start_date="20261123")
    call(told, stop="a", departs=AT_EIGHT)
    call(told, stop="x", arrives=AT_EIGHT + 700)
    run = only(made, trip())
    assert not run.added
    assert run.forecast.calls.stops == ("a", "x")


def test_a_duplicated_run_runs_beside_the_first():
    made = message(AT_EIGHT)
    told = update(made, schedule_relationship=DUPLICATED)
    told.trip_properties.trip_id = "copy"
    told.trip_properties.start_date = "20261123"
    told.trip_properties.start_time = "09:00:30"
    run = only(made, trip())
    assert run.added
    assert (run.trip_id, run.like) == ("copy", "t")
    assert run.forecast.calls.arrive[0] == EIGHT + 3600


def test_a_second_update_of_a_run_is_a_problem_and_the_first_counts():
    made = message(AT_EIGHT)
    update(made, "1").delay = 60
    update(made, "2").delay = 600
    told = expected(made, trip())
    assert [run.entity for run in told.runs] == ["1"]
    assert [(problem.entity, problem.field) for problem in told.problems] == [
        ("2", "trip_update.trip")
    ]
