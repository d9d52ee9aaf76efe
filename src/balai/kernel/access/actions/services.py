"""Service accounts: programs that act under a name of their own."""

from __future__ import annotations

from django.db import transaction

from balai.kernel.access import queries
from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.actions.tokens import MAY_MANAGE
from balai.kernel.access.actions.users import add_user
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import find_role
from balai.kernel.problems import ProblemError


@transaction.atomic
def add_service(
    username: str,
    title: str,
    *,
    role: str,
    origin: Origin,
    place: str = "",
    by: User | None = None,
) -> User:
    """Make a service account that holds a role in a region: the bound of what its tokens may do.

    Whoever makes it must manage tokens there, and either grant roles there or hold all that the
    role gives, so that nobody makes a program that may do more than they.
    """
    if by is not None:
        _check(by, role, place)
    user = add_user(username, display_name=title, service=True, origin=origin)
    grant_role(user, role, place=place, origin=origin)
    return user


def _check(by: User, role: str, place: str) -> None:
    where = queries.region_code_of(place) or None
    holds_all = all(queries.holds(by, each, where) for each in find_role(role).permissions)
    may = queries.holds(by, MAY_MANAGE, where)
    if not may or not (holds_all or queries.holds(by, "access.grant_role", where)):
        raise ProblemError(
            "You may not make such a service account here", kind="forbidden", status=403
        )
