"""`balai demo`: the demonstration cities."""

from __future__ import annotations

import os
import time

import click


@click.command()
@click.option("--reset", is_flag=True, help="Empty the embedded database first.")
@click.option("--yes", is_flag=True, help="Do not ask before --reset.")
def demo(reset: bool, yes: bool) -> None:
    """Build the demonstration cities. Running it again changes nothing."""
    os.environ["BALAI_DEMO"] = "1"
    from balai.shell import database, start

    if reset:
        if not database.is_embedded():
            raise click.UsageError("--reset empties only the embedded database; empty yours first.")
        if not yes:
            click.confirm("This deletes everything in the embedded database. Go on?", abort=True)
        _empty()
    start.django(owner=True)
    from django.core.management import call_command

    from balai.kernel.custody.actions import ensure
    from balai.shell.commands.migrate import install_facts

    call_command("migrate", interactive=False, verbosity=0)
    ensure()
    install_facts()
    began = time.monotonic()
    accounts = _build_or_say(lambda line: click.echo(f"  {line}", err=True))
    click.echo(f"The demonstration stands ({time.monotonic() - began:.0f} s).", err=True)
    click.echo("Sign-ins (name, password, role):")
    for name, password, role in accounts:
        click.echo(f"  {name:10} {password}  {role}")


def _build_or_say(progress: object) -> list[tuple[str, ...]]:
    """Build; a demonstration that another version of Balai began cannot be gone on with."""
    from balai.kernel.problems import ConflictError, Fault, ProblemError

    try:
        return build(progress)
    except ConflictError as error:
        fault = Fault(
            field="demonstration",
            problem="was built by another version of Balai and cannot be gone on with"
            f" ({' '.join(error.lines())})",
            remedy="Build it anew (this deletes what is in the embedded database): "
            "balai demo --reset",
        )
        raise ProblemError("The demonstration cannot be built", faults=(fault,)) from error


def build(progress: object) -> list[tuple[str, ...]]:
    """Build each installed programme's part; returns the sign-ins as (name, password, role)."""
    from balai.kernel import programmes
    from balai.kernel.access.actions import ensure_demo_users

    accounts = ensure_demo_users()
    for programme in sorted(programmes.known(), key=lambda each: each.demo_order):
        if builder := programme.load("demo"):
            builder(progress)
    return [tuple(map(str, account)) for account in accounts]


def _empty() -> None:
    import psycopg

    from balai.shell import postgres

    postgres.ensure_running()
    with psycopg.connect(
        host=str(postgres.socket_folder()),
        user=postgres.OWNER,
        dbname="postgres",
        autocommit=True,
    ) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {postgres.NAME} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {postgres.NAME} OWNER {postgres.OWNER}")
