"""`balai migrate`: bring the database to this version."""

from __future__ import annotations

import click


@click.command()
@click.option("--check", is_flag=True, help="Only say whether something is to do; exit 1 if so.")
def migrate(check: bool) -> None:
    """Bring the database's tables to this version of Balai."""
    from balai.shell import start

    start.django(owner=True)
    from django.core.management import call_command

    from balai.kernel.custody.actions import ensure

    if check:
        raise SystemExit(1 if pending() else 0)
    call_command("migrate", interactive=False, verbosity=0)
    ensure()
    install_facts()


def pending() -> int:
    """How many migrations the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def install_facts() -> None:
    """Install what ships with the product as facts: countries, and the cities that run it."""
    from balai.kernel.regions.actions import install_cities

    install_cities()
