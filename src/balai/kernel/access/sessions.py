"""Sessions: how long they last, on which devices an account is signed in, and ending them there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from balai.kernel.access import queries
from balai.kernel.access.actions.audit import record
from balai.kernel.access.models import SignedIn, User
from balai.kernel.access.origin import Origin, address_of, origin_of

SEEN_EVERY = timedelta(minutes=1)
AGENT_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session lasts: in all, and without a request."""

    whole: timedelta
    idle: timedelta


OFFICER = Limits(timedelta(hours=8), timedelta(minutes=30))
RESIDENT = Limits(timedelta(days=30), timedelta(days=14))


class SessionsMiddleware:
    """Ends a session that is too old or idle too long, and notes where each was last seen."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The response; to a stranger where the session has ended."""
        if request.session.session_key and request.user.is_authenticated:
            _watch(request)
        return self.get_response(request)


def limits_of(user: Any) -> Limits:
    """How long this account's sessions last: `ACCESS_SESSION_LIMITS` has (whole, idle) for
    `officer`, `resident` and for roles by name; of several, the shortest.
    """
    given = getattr(settings, "ACCESS_SESSION_LIMITS", {})
    base = "officer" if queries.is_officer(user) else "resident"
    found = [Limits(*given.get(base, ())) if base in given else
             (OFFICER if base == "officer" else RESIDENT)]  # fmt: skip
    found += [Limits(*limits) for role, limits in given.items()
              if "." in role and queries.holds_role_anywhere(user, role)]  # fmt: skip
    return Limits(min(each.whole for each in found), min(each.idle for each in found))


def sessions_of(user: User) -> list[SignedIn]:
    """Where the account is signed in now, the latest seen first."""
    alive = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    found = SignedIn.objects.filter(user=user, session_key__in=alive).order_by("-seen_at")
    limits, now = limits_of(user), timezone.now()
    return [each for each in found if not _is_over(each, limits, now)]


def end_session(held: SignedIn, *, origin: Origin, reason: str = "asked") -> None:
    """Sign out there: the next request from that device is a stranger's."""
    Session.objects.filter(session_key=held.session_key).delete()
    SignedIn.objects.filter(pk=held.pk).delete()
    record("access.session-ended", origin, subject=held.user.get_username(), reason=reason)


def end_others(user: User, *, keep: str | None, origin: Origin) -> int:
    """Sign out everywhere but in the session with this key; returns how many were ended."""
    others = [each for each in sessions_of(user) if each.session_key != keep]
    for each in others:
        end_session(each, origin=origin)
    return len(others)


def sweep(now: datetime | None = None) -> int:
    """Forget the sessions that are no more; returns how many."""
    now = now or timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    alive = Session.objects.values("session_key")
    gone = SignedIn.objects.exclude(session_key__in=alive).filter(seen_at__lt=now - SEEN_EVERY)
    return gone.delete()[0]


def _watch(request: HttpRequest) -> None:
    now = timezone.now()
    user: Any = request.user
    held, made = SignedIn.objects.get_or_create(
        session_key=request.session.session_key,
        defaults={"user": user, "address": address_of(request), "agent": _agent_of(request),
                  "started_at": now, "seen_at": now},
    )  # fmt: skip
    if made:
        return
    if _is_over(held, limits_of(user), now):
        end_session(held, origin=origin_of(request), reason="limit")
        request.session.flush()
        request.user = AnonymousUser()
        messages.info(request, _("You were signed out after a while. Sign in to go on."))
    elif held.seen_at < now - SEEN_EVERY:
        SignedIn.objects.filter(pk=held.pk).update(
            seen_at=now, address=address_of(request), agent=_agent_of(request)
        )


def _is_over(held: SignedIn, limits: Limits, now: datetime) -> bool:
    return held.started_at + limits.whole <= now or held.seen_at + limits.idle <= now


def _agent_of(request: HttpRequest) -> str:
    return request.headers.get("User-Agent", "")[:AGENT_CHARACTERS]
