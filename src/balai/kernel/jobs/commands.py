"""`balai jobs`: what runs, what waits, what failed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import MissingError

if TYPE_CHECKING:
    from balai.kernel.jobs.models import Job

STATES = ("waiting", "running", "done", "failed", "cancelled")


@click.group()
def group() -> None:
    """Long work: list it, look at it, cancel it, try it again."""


@group.command("list")
@click.option("--city", default="", help="A city's slug.")
@click.option("--state", type=click.Choice(STATES), default=None)
@click.option("--kind", default="", help="The name of a kind of job.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def listing(city: str, state: str | None, kind: str, limit: int, as_json: bool) -> None:
    """The newest jobs."""
    from balai.kernel.jobs.models import Job
    from balai.kernel.jobs.queries import JobFilter, narrowed

    rows = Job.objects.select_related("pulse", "started_by").order_by("-created_at", "-id")
    if city:
        rows = rows.filter(city=city)
    found = [_told(job) for job in narrowed(rows, JobFilter(state=state or "", name=kind))[:limit]]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        share = f"{each['done']}/{each['total']}" if each["total"] else ""
        click.echo(f"{each['id']}  {each['state']:9}  {each['kind']:28} {each['city']:12} {share}")


@group.command()
@click.argument("job")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@needs_database
def show(job: str, as_json: bool) -> None:
    """One job with its log."""
    from balai.kernel.jobs import queries

    found = _find(job)
    told = _told(found) | {
        "log": [{"at": line.at.isoformat(), "text": line.text} for line in queries.lines_of(found)]
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for name, value in told.items():
        if name != "log" and value not in (None, ""):
            click.echo(f"{name:11} {value}")
    for line in told["log"]:
        click.echo(f"  {line['at']}  {line['text']}")


@group.command()
@click.argument("job")
@needs_database
def retry(job: str) -> None:
    """Queue a failed or cancelled job again; it goes on after the steps that are done."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.jobs import actions

    actions.retry(_find(job), origin=Origin(channel="cli"))
    click.echo("The job is in the queue again.", err=True)


@group.command()
@click.argument("job")
@needs_database
def cancel(job: str) -> None:
    """Cancel a job: at once if it waits, at its next safe place if it runs."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.jobs import actions

    standing = actions.cancel(_find(job), origin=Origin(channel="cli"))
    told = "cancelled" if standing.state == "cancelled" else "told to stop"
    click.echo(f"The job is {told}.", err=True)


def _find(job: str) -> Job:
    from balai.kernel.jobs import queries

    found = queries.find(job)
    if found is None:
        raise MissingError("No such job", detail=f"There is no job {job!r}. See: balai jobs list")
    return found


def _told(job: Job) -> dict[str, Any]:
    moments = {
        name: moment.isoformat() if (moment := getattr(job, name)) else None
        for name in ("created_at", "due_at", "began_at", "ended_at")
    }
    return {
        "id": str(job.pk), "kind": job.name, "state": job.state, "city": job.city,
        "started_by": job.started_by.get_username() if job.started_by else "",
        "done": job.pulse.done, "total": job.pulse.total, "message": job.pulse.message,
        "tries": job.tries, "problem": job.problem, "result": job.result, **moments,
    }  # fmt: skip
