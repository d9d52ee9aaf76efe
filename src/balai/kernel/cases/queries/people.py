"""As what somebody acts on a case."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from balai.kernel.access.queries import current_grants, has_role, holds, holds_anywhere
from balai.kernel.access.roles import all_roles
from balai.kernel.cases.engine import RESIDENT, CaseState, Service, possible
from balai.kernel.cases.engine.definition import PASSING
from balai.kernel.cases.models import Case
from balai.kernel.cases.queries.services import service, services
from balai.kernel.cases.rules import ROLES, WORK
from balai.kernel.people.queries import person_of
from balai.kernel.regions.codes import is_under


def roles_on(row: Case, user: Any) -> tuple[str, ...]:
    """The roles by which the user may act on the case: the resident's own, and those that hold in
    the region of the office that has the case, the room's and those that its service names.
    """
    asked = roles_of_service(service(row.service_code, row.service_version))
    roles = [role for role in asked if has_role(user, role, row.region_code)]
    if row.applicant_id is not None and row.applicant_id == getattr(user, "pk", None):
        return (RESIDENT, *roles)
    own = row.person_id is not None and person_of(user) == row.person_id
    return (RESIDENT, *roles) if own else tuple(roles)


def roles_of_service(definition: Service) -> tuple[str, ...]:
    """The roles that may act on a case of the service, the widest first: the room's own, and those
    its steps and escalations name, of whichever programme. A role nobody registered has no holder.
    """
    known = {role.name for role in all_roles()}
    named = (role for step in definition.steps for role in (step.role, step.escalate_to))
    return tuple(dict.fromkeys([*ROLES, *(role for role in named if role in known)]))


def works_in(user: Any, region: str) -> bool:
    """Whether the user has to do with cases of the region, or of a part of it: by the permission
    to work on cases, or by a role that a published service names.
    """
    if holds(user, WORK, region) or holds_anywhere(user, WORK):
        return True
    held = regions_by_role(user)
    if not held:
        return False
    named = {role for each in services() for role in roles_of_service(each)}
    return any(
        named.intersection(roles) and (is_under(region, where) or is_under(where, region))
        for where, roles in held
    )


def regions_by_role(user: Any) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Where the user holds which roles in whole: (region code, roles); empty code: everywhere."""
    found: dict[str, list[str]] = {}
    rows = current_grants().filter(user=user, permissions=None)
    for region, role in rows.values_list("region_code", "role").order_by("region_code", "role"):
        found.setdefault(region, []).append(role)
    return tuple((region, tuple(roles)) for region, roles in found.items())


def acts_of(
    service: Service, state: CaseState, row: Case, user: Any, *, now: datetime
) -> frozenset[str]:
    """Every act that the user may do now, in whichever role."""
    name = user.get_username() if user is not None else ""
    return frozenset().union(
        *(possible(service, state, role=role, actor=name, now=now) for role in roles_on(row, user))
    )


def acting_role(
    service: Service, state: CaseState, row: Case, user: Any, kind: str, *, now: datetime
) -> str:
    """The role in which the user may do the act: the step's own before a wider one. Where none
    may, the first that the user has on the case, so that the engine says why not; else empty.
    """
    roles = sorted(roles_on(row, user), key=lambda role: role != state.role)
    name = user.get_username()
    kinds = service.step(state.step).acts & PASSING if kind == "pass" else {kind}
    for role in roles:
        if kinds & possible(service, state, role=role, actor=name, now=now):
            return role
    return roles[0] if roles else ""
