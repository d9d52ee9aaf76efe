"""Passing a role on for a while: never more than is held, never further, never without an end."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from balai.kernel.access import queries
from balai.kernel.access.actions.audit import record
from balai.kernel.access.actions.grants import MAY_GRANT, code_of
from balai.kernel.access.models import RoleGrant, User
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import Role, find_role
from balai.kernel.problems import ConflictError, Fault, MissingError, ProblemError
from balai.kernel.regions import queries as regions

LONGEST = timedelta(days=366)


@transaction.atomic
def delegate_role(
    giver: User,
    to: User,
    grant_id: int,
    *,
    end: datetime,
    origin: Origin,
    place: str = "",
    permissions: Collection[str] | None = None,
    start: datetime | None = None,
    reason: str = "",
) -> RoleGrant:
    """Let another hold what the giver holds by the grant `grant_id`, or part of it, for a while.

    `place` (slug or code) narrows it to a region inside the grant's; `permissions` to some of the
    role's. It ends at `end` (exclusive) at the latest, and with the giver's own grant. What was
    delegated is not delegated further (UU 30/2014 art. 13 (3), 14).

    MissingError where the giver does not hold the grant now; ProblemError names what asks for more
    than is held; ConflictError where the same was delegated to the same person already.
    """
    source = queries.current_grants().select_for_update(of=("self",)).filter(
        pk=grant_id, user=giver, delegated_from=None
    ).first()  # fmt: skip
    if source is None:
        raise MissingError("You do not hold this role", detail="Only what is held is delegated.")
    role = find_role(source.role)
    code = code_of(place) or source.region_code
    start = start or timezone.now()
    given = None if permissions is None else sorted(set(permissions))
    faults = [*_whom(giver, to), *_what(role, source, code, given), *_when(source, start, end)]
    if faults:
        raise ProblemError("This cannot be delegated", faults=tuple(faults))
    made = _make(source, to, code, given, start, end, reason)
    record("access.role-delegated", origin, subject=to.username, region=code, role=role.name,
           by=giver.username, permissions=given, starts=start.isoformat(), ends=end.isoformat(),
           reason=made.reason)  # fmt: skip
    queries.forget_held(to)
    return made


@transaction.atomic
def end_delegation(delegation_id: int, *, by: User, origin: Origin) -> None:
    """End it at once: who gave it may, who received it, and who grants roles there. Again: no
    effect. MissingError where there is none that concerns them.
    """
    held = RoleGrant.objects.select_for_update(of=("self",)).select_related(
        "delegated_from__user", "user"
    ).filter(pk=delegation_id, delegated_from__isnull=False).first()  # fmt: skip
    if held is None or not _may_end(by, held):
        raise MissingError("No such delegation", detail="It is not yours to end.")
    if held.revoked_at is not None:
        return
    RoleGrant.objects.filter(pk=held.pk).update(revoked_at=timezone.now(), revoked_by=by)
    record("access.delegation-ended", origin, subject=held.user.username,
           region=held.region_code, role=held.role)  # fmt: skip
    queries.forget_held(held.user)


def _may_end(by: User, held: RoleGrant) -> bool:
    source = held.delegated_from
    assert source is not None
    own = by.pk in {held.user_id, source.user_id}
    return own or queries.holds(by, MAY_GRANT, held.region_code or None)


def _make(
    source: RoleGrant, to: User, code: str, permissions: list[str] | None, start: datetime,
    end: datetime, reason: str,
) -> RoleGrant:  # fmt: skip
    same = RoleGrant.objects.filter(
        user=to, delegated_from=source, region_code=code, revoked_at=None
    )
    # One that has run out is closed on the day it ended, so that it can be given anew.
    for over in same.filter(ends_at__lte=timezone.now()):
        RoleGrant.objects.filter(pk=over.pk).update(revoked_at=over.ends_at)
    if same.exists():
        raise ConflictError(
            "This is delegated to them already", detail="End that delegation first to change it."
        )
    return RoleGrant.objects.create(
        user=to, programme=source.programme, role=source.role, region_code=code,
        starts_at=start, ends_at=end, granted_by=source.user, delegated_from=source,
        permissions=permissions, capacity=RoleGrant.Capacity.DELEGATE, reason=reason.strip(),
    )  # fmt: skip


def _whom(giver: User, to: User) -> list[Fault]:
    if to.pk == giver.pk:
        return [Fault(field="to", problem="is yourself", remedy="Choose a colleague")]
    if to.is_service or not to.is_active:
        return [Fault(field="to", value=to.username, problem="is no person who can sign in",
                      remedy="Choose a colleague")]  # fmt: skip
    return []


def _what(role: Role, source: RoleGrant, code: str, given: list[str] | None) -> list[Fault]:
    faults = []
    if not role.delegable:
        faults.append(Fault(field="role", value=role.name, problem="is not to be delegated",
                            remedy="Ask whoever grants roles"))  # fmt: skip
    inside = not source.region_code or (bool(code) and source.region_code in regions.lineage(code))
    if not inside:
        faults.append(Fault(field="place", value=code or "all", problem="lies outside your region",
                            remedy=f"Choose a region inside {source.region_code}"))  # fmt: skip
    if given is not None and not given:
        faults.append(Fault(field="permissions", problem="none is chosen",
                            remedy="Choose at least one"))  # fmt: skip
    for each in given or []:
        if each not in role.permissions:
            faults.append(Fault(field="permissions", value=each, problem="is not of your role",
                                remedy=f"Choose among {sorted(role.permissions)}"))  # fmt: skip
    return faults


def _when(source: RoleGrant, start: datetime, end: datetime) -> list[Fault]:
    if end <= start or end <= timezone.now():
        return [Fault(field="end", problem="is over already", remedy="Choose a later day")]
    if end - start > LONGEST:
        return [Fault(field="end", problem="is more than a year away",
                      remedy="Delegate for a year at most, then anew")]  # fmt: skip
    if source.ends_at is not None and end > source.ends_at:
        return [Fault(field="end", problem="is after your own role ends",
                      remedy=f"Choose {source.ends_at:%Y-%m-%d %H:%M} UTC or before")]  # fmt: skip
    return []
