"""API tokens: made once, shown once, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
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
OVERLAP = timedelta(days=7)
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
    networks: Sequence[str] = (),
    renews: ApiToken | None = None,
) -> tuple[ApiToken, str]:
    """Make a token; returns it with the secret, which is never to be had again.

    `place` (slug or code) limits it to a region, `networks` (CIDR) to addresses. The owner must
    hold there the permission of each scope. The same `request_key` again is a ConflictError: one
    form makes one token.
    """
    code = regions.place(queries.region_code_of(place)).code if place else ""
    _check(owner, name, scopes, code, expires_at, by)
    allowed = networks_of(networks)
    key = request_key or uuid4()
    if ApiToken.objects.filter(request_key=key).exists():
        raise ConflictError(
            "This token was made already", detail="Its secret is not shown again.", kind="repeated"
        )
    made = secret.make_secret()
    token = ApiToken.objects.create(
        owner=owner, name=name.strip(), prefix=made.prefix, digest=made.digest,
        scopes=sorted(set(scopes)), region_code=code, request_key=key, created_by=by,
        created_at=timezone.now(), expires_at=expires_at, networks=allowed, renews=renews,
    )  # fmt: skip
    record("access.token-issued", origin, subject=owner.username, token=made.prefix,
           name=token.name, scopes=token.scopes, region=code, networks=allowed)  # fmt: skip
    return token, made.text


@transaction.atomic
def renew_token(
    token: ApiToken,
    *,
    origin: Origin,
    by: User | None = None,
    days: int = 365,
    overlap: timedelta = OVERLAP,
) -> tuple[ApiToken, str]:
    """A new token in the place of this one, which works on for `overlap`, so that its program
    never stands without. Returns the new one with its secret.

    ConflictError where it no longer works, or was renewed already: two work at once, never three.
    """
    held = ApiToken.objects.select_for_update(of=("self",)).select_related("owner").get(pk=token.pk)
    now = timezone.now()
    if held.revoked_at is not None or (held.expires_at is not None and held.expires_at <= now):
        raise ConflictError("The token no longer works", detail="Make a new one instead.")
    if ApiToken.objects.filter(renews=held, revoked_at=None).exists():
        raise ConflictError("The token was renewed already",
                            detail="Revoke the new one first, or renew that one.")  # fmt: skip
    made, secret_text = issue_token(
        held.owner, held.name, scopes=held.scopes, origin=origin, place=held.region_code,
        expires_at=now + timedelta(days=days), by=by, networks=held.networks, renews=held,
    )  # fmt: skip
    end = min(held.expires_at or now + overlap, now + overlap)
    ApiToken.objects.filter(pk=held.pk).update(expires_at=end)
    record("access.token-renewed", origin, subject=held.owner.username, region=held.region_code,
           token=held.prefix, by=made.prefix, until=end.isoformat())  # fmt: skip
    return made, secret_text


def networks_of(given: Sequence[str]) -> list[str]:
    """The networks in their canonical form; ProblemError names those that are none."""
    networks, faults = [], []
    for each in given:
        try:
            networks.append(str(ip_network(each.strip())))
        except ValueError:
            faults.append(Fault(field="networks", value=each, problem="is no network",
                                remedy="Write 203.0.113.0/24, 203.0.113.7 or 2001:db8::/32, with"
                                " no bits set after the prefix"))  # fmt: skip
    if faults:
        raise ProblemError("The networks cannot be read", faults=tuple(faults))
    return sorted(set(networks))


def authenticate_token(text: str, *, address: str | None = None) -> Principal | None:
    """The principal of a secret; None where it is unknown, expired, revoked, comes from outside
    its networks, or its owner is shut out.

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
    if token.networks and not _comes_from(address, token.networks):
        return None
    _seen(token, now, address)
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


def _seen(token: ApiToken, now: datetime, address: str | None) -> None:
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - SEEN_EVERY)
    if token.last_used_at is None or token.last_used_at < now - SEEN_EVERY:
        ApiToken.objects.filter(due, pk=token.pk).update(last_used_at=now, last_address=address)


def _comes_from(address: str | None, networks: Sequence[str]) -> bool:
    if not address:
        return False
    found = ip_address(address)
    return any(found in ip_network(each) for each in networks)


def _within(region_code: str, code: str) -> bool:
    return not region_code or (bool(code) and region_code in regions.lineage(code))
