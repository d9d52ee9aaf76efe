"""A small day of visits for tests, and a solution of it that keeps every rule."""

from __future__ import annotations

import math
import random
from copy import deepcopy
from typing import Any

# The office at 0 on a line; p1 at 10, p2 at 20, p3 at 30, p4 at 40.
PLACES = [0, 10, 20, 30, 40]


def visit(name: str, window: list[float], *services: str, **said: Any) -> dict[str, Any]:
    """A visit of ten minutes a service."""
    wanted = [{"service": service, "duration": 10} for service in services]
    return {"id": name, "time_window": window, "required_caregivers": wanted, **said}


DAY = {
    "patients": [
        visit("p1", [0, 30], "wound care"),
        visit(
            "p2", [30, 60], "injection", "physiotherapy",
            synchronization={"type": "simultaneous"},
        ),
        visit(
            "p3", [60, 90], "injection", "meal",
            synchronization={"type": "sequential", "distance": [20, 40]},
        ),
        visit("p4", [0, 100], "meal"),
    ],
    "services": [],
    "caregivers": [
        {"id": "nurse", "abilities": ["wound care", "injection"]},
        {"id": "aide", "abilities": ["physiotherapy", "meal", "wound care"]},
    ],
    "central_offices": [{"id": "office"}],
    "distances": [[abs(one - other) for other in PLACES] for one in PLACES],
}  # fmt: skip


def stop(patient: str, service: str, start: float, duration: float = 10) -> dict[str, Any]:
    """A stop as a solution's file says it."""
    return {
        "patient_id": patient, "service_id": service,
        "arrival_time": start, "departure_time": start + duration,
    }  # fmt: skip


KEPT = {
    "routes": [
        {
            "caregiver_id": "nurse",
            "locations": [
                stop("p1", "wound care", 10), stop("p2", "injection", 30),
                stop("p3", "injection", 60),
            ],
        },
        {
            "caregiver_id": "aide",
            "locations": [
                stop("p2", "physiotherapy", 30), stop("p3", "meal", 95), stop("p4", "meal", 115),
            ],
        },
    ]
}  # fmt: skip


def day() -> dict[str, Any]:
    """The day, to be changed at will."""
    return deepcopy(DAY)


def kept() -> dict[str, Any]:
    """The solution, to be changed at will: 60 and 80 driven, p3's meal 5 late, p4's 15."""
    return deepcopy(KEPT)


def random_day(seed: int, visits: int = 8, carers: int = 4) -> dict[str, Any]:
    """A day by chance: a third of the visits need two, together or one after the other."""
    chance = random.Random(seed)
    places = [(chance.randrange(60), chance.randrange(60)) for _ in range(visits + 1)]
    patients = []
    for number in range(visits):
        opens = chance.randrange(0, 300)
        said: dict[str, Any] = {}
        wanted = [chance.choice("abc")]
        if chance.random() < 0.35:
            wanted.append(chance.choice("abc"))
            least = chance.randrange(0, 40)
            said["synchronization"] = chance.choice(
                [
                    {"type": "simultaneous"},
                    {"type": "sequential", "distance": [least, least + chance.randrange(0, 40)]},
                ]
            )
        patients.append(visit(f"p{number}", [opens, opens + 60], *wanted, **said))
    # The first two can do everything, so that every visit can be given.
    skills = [list("abc"), list("abc"), *(chance.sample("abc", 2) for _ in range(carers - 2))]
    return {
        "patients": patients,
        "caregivers": [{"id": f"c{at}", "abilities": each} for at, each in enumerate(skills)],
        "distances": [[math.dist(one, other) for other in places] for one in places],
    }
