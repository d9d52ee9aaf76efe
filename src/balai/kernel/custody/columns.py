"""Every sealed column of the installed apps."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from django.apps import apps

from balai.kernel.keys import SealedColumn


@cache
def sealed_columns() -> tuple[SealedColumn, ...]:
    """What the apps name in `rights.SEALED`, by table and column."""
    found: list[SealedColumn] = []
    for app in apps.get_app_configs():
        if app.name.startswith("balai.") and find_spec(f"{app.name}.rights"):
            found += getattr(import_module(f"{app.name}.rights"), "SEALED", ())
    return tuple(sorted(found, key=lambda each: (each.table, each.column)))
