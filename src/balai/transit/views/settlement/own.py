"""The operator's own face: its statements, their runs, and objecting."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.statements import object_to, objection_due
from balai.transit.models import Operator, Statement
from balai.transit.queries.settlement.accounts import account_in_use
from balai.transit.queries.settlement.contracts import operator_behind
from balai.transit.queries.settlement.days import owed
from balai.transit.queries.settlement.payouts import payouts_of_operator
from balai.transit.rules import OWN_STATEMENTS
from balai.transit.settlement_forms import ObjectionForm
from balai.transit.views.settlement.common import tried
from balai.transit.views.settlement.statements import runs_page, statement_page

COLUMNS = ("day", "version", "state", "scheduled_m", "verified_m", "runs", "missed", "pay",
           "penalties", "revenue", "adjustments", "net", "change")  # fmt: skip
SHOWN = 10
"""How many of its latest payouts an operator sees."""


@require_safe
@needs(OWN_STATEMENTS)
def mine(request: HttpRequest, city: str) -> HttpResponseBase:
    """The operator's approved statements, and what is still owed to it."""
    operator = _operator(request, city)
    rows = _visible(operator).order_by("-day", "-version")
    if wants_csv(request):
        return as_csv("statements", COLUMNS, rows,
                      lambda row: [getattr(row, name) for name in COLUMNS])  # fmt: skip
    context = {"operator": operator, "page": page_of(request, rows), "csv": csv_url(request),
               "owed": owed(operator), "account": account_in_use(operator),
               "payouts": payouts_of_operator(operator)[:SHOWN]}  # fmt: skip
    return render(request, "transit/settlement/own.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(OWN_STATEMENTS)
def statement(request: HttpRequest, city: str, statement: UUID) -> HttpResponse:
    """One of the operator's statements; until the day that is said it may object."""
    found = _found(request, city, statement)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["reason"]
        if tried(form, lambda: object_to(found, text=text, by=origin_of(request))):
            messages.success(request, _("Your objection is on the officers' desk."))
            return redirect("transit:own-statement", city, statement)
    waits = found.objections.filter(state="open").exists()
    context = statement_page(found, request) | {
        "form": form, "due": objection_due(found) if found.approved_at else None, "waits": waits,
        "runs_url": reverse("transit:own-runs", args=[city, found.pk]), "fares_url": "",
        "standard_url": reverse("transit:penalties", args=[city]), "own": True,
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transit/settlement/statement.html", context, status=status)


@require_safe
@needs(OWN_STATEMENTS)
def runs(request: HttpRequest, city: str, statement: UUID) -> HttpResponseBase:
    """The runs of one of the operator's statements."""
    return runs_page(request, _found(request, city, statement), "own")


def _operator(request: HttpRequest, city: str) -> Operator:
    found = operator_behind(request.user.get_username())
    if found is None or found.city != city:
        raise Http404("This account speaks for no operator here")
    return found


def _visible(operator: Operator) -> QuerySet[Statement]:
    shown = (Statement.State.APPROVED, Statement.State.PAID, Statement.State.WITHDRAWN)
    return Statement.objects.filter(operator=operator, state__in=shown).exclude(approved_by="")


def _found(request: HttpRequest, city: str, statement: UUID) -> Statement:
    found = _visible(_operator(request, city)).filter(pk=statement).first()
    if found is None:
        raise Http404
    return found
