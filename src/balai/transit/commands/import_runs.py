"""`balai transit import-runs`: take in a log of positions that an operator handed in."""

from __future__ import annotations

import json
from pathlib import Path

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import Fault, ProblemError


@click.command("import-runs")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path))
@click.option("--city", default="jakarta", show_default=True, help="Slug of the city.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON alone.")
@needs_database
def import_runs(file: Path, city: str, as_json: bool) -> None:
    """Keep the positions in FILE: vehicle, at, lat, lon and, where known, trip_id, trip_start,
    route_id, service_day, odometer_m.

    Rows that cannot be read are named on standard error, the others kept, and the command ends
    with 2. The same file again changes nothing.
    """
    from balai.kernel.access.origin import Origin
    from balai.kernel.regions.queries import city_by_slug
    from balai.kernel.row_security import rows_of
    from balai.transit.actions.settlement.logs import as_fault, import_log

    try:
        content = file.read_bytes()
    except OSError as error:
        fault = Fault(problem=f"{file}: {error.strerror}", remedy="Check the file's name and place")
        raise ProblemError("The log cannot be read", faults=(fault,)) from error
    with rows_of(city_by_slug(city).region_code):
        done = import_log(city, content, name=file.name, by=Origin())
    told = {"log": str(done.log.pk), "rows": done.log.rows, "refused": done.log.refused,
            "repeated": done.repeated}  # fmt: skip
    if as_json:
        click.echo(json.dumps(told))
    else:
        click.echo(f"{done.log.rows:,} positions kept, {done.log.refused:,} rows refused"
                   + (" (taken in before)" if done.repeated else ""))  # fmt: skip
    if done.log.faults:
        raise ProblemError("Some rows cannot be read", faults=tuple(map(as_fault, done.log.faults)))
