"""Compiled code is cached by its file's time; what it takes from other files must show in it."""

from __future__ import annotations

import hashlib
import inspect
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

from balai.transit.engine.fares.compiled import Terms

fold, packing, reliefs, rules = (
    import_module(f"balai.transit.engine.fares.kernel.{name}")
    for name in ("fold", "packing", "reliefs", "rules")
)


def taken(module: ModuleType, seen: set[str]) -> Iterator[str]:
    """The constants that a module's functions hold, and the functions it calls from elsewhere."""
    for name, value in sorted(vars(module).items()):
        if isinstance(value, int | tuple) and name.isupper() and name != "EDITION":
            yield f"{name}={value}"
        function: Any = getattr(value, "py_func", None)
        if function is None or function.__module__ == module.__name__:
            continue
        owner = inspect.getmodule(function)
        if owner is not None and owner.__name__ not in seen:
            seen.add(owner.__name__)
            yield from sources(owner)
            yield from taken(owner, seen)


def sources(module: ModuleType) -> Iterator[str]:
    """The source of every function that a module compiles."""
    for name, value in sorted(vars(module).items()):
        function: Any = getattr(value, "py_func", None)
        if function is not None and function.__module__ == module.__name__:
            yield f"{name}:{inspect.getsource(function)}"


def edition_of(module: ModuleType) -> str:
    """What must change in a module's file when what it compiles in from elsewhere changes."""
    held = [str(Terms._fields), *taken(module, {module.__name__})]
    return hashlib.sha256("\n".join(held).encode()).hexdigest()[:16]


@pytest.mark.parametrize("module", [fold, packing, reliefs, rules], ids=lambda m: m.__name__)
def test_a_file_of_the_kernel_tells_the_edition_of_what_it_compiles_in(module: Any) -> None:
    now = edition_of(module)
    assert now == module.EDITION, f'write EDITION = "{now}" in {module.__name__}'


def test_the_edition_follows_a_constant_and_the_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    before = edition_of(fold)
    monkeypatch.setattr(rules, "TICKET_OPEN", 99)
    changed = edition_of(fold)
    assert changed != before
    monkeypatch.setattr(rules, "charge_ticket", packing.sort_run)
    assert edition_of(fold) not in (before, changed)
