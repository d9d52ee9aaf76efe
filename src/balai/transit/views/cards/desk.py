"""The officers' desk of cards: find one, issue, block, replace, load with cash."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balai.kernel.access.guards import may_here, needs
from balai.kernel.access.lists import as_csv, csv_url, page_of, wants_csv
from balai.kernel.access.origin import origin_of
from balai.kernel.access.reading import Reading, note_reading
from balai.kernel.people.queries import PersonCard
from balai.kernel.people.queries import cards as names_of
from balai.kernel.problems import ProblemError
from balai.transit.actions.cards import life
from balai.transit.actions.cards.holders import give_card, holder_by_nik, issue_to
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.actions.cards.replacing import replace_card
from balai.transit.card_forms import (
    HolderForm,
    IssueForm,
    LoadForm,
    LostForm,
    ReasonForm,
    ReplaceForm,
)
from balai.transit.models import CardAccount
from balai.transit.queries.cards import (
    account_at,
    balances_of_cards,
    card_by_number,
    find_cards,
    holder_of,
    line_of,
)
from balai.transit.queries.hotlist import version_of
from balai.transit.queries.rides import journeys_of_cards, rides
from balai.transit.views.cards.refusals import actor_of, found_or_404, tell
from balai.transit.views.cards.rider import overview
from balai.transit.views.cards.words import TAGS, told_rides

VIEW, SERVE = "transit.view_cards", "transit.serve_cards"


@require_safe
@needs(VIEW)
@found_or_404
def desk(request: HttpRequest, city: str) -> HttpResponseBase:
    """Cards by their last four digits or state."""
    four, state = request.GET.get("four", "").strip()[-4:], request.GET.get("state", "")
    known = state if state in CardAccount.State.values else ""
    found = find_cards(city, four=four, state=known)
    if wants_csv(request):
        header = ("card", "issuer", "state", "block", "issued_on", "expires_on", "holder")
        return as_csv("cards", header, found.iterator(chunk_size=2000), _cells)
    page = page_of(request, found)
    money = balances_of_cards(city, [each.card.reference for each in page.object_list])
    rows = [{"card": each, "balance": money.get(each.card.reference, 0), "tag": TAGS[each.state]}
            for each in page.object_list]  # fmt: skip
    context = {
        "page": page, "rows": rows, "four": four, "state": known, "csv": csv_url(request),
        "states": CardAccount.State.choices, "version": version_of(city),
        "may_serve": may_here(request, SERVE),
    }  # fmt: skip
    return render(request, "transit/cards/desk.html", context)


@require_POST
@needs(VIEW)
@found_or_404
def find(request: HttpRequest, city: str) -> HttpResponse:
    """Find a card by its whole number, which stands in no address."""
    card = card_by_number(city, request.POST.get("number", "").replace(" ", "")[:40])
    account = CardAccount.objects.filter(pk=card.pk).first() if card else None
    if account is None:
        messages.warning(request, _("No card with this number was issued here."))
        return redirect("transit:card-desk", city=city)
    return redirect("transit:card-desk-card", city=city, card=account.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SERVE)
@found_or_404
def issue(request: HttpRequest, city: str) -> HttpResponse:
    """Issue a card."""
    form = IssueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            holder = _holder(request, city, data) if data["nik"] else None
            made = issue_to(city, data["number"], data["issuer"], holder=holder, code=data["code"],
                            by=actor_of(request), now=timezone.now())  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The card is issued."))
            return redirect("transit:card-desk-card", city=city, card=made.pk)
    context = {"form": form, "title": _("Issue a card"), "button": _("Issue the card")}
    return render(request, "transit/cards/desk_form.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


@require_safe
@needs(VIEW)
@found_or_404
def card(request: HttpRequest, city: str, card: int) -> HttpResponse:
    """A card at the desk. Whose it is opens the resident's log of looks."""
    account = account_at(city, card)
    holder = holder_of(card)
    if holder is not None:
        note_reading(
            Reading(person=holder.person_id, region_code=holder.region_code, part="travel-card",
                    purpose="travel-card", reason=account.masked),
            by=origin_of(request),
        )  # fmt: skip
    names = names_of([holder.person_id]) if holder else {}
    # Whose card it is and where it went belong together: who may not see the one sees neither.
    is_open = holder is not None or not account.bound
    journeys = journeys_of_cards(line_of(account))[:10] if is_open else []
    context = {
        **overview(city, account), "holder": names.get(holder.person_id) if holder else None,
        "rides": told_rides(rides(city, journeys)), "may_serve": may_here(request, SERVE),
    }  # fmt: skip
    return render(request, "transit/cards/desk_card.html", context)


FORMS: dict[str, tuple[type[Form], Any]] = {
    "block": (ReasonForm, gettext_lazy("Block the card")),
    "unblock": (ReasonForm, gettext_lazy("Unblock the card")),
    "lost": (LostForm, gettext_lazy("Report the card lost")),
    "replace": (ReplaceForm, gettext_lazy("Replace the card")),
    "cash": (LoadForm, gettext_lazy("Load with cash")),
    "holder": (HolderForm, gettext_lazy("Enter the holder")),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(SERVE)
@found_or_404
def act(request: HttpRequest, city: str, card: int, act: str) -> HttpResponse:
    """One act on a card: its form, and doing it."""
    account = account_at(city, card)
    if act not in FORMS:
        raise Http404
    form_class, title = FORMS[act]
    form = form_class(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            landed = _do(act, account, form.cleaned_data, request)
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("Done."))
            return redirect("transit:card-desk-card", city=city, card=landed)
    context = {"form": form, "title": title, "button": title, "card": account,
               "key": request.POST.get("key") or uuid4().hex}  # fmt: skip
    return render(request, "transit/cards/desk_form.html", context,
                  status=422 if form.is_bound else 200)  # fmt: skip


def _do(act: str, account: CardAccount, data: dict[str, Any], request: HttpRequest) -> int:
    """Do it; returns the card whose page comes next."""
    by, now, card = actor_of(request), timezone.now(), account.pk
    if act == "block":
        life.block_card(card, life.Block.OFFICER, by=by, now=now, reason=data["reason"])
    elif act == "unblock":
        life.unblock_card(card, by=by, now=now, reason=data["reason"])
    elif act == "lost":
        life.report_lost(card, data["lost_on"], by=by, now=now)
    elif act == "replace":
        return replace_card(card, data["number"], code=data["code"], by=by, now=now).pk
    elif act == "holder":
        give_card(card, _holder(request, account.city, data), by=by, now=now)
    else:
        key = f"desk:{by.account}:{request.POST.get('key', '')[:40]}"
        load_with_cash(account, data["amount"], key=key, by=by, now=now)
    return card


def _holder(request: HttpRequest, city: str, data: dict[str, Any]) -> PersonCard:
    return holder_by_nik(city, data["nik"], data["reason"], user=request.user,
                         origin=origin_of(request))  # fmt: skip


def _cells(row: CardAccount) -> tuple[Any, ...]:
    return (row.masked, row.issuer, row.state, row.block, row.issued_on, row.expires_on, row.bound)
