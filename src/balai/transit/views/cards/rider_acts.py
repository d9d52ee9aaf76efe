"""What a rider does with a card: load it, block it, report it lost, buy a pass."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from balai.kernel.problems import ProblemError
from balai.transit.actions.cards import life
from balai.transit.actions.cards.loading import request_load
from balai.transit.actions.cards.passes import buy_pass
from balai.transit.card_forms import AMOUNTS, LoadForm, LostForm, PassForm
from balai.transit.models import CardAccount
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import own_card
from balai.transit.queries.holdings import passes_on
from balai.transit.views.cards.refusals import actor_of, home_of, own, tell
from balai.transit.views.cards.rider import overview


@require_http_methods(["GET", "HEAD", "POST"])
@own
def load(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponse:
    """Choose an amount; the QRIS code is the payments room's page."""
    account = own_card(city, person, card)
    form = LoadForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        key = f"web:{person}:{request.POST.get('key', '')[:40]}"
        try:
            _load, asked = request_load(
                account, form.cleaned_data["amount"], person=person, key=key,
                region_code=home_of(person), by=actor_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            return redirect("payments:request", city=city, request_id=asked.id)
    today = timezone.localdate()
    context = {
        **overview(city, account), "form": form, "key": request.POST.get("key") or uuid4().hex,
        "amounts": AMOUNTS, "least_load": rule(city, "least_load", today),
        "most": rule(city, "most_balance", today),
    }  # fmt: skip
    return render(request, "transit/cards/load.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def block(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponse:
    """Block the own card after asking once, or let it ride again."""
    account = own_card(city, person, card)
    problem = None
    if request.method == "POST":
        try:
            _turn(account, request)
            return redirect("transit:card", city=city, card=card)
        except ProblemError as error:
            problem = _(error.title)
    context = {**overview(city, account), "problem": problem}
    return render(request, "transit/cards/block.html", context, status=409 if problem else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def lost(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponse:
    """Report the own card lost."""
    account = own_card(city, person, card)
    today = timezone.localdate()
    posted = request.POST if request.method == "POST" else None
    form = LostForm(posted, initial={"lost_on": today})
    if form.is_valid():
        try:
            life.report_lost(card, form.cleaned_data["lost_on"], by=actor_of(request),
                             now=timezone.now())  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The card is stopped. Its balance waits for a new card."))
            return redirect("transit:card", city=city, card=card)
    context = {**overview(city, account), "form": form,
               "days": rule(city, "loss_report_days", today)}  # fmt: skip
    return render(request, "transit/cards/lost.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def passes(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponse:
    """Buy a pass of the tariff with the money on the card."""
    account = own_card(city, person, card)
    today = timezone.localdate()
    offered = passes_on(city, today)
    posted = request.POST if request.method == "POST" else None
    form = PassForm(offered, posted, initial={"first": today})
    if form.is_valid():
        data = form.cleaned_data
        key = f"web:{person}:{request.POST.get('key', '')[:40]}"
        try:
            buy_pass(card, data["code"], data["first"], key=key, by=actor_of(request),
                     now=timezone.now())  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The pass is on the card."))
            return redirect("transit:card", city=city, card=card)
    context = {**overview(city, account), "form": form, "offered": offered,
               "key": request.POST.get("key") or uuid4().hex}  # fmt: skip
    return render(request, "transit/cards/passes.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


def _turn(account: CardAccount, request: HttpRequest) -> None:
    by, now = actor_of(request), timezone.now()
    wanted: Any = request.POST.get("wanted")
    if wanted == "unblock":
        life.unblock_card(account.pk, by=by, now=now, own=True)
        messages.success(request, _("The card opens gates again."))
    else:
        life.block_card(account.pk, life.Block.RIDER, by=by, now=now)
        messages.success(request, _("The card is blocked. You can open it again here."))
