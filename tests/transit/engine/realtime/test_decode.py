"""Messages read: what is told, and what is wrong by entity and field."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balai.transit.engine.realtime import RealtimeRefused, decode, merge
from balai.transit.engine.realtime.messages import StopRelation, TripRelation
from transit.engine.realtime.making import DAWN, MONDAY, NOON, call, message, update


def fields(dataset):
    return [(problem.entity, problem.field) for problem in dataset.problems]


def test_a_trip_update_is_read_whole():
    made = message()
    told = update(made, start_date="20261123", start_time="25:10:00", schedule_relationship=2)
    told.delay = 60
    told.vehicle.id = "B 7001"
    call(told, sequence=2, stop="b", arrival=90, departs=NOON)
    call(told, sequence=3, relation=1)
    dataset = decode(made.SerializeToString())
    (found,) = dataset.updates
    assert dataset.at == NOON
    assert not dataset.problems
    assert found.trip.start_date == MONDAY
    assert found.trip.start_s == 25 * 3600 + 600
    assert found.trip.relation is TripRelation.UNSCHEDULED
    assert (found.delay, found.vehicle) == (60, "B 7001")
    assert found.stops[0].arrival.delay == 90
    assert found.stops[0].departure.time == NOON
    assert found.stops[1].relation is StopRelation.SKIPPED


def test_a_vehicle_keeps_its_odometer_and_the_entity_names_one_without_a_name():
    made = message()
    told = made.entity.add(id="v9").vehicle
    told.position.latitude, told.position.longitude = -6.2, 106.8
    told.position.odometer = 1234.5
    told.trip.trip_id = "t"
    dataset = decode(made.SerializeToString())
    (vehicle,) = dataset.vehicles
    assert (vehicle.vehicle, vehicle.odometer, vehicle.at) == ("v9", 1234.5, NOON)
    assert vehicle.lat == pytest.approx(-6.2)
    assert fields(dataset) == [("v9", "vehicle.vehicle.id")]


@pytest.mark.parametrize(
    ("lat", "lon"), [(0.0, 0.0), (91.0, 0.0), (float("nan"), 106.8), (1.0, 181.0)]
)
def test_a_position_off_the_globe_is_a_problem_and_no_vehicle(lat, lon):
    made = message()
    told = made.entity.add(id="v").vehicle
    told.vehicle.id = "B 1"
    told.position.latitude, told.position.longitude = lat, lon
    dataset = decode(made.SerializeToString())
    assert not dataset.vehicles
    assert fields(dataset) == [("v", "vehicle.position")]


def test_an_alert_is_read_with_its_words_and_periods():
    made = message()
    told = made.entity.add(id="x").alert
    told.header_text.translation.add(text="Halte tutup", language="id")
    told.header_text.translation.add(text="Stop closed", language="en")
    told.informed_entity.add(stop_id="b")
    told.active_period.add(start=DAWN, end=NOON)
    told.effect = 1
    (alert,) = decode(made.SerializeToString()).alerts
    assert alert.header == {"id": "Halte tutup", "en": "Stop closed"}
    assert alert.effect == "NO_SERVICE"
    assert alert.holds_at(DAWN)
    assert alert.holds_at(NOON - 1)
    assert not alert.holds_at(NOON)


def test_faults_name_entity_and_field_and_the_rest_is_read():
    made = message()
    told = update(made, "1", start_date="2026-11-23", start_time="7.30")
    call(told, sequence=1, arrival=100_000)
    call(told, relation=0, arrival=5)
    call(told, sequence=2)
    call(told, sequence=3, relation=2, arrival=5)
    call(told, sequence=4, arrives=NOON * 1000)
    call(told, sequence=5, departure=7)
    made.entity.add(id="2").trip_update.trip.route_id = "r"
    made.entity.add(id="1").trip_update.trip.trip_id = "again"
    dataset = decode(made.SerializeToString())
    (found,) = dataset.updates
    assert [stop.sequence for stop in found.stops] == [3, 5]
    assert found.stops[0].arrival is None
    assert {
        ("1", "trip_update.trip.start_date"),
        ("1", "trip_update.trip.start_time"),
        ("1", "trip_update.stop_time_update[0].arrival.delay"),
        ("1", "trip_update.stop_time_update[1]"),
        ("1", "trip_update.stop_time_update[4].arrival.time"),
        ("2", "trip_update.trip.trip_id"),
        ("1", "id"),
    } <= set(fields(dataset))


@pytest.mark.parametrize("content", [b"", b"\xff\xff\xff", b"<html>no feed here</html>"])
def test_what_is_no_message_is_refused_with_a_remedy(content):
    with pytest.raises(RealtimeRefused) as refused:
        decode(content)
    assert refused.value.remedy


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    with contextlib.suppress(RealtimeRefused):
        decode(content)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_any_entity_behind_a_good_header_is_read_or_refused(content):
    with contextlib.suppress(RealtimeRefused):
        decode(message().SerializeToString() + b"\x12" + bytes([len(content) % 128]) + content)


def test_differences_replace_add_and_delete():
    before = message(NOON)
    for entity in ("1", "2", "3"):
        update(before, entity, f"trip-{entity}")
    news = message(NOON + 30, differential=True)
    update(news, "2", "trip-2").delay = 120
    update(news, "4", "trip-4")
    news.entity.add(id="3", is_deleted=True)
    whole = merge(before.SerializeToString(), news.SerializeToString())
    dataset = decode(whole)
    assert {each.entity: each.delay for each in dataset.updates} == {"1": None, "2": 120, "4": None}
    assert dataset.at == NOON + 30
    assert decode(merge(whole, message(NOON + 60).SerializeToString())).updates == ()


def test_a_message_from_before_and_differences_to_nothing_are_refused():
    whole = merge(None, message(NOON).SerializeToString())
    with pytest.raises(RealtimeRefused, match="older"):
        merge(whole, message(NOON - 1).SerializeToString())
    with pytest.raises(RealtimeRefused, match="before any whole"):
        merge(None, message(NOON, differential=True).SerializeToString())
