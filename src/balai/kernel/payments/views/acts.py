"""The worklist of differences, and what an officer does about one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.actions import record
from balai.kernel.access.guards import needs
from balai.kernel.access.origin import origin_of
from balai.kernel.payments import actions, queries
from balai.kernel.payments.actions.acts import RECEIVED, By
from balai.kernel.payments.engine.reconcile import Kind, Place
from balai.kernel.payments.forms import MatchForm, NoteForm
from balai.kernel.payments.models import Act, Difference
from balai.kernel.payments.rules import RECONCILE, VIEW
from balai.kernel.payments.views.lists import as_csv, csv_url, day_of, page_of, text_of, wants_csv
from balai.kernel.problems import ProblemError

Run = Callable[[Difference, HttpRequest, dict[str, Any]], Act]


@require_safe
@needs(VIEW)
def worklist(request: HttpRequest, city: str) -> HttpResponse:
    """Differences to look at, oldest first, by kind, day and state."""
    kind, state = text_of(request, "kind"), text_of(request, "state") or "open"
    rows = queries.worklist(city, kind=kind, state="" if state == "all" else state,
                            day=day_of(request, "day"))  # fmt: skip
    if wants_csv(request):
        header = ("day", "bank", "kind", "place", "amount", "remaining", "state", "payment", "bill")
        return as_csv("differences", header, rows.iterator(chunk_size=2000), _cells)
    context = {
        "page": page_of(request, rows), "kind": kind, "state": state, "kinds": list(Kind),
        "day": text_of(request, "day"), "csv": csv_url(request),
    }  # fmt: skip
    return render(request, "payments/worklist.html", context)


@require_http_methods(["GET", "HEAD"])
@needs(VIEW)
def difference(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """One difference: why it is listed, what can be done, what was done."""
    found = _found(city, difference)
    return render(request, "payments/difference.html", _context(request, found))


@require_POST
@needs(RECONCILE)
def match(request: HttpRequest, city: str, difference: UUID) -> HttpResponse:
    """Credit a bill with the money."""
    found = _found(city, difference)
    form = MatchForm(request.POST, city=city)
    if not form.is_valid():
        return _again(request, found, match_form=form)
    bill = form.cleaned_data["reference"]
    return _do(request, found, lambda by: actions.match(found, bill, by),
               _("The bill is credited."))  # fmt: skip


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
    request: HttpRequest, found: Difference, run: Callable[[By], Act], done: str
) -> HttpResponse:
    by = By(request.user.get_username(), request.POST.get("note", "").replace("\x00", ""))
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
    return {
        "found": found, "paid": found.payment,
        "acts": found.acts.select_related("bill").order_by("id"),
        "may": request.user.has_perm(RECONCILE, request.city),  # type: ignore[attr-defined]
        "match_form": MatchForm(city=found.city), "note_form": NoteForm(),
        "can_match": held and place in RECEIVED,
        "can_refund": held and place in RECEIVED and found.payment is not None,
        "can_deposit": held and place is Place.UNKNOWN,
        "can_take_back": held and place is Place.NEVER_CREDITED,
        "can_keep": found.state == Difference.State.OPEN,
    }  # fmt: skip


def _found(city: str, identifier: UUID) -> Difference:
    rows = Difference.objects.select_related("payment__bill", "bank", "entry__statement", "notice")
    return get_object_or_404(rows, city=city, pk=identifier)


def _cells(row: Difference) -> tuple[Any, ...]:
    payment = row.payment
    bill = payment.bill if payment else None
    return (
        row.day, row.bank.name, row.kind, row.place, row.amount, row.remaining, row.state,
        payment.reference if payment else "", bill.reference if bill else "",
    )  # fmt: skip
