"""Proof that whoever is at the keyboard is the person whose account signs: asked for each time."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from django.utils.translation import gettext as _

from balai.kernel.access import throttle
from balai.kernel.access.origin import Origin
from balai.kernel.documents.signers.base import Passphrase, SignerError

WRONG = ("documents.proof", "10/15m")
"""How many wrong secrets of an account are borne: a code has only six digits."""


def asks_for(user: Any) -> Literal["code", "password", ""]:
    """What the account types to prove itself: the code of its authenticator app, else its password;
    nothing where it has neither, but a passkey.
    """
    from allauth.mfa.models import Authenticator

    if Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        return "code"
    return "password" if user.has_usable_password() else ""


def has_passkey(user: Any) -> bool:
    """Whether the account has a passkey or a security key."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN).exists())


def prove(user: Any, secret: Passphrase, *, by: Origin) -> None:
    """SignerError unless the person proved themselves with a passkey minutes ago (`by`), or the
    secret is the account's code (with an app) or password (without). ThrottledError after too many
    wrong ones.
    """
    if by.by_passkey and by.actor == user.get_username():
        return
    asked = asks_for(user)
    throttle.require_left(*WRONG, user.get_username())
    if asked and _right(user, secret, asked):
        return
    with suppress(throttle.ThrottledError):
        throttle.spend(*WRONG, user.get_username())
    raise SignerError(
        {"code": _("The code of the authenticator app is wrong"),
         "password": _("The password is wrong"),
         "": _("Confirm with your passkey first")}[asked]
    )  # fmt: skip


def _right(user: Any, secret: Passphrase, asked: str) -> bool:
    if asked == "password":
        return bool(user.check_password(secret.value))
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP

    kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    return bool(TOTP(kept).validate_code(secret.value))
