"""Telling a card's holder what happened to it, in their inbox."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from balai.kernel.notices import Message, Recipient, send
from balai.kernel.people.queries import cards as names_of
from balai.kernel.people.queries.accounts import account_of
from balai.kernel.regions.queries import city_by_slug
from balai.kernel.row_security import rows_of
from balai.transit.models import CardAccount, CardHolder


def tell_holder(account: CardAccount, kind: str, *, key: str, **values: Any) -> None:
    """Tell whoever holds the card, under its last digits; nobody where it has no holder."""
    with rows_of(city_by_slug(account.city).region_code):
        holder = CardHolder.objects.filter(card_id=account.pk, until=None).first()
        if holder is not None:
            link = f"/{account.city}/transit/cards/{account.pk}/"
            tell_person(account.city, holder.person_id, kind, key=key, link=link,
                        card=account.masked, **values)  # fmt: skip


def tell_person(city: str, person: UUID, kind: str, *, key: str, link: str, **values: Any) -> None:
    """Tell a resident whose row is open, once a key."""
    named = names_of([person]).get(person)
    if named is None:
        return
    known = account_of(person)
    send(
        Message(
            kind=kind, city=city, values={"name": named.name, **values}, link=link,
            to=Recipient(
                person_id=person, account_id=known.user_id if known else None, name=named.name,
                language=known.user.language if known else "id", region_code=named.region_code,
            ),
        ),
        key=key,
    )  # fmt: skip
