"""`balai homecare`: routes of visiting teams, solved and checked."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "check": "balai.homecare.commands.check:check",
        "solve": "balai.homecare.commands.solve:solve",
    },
)
def group() -> None:
    """Visits at home: plan a day's routes, and check them."""
