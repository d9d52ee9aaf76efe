"""A rider's cards: the list, one card with its journeys, its statement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balai.kernel.access.lists import as_csv, csv_url, day_of, wants_csv
from balai.kernel.problems import ProblemError
from balai.transit.actions.cards.life import claim_card
from balai.transit.card_forms import ClaimForm
from balai.transit.models import CardAccount, Journey
from balai.transit.queries.card_rules import groups, rule
from balai.transit.queries.cards import (
    acts_of,
    balance_of,
    balances_of_cards,
    cards_of,
    entitlements_of,
    line_of,
    month_statement,
    own_card,
)
from balai.transit.queries.disputes import disputes_of, open_disputes
from balai.transit.queries.rides import journeys_of_cards, rides
from balai.transit.queries.tariffs import tariff_on
from balai.transit.views.cards.refusals import actor_of, home_of, own, tell
from balai.transit.views.cards.words import ACTS, MOVES, TAGS, act_reason, told_rides, why

PAGE = 10
MONTHS = 12


@require_safe
@own
def cards(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """The resident's cards with their balances."""
    held = cards_of(city, person)
    money = balances_of_cards(city, [each.card.reference for each in held])
    rows = [
        {"card": each, "balance": money.get(each.card.reference, 0), "tag": TAGS[each.state]}
        for each in held
    ]
    context = {
        "rows": rows, "generated": any(each.generated for each in held),
        "disputes": _tagged(disputes_of(city, person)[:10]),
    }  # fmt: skip
    return render(request, "transit/cards/mine.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@own
def add(request: HttpRequest, city: str, person: UUID) -> HttpResponse:
    """Add a card by its number and what only its bearer knows."""
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            card = claim_card(
                city, data["number"], data["proof"], person=person, issuer=data["issuer"],
                region_code=home_of(person), by=actor_of(request),
                now=timezone.now(),
            )  # fmt: skip
        except ProblemError as error:
            tell(form, error)
        else:
            messages.success(request, _("The card is yours now."))
            return redirect("transit:card", city=city, card=card.pk)
    status = 422 if form.is_bound else 200
    return render(request, "transit/cards/add.html", {"form": form}, status=status)


@require_safe
@own
def card(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponseBase:
    """A card: what it holds, what it entitles to, and its journeys leg by leg."""
    account = own_card(city, person, card)
    line = line_of(account)
    start, end = day_of(request, "start"), day_of(request, "end")
    found = journeys_of_cards(line, start=start, end=end)
    if wants_csv(request):
        header = ("day", "time", "line", "from", "to", "metres", "full_price", "charge", "why")
        return as_csv("journeys", header, _legs(city, found), list)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    found_rides = rides(city, page.object_list)
    boardings = [leg.boarding for ride in found_rides for leg in ride.legs]
    told = told_rides(found_rides, disputes=open_disputes(boardings), since=_disputable(city))
    days = {name: request.GET.get(name, "") for name in ("start", "end")}
    context = {
        **overview(city, account), **days, "page": page, "rides": told, "csv": csv_url(request),
        "filtered": bool(start or end),
    }  # fmt: skip
    return render(request, "transit/cards/card.html", context)


@require_safe
@own
def statement(request: HttpRequest, city: str, person: UUID, card: int) -> HttpResponseBase:
    """A month of the card's money, from the balance before to the balance after."""
    account = own_card(city, person, card)
    first = _month(request)
    found = month_statement(city, account, first)
    if wants_csv(request):
        header = ("at", "what", "change", "balance", "journey")
        return as_csv(f"statement-{first:%Y-%m}", header, found.lines, _line_cells)
    lines = [{"line": line, "what": MOVES[line.kind]} for line in found.lines]
    context = {
        "card": account, "month": first, "statement": found, "lines": lines,
        "months": _months(), "csv": csv_url(request),
    }  # fmt: skip
    return render(request, "transit/cards/statement.html", context)


def overview(city: str, account: CardAccount) -> dict[str, Any]:
    """What every page of a card begins with."""
    now = timezone.now()
    today = timezone.localdate()
    titles = {code: each["title"] for code, each in groups(city, today).items()}
    rights = [
        {"right": each, "title": titles.get(each.code, each.code), "begun": each.start <= now}
        for each in entitlements_of([account.pk], now)
    ]
    money = balance_of(city, account.card.reference)
    least = int(rule(city, "minimum_balance", today))
    acts = [
        {"act": each, "title": ACTS.get(each.act, each.act),
         "reason": act_reason(each.act, each.reason, titles)}
        for each in acts_of(line_of(account))[:10]
    ]  # fmt: skip
    return {
        "card": account, "tag": TAGS[account.state], "balance": money, "least": least,
        "low": money < least, "rights": rights, "acts": acts,
    }  # fmt: skip


def _tagged(found: Any) -> list[dict[str, Any]]:
    return [{"dispute": each, "tag": TAGS[each.state]} for each in found]


def _disputable(city: str) -> date:
    """The first day whose charges may still be disputed."""
    today = timezone.localdate()
    return today - timedelta(days=int(rule(city, "dispute_days", today)))


def _legs(city: str, found: Any) -> Iterator[tuple[Any, ...]]:
    chunk: list[Journey] = []
    for journey in found.iterator(chunk_size=500):
        chunk.append(journey)
        if len(chunk) == 500:
            yield from _cells(city, chunk)
            chunk = []
    yield from _cells(city, chunk)


def _cells(city: str, chunk: list[Journey]) -> Iterator[tuple[Any, ...]]:
    for ride in rides(city, chunk):
        tariff = tariff_on(ride.tariff, ride.tariff_day)
        for leg in ride.legs:
            at = timezone.localtime(leg.at)
            yield (ride.day, at.strftime("%H:%M:%S"), leg.line or leg.mode, leg.from_name,
                   leg.to_name, leg.metres, leg.full_price, leg.charge,
                   why(leg, ride, tariff))  # fmt: skip


def _line_cells(line: Any) -> tuple[Any, ...]:
    return (timezone.localtime(line.at).isoformat(), str(MOVES[line.kind]), line.change,
            line.balance, line.journey or "")  # fmt: skip


def _month(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)


def _months() -> list[date]:
    month = timezone.localdate().replace(day=1)
    found = [month]
    for _number in range(MONTHS):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return found
