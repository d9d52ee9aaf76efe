"""The demonstration's sign-ins."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import transaction

from balai.kernel.access.actions.audit import record
from balai.kernel.access.actions.grants import grant_role
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin
from balai.kernel.access.roles import DemoAccount, all_roles

KNOWN_PASSWORD = "coba-balai-2026"  # noqa: S105 - printed at every start of a demonstration
RESIDENT = DemoAccount(username="resident", display_name="Sari Wulandari", place="jakarta")
UNCHANGED = "(as it was set)"
ADMINISTRATOR = "access.admin"


@transaction.atomic
def ensure_demo_users() -> list[tuple[str, str, str]]:
    """Make a resident and one account for each role that declares one; again: changes nothing.

    Returns (user name, password, title of the role). The password is the known one only where the
    installation is a demonstration (`BALAI_DEMO=1`), else a random one, told once. An account that
    exists keeps its password and roles: it may be a real person's.
    """
    origin = Origin(channel="demo")
    accounts = [(*_ensure(RESIDENT, origin)[1:], "Resident")]
    for role in all_roles():
        if role.demo is None:
            continue
        user, username, password = _ensure(role.demo, origin)
        if user is not None:
            grant_role(user, role.name, place=role.demo.place, origin=origin)
            if role.name == ADMINISTRATOR:
                User.objects.filter(pk=user.pk).update(is_staff=True, is_superuser=True)
        accounts.append((username, password, role.title["en"]))
    return accounts


def _ensure(account: DemoAccount, origin: Origin) -> tuple[User | None, str, str]:
    known = User.objects.filter(username__iexact=account.username).first()
    if known is not None:
        same = settings.DEMONSTRATION and known.check_password(KNOWN_PASSWORD)
        return None, known.username, KNOWN_PASSWORD if same else UNCHANGED
    password = KNOWN_PASSWORD if settings.DEMONSTRATION else secrets.token_urlsafe(12)
    user = User.objects.create_user(
        account.username, password=password, display_name=account.display_name
    )
    record("access.user-added", origin, subject=user.username, demonstration=True)
    return user, user.username, password
