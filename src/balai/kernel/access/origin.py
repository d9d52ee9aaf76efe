"""From where somebody acts, for the audit."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts (a user name, empty if unknown), from which address, by which way in."""

    actor: str = ""
    address: str | None = None
    channel: str = "cli"


def origin_of(request: HttpRequest, channel: str = "web") -> Origin:
    """The origin of a request, with its signed-in user."""
    user = getattr(request, "user", None)
    actor = user.get_username() if user is not None and user.is_authenticated else ""
    return Origin(actor, address_of(request), channel)


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address, behind as many proxies as `ALLAUTH_TRUSTED_PROXY_COUNT` says."""
    from allauth.account.adapter import get_adapter

    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None
