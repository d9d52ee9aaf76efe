"""`balai payments statement` and `books`: take a bank statement in, look at the books."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from balai.kernel.commands import needs_database
from balai.kernel.problems import ProblemError


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--city", help="With --bank: take it in. Without: only read and check it.")
@click.option("--bank", help="The bank's short name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def statement(file: Path, city: str | None, bank: str | None, as_json: bool) -> None:
    """Check a camt.053 file, or take it in for a city's bank and reconcile its days.

    Statements that are good are taken in; exit 2 where one of the file is not, with its faults.
    """
    from balai.kernel.payments.engine import camt053
    from balai.kernel.payments.engine.camt053 import Refused

    content = file.read_bytes()
    if bool(city) != bool(bank):
        raise click.UsageError("--city and --bank go together")
    if city and bank:
        told, refused = _take(city, bank, content)
    else:
        found = camt053.read_each(content)
        told = [_told(each) for each in found if not isinstance(each, Refused)]
        refused = [each for each in found if isinstance(each, Refused)]
    _print(told, refused, as_json=as_json)
    if refused:
        raise ProblemError(
            "A statement of the file cannot be taken",
            faults=tuple(fault for each in refused for fault in each.faults),
        )


def _print(told: list[dict[str, Any]], refused: list[Any], *, as_json: bool) -> None:
    if as_json:
        faults = [
            {"identifier": each.identifier, "errors": [fault.as_dict() for fault in each.faults]}
            for each in refused
        ]
        click.echo(json.dumps({"statements": told, "refused": faults}, indent=2))
        return
    for each in told:
        remarks = each.pop("remarks", [])
        click.echo("  ".join(f"{name} {value}" for name, value in each.items()))
        for remark in remarks:
            click.echo(f"Note: {remark}", err=True)


def _told(each: Any) -> dict[str, Any]:
    return {
        "identifier": each.identifier, "account": each.account, "currency": each.currency,
        "day": str(each.closing.on), "opening": each.opening.amount,
        "closing": each.closing.amount, "entries": len(each.entries), "version": each.version,
        "remarks": [str(remark) for remark in each.remarks],
    }  # fmt: skip


@click.command()
@click.argument("city")
@click.argument("bank")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
@needs_database
def books(city: str, bank: str, as_json: bool) -> None:
    """Every place of a bank with the ledger's balance, what explains it, and the residual."""
    from balai.kernel.payments import queries
    from balai.kernel.row_security import rows_of

    found = queries.bank_by_slug(city, bank)
    with rows_of(found.region_code):
        lines = queries.books(found)
    if as_json:
        told = [{"place": line.place, "ledger": line.ledger, "explained": line.explained,
                 "residual": line.residual} for line in lines]  # fmt: skip
        click.echo(json.dumps({"places": told}, indent=2))
    else:
        for line in lines:
            click.echo(f"{line.place:26} {line.ledger:>18,} {line.residual:>12,}")
    if any(line.residual for line in lines):
        raise click.ClickException("A residual is not zero: the books need a look.")


@needs_database
def _take(city: str, bank: str, content: bytes) -> tuple[list[dict[str, Any]], list[Any]]:
    from balai.kernel.payments import queries
    from balai.kernel.payments.actions import take_file
    from balai.kernel.row_security import rows_of

    found = queries.bank_by_slug(city, bank)
    with rows_of(found.region_code):
        intake = take_file(found, content, by="command line")
        told = [
            {"identifier": each.statement.identifier, "day": str(each.statement.day),
             "repeated": each.repeated, "entries": each.statement.entries.count(),
             "differences": queries.worklist(city, state="", day=each.statement.day,
                                             bank=bank).count(),
             "remarks": each.statement.remarks}
            for each in intake.taken
        ]  # fmt: skip
    return told, intake.refused
