"""`balai ledger`: the ledger on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from balai.kernel.commands import needs_database


@click.group(name="ledger")
def group() -> None:
    """The ledger: accounts and transfers."""


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of checkpoints exported earlier, to find a rewritten history.",
)
@needs_database
def verify(as_json: bool, checkpoints: Path | None) -> None:
    """Check every transfer, each currency's sum, the guards and the checkpoints.

    Ends with 1 and names the first broken entries where something does not hold.
    """
    from balai.kernel.ledger.verification import check

    _require_ledger()
    verdict = check(checkpoints)
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


@group.command()
@click.option("--json", "as_json", is_flag=True, help="Print the checkpoint as JSON.")
@needs_database
def checkpoint(as_json: bool) -> None:
    """Seal what was posted since the last checkpoint and sign it with the cities' keys.

    Run it on a schedule, and publish what `balai ledger export-checkpoints` writes.
    """
    from datetime import UTC, datetime

    from balai.kernel.ledger import actions

    _require_ledger()
    made = actions.make_checkpoint(now=datetime.now(UTC))
    if as_json:
        click.echo(json.dumps(
            {"body": made.body, "signatures": made.signatures} if made else None,
            ensure_ascii=False, indent=2))  # fmt: skip
    elif made is None:
        click.echo("Nothing new has been posted since the last checkpoint.")
    else:
        click.echo(f"Checkpoint {made.number}: {made.tree_size} transfers, root {made.root.hex()}")
        click.echo(f"Signed by {', '.join(made.cities) or 'nobody: no city keeps accounts'}")


@group.command("export-checkpoints")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True,
              help="The file to write.")  # fmt: skip
@needs_database
def export_checkpoints(out: Path) -> None:
    """Write all checkpoints, their signatures and the public keys to a file, to be published."""
    from balai.kernel.ledger import queries

    _require_ledger()
    partial = out.with_name(f".{out.name}.partial")
    with partial.open("w", encoding="utf-8") as file:
        file.writelines(queries.export_lines())
    partial.replace(out)
    click.echo(f"Wrote {out}", err=True)


@group.command()
@needs_database
def expire() -> None:
    """Void the pending transfers whose time has run out."""
    from datetime import UTC, datetime

    from balai.kernel.ledger import actions

    _require_ledger()
    click.echo(f"{actions.expire(datetime.now(UTC))} pending transfers have expired")


@group.command()
@needs_database
def resume() -> None:
    """After a restore into a new server: let its transactions count on from the last checkpoint."""
    from balai.kernel.ledger import actions

    _require_ledger()
    click.echo("Transactions count on from the last checkpoint." if actions.resume()
               else "There was no need to.")  # fmt: skip


def _require_ledger() -> None:
    from balai.kernel.ledger.verification import is_set_up

    if not is_set_up():
        raise click.ClickException("The database has no ledger yet. Run: balai migrate")
