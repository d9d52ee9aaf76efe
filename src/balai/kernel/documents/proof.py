"""Proof that whoever is at the keyboard is the person whose account signs."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from balai.kernel.documents.signers.base import Passphrase, SignerError


def asks_for_code(user: Any) -> bool:
    """Whether the account proves itself by a code of its authenticator app (else its password)."""
    from allauth.mfa.models import Authenticator

    return bool(Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists())


def prove(user: Any, secret: Passphrase) -> None:
    """SignerError unless the secret is the account's code (with an app) or password (without)."""
    if asks_for_code(user):
        from allauth.mfa.models import Authenticator
        from allauth.mfa.totp.internal.auth import TOTP

        kept = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
        if not TOTP(kept).validate_code(secret.value):
            raise SignerError(_("The code of the authenticator app is wrong"))
    elif not user.check_password(secret.value):
        raise SignerError(_("The password is wrong"))
