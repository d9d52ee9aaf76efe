"""The `balai` command. Django and the programmes load only when a command needs them."""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from balai.kernel.commands import LazyGroup

KERNEL_GROUPS = {
    "ledger": "balai.kernel.ledger.commands:group",
    "regions": "balai.kernel.regions.commands:group",
    "access": "balai.kernel.access.commands:group",
    "keys": "balai.kernel.custody.commands:group",
}
OWN = {
    "serve": "balai.shell.commands.serve:serve",
    "worker": "balai.shell.commands.worker:worker",
    "migrate": "balai.shell.commands.migrate:migrate",
    "demo": "balai.shell.commands.demo:demo",
    "doctor": "balai.shell.commands.doctor:doctor",
    "database": "balai.shell.commands.database:group",
    "django": "balai.shell.commands.django:django",
}


class BalaiGroup(LazyGroup):
    """Balai's own commands, the kernel's, and a group for each installed programme."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, sorted."""
        return sorted({*super().list_commands(ctx), *programme_groups()})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name; a programme's is found through its manifest."""
        # Own commands come first: asking for the programmes reads the settings, and `migrate`
        # has yet to choose the database's role.
        if own := super().get_command(ctx, name):
            return own
        path = programme_groups().get(name)
        return self.load(path) if path else None


def programme_groups() -> dict[str, str]:
    """Each installed programme's command group as `module:attribute`, by the programme's name.

    Only the manifests are imported, so that engine commands start without a database.
    """
    from balai.kernel import programmes

    return {found.name: found.commands for found in programmes.known() if found.commands}


@click.group(cls=BalaiGroup, lazy={**KERNEL_GROUPS, **OWN})
@click.version_option(package_name="balai", message="Balai %(version)s")
def group() -> None:
    """Balai, the open city hall."""


def main() -> None:
    """Run the command line: bad input and refusals end with 2 and one line a problem."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    try:
        sys.exit(group(standalone_mode=False, obj=_Database()) or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        _fail(["Stopped."], 130)
    except click.UsageError as error:
        _fail([error.format_message()], 2)
    except click.ClickException as error:
        _fail([error.format_message()], error.exit_code)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:
        told = _told(error)
        if told is None:
            raise
        _fail(*told)


def _told(error: Exception) -> tuple[list[str], int] | None:
    """The lines and exit code of an error that a person can mend; None for one of ours.

    The classes are imported here: most runs never need them.
    """
    if isinstance(error, import_module("balai.kernel.problems").ProblemError):
        return error.lines(), 2  # type: ignore[attr-defined]
    if isinstance(error, import_module("balai.shell.postgres").ServerFailedError):
        return [str(error)], 1
    if isinstance(error, import_module("django.core.exceptions").ImproperlyConfigured):
        return [str(error)], 2
    if isinstance(error, import_module("django.db").OperationalError):
        reason = str(error).strip().splitlines()[0]
        return [f"The database cannot be reached: {reason}", "Check DATABASE_URL."], 1
    return None


class _Database:
    """What commands ask for the database by; see `kernel.commands`."""

    def __call__(self) -> None:
        from balai.shell import start

        start.django()

    def is_there(self) -> bool:
        from balai.shell import start

        return start.has_database()


def _fail(lines: list[str], code: int) -> None:
    for line in lines:
        click.echo(line, err=True)
    sys.exit(code)
