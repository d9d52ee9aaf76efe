"""Taking an inspection back, with the reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.operators import void_inspection
from balai.transit.models import Inspection, Operator
from balai.transit.queries.settlement.contracts import operator_of
from balai.transit.queries.settlement.words import penalty_title
from balai.transit.rules import MANAGE_OPERATORS
from balai.transit.settlement_forms import ReasonForm
from balai.transit.views.settlement.common import found_or_404, tried


@require_http_methods(["GET", "HEAD", "POST"])
@needs(MANAGE_OPERATORS)
def take_back(request: HttpRequest, city: str, code: str, inspection: int) -> HttpResponse:
    """Ask why, say what follows, and no longer count a breach; 404 where it is none that counts."""
    operator: Operator = found_or_404(operator_of, city, code)
    found = operator.inspections.filter(pk=inspection, void=False).first()
    if found is None:
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: _voided(request, found, reason)):
            messages.success(request, _("The inspection is taken back."))
            return redirect("transit:operator", city, code)
    status = 422 if form.is_bound and form.errors else 200
    context = {"operator": operator, "inspection": found, "title": penalty_title(found.kind),
               "form": form}  # fmt: skip
    return render(request, "transit/settlement/inspection.html", context, status=status)


def _voided(request: HttpRequest, found: Inspection, reason: str) -> Inspection:
    void_inspection(found, reason=reason, by=origin_of(request))
    return found
