"""The roles that programmes declare, and the permissions each role carries.

A programme calls `register_roles` in its module `rules`, which Django imports at start-up. A
permission is asked for with its place: `user.has_perm("transit.view_taps", city)`. Without a place
it holds only for who holds it in the whole installation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rules.permissions import set_perm
from rules.predicates import predicate

from balai.kernel.problems import MissingError


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoAccount:
    """Who signs in with a role in the demonstration; `place` is a city's slug, empty for all."""

    username: str
    display_name: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleSpec:
    """A role as its programme declares it: short name, title by language, permissions.

    `sees_residents`: whoever holds it sees the rows of the residents of its region; what of them
    they may open is for the permissions. `delegable`: whether a holder may delegate it.
    """

    name: str
    title: Mapping[str, str]
    permissions: tuple[str, ...] = ()
    sees_residents: bool = False
    delegable: bool = True
    demo: DemoAccount | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A registered role; `name` is the programme's and its own: `transit.officer`."""

    name: str
    programme: str
    title: Mapping[str, str]
    permissions: frozenset[str] = field(default=frozenset())
    sees_residents: bool = False
    delegable: bool = True
    demo: DemoAccount | None = None


_roles: dict[str, Role] = {}


def register_roles(programme: str, specs: Iterable[RoleSpec]) -> None:
    """Make a programme's roles known, and each of their permissions to `user.has_perm`.

    ValueError where a role was registered otherwise before, or lacks a title in a language.
    """
    for spec in specs:
        role = Role(
            name=f"{programme}.{spec.name}", programme=programme, title=spec.title,
            permissions=frozenset(spec.permissions), sees_residents=spec.sees_residents,
            delegable=spec.delegable, demo=spec.demo,
        )  # fmt: skip
        if missing := {"id", "en"} - set(spec.title):
            raise ValueError(f"role {role.name} has no title in {', '.join(sorted(missing))}")
        if _roles.setdefault(role.name, role) != role:
            raise ValueError(f"role {role.name} is registered twice, and differently")
        for permission in spec.permissions:
            set_perm(permission, _predicate(permission))  # type: ignore[no-untyped-call]


def all_roles() -> tuple[Role, ...]:
    """Every registered role, by name."""
    return tuple(_roles[name] for name in sorted(_roles))


def find_role(name: str) -> Role:
    """The role of that full name; MissingError names those that exist."""
    if name not in _roles:
        raise MissingError(
            "No such role", detail=f"There is no role {name!r}. Roles: {', '.join(sorted(_roles))}."
        )
    return _roles[name]


def roles_with(permission: str) -> frozenset[str]:
    """The full names of the roles that carry a permission."""
    return frozenset(name for name, role in _roles.items() if permission in role.permissions)


def _predicate(permission: str) -> Any:
    def held(user: Any, place: Any = None) -> bool:
        from balai.kernel.access.queries import holds

        return holds(user, permission, place)

    return predicate(held, name=permission)  # type: ignore[no-untyped-call]
