"""What is known of today, laid over a timetable: late, early, cancelled and added trips.

The rules are those of GTFS-Realtime's TripUpdate: a delay holds at the calls after it until
another is told, calls before the first keep the timetable, a skipped call is passed without a
stop. Departures that run otherwise than planned leave their pattern and form patterns of their
own, split so that none overtakes another there; nothing else is built anew.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from .geometry import great_circle_m
from .patterns import fastest_hops, split_overtaking
from .timetable import Timetable, visits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from numpy.typing import NDArray

UNTOLD = -(2**31)


@dataclass(frozen=True, slots=True)
class CallUpdate:
    """What is told of one call, named by its stop_sequence or, in order of calling, its stop.

    `arrive` and `depart` are seconds of the timetable; without them `arrival_delay` and
    `departure_delay` are seconds later (below 0: earlier) than planned. `no_data` ends the
    delay told before it.
    """

    stop_sequence: int | None = None
    stop_id: str | None = None
    arrive: int | None = None
    depart: int | None = None
    arrival_delay: int | None = None
    departure_delay: int | None = None
    skipped: bool = False
    no_data: bool = False


@dataclass(frozen=True, slots=True)
class TripUpdate:
    """What is told of one departure of a trip.

    `service_date` is the day it belongs to (None: the timetable's). `start_s` is the second of
    the timetable at which it was planned to leave its first stop; a trip that runs by frequency
    needs it.
    """

    trip_id: str
    service_date: date | None = None
    start_s: int | None = None
    cancelled: bool = False
    calls: tuple[CallUpdate, ...] = ()


@dataclass(frozen=True, slots=True)
class AddedTrip:
    """A trip that the timetable lacks: calls are (stop, arrival, departure) in its seconds."""

    trip_id: str
    route_id: str
    calls: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class TripDelays:
    """All that is told of a day."""

    updates: tuple[TripUpdate, ...] = ()
    added: tuple[AddedTrip, ...] = ()


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What was told of something that the timetable does not have."""

    trip_id: str
    problem: str


@dataclass(frozen=True, slots=True)
class Patched:
    """A timetable with delays, and what could not be laid over it."""

    timetable: Timetable
    unmatched: tuple[Unmatched, ...]


@dataclass(slots=True)
class _Group:
    """Departures of one sequence of stops that run otherwise than planned."""

    pattern: int
    skipped: NDArray[np.bool_]
    arrive: list[NDArray[np.int32]] = field(default_factory=list)
    depart: list[NDArray[np.int32]] = field(default_factory=list)
    sequence: list[NDArray[np.int32]] = field(default_factory=list)
    trip: list[int] = field(default_factory=list)
    day: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _New:
    """A pattern to add, in the timetable's own arrays."""

    route: int
    mode: int
    stops: NDArray[np.int32]
    board: NDArray[np.bool_]
    alight: NDArray[np.bool_]
    metres: NDArray[np.int32]
    arrive: NDArray[np.int32]
    depart: NDArray[np.int32]
    sequence: NDArray[np.int32]
    trip: NDArray[np.int32]
    day: NDArray[np.int8]


def patch(timetable: Timetable, delays: TripDelays) -> Patched:
    """Lay what is told over a timetable; what fits nothing is named and left out.

    Of several updates of one departure the last counts.
    """
    problems: list[Unmatched] = []
    told = _departures_told(timetable, delays.updates, problems)
    groups: dict[tuple[int, bytes], _Group] = {}
    for row, update in told.items():
        if not update.cancelled:
            _expect(timetable, row, update, groups, problems)
    fresh = [new for group in groups.values() for new in _split(timetable, group)]
    added, trip_ids = _added(timetable, delays.added, problems)
    left = np.zeros(timetable.trip_start.size, np.bool_)
    left[list(told)] = True
    patched = _append(timetable.without(left), [*fresh, *added], trip_ids)
    return Patched(patched, tuple(problems))


def _departures_told(
    timetable: Timetable, updates: Iterable[TripUpdate], problems: list[Unmatched]
) -> dict[int, TripUpdate]:
    """The timetable's departures that something is told of, and what."""
    index = {trip_id: at for at, trip_id in enumerate(timetable.trip_ids)}
    order = np.argsort(timetable.trip_index, kind="stable")
    bounds = np.searchsorted(timetable.trip_index[order], np.arange(len(index) + 1)).tolist()
    told: dict[int, TripUpdate] = {}
    for update in updates:
        trip = index.get(update.trip_id)
        if trip is None:
            problems.append(Unmatched(update.trip_id, "the timetable has no such trip"))
            continue
        rows = order[bounds[trip] : bounds[trip + 1]]
        if update.start_s is not None:
            rows = rows[timetable.trip_start[rows] == update.start_s]
        if update.start_s is None or update.service_date is not None:
            on = update.service_date or timetable.on
            rows = rows[timetable.trip_day[rows] == (on - timetable.on).days]
        if rows.size != 1:
            told_of = "no departure" if not rows.size else "several departures"
            problems.append(Unmatched(update.trip_id, f"it names {told_of} of the trip"))
            continue
        told[int(rows[0])] = update
    return told


def _expect(
    timetable: Timetable,
    row: int,
    update: TripUpdate,
    groups: dict[tuple[int, bytes], _Group],
    problems: list[Unmatched],
) -> None:
    """Put a departure's expected times into the group of those it may share a pattern with."""
    pattern = int(np.searchsorted(timetable.departure_start, row, "right")) - 1
    begin, end = timetable.call_start[pattern], timetable.call_start[pattern + 1]
    offset = int(timetable.trip_profile[row])
    profile = slice(offset, offset + int(end - begin))
    start, sequence = int(timetable.trip_start[row]), timetable.profile_sequence[profile]
    planned = np.empty(2 * (end - begin), np.int64)
    planned[0::2] = start + timetable.profile_arrive[profile]
    planned[1::2] = start + timetable.profile_depart[profile]
    places = _calls_told(timetable, timetable.call_stop[begin:end], sequence, update, problems)
    times, skipped = expected_times(planned, places)
    group = groups.setdefault((pattern, skipped.tobytes()), _Group(pattern, skipped))
    group.arrive.append(times[0::2].astype(np.int32))
    group.depart.append(times[1::2].astype(np.int32))
    group.sequence.append(sequence)
    group.trip.append(int(timetable.trip_index[row]))
    group.day.append(int(timetable.trip_day[row]))


def _calls_told(
    timetable: Timetable,
    stops: NDArray[np.int32],
    sequence: NDArray[np.int32],
    update: TripUpdate,
    problems: list[Unmatched],
) -> list[tuple[int, CallUpdate]]:
    places: list[tuple[int, CallUpdate]] = []
    after = 0
    for call in update.calls:
        if call.stop_sequence is not None:
            fits = np.flatnonzero(sequence == call.stop_sequence)
        else:
            ids = [timetable.stop_ids[stop] for stop in stops[after:].tolist()]
            fits = np.array([after + ids.index(call.stop_id)] if call.stop_id in ids else [], int)
        if not fits.size:
            which = call.stop_id if call.stop_sequence is None else f"number {call.stop_sequence}"
            problems.append(Unmatched(update.trip_id, f"the trip has no call {which}"))
            continue
        places.append((int(fits[0]), call))
        after = int(fits[0]) + 1
    return sorted(places, key=lambda place: place[0])


def expected_times(
    planned: NDArray[np.int64], told: Sequence[tuple[int, CallUpdate]]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Times now expected, and which calls are skipped.

    `planned` alternates arrival and departure; `told` is by call. A vehicle never leaves a stop
    before it is there, nor arrives before it has left the last.
    """
    late = np.full(planned.size, UNTOLD, np.int64)
    skipped = np.zeros(planned.size // 2, np.bool_)
    for at, call in told:
        skipped[at] = call.skipped
        if call.no_data:
            late[2 * at] = 0
        given = (call.arrive, call.depart)
        for side, delay in enumerate((call.arrival_delay, call.departure_delay)):
            moment = given[side]
            if moment is not None:
                late[2 * at + side] = moment - planned[2 * at + side]
            elif delay is not None:
                late[2 * at + side] = delay
    last = np.maximum.accumulate(np.where(late > UNTOLD, np.arange(late.size), -1))
    times = planned + np.where(last < 0, 0, late[last])
    return np.maximum.accumulate(times), skipped


def _split(timetable: Timetable, group: _Group) -> list[_New]:
    """Patterns of a group in which no departure overtakes another."""
    begin, end = timetable.call_start[group.pattern], timetable.call_start[group.pattern + 1]
    calls = slice(int(begin), int(end))
    model = _New(
        route=int(timetable.pattern_route[group.pattern]),
        mode=int(timetable.pattern_mode[group.pattern]),
        stops=timetable.call_stop[calls],
        board=timetable.call_board[calls] & ~group.skipped,
        alight=timetable.call_alight[calls] & ~group.skipped,
        metres=timetable.call_metres[calls],
        arrive=np.array(group.arrive, np.int32),
        depart=np.array(group.depart, np.int32),
        sequence=np.array(group.sequence, np.int32),
        trip=np.array(group.trip, np.int32),
        day=np.array(group.day, np.int8),
    )
    return _chains(model)


def _chains(model: _New) -> list[_New]:
    order = np.lexsort((model.arrive[:, -1], model.depart[:, 0]))
    arrive, depart = model.arrive[order], model.depart[order]
    start = depart[:, 0].copy()
    alone = np.arange(start.size, dtype=np.int32)
    chain = split_overtaking(start, alone, arrive - start[:, None], depart - start[:, None])
    return [
        replace(
            model,
            arrive=arrive[chain == which],
            depart=depart[chain == which],
            sequence=model.sequence[order][chain == which],
            trip=model.trip[order][chain == which],
            day=model.day[order][chain == which],
        )
        for which in range(int(chain.max()) + 1)
    ]


def _added(
    timetable: Timetable, trips: Iterable[AddedTrip], problems: list[Unmatched]
) -> tuple[list[_New], list[str]]:
    """Patterns of added trips, and the ids of the trips in the order of their numbers."""
    stop_index = {stop_id: at for at, stop_id in enumerate(timetable.stop_ids)}
    route_index = {route_id: at for at, route_id in enumerate(timetable.route_ids)}
    found: dict[tuple[int, tuple[int, ...]], list[tuple[AddedTrip, int]]] = {}
    ids: list[str] = []
    for trip in trips:
        stops = tuple(stop_index.get(stop, -1) for stop, _, _ in trip.calls)
        if trip.route_id not in route_index:
            problems.append(Unmatched(trip.trip_id, f"no route {trip.route_id} runs that day"))
        elif len(stops) < 2 or -1 in stops:
            problems.append(Unmatched(trip.trip_id, "it calls at fewer than two known stops"))
        else:
            same = found.setdefault((route_index[trip.route_id], stops), [])
            same.append((trip, len(timetable.trip_ids) + len(ids)))
            ids.append(trip.trip_id)
    made = [
        new for (route, stops), runs in found.items() for new in _run(timetable, route, stops, runs)
    ]
    return made, ids


def _run(
    timetable: Timetable, route: int, stops: tuple[int, ...], runs: list[tuple[AddedTrip, int]]
) -> list[_New]:
    calls, often = np.array(stops, np.int32), len(runs)
    times = np.array([[call[1:] for call in trip.calls] for trip, _ in runs], np.int64)
    expected = np.maximum.accumulate(times.reshape(often, -1), axis=1).astype(np.int32)
    lat, lon = timetable.stop_lat[calls], timetable.stop_lon[calls]
    hops = great_circle_m(lat[:-1], lon[:-1], lat[1:], lon[1:])
    modes = timetable.pattern_mode[timetable.pattern_route == route]
    everywhere = np.ones(calls.size, np.bool_)
    return _chains(
        _New(
            route=route,
            mode=int(modes[0]),
            stops=calls,
            board=everywhere,
            alight=everywhere,
            metres=np.rint(np.concatenate(([0.0], np.cumsum(hops)))).astype(np.int32),
            arrive=expected[:, 0::2],
            depart=expected[:, 1::2],
            sequence=np.tile(np.arange(1, calls.size + 1, dtype=np.int32), (often, 1)),
            trip=np.array([number for _, number in runs], np.int32),
            day=np.zeros(often, np.int8),
        )
    )


def _append(table: Timetable, new: list[_New], trip_ids: list[str]) -> Timetable:
    """The timetable with patterns added at the end."""
    if not new:
        return table
    starts = [each.depart[:, 0] for each in new]
    profiles, base = [], table.profile_arrive.size
    for each in new:
        rows = np.arange(each.trip.size, dtype=np.int32)
        profiles.append((base + rows * each.stops.size).astype(np.int32))
        base += each.arrive.size
    own = [
        (each.arrive - start[:, None], each.depart - start[:, None])
        for each, start in zip(new, starts, strict=True)
    ]
    fastest = [fastest_hops(arrive, depart) for arrive, depart in own]
    sequences = [each.sequence.ravel() for each in new]
    call_stop = np.concatenate((table.call_stop, *(each.stops for each in new)))
    call_start = _lengthen(table.call_start, [each.stops.size for each in new])
    return replace(
        table,
        trip_ids=(*table.trip_ids, *trip_ids),
        trip_wheelchair=np.append(table.trip_wheelchair, np.zeros(len(trip_ids), np.int8)),
        pattern_route=np.append(table.pattern_route, np.array([n.route for n in new], np.int32)),
        pattern_mode=np.append(table.pattern_mode, np.array([n.mode for n in new], np.int8)),
        call_start=call_start,
        call_stop=call_stop,
        call_board=np.concatenate((table.call_board, *(n.board for n in new))),
        call_alight=np.concatenate((table.call_alight, *(n.alight for n in new))),
        call_metres=np.concatenate((table.call_metres, *(n.metres for n in new))),
        call_fastest_s=np.concatenate((table.call_fastest_s, *fastest)),
        departure_start=_lengthen(table.departure_start, [n.trip.size for n in new]),
        trip_start=np.concatenate((table.trip_start, *starts)),
        trip_profile=np.concatenate((table.trip_profile, *profiles)),
        trip_index=np.concatenate((table.trip_index, *(n.trip for n in new))),
        trip_day=np.concatenate((table.trip_day, *(n.day for n in new))),
        profile_arrive=np.concatenate((table.profile_arrive, *(a.ravel() for a, _ in own))),
        profile_depart=np.concatenate((table.profile_depart, *(d.ravel() for _, d in own))),
        profile_sequence=np.concatenate((table.profile_sequence, *sequences)),
        **visits(call_stop, call_start, table.stops),
    )  # fmt: skip


def _lengthen(bounds: NDArray[np.int32], lengths: list[int]) -> NDArray[np.int32]:
    return np.concatenate((bounds, bounds[-1] + np.cumsum(lengths))).astype(np.int32)
