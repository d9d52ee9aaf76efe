"""`balai transit reach`: measure how much of a city public transport brings within reach."""

from __future__ import annotations

import json
from datetime import datetime

import click

from balai.kernel.commands import needs_database


@click.command()
@click.option("--city", required=True, help="Slug of the city.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]),
              help="Whose timetable counts; without it today's, in the city.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON alone.")
@needs_database
def reach(city: str, day: datetime | None, as_json: bool) -> None:
    """Measure which share of the city is within 30, 45 and 60 minutes, and keep it.

    From the middle of every district at 07:30, weighed by people where they are known. A day that
    was measured over the same network is told as it stands. Ends with 2 where the city has no
    timetable or boundaries, or the timetable says nothing of the day.
    """
    from django.utils import timezone

    from balai.kernel.regions.queries import city_by_slug
    from balai.kernel.row_security import rows_of
    from balai.transit.actions.measure_reach import measure_reach
    from balai.transit.queries.reach import measured_shares

    found = city_by_slug(city)
    on = day.date() if day else timezone.now().astimezone(found.zone).date()
    with rows_of(found.region_code):
        written = measure_reach(city, on)
        shares = measured_shares(city, on)
    if as_json:
        told = {"city": city, "day": f"{on:%Y-%m-%d}", "written": written,
                "within": [each.as_dict() for each in shares]}  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"{city} {on}: {written} rows written")
    for each in shares:
        click.echo(f"within {each.minutes} min: {each.share:.1%} of pairs of {each.basis}")
