"""An operator's bank account: entered by one officer, decided by another, with its history."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.bank_accounts import (
    approve_account,
    enter_account,
    refuse_account,
)
from balai.transit.models import BankAccount, Operator
from balai.transit.queries.settlement.accounts import (
    account_in_use,
    account_waiting,
    accounts_of,
)
from balai.transit.queries.settlement.contracts import operator_of
from balai.transit.rules import APPROVE_SETTLEMENT, MANAGE_OPERATORS, VIEW_SETTLEMENT
from balai.transit.settlement_forms import AccountForm, ApproveAccountForm, ReasonForm
from balai.transit.views.settlement.common import found_or_404, may, tried

ACTS = {"enter": MANAGE_OPERATORS, "approve": APPROVE_SETTLEMENT, "refuse": APPROVE_SETTLEMENT}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def account(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """Where the operator is paid, what waits for another officer, and every account before."""
    found: Operator = found_or_404(operator_of, city, code)
    waiting = account_waiting(found)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    made = {
        "enter": AccountForm(request.POST if act == "enter" else None, prefix="enter"),
        "approve": ApproveAccountForm(request.POST if act == "approve" else None, prefix="approve"),
        "refuse": ReasonForm(request.POST if act == "refuse" else None, prefix="refuse"),
    }
    if request.method == "POST":
        if act not in ACTS:
            raise Http404
        if not may(request, ACTS[act]):
            return HttpResponse(status=403)
        if made[act].is_valid() and _done(request, found, waiting, act, made[act]):
            return redirect("transit:operator-account", city, code)
    own = waiting is not None and waiting.entered_by == request.user.get_username()
    bound = next((form for form in made.values() if form.is_bound), None)
    context = {
        "operator": found, "account": account_in_use(found), "waiting": waiting, "own": own,
        "history": accounts_of(found), "forms": made, "bound": bound,
        "may_enter": may(request, MANAGE_OPERATORS),
        "may_decide": waiting is not None and may(request, APPROVE_SETTLEMENT) and not own,
    }  # fmt: skip
    status = 422 if bound is not None and bound.errors else 200
    return render(request, "transit/settlement/account.html", context, status=status)


def _done(
    request: HttpRequest, found: Operator, waiting: BankAccount | None, act: str, form: forms.Form
) -> Any:
    given, by = form.cleaned_data, origin_of(request)
    if act == "enter":
        made = tried(form, lambda: enter_account(found, by=by, **given))
        told = _("The account is entered. Another officer approves it.")
    elif waiting is None:
        form.add_error(None, _("No account waits for approval."))
        return None
    elif act == "approve":
        made = tried(form, lambda: approve_account(waiting, number=given["account"], by=by))
        told = _("The account is approved: the next bank file pays to it.")
    else:
        made = tried(form, lambda: refuse_account(waiting, reason=given["reason"], by=by))
        told = _("The account is refused.")
    if made:
        messages.success(request, told)
    return made
