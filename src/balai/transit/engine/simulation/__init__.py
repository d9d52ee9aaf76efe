"""Replaying taps under several tariffs: what each brings in, and who pays more or less."""

from __future__ import annotations

from balai.transit.engine.simulation.outcome import (
    Change,
    Outcome,
    Response,
    RouteSubsidy,
    responses,
    subsidies,
)
from balai.transit.engine.simulation.replay import (
    LABELS,
    NONE,
    NUMBERS,
    Entitlements,
    Replay,
    UnpricedModeError,
)

__all__ = [
    "LABELS",
    "NONE",
    "NUMBERS",
    "Change",
    "Entitlements",
    "Outcome",
    "Replay",
    "Response",
    "RouteSubsidy",
    "UnpricedModeError",
    "responses",
    "subsidies",
    "warm",
]


def warm() -> None:
    """Compile the passes, or load their compiled code, by replaying two taps."""
    import pyarrow as pa

    from balai.transit.engine.fares.tariff import tariff_from_parameters

    tariff = tariff_from_parameters(
        "warm",
        {
            "rule": "per-boarding", "zone": "UTC", "mode_price": {"brt": 1}, "transfer_seconds": 0,
            "limit_inclusive": True, "missed_tap_out": "base-price", "orphan_tap_out": "reported",
            "tap_out_matches": "card", "longest_ride_seconds": 60, "same_second": "tap-out-first",
        },
    )  # fmt: skip
    numbers = {"card": [0, 0], "at": [0, 60], "direction": [1, 0], "mode": [0, 0]}
    numbers |= {"metres": [-1, 1000], "tap": [0, 1]}
    taps = pa.table({**numbers, "route_id": ["", ""], "place": ["", ""]})
    Replay((tariff, tariff), 0, share=0.999999)(taps)
