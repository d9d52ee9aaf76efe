"""One transfer: what made it, what became of it, the proof that it is sealed, its reversal."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.actions.audit import record
from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.ledger import actions, queries
from balai.kernel.ledger.queries import TransferView
from balai.kernel.problems import MissingError, ProblemError
from balai.kernel.treasury import books
from balai.kernel.treasury.rules import POST, REVERSE, VIEW

STAGES = {
    "posted": (_("posted"), "ok"),
    "pending": (_("pending"), "wait"),
    "settled": (_("settled"), "ok"),
    "voided": (_("voided"), "mute"),
}


class ReasonForm(forms.Form):
    """Why a transfer is taken back, or a pending one ended."""

    reason = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"class": "in"})
    )


@require_safe
@needs(VIEW)
def show(request: HttpRequest, city: str, transfer: UUID) -> HttpResponse:
    """Everything that is known of a transfer."""
    found = _found(city, transfer)
    label, status = STAGES[found.stage]
    context = {
        "transfer": found, "stage": label, "status": status,
        "reversal": queries.reversal_of(transfer), "resolution": queries.resolution_of(transfer),
        "exchange": queries.exchange_of(transfer), "proof": queries.inclusion_proof(transfer),
        "may_reverse": request.user.has_perm(REVERSE, request.city),  # type: ignore[attr-defined]
        "may_end": request.user.has_perm(POST, request.city),  # type: ignore[attr-defined]
        "own": [code for code in (found.debit, found.credit) if books.is_of(city, code)],
    }  # fmt: skip
    return render(request, "treasury/transfer.html", context)


@require_safe
@needs(VIEW)
def proof(request: HttpRequest, city: str, transfer: UUID) -> HttpResponseBase:
    """The proof that a transfer is in a signed checkpoint, as a file to hand out."""
    _found(city, transfer)
    found = queries.inclusion_proof(transfer)
    if found is None:
        raise Http404("The transfer is in no checkpoint yet")
    answer = JsonResponse(found.as_dict(), json_dumps_params={"indent": 2, "ensure_ascii": False})
    answer["Content-Disposition"] = f'attachment; filename="proof-{transfer}.json"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REVERSE)
def reverse(request: HttpRequest, city: str, transfer: UUID) -> HttpResponse:
    """Ask why, show what will happen, and take a transfer back by its mirror image."""
    found = _found(city, transfer)
    form = ReasonForm(request.POST or None)
    own = books.is_of(city, found.debit) and books.is_of(city, found.credit)
    possible = (
        own and found.stage in ("posted", "settled") and queries.reversal_of(transfer) is None
    )
    if request.method == "POST" and possible and form.is_valid():
        try:
            made = actions.reverse(
                transfer, reason=form.cleaned_data["reason"], key=f"treasury:reverse:{transfer}",
                at=timezone.now(),
            )  # fmt: skip
        except ProblemError as error:
            form.add_error(None, error.detail or error.title)
        else:
            record(
                "treasury.reversed", origin_of(request), subject=f"transfer:{transfer}",
                region=request.city.region_code, reversal=str(made.id),  # type: ignore[attr-defined]
            )  # fmt: skip
            messages.success(request, gettext("The transfer was taken back."))
            return redirect("treasury:transfer", city, made.id)
    context = {"transfer": found, "form": form, "possible": possible}
    return render(request, "treasury/reverse.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(POST)
def end(request: HttpRequest, city: str, transfer: UUID, how: str) -> HttpResponse:
    """Ask why, show what will happen, and settle a pending transfer whole or void it."""
    found = _found(city, transfer)
    form = ReasonForm(request.POST or None)
    own = books.is_of(city, found.debit) and books.is_of(city, found.credit)
    possible = own and found.stage == "pending" and queries.resolution_of(transfer) is None
    if request.method == "POST" and possible and form.is_valid():
        act = actions.settle if how == "settle" else actions.void
        try:
            made = act(transfer, reason=form.cleaned_data["reason"],
                       key=f"treasury:{how}:{transfer}", at=timezone.now())  # fmt: skip
        except ProblemError as error:
            form.add_error(None, error.detail or error.title)
        else:
            record(
                "treasury.settled" if how == "settle" else "treasury.voided", origin_of(request),
                subject=f"transfer:{transfer}", resolution=str(made.id),
                region=request.city.region_code,  # type: ignore[attr-defined]
            )  # fmt: skip
            messages.success(request, gettext("The pending transfer was ended."))
            return redirect("treasury:transfer", city, made.id)
    context = {"transfer": found, "form": form, "possible": possible, "settling": how == "settle"}
    return render(request, "treasury/end.html", context)


def _found(city: str, transfer: UUID) -> TransferView:
    try:
        return books.transfer_of(city, transfer)
    except MissingError as error:
        raise Http404(str(error)) from error
