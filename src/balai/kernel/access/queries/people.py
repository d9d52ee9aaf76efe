"""Who holds which role around a place, and the service accounts there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone

from balai.kernel.access.models import ApiCall, ApiToken, RoleGrant, User
from balai.kernel.access.queries.holding import current_grants
from balai.kernel.problems import MissingError
from balai.kernel.regions import queries as regions

SOON = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantSearch:
    """Which grants are looked for: `within` a region and above it; `state` is `now` (default),
    `ending` (within 30 days), `coming`, `over` or `all`.
    """

    within: str = ""
    text: str = ""
    role: str = ""
    state: str = "now"


def search_grants(search: GrantSearch) -> Any:
    """The grants that fit, by name, as a query with their accounts."""
    rows = _in_state(search.state).select_related("user", "delegated_from__user", "granted_by")
    if search.within:
        rows = rows.filter(_around(search.within))
    if search.role:
        rows = rows.filter(role=search.role)
    if search.text:
        rows = rows.filter(
            Q(user__username__icontains=search.text) | Q(user__display_name__icontains=search.text)
        )
    return rows.order_by("user__display_name", "user__username", "role", "region_code", "pk")


def find_grant(pk: int, *, within: str) -> RoleGrant:
    """A grant that stands, in a region or below it; MissingError where there is none."""
    found = RoleGrant.objects.select_related("user", "delegated_from__user").filter(
        Q(region_code=within) | Q(region_code__startswith=f"{within}."), pk=pk, revoked_at=None
    ).first()  # fmt: skip
    if found is None:
        raise MissingError("No such grant", detail="It was taken back, or lies elsewhere.")
    return found


def delegations_by(user: User) -> Any:
    """What the user delegated and has not ended, the newest first."""
    return RoleGrant.objects.filter(
        delegated_from__user=user, revoked_at=None, ends_at__gt=timezone.now()
    ).select_related("user").order_by("-granted_at")  # fmt: skip


def delegations_to(user: User) -> Any:
    """What is delegated to the user and has not ended, the newest first."""
    return RoleGrant.objects.filter(
        user=user, delegated_from__isnull=False, revoked_at=None, ends_at__gt=timezone.now()
    ).select_related("delegated_from__user").order_by("-granted_at")  # fmt: skip


def services_in(within: str) -> Any:
    """The service accounts that hold or held a role in a region or below it."""
    held = RoleGrant.objects.filter(
        Q(region_code=within) | Q(region_code__startswith=f"{within}."), user__is_service=True
    )
    live = Q(tokens__revoked_at=None) & (
        Q(tokens__expires_at=None) | Q(tokens__expires_at__gt=timezone.now())
    )
    return User.objects.filter(pk__in=held.values("user")).annotate(
        live=Count("tokens", filter=live, distinct=True), used_at=Max("tokens__last_used_at")
    ).order_by("username")  # fmt: skip


def find_service(username: str, *, within: str) -> User:
    """A service account of a region; MissingError where there is none."""
    found = services_in(within).filter(username=username).first()
    if found is None:
        raise MissingError("No such service account", detail=f"There is no {username!r} here.")
    return found  # type: ignore[no-any-return]


def renewed_tokens(owner: User) -> frozenset[int]:
    """The ids of the tokens that another one, not revoked, takes the place of."""
    rows = ApiToken.objects.filter(owner=owner, renews__isnull=False, revoked_at=None)
    return frozenset(rows.values_list("renews_id", flat=True))


def calls_of(owner: User) -> Any:
    """The calls of a service account, the newest first."""
    return ApiCall.objects.filter(account=owner.username).order_by("-at", "-pk")


def _in_state(state: str) -> Any:
    now = timezone.now()
    if state == "ending":
        return current_grants().filter(ends_at__lte=now + SOON)
    if state == "coming":
        return RoleGrant.objects.filter(revoked_at=None, starts_at__gt=now)
    if state == "over":
        return RoleGrant.objects.filter(Q(revoked_at__isnull=False) | Q(ends_at__lte=now))
    return RoleGrant.objects.all() if state == "all" else current_grants()


def _around(code: str) -> Q:
    below = Q(region_code=code) | Q(region_code__startswith=f"{code}.")
    return below | Q(region_code__in=["", *regions.lineage(code)])
