"""`balai transit price --runner`: a Parquet file of a month's taps, priced in batches of cards."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.runners import Manifest
    from balai.transit.engine.fares.dating import AnyTariff
    from balai.transit.queries.replays import TapSource


def price_month(
    path: Path, name: str, on: date | None, out: Path, runner: Any, memory: int
) -> dict[str, Any]:
    """The summary of a run whose charges are published whole in a folder of `out`.

    The folder is named by the file and the tariff; a run that is published already is told as it
    stands. `memory` in MB bounds what waits between reading and pricing. ProblemError where the
    file's columns or modes cannot be priced, or the cluster is not there.
    """
    from balai.runners import run
    from balai.transit.engine.fares.dating import DatedTariff
    from balai.transit.engine.simulation import NUMBERS
    from balai.transit.engine.simulation.charging import ChargeTaps
    from balai.transit.queries.replays import own_source

    source = own_source(path)
    tariff = _tariff(name, on, source)
    unpriced = [mode for mode in source.modes if mode not in {each.code for each in tariff.modes}]
    if unpriced:
        fault = Fault(field="mode", value=", ".join(unpriced), problem="has no price",
                      remedy=f"Choose a tariff that covers it; {name} does not")  # fmt: skip
        raise ProblemError("The taps cannot be priced", faults=(fault,), kind="unpriced-mode")
    if isinstance(tariff, DatedTariff):
        click.echo(f"{name} changes among the taps; each pays by the law of its day", err=True)
    made = run(
        ChargeTaps(tariff), path, key="card", columns=NUMBERS, out=out, runner=runner,
        run_id=f"{path.stem}-{name}", memory=memory << 20,
    )  # fmt: skip
    return {"tariff": name, "on": on.isoformat() if on else None, "runner": runner,
            "folder": str(made.folder), "taps": made.taken, **_sums(made)}  # fmt: skip


def say(summary: dict[str, Any], as_json: bool) -> None:
    """Print the summary, a line a figure or as JSON alone."""
    if as_json:
        click.echo(json.dumps(summary))
        return
    for key, value in summary.items():
        click.echo(f"{key:<14}{f'{value:,}' if isinstance(value, int) else value}")


def _tariff(name: str, on: date | None, source: TapSource) -> AnyTariff:
    """The tariff on the day that was named, else over the days of the taps."""
    from balai.transit.commands.tariffs import tariff_between, tariff_near, tariff_on

    if on is not None:
        return tariff_on(name, on)
    zone = ZoneInfo(tariff_near(name, datetime.now(UTC).date())[0].zone)
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (source.first, source.last))
    return tariff_between(name, first, last)


def _sums(made: Manifest) -> dict[str, int]:
    """Boardings, journeys and rupiah, one part of the result after the other."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    journeys = revenue = 0
    for part in made.parts:
        with pq.ParquetFile(made.folder / part.name) as file:
            told = file.read(columns=["leg", "charge"])
        journeys += pc.sum(pc.equal(told["leg"], 1)).as_py() or 0
        revenue += pc.sum(told["charge"]).as_py() or 0
    return {"boardings": made.rows, "journeys": journeys, "revenue": revenue}
