"""Writes docs/reference/cli.md from the commands themselves: `python tools/cli_reference.py`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import click

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"
HEAD = """# Command line
`balai COMMAND --help` tells every option. `--json` prints JSON alone on standard output; everything
else is on standard error. Bad input ends with exit code 2 and one line a problem.
"""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")


def page() -> str:
    """The page as it should be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.shell.settings")
    from balai.shell.cli import group

    parts = [f"## `{name}`\n```\n{text}\n```\n" for name, text in told(group, "balai")]
    return "\n".join([HEAD, *parts])


def told(command: click.Command, name: str) -> Iterator[tuple[str, str]]:
    """Each command's full name and its help, the group before its members."""
    context = click.Context(command, info_name=name, terminal_width=100, max_content_width=100)
    yield name, command.get_help(context)
    if isinstance(command, click.Group):
        for each in command.list_commands(context):
            found = command.get_command(context, each)
            if found is not None and not found.hidden:
                yield from told(found, f"{name} {each}")


if __name__ == "__main__":
    main()
