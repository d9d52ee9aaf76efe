"""Putting money on a card: through the payments room or with cash at the desk; each once.

A load through the bank is a bill whose receivable is `<city>/transit/loads-due`. When what was
paid of the bill changes, the card follows: it is loaded once the bill is paid whole, and debited
again where the bank takes the payment back.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from balai.kernel.ledger.actions import open_accounts, post
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.payments.actions import present_bill, request_payment
from balai.kernel.payments.payable import PayableBill, PaymentRequest
from balai.kernel.problems import ConflictError, Fault, ProblemError
from balai.kernel.regions.queries import City, city_by_slug
from balai.transit.actions.cards.acting import SOFTWARE, Actor, note_act, tell, wait_for_card
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.life import open_card_account
from balai.transit.actions.settle_journeys import card_account
from balai.transit.events import CARD_LOADED, CardLoaded
from balai.transit.models import CardAccount, CardLoad
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import balance_of

PROGRAMME = "transit"
PURPOSE = {"id": "Isi ulang kartu perjalanan", "en": "Load of a travel card"}
LIVE = (CardAccount.State.ACTIVE, CardAccount.State.BLOCKED)


@transaction.atomic
def request_load(
    account: CardAccount, amount: int, *, person: UUID | None, region_code: str, key: str,
    by: Actor, now: datetime,
) -> tuple[CardLoad, PaymentRequest]:  # fmt: skip
    """A load of `amount` rupiah and the QRIS code to pay it with; the same key gives the same.

    ProblemError for an amount outside the city's limits; ConflictError where the card is out of
    use or the key came with another load.
    """
    load = _begin(account, amount, CardLoad.Way.PAYMENT, key, by, now)
    city = city_by_slug(account.city)
    open_accounts([_place(city, "loads-due", "Loads of cards to be received")])
    bill = present_bill(
        PayableBill(
            city=city.slug, programme=PROGRAMME, reference=f"LOAD-{load.pk.hex[:16].upper()}",
            purpose=PURPOSE, amount=amount, currency=city.currency,
            receivable=f"{city.slug}/transit/loads-due", region_code=region_code, person=person,
            generated=account.generated,
        )
    )  # fmt: skip
    if load.bill is None:
        load.bill = bill.pk
        load.save(update_fields=["bill"])
    return load, request_payment(bill, "qris", at=now)


def follow_bill(*, bill: UUID, programme: str, paid: int, amount: int, **_: Any) -> None:
    """What a change of a load's bill does to its card: whole payment loads it, once; a payment
    that is taken back is taken off it. Parts wait with the bank's suspense.
    """
    if programme != PROGRAMME:
        return
    load = CardLoad.objects.select_for_update().filter(bill=bill).first()
    if load is not None:
        _bring_to(load, load.amount if paid >= amount else 0, timezone.now())


@transaction.atomic
def load_with_cash(
    account: CardAccount, amount: int, *, key: str, by: Actor, now: datetime
) -> CardLoad:
    """Load a card with cash that an officer took in; the same key loads once.

    ProblemError and ConflictError as in `request_load`.
    """
    load = _begin(account, amount, CardLoad.Way.CASH, key, by, now)
    city = city_by_slug(account.city)
    open_accounts([_place(city, "cash-desk", "Cash taken at the cards desk")])
    if not load.loaded:
        _bring_to(load, amount, now)
    return load


def _begin(
    account: CardAccount, amount: int, way: str, key: str, by: Actor, now: datetime
) -> CardLoad:
    kept = CardLoad.objects.filter(key=key).first()
    if kept is not None:
        if (kept.card_id, kept.amount, kept.way) != (account.pk, amount, way):
            raise ConflictError("The key stands for another load", kind="idempotency-conflict")
        return kept
    locked = wait_for_card(account.pk)
    if locked.state not in LIVE:
        raise ConflictError(f"The card is {locked.state}", kind="card-state",
                            detail="Load the card that replaced it.")  # fmt: skip
    _refuse_bad_amount(locked, amount, now)
    return CardLoad.objects.create(
        city=account.city, card_id=account.pk, way=way, amount=amount, key=key, by=by.account,
        asked_at=now, generated=account.generated,
    )  # fmt: skip


def _refuse_bad_amount(account: CardAccount, amount: int, now: datetime) -> None:
    least = int(rule(account.city, "least_load", now.date()))
    most = int(rule(account.city, "most_balance", now.date()))
    room = most - max(0, balance_of(account.city, account.card.reference))
    if isinstance(amount, bool) or not least <= amount <= room:
        fault = Fault(
            field="amount",
            value=str(amount),
            problem="is not an amount this card may take",
            remedy="Choose an amount within the limits",
        )
        raise ProblemError(
            "The card cannot be loaded",
            detail=f"It takes from {least} to {max(room, 0)} rupiah now.",
            faults=(fault,),
        )


def _bring_to(load: CardLoad, wanted: int, now: datetime) -> None:
    """Move what lacks between what has reached the card and what is wanted, once."""
    change = wanted - load.loaded
    if not change:
        return
    city = city_by_slug(load.city)
    account = _in_use(load.card_id)
    open_card_account(load.city, account.card.reference)
    card, place = card_account(load.city, account.card.reference), _source(load)
    debit, credit = (place, card) if change > 0 else (card, place)
    load.loaded, load.moves, load.loaded_at = wanted, load.moves + 1, now
    load.save(update_fields=["loaded", "moves", "loaded_at"])
    key = f"transit:card-load:{load.pk}:{load.moves}"
    post(
        Posting(debit=debit, credit=credit, amount=abs(change), currency=city.currency, at=now,
                key=key, reason="Load of a card" if change > 0 else "Load taken back",
                source=f"transit.card-load:{load.pk}")
    )  # fmt: skip
    tell(city, CARD_LOADED, CardLoaded(load.way, change, load.generated),
         subject=f"transit.card-load:{load.pk}", key=key, now=now)  # fmt: skip
    _after(account, change, now)


def _after(account: CardAccount, change: int, now: datetime) -> None:
    """A card that a taken-back load leaves in debt is blocked; the list follows the balance."""
    locked = wait_for_card(account.pk)
    in_debt = balance_of(locked.city, locked.card.reference) < 0
    if change < 0 and in_debt and locked.state == CardAccount.State.ACTIVE:
        locked.state, locked.block = CardAccount.State.BLOCKED, CardAccount.Block.REVERSED_LOAD
        locked.changed_at = now
        locked.save(update_fields=["state", "block", "changed_at"])
        note_act(locked, "blocked", SOFTWARE, now, reason=locked.block)
    refresh_hotlist(locked.city, [locked.pk], now)


def _in_use(card: int) -> CardAccount:
    """The card, or the one that replaced it since: money follows the rider."""
    account = CardAccount.objects.select_related("card").get(pk=card)
    while following := CardAccount.objects.select_related("card").filter(replaces=card).first():
        account, card = following, following.pk
    return account


def _source(load: CardLoad) -> str:
    place = "cash-desk" if load.way == CardLoad.Way.CASH else "loads-due"
    return f"{load.city}/transit/{place}"


def _place(city: City, name: str, title: str) -> NewAccount:
    return NewAccount(code=f"{city.slug}/transit/{name}", currency=city.currency, kind="asset",
                      title=title, region_code=city.region_code)  # fmt: skip
