"""The account behind an identity that is kept elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import Identity, User
from balai.kernel.access.oidc.claims import IdentityClaims, tell
from balai.kernel.access.origin import Origin
from balai.kernel.problems import ProblemError


@transaction.atomic
def account_of_identity(claims: IdentityClaims, *, origin: Origin) -> User:
    """The account of an issuer's subject, made at its first sign-in; those who listen are told.

    It is never an account that existed otherwise: an issuer opens no officer's account. 403 where
    it is shut out; what a listener refuses leaves nothing behind.
    """
    held = Identity.objects.select_related("user").filter(
        issuer=claims.issuer, subject=claims.subject
    ).first()  # fmt: skip
    if held is None:
        held = _linked(claims, origin)
    if not held.user.is_active:
        raise ProblemError("This account is shut out", kind="forbidden", status=403)
    Identity.objects.filter(pk=held.pk).update(last_used_at=timezone.now())
    tell(held.user, claims, replace(origin, actor=held.user.username))
    return held.user


def _linked(claims: IdentityClaims, origin: Origin) -> Identity:
    try:
        with transaction.atomic():
            user = User(username=f"id-{secrets.token_hex(8)}", display_name=claims.name)
            user.set_unusable_password()
            user.save()
            made = Identity.objects.create(user=user, issuer=claims.issuer, subject=claims.subject)
    except IntegrityError:
        # The same person came in twice at once.
        return Identity.objects.select_related("user").get(
            issuer=claims.issuer, subject=claims.subject
        )
    record("access.identity-linked", origin, subject=user.username, issuer=claims.issuer)
    return made
