"""Who asks about which card, and how cards are told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from balai.kernel.access.api_auth import PersonAuth, principal_of, token_or_session
from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import cards as names_of
from balai.kernel.people.queries import person_of
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards.acting import Actor
from balai.transit.models import CardAccount, ConcessionClaim, Dispute
from balai.transit.queries import cards as card_queries
from balai.transit.queries.card_rules import card_law

MOST = 100
VALIDATOR, DESK = token_or_session("transit:taps"), token_or_session("transit:cards")
RIDER = [PersonAuth()]


def rider_of(request: HttpRequest, city: str) -> UUID:
    """The resident who asks, in a city that has cards; 403 where the account is linked to none."""
    city_by_slug(city)
    card_law(city)
    person = person_of(principal_of(request).user)
    if person is None:
        raise ProblemError("Your account is not linked to a resident", status=403,
                           kind="not-linked", detail="The population office links it.")  # fmt: skip
    return person


def require_desk(request: HttpRequest, city: str, card: int | None = None) -> None:
    """The desk's permission in the city, and that the card is one of its."""
    principal_of(request).require("transit.serve_cards", city_by_slug(city).region_code)
    card_law(city)
    if card is not None:
        card_queries.account_at(city, card)


def actor_of(request: HttpRequest) -> Actor:
    """Who asks, as the record of acts names them."""
    return Actor(str(principal_of(request).user.pk), origin_of(request, "api"))


def home_of(person: UUID) -> str:
    """The region of the resident's address."""
    return names_of([person])[person].region_code


def card_shown(city: str, account: CardAccount) -> dict[str, Any]:
    """A card as `TravelCardOut` tells it."""
    (found,) = cards_shown(city, [account])["cards"]
    shown: dict[str, Any] = found
    return shown


def cards_shown(city: str, accounts: list[CardAccount]) -> dict[str, Any]:
    """Cards as `CardsOut` tells them."""
    money = card_queries.balances_of_cards(city, [each.card.reference for each in accounts])
    fields = ("issuer", "last_four", "state", "block", "bound", "issued_on", "expires_on",
              "generated")  # fmt: skip
    shown = [
        {"id": each.pk, "balance": money.get(each.card.reference, 0),
         **{name: getattr(each, name) for name in fields}}
        for each in accounts
    ]  # fmt: skip
    return {"count": len(shown), "cards": shown}


def page_of(name: str, found: Any) -> dict[str, Any]:
    """How many rows there are, and the first of them under their name."""
    rows: list[Dispute | ConcessionClaim] = list(found[:MOST])
    return {"count": found.count(), name: rows}
