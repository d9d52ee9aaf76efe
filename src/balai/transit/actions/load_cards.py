"""Putting stored value on cards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from balai.kernel.ledger.actions import open_accounts, post_many
from balai.kernel.ledger.postings import NewAccount, Posting
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.check_tap import card_reference
from balai.transit.actions.settle_journeys import card_account


@transaction.atomic
def load_cards(city: str, loads: Iterable[tuple[str, int]], *, at: datetime, key: str) -> int:
    """Load (card number, rupiah) onto cards once: the same key and card load nothing again.

    The money stands with the issuers (`<city>/transit/card-float`, an asset) and is owed to the
    card. Returns how many loads are new. ConflictError where the key came with another amount.
    """
    facts = city_by_slug(city)
    float_account = f"{city}/transit/card-float"
    amounts = {card_reference(city, number): amount for number, amount in loads}
    accounts = [
        NewAccount(code=float_account, currency=facts.currency, kind="asset",
                   title="Stored value held by card issuers", region_code=facts.region_code)
    ]  # fmt: skip
    accounts += [
        NewAccount(code=card_account(city, card), currency=facts.currency, kind="liability",
                   title=f"Stored value of card {card[:4]}…{card[-2:]}",
                   region_code=facts.region_code)
        for card in sorted(amounts)
    ]  # fmt: skip
    open_accounts(accounts)
    postings = [
        Posting(debit=float_account, credit=card_account(city, card), amount=amount,
                currency=facts.currency, at=at, key=f"transit:load:{key}:{card}",
                reason="Load of a card")
        for card, amount in sorted(amounts.items())
    ]  # fmt: skip
    return post_many(postings).posted
