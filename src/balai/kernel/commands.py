"""What every command group shares: loading a command late, and asking for the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar, runtime_checkable

import click

from balai.kernel.programmes import resolve


@runtime_checkable
class Database(Protocol):
    """What the shell hands down as the root context's object: calling it brings the database up."""

    def __call__(self) -> None:
        """Bring it up."""
        ...

    def is_there(self) -> bool:
        """Whether there is a database, set up or named, without bringing it up."""
        ...


P = ParamSpec("P")
R = TypeVar("R")


class LazyGroup(click.Group):
    """A group that imports a command's module only when the command is asked for.

    `lazy` maps a command's name to `module:attribute`.
    """

    def __init__(self, *args: Any, lazy: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lazy = dict(lazy or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of both the lazy commands and the ones added in the ordinary way."""
        return sorted({*super().list_commands(ctx), *self.lazy})

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        """The command of that name, imported now if it is lazy."""
        path = self.lazy.get(name)
        return self.load(path) if path else super().get_command(ctx, name)

    @staticmethod
    def load(path: str) -> click.Command:
        """The command at `module:attribute`."""
        found = resolve(path)
        assert isinstance(found, click.Command), path
        return found


def needs_database(command: Callable[P, R]) -> Callable[P, R]:
    """Mark a command's function as one that reads or writes the database.

    The shell hands its start-up down as the context's object, so that a programme need not know
    how the database comes up. Put it right above the function, below click's decorators.
    """

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        context = click.get_current_context(silent=True)
        if context is not None and callable(start := context.find_root().obj):
            start()
        return command(*args, **kwargs)

    return run


def database_if_there() -> bool:
    """Bring the database up for a command that can do without, where one is: whether it is up.

    An installation that was never set up is not set up for it.
    """
    context = click.get_current_context(silent=True)
    start = context.find_root().obj if context is not None else None
    if not isinstance(start, Database) or not start.is_there():
        return False
    start()
    return True
