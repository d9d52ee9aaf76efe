"""`balai worker`: run queued jobs until told to stop."""

from __future__ import annotations

import os

import click


@click.command()
@click.option("--parent", type=int, help="Stop when this process is gone.")
def worker(parent: int | None) -> None:
    """Run queued jobs (imports, recomputation) until told to stop."""
    from balai.shell import start

    os.environ.setdefault("BALAI_POOL", "0")
    start.django()
    from django.core.management import call_command

    from balai.shell import jobs

    if parent:
        jobs.stop_with(parent)
    jobs.reap_orphans()
    call_command("db_worker", queue_name="*", interval=1, verbosity=0)
