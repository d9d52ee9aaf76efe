"""The account's own pages: API tokens and roles."""

from __future__ import annotations

from datetime import timedelta
from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access import actions, queries
from balai.kernel.access.forms import TokenForm
from balai.kernel.access.guards import needs_recent_sign_in, require_mfa
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of
from balai.kernel.problems import ProblemError


@require_safe
@login_required
def roles(request: HttpRequest) -> HttpResponse:
    """What the signed-in person may do, where, until when."""
    held = queries.roles_of(cast(User, request.user))
    return render(request, "access/roles.html", {"held": held})


@require_safe
@login_required
def tokens(request: HttpRequest) -> HttpResponse:
    """The person's tokens."""
    user = cast(User, request.user)
    context = {
        "tokens": queries.tokens_of(user),
        "may_make": bool(queries.scopes_open_to(user)),
        "now": timezone.now(),
    }
    return render(request, "access/tokens.html", context)


@never_cache
@login_required
@require_mfa
@needs_recent_sign_in()
@require_http_methods(["GET", "HEAD", "POST"])
def token_new(request: HttpRequest) -> HttpResponse:
    """Make a token; its secret is on the answer to this one request and nowhere else."""
    user = cast(User, request.user)
    form = TokenForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            token, secret = actions.issue_token(
                user, chosen["name"], scopes=chosen["scopes"], place=chosen["place"],
                expires_at=timezone.now() + timedelta(days=chosen["days"]), by=user,
                request_key=chosen["request_key"], origin=origin_of(request),
            )  # fmt: skip
            return render(request, "access/token_made.html", {"token": token, "secret": secret})
        except ProblemError as problem:
            if problem.kind == "repeated":
                messages.warning(
                    request, _("This token was made already. Its secret is not shown again.")
                )
                return redirect("access:tokens")
            for line in problem.lines():
                form.add_error(None, line)
    status = 422 if form.errors else 200
    return render(request, "access/token_new.html", {"form": form}, status=status)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def token_revoke(request: HttpRequest, prefix: str) -> HttpResponse:
    """Ask, then revoke. Somebody else's token does not exist here."""
    user = cast(User, request.user)
    token = next((each for each in queries.tokens_of(user) if each.prefix == prefix), None)
    if token is None:
        raise Http404
    if request.method != "POST":
        return render(request, "access/token_revoke.html", {"token": token})
    actions.revoke_token(token, by=user, origin=origin_of(request))
    messages.success(request, _("The token no longer works."))
    return redirect("access:tokens")
