"""`balai network recompute`: count a city's indicators again."""

from __future__ import annotations

import json
from datetime import datetime
from zoneinfo import ZoneInfo

import click

from balai.kernel.commands import needs_database


@click.command()
@click.option("--city", required=True, help="The city's slug, for example jakarta.")
@click.option(
    "--period",
    multiple=True,
    help="2026-10, 2026-10-09, 2026-W41, 2026-Q4 or 2026; a month also counts its days. "
    "May be repeated; without it, this month and every month counted before.",
)
@click.option("--note", default="", help="Kept with each new value: why it was counted again.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone on standard output.")
@needs_database
def recompute(city: str, period: tuple[str, ...], note: str, as_json: bool) -> None:
    """Compute the indicators of a city's plan; a value is kept only if its inputs changed."""
    from balai.network import actions
    from balai.network.queries import members, values

    row = members.city(city, on=datetime.now(ZoneInfo("UTC")).date())
    today = datetime.now(ZoneInfo(row.time_zone)).date()
    wanted = [values.period_named(each) for each in period] or values.months_counted(city, today)
    done = [each for one in wanted for each in actions.refresh(city, one, note=note)]
    lines = [_line(each) for each in done]
    if as_json:
        click.echo(json.dumps({"city": city, "values": lines}, ensure_ascii=False))
        return
    for line in lines:
        change = line["cause"] if line["new"] else "unchanged"
        click.echo(
            f"{line['period']}  {line['indicator']}  {line['shown'] or line['state']}  {change}"
        )


def _line(done: object) -> dict[str, object]:
    from balai.network.actions import Recomputed
    from balai.network.queries import values

    assert isinstance(done, Recomputed)
    value = done.value
    number, ratio = values.shown(value), values.exact(value)
    return {
        "indicator": value.indicator_id,
        "period": value.period,
        "state": value.state,
        "shown": None if number is None else str(number),
        "ratio": None if ratio is None else str(ratio),
        "through": value.through.isoformat(),
        "cause": value.cause,
        "new": done.new,
    }
