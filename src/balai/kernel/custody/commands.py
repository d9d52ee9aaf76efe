"""`balai keys`: what an operator does with the installation's keys."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from balai.kernel.commands import needs_database


@click.group()
def group() -> None:
    """Check, back up, restore and renew the installation's keys."""


@group.command()
@click.option("--json", "as_json", is_flag=True)
@needs_database
def status(as_json: bool) -> None:
    """Tell whether the keys are this database's, and what is sealed under which."""
    from balai.kernel.custody import checking

    found = checking.look()
    sealed = {f"{column.table}.{column.column}": dict(sorted(counts.items()))
              for column, counts in checking.versions().items()}  # fmt: skip
    if as_json:
        told = {"state": found.state, "detail": found.detail, "remedy": found.remedy}
        click.echo(json.dumps({**told, "sealed": sealed}, indent=2))
    else:
        click.echo(f"{found.state}: {found.detail}. {found.remedy}".strip())
        for column, counts in sealed.items():
            for version, count in counts.items():
                click.echo(f"  {column}: {count} under key {version}")
    raise SystemExit(0 if found.ok else 1)


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase-stdin", is_flag=True, help="Read the passphrase from the first line.")
@needs_database
def backup(file: Path, passphrase_stdin: bool) -> None:
    """Write every key to FILE, under a passphrase. Keep the two apart, off this machine."""
    from balai.kernel.custody.backup import packed
    from balai.kernel.custody.folder import files

    if file.exists():
        raise click.UsageError(f"{file} is there already; choose another name")
    found = files()
    content = packed(found, _passphrase(passphrase_stdin, confirm=True))
    file.touch(mode=0o600)
    file.write_bytes(content)
    click.echo(f"{len(found)} key files are in {file}.", err=True)


@group.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--passphrase-stdin", is_flag=True, help="Read the passphrase from the first line.")
@click.option("--replace", is_flag=True, help="Put files that differ aside (*.before) first.")
@needs_database
def restore(file: Path, passphrase_stdin: bool, replace: bool) -> None:
    """Put the keys of FILE back, if they are those that this database was sealed under."""
    from balai.kernel.custody import checking
    from balai.kernel.custody.backup import unpacked
    from balai.kernel.custody.folder import put_back

    count = put_back(unpacked(file.read_bytes(), _passphrase(passphrase_stdin)), replace=replace)
    found = checking.look()
    click.echo(f"{count} key files are back. {found.state}: {found.detail}.", err=True)


@group.command()
@click.option("--yes", is_flag=True, help="Do not ask first.")
@needs_database
def rotate(yes: bool) -> None:
    """Make a newer master key; a job seals anew under it what may change. Back it up after this."""
    from balai.kernel.access.origin import Origin
    from balai.kernel.custody.actions import rotate as renew

    if not yes:
        click.confirm("Make a newer master key? Former ones are still needed.", abort=True)
    job = renew(Origin("", None, "command"))
    click.echo(f"Master key {job.arguments['version']} is in use; job {job.pk} seals anew. "
               "Back up the keys now: balai keys backup FILE", err=True)  # fmt: skip


def _passphrase(from_stdin: bool, *, confirm: bool = False) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt("Passphrase", hide_input=True, confirmation_prompt=confirm))
