"""Payouts of operators: their states, the bank's statement that books them, and acts by hand."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.payouts import (
    Answered,
    pay,
    read_bank_statement,
    take_back,
)
from balai.transit.models import Payout
from balai.transit.queries.settlement.payouts import payout_of, payouts_of_city
from balai.transit.rules import SETTLE, VIEW_SETTLEMENT
from balai.transit.settlement_forms import BackForm, BankStatementForm, BookedForm
from balai.transit.views.settlement.common import found_or_404, may, tried

COLUMNS = ("reference", "operator", "account", "amount", "state", "paid_on", "bank_reference",
           "returned_on", "return_reference", "reason", "remark")  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def payouts(request: HttpRequest, city: str) -> HttpResponseBase:
    """The payouts with their states, and the form that takes the bank's statement."""
    state, text = request.GET.get("state", ""), request.GET.get("text", "")[:80]
    rows = payouts_of_city(city, state=state, text=text)
    if wants_csv(request):
        return as_csv("payouts", COLUMNS, rows.iterator(chunk_size=2000), _cells)
    may_book = may(request, SETTLE)
    form = BankStatementForm(request.POST or None, request.FILES or None)
    answered = None
    if request.method == "POST":
        if not may_book:
            return HttpResponse(status=403)
        if form.is_valid():
            content = form.cleaned_data["file"].read()
            answered = tried(
                form, lambda: read_bank_statement(city, content, by=origin_of(request))
            )
        if answered and not answered.faults:
            messages.success(request, _summary(answered))
            return redirect("transit:payouts", city)
    context = {
        "page": page_of(request, rows), "form": form, "may_book": may_book, "state": state,
        "text": text, "states": [*Payout.State.choices, ("odd", _("with a remark"))],
        "csv": csv_url(request), "answered": answered,
        "summary": _summary(answered) if answered else "",
    }  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transit/settlement/payouts.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def payout(request: HttpRequest, city: str, reference: str) -> HttpResponse:
    """One payout from its statements to the bank's answer; booked or taken back by hand here."""
    found: Payout = found_or_404(payout_of, city, reference)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    booked = BookedForm(request.POST if act == "book" else None, prefix="book")
    back = BackForm(request.POST if act == "back" else None, prefix="back")
    if request.method == "POST":
        if not may(request, SETTLE):
            return HttpResponse(status=403)
        form = {"book": booked, "back": back}.get(act)
        if form is None:
            raise Http404
        if form.is_valid() and _done(request, found, act, form):
            return redirect("transit:payout", city, reference)
    sent = found.batch.state != "draft"
    context = {
        "payout": found, "booked": booked, "back": back,
        "statements": found.statements.select_related("operator").order_by("day", "version"),
        "may_book": may(request, SETTLE) and sent and found.state == Payout.State.OPEN,
        "may_back": may(request, SETTLE) and sent
        and found.state in (Payout.State.OPEN, Payout.State.PAID),
        "bound": next((form for form in (booked, back) if form.is_bound), None),
    }  # fmt: skip
    status = 422 if any(form.is_bound and form.errors for form in (booked, back)) else 200
    return render(request, "transit/settlement/payout.html", context, status=status)


def _done(request: HttpRequest, found: Payout, act: str, form: Any) -> Any:
    given, by = form.cleaned_data, origin_of(request)
    if act == "book":
        made = tried(form, lambda: pay(found, by=by, **given))
        told = _("The payout is booked as paid.")
    else:
        made = tried(form, lambda: take_back(found, by=by, **given))
        told = _("The payout is taken back; its statements wait for another bank file.")
    if made:
        messages.success(request, told)
    return made


def _summary(answered: Answered) -> str:
    told = _("Payouts paid: %(paid)s; come back: %(returned)s; known before: %(repeated)s.")
    return told % {"paid": len(answered.paid), "returned": len(answered.returned),
                   "repeated": answered.repeated}  # fmt: skip


def _cells(row: Payout) -> list[object]:
    head = [row.reference, row.operator.name, str(row.account)]
    return head + [getattr(row, name) for name in COLUMNS[3:]]
