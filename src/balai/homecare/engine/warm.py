"""`python -m balai.homecare.engine.warm`: compile the solver's kernels and keep them."""

from __future__ import annotations

from balai.homecare.engine.routing import read_instance
from balai.homecare.engine.routing.solving import Solver

# Two visits, one of which needs two caregivers at once.
SMALLEST = {
    "patients": [
        {
            "id": "a",
            "time_window": [0, 1],
            "required_caregivers": [{"service": "s", "duration": 1}] * 2,
            "synchronization": {"type": "simultaneous"},
        },
        {
            "id": "b",
            "time_window": [0, 1],
            "required_caregivers": [{"service": "s", "duration": 1}],
        },
    ],
    "caregivers": [{"id": "x", "abilities": ["s"]}, {"id": "y", "abilities": ["s"]}],
    "distances": [[0, 1, 1], [1, 0, 1], [1, 1, 0]],
}


def warm() -> None:
    """Solve the smallest day, so that numba compiles and keeps every kernel."""
    for _ in Solver(read_instance(SMALLEST), 1).run(100):
        pass


if __name__ == "__main__":
    warm()
