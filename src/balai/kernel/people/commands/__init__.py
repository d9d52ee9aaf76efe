"""`balai people`: check numbers, look residents up, join accounts."""

from __future__ import annotations

import click

from balai.kernel.commands import LazyGroup

LAZY = {
    "check-nik": "balai.kernel.people.commands.check_nik:check_nik",
    "import": "balai.kernel.people.intake.commands:import_residents",
    "rejected": "balai.kernel.people.intake.commands:rejected",
    "retry": "balai.kernel.people.intake.commands:retry",
    "link-account": "balai.kernel.people.commands.link_account:link",
}


@click.group(cls=LazyGroup, lazy=LAZY)
def group() -> None:
    """Residents: numbers, records, accounts."""
