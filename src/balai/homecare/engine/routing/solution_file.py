"""Reading and writing a solution: who goes where, and when each service starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .document import Reading


@dataclass(frozen=True, slots=True)
class Stop:
    """A service given: when it starts (`arrival_time` in the file) and ends."""

    patient_id: str
    service_id: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Route:
    """A caregiver's stops in their order."""

    caregiver_id: str
    stops: tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Solution:
    """The routes of a day; a caregiver without a route stays at the office."""

    routes: tuple[Route, ...]


def read_solution(document: Any) -> Solution:
    """The solution that a parsed JSON document says, whether or not it fits a problem.

    Stops name `patient_id` and `service_id`, or `patient` and `service`. Raises
    InstanceRefusedError with all that is not a solution's.
    """
    reading = Reading()
    routes = []
    for at, route in enumerate(reading.items(document, "routes")):
        where = f"routes[{at}]"
        caregiver = reading.text(route, "caregiver_id", where, "caregiver")
        # Who stays at the office may have no list at all.
        stops = reading.items(route, "locations", f"{where}.") if "locations" in route else []
        told = tuple(
            _stop(reading, stop, f"{where}.locations[{number}]")
            for number, stop in enumerate(stops)
        )
        routes.append(Route(caregiver, told))
    reading.refuse_if_short()
    return Solution(tuple(routes))


def as_document(solution: Solution) -> dict[str, Any]:
    """The JSON document of a solution."""
    return {
        "routes": [
            {
                "caregiver_id": route.caregiver_id,
                "locations": [
                    {
                        "patient_id": stop.patient_id,
                        "service_id": stop.service_id,
                        "arrival_time": stop.start,
                        "departure_time": stop.end,
                    }
                    for stop in route.stops
                ],
            }
            for route in solution.routes
        ]
    }


def _stop(reading: Reading, stop: dict[str, Any], where: str) -> Stop:
    return Stop(
        reading.text(stop, "patient_id", where, "patient"),
        reading.text(stop, "service_id", where, "service"),
        reading.number(stop.get("arrival_time"), f"{where}.arrival_time"),
        reading.number(stop.get("departure_time"), f"{where}.departure_time"),
    )
