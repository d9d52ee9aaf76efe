"""Bank files: made by one officer, released by another, booked by the bank's word."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import page_of
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.payments import (
    bank_file,
    bank_list,
    book,
    make_batch,
    payouts_of,
    release,
    withdraw_batch,
)
from balai.transit.models import PaymentBatch
from balai.transit.queries.settlement.days import payments_of
from balai.transit.queries.settlement.payouts import answers_of, to_pay
from balai.transit.rules import APPROVE_SETTLEMENT, SETTLE, VIEW_SETTLEMENT
from balai.transit.settlement_forms import BatchForm, BookedForm, ReasonForm
from balai.transit.views.settlement.common import may, tried


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def batches(request: HttpRequest, city: str) -> HttpResponse:
    """The bank files, and the form that makes one of what is approved and not yet paid."""
    form = BatchForm(request.POST or None)
    may_make = may(request, SETTLE)
    if request.method == "POST" and not may_make:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        made = tried(form, lambda: make_batch(city, by=origin_of(request), **form.cleaned_data))
        if made:
            return redirect("transit:operator-payment", city, made.pk)
    status = 422 if form.is_bound and form.errors else 200
    page, waiting = page_of(request, payments_of(city)), to_pay(city)
    answers = answers_of(list(page))
    context = {
        "page": page, "form": form, "may_make": may_make,
        "rows": [(each, answers[each.pk]) for each in page],
        "waiting": [(each, _(each.refused) if each.refused else "") for each in waiting],
    }  # fmt: skip
    return render(request, "transit/settlement/payments.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def batch(request: HttpRequest, city: str, batch: UUID) -> HttpResponse:
    """A bank file with whom it pays; released, withdrawn or booked here."""
    found = _found(city, batch)
    reason, booked = ReasonForm(), BookedForm()
    if request.method == "POST":
        act = request.POST.get("act", "")
        reason = ReasonForm(request.POST if act == "withdraw" else None)
        booked = BookedForm(request.POST if act == "book" else None)
        answer = _act(request, found, act, reason, booked)
        if answer is not None:
            return answer
    own = found.made_by == request.user.get_username()
    context = {
        "batch": found, "payouts": payouts_of(found), "reason": reason, "booked": booked,
        "may_release": may(request, APPROVE_SETTLEMENT) and not own, "own": own,
        "counts": answers_of([found])[found.pk],
        "may_make": may(request, SETTLE), "may_file": _may_file(request),
    }  # fmt: skip
    status = 422 if any(form.is_bound and form.errors for form in (reason, booked)) else 200
    return render(request, "transit/settlement/payment.html", context, status=status)


@require_safe
@needs(VIEW_SETTLEMENT)
def file(request: HttpRequest, city: str, batch: UUID, form: str) -> HttpResponse:
    """The released file for the bank: pain.001 or CSV. It names accounts whole."""
    found = _found(city, batch)
    if found.state not in ("released", "booked") or form not in ("pain001", "csv"):
        raise Http404
    if not _may_file(request):
        return HttpResponse(status=403)
    if form == "csv":
        answer = HttpResponse(bank_list(found), content_type="text/csv; charset=utf-8")
    else:
        answer = HttpResponse(bank_file(found), content_type="application/xml")
    kind = "csv" if form == "csv" else "xml"
    answer["Content-Disposition"] = f'attachment; filename="{found.reference}.{kind}"'
    return answer


def _may_file(request: HttpRequest) -> bool:
    return may(request, SETTLE) or may(request, APPROVE_SETTLEMENT)


def _act(
    request: HttpRequest, found: PaymentBatch, act: str, reason: ReasonForm, booked: BookedForm
) -> HttpResponse | None:
    by = origin_of(request)
    plain: Any = ReasonForm({"reason": "-"})
    plain.is_valid()
    if act == "release" and may(request, APPROVE_SETTLEMENT):
        if not tried(plain, lambda: release(found, by=by)):
            messages.error(request, " ".join(plain.non_field_errors()))
        else:
            messages.success(request, _("The file is released. Hand it to the bank."))
    elif act == "withdraw" and _may_file(request):
        text = reason.cleaned_data["reason"] if reason.is_valid() else ""
        if not text or not tried(reason, lambda: withdraw_batch(found, reason=text, by=by)):
            return None
        messages.success(request, _("The file is withdrawn; its statements wait for another."))
    elif act == "book" and may(request, SETTLE):
        if not booked.is_valid() or not tried(
            booked, lambda: book(found, by=by, **booked.cleaned_data)
        ):
            return None
        messages.success(request, _("The payment is booked: nothing more is owed for it."))
    else:
        return HttpResponse(status=403)
    return redirect("transit:operator-payment", found.city, found.pk)


def _found(city: str, batch: UUID) -> PaymentBatch:
    found = payments_of(city).filter(pk=batch).first()
    if found is None:
        raise Http404
    return found
