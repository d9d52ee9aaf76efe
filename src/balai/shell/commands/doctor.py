"""`balai doctor`: is this installation fit to serve?"""

from __future__ import annotations

import json
from dataclasses import asdict

import click


@click.command()
@click.option("--json", "as_json", is_flag=True)
def doctor(as_json: bool) -> None:
    """Check settings, database, clock, disk and ledger; exit 1 with reasons."""
    from balai.shell import start

    start.django()
    from balai.shell import health

    found = health.run(health.ALL)
    if as_json:
        click.echo(json.dumps([asdict(check) for check in found], indent=2))
    else:
        for check in found:
            mend = f"  {check.remedy}" if not check.ok else ""
            click.echo(f"{'ok  ' if check.ok else 'FAIL'}  {check.name}: {check.detail}.{mend}")
    raise SystemExit(0 if all(check.ok for check in found) else 1)
