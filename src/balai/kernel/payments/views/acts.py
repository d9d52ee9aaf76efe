"""The worklist of differences, and what an officer does about one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs
from balai.kernel.access.lists import csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.events.actions import local_day
from balai.kernel.payments import actions, queries
from balai.kernel.payments.actions.acts import LOST, RECEIVED, By
from balai.kernel.payments.engine.reconcile import Kind, Place
from balai.kernel.payments.forms import MatchForm, NoteForm, PaymentForm
from balai.kernel.payments.models import Act, Difference, Payment
from balai.kernel.payments.queries.payments import AGES, Age
from balai.kernel.payments.rules import RECONCILE, VIEW
from balai.kernel.payments.views.lists import as_csv, day_of, text_of
from balai.kernel.problems import ProblemError

Run = Callable[[Difference, HttpRequest, dict[str, Any]], Act]


@require_safe
@needs(VIEW)
def worklist(request: HttpRequest, city: str) -> HttpResponse:
    """Differences to look at, oldest first, by kind, bank, day, age, state and words."""
    today = local_day(timezone.now(), request.city.zone)  # type: ignore[attr-defined]
    kind, state = text_of(request, "kind"), text_of(request, "state") or "open"
    chosen: dict[str, Any] = {
        "kind": kind, "bank": text_of(request, "bank"), "text": text_of(request, "text"),
        "state": "" if state == "all" else state, "day": day_of(request, "day"),
    }  # fmt: skip
    listed = queries.worklist(city, **chosen)
    age = _age_of(request)
    rows = queries.worklist(city, **chosen, **_days_of(age, today)) if age else listed
    if wants_csv(request):
        header = ("day", "age_days", "bank", "kind", "place", "amount", "remaining", "state",
                  "payment", "bill", "entry", "payer", "remittance")  # fmt: skip
        return as_csv("differences", header, rows.iterator(chunk_size=2000),
                      lambda row: _cells(row, today))  # fmt: skip
    context = {
        "page": page_of(request, rows), "kind": kind, "state": state, "kinds": list(Kind),
        "day": text_of(request, "day"), "text": chosen["text"], "bank": chosen["bank"],
        "banks": queries.banks(city), "csv": csv_url(request), "today": today,
        "ages": queries.ageing(listed, today), "age": age, "others": _others(request),
    }  # fmt: skip
    return render(request, "payments/worklist.html", context)


def _age_of(request: HttpRequest) -> Age | None:
    """The age in the address (`8-30`, `91-`), where it is one of those that are shown."""
    edges = [(0, AGES[0]), *((a + 1, b) for a, b in pairwise(AGES)), (AGES[-1] + 1, None)]
    told = text_of(request, "age")
    return next((Age(a, b, 0, 0) for a, b in edges if told == f"{a}-{b or ''}"), None)


def _days_of(age: Age, today: date) -> dict[str, Any]:
    before = today - timedelta(days=age.days) if age.days else None
    after = today - timedelta(days=age.until + 1) if age.until is not None else None
    return {"before": before, "after": after}


def _others(request: HttpRequest) -> str:
    """The address's other choices, for the links of the ages."""
    query = request.GET.copy()
    for name in ("age", "page", "format"):
        query.pop(name, None)
    return query.urlencode()


@require_http_methods(["GET", "HEAD"])
@needs(VIEW)
def difference(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """One difference: why it is listed, what can be done, what was done."""
    found = _found(city, difference)
    return render(request, "payments/difference.html", _context(request, found))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECONCILE)
