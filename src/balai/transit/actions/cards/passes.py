"""Buying a pass with the money on a card: it holds from the first moment of a day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.db import transaction

from balai.kernel.ledger.actions import open_accounts, post
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards.acting import Actor, note_act, wait_for_card
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.rereading import reread_rides
from balai.transit.actions.settle_journeys import card_account
from balai.transit.engine.fares.tariff import Product
from balai.transit.models import CardAccount, Entitlement
from balai.transit.queries.cards import balance_of
from balai.transit.queries.holdings import passes_on


@transaction.atomic
def buy_pass(
    card: int, code: str, first: date, *, key: str, by: Actor, now: datetime
) -> Entitlement:
    """Buy the pass of this code from the day `first` on; the same key buys once. The rides made
    since the day began are read again.

    ProblemError where the tariff has no such pass, the day has passed, or the card holds too
    little; ConflictError where the card is not active or the key came with another pass.
    """
    account = wait_for_card(card)
    if kept := Entitlement.objects.filter(key=f"pass:{key}").first():
        if (kept.card_id, kept.code) != (card, code):
            raise ConflictError("The key stands for another pass", kind="idempotency-conflict")
        return kept
    if account.state != CardAccount.State.ACTIVE:
        raise ConflictError(f"The card is {account.state}", kind="card-state")
    city = city_by_slug(account.city)
    wanted = _wanted(account, code, first, now.astimezone(city.zone).date())
    start = datetime.combine(first, time(0), city.zone)
    last = datetime.combine(first + timedelta(days=wanted.valid_days), time(0), city.zone)
    made = Entitlement.objects.create(
        city=city.slug, card_id=card, kind=Entitlement.Kind.PRODUCT, code=code, start=start,
        end=last - timedelta(seconds=1), price=wanted.price, key=f"pass:{key}",
    )  # fmt: skip
    _pay(account, made, now)
    if start < now:
        reread_rides(city.slug, [card], start, now)
    note_act(account, "pass-bought", by, now, reason=code)
    refresh_hotlist(city.slug, [card], now)
    return made


def _wanted(account: CardAccount, code: str, first: date, today: date) -> Product:
    faults = []
    found = {each.code: each for each in passes_on(account.city, first)}.get(code)
    if found is None:
        faults.append(Fault(field="code", value=code[:40], problem="is no pass of the tariff",
                            remedy="Choose one of those offered"))  # fmt: skip
    if not today <= first <= today + timedelta(days=60):
        faults.append(Fault(field="first", value=str(first), problem="is not a day it can begin",
                            remedy="Choose a day from today to sixty days on"))  # fmt: skip
    if found is not None and found.price > balance_of(account.city, account.card.reference):
        faults.append(Fault(field="code", value=code[:40], problem="costs more than the card holds",
                            remedy="Load the card first"))  # fmt: skip
    if faults or found is None:
        raise ProblemError("The pass cannot be bought", faults=tuple(faults))
    return found


def _pay(account: CardAccount, made: Entitlement, now: datetime) -> None:
    if not made.price:
        return
    city = city_by_slug(account.city)
    revenue = f"{city.slug}/transit/pass-revenue"
    open_accounts([NewAccount(code=revenue, currency=city.currency, kind="income",
                              title="Passes sold", region_code=city.region_code)])  # fmt: skip
    post(
        Posting(debit=card_account(city.slug, account.card.reference), credit=revenue,
                amount=made.price, currency=city.currency, at=now,
                key=f"transit:pass:{made.pk}", reason="Pass bought",
                source=f"transit.entitlement:{made.pk}")
    )  # fmt: skip
