"""A comparison of fare rules over the made-up riders' last four weeks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from balai.kernel.access.origin import Origin
from balai.transit.actions.simulate import Span, Wish, compare, compute
from balai.transit.demo.days import last_day
from balai.transit.queries.simulation import latest, tariff_now

WEEKS = timedelta(days=27)
CHEAPER_BY_DISTANCE = {"per_km": 200, "cap": 9_000}
DEARER_BUS = {"base": 2_000, "mode_price.brt": 4_000}


def simulate(city: str, progress: Callable[[str], None]) -> None:
    """Compare today's rule with two others, unless something was compared already."""
    if latest(city) is not None:
        return
    progress(f"{city.title()}: comparing fare rules over four weeks")
    name = tariff_now(city)
    wishes = [Wish(name), Wish(name, CHEAPER_BY_DISTANCE), Wish(name, DEARER_BUS)]
    last = last_day(city)
    span = Span(last - WEEKS, last)
    made = compare(city, wishes, span, origin=Origin("demonstration"), queued=False)
    if not made.finished:
        compute(made.id)
