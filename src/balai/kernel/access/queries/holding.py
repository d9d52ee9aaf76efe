"""Who may do what where."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone

from balai.kernel.access.models import ApiToken, RoleGrant, User
from balai.kernel.access.roles import Role, all_roles, find_role, roles_with
from balai.kernel.access.scopes import ScopeSpec, all_scopes
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions
from balai.kernel.row_security import EVERYWHERE

HELD = "_held_roles"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A role that a user holds: since when, until when, where (empty: everywhere), as what.

    `permissions` are those given where a delegation gives only some, else None; `delegated_by` is
    who gave it.
    """

    grant_id: int
    role: Role
    region_code: str
    region_name: str
    starts_at: datetime
    ends_at: datetime | None
    capacity: str = ""
    permissions: frozenset[str] | None = None
    delegated_by: str = ""

    @property
    def capacity_title(self) -> str:
        """As what it is held, for people."""
        return str(RoleGrant.Capacity(self.capacity).label)

    @property
    def may_delegate(self) -> bool:
        """Whether it may be delegated: what was delegated goes no further."""
        return not self.delegated_by


class _Hold(NamedTuple):
    """What decides: the role, where, and which of its permissions (None: all)."""

    role: str
    region: str
    permissions: frozenset[str] | None


def holds(user: Any, permission: str, place: Any = None) -> bool:
    """Whether a role of the user carries the permission in this place.

    `place` is a region code, a city's slug, or anything with a `region_code`. A role granted in a
    region holds in everything below it. Without a place only a grant for the whole installation
    counts, so that a forgotten place refuses.
    """
    if not getattr(user, "is_active", False):
        return False
    roles = roles_with(permission)
    if _is_superuser(user):
        return bool(roles)
    return _reaches({each.region for each in _held(user) if _gives(each, roles, permission)}, place)


def holds_within(user: Any, permission: str, place: Any) -> bool:
    """Whether the user holds the permission in the place, or in a region inside it: for pages of a
    city on which the officers of its villages work too, each with the rows of their own.
    """
    code = region_code_of(place)
    if holds(user, permission, place):
        return True
    roles = roles_with(permission)
    return bool(code) and any(
        each.region.startswith(f"{code}.")
        for each in _held(user)
        if _gives(each, roles, permission)
    )


def holds_anywhere(user: Any, permission: str) -> bool:
    """Whether the user holds the permission in some place; for menus, never for a decision."""
    roles = roles_with(permission)
    return _is_superuser(user) or any(_gives(each, roles, permission) for each in _held(user))


def permissions_in(user: Any, place: Any) -> frozenset[str]:
    """Every permission that the user holds in this place."""
    return frozenset(
        permission for role in all_roles() for permission in role.permissions
        if holds(user, permission, place)
    )  # fmt: skip


def has_role(user: Any, role: str, place: Any = None) -> bool:
    """Whether the user holds the whole role (`transit.officer`) in this place; see `holds`."""
    find_role(role)
    if not getattr(user, "is_active", False):
        return False
    whole = {each.region for each in _held(user) if each.role == role and each.permissions is None}
    return _is_superuser(user) or _reaches(whole, place)


def is_officer(user: Any) -> bool:
    """Whether the account holds any role at all, or is the installation's own."""
    return _is_superuser(user) or bool(_held(user))


def holds_role_anywhere(user: Any, role: str) -> bool:
    """Whether the user holds the role, or some of it, in some place."""
    return any(each.role == role for each in _held(user))


def resident_regions(user: Any) -> frozenset[str]:
    """The region codes where a role of the user sees residents; `*` for the installation."""
    if _is_superuser(user):
        return frozenset({EVERYWHERE})
    return frozenset(
        each.region or EVERYWHERE
        for each in _held(user)
        if _is_registered(each.role) and find_role(each.role).sees_residents
    )


def resident_offices(user: Any) -> tuple[tuple[str, str], ...]:
    """The roles that see residents and that the user holds whole, each with the region it holds
    in (empty: everywhere). None for an account that may do everything without any role.
    """
    if _is_superuser(user):
        return ()
    return tuple(sorted(
        (each.role, each.region)
        for each in _held(user)
        if each.permissions is None
        and _is_registered(each.role)
        and find_role(each.role).sees_residents
    ))  # fmt: skip


def roles_of(user: User) -> tuple[Held, ...]:
    """The roles that the user holds now, by role and region."""
    rows = current_grants().filter(user=user).select_related("delegated_from__user")
    return tuple(_told(row) for row in rows.order_by("role", "region_code", "pk")
                 if _is_registered(row.role))  # fmt: skip


def capacity_of(user: Any, role: str, place: Any) -> str:
    """As what the user holds a role in a place: "" in their own right, `plh`, `plt`, `delegate`.

    MissingError where it is not held there.
    """
    find_role(role)
    lineage = {"", *regions.lineage(region_code_of(place))} if region_code_of(place) else {""}
    rows = current_grants().filter(user=user, role=role, region_code__in=lineage)
    found = sorted(rows.values_list("capacity", flat=True))
    if not found:
        raise MissingError("The role is not held here", detail=f"{user} does not hold {role}.")
    return str(found[0])


def current_grants() -> Any:
    """The grants that hold now. A delegation ends with what it was delegated from."""
    now = timezone.now()
    open_now = Q(ends_at=None) | Q(ends_at__gt=now)
    source = Q(delegated_from=None) | (
        Q(delegated_from__revoked_at=None, delegated_from__starts_at__lte=now,
          delegated_from__user__is_active=True)
        & (Q(delegated_from__ends_at=None) | Q(delegated_from__ends_at__gt=now))
    )  # fmt: skip
    return RoleGrant.objects.filter(open_now, source, revoked_at=None, starts_at__lte=now)


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


def forget_held(user: User) -> None:
    """Let the next question about the user's roles ask the database again."""
    user.__dict__.pop(HELD, None)


def _gives(held: _Hold, roles: frozenset[str], permission: str) -> bool:
    return held.role in roles and (held.permissions is None or permission in held.permissions)


def _reaches(where: set[str], place: Any) -> bool:
    if not where or "" in where:
        return bool(where)
    code = region_code_of(place)
    return bool(code) and not where.isdisjoint(regions.lineage(code))


def _told(row: RoleGrant) -> Held:
    source = row.delegated_from
    return Held(
        grant_id=row.pk, role=find_role(row.role), region_code=row.region_code,
        region_name=region_name(row.region_code), starts_at=row.starts_at, ends_at=row.ends_at,
        capacity=row.capacity, delegated_by=source.user.get_full_name() if source else "",
        permissions=frozenset(row.permissions) if row.permissions is not None else None,
    )  # fmt: skip


def _is_superuser(user: Any) -> bool:
    return bool(getattr(user, "is_active", False) and getattr(user, "is_superuser", False))


def _held(user: Any) -> frozenset[_Hold]:
    # Kept on the object, which lives as long as one request.
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if HELD not in user.__dict__:
        rows = current_grants().filter(user=user)
        user.__dict__[HELD] = frozenset(
            _Hold(role, region, None if some is None else frozenset(some))
            for role, region, some in rows.values_list("role", "region_code", "permissions")
        )
    held: frozenset[_Hold] = user.__dict__[HELD]
    return held


def _is_registered(role: str) -> bool:
    try:
        return bool(find_role(role))
    except MissingError:
        return False
