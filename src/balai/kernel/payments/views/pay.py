"""Paying a bill: choosing how, the code or number, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel import row_security
from balai.kernel.payments import queries
from balai.kernel.payments.actions import request_payment
from balai.kernel.payments.forms import MethodForm, PretendForm
from balai.kernel.payments.models import Bill, Request
from balai.kernel.payments.picture import png_of, svg_of
from balai.kernel.payments.simulator.bank import Fault
from balai.kernel.problems import ProblemError
from balai.kernel.row_security import rows_of


@require_safe
def mine(request: HttpRequest, city: str) -> HttpResponse:
    """The bills of who is signed in."""
    person = row_security.opened().person if request.user.is_authenticated else None
    bills = list(queries.bills_of(city, person)[:200]) if person else []
    context = {
        "person": person,
        "due": [bill for bill in bills if bill.state in ("open", "part")],
        "done": [bill for bill in bills if bill.state not in ("open", "part")],
        "generated": any(bill.generated for bill in bills),
        "total": sum(bill.due for bill in bills if bill.state in ("open", "part")),
    }
    return render(request, "payments/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def bill(request: HttpRequest, city: str, bill: UUID) -> HttpResponse:
    """One bill and the ways to pay it. Whoever has its address may pay; no name is shown."""
    with _rows(request):
        found = Bill.objects.filter(city=city, pk=bill).first()
        if found is None:
            raise Http404
        form = MethodForm(request.POST or None, initial={"method": "qris"})
        problem = None
        if request.method == "POST" and form.is_valid():
            try:
                made = request_payment(found, form.cleaned_data["method"])
                return redirect("payments:request", city=city, request_id=made.id)
            except ProblemError as error:
                problem = error
                found.refresh_from_db()
        paid = [
            p for p in found.payments.order_by("paid_at") if p.state in ("in-transit", "settled")
        ]
        expired = found.expires_at is not None and found.expires_at <= timezone.now()
        context = {
            "bill": found,
            "form": form,
            "problem": problem,
            "payments": paid,
            "expired": expired,
            "payable": found.state in ("open", "part") and not expired,
        }
        bad = problem is not None or (form.is_bound and not form.is_valid())
        return render(request, "payments/bill.html", context, status=422 if bad else 200)


@require_safe
def request_page(request: HttpRequest, city: str, request_id: UUID) -> HttpResponse:
    """The code or number to pay with. Asked by htmx it answers with what may change alone."""
    with _rows(request):
        context = _request_context(city, request_id)
        part = request.headers.get("HX-Request") == "true"
        return render(
            request, "payments/_status.html" if part else "payments/request.html", context
        )


@require_safe
def qr_picture(request: HttpRequest, city: str, request_id: UUID) -> HttpResponse:
    """The code as an SVG file, to be printed."""
    text, name = _code(request, city, request_id)
    answer = HttpResponse(svg_of(text), content_type="image/svg+xml")
    answer["Content-Disposition"] = f'inline; filename="{name}.svg"'
    return answer


@require_safe
def qr_image(request: HttpRequest, city: str, request_id: UUID) -> HttpResponse:
    """The code as a PNG file, to be saved and opened in the app of a bank or wallet."""
    text, name = _code(request, city, request_id)
    answer = HttpResponse(png_of(text), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{name}.png"'
    return answer


def _code(request: HttpRequest, city: str, request_id: UUID) -> tuple[str, str]:
    with _rows(request):
        found = _request(city, request_id)
    if not found.qris:
        raise Http404
    return found.qris, f"qris-{found.account}"


@require_POST
def pretend(request: HttpRequest, city: str, request_id: UUID) -> HttpResponse:
    """In a demonstration: the simulated bank is paid, and tells us as it was asked to."""
    from balai.kernel.payments.simulator.pretend import pretend_payment

    if not settings.DEMONSTRATION:
        raise Http404
    with _rows(request):
        found = _request(city, request_id)
        form = PretendForm(request.POST)
        if not form.is_valid():
            context = {**_request_context(city, request_id), "pretend": form}
            return render(request, "payments/request.html", context, status=422)
        try:
            pretend_payment(
                found,
                form.cleaned_data["amount"],
                at=timezone.now(),
                fault=Fault(form.cleaned_data["fault"]),
            )
            messages.success(request, _("The simulated bank has been paid."))
        except ProblemError as error:
            messages.error(request, error.detail or error.title)
    return redirect("payments:request", city=city, request_id=request_id)


def _rows(request: HttpRequest) -> Any:
    # The address is the key: it cannot be guessed, and the page tells no name.
    return rows_of(request.city.region_code)  # type: ignore[attr-defined]


def _request(city: str, identifier: UUID) -> Request:
    found = Request.objects.select_related("bill", "bank", "numbers").filter(
        city=city, pk=identifier
    ).first()  # fmt: skip
    if found is None:
        raise Http404
    return found


def _request_context(city: str, identifier: UUID) -> dict[str, Any]:
    found = _request(city, identifier)
    now = timezone.now()
    payment = found.payment_set.order_by("-recorded_at").first()
    waiting = found.state == "waiting" and found.expires_at > now
    may_pretend = settings.DEMONSTRATION and found.bank.is_simulator
    return {
        "asked": found, "bill": found.bill, "payment": payment,
        # Made by us from digits and letters alone.
        "picture": mark_safe(svg_of(found.qris)) if found.qris and waiting else "",  # noqa: S308
        "waiting": waiting, "poll": waiting and payment is None,
        "pretend": PretendForm(initial={"amount": found.amount, "fault": "none"})
        if may_pretend and found.method in ("qris", "virtual_account") else None,
    }  # fmt: skip
