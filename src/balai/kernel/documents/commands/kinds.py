"""`balai documents kinds`: the kinds that are known."""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print JSON alone.")
def kinds(as_json: bool) -> None:
    """List the kinds of documents with the form of their numbers and their fields."""
    from balai.kernel.documents.kinds import all_kinds

    found = [
        {"kind": each.code, "title": dict(each.title), "number": each.number,
         "fields": [field.name for field in each.fields],
         "signers": [signer.post for signer in each.signers]}
        for each in all_kinds()
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for row in found:
        click.echo(f"{row['kind']}\t{row['number']}\t{', '.join(map(str, row['fields']))}")
