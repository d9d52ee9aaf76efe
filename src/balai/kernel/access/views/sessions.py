"""Where the account is signed in, and signing out there."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from balai.kernel.access import sessions
from balai.kernel.access.device import device_name
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of


@require_safe
@login_required
def own_sessions(request: HttpRequest) -> HttpResponse:
    """The devices on which the account is signed in."""
    user = cast(User, request.user)
    held = [{"session": each, "device": device_name(each.agent),
             "here": each.session_key == request.session.session_key}
            for each in sessions.sessions_of(user)]  # fmt: skip
    limits = sessions.limits_of(user)
    return render(request, "access/sessions.html", {
        "held": held, "others": sum(not each["here"] for each in held),
        "whole": _span(limits.whole), "idle": _span(limits.idle),
    })  # fmt: skip


@require_POST
@login_required
def session_end(request: HttpRequest, number: int) -> HttpResponse:
    """Sign out on that device. Somebody else's session does not exist here."""
    user = cast(User, request.user)
    held = next((each for each in sessions.sessions_of(user) if each.pk == number), None)
    if held is None:
        raise Http404
    if held.session_key == request.session.session_key:
        return redirect("account_logout")
    sessions.end_session(held, origin=origin_of(request))
    messages.success(request, _("That device is signed out."))
    return redirect("access:sessions")


@require_POST
@login_required
def sessions_end(request: HttpRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    user = cast(User, request.user)
    key = request.session.session_key
    ended = sessions.end_others(user, keep=key, origin=origin_of(request))
    told = ngettext("%(count)d other device is signed out.",
                    "%(count)d other devices are signed out.", ended)  # fmt: skip
    messages.success(request, told % {"count": ended})
    return redirect("access:sessions")


def _span(length: timedelta) -> str:
    """A length for people, in its largest whole unit."""
    minutes = round(length.total_seconds() / 60)
    if minutes % 1440 == 0:
        return ngettext("%(count)d day", "%(count)d days", minutes // 1440) % {
            "count": minutes // 1440
        }
    if minutes % 60 == 0:
        return ngettext("%(count)d hour", "%(count)d hours", minutes // 60) % {
            "count": minutes // 60
        }
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}
