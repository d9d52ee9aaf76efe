"""A statement with every figure opening to what it is made of; approval, withdrawal, objections."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.statements import answer, approve, withdraw
from balai.transit.models import FareShare, Objection, Statement, StatementLine, VerifiedRun
from balai.transit.queries.settlement.days import (
    objections_of,
    runs_of,
    shares_of,
    statement_of,
)
from balai.transit.queries.settlement.feeds import names_of
from balai.transit.queries.settlement.words import line_title, penalty_title
from balai.transit.rules import APPROVE_SETTLEMENT, SETTLE, VIEW_SETTLEMENT
from balai.transit.settlement_forms import AnswerForm, ReasonForm
from balai.transit.views.settlement.common import found_or_404, may, tried

RUN_COLUMNS = ("route_id", "trip_id", "start_s", "scheduled_m", "verified_m", "state", "vehicle",
               "vehicles", "first_stop", "last_stop", "late_s", "headway_s", "headway_due_s",
               "headway_kept")  # fmt: skip
RUN_STATES = (*VerifiedRun.State.values, "headway")


@require_safe
@needs(VIEW_SETTLEMENT)
def show(request: HttpRequest, city: str, statement: UUID) -> HttpResponse:
    """What the operator is owed for the day, line by line."""
    found: Statement = found_or_404(statement_of, city, statement)
    own = found.made_by == request.user.get_username() and bool(found.made_by)
    context = statement_page(found, request) | {
        "may_approve": may(request, APPROVE_SETTLEMENT) and not own,
        "may_withdraw": may(request, SETTLE) or may(request, APPROVE_SETTLEMENT),
        "runs_url": reverse("transit:statement-runs", args=[city, found.pk]),
        "fares_url": reverse("transit:statement-fares", args=[city, found.pk]),
        "standard_url": reverse("transit:penalty-desk", args=[city]),
    }  # fmt: skip
    return render(request, "transit/settlement/statement.html", context)


@require_safe
@needs(VIEW_SETTLEMENT)
def runs(request: HttpRequest, city: str, statement: UUID) -> HttpResponseBase:
    """The runs a statement counts."""
    return runs_page(request, found_or_404(statement_of, city, statement), "officer")


@require_safe
@needs(VIEW_SETTLEMENT)
def fares(request: HttpRequest, city: str, statement: UUID) -> HttpResponseBase:
    """The operator's parts of journeys' charges."""
    found: Statement = found_or_404(statement_of, city, statement)
    rows = shares_of(found)
    if wants_csv(request):
        header = ("journey", "day", "legs", "amount")
        return as_csv(f"fares-{found.day}", header, rows.iterator(chunk_size=2000), _share_cells)
    context = {"statement": found, "page": page_of(request, rows), "csv": csv_url(request)}
    return render(request, "transit/settlement/fares.html", context)


@require_http_methods(["POST"])
@needs(APPROVE_SETTLEMENT)
def approve_it(request: HttpRequest, city: str, statement: UUID) -> HttpResponse:
    """Approve what another officer settled."""
    found: Statement = found_or_404(statement_of, city, statement)
    form = ReasonForm({"reason": "-"})
    form.is_valid()
    if tried(form, lambda: approve(found, user=request.user, by=origin_of(request))):
        messages.success(request, _("The statement is approved. Sign its document next."))
    else:
        messages.error(request, " ".join(form.non_field_errors()))
    return redirect("transit:statement", city, statement)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def withdraw_it(request: HttpRequest, city: str, statement: UUID) -> HttpResponse:
    """Ask why, say what follows, and take the latest version back."""
    if not (may(request, SETTLE) or may(request, APPROVE_SETTLEMENT)):
        return HttpResponse(status=403)
    found: Statement = found_or_404(statement_of, city, statement)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        if tried(form, lambda: withdraw(found, reason=reason, by=origin_of(request))):
            messages.success(request, _("The statement is withdrawn; its transfers are reversed."))
            return redirect("transit:statement", city, statement)
    status = 422 if form.is_bound and form.errors else 200
    context = {"statement": found, "form": form}
    return render(request, "transit/settlement/withdraw.html", context, status=status)


@require_safe
@needs(VIEW_SETTLEMENT)
def objections(request: HttpRequest, city: str) -> HttpResponse:
    """What operators object to."""
    state = request.GET.get("state", Objection.State.OPEN)
    context = {"page": page_of(request, objections_of(city, state)), "state": state,
               "states": Objection.State.choices}  # fmt: skip
    return render(request, "transit/settlement/objections.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def answer_it(request: HttpRequest, city: str, objection: int) -> HttpResponse:
    """An objection and its answer."""
    found = objections_of(city).filter(pk=objection).first()
    if found is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    may_answer = may(request, APPROVE_SETTLEMENT)
    if request.method == "POST" and not may_answer:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        done = tried(form, lambda: answer(found, upheld=given["upheld"] == "yes",
                                          text=given["reason"], by=origin_of(request)))  # fmt: skip
        if done:
            messages.success(request, _("The objection is answered."))
            return redirect("transit:objection", city, objection)
    status = 422 if form.is_bound and form.errors else 200
    context = {"objection": found, "form": form, "may_answer": may_answer}
    return render(request, "transit/settlement/objection.html", context, status=status)


def statement_page(found: Statement, request: HttpRequest) -> dict[str, Any]:
    """What a statement's page shows, to officers and to the operator."""
    lines = [(line, line_title(line), _opens(line)) for line in found.lines.all()]
    return {
        "statement": found, "lines": lines, "generated": found.generated,
        "versions": Statement.objects.filter(operator=found.operator, day=found.day)
        .order_by("version"),
        "objections": found.objections.all(),
        "inspections": [
            (row, penalty_title(row.kind))
            for row in found.operator.inspections.filter(day=found.day)
        ],
        "contract_query": f"&contract={found.contract_id}" if found.contract_id else "",
        "open": found.state == Statement.State.DRAFT,
        "withdrawable": found.state in ("draft", "approved") and not found.payment_id,
    }  # fmt: skip


def runs_page(request: HttpRequest, found: Statement, face: str) -> HttpResponseBase:
    """The list of a statement's runs, as a page or as CSV."""
    state = request.GET.get("state", "")
    rows = runs_of(found, state)
    if wants_csv(request):
        return as_csv(f"runs-{found.day}", RUN_COLUMNS, rows.iterator(chunk_size=2000), _run_cells)
    frame = "frame/resident.html" if face == "own" else "frame/officer.html"
    page = page_of(request, rows)
    names = names_of(found.city, [row.first_stop for row in page] + [r.last_stop for r in page])
    context = {
        "statement": found, "page": page, "state": state, "face": face, "frame": frame,
        "csv": csv_url(request),
        "rows": [(row, names.get(row.first_stop, row.first_stop),
                  names.get(row.last_stop, row.last_stop)) for row in page],
    }  # fmt: skip
    return render(request, "transit/settlement/runs.html", context)


def _opens(line: StatementLine) -> str:
    """Which list a line opens to: runs, runs?state, fares, or inspections on the same page."""
    if line.kind in ("kilometres", "beyond_target"):
        return "runs"
    if line.kind in ("fares", "adjustment"):
        return "fares"
    if line.kind == "penalty":
        return {"missed_run": "missed", "headway": "headway"}.get(line.code, "inspections")
    return ""


def _run_cells(row: VerifiedRun) -> list[object]:
    return [getattr(row, name) for name in RUN_COLUMNS]


def _share_cells(row: FareShare) -> tuple[object, ...]:
    return row.journey, row.day, row.legs, row.amount
