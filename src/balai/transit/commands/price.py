"""`balai transit price`: what each boarding of a file of taps is charged."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from balai.kernel.problems import Fault, ProblemError

if TYPE_CHECKING:
    import polars as pl

    from balai.transit.commands.tap_file import TapFile
    from balai.transit.engine.fares.dating import AnyTariff
    from balai.transit.engine.fares.taps import Charges, TapArrays


@click.command()
@click.argument("taps", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--tariff",
    "name",
    required=True,
    help="Short name of a tariff of law, or of a published version.",
)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="The day whose tariff holds.")
@click.option(
    "--holdings",
    "held",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Who holds which concession or pass: card_id, code, start, end (CSV or Parquet).",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Charges, .csv or .parquet; with --runner the folder of results.",
)
@click.option(
    "--runner",
    type=click.Choice(["local", "ray"]),
    help="Price a month in batches: on this machine, or by Daft on a Ray cluster.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=16),
    default=512,
    show_default=True,
    help="With --runner local: MB that may wait between reading and pricing.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON alone.")
def price(
    taps: Path, name: str, on: datetime | None, held: Path | None, out: Path | None,
    runner: str | None, memory: int, as_json: bool,
) -> None:  # fmt: skip
    """Price the TAPS (CSV or Parquet) under a tariff.

    Columns: tap_id, card_id, at (ISO 8601, in the city's zone where it names no offset, or
    seconds since 1970), direction (in or out), mode, km (on out); farthest_km (on in, the
    farthest the rider could go) is optional. Order and copies of taps change nothing.

    A holding gives its card the concession or pass of the tariff from its start to its end, both
    inclusive. The summary tells what reliefs took off the charges, by their codes.

    Without --on each tap pays by the law of its day, where the tariff's law changes among them.

    Rows with a fault are named on standard error, the others priced, and the command ends with 2.

    With --runner the TAPS are Parquet of whole numbers, as a city exports a month: card, at,
    direction (1 in, 0 out), mode (its number), metres, tap. Memory stays bounded, and the charges
    are published whole, with a manifest, in a folder of --out, or not at all.
    """
    from balai.transit.commands.tap_file import read_taps
    from balai.transit.commands.tariffs import tariff_near, tariff_on
    from balai.transit.engine.fares.dating import price_dated

    if runner:
        _price_month(taps, name, on, held, out, runner, memory, as_json)
        return
    if out and out.suffix.lower() not in (".csv", ".parquet"):
        raise click.BadParameter(f"{out.name}: name it .csv or .parquet", param_hint="--out")
    day = on.date() if on else None
    tariff: AnyTariff
    tariff = tariff_on(name, day) if day else tariff_near(name, datetime.now(UTC).date())[0]
    file = read_taps(taps, tariff)
    if day is None and len(file.taps):
        tariff, day = _tariff_of_the_taps(name, tariff, file.taps)
        file = read_taps(taps, tariff) if tariff.needs_distance else file
    holdings, wrong = None, ()
    if held:
        from balai.transit.commands.holdings_file import read_holdings

        holdings, wrong, _ = read_holdings(held, tariff, file)
    charges = price_dated(file.taps, tariff, holdings=holdings)
    if out:
        _write(charges_table(file, charges, tariff), out)
    summary = summarise(file, charges, tariff) | {
        "tariff": name, "on": day.isoformat() if day else None,
    }  # fmt: skip
    _say(summary, (*file.faults, *wrong), as_json)
    if file.faults or wrong:
        raise ProblemError("Some rows cannot be used", faults=(*_shown(file), *wrong))


def _price_month(
    taps: Path, name: str, on: datetime | None, held: Path | None, out: Path | None, runner: str,
    memory: int, as_json: bool,
) -> None:  # fmt: skip
    from balai.transit.commands.price_month import price_month, say

    if held:
        raise click.UsageError("--holdings: cannot be said with --runner")
    if out is None or out.is_file():
        raise click.UsageError("--out: name the folder of results")
    summary = price_month(taps, name, on.date() if on else None, out, runner, memory)
    say(summary, as_json)


def _tariff_of_the_taps(name: str, tariff: AnyTariff, taps: TapArrays) -> tuple[AnyTariff, date]:
    """The tariff over the days of the taps, and the first day that it covers.

    A day the tariff does not cover is priced as the nearest that is covered, and it is said.
    """
    from balai.transit.commands.tariffs import tariff_between, tariff_near

    zone = ZoneInfo(tariff.zone)
    first, last = (
        datetime.fromtimestamp(int(at), UTC).astimezone(zone).date()
        for at in (taps.at.min(), taps.at.max())
    )
    day = tariff_near(name, first)[1]
    if day != first:
        click.echo(f"{name} does not cover {first}; priced as on {day}", err=True)
    return tariff_between(name, first, last), day


def summarise(file: TapFile, charges: Charges, tariff: AnyTariff) -> dict[str, Any]:
    """The figures of a settlement: counts, the revenue and what reliefs took off, in rupiah."""
    return {
        "taps": len(file.taps),
        "boardings": len(charges),
        "journeys": charges.journeys,
        "revenue": charges.revenue,
        "orphan_outs": len(charges.orphan_outs),
        "missing_outs": len(charges.missed_outs),
        "duplicates": len(charges.duplicates),
        "refused": file.refused,
        "relief": int(charges.relief.sum()),
        "relief_by_reason": relief_by_reason(charges, tariff),
    }


def relief_by_reason(charges: Charges, tariff: AnyTariff) -> dict[str, int]:
    """The rupiah taken off, by the code of the relief that took most off the boarding."""
    import numpy as np

    sums = {
        tariff.relief_code(int(reason)): int(charges.relief[charges.relief_reason == reason].sum())
        for reason in np.unique(charges.relief_reason)
    }
    return {code: amount for code, amount in sums.items() if code}


def charges_table(file: TapFile, charges: Charges, tariff: AnyTariff) -> pl.DataFrame:
    """One row a boarding in order of card and time; `opened_at` in seconds since 1970 UTC."""
    import polars as pl

    from balai.transit.engine.fares.taps import Reason

    reasons = {int(reason): reason.words for reason in Reason}
    codes = {0: ""} | {1 + place: each.code for place, each in enumerate(tariff.reliefs())}
    return file.identities[charges.boarding].with_columns(
        journey=pl.Series(charges.journey),
        leg=pl.Series(charges.leg),
        charge=pl.Series(charges.charge),
        full_price=pl.Series(charges.full_price),
        reason=pl.Series(charges.reason).replace_strict(reasons, return_dtype=pl.String),
        tap_out=pl.Series(charges.alighting >= 0),
        opened_at=pl.Series(charges.opened),
        relief=pl.Series(charges.relief),
        relief_reason=pl.Series(charges.relief_reason).replace_strict(
            codes, return_dtype=pl.String
        ),
    )


def _refused(error: OSError) -> str:
    """What the system said; Polars says it in one sentence with the path, which is left out."""
    return error.strerror or str(error).partition(" (os error")[0]


def _write(table: pl.DataFrame, out: Path) -> None:
    """Write the whole file beside its place, then put it there, so that none is half-written."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        if out.suffix.lower() == ".parquet":
            table.write_parquet(part)
        else:
            table.write_csv(part)
        part.replace(out)
    except OSError as error:
        fault = Fault(field="--out", value=str(out), problem=_refused(error),
                      remedy="Choose a folder that can be written to")  # fmt: skip
        raise ProblemError("The charges cannot be written", faults=(fault,)) from error
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def _say(summary: dict[str, Any], faults: tuple[Fault, ...], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(summary | {"faults": [fault.as_dict() for fault in faults]}))
        return
    by_reason = summary.pop("relief_by_reason")
    for key, value in summary.items():
        shown = f"{value:,}" if isinstance(value, int) else value
        click.echo(f"{key.replace('_', ' '):<14}{shown}")
        if key == "relief":
            for code, amount in by_reason.items():
                click.echo(f"  {code:<12}{amount:,}")


def _shown(file: TapFile) -> tuple[Fault, ...]:
    """The faults, with a last line for rows beyond those kept."""
    named = len({fault.row for fault in file.faults})
    if file.refused == named:
        return file.faults
    more = Fault(problem=f"{file.refused - named} more rows cannot be priced", remedy="Mend these")
    return (*file.faults, more)
