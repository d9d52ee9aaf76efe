"""Replacing a card: the balance, the holder and what it entitles to go over to the new one."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from balai.kernel.ledger.actions import post
from balai.kernel.ledger.postings import Posting
from balai.kernel.problems import ConflictError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards.acting import SOFTWARE, Actor, note_act, wait_for_card
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.life import issue_card
from balai.transit.actions.settle_journeys import card_account
from balai.transit.models import CardAccount, CardAct, CardHolder, Entitlement
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import balance_of

State = CardAccount.State


@transaction.atomic
def replace_card(
    card: int, number: str, *, by: Actor, now: datetime, code: str = ""
) -> CardAccount:
    """Give a new card for a lost, blocked, expired or worn one.

    The whole balance moves in the ledger, the holder and all passes go over; a concession goes
    over too, unless the card was lost and that was reported later than the city's days allow: then
    it ends, and is applied for anew. ConflictError where the card was replaced already or the
    new number was issued before.
    """
    old = wait_for_card(card)
    if old.state == State.REPLACED:
        raise ConflictError("The card was replaced already", detail=old.masked)
    new = issue_card(old.city, number, old.issuer, by=by, now=now, code=code, replaces=old,
                     generated=old.generated)  # fmt: skip
    _move_holder(old, new, now)
    _move_entitlements(old, new, now)
    old.state, old.block, old.changed_at = State.REPLACED, "", now
    old.save(update_fields=["state", "block", "changed_at", "bound"])
    new.save(update_fields=["bound"])
    note_act(old, "replaced", by, now)
    carry_balance(old, new, now)
    refresh_hotlist(old.city, [old.pk, new.pk], now)
    return new


@transaction.atomic
def carry_balance(old: CardAccount, new: CardAccount, now: datetime) -> int:
    """Move what stands on a replaced card to its successor, a debt as well; returns the rupiah.

    Taps that come late may charge or refund the old card again: the next call moves that too.
    """
    amount = balance_of(old.city, old.card.reference)
    if not amount:
        return 0
    source, target = (card_account(old.city, each.card.reference) for each in (old, new))
    debit, credit = (source, target) if amount > 0 else (target, source)
    serial = CardAct.objects.filter(card_id=old.pk, act="carried").count() + 1
    post(
        Posting(debit=debit, credit=credit, amount=abs(amount),
                currency=city_by_slug(old.city).currency, at=now,
                key=f"transit:card-replacement:{old.pk}:{new.pk}:{serial}",
                reason="Balance of a replaced card", source=f"transit.card:{old.pk}")
    )  # fmt: skip
    note_act(old, "carried", SOFTWARE, now, reason=str(amount))
    return amount


def carry_late_balances(city: str, now: datetime) -> int:
    """Move what late taps left on replaced cards; returns how many cards had any."""
    moved = 0
    replaced = CardAccount.objects.filter(city=city, state=State.REPLACED).select_related("card")
    for old in replaced.order_by("pk"):
        with transaction.atomic():
            wait_for_card(old.pk)
            new = CardAccount.objects.select_related("card").get(replaces=old.pk)
            if carry_balance(old, new, now):
                refresh_hotlist(city, [old.pk, new.pk], now)
                moved += 1
    return moved


def _move_holder(old: CardAccount, new: CardAccount, now: datetime) -> None:
    held = CardHolder.objects.filter(card_id=old.pk, until=None).first()
    if held is None:
        return
    CardHolder.objects.filter(pk=held.pk).update(until=now)
    CardHolder.objects.create(card_id=new.pk, city=new.city, person_id=held.person_id,
                              region_code=held.region_code, since=now)  # fmt: skip
    old.bound, new.bound = False, True


def _move_entitlements(old: CardAccount, new: CardAccount, now: datetime) -> None:
    keeps = not _was_reported_late(old)
    for each in Entitlement.objects.filter(card_id=old.pk, end__gt=now):
        if each.kind == Entitlement.Kind.PRODUCT or keeps:
            Entitlement.objects.create(
                city=each.city, card_id=new.pk, kind=each.kind, code=each.code,
                start=max(each.start, now), end=each.end, price=0,
                key=f"replacement:{new.pk}:{each.pk}",
            )  # fmt: skip
        ends = max(each.start, now - timedelta(seconds=1))
        Entitlement.objects.filter(pk=each.pk).update(end=ends)


def _was_reported_late(old: CardAccount) -> bool:
    """Whether the card was lost, and that was told after more days than the city allows."""
    act = CardAct.objects.filter(card_id=old.pk, act="lost").order_by("-at").first()
    if act is None or old.state != State.LOST:
        return False
    told = act.at.astimezone(city_by_slug(old.city).zone).date()
    days = int(rule(old.city, "loss_report_days", told))
    return (told - date.fromisoformat(act.reason)).days > days
