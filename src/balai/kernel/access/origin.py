"""From where somebody acts, for the audit."""

from __future__ import annotations

import time
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

FRESH = 300
"""Seconds for which a passkey counts as the proof of an act."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Who acts (a user name, empty if unknown), from which address, by which way in; and whether
    they proved with a passkey, minutes ago and in this very session, that it is they.
    """

    actor: str = ""
    address: str | None = None
    channel: str = "cli"
    by_passkey: bool = False


def origin_of(request: HttpRequest, channel: str = "web") -> Origin:
    """The origin of a request, with its signed-in user."""
    user = getattr(request, "user", None)
    actor = user.get_username() if user is not None and user.is_authenticated else ""
    return Origin(actor, address_of(request), channel, bool(actor) and _by_passkey(request))


def _by_passkey(request: HttpRequest) -> bool:
    """Whether the session's own record of proofs has a passkey of the last minutes. A token brings
    no session, and so proves no person.
    """
    session = getattr(request, "session", None)
    if session is None or getattr(request.user, "pk", None) is None:
        return False
    from allauth.account.authentication import get_authentication_records

    return any(
        each.get("type") == "webauthn" and 0 <= time.time() - float(each.get("at", 0)) < FRESH
        for each in get_authentication_records(request, request.user)
    )


def address_of(request: HttpRequest) -> str | None:
    """The visitor's address, behind as many proxies as `ALLAUTH_TRUSTED_PROXY_COUNT` says."""
    from allauth.account.adapter import get_adapter

    try:
        return str(get_adapter().get_client_ip(request))
    except PermissionDenied:
        return None
