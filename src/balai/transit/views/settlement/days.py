"""Settled days: what each came to, how it agrees with the ledger, and settling one."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.jobs import start
from balai.transit.actions.settlement.settle_day import may_begin
from balai.transit.models import Statement
from balai.transit.queries.settlement.days import (
    DayView,
    days_of,
    present_statements,
    reconciliation,
    settled_versions,
)
from balai.transit.rules import SETTLE, VIEW_SETTLEMENT
from balai.transit.settlement_forms import DayForm
from balai.transit.views.settlement.common import may, tried

COLUMNS = ("day", "version", "operators", "scheduled_m", "verified_m", "missed", "pay", "penalties",
           "revenue", "net", "waiting", "objections")  # fmt: skip
STATEMENT_COLUMNS = (
    "operator", "contract", "version", "state", "scheduled_m", "verified_m", "runs", "missed",
    "pay", "penalties", "revenue", "adjustments", "net",
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def days(request: HttpRequest, city: str) -> HttpResponseBase:
    """The settled days, latest first, and the form that settles one as a job."""
    rows = days_of(city)
    if wants_csv(request):
        return as_csv("days", COLUMNS, rows, _day_cells)
    may_settle = may(request, SETTLE)
    form = DayForm(request.POST or None)
    if request.method == "POST":
        if not may_settle:
            return HttpResponse(status=403)
        if form.is_valid():
            day = form.cleaned_data["day"]
            if tried(form, lambda: may_begin(city, day)):
                made = start(
                    "transit.settle-day", city=city, by=request.user,  # type: ignore[arg-type]
                    arguments={"day": day.isoformat(), "by": request.user.get_username()},
                    slot=f"{city}:{day}",
                )  # fmt: skip
                return redirect("jobs:job", city, made.id)
    context = {"page": page_of(request, rows), "form": form, "may_settle": may_settle,
               "csv": csv_url(request)}  # fmt: skip
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transit/settlement/days.html", context, status=status)


@require_safe
@needs(VIEW_SETTLEMENT)
def day(request: HttpRequest, city: str, day: str) -> HttpResponseBase:
    """A day's statements, its versions, and the proof that books and ledger agree."""
    on = _day(day)
    rows = present_statements(city).filter(day=on)
    if wants_csv(request):
        return as_csv(f"statements-{on}", STATEMENT_COLUMNS, rows, _statement_cells)
    versions = list(settled_versions(city, on))
    if not versions:
        raise Http404
    checks = reconciliation(city, on)
    context = {
        "day": on, "rows": rows, "versions": versions, "checks": checks,
        "residual": sum(abs(each.residual) for each in checks), "csv": csv_url(request),
        "generated": versions[0].generated,
    }  # fmt: skip
    return render(request, "transit/settlement/day.html", context)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error


def _day_cells(row: DayView) -> list[object]:
    return [getattr(row, name) for name in COLUMNS]


def _statement_cells(row: Statement) -> list[object]:
    head = [row.operator.name, row.contract.number if row.contract else ""]
    return head + [getattr(row, name) for name in STATEMENT_COLUMNS[2:]]
