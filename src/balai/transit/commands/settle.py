"""`balai transit settle`: settle a service day with the city's operators."""

from __future__ import annotations

import json
from datetime import datetime

import click

from balai.kernel.commands import needs_database


@click.command()
@click.option("--city", required=True, help="Slug of the city.")
@click.option("--day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The service day.")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON alone.")
@needs_database
def settle(city: str, day: datetime, as_json: bool) -> None:
    """Verify the day's runs, divide its fares, write statements and post the ledger.

    Again after something changed: another version of the statements that differ. Ends with 2
    where the day cannot be settled.
    """
    from balai.kernel.regions.queries import city_by_slug
    from balai.kernel.row_security import rows_of
    from balai.transit.actions.settlement.settle_day import as_dict, settle_day
    from balai.transit.queries.settlement.days import reconciliation

    with rows_of(city_by_slug(city).region_code):
        done = settle_day(city, day.date())
        residual = sum(abs(each.residual) for each in reconciliation(city, day.date()))
    told = {**as_dict(done), "residual": residual}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(
        f"{city} {done.day}, version {done.version}: {done.runs:,} runs,"
        f" {done.verified_m / 1000:,.1f} of {done.scheduled_m / 1000:,.1f} km verified"
    )
    click.echo(
        f"{done.statements} statements, {done.change:+,} rupiah owed;"
        f" {done.journeys:,} journeys divided, {done.adjusted:,} adjusted; residual {residual}"
    )
