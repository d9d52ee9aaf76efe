"""`balai database`: the embedded server, by hand."""

from __future__ import annotations

import sys

import click


@click.group()
def group() -> None:
    """Look after the embedded PostgreSQL."""


@group.command()
def shell() -> None:
    """Open psql on the database."""
    import subprocess

    from balai.shell import postgres

    postgres.ensure_running()
    try:
        sys.exit(
            subprocess.call(
                [
                    str(postgres.binary("psql")),
                    f"--host={postgres.socket_folder()}",
                    f"--username={postgres.OWNER}",
                    postgres.NAME,
                ]
            )
        )
    finally:
        postgres.release()


@group.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True))
def backup(file: str) -> None:
    """Write a backup that pg_restore reads to FILE."""
    import subprocess
    from pathlib import Path

    from balai.shell import postgres

    postgres.ensure_running()
    try:
        with Path(file).open("wb") as target:
            done = subprocess.run(
                [
                    str(postgres.binary("pg_dump")),
                    "--format=custom",
                    f"--host={postgres.socket_folder()}",
                    f"--username={postgres.OWNER}",
                    postgres.NAME,
                ],
                stdout=target,
                check=False,
            )
        sys.exit(done.returncode)
    finally:
        postgres.release()
