"""Delay along a trip, as the specification propagates it (reference, StopTimeUpdate).

News of a call holds for the calls after it until the next news. A call SKIPPED is passed over and
does not end the propagation; NO_DATA does: from there on the timetable stands. The trip's own
delay holds until the first call with news. Where both are given, time goes before delay.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .messages import Event, StopRelation, StopUpdate
from .schedule import Calls

Report = Callable[[str, object, str, str], None]


@dataclass(frozen=True, slots=True)
class Forecast:
    """A run as it is expected, call by call, in the order of its timetable.

    Seconds after the service day's start. `known`: the call's times come from a report;
    otherwise they are the timetable's. `skipped`: the vehicle does not call there.
    """

    calls: Calls
    skipped: tuple[bool, ...]
    known: tuple[bool, ...]


def propagate(
    calls: Calls, updates: Sequence[StopUpdate], delay: int | None, epoch: int, report: Report
) -> Forecast:
    """Expected times of a run whose service day begins at `epoch`.

    `report(field, value, problem, remedy)` is told of updates that fit no call; they are left
    out. Expected times never run backwards along a trip: where a report would have them do so,
    the later call is as late as the one before.
    """
    news = place(calls, updates, report)
    arrive, depart = list(calls.arrive), list(calls.depart)
    known = [False] * len(calls)
    skipped = [False] * len(calls)
    carried = delay
    for at in range(len(calls)):
        told = news.get(at)
        relation = told.relation if told else None
        if told is None or relation is StopRelation.SKIPPED:
            skipped[at] = relation is StopRelation.SKIPPED
            arrival = departure = carried
        elif relation is StopRelation.NO_DATA:
            arrival = departure = carried = None
        else:
            arrival, departure = _late(calls, at, told, carried, epoch)
            carried = departure
        known[at] = arrival is not None
        arrive[at] += arrival or 0
        depart[at] += departure or 0
    _forwards(arrive, depart, skipped)
    shown = Calls(calls.sequences, calls.stops, tuple(arrive), tuple(depart))
    return Forecast(shown, tuple(skipped), tuple(known))


def place(calls: Calls, updates: Sequence[StopUpdate], report: Report) -> Mapping[int, StopUpdate]:
    """Updates by the call they speak of: by stop_sequence, else the next call at that stop."""
    by_sequence = {sequence: at for at, sequence in enumerate(calls.sequences)}
    news: dict[int, StopUpdate] = {}
    last = -1
    for number, update in enumerate(updates):
        at = _call(calls, by_sequence, update, last, f"stop_time_update[{number}]", report)
        if at is None:
            continue
        if at in news:
            report(f"stop_time_update[{number}]", update.stop_id or update.sequence,
                   "this call had its news already", "Give one update a call")  # fmt: skip
            continue
        if at < last:
            report(f"stop_time_update[{number}]", update.sequence, "comes after a later call",
                   "Sort updates by stop_sequence")  # fmt: skip
        news[at] = update
        last = max(last, at)
    return news


def _call(
    calls: Calls, by_sequence: Mapping[int, int], update: StopUpdate, last: int, field: str,
    report: Report,
) -> int | None:  # fmt: skip
    if update.sequence is not None:
        at = by_sequence.get(update.sequence)
        if at is None:
            report(f"{field}.stop_sequence", update.sequence, "the trip has no such call",
                   "Give a stop_sequence of the trip")  # fmt: skip
        elif update.stop_id and update.stop_id != calls.stops[at]:
            report(f"{field}.stop_id", update.stop_id,
                   f"the call {update.sequence} is at {calls.stops[at]}",
                   "Give the stop of that stop_sequence, or one of the two alone")  # fmt: skip
            return None
        return at
    found = [at for at, stop in enumerate(calls.stops) if stop == update.stop_id]
    if not found:
        report(f"{field}.stop_id", update.stop_id, "the trip does not call there",
               "Give a stop of the trip")  # fmt: skip
        return None
    ahead = [at for at in found if at > last]
    if len(found) > 1 and not ahead:
        report(f"{field}.stop_id", update.stop_id, "the trip calls there more than once",
               "Give stop_sequence")  # fmt: skip
        return None
    return ahead[0] if len(found) > 1 else found[0]


def _late(
    calls: Calls, at: int, told: StopUpdate, carried: int | None, epoch: int
) -> tuple[int, int]:
    """Seconds late on arrival and on departure at a call that has news of its own."""
    arrival = lateness(told.arrival, epoch + calls.arrive[at])
    departure = lateness(told.departure, epoch + calls.depart[at])
    if arrival is None and departure is None:
        return carried or 0, carried or 0
    if departure is None:
        assert arrival is not None
        return arrival, arrival
    if arrival is None:
        # It cannot arrive after it leaves; how late it arrives is what was last known.
        latest = departure + calls.depart[at] - calls.arrive[at]
        return min(departure if carried is None else carried, latest), departure
    return arrival, departure


def lateness(event: Event | None, scheduled: int) -> int | None:
    """Seconds late of an event planned for `scheduled` (epoch seconds); time before delay."""
    if event is None:
        return None
    return event.time - scheduled if event.time is not None else event.delay


def _forwards(arrive: list[int], depart: list[int], skipped: Sequence[bool]) -> None:
    """Let no call come before the one before it."""
    latest = None
    for at in range(len(arrive)):
        if skipped[at]:
            continue
        if latest is not None:
            arrive[at] = max(arrive[at], latest)
        depart[at] = max(depart[at], arrive[at])
        latest = depart[at]
