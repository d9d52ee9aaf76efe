"""Jakarta with its tariffs, and taps as validators send them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 0, 10, tzinfo=UTC)
"""07:10 in Jakarta on a Monday."""


@pytest.fixture
def jakarta(db: None) -> str:
    from balai.kernel.regions.actions import install_cities
    from balai.transit.actions.tariffs_in_force import put_in_force
    from balai.transit.queries.tariff_versions import forget_laws

    forget_laws()
    install_cities()
    put_in_force("jakarta", "ok-otrip-trial", date(2018, 1, 15))
    put_in_force("jakarta", "jaklingko-integrated", date(2022, 8, 11))
    return "jakarta"


@pytest.fixture
def tap() -> Callable[..., dict[str, Any]]:
    """A tap as the API takes it; `minute` counts from 07:10 in Jakarta on 23 November 2026."""
    counters: dict[str, int] = {}

    def make(card: str, minute: float, direction: str, mode: str, **more: Any) -> dict[str, Any]:
        validator = more.pop("validator", f"V-{mode}")
        counters[validator] = counters.get(validator, 0) + 1
        begin = more.pop("begin", MORNING)
        return {
            "validator": validator,
            "sequence": counters[validator],
            "card": card,
            "at": (begin + timedelta(minutes=minute)).isoformat(),
            "direction": direction,
            "mode": mode,
            **more,
        }

    return make
