"""Who holds which role in a city; granting and taking back."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access import actions
from balai.kernel.access.forms import GrantForm
from balai.kernel.access.guards import needs, needs_recent_sign_in
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.models import RoleGrant, User
from balai.kernel.access.origin import origin_of
from balai.kernel.access.queries import people
from balai.kernel.access.roles import all_roles
from balai.kernel.problems import MissingError, ProblemError

HEADER = ("account", "name", "role", "region", "capacity", "starts", "ends", "revoked",
          "delegated_by", "permissions")  # fmt: skip


@require_safe
@needs("access.grant_role")
def grants(request: HttpRequest, city: str) -> HttpResponseBase:
    """The people with roles in the city, those whose role ends soon, and what was before."""
    search = people.GrantSearch(
        within=_place(request), text=request.GET.get("q", "").strip(),
        role=request.GET.get("role", ""), state=request.GET.get("state", "now"),
    )  # fmt: skip
    rows = people.search_grants(search)
    if wants_csv(request):
        return as_csv("roles", HEADER, list(rows), _cells)
    titles = {each.name: each.title for each in all_roles()}
    page = page_of(request, rows)
    shown = [{"grant": each, "title": titles.get(each.role, each.role),
              "open": each.revoked_at is None and _below(each.region_code, search.within)}
             for each in page]  # fmt: skip
    return render(request, "access/grants.html", {
        "page": page, "shown": shown, "search": search, "roles": all_roles(),
        "csv": csv_url(request), "now": timezone.now(), "soon": timezone.now() + people.SOON,
    })  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs("access.grant_role")
@needs_recent_sign_in()
def grant_new(request: HttpRequest, city: str) -> HttpResponse:
    """Grant a role in the city or a part of it, in somebody's own right or as acting head."""
    form = GrantForm(request.POST or None, within=_place(request))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            actions.grant_role(
                chosen["to"], chosen["role"], place=chosen["place"] or _place(request),
                start=form.start, end=form.end, capacity=chosen["capacity"],
                reason=chosen["reason"], by=cast(User, request.user), origin=origin_of(request),
            )  # fmt: skip
        except ProblemError as problem:
            form.take(problem)
        else:
            messages.success(request, _("The role is granted."))
            return redirect("access_city:grants", city)
    status = 422 if form.errors else 200
    return render(request, "access/grant_new.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("access.grant_role")
@needs_recent_sign_in()
def grant_revoke(request: HttpRequest, city: str, number: int) -> HttpResponse:
    """Ask, then take the role back."""
    try:
        held = people.find_grant(number, within=_place(request))
    except MissingError as error:
        raise Http404 from error
    if request.method != "POST":
        title = next((r.title for r in all_roles() if r.name == held.role), held.role)
        return render(request, "access/grant_revoke.html", {"grant": held, "title": title})
    user = cast(User, request.user)
    if held.delegated_from_id:
        actions.end_delegation(held.pk, by=user, origin=origin_of(request))
    else:
        actions.revoke_role(held.user, held.role, place=held.region_code, by=user,
                            origin=origin_of(request))  # fmt: skip
    messages.success(request, _("The role is taken back."))
    return redirect("access_city:grants", city)


def _place(request: HttpRequest) -> str:
    return str(request.city.region_code)  # type: ignore[attr-defined]


def _below(code: str, place: str) -> bool:
    return f"{code}.".startswith(f"{place}.")


def _cells(grant: RoleGrant) -> tuple[Any, ...]:
    source = grant.delegated_from
    moments = (grant.starts_at, grant.ends_at, grant.revoked_at)
    return (grant.user.username, grant.user.display_name, grant.role, grant.region_code,
            grant.capacity, *(each.isoformat() if each else "" for each in moments),
            source.user.username if source else "", " ".join(grant.permissions or []))  # fmt: skip
