"""`balai ledger`: the ledger on the command line."""

from __future__ import annotations

import json
import sys

import click

from balai.kernel.commands import needs_database


@click.group(name="ledger")
def group() -> None:
    """The ledger: accounts and transfers."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@needs_database
def verify(as_json: bool) -> None:
    """Check that every transfer is sound and each currency sums to zero.

    Ends with 1 and names the first broken entries where it does not.
    """
    from balai.kernel.ledger.verification import check, is_set_up

    if not is_set_up():
        raise click.ClickException("The database has no ledger yet. Run: balai migrate")
    verdict = check()
    if as_json:
        click.echo(json.dumps(verdict.as_dict(), indent=2))
    else:
        click.echo(f"{verdict.transfers} transfers between {verdict.accounts} accounts")
        for total in verdict.totals:
            click.echo(f"{total.currency}: debits {total.debits}, credits {total.credits}")
        click.echo("The ledger holds." if verdict.holds else f"Broken: {verdict.broken}.")
    for found in verdict.breaks:
        key = f" ({found.key})" if found.key else ""
        click.echo(f"{found.entry}{key}: {found.problem}", err=True)
    if not verdict.holds:
        sys.exit(1)
