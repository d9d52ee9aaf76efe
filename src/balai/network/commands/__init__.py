"""`balai network`: formulas, and counting again."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup


@click.group(
    cls=LazyGroup,
    lazy={
        "formula": "balai.network.commands.formula:formula",
        "recompute": "balai.network.commands.recompute:recompute",
    },
)
def group() -> None:
    """Action plans that report themselves: formulas and indicators."""