def match(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Credit a bill with the money: shown first, done when it is confirmed."""
    found = _found(city, difference)
    form = MatchForm(request.POST if request.method == "POST" else request.GET, city=city)
    if not form.is_valid():
        return _again(request, found, match_form=form)
    bill = form.cleaned_data["reference"]
    if request.method == "POST":
        return _do(request, found, lambda by: actions.match(found, bill, by),
                   _("The bill is credited."))  # fmt: skip
    amount = min(found.remaining, bill.due)
    context = {"found": found, "bill": bill, "amount": amount, "rest": found.remaining - amount,
               "left": bill.due - amount}  # fmt: skip
    return render(request, "payments/match.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(RECONCILE)
def match_reversal(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Say which payment the bank took back: shown first, done when it is confirmed."""
    found = _found(city, difference)
    given = (request.POST if request.method == "POST" else request.GET).get("payment", "")
    form = PaymentForm({"payment": given})
    rows = Payment.objects.select_related("bill", "bank").filter(city=city, bank=found.bank)
    paid = rows.filter(pk=form.cleaned_data["payment"]).first() if form.is_valid() else None
    if paid is None:
        messages.error(request, _("Choose the payment that was taken back."))
        return redirect("payments:difference", city=city, difference=found.pk)
    if request.method == "POST":
        return _do(request, found, lambda by: actions.match_reversal(found, paid, by),
                   _("The payment is reversed; its bill is to be paid again."))  # fmt: skip
    return render(request, "payments/match.html", {"found": found, "paid": paid})


@require_POST
@needs(RECONCILE)
def write_off(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Give the money up, with a note that says why."""
    found = _found(city, difference)
    form = NoteForm(request.POST, prefix="off")
    if not form.is_valid():
        return _again(request, found, off_form=form)
    return _do(request, found, lambda by: actions.write_off(found, by),
               _("The money is written off."), note=form.cleaned_data["note"])  # fmt: skip


@require_POST
@needs(RECONCILE)
def refund(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Set the money aside to be sent back."""
    found = _found(city, difference)
    return _do(request, found, lambda by: actions.refund(found, by),
               _("The money is set aside for a refund."))  # fmt: skip


@require_POST
@needs(RECONCILE)
def deposit(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Say that it is the till's cash."""
    found = _found(city, difference)
    return _do(request, found, lambda by: actions.deposit(found, by), _("The till is lower now."))


@require_POST
@needs(RECONCILE)
def take_back(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Undo a payment that never came."""
    found = _found(city, difference)
    return _do(request, found, lambda by: actions.take_back(found, by),
               _("The payment is taken back; its bill is to be paid again."))  # fmt: skip


@require_POST
@needs(RECONCILE)
def keep(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Leave it as it is, with a note."""
    found = _found(city, difference)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _again(request, found, note_form=form)
    return _do(request, found, lambda by: actions.keep(found, by), _("It is kept, with your note."))


@require_POST
@needs(RECONCILE)
def undo(request: HttpRequest, city: str, act: UUID) -> HttpResponse:
    """Take an act back."""
    found = get_object_or_404(Act.objects.select_related("difference__bank"), pk=act,
                              difference__city=city)  # fmt: skip
    try:
        actions.undo(found, By(request.user.get_username()))
        record("payments.act-undone", origin_of(request), subject=str(found.pk),
               region=found.region_code, kind=found.kind)  # fmt: skip
        messages.success(request, _("It is undone."))
    except ProblemError as error:
        messages.error(request, f"{error.title}. {error.detail}")
    return redirect("payments:difference", city=city, difference=found.difference_id)


def _do(
    request: HttpRequest, found: Difference, run: Callable[[By], Act], done: str, *, note: str = ""
) -> HttpResponse:
    by = By(request.user.get_username(),
            (note or request.POST.get("note", "")).replace("\x00", ""))  # fmt: skip
    try:
        act = run(by)
    except ProblemError as error:
        messages.error(request, f"{error.title}. {error.detail}".strip())
    else:
        record("payments.act-done", origin_of(request), subject=str(act.pk),
               region=found.region_code, kind=act.kind, amount=act.amount)  # fmt: skip
        messages.success(request, done)
    return redirect("payments:difference", city=found.city, difference=found.pk)


def _again(request: HttpRequest, found: Difference, **forms: Any) -> HttpResponse:
    context = {**_context(request, found), **forms}
    return render(request, "payments/difference.html", context, status=422)


def _context(request: HttpRequest, found: Difference) -> dict[str, Any]:
    held = found.remaining > 0
    place = Place(found.place) if found.place else None
    can_match, can_reverse = held and place in RECEIVED, held and place is Place.REVERSED
    in_transit = found.payment is not None and found.payment.state == Payment.State.IN_TRANSIT
    text = text_of(request, "find")
    return {
        "found": found, "paid": found.payment,
        "acts": found.acts.select_related("bill").order_by("id"),
        "may": request.user.has_perm(RECONCILE, request.city),  # type: ignore[attr-defined]
        "match_form": MatchForm(city=found.city), "note_form": NoteForm(),
        "off_form": NoteForm(prefix="off"), "text": text,
        "can_match": can_match, "can_reverse": can_reverse,
        "bills": queries.bills_to_match(found, text) if can_match else (),
        "payments": queries.payments_to_match(found, text) if can_reverse else (),
        "can_write_off": held and place in RECEIVED | LOST and not in_transit,
        "can_refund": can_match and found.payment is not None and not in_transit,
        "can_deposit": held and place is Place.UNKNOWN,
        "can_take_back": held and place is Place.NEVER_CREDITED,
        "can_keep": found.state == Difference.State.OPEN,
    }  # fmt: skip


def _found(city: str, identifier: UUID) -> Difference:
    rows = Difference.objects.select_related("payment__bill", "bank", "entry__statement", "notice")
    return get_object_or_404(rows, city=city, pk=identifier)


def _cells(row: Difference, today: date) -> tuple[Any, ...]:
    payment, entry = row.payment, row.entry
    bill = payment.bill if payment else None
    return (
        row.day, (today - row.day).days, row.bank.name, row.kind, row.place, row.amount,
        row.remaining, row.state, payment.reference if payment else "",
        bill.reference if bill else "", entry.reference if entry else "",
        entry.payer if entry else "", entry.remittance if entry else "",
    )  # fmt: skip
