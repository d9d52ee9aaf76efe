"""A rider's own cards."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from balai.kernel.access.api_auth import principal_of
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards import life
from balai.transit.actions.cards.loading import request_load
from balai.transit.actions.cards.passes import buy_pass
from balai.transit.api.card_bodies import (
    CardsOut,
    CardStatementOut,
    ClaimIn,
    Days,
    EntitlementOut,
    LoadIn,
    LoadOut,
    LostIn,
    PassesOut,
    PassIn,
    RidesOut,
    TravelCardOut,
)
from balai.transit.api.card_requests import (
    MOST,
    RIDER,
    actor_of,
    card_shown,
    cards_shown,
    home_of,
    rider_of,
)
from balai.transit.queries import cards as card_queries
from balai.transit.queries.holdings import passes_on
from balai.transit.queries.rides import journeys_of_cards, rides

router = Router()


@router.get("/{city}/cards/mine", auth=RIDER, response=CardsOut, summary="My cards")
def get_mine(request: HttpRequest, city: str) -> Any:
    """The cards of who is signed in."""
    return cards_shown(city, card_queries.cards_of(city, rider_of(request, city)))


@router.post("/{city}/cards/mine", auth=RIDER, response={201: TravelCardOut}, summary="Add a card")
@once_per_key("transit.claim-card")
def post_mine(request: HttpRequest, city: str, body: ClaimIn) -> Any:
    """Add a card by its number and what only its bearer knows."""
    person = rider_of(request, city)
    made = life.claim_card(
        city, body.number, body.proof, person=person, region_code=home_of(person),
        issuer=body.issuer, by=actor_of(request), now=timezone.now(),
    )  # fmt: skip
    return 201, card_shown(city, made)


@router.get("/{city}/cards/mine/{int:card}/journeys", auth=RIDER, response=RidesOut,
            summary="Journeys of my card")  # fmt: skip
def get_rides(request: HttpRequest, city: str, card: int, days: Query[Days]) -> Any:
    """The card's journeys leg by leg, with those of the cards it replaced."""
    account = card_queries.own_card(city, rider_of(request, city), card)
    found = journeys_of_cards(card_queries.line_of(account), start=days.start, end=days.end)
    first = (days.page - 1) * MOST
    return {"count": found.count(), "journeys": rides(city, found[first : first + MOST])}


@router.get("/{city}/cards/mine/{int:card}/statement", auth=RIDER, response=CardStatementOut,
            summary="Statement of my card")  # fmt: skip
def get_statement(
    request: HttpRequest, city: str, card: int,
    month: Annotated[str, Query(pattern=r"^20[0-9]{2}-(0[1-9]|1[0-2])$", examples=["2026-11"])],
) -> Any:  # fmt: skip
    """A month of the card's money."""
    account = card_queries.own_card(city, rider_of(request, city), card)
    return card_queries.month_statement(city, account, date.fromisoformat(f"{month}-01"))


@router.post("/{city}/cards/mine/{int:card}/loads", auth=RIDER, response={201: LoadOut},
             summary="Load my card")  # fmt: skip
@once_per_key("transit.load-card")
def post_load(request: HttpRequest, city: str, card: int, body: LoadIn) -> Any:
    """A QRIS code; the card is loaded once, when it is paid."""
    person = rider_of(request, city)
    account = card_queries.own_card(city, person, card)
    key = f"api:{principal_of(request).user.pk}:{request.headers['Idempotency-Key']}"
    load, asked = request_load(account, body.amount, person=person, region_code=home_of(person),
                               key=key, by=actor_of(request), now=timezone.now())  # fmt: skip
    return 201, {"id": load.pk, "amount": load.amount, "request": asked.id, "qris": asked.qris,
                 "expires_at": asked.expires_at}  # fmt: skip


@router.post("/{city}/cards/mine/{int:card}/block", auth=RIDER, response=TravelCardOut,
             summary="Block my card")  # fmt: skip
def post_own_block(request: HttpRequest, city: str, card: int) -> Any:
    """Stop the card at the gates; 409 where it is not active."""
    card_queries.own_card(city, rider_of(request, city), card)
    by, now = actor_of(request), timezone.now()
    return card_shown(city, life.block_card(card, life.Block.RIDER, by=by, now=now))


@router.post("/{city}/cards/mine/{int:card}/unblock", auth=RIDER, response=TravelCardOut,
             summary="Open my card again")  # fmt: skip
def post_own_unblock(request: HttpRequest, city: str, card: int) -> Any:
    """Let the card ride again; 409 where the desk blocked it."""
    card_queries.own_card(city, rider_of(request, city), card)
    return card_shown(
        city, life.unblock_card(card, by=actor_of(request), now=timezone.now(), own=True)
    )


@router.post("/{city}/cards/mine/{int:card}/lost", auth=RIDER, response=TravelCardOut,
             summary="Report my card lost")  # fmt: skip
def post_own_lost(request: HttpRequest, city: str, card: int, body: LostIn) -> Any:
    """Stop the card for good; the desk replaces it."""
    card_queries.own_card(city, rider_of(request, city), card)
    by, now = actor_of(request), timezone.now()
    return card_shown(city, life.report_lost(card, body.lost_on, by=by, now=now))


@router.get("/{city}/cards/mine/{int:card}/passes", auth=RIDER, response=PassesOut,
            summary="Passes of my card")  # fmt: skip
def get_passes(request: HttpRequest, city: str, card: int) -> Any:
    """What the card entitles to, and the passes that the tariff in force sells."""
    card_queries.own_card(city, rider_of(request, city), card)
    now = timezone.now()
    today = now.astimezone(city_by_slug(city).zone).date()
    offered = [
        {"code": each.code, "title": dict(each.title), "price": each.price,
         "valid_days": each.valid_days, "modes": [mode.code for mode in sorted(each.modes)]}
        for each in passes_on(city, today)
    ]  # fmt: skip
    return {"held": card_queries.entitlements_of([card], now), "offered": offered}


@router.post("/{city}/cards/mine/{int:card}/passes", auth=RIDER, response={201: EntitlementOut},
             summary="Buy a pass")  # fmt: skip
@once_per_key("transit.buy-pass")
def post_pass(request: HttpRequest, city: str, card: int, body: PassIn) -> Any:
    """Buy a pass with the money on the card; 422 where it holds too little."""
    card_queries.own_card(city, rider_of(request, city), card)
    key = f"api:{principal_of(request).user.pk}:{request.headers['Idempotency-Key']}"
    return 201, buy_pass(card, body.code, body.first, key=key, by=actor_of(request),
                         now=timezone.now())  # fmt: skip
