"""What an API token may be made for. A scope never gives more than its owner's permission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from balai.kernel.problems import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class ScopeSpec:
    """A scope: full name (`transit:taps`), title by language, the permission it stands for."""

    name: str
    title: Mapping[str, str]
    permission: str


_scopes: dict[str, ScopeSpec] = {}


def register_scopes(programme: str, specs: Iterable[ScopeSpec]) -> None:
    """Make a programme's scopes known. ValueError for a foreign name or a different repeat."""
    for spec in specs:
        if not spec.name.startswith(f"{programme}:"):
            raise ValueError(f"scope {spec.name} must begin with {programme}:")
        if _scopes.setdefault(spec.name, spec) != spec:
            raise ValueError(f"scope {spec.name} is registered twice, and differently")


def all_scopes() -> tuple[ScopeSpec, ...]:
    """Every registered scope, by name."""
    return tuple(_scopes[name] for name in sorted(_scopes))


def find_scope(name: str) -> ScopeSpec:
    """The scope of that name; MissingError names those that exist."""
    if name not in _scopes:
        known = ", ".join(sorted(_scopes)) or "none"
        raise MissingError("No such scope", detail=f"There is no scope {name!r}. Scopes: {known}.")
    return _scopes[name]
