"""What the planner cannot answer, in words for who asked."""

from __future__ import annotations

from typing import Literal


class UnboundedFareStateError(ValueError):
    """One to all was asked under a tariff whose fare cannot be followed in finitely many states."""

    def __init__(self, tariff: str, horizon_s: int) -> None:
        super().__init__(
            f"the fare of {tariff} over {horizon_s} s has no finite set of states: "
            "ask for a shorter horizon, or plan from point to point"
        )


class NoStopWithinReachError(ValueError):
    """No stop can be walked to from one of the two places, nor the one from the other."""

    def __init__(
        self, end: Literal["from", "to"], point: tuple[float, float], max_walk_m: float
    ) -> None:
        super().__init__(f"no stop within {max_walk_m:g} m of {point[0]:.6f},{point[1]:.6f}")
        self.end, self.point, self.max_walk_m = end, point, max_walk_m
