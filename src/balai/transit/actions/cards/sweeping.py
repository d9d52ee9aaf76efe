"""What is done with cards by the clock: ends, blocks of missed tap-outs, balances, notices."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from balai.kernel.regions.queries import cities
from balai.kernel.row_security import rows_of
from balai.transit.actions.cards.concessions import tell_of_ends
from balai.transit.actions.cards.hotlisting import refresh_hotlist
from balai.transit.actions.cards.life import block_missed_tap_outs, expire_cards
from balai.transit.actions.cards.notices import tell_holder
from balai.transit.actions.cards.replacing import carry_late_balances
from balai.transit.models import CardAccount
from balai.transit.queries.card_rules import has_cards, rule
from balai.transit.queries.cards import balances_of_cards

BATCH = 2000


@dataclass(frozen=True, slots=True)
class Swept:
    """How many cards expired, were blocked, had a late balance carried over, or were told that
    they hold too little; how many concessions are about to end; how many changes of the hotlist.
    """

    expired: int
    blocked: int
    carried: int
    low: int
    ending: int
    listed: int


def sweep_cards(city: str, now: datetime) -> Swept:
    """Do everything that is due in the city; again, it changes nothing."""
    expired, blocked = expire_cards(city, now), block_missed_tap_outs(city, now)
    carried = carry_late_balances(city, now)
    low, listed = 0, 0
    cards = list(CardAccount.objects.filter(city=city).order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(cards), BATCH):
        part = cards[start : start + BATCH]
        low += _tell_of_low(city, part, now)
        listed += refresh_hotlist(city, part, now)
    return Swept(expired, blocked, carried, low, tell_of_ends(city, now), listed)


def _tell_of_low(city: str, cards: list[int], now: datetime) -> int:
    """Tell the holders of active cards below the least balance, once for each sinking below it."""
    rows = CardAccount.objects.filter(pk__in=cards, state="active", bound=True)
    accounts = {each.card.reference: each for each in rows.select_related("card")}
    least = int(rule(city, "minimum_balance", now.date()))
    low = {
        reference: money
        for reference, money in balances_of_cards(city, accounts).items()
        if money < least
    }
    for reference, money in sorted(low.items()):
        account = accounts[reference]
        loads = account.card.loads.filter(loaded__gt=0).count()
        tell_holder(account, "transit.card-low", balance=max(money, 0),
                    key=f"transit.card-low/{account.pk}/{loads}")  # fmt: skip
    return len(low)


def sweep_every_city(now: datetime) -> dict[str, Any]:
    """What was swept in each city that has rules of cards, by its slug."""
    swept: dict[str, Any] = {}
    for city in cities():
        if has_cards(city.slug):
            with rows_of(city.region_code):
                swept[city.slug] = asdict(sweep_cards(city.slug, now))
    return swept
