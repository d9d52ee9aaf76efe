"""Granting a role in a region and taking it back."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from balai.kernel.access import queries
from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import RoleGrant, User
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import find_role
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions import queries as regions

MAY_GRANT = "access.grant_role"


@transaction.atomic
def grant_role(
    user: User,
    role: str,
    *,
    origin: Origin,
    place: str = "",
    start: datetime | None = None,
    end: datetime | None = None,
    by: User | None = None,
    capacity: str = "",
    reason: str = "",
) -> RoleGrant:
    """Give a role in a region or city (slug or code; empty: the whole installation).

    From `start` (now) until `end` (exclusive; open). A grant that already stands gets the new
    period. Whoever grants must hold `access.grant_role` there; `by=None` is the installation
    itself (command line, demonstration). `capacity` `plh` or `plt` makes the user the acting
    holder, which needs an end (UU 30/2014 art. 14).
    """
    found = find_role(role)
    code = code_of(place)
    if by is not None and not queries.holds(by, MAY_GRANT, code or None):
        raise ProblemError("You may not grant roles here", kind="forbidden", status=403)
    start = start or timezone.now()
    if end is not None and end <= start:
        raise ProblemError("The grant ends before it begins", detail=f"{end} is not after {start}.")
    _check_acting(user, found.name, code, capacity, end)
    grant, _ = RoleGrant.objects.update_or_create(
        user=user, role=found.name, region_code=code, revoked_at=None, delegated_from=None,
        create_defaults={"programme": found.programme, "starts_at": start, "ends_at": end,
                         "granted_by": by, "capacity": capacity, "reason": reason.strip()},
        defaults={"ends_at": end},
    )  # fmt: skip
    acting = {"capacity": capacity, "reason": reason.strip()} if capacity else {}
    record("access.role-granted", origin, subject=user.username, role=found.name, region=code,
           starts=grant.starts_at.isoformat(), ends=end.isoformat() if end else None,
           **acting)  # fmt: skip
    queries.forget_held(user)
    return grant


@transaction.atomic
def revoke_role(
    user: User, role: str, *, origin: Origin, place: str = "", by: User | None = None
) -> None:
    """Take a role back at once. MissingError where it is not held there."""
    code = code_of(place)
    if by is not None and not queries.holds(by, MAY_GRANT, code or None):
        raise ProblemError("You may not take roles back here", kind="forbidden", status=403)
    changed = RoleGrant.objects.filter(
        user=user, role=role, region_code=code, revoked_at=None, delegated_from=None
    ).update(revoked_at=timezone.now(), revoked_by=by)
    if not changed:
        raise MissingError(
            "No such grant", detail=f"{user.username} does not hold {role} in {code or 'all'}."
        )
    record("access.role-revoked", origin, subject=user.username, role=role, region=code)
    queries.forget_held(user)


def _check_acting(user: User, role: str, code: str, capacity: str, end: datetime | None) -> None:
    if capacity not in {"", RoleGrant.Capacity.PLH, RoleGrant.Capacity.PLT}:
        raise ProblemError("No such capacity", detail=f"{capacity!r} is none of plh, plt.")
    if capacity and end is None:
        raise ProblemError("Acting for somebody needs an end", faults=(
            Fault(field="end", problem="is missing", remedy="Say the last day"),))  # fmt: skip
    held = RoleGrant.objects.filter(
        user=user, role=role, region_code=code, revoked_at=None, delegated_from=None
    ).first()
    if held is not None and held.capacity != capacity:
        raise ConflictError(
            "The role is held otherwise already",
            detail=f"{user.username} holds {role} here {held.get_capacity_display()}."
            " Take that back first.",
        )


def code_of(place: str) -> str:
    """The region code of a city's slug or a code; empty for the whole installation."""
    code = queries.region_code_of(place) if place else ""
    return regions.place(code).code if code else ""
