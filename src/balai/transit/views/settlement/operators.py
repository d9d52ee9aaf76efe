"""Operators: contracts with dated figures, routes, vehicles, inspections, and their logs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.guards import needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.transit.actions.settlement.logs import import_log
from balai.transit.actions.settlement.operators import (
    add_contract,
    add_operator,
    add_vehicle,
    assign_route,
    record_inspection,
    set_term,
)
from balai.transit.engine.settlement.terms import TERMS
from balai.transit.models import Contract, Operator, OperatorLog, RouteAssignment
from balai.transit.queries.settlement.accounts import account_in_use, account_waiting, with_accounts
from balai.transit.queries.settlement.contracts import (
    inspection_kinds,
    operator_of,
    operators_of,
)
from balai.transit.queries.settlement.days import owed
from balai.transit.queries.settlement.feeds import routes_of
from balai.transit.queries.settlement.words import penalty_title
from balai.transit.rules import MANAGE_OPERATORS, VIEW_SETTLEMENT
from balai.transit.settlement_forms import (
    ContractForm,
    InspectionForm,
    LogForm,
    OperatorForm,
    RouteForm,
    TermForm,
    VehicleForm,
    localised,
)
from balai.transit.views.settlement.common import found_or_404, may, tried


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def operators(request: HttpRequest, city: str) -> HttpResponseBase:
    """The city's operators, and the form that adds one."""
    text = request.GET.get("text", "")[:80]
    account = request.GET.get("account", "")
    rows = with_accounts(operators_of(city).filter(name__icontains=text), account)
    if wants_csv(request):
        header = ("code", "name", "kind", "joined_on", "left_on", "in_use", "waits")
        return as_csv("operators", header, rows,
                      lambda row: [getattr(row, name) or "" for name in header])  # fmt: skip
    form = OperatorForm(request.POST or None)
    may_manage = may(request, MANAGE_OPERATORS)
    if request.method == "POST" and not may_manage:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        made = tried(form, lambda: add_operator(city, by=origin_of(request), **given))
        if made:
            return redirect("transit:operator", city, made.code)
    status = 422 if form.is_bound and form.errors else 200
    context = {"page": page_of(request, rows), "form": form, "may_manage": may_manage,
               "text": text, "account": account, "csv": csv_url(request)}  # fmt: skip
    return render(request, "transit/settlement/operators.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def operator(request: HttpRequest, city: str, code: str) -> HttpResponse:
    """All of an operator, and the forms that add to it."""
    found: Operator = found_or_404(operator_of, city, code)
    may_manage = may(request, MANAGE_OPERATORS)
    contracts = list(found.contracts.all())
    made = _forms(request, city, contracts)
    if request.method == "POST":
        if not may_manage:
            return HttpResponse(status=403)
        act = request.POST.get("act", "")
        form = made.get(act)
        if form is None:
            raise Http404
        if form.is_valid() and tried(form, _acts(request, found, contracts, form)[act]):
            messages.success(request, _("It is kept."))
            return redirect("transit:operator", city, code)
    bound = next((form for form in made.values() if form.is_bound), None)
    context = {
        "operator": found, "forms": made, "may_manage": may_manage, "owed": owed(found),
        "contracts": contracts, "bound": bound,
        "terms": [(row, localised(TERMS[row.name].title), TERMS[row.name].unit)
                  for each in contracts for row in each.terms.all()],
        "routes": RouteAssignment.objects.filter(contract__operator=found)
        .select_related("contract"),
        "vehicles": found.vehicles.all(),
        "inspections": [(row, penalty_title(row.kind)) for row in found.inspections.all()[:30]],
        "statements": found.statements.all()[:14],
        "account": account_in_use(found), "account_waits": account_waiting(found),
    }  # fmt: skip
    status = 422 if bound is not None and bound.errors else 200
    return render(request, "transit/settlement/operator.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW_SETTLEMENT)
def logs(request: HttpRequest, city: str) -> HttpResponse:
    """Files of positions that operators handed in, and the form that takes one."""
    form = LogForm(request.POST or None, request.FILES or None)
    may_manage = may(request, MANAGE_OPERATORS)
    if request.method == "POST" and not may_manage:
        return HttpResponse(status=403)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["file"]
        made = tried(form, lambda: import_log(city, given.read(), name=given.name,
                                              by=origin_of(request)))  # fmt: skip
        if made:
            return redirect("transit:operator-log", city, made.log.pk)
    rows = OperatorLog.objects.filter(city=city)
    context = {"page": page_of(request, rows), "form": form, "may_manage": may_manage}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "transit/settlement/logs.html", context, status=status)


@require_safe
@needs(VIEW_SETTLEMENT)
def log(request: HttpRequest, city: str, log: UUID) -> HttpResponse:
    """What was read of a file, and what could not be, each with its mend."""
    found = OperatorLog.objects.filter(city=city, pk=log).first()
    if found is None:
        raise Http404
    context = {"log": found, "parts": found.parts.order_by("day"),
               "page": page_of(request, found.faults)}  # fmt: skip
    return render(request, "transit/settlement/log.html", context)


def _forms(request: HttpRequest, city: str, contracts: list[Contract]) -> dict[str, forms.Form]:
    act = request.POST.get("act", "") if request.method == "POST" else ""

    def data(name: str) -> Any:
        return request.POST if act == name else None

    made: dict[str, forms.Form] = {
        "contract": ContractForm(data("contract"), prefix="contract"),
        "vehicle": VehicleForm(data("vehicle"), prefix="vehicle"),
        "inspection": InspectionForm(
            data("inspection"), prefix="inspection",
            kinds=inspection_kinds(city, timezone.localdate()),
        ),
    }  # fmt: skip
    if contracts:
        made["term"] = TermForm(data("term"), prefix="term", contracts=contracts)
        made["route"] = RouteForm(data("route"), prefix="route", contracts=contracts,
                                  routes=routes_of(city))  # fmt: skip
    return made


def _acts(
    request: HttpRequest, found: Operator, contracts: list[Contract], form: forms.Form
) -> dict[str, Callable[[], Any]]:
    given, by = form.cleaned_data, origin_of(request)
    chosen = next((each for each in contracts if str(each.pk) == given.get("contract")), None)
    kinds = inspection_kinds(found.city, timezone.localdate())

    def contract() -> Any:
        rate = {"rate_per_km": given["rate_per_km"]} if given["rate_per_km"] else {}
        return add_contract(
            found, given["number"], model=given["model"], start=given["start"], end=given["end"],
            terms=rate, article=given["article"], by=by,
        )  # fmt: skip

    return {
        "contract": contract,
        "term": lambda: set_term(chosen, given["name"], given["value"], start=given["start"],
                                 article=given["article"], by=by),
        "route": lambda: assign_route(chosen, given["route"], start=given["start"], by=by),
        "vehicle": lambda: add_vehicle(found, given["code"], start=given["start"], by=by),
        "inspection": lambda: record_inspection(
            found, given["kind"], day=given["day"], vehicle=given["vehicle"], note=given["note"],
            by=by, kinds=kinds,
        ),
    }  # fmt: skip
