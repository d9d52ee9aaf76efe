"""Cards at the officers' desk."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Query, Router

from balai.kernel.access.api_auth import principal_of
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import PersonCard
from balai.transit.actions.cards import life
from balai.transit.actions.cards.holders import give_card, holder_by_nik, issue_to
from balai.transit.actions.cards.loading import load_with_cash
from balai.transit.actions.cards.replacing import replace_card
from balai.transit.api.card_bodies import (
    CardIssueIn,
    CardReasonIn,
    CardsOut,
    HolderIn,
    LoadedOut,
    LoadIn,
    ReplaceIn,
    TravelCardOut,
)
from balai.transit.api.card_requests import (
    DESK,
    MOST,
    actor_of,
    card_shown,
    cards_shown,
    require_desk,
)
from balai.transit.queries import cards as card_queries

router = Router()


@router.get("/{city}/cards", auth=DESK, response=CardsOut, summary="Cards")
def get_cards(
    request: HttpRequest, city: str,
    four: Annotated[str, Query(max_length=4, pattern=r"^[A-Za-z0-9]*$")] = "",
    state: Literal["", "active", "blocked", "lost", "replaced", "expired"] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:  # fmt: skip
    """Cards by their last four digits and state."""
    require_desk(request, city)
    found = card_queries.find_cards(city, four=four, state=state)
    first = (page - 1) * MOST
    return {**cards_shown(city, list(found[first : first + MOST])), "count": found.count()}


@router.post("/{city}/cards", auth=DESK, response={201: TravelCardOut}, summary="Issue a card")
@once_per_key("transit.issue-card")
def post_card(request: HttpRequest, city: str, body: CardIssueIn) -> Any:
    """Issue a card, to a resident if their NIK is given; 409 where it was issued before."""
    require_desk(request, city)
    holder = _holder(request, city, body.nik, body.reason) if body.nik else None
    made = issue_to(city, body.number, body.issuer, holder=holder, code=body.code,
                    by=actor_of(request), now=timezone.now())  # fmt: skip
    return 201, card_shown(city, made)


@router.post("/{city}/cards/{int:card}/holder", auth=DESK, response=TravelCardOut,
             summary="Enter a card's holder")  # fmt: skip
def post_holder(request: HttpRequest, city: str, card: int, body: HolderIn) -> Any:
    """Make a card a resident's; 409 where it has a holder."""
    require_desk(request, city, card)
    holder = _holder(request, city, body.nik, body.reason)
    return card_shown(city, give_card(card, holder, by=actor_of(request), now=timezone.now()))


@router.post(
    "/{city}/cards/{int:card}/block", auth=DESK, response=TravelCardOut, summary="Block a card"
)
def post_block(request: HttpRequest, city: str, card: int, body: CardReasonIn) -> Any:
    """Stop a card, with the reason that its holder reads."""
    require_desk(request, city, card)
    return card_shown(city, life.block_card(card, life.Block.OFFICER, by=actor_of(request),
                                       now=timezone.now(), reason=body.reason))  # fmt: skip


@router.post("/{city}/cards/{int:card}/unblock", auth=DESK, response=TravelCardOut,
             summary="Unblock a card")  # fmt: skip
def post_unblock(request: HttpRequest, city: str, card: int, body: CardReasonIn) -> Any:
    """Let a blocked card ride again."""
    require_desk(request, city, card)
    by, now = actor_of(request), timezone.now()
    return card_shown(city, life.unblock_card(card, by=by, now=now, reason=body.reason))


@router.post("/{city}/cards/{int:card}/replace", auth=DESK, response={201: TravelCardOut},
             summary="Replace a card")  # fmt: skip
@once_per_key("transit.replace-card")
def post_replace(request: HttpRequest, city: str, card: int, body: ReplaceIn) -> Any:
    """Give a new card; balance, holder, passes and history go over."""
    require_desk(request, city, card)
    by, now = actor_of(request), timezone.now()
    return 201, card_shown(city, replace_card(card, body.number, code=body.code, by=by, now=now))


@router.post("/{city}/cards/{int:card}/cash", auth=DESK, response={201: LoadedOut},
             summary="Load a card with cash")  # fmt: skip
@once_per_key("transit.load-cash")
def post_cash(request: HttpRequest, city: str, card: int, body: LoadIn) -> Any:
    """Load cash that was taken in at the desk."""
    require_desk(request, city, card)
    account = card_queries.account_at(city, card)
    key = f"api:{principal_of(request).user.pk}:{request.headers['Idempotency-Key']}"
    load = load_with_cash(account, body.amount, key=key, by=actor_of(request), now=timezone.now())
    return 201, {"id": load.pk, "amount": load.amount,
                 "balance": card_queries.balance_of(city, account.card.reference)}  # fmt: skip


def _holder(request: HttpRequest, city: str, nik: str, reason: str) -> PersonCard:
    return holder_by_nik(city, nik, reason, user=principal_of(request).user,
                         origin=origin_of(request, "api"))  # fmt: skip
