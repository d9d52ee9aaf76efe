"""Keeping the list of cards that validators refuse in step with the cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from balai.transit.actions.cards.acting import one_at_a_time
from balai.transit.models import CardAccount, HotlistChange
from balai.transit.queries.card_rules import rule
from balai.transit.queries.cards import balances_of_cards
from balai.transit.queries.hotlist import listed_now, version_of


def refresh_hotlist(city: str, cards: Iterable[int], now: datetime) -> int:
    """Put each of these cards on the list or take it off, as its state and balance ask.

    A card is listed while it is not active, or holds less than the least balance. Returns how many
    changes were made; none where the list says so already. Versions count up by one, one
    transaction after the other.
    """
    wanted = _wanted(city, tuple(cards), now)
    one_at_a_time(f"transit:hotlist:{city}")
    standing = listed_now(city, wanted)
    changes = sorted(ref for ref, listed in wanted.items() if listed != (ref in standing))
    version = version_of(city)
    HotlistChange.objects.bulk_create(
        HotlistChange(city=city, version=version + number, reference=reference,
                      listed=wanted[reference], at=now)
        for number, reference in enumerate(changes, 1)
    )  # fmt: skip
    return len(changes)


def _wanted(city: str, cards: tuple[int, ...], now: datetime) -> dict[str, bool]:
    accounts = CardAccount.objects.filter(city=city, pk__in=cards).select_related("card")
    rows = [(each.card.reference, each.state) for each in accounts]
    least = int(rule(city, "minimum_balance", now.date()))
    money = balances_of_cards(city, [reference for reference, _ in rows])
    return {
        reference: state != CardAccount.State.ACTIVE or money.get(reference, 0) < least
        for reference, state in rows
    }
