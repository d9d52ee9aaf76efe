"""API tokens: made once, shown once, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from balai.kernel.access import queries, secret
from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import ApiToken, User
from balai.kernel.access.origin import Origin
from balai.kernel.access.scopes import find_scope
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions import queries as regions

SEEN_EVERY = timedelta(minutes=1)
MAY_MANAGE = "access.manage_tokens"


@dataclass(frozen=True, slots=True)
class Principal:
    """Who calls the API: a signed-in user, or the owner of a token with its limits."""

    user: User
    token: ApiToken | None = None

    @property
    def actor(self) -> str:
        """The name under which what is done is recorded."""
        prefix = f" (balai_{self.token.prefix})" if self.token else ""
        return f"{self.user.username}{prefix}"

    def may(self, permission: str, place: Any) -> bool:
        """Whether the permission holds in the place, within the token's scopes and region."""
        if not queries.holds(self.user, permission, place):
            return False
        if self.token is None:
            return True
        scoped = any(find_scope(name).permission == permission for name in self.token.scopes)
        return scoped and _within(self.token.region_code, queries.region_code_of(place))

    def require(self, permission: str, place: Any) -> None:
        """ProblemError (403) where the permission does not hold in the place."""
        if not self.may(permission, place):
            raise ProblemError(
                "Your role or token does not allow this here",
                detail=f"It needs {permission} in {queries.region_code_of(place) or 'all'}.",
                kind="forbidden",
                status=403,
            )


@transaction.atomic
def issue_token(
    owner: User,
    name: str,
    *,
    scopes: Sequence[str],
    origin: Origin,
    place: str = "",
    expires_at: datetime | None = None,
    by: User | None = None,
    request_key: UUID | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; returns it with the secret, which is never to be had again.

    `place` (slug or code) limits it to a region. The owner must hold there the permission of each
    scope. The same `request_key` again is a ConflictError: one form makes one token.
    """
    code = regions.place(queries.region_code_of(place)).code if place else ""
    _check(owner, name, scopes, code, expires_at, by)
    key = request_key or uuid4()
    if ApiToken.objects.filter(request_key=key).exists():
        raise ConflictError(
            "This token was made already", detail="Its secret is not shown again.", kind="repeated"
        )
    made = secret.make_secret()
    token = ApiToken.objects.create(
        owner=owner, name=name.strip(), prefix=made.prefix, digest=made.digest,
        scopes=sorted(set(scopes)), region_code=code, request_key=key, created_by=by,
        created_at=timezone.now(), expires_at=expires_at,
    )  # fmt: skip
    record("access.token-issued", origin, subject=owner.username, token=made.prefix,
           name=token.name, scopes=token.scopes, region=code)  # fmt: skip
    return token, made.text


def authenticate_token(text: str) -> Principal | None:
    """The principal of a secret; None where it is unknown, expired, revoked or its owner shut out.

    The time does not tell a wrong secret from a right one with the same prefix.
    """
    prefix = secret.prefix_of(text)
    if not prefix:
        return None
    token = ApiToken.objects.select_related("owner").filter(prefix=prefix).first()
    if token is None or not secret.matches(text, bytes(token.digest)):
        return None
    now = timezone.now()
    expired = token.expires_at is not None and token.expires_at <= now
    if expired or token.revoked_at is not None or not token.owner.is_active:
        return None
    _seen(token, now)
    return Principal(token.owner, token)


@transaction.atomic
def revoke_token(token: ApiToken, *, origin: Origin, by: User | None = None) -> None:
    """Make a token useless at once. Its owner may, and who manages tokens. Again: no effect."""
    if by is not None and by != token.owner and not queries.holds(
        by, MAY_MANAGE, token.region_code or None
    ):  # fmt: skip
        raise ProblemError("This token is not yours", kind="forbidden", status=403)
    changed = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    if changed:
        record("access.token-revoked", origin, subject=token.owner.username, token=token.prefix)


def _check(
    owner: User, name: str, scopes: Sequence[str], code: str, expires_at: datetime | None,
    by: User | None,
) -> None:  # fmt: skip
    faults = []
    if not name.strip() or len(name.strip()) > 120:
        faults.append(Fault(field="name", problem="a token needs a name of at most 120 characters",
                            remedy="Say which program will use it"))  # fmt: skip
    if not scopes:
        faults.append(Fault(field="scopes", problem="no scope is chosen",
                            remedy="Choose at least one"))  # fmt: skip
    for scope in scopes:
        if not queries.holds(owner, find_scope(scope).permission, code or None):
            faults.append(Fault(field="scopes", value=scope,
                                problem=f"{owner.username} may not do this in {code or 'all'}",
                                remedy="Choose a region where the role holds"))  # fmt: skip
    if expires_at is not None and expires_at <= timezone.now():
        faults.append(Fault(field="expires_at", problem="lies in the past",
                            remedy="Choose a later day"))  # fmt: skip
    if faults:
        raise ProblemError("The token cannot be made", faults=tuple(faults))
    if by is not None and by != owner and not queries.holds(by, MAY_MANAGE, code or None):
        raise ProblemError("You may not make tokens for others", kind="forbidden", status=403)


def _seen(token: ApiToken, now: datetime) -> None:
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    if token.last_used_at is None or token.last_used_at < now - SEEN_EVERY:
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now)


def _within(region_code: str, code: str) -> bool:
    return not region_code or (bool(code) and region_code in regions.lineage(code))
