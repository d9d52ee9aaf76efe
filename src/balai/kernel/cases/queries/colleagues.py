"""Who else could have a case, and what the users of a list may do with its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from balai.kernel.access.queries import current_grants, has_role, holds_within
from balai.kernel.cases.engine import possible
from balai.kernel.cases.queries.people import regions_by_role, roles_of_service
from balai.kernel.cases.queries.queue import QueueRow
from balai.kernel.cases.queries.services import services
from balai.kernel.cases.rules import WORK
from balai.kernel.regions.codes import is_under
from balai.kernel.regions.queries import City

MOST_NAMED = 200


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who holds a role at an office: account and name."""

    username: str
    name: str


def works_here(user: Any, city: City) -> bool:
    """Whether the user works on cases of the city or of a part of it, by the permission or by a
    role that a published service names.
    """
    if holds_within(user, WORK, city):
        return True
    named = {role for each in services() for role in roles_of_service(each)}
    return any(
        named.intersection(roles)
        and (not where or is_under(city.region_code, where) or is_under(where, city.region_code))
        for where, roles in regions_by_role(user)
    )


def colleagues(role: str, region: str) -> tuple[Colleague, ...]:
    """Who holds the role in whole in the region, or above it, by name."""
    parts = region.split(".")
    above = ["", *(".".join(parts[:count]) for count in range(1, len(parts) + 1))]
    rows = current_grants().filter(
        Q(role=role, region_code__in=above, permissions=None, user__is_active=True)
    )
    users = {each.user_id: each.user for each in rows.select_related("user")[:MOST_NAMED]}
    found = [
        Colleague(each.get_username(), each.get_full_name() or each.get_username())
        for each in users.values()
    ]
    return tuple(sorted(found, key=lambda each: each.name))


def acts_on_rows(user: Any, rows: Sequence[QueueRow]) -> dict[UUID, frozenset[str]]:
    """What the user may do now with each row of a list as an officer."""
    now, name = timezone.now(), user.get_username()
    held: dict[tuple[str, str], bool] = {}

    def holds_role(role: str, region: str) -> bool:
        key = (role, region)
        if key not in held:
            held[key] = has_role(user, role, region)
        return held[key]

    return {
        row.id: frozenset().union(
            *(
                possible(row.service, row.state, role=role, actor=name, now=now)
                for role in roles_of_service(row.service)
                if holds_role(role, row.region_code)
            )
        )
        for row in rows
    }
