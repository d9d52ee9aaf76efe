"""Sign-ins, sign-outs and changes of a password or second factor, written to the audit."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import User
from balai.kernel.access.origin import Origin, address_of


def _origin(request: HttpRequest | None, user: Any) -> Origin:
    actor = user.get_username() if user is not None else ""
    return Origin(actor, address_of(request) if request is not None else None, "web")


@receiver(user_logged_in)
def signed_in(sender: object, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Record a sign-in."""
    record("access.signed-in", _origin(request, user), subject=user.get_username())


@receiver(user_logged_out)
def signed_out(sender: object, user: Any, request: HttpRequest | None = None, **_: Any) -> None:
    """Record a sign-out of somebody who was signed in."""
    if user is not None:
        record("access.signed-out", _origin(request, user), subject=user.get_username())


@receiver(user_login_failed)
def refused(
    sender: object, credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any
) -> None:
    """Record a failed sign-in; the name only of an account that exists, for people also type
    their password there.
    """
    typed = str(credentials.get("username") or credentials.get("login") or "")
    known = User.objects.filter(username__iexact=typed).first() if typed else None
    record("access.sign-in-failed", _origin(request, None),
           subject=known.username if known else "")  # fmt: skip


def _about_account(action: str) -> Any:
    def changed(
        sender: object, request: HttpRequest | None = None, user: Any = None, **more: Any
    ) -> None:
        kind = getattr(more.get("authenticator"), "type", None)
        detail = {"factor": str(kind)} if kind else {}
        record(action, _origin(request, user), subject=user.get_username(), **detail)

    return changed


for _signal, _action in (
    (password_changed, "access.password-changed"),
    (password_set, "access.password-set"),
    (password_reset, "access.password-reset"),
    (authenticator_added, "access.factor-added"),
    (authenticator_removed, "access.factor-removed"),
    (authenticator_reset, "access.factor-renewed"),
):
    _signal.connect(_about_account(_action), weak=False, dispatch_uid=_action)
