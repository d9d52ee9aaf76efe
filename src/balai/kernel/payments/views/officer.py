"""The officers' pages: payments, one payment's story, statements, days, numbers."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs
from balai.kernel.access.lists import csv_url, page_of, wants_csv
from balai.kernel.access.models import User
from balai.kernel.access.origin import origin_of
from balai.kernel.payments import queries
from balai.kernel.payments.actions import add_range, files, take_file
from balai.kernel.payments.forms import RangeForm, StatementForm
from balai.kernel.payments.models import (
    Bank,
    Difference,
    Move,
    Notice,
    NumberRange,
    Payment,
    Statement,
)
from balai.kernel.payments.rules import RECONCILE, VIEW
from balai.kernel.payments.views.lists import as_csv, day_of, text_of
from balai.kernel.payments.words import METHODS
from balai.kernel.problems import ProblemError


@require_safe
@needs(VIEW)
def payments(request: HttpRequest, city: str) -> HttpResponse:
    """Payments by day, state and way, found by reference or number."""
    chosen = {name: text_of(request, name) for name in ("text", "state", "method")}
    rows = queries.payments(
        city, **chosen, start=day_of(request, "start"), end=day_of(request, "end"),
        zone=request.city.zone,  # type: ignore[attr-defined]
    )  # fmt: skip
    if wants_csv(request):
        header = ("paid_at", "bank", "method", "reference", "account", "amount", "currency",
                  "state", "bill", "generated")  # fmt: skip
        return as_csv("payments", header, rows.iterator(chunk_size=2000), _cells)
    context = {
        "page": page_of(request, rows), "chosen": chosen, "csv": csv_url(request),
        "start": text_of(request, "start"), "end": text_of(request, "end"),
        "states": Payment.State.choices, "methods": METHODS.items(),
        "generated": rows.filter(generated=True).exists(),
        "open": Difference.objects.filter(city=city, state="open").count(),
    }  # fmt: skip
    return render(request, "payments/payments.html", context)


@require_safe
@needs(VIEW)
def payment(request: HttpRequest, city: str, payment: UUID) -> HttpResponse:
    """One payment: request, notices, statement entry, transfers, differences and acts."""
    found = get_object_or_404(
        Payment.objects.select_related("bill", "bank", "request"), city=city, pk=payment
    )
    queries.note_opening(found, by=origin_of(request))
    return render(request, "payments/payment.html", {"story": queries.story(found), "paid": found})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW)
def days(request: HttpRequest, city: str) -> HttpResponse:
    """The statements taken in, the books now, and the form that takes in another."""
    banks = queries.banks(city)
    form = StatementForm(request.POST or None, request.FILES or None, banks=banks)
    problem = None
    if request.method == "POST":
        if not request.user.has_perm(RECONCILE, request.city):  # type: ignore[attr-defined]
            return HttpResponse(status=403)
        if form.is_valid():
            try:
                return _taken(request, city, form)
            except ProblemError as error:
                problem = error
    bank = _chosen(request, banks)
    context = {
        "form": form, "problem": problem, "banks": banks, "bank": bank,
        "page": page_of(request, queries.days(bank)) if bank else None,
        "lines": queries.books(bank) if bank else (),
        "simulated": bool(bank and bank.is_simulator and settings.DEMONSTRATION),
    }  # fmt: skip
    bad = problem is not None or (form.is_bound and not form.is_valid())
    return render(request, "payments/days.html", context, status=422 if bad else 200)


@require_safe
@needs(VIEW)
def day(request: HttpRequest, city: str, statement: UUID) -> HttpResponse:
    """A day: announced, on the statement, in the ledger; every entry with what it turned out."""
    found = get_object_or_404(Statement.objects.select_related("bank"), city=city, pk=statement)
    entries = found.entries.select_related("payment__bill").order_by("id")
    outcome = text_of(request, "outcome")
    if outcome:
        entries = entries.filter(outcome=outcome)
    if wants_csv(request):
        header = ("number", "amount", "reference", "account", "code", "outcome", "payment")
        return as_csv(f"statement-{found.day}", header, entries.iterator(chunk_size=2000),
                      lambda e: (e.number, e.amount, e.reference, e.account, e.code, e.outcome,
                                 e.payment_id or ""))  # fmt: skip
    context = {
        "statement": found, "day": queries.journal(found.bank, found), "outcome": outcome,
        "lines": queries.books(found.bank, found.day), "page": page_of(request, entries),
        "differences": queries.worklist(city, state="", day=found.day, bank=found.bank.slug)[:200],
        "outcomes": sorted(set(found.entries.values_list("outcome", flat=True))),
        "csv": csv_url(request),
    }  # fmt: skip
    return render(request, "payments/day.html", context)


@require_safe
@needs(VIEW)
def place(request: HttpRequest, city: str, bank: str, place: str) -> HttpResponse:
    """The moves of one place: what its balance is made of."""
    found = queries.bank_by_slug(city, bank)
    rows = (
        Move.objects.select_related("payment", "entry", "bill").filter(bank=found, debit=place)
        | Move.objects.select_related("payment", "entry", "bill").filter(bank=found, credit=place)
    ).order_by("-at", "-id")
    if wants_csv(request):
        header = ("at", "debit", "credit", "amount", "outcome", "payment", "transfer")
        return as_csv("moves", header, rows.iterator(chunk_size=2000),
                      lambda m: (m.at.isoformat(), m.debit, m.credit, m.amount, m.outcome,
                                 m.payment_id or "", m.transfer))  # fmt: skip
    line = next((each for each in queries.books(found) if each.place == place), None)
    context = {"bank": found, "place": place, "line": line, "page": page_of(request, rows),
               "csv": csv_url(request)}  # fmt: skip
    return render(request, "payments/place.html", context)


@require_safe
@needs(VIEW)
def notices(request: HttpRequest, city: str) -> HttpResponse:
    """What banks told us, and what each notice turned out to be."""
    outcome, text = text_of(request, "outcome"), text_of(request, "text")
    rows = Notice.objects.select_related("bank").filter(city=city).order_by("-at", "-id")
    if outcome:
        rows = rows.filter(outcome=outcome)
    if text:
        rows = rows.filter(reference__startswith=text)
    if wants_csv(request):
        header = (
            "at",
            "bank",
            "service",
            "external_id",
            "reference",
            "amount",
            "outcome",
            "detail",
        )
        return as_csv("notices", header, rows.iterator(chunk_size=2000),
                      lambda n: (n.at.isoformat(), n.bank.name, n.service, n.external_id,
                                 n.reference, n.amount, n.outcome, n.detail))  # fmt: skip
    context = {"page": page_of(request, rows), "outcome": outcome, "text": text,
               "outcomes": ("announced", "repeated", "contradicted", "notice-refused", "not-paid"),
               "csv": csv_url(request)}  # fmt: skip
    return render(request, "payments/notices.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(VIEW)
def ranges(request: HttpRequest, city: str) -> HttpResponse:
    """Bank accounts with their ranges of virtual account numbers, and adding a range."""
    banks = queries.banks(city)
    bank = _chosen(request, banks)
    form = RangeForm(request.POST or None, initial={"kind": "closed", "digits": 10, "first": 1})
    may = request.user.has_perm(RECONCILE, request.city)  # type: ignore[attr-defined]
    if request.method == "POST" and not may:
        return HttpResponse(status=403)
    if request.method == "POST" and bank is not None and form.is_valid():
        try:
            told = dict(form.cleaned_data)
            made = add_range(bank, prefix=told.pop("company_code"), **told)
        except ProblemError as error:
            for fault in error.faults:
                field = {"prefix": "company_code"}.get(fault.field, fault.field)
                form.add_error(field if field in form.fields else None, fault.problem)
        else:
            record(
                "payments.range-added",
                origin_of(request),
                subject=str(made.pk),
                region=bank.region_code,
                prefix=made.prefix,
                first=made.first,
                last=made.last,
            )
            messages.success(request, _("The range is added."))
            return redirect("payments:ranges", city=city)
    found = NumberRange.objects.select_related("bank").filter(bank__in=banks).order_by("bank", "id")
    context = {"banks": banks, "bank": bank, "form": form, "ranges": found, "may": may}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "payments/ranges.html", context, status=status)


@require_POST
@needs(RECONCILE)
def close_day(request: HttpRequest, city: str) -> HttpResponse:
    """In a demonstration: the simulated bank closes its day and sends its statement."""
    from balai.kernel.payments.simulator.pretend import close_day as close

    if not settings.DEMONSTRATION:
        raise Http404
    bank = queries.bank_by_slug(city, request.POST.get("bank", ""))
    try:
        taken = close(bank, timezone.now(), by=request.user.get_username())
    except ProblemError as error:
        messages.error(request, " ".join(error.lines()))
        return redirect("payments:days", city=city)
    return redirect("payments:day", city=city, statement=taken.statement.pk)


def _taken(request: HttpRequest, city: str, form: StatementForm) -> HttpResponse:
    bank, content = form.cleaned_data["bank"], form.cleaned_data["file"].read()
    if files.is_large(content):
        job = files.take_later(bank, content, cast(User, request.user))
        record("payments.statement-sent", origin_of(request), subject=str(job.pk),
               region=bank.region_code)  # fmt: skip
        return redirect("jobs:job", city=city, job=job.pk)
    intake = take_file(bank, content, by=request.user.get_username())
    for each in intake.taken:
        if each.repeated:
            messages.info(request, _("This statement was taken in before; nothing changed."))
        else:
            record("payments.statement-taken", origin_of(request), subject=str(each.statement.pk),
                   region=bank.region_code, day=str(each.statement.day))  # fmt: skip
    for refused in intake.refused:
        text = _("Statement %(name)s of this file was not taken in: %(why)s")
        why = " ".join(str(fault) for fault in refused.faults[:5])
        messages.error(request, text % {"name": refused.identifier, "why": why})
    return redirect("payments:day", city=city, statement=intake.taken[-1].statement.pk)


def _chosen(request: HttpRequest, banks: list[Bank]) -> Bank | None:
    slug = request.POST.get("for_bank") or request.GET.get("bank")
    return next((each for each in banks if each.slug == slug), banks[0] if banks else None)


def _cells(row: Payment) -> tuple[Any, ...]:
    return (
        row.paid_at.isoformat(), row.bank.name, row.method, row.reference, row.account,
        row.amount, row.currency, row.state, row.bill.reference if row.bill else "",
        row.generated,
    )  # fmt: skip
