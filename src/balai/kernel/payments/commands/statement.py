"""`balai payments statement` and `books`: take a bank statement in, look at the books."""

from __future__ import annotations

import json
from pathlib import Path

import click

from balai.kernel.commands import needs_database


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--city", help="With --bank: take it in. Without: only read and check it.")
@click.option("--bank", help="The bank's short name.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def statement(file: Path, city: str | None, bank: str | None, as_json: bool) -> None:
    """Check a camt.053 statement, or take it in for a city's bank and reconcile its day."""
    from balai.kernel.payments.engine import camt053

    content = file.read_bytes()
    if bool(city) != bool(bank):
        raise click.UsageError("--city and --bank go together")
    if city and bank:
        told = _take(city, bank, content)
    else:
        told = [
            {"identifier": each.identifier, "account": each.account, "currency": each.currency,
             "day": str(each.closing.on), "opening": each.opening.amount,
             "closing": each.closing.amount, "entries": len(each.entries)}
            for each in camt053.read(content)
        ]  # fmt: skip
    if as_json:
        click.echo(json.dumps({"statements": told}, indent=2))
        return
    for each in told:
        click.echo("  ".join(f"{name} {value}" for name, value in each.items()))


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
def _take(city: str, bank: str, content: bytes) -> list[dict[str, object]]:
    from balai.kernel.payments import queries
    from balai.kernel.payments.actions import take_statement
    from balai.kernel.row_security import rows_of

    found = queries.bank_by_slug(city, bank)
    with rows_of(found.region_code):
        taken = take_statement(found, content, by="command line")
        return [
            {"identifier": each.statement.identifier, "day": str(each.statement.day),
             "repeated": each.repeated,
             "differences": queries.worklist(city, state="", day=each.statement.day,
                                             bank=bank).count()}
            for each in taken
        ]  # fmt: skip
