"""An oracle that tries everything: every trip, every stop to leave it, every wait.

Fares are those of the fare engine's plain rules; dominance is applied at the very end only.
"""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from balai.transit.engine.fares import Mode
from balai.transit.engine.fares.reference import Boarding, price_boardings
from transit.engine.planner.connection_scan import metres_between, seconds
from transit.engine.planner.networks import MODES, ON


def all_journeys(network, tariff, origin, destination, depart_at, *, max_rides, horizon_s,
                 **walking):  # fmt: skip
    """Set of (arrival, transfers, fare) that no other journey equals or beats."""
    found = every_journey(network, tariff, origin, destination, depart_at, max_rides=max_rides,
                          last_s=depart_at + horizon_s, **walking)  # fmt: skip
    return best({cost[1:] for cost in found})


def journeys_in_time(network, tariff, origin, destination, arrive_at, *, max_rides, horizon_s,
                     **walking):  # fmt: skip
    """Set of (less the departure, transfers, fare) of those there by then that none beats."""
    found = every_journey(network, tariff, origin, destination, arrive_at - horizon_s,
                          max_rides=max_rides, last_s=arrive_at, arrive_at=arrive_at,
                          **walking)  # fmt: skip
    return best({(-left, rides, fare) for left, _, rides, fare in found})


def journeys_within(network, tariff, origin, destination, begin, end, *, max_rides, horizon_s,
                    **walking):  # fmt: skip
    """Set of (departure, arrival, transfers, fare) of those leaving in a span that none beats."""
    found = every_journey(network, tariff, origin, destination, begin, max_rides=max_rides,
                          last_s=end + horizon_s, leave_by=end, **walking)  # fmt: skip
    kept = {(-left, there, rides, fare) for left, there, rides, fare in found
            if left <= end and there <= left + horizon_s}  # fmt: skip
    return {(-left, *rest) for left, *rest in best(kept)}


def best(ends):
    return {one for one in ends if not any(beats(other, one) for other in ends)}


def every_journey(network, tariff, origin, destination, depart_at, *, max_rides, last_s,
                  max_walk_m=800.0, between_m=400.0, speed=1.25, leave_by=None,
                  arrive_at=None):  # fmt: skip
    """Set of (departure, arrival, transfers, fare) of every journey.

    A walk all the way leaves at `depart_at`, at `leave_by`, or to be there at `arrive_at`.
    """
    tables = network.tables
    stops = {row["stop_id"]: (row["stop_lat"], row["stop_lon"])
             for row in tables["stops"].iter_rows(named=True)}  # fmt: skip
    modes = {
        row["route_id"]: next(
            code for code, (desc, kind) in MODES.items()
            if (row["route_desc"] or "", row["route_type"]) == (desc, kind)
        )
        for row in tables["routes"].iter_rows(named=True)
    }  # fmt: skip
    calls = {}
    for row in tables["stop_times"].sort("trip_id", "stop_sequence").iter_rows(named=True):
        calls.setdefault(row["trip_id"], []).append(row)
    trips = [
        (Mode[modes[route].upper()], calls[trip_id], metres_of(calls[trip_id], stops))
        for trip_id, route in tables["trips"].select("trip_id", "route_id").iter_rows()
    ]  # fmt: skip
    midnight = int(datetime(ON.year, ON.month, ON.day, tzinfo=ZoneInfo("Asia/Jakarta")).timestamp())
    apart = {(a, b): float(metres_between(*stops[a], *stops[b])) for a in stops for b in stops}
    out = {s: float(metres_between(*stops[s], *destination)) for s in stops}
    ends = set()

    def ride_from(ready, boardings, first=None, board_at=None):
        if len(boardings) == max_rides:
            return
        for mode, rows, metres in trips:
            if tariff is not None and mode not in tariff.modes:
                continue
            for at, row in enumerate(rows[:-1]):
                if row["pickup_type"] == 1 or ready.get(row["stop_id"], 1e9) > row["departure_s"]:
                    continue
                for off in range(at + 1, len(rows)):
                    alight = rows[off]
                    arrive = alight["arrival_s"]
                    if alight["drop_off_type"] == 1 or arrive > last_s:
                        continue
                    tap_in, tap_out = midnight + row["departure_s"], midnight + arrive
                    if not boardings:
                        first, board_at = row["departure_s"], row["stop_id"]
                    ridden = metres[off] - metres[at]
                    taken = [*boardings, Boarding(mode, tap_in, tap_out, ridden)]
                    stop = alight["stop_id"]
                    if out[stop] <= max_walk_m:
                        there = arrive + seconds(out[stop], speed)
                        if there <= last_s:
                            fare = fare_of(taken, tariff)
                            ends.add((first - access_s[board_at], there, len(taken) - 1, fare))
                    walked = {
                        to: arrive + seconds(apart[stop, to], speed)
                        for to in stops
                        if apart[stop, to] <= between_m
                    }
                    ride_from(walked, taken, first, board_at)

    access = {s: float(metres_between(*origin, *stops[s])) for s in stops}
    access_s = {s: seconds(m, speed) for s, m in access.items() if m <= max_walk_m}
    ride_from({s: depart_at + walked for s, walked in access_s.items()}, [])
    direct = float(metres_between(*origin, *destination))
    if direct <= max_walk_m:
        walked = seconds(direct, speed)
        leave = depart_at if leave_by is None else leave_by
        leave = leave if arrive_at is None else arrive_at - walked
        if leave_by is not None:  # at any second of the span: what takes no less is no use
            ends = {end for end in ends if end[1] - end[0] < walked}
        ends.add((leave, leave + walked, 0, 0))
    return ends


def beats(other, one):
    return other != one and all(a <= b for a, b in zip(other, one, strict=True))


def fare_of(boardings, tariff):
    return 0 if tariff is None else sum(row.charge for row in price_boardings(boardings, tariff))


def metres_of(rows, stops):
    """Whole metres along a trip's stops, as the planner counts them."""
    total, along = 0.0, [0]
    for a, b in pairwise(rows):
        total += float(metres_between(*stops[a["stop_id"]], *stops[b["stop_id"]]))
        along.append(round(total))
    return along
