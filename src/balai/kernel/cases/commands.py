"""`balai cases`: services that are published, publishing one, and the queue of a city."""

from __future__ import annotations

import getpass
import json
from pathlib import Path
from typing import Any

import click

from balai.kernel.commands import needs_database


@click.group()
def group() -> None:
    """Cases: services, their versions, and what waits."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
@needs_database
def services(as_json: bool) -> None:
    """List the newest version of every published service."""
    from balai.kernel.cases import queries

    found: list[dict[str, Any]] = [
        {"service": each.code, "version": each.version, "title": dict(each.titles),
         "steps": [step.code for step in each.steps],
         "promise": {"hours": each.promise.hours, "days": each.promise.days}}
        for each in queries.services()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for each in found:
        click.echo(f"{each['service']}\t{each['version']}\t{each['title']['id']}")


@group.command()
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False,
                                                        path_type=Path))  # fmt: skip
@click.option("--builtin", is_flag=True, help="Publish those that come with Balai instead.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
@needs_database
def publish(file: Path | None, builtin: bool, as_json: bool) -> None:
    """Publish a service's definition (YAML); exit 2 with a line for each fault in it."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.cases import actions
    from balai.kernel.problems import Fault, ProblemError

    origin = Origin(getpass.getuser(), None, "cli")
    if builtin:
        count = actions.publish_builtin(origin=origin)
        click.echo(json.dumps({"published": count}) if as_json else f"{count} published")
        return
    if file is None:
        raise click.UsageError("Give a file, or --builtin.")
    try:
        text = file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        fault = Fault(field=file.name, problem="is not text in UTF-8", remedy="Save it as UTF-8")
        raise ProblemError("The file cannot be read", faults=(fault,)) from error
    made = actions.publish_service(text, by=None, origin=origin, name=file.name)
    if as_json:
        click.echo(json.dumps({"service": made.code, "version": made.version,
                               "digest": made.digest}))  # fmt: skip
    else:
        click.echo(f"{made.code} version {made.version} is published")


@group.command("list")
@click.argument("city")
@click.option("--state", default="all",
              type=click.Choice(["all", "free", "late", "returned", "closed"]))  # fmt: skip
@click.option("--service", default="", help="Only of this service.")
@click.option("--limit", default=50, type=click.IntRange(1, 1000), show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
@needs_database
def list_(city: str, state: str, service: str, limit: int, as_json: bool) -> None:
    """The queue of a city, the nearest promise first. Names are not shown."""
    from balai.kernel.cases import queries
    from balai.kernel.regions.queries import city_by_slug
    from balai.kernel.row_security import rows_of

    place = city_by_slug(city)
    with rows_of(place.region_code):
        filters = queries.QueueFilter(service=service, state=state)  # type: ignore[arg-type]
        page = queries.queue(None, city=place, filters=filters, per_page=limit)
    rows = [
        {"number": each.number, "service": each.service.code, "step": each.step,
         "status": each.status, "due_at": each.due_at.isoformat() if each.due_at else None,
         "minutes_left": each.left, "late": each.late, "holder": each.holder}
        for each in page.rows
    ]  # fmt: skip
    if as_json:
        click.echo(
            json.dumps({"total": page.total, "more": page.more, "items": rows}, ensure_ascii=False)
        )
        return
    for each in rows:
        late = "late" if each["late"] else "-"
        click.echo(f"{each['number']}\t{each['service']}\t{each['status']}\t{each['step']}"
                   f"\t{each['due_at'] or '-'}\t{late}\t{each['holder'] or '-'}")  # fmt: skip
