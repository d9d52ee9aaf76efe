"""What every command group shares: loading a command late, and asking for the database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import click

from balai.kernel.programmes import resolve

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
