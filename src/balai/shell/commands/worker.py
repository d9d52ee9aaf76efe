"""`balai worker`: run queued jobs until told to stop."""

from __future__ import annotations

import os
import signal

import click


@click.command()
@click.option("--once", is_flag=True, help="Run what is due now, then end.")
@click.option("--parent", type=int, help="Stop when this process is gone.")
@click.option("--child", is_flag=True, hidden=True)
def worker(once: bool, parent: int | None, child: bool) -> None:
    """Run queued jobs (imports, notices, recounts) and schedules until told to stop.

    The steps at hand are finished at SIGTERM; what is left goes back to the queue. A worker that
    dies is begun again, and its jobs are taken up from their last step within ten seconds.
    """
    from balai.shell import jobs

    if parent:
        jobs.leave_with_parent(parent)
    if not (once or child):
        raise SystemExit(jobs.supervise())
    os.environ.setdefault("BALAI_POOL", "0")
    from balai.shell import start
    from balai.shell.commands.serve import refuse_other_keys

    start.django()
    refuse_other_keys()
    from balai.kernel.jobs.runner import Runner

    runner = Runner()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: runner.stop.set())
    if once:
        click.echo(f"{runner.run_due()} jobs run.", err=True)
    else:
        runner.run()
