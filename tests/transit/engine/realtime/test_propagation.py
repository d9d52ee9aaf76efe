"""Delay along a trip, by the rules of the specification."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.realtime.messages import Event, StopRelation, StopUpdate
from balai.transit.engine.realtime.propagation import propagate
from balai.transit.engine.realtime.schedule import Calls
from transit.engine.realtime.making import DAWN, EIGHT, STOPS, calls

FEW = settings(max_examples=60, deadline=None)


def expect(updates, delay=None, planned=None):
    problems: list[tuple] = []
    told = propagate(planned or calls(), updates, delay, DAWN, lambda *each: problems.append(each))
    return told, problems


def late(told, planned=None):
    return [now - then for now, then in
            zip(told.calls.depart, (planned or calls()).depart, strict=True)]  # fmt: skip


def test_news_of_a_call_holds_until_the_next_news():
    told, _ = expect([StopUpdate(2, "", Event(60), Event(90)), StopUpdate(4, "", Event(10))])
    assert late(told) == [0, 90, 90, 10]
    assert told.known == (False, True, True, True)
    assert told.calls.arrive[1] == calls().arrive[1] + 60


def test_the_trips_own_delay_holds_until_the_first_news():
    told, _ = expect([StopUpdate(3, "", Event(30))], delay=200)
    assert late(told) == [200, 200, 30, 30]
    assert all(told.known)


def test_a_skipped_call_does_not_end_the_delay_but_no_data_does():
    skipped, _ = expect(
        [StopUpdate(1, "", Event(120)), StopUpdate(2, "", relation=StopRelation.SKIPPED)]
    )
    assert late(skipped) == [120, 120, 120, 120]
    assert skipped.skipped == (False, True, False, False)
    silent, _ = expect(
        [StopUpdate(1, "", Event(120)), StopUpdate(2, "", relation=StopRelation.NO_DATA)]
    )
    assert late(silent) == [120, 0, 0, 0]
    assert silent.known == (True, False, False, False)


def test_time_goes_before_delay():
    told, _ = expect([StopUpdate(2, "", None, Event(999, DAWN + calls().depart[1] + 45))])
    assert late(told)[1:] == [45, 45, 45]


def test_a_departure_alone_leaves_the_arrival_as_late_as_was_known():
    told, _ = expect([StopUpdate(1, "", Event(60)), StopUpdate(2, "", None, Event(300))])
    assert told.calls.arrive[1] == calls().arrive[1] + 60
    assert told.calls.depart[1] == calls().depart[1] + 300


def test_early_vehicles_pull_later_calls_forward():
    told, _ = expect([StopUpdate(2, "", Event(-60), Event(-60))])
    assert late(told) == [0, -60, -60, -60]


def test_a_stop_without_a_sequence_is_the_next_call_there():
    loop = calls(EIGHT, ("a", "b", "a", "b"))
    told, problems = expect([StopUpdate(2, "b", Event(5)), StopUpdate(None, "b", Event(50))],
                            planned=loop)  # fmt: skip
    assert late(told, loop) == [0, 5, 5, 50]
    assert not problems


@pytest.mark.parametrize(
    ("update", "field"),
    [
        (StopUpdate(9, "", Event(5)), "stop_time_update[0].stop_sequence"),
        (StopUpdate(2, "c", Event(5)), "stop_time_update[0].stop_id"),
        (StopUpdate(None, "z", Event(5)), "stop_time_update[0].stop_id"),
    ],
)
def test_news_of_no_call_of_the_trip_is_a_problem(update, field):
    told, problems = expect([update])
    assert [problem[0] for problem in problems] == [field]
    assert late(told) == [0, 0, 0, 0]


def test_two_updates_of_a_call_are_a_problem_and_the_first_counts():
    told, problems = expect([StopUpdate(2, "", Event(5)), StopUpdate(None, "b", Event(50))])
    assert late(told)[1] == 5
    assert len(problems) == 1


lates = st.integers(-500, 3600)
news = st.lists(
    st.tuples(st.integers(1, 4), lates, st.sampled_from(list(StopRelation)[:3])),
    max_size=4, unique_by=lambda row: row[0],
).map(sorted)  # fmt: skip


def written(rows):
    return [
        StopUpdate(at, "", None if kind is not StopRelation.SCHEDULED else Event(seconds),
                   relation=kind)
        for at, seconds, kind in rows
    ]  # fmt: skip


@FEW
@given(news, st.none() | lates)
def test_expected_times_never_run_backwards(rows, delay):
    told, _ = expect(written(rows), delay)
    ridden = [at for at in range(4) if not told.skipped[at]]
    assert all(told.calls.depart[at] >= told.calls.arrive[at] for at in ridden)
    assert all(told.calls.arrive[b] >= told.calls.depart[a] for a, b in pairwise(ridden))


@FEW
@given(news, st.none() | lates)
def test_calls_before_the_news_are_as_without_it(rows, delay):
    whole, _ = expect(written(rows), delay)
    for cut in range(len(rows)):
        part, _ = expect(written(rows[:cut]), delay)
        before = rows[cut][0] - 1
        assert part.calls.arrive[:before] == whole.calls.arrive[:before]
        assert part.known[:before] == whole.known[:before]


@FEW
@given(news, st.none() | lates)
def test_moments_tell_the_same_as_delays_and_stops_as_sequences(rows, delay):
    planned = calls()
    moments = [
        StopUpdate(None, STOPS[at - 1], None if kind is not StopRelation.SCHEDULED
                   else Event(None, DAWN + planned.arrive[at - 1] + seconds), relation=kind)
        for at, seconds, kind in rows
    ]  # fmt: skip
    assert expect(moments, delay)[0] == expect(written(rows), delay)[0]


@FEW
@given(st.integers(0, 7200), st.integers(1, 4))
def test_one_delay_shifts_all_that_follows_by_itself(seconds, at):
    told, _ = expect([StopUpdate(at, "", Event(seconds))])
    assert late(told) == [0] * (at - 1) + [seconds] * (5 - at)


@FEW
@given(st.lists(st.integers(1, 900), min_size=2, max_size=8))
def test_without_news_the_timetable_stands(gaps):
    arrive = tuple(sum(gaps[:at]) for at in range(len(gaps)))
    planned = Calls(tuple(range(len(gaps))), tuple(map(str, gaps)), arrive, arrive)
    told, _ = expect([], planned=planned)
    assert told.calls == planned
    assert not any(told.known)
