"""How `balai transit plan` writes journeys: as JSON, and for a person at a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from balai.transit.engine.planner import Journey, Leg, Timetable


def journey_as_dict(timetable: Timetable, journey: Journey) -> dict[str, Any]:
    """A journey as JSON has it: moments in ISO 8601 in the feed's zone."""
    return {
        "depart": timetable.instant(journey.depart).isoformat(),
        "arrive": timetable.instant(journey.arrive).isoformat(),
        "transfers": journey.transfers,
        "fare": journey.fare,
        "legs": [_leg_as_dict(timetable, leg) for leg in journey.legs],
    }


def _leg_as_dict(timetable: Timetable, leg: Leg) -> dict[str, Any]:
    return {
        "mode": leg.mode,
        "route_id": leg.route_id,
        "trip_id": leg.trip_id,
        "from_stop": leg.from_stop,
        "to_stop": leg.to_stop,
        "depart": timetable.instant(leg.depart).isoformat(),
        "arrive": timetable.instant(leg.arrive).isoformat(),
        "stops": list(leg.stops),
        "metres": leg.metres,
        "fare": leg.fare,
    }


def journey_as_text(timetable: Timetable, journey: Journey) -> str:
    """A journey for a person at a terminal."""
    names = dict(zip(timetable.stop_ids, timetable.stop_names, strict=True))

    def clock(seconds: int) -> str:
        return f"{timetable.instant(seconds):%H:%M}"

    minutes = timedelta(seconds=journey.arrive - journey.depart) // timedelta(minutes=1)
    fare = "" if journey.fare is None else f", {_rupiah(journey.fare)}"
    lines = [
        f"{clock(journey.depart)} to {clock(journey.arrive)}, {minutes} min, "
        f"{journey.transfers} {'transfer' if journey.transfers == 1 else 'transfers'}{fare}"
    ]
    for leg in journey.legs:
        begin = names.get(leg.from_stop or "", "start")
        end = names.get(leg.to_stop or "", "destination")
        what = f"walk {leg.metres} m" if leg.route_id is None else f"{leg.mode} {leg.route_id}"
        paid = f"  {_rupiah(leg.fare)}" if leg.fare else ""
        lines.append(f"  {clock(leg.depart)} {begin} - {clock(leg.arrive)} {end}  {what}{paid}")
    return "\n".join(lines)


def _rupiah(amount: int) -> str:
    return f"Rp{amount:,}".replace(",", ".")
