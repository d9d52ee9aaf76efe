"""`balai transit`: feeds, plans and prices."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "fares-v2": "balai.transit.commands.fares_v2:fares_v2",
        "import": "balai.transit.commands.import_feed:import_feed",
        "import-runs": "balai.transit.commands.import_runs:import_runs",
        "plan": "balai.transit.commands.plan:plan",
        "price": "balai.transit.commands.price:price",
        "reach": "balai.transit.commands.reach:reach",
        "simulate": "balai.transit.commands.simulate:simulate",
        "settle": "balai.transit.commands.settle:settle",
    },
)
def group() -> None:
    """One integrated fare: import feeds, plan trips, price taps."""
