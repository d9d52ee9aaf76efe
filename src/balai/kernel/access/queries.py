"""Who may do what where, and what was done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from balai.kernel.access.models import ApiToken, AuditEntry, RoleGrant, User
from balai.kernel.access.roles import Role, find_role, roles_with
from balai.kernel.access.scopes import ScopeSpec, all_scopes
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE

HELD = "_held_roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that a user holds: since when, until when, where (empty: everywhere)."""

    role: Role
    region_code: str
    region_name: str
    starts_at: datetime
    ends_at: datetime | None


def holds(user: Any, permission: str, place: Any = None) -> bool:
    """Whether a role of the user carries the permission in this place.

    `place` is a region code, a city's slug, or anything with a `region_code`. A role granted in a
    region holds in everything below it. Without a place only a grant for the whole installation
    counts, so that a forgotten place refuses.
    """
    return any(_covers(user, role, place) for role in roles_with(permission))


def holds_anywhere(user: Any, permission: str) -> bool:
    """Whether the user holds the permission in some place; for menus, never for a decision."""
    carried = roles_with(permission)
    return _is_superuser(user) or any(role in carried for role, _ in _held(user))


def has_role(user: Any, role: str, place: Any = None) -> bool:
    """Whether the user holds the role (`transit.officer`) in this place; see `holds`."""
    find_role(role)
    return _covers(user, role, place)


def resident_regions(user: Any) -> frozenset[str]:
    """The region codes where a role of the user sees residents; `*` for the installation."""
    if _is_superuser(user):
        return frozenset({EVERYWHERE})
    return frozenset(
        region or EVERYWHERE
        for role, region in _held(user)
        if _is_registered(role) and find_role(role).sees_residents
    )


def roles_of(user: User) -> tuple[Held, ...]:
    """The roles that the user holds now, by role and region."""
    rows = _current(user).order_by("role", "region_code")
    return tuple(
        Held(role=find_role(row.role), region_code=row.region_code,
             region_name=region_name(row.region_code), starts_at=row.starts_at,
             ends_at=row.ends_at)
        for row in rows
        if _is_registered(row.role)
    )  # fmt: skip


def region_name(code: str) -> str:
    """The name of a region; empty for the whole installation."""
    return regions.place(code).name if code else ""


def region_code_of(place: Any) -> str:
    """The region code that a place stands for: a code, a city's slug, or its `region_code`.

    TypeError for anything else, so that a wrong argument is never taken for everywhere.
    """
    if place is None:
        return ""
    if isinstance(place, str):
        city = regions.find_city(place) if place[:1].islower() else None
        return city.region_code if city else place
    code = getattr(place, "region_code", None)
    if not isinstance(code, str):
        raise TypeError(f"{type(place).__name__} is no place: it has no region_code")
    return code


def find_user(username: str) -> User:
    """The account of that user name, whatever its case; MissingError where there is none."""
    found = User.objects.filter(username__iexact=username).first()
    if found is None:
        raise MissingError("No such account", detail=f"No account is called {username!r}.")
    return found


def tokens_of(owner: User | None = None) -> tuple[ApiToken, ...]:
    """The tokens of an account (of all without one), those that still work first."""
    rows = ApiToken.objects.select_related("owner").order_by("-revoked_at", "-created_at")
    return tuple(rows.filter(owner=owner) if owner else rows)


def find_token(prefix: str) -> ApiToken:
    """The token with this prefix; MissingError where there is none."""
    found = ApiToken.objects.select_related("owner").filter(prefix=prefix).first()
    if found is None:
        raise MissingError("No such token", detail=f"No token begins with balai_{prefix}.")
    return found


def scopes_open_to(user: User) -> tuple[ScopeSpec, ...]:
    """The scopes for which the user could make a token somewhere."""
    return tuple(each for each in all_scopes() if holds_anywhere(user, each.permission))


def audit_of(*, actor: str = "", subject: str = "", limit: int = 100) -> Sequence[AuditEntry]:
    """The newest entries of the audit, by who acted or whom it concerned."""
    rows = AuditEntry.objects.order_by("-at", "-pk")
    if actor:
        rows = rows.filter(actor=actor)
    if subject:
        rows = rows.filter(subject=subject)
    return list(rows[:limit])


def forget_held(user: User) -> None:
    """Let the next question about the user's roles ask the database again."""
    user.__dict__.pop(HELD, None)


def _covers(user: Any, role: str, place: Any) -> bool:
    if not getattr(user, "is_active", False):
        return False
    if _is_superuser(user):
        return True
    where = {region for held, region in _held(user) if held == role}
    if not where or "" in where:
        return bool(where)
    code = region_code_of(place)
    return bool(code) and not where.isdisjoint(regions.lineage(code))


def _is_superuser(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def _held(user: Any) -> frozenset[tuple[str, str]]:
    # Kept on the object, which lives as long as one request.
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if HELD not in user.__dict__:
        user.__dict__[HELD] = frozenset(_current(user).values_list("role", "region_code"))
    held: frozenset[tuple[str, str]] = user.__dict__[HELD]
    return held


def _current(user: User) -> Any:
    now = timezone.now()
    return RoleGrant.objects.filter(
        Q(ends_at=None) | Q(ends_at__gt=now), user=user, revoked_at=None, starts_at__lte=now
    )


def _is_registered(role: str) -> bool:
    try:
        return bool(find_role(role))
    except MissingError:
        return False
