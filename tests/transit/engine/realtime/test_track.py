"""Vehicles' positions kept in parts and read as one track."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np

from balai.transit.engine.realtime import TripRef, VehicleReport
from balai.transit.engine.realtime.track import pack, service_day, unpack
from transit.engine.realtime.making import DAWN, MONDAY


def report(vehicle, at, **more):
    trip = more.pop("trip", TripRef("t", "r", start_s=3600))
    return VehicleReport("e", vehicle, trip, -6.2, 106.8, at, **more)


def test_parts_come_back_in_the_order_of_vehicle_and_time_each_second_once():
    first = pack([report("b", 30, odometer=12.5), report("a", 20)])
    second = pack([report("a", 10), report("a", 20)])
    track = unpack([(first, False), (second, True)])
    assert track.vehicle.tolist() == ["a", "a", "b"]
    assert track.at.tolist() == [10, 20, 30]
    assert np.isnan(track.odometer[:2]).all()
    assert track.odometer[2] == 12.5
    assert track.trip_start.tolist() == [3600] * 3
    assert (track.trip[0], track.route[0]) == ("t", "r")
    assert track.generated.tolist() == [True, False, False]


def test_no_parts_are_an_empty_track():
    assert len(unpack([])) == 0


def test_a_report_belongs_to_the_day_its_trip_began_else_to_the_citys_day():
    zone = ZoneInfo("Asia/Jakarta")
    assert service_day(report("a", DAWN + 60), zone) == MONDAY
    night = report("a", DAWN + 86_400 + 60, trip=TripRef("t", start_date=MONDAY))
    assert service_day(night, zone) == MONDAY
