"""Passing one's own roles on for a while."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access import actions, queries
from balai.kernel.access.forms import DelegationForm
from balai.kernel.access.guards import needs_recent_sign_in, require_mfa
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of
from balai.kernel.access.queries import people
from balai.kernel.problems import MissingError, ProblemError


@require_safe
@login_required
def delegations(request: HttpRequest) -> HttpResponse:
    """What the person passed on, what was passed on to them, and what they could pass on."""
    user = cast(User, request.user)
    return render(request, "access/delegations.html", {
        "given": people.delegations_by(user), "received": people.delegations_to(user),
        "held": [each for each in queries.roles_of(user)
                 if each.may_delegate and each.role.delegable],
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@require_mfa
@needs_recent_sign_in()
def delegation_new(request: HttpRequest, grant: int) -> HttpResponse:
    """Pass a role on: to whom, what of it, where, until when, why."""
    user = cast(User, request.user)
    held = next((each for each in queries.roles_of(user) if each.grant_id == grant
                 and each.may_delegate and each.role.delegable), None)  # fmt: skip
    if held is None:
        raise Http404
    form = DelegationForm(request.POST or None, held=held)
    if request.method == "POST" and form.is_valid():
        chosen, end = form.cleaned_data, form.end
        assert end is not None, "the form requires a last day"
        try:
            actions.delegate_role(
                user, chosen["to"], grant, end=end, start=form.start, place=chosen["place"],
                permissions=form.permissions, reason=chosen["reason"], origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as problem:
            form.take(problem)
        else:
            messages.success(request, _("The role is delegated."))
            return redirect("access:delegations")
    context = {"form": form, "held": held}
    status = 422 if form.errors else 200
    return render(request, "access/delegation_new.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def delegation_end(request: HttpRequest, number: int) -> HttpResponse:
    """Ask, then end it."""
    user = cast(User, request.user)
    mine = [*people.delegations_by(user), *people.delegations_to(user)]
    held = next((each for each in mine if each.pk == number), None)
    if held is None:
        raise Http404
    if request.method != "POST":
        return render(request, "access/delegation_end.html", {"delegation": held})
    try:
        actions.end_delegation(number, by=user, origin=origin_of(request))
    except MissingError as error:
        raise Http404 from error
    messages.success(request, _("The delegation has ended."))
    return redirect("access:delegations")
