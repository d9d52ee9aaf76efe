"""`balai transit simulate`: a file of taps replayed under several tariffs, side by side."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    from balai.transit.engine.fares.dating import AnyTariff
    from balai.transit.engine.fares.tariff import Tariff
    from balai.transit.engine.simulation import Outcome
    from balai.transit.queries.replays import TapSource


@click.command()
@click.option(
    "--taps", "path", required=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Taps, Parquet or CSV.",
)  # fmt: skip
@click.option(
    "--tariff", "names", required=True, multiple=True,
    help="A tariff's short name; the first is the baseline. Say it again for more.",
)  # fmt: skip
@click.option("--share", type=click.FloatRange(0, 1, min_open=True), default=1.0,
              show_default=True, help="Replay a sample of so many of the cards.")  # fmt: skip
@click.option("--runner", type=click.Choice(["local", "ray"]), default="local",
              show_default=True, help="Where: this machine, or Daft on a Ray cluster.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every sum as JSON alone.")
def simulate(path: Path, names: tuple[str, ...], share: float, runner: Any, as_json: bool) -> None:
    """Replay taps under several tariffs: revenue, fares, and who pays more or less.

    The file has the columns card, at (seconds since 1970), direction (1 in, 0 out), mode (its
    number), metres, tap and, where known, route_id and place; or those that `price` reads. A mode
    that a tariff gives no price pays the baseline's own fare, outside the tariff's caps.
    """
    from balai.transit.commands.tariffs import tariff_near
    from balai.transit.queries.replays import replay_file, tap_source

    base = tariff_near(names[0], datetime.now(UTC).date())[0]
    with tempfile.TemporaryDirectory(prefix="balai-simulate-") as name:
        source = tap_source(path, base, Path(name))
        tariffs, filled = _tariffs(names, source, base)
        outcome = replay_file(source, tariffs, Path(name), share=share, runner=runner)
    for each, modes in filled.items():
        click.echo(f"{each}: {', '.join(modes)} at {names[0]}'s own fare", err=True)
    if as_json:
        click.echo(json.dumps(outcome.as_dict() | {"outside": filled}))
    else:
        _say(outcome)
    if source.faults:
        raise ProblemError("Some rows cannot be priced", faults=source.faults)


def _tariffs(
    names: tuple[str, ...], source: TapSource, base: Tariff
) -> tuple[list[AnyTariff], dict[str, Any]]:
    """The tariffs over the days of the taps, completed; and the modes each was completed by.

    Where a tariff's law changes among the taps, each is priced by the law of its day.
    """
    from balai.transit.commands.tariffs import dated, values_between
    from balai.transit.engine.fares.tariff import tariff_from_parameters
    from balai.transit.engine.simulation.figures import completed

    zone = ZoneInfo(base.zone)
    first, last = (datetime.fromtimestamp(at, zone).date() for at in (source.first, source.last))
    own = values_between(names[0], first, last)[0][1]
    tariffs, filled = [], {}
    for name in names:
        parts = [(day, *completed(values, own, source.modes))
                 for day, values in values_between(name, first, last)]  # fmt: skip
        tariffs.append(dated(name, [(day, tariff_from_parameters(name, made))
                                    for day, made, _ in parts]))  # fmt: skip
        if modes := tuple(dict.fromkeys(mode for *_, taken in parts for mode in taken)):
            filled[name] = modes
    if len(set(names)) != len(names):
        fault = Fault(field="--tariff", value=", ".join(names), problem="names a tariff twice",
                      remedy="Name each tariff once")  # fmt: skip
        raise ProblemError("A tariff is named twice", faults=(fault,))
    return tariffs, filled


def _say(outcome: Outcome) -> None:
    """A line a tariff, and what cards pay more or less than under the first."""
    for number, name in enumerate(outcome.tariffs):
        revenue, journeys = outcome.whole(number, "charge"), outcome.whole(number, "journeys")
        mean = revenue / journeys if journeys else 0
        line = f"{name:<24}Rp{revenue:,}  {journeys:,} journeys  Rp{mean:,.0f} a journey"
        if number:
            change = outcome.change(number, "cards")
            line += f"  cards: {change.less:,} less, {change.same:,} same, {change.more:,} more"
        click.echo(line)
