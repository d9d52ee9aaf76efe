"""Cards: the list for validators, a rider's own cards, and the officers' desk."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from balai.kernel.access.api_auth import PersonAuth, principal_of, token_or_session
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import OWN, Look, Purpose, person_of
from balai.kernel.people.queries import cards as names_of
from balai.kernel.problems import ProblemError
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.cards import life
from balai.transit.actions.cards.acting import Actor
from balai.transit.actions.cards.concessions import (
    apply_for_concession,
    grant_concession,
    refuse_claim,
)
from balai.transit.actions.cards.disputes import file_dispute, refund_dispute, refuse_dispute
from balai.transit.actions.cards.loading import load_with_cash, request_load
from balai.transit.actions.cards.replacing import replace_card
from balai.transit.actions.check_tap import card_reference
from balai.transit.models import CardAccount, ConcessionClaim, Dispute
from balai.transit.queries import cards as card_queries
from balai.transit.queries.card_rules import card_law
from balai.transit.queries.concessions import claim_at, claim_queue, claims_of, facts_of
from balai.transit.queries.disputes import dispute_at, dispute_queue, disputes_of
from balai.transit.queries.hotlist import hotlist_file, version_of
from balai.transit.queries.rides import journeys_of_cards, rides

router = Router()
MOST = 100
VALIDATOR, DESK = token_or_session("transit:taps"), token_or_session("transit:cards")
RIDER = [PersonAuth()]
Number = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{4,40}$", examples=["6032981100000417"])]
Words = Annotated[str, Field(max_length=500, pattern=r"^[^\x00]*$")]
Rupiah = Annotated[int, Field(gt=0, le=10**9, examples=[50000])]


class HotlistOut(Schema):
    """What changed on the list of refused cards from `since` to `version`, by card reference
    (32 hexadecimal digits). `digest` and `count` are those of the whole list at `version`.
    """

    city: str
    since: int
    version: int
    added: list[str]
    removed: list[str]
    count: int
    digest: str
    key_id: str
    signature: str


class NumberIn(Schema):
    """A card by its number, which stands in no address."""

    number: Number


class CardStandingOut(Schema):
    """How a card stands; `balance` in rupiah."""

    reference: str
    state: str
    block: str
    balance: int
    may_board: bool


class TravelCardOut(Schema):
    """A card; its number is known by the last four digits alone."""

    id: int
    issuer: str
    last_four: str
    state: str
    block: str
    bound: bool
    balance: int
    issued_on: date
    expires_on: date | None
    generated: bool


class CardsOut(Schema):
    """Cards, those changed last first."""

    count: int
    cards: list[TravelCardOut]


class RiddenLegOut(Schema):
    """A boarding; `boarding` is what a dispute names. Money in rupiah."""

    boarding: int
    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    at: datetime
    until: datetime | None
    metres: int | None
    full_price: int
    charge: int
    relief: int
    relief_reason: str
    refunded: int
    reason: str


class RideOut(Schema):
    """A journey of an own card, with its legs."""

    id: UUID
    day: date
    first_at: datetime
    charge: int
    full_price: int
    tariff: str
    changed: bool
    generated: bool
    legs: list[RiddenLegOut]


class RidesOut(Schema):
    """A page of journeys, latest first."""

    count: int
    journeys: list[RideOut]


class MovementOut(Schema):
    """A movement of a card's money."""

    at: datetime
    kind: str
    change: int
    balance: int
    journey: UUID | None


class CardStatementOut(Schema):
    """A month of a card's money, in rupiah."""

    opening: int
    closing: int
    loaded: int
    charged: int
    lines: list[MovementOut]


class ClaimIn(Schema):
    """A card in hand: `proof` is the code printed on it, or the amount of its last load."""

    number: Number
    proof: str = Field(min_length=1, max_length=40, pattern=r"^[^\x00]*$")
    issuer: Literal["JakLingko", "JakCard", "e-Money", "Flazz", "Brizzi", "TapCash"]


class LoadIn(Schema):
    """How much to load, in rupiah."""

    amount: Rupiah


class LoadOut(Schema):
    """A load to be paid: `qris` is the code's text."""

    id: UUID
    amount: int
    request: UUID
    qris: str
    expires_at: datetime


class LoadedOut(Schema):
    """A load that reached its card."""

    id: UUID
    amount: int
    balance: int


class LostIn(Schema):
    """Since which day a card is missing."""

    lost_on: date


class CardReasonIn(Schema):
    """Why."""

    reason: Words = Field(min_length=1)


class CardIssueIn(Schema):
    """A card to be issued; `code` is printed on it."""

    number: Number
    issuer: Literal["JakLingko", "JakCard", "e-Money", "Flazz", "Brizzi", "TapCash"]
    code: str = Field("", max_length=40, pattern=r"^[^\x00]*$")


class ReplaceIn(Schema):
    """The card that replaces another."""

    number: Number
    code: str = Field("", max_length=40, pattern=r"^[^\x00]*$")


class DisputeIn(Schema):
    """What is wrong with the charge of a boarding."""

    boarding: int = Field(gt=0, lt=2**63)
    why: Literal["not-ridden", "tapped-out", "charged-twice", "too-much", "no-service"]
    words: str = Field("", max_length=1000, pattern=r"^[^\x00]*$")


class DisputeOut(Schema):
    """A dispute; `due_at` is by when it is answered."""

    id: UUID
    boarding_id: int
    journey: UUID
    charge: int
    why: str
    state: str
    filed_at: datetime
    due_at: datetime
    decided_at: datetime | None
    answer: str
    refund: int


class DisputesOut(Schema):
    """Disputes."""

    count: int
    disputes: list[DisputeOut]


class AnswerIn(Schema):
    """An answer: `refund` in rupiah, 0 where the charge is right."""

    refund: int = Field(ge=0, le=10**9)
    answer: Words = Field(min_length=1)


class ConcessionIn(Schema):
    """A group of the city's rules, and the paper that shows it."""

    group: str = Field(max_length=40, pattern=r"^[a-z0-9-]+$", examples=["elderly"])
    paper: str = Field("", max_length=200, pattern=r"^[^\x00]*$")


class ConcessionOut(Schema):
    """An application for a concession and what was decided."""

    id: UUID
    group: str
    state: str
    renews: bool
    applied_at: datetime
    due_at: datetime
    decided_at: datetime | None
    reason: str


class ConcessionsOut(Schema):
    """Applications."""

    count: int
    concessions: list[ConcessionOut]


class DecisionIn(Schema):
    """A decision with its reason."""

    granted: bool
    reason: Words = Field(min_length=1)


class Days(Schema):
    """Days of the city's calendar, and a page."""

    start: date | None = None
    end: date | None = None
    page: int = Field(1, ge=1, le=10_000)


@router.get("/{city}/hotlist", auth=VALIDATOR, response={200: HotlistOut, 304: None},
            summary="Cards that validators refuse")  # fmt: skip
def get_hotlist(
    request: HttpRequest, response: HttpResponse, city: str,
    since: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Any:  # fmt: skip
    """What changed since a version; from 0 the whole list. Answers 304 to a known `ETag`."""
    found = city_by_slug(city)
    principal_of(request).require("transit.post_taps", found.region_code)
    version = version_of(city)
    tag = f'"{city}-{since}-{version}"'
    response["ETag"] = tag
    if since <= version and request.headers.get("If-None-Match") == tag:
        return 304, None
    return 200, hotlist_file(city, since, version)


@router.post("/{city}/cards/standing", auth=VALIDATOR, response=CardStandingOut,
             summary="Whether a card may board")  # fmt: skip
def post_standing(request: HttpRequest, city: str, body: NumberIn) -> Any:
    """State and balance of a card, by its number."""
    found = city_by_slug(city)
    principal_of(request).require("transit.post_taps", found.region_code)
    today = timezone.now().astimezone(found.zone).date()
    return card_queries.standing(city, card_reference(city, body.number), today)


@router.get("/{city}/cards/mine", auth=RIDER, response=CardsOut, summary="My cards")
def get_mine(request: HttpRequest, city: str) -> Any:
    """The cards of who is signed in."""
    return _cards(city, card_queries.cards_of(city, _person(request, city)))


@router.post("/{city}/cards/mine", auth=RIDER, response={201: TravelCardOut}, summary="Add a card")
@once_per_key("transit.claim-card")
def post_mine(request: HttpRequest, city: str, body: ClaimIn) -> Any:
    """Add a card by its number and what only its bearer knows."""
    person = _person(request, city)
    made = life.claim_card(
        city, body.number, body.proof, person=person, region_code=_home(person),
        issuer=body.issuer, by=_actor(request), now=timezone.now(),
    )  # fmt: skip
    return 201, _card(city, made)


@router.get("/{city}/cards/mine/{int:card}/journeys", auth=RIDER, response=RidesOut,
            summary="Journeys of my card")  # fmt: skip
def get_rides(request: HttpRequest, city: str, card: int, days: Query[Days]) -> Any:
    """The card's journeys leg by leg, with those of the cards it replaced."""
    account = card_queries.own_card(city, _person(request, city), card)
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
    account = card_queries.own_card(city, _person(request, city), card)
    return card_queries.month_statement(city, account, date.fromisoformat(f"{month}-01"))


@router.post("/{city}/cards/mine/{int:card}/loads", auth=RIDER, response={201: LoadOut},
             summary="Load my card")  # fmt: skip
@once_per_key("transit.load-card")
def post_load(request: HttpRequest, city: str, card: int, body: LoadIn) -> Any:
    """A QRIS code; the card is loaded once, when it is paid."""
    person = _person(request, city)
    account = card_queries.own_card(city, person, card)
    key = f"api:{principal_of(request).user.pk}:{request.headers['Idempotency-Key']}"
    load, asked = request_load(account, body.amount, person=person, region_code=_home(person),
                               key=key, by=_actor(request), now=timezone.now())  # fmt: skip
    return 201, {"id": load.pk, "amount": load.amount, "request": asked.id, "qris": asked.qris,
                 "expires_at": asked.expires_at}  # fmt: skip


@router.post("/{city}/cards/mine/{int:card}/block", auth=RIDER, response=TravelCardOut,
             summary="Block my card")  # fmt: skip
def post_own_block(request: HttpRequest, city: str, card: int) -> Any:
    """Stop the card at the gates; 409 where it is not active."""
    card_queries.own_card(city, _person(request, city), card)
    by, now = _actor(request), timezone.now()
    return _card(city, life.block_card(card, life.Block.RIDER, by=by, now=now))


@router.post("/{city}/cards/mine/{int:card}/unblock", auth=RIDER, response=TravelCardOut,
             summary="Open my card again")  # fmt: skip
def post_own_unblock(request: HttpRequest, city: str, card: int) -> Any:
    """Let the card ride again; 409 where the desk blocked it."""
    card_queries.own_card(city, _person(request, city), card)
    return _card(city, life.unblock_card(card, by=_actor(request), now=timezone.now(), own=True))


@router.post("/{city}/cards/mine/{int:card}/lost", auth=RIDER, response=TravelCardOut,
             summary="Report my card lost")  # fmt: skip
def post_own_lost(request: HttpRequest, city: str, card: int, body: LostIn) -> Any:
    """Stop the card for good; the desk replaces it."""
    card_queries.own_card(city, _person(request, city), card)
    by, now = _actor(request), timezone.now()
    return _card(city, life.report_lost(card, body.lost_on, by=by, now=now))


@router.get("/{city}/cards/mine/disputes", auth=RIDER, response=DisputesOut,
            summary="My disputes")  # fmt: skip
def get_own_disputes(request: HttpRequest, city: str) -> Any:
    """The disputes of who is signed in, latest first."""
    return _page("disputes", disputes_of(city, _person(request, city)))


@router.post("/{city}/cards/mine/{int:card}/disputes", auth=RIDER, response={201: DisputeOut},
             summary="Dispute a charge")  # fmt: skip
@once_per_key("transit.dispute")
def post_dispute(request: HttpRequest, city: str, card: int, body: DisputeIn) -> Any:
    """Hold a charge to be wrong; it is answered by `due_at`."""
    person = _person(request, city)
    account = card_queries.own_card(city, person, card)
    return 201, file_dispute(
        account, body.boarding, body.why, body.words, person=person, region_code=_home(person),
        by=_actor(request), now=timezone.now(),
    )  # fmt: skip


@router.get("/{city}/cards/mine/concessions", auth=RIDER, response=ConcessionsOut,
            summary="My concessions")  # fmt: skip
def get_own_concessions(request: HttpRequest, city: str) -> Any:
    """The applications of who is signed in, latest first."""
    return _page("concessions", claims_of(city, _person(request, city)))


@router.post("/{city}/cards/mine/{int:card}/concessions", auth=RIDER,
             response={201: ConcessionOut}, summary="Apply for a concession")  # fmt: skip
@once_per_key("transit.concession")
def post_concession(request: HttpRequest, city: str, card: int, body: ConcessionIn) -> Any:
    """Apply for a concession; 422 names every ground that is not met."""
    person = _person(request, city)
    account = card_queries.own_card(city, person, card)
    look = Look(principal_of(request).user, OWN, origin_of(request, "api"))
    facts = facts_of(person, look, body.paper)
    return 201, apply_for_concession(account, body.group, facts, person=person,
                                     by=_actor(request), now=timezone.now())  # fmt: skip


@router.get("/{city}/cards", auth=DESK, response=CardsOut, summary="Cards")
def get_cards(
    request: HttpRequest, city: str,
    four: Annotated[str, Query(max_length=4, pattern=r"^[A-Za-z0-9]*$")] = "",
    state: Literal["", "active", "blocked", "lost", "replaced", "expired"] = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:  # fmt: skip
    """Cards by their last four digits and state."""
    _require(request, city)
    found = card_queries.find_cards(city, four=four, state=state)
    first = (page - 1) * MOST
    return {**_cards(city, list(found[first : first + MOST])), "count": found.count()}


@router.post("/{city}/cards", auth=DESK, response={201: TravelCardOut}, summary="Issue a card")
@once_per_key("transit.issue-card")
def post_card(request: HttpRequest, city: str, body: CardIssueIn) -> Any:
    """Issue a card; 409 where it was issued before."""
    _require(request, city)
    made = life.issue_card(city, body.number, body.issuer, code=body.code, by=_actor(request),
                           now=timezone.now())  # fmt: skip
    return 201, _card(city, made)


@router.post(
    "/{city}/cards/{int:card}/block", auth=DESK, response=TravelCardOut, summary="Block a card"
)
def post_block(request: HttpRequest, city: str, card: int, body: CardReasonIn) -> Any:
    """Stop a card, with the reason that its holder reads."""
    _require(request, city, card)
    return _card(city, life.block_card(card, life.Block.OFFICER, by=_actor(request),
                                       now=timezone.now(), reason=body.reason))  # fmt: skip


@router.post("/{city}/cards/{int:card}/unblock", auth=DESK, response=TravelCardOut,
             summary="Unblock a card")  # fmt: skip
def post_unblock(request: HttpRequest, city: str, card: int, body: CardReasonIn) -> Any:
    """Let a blocked card ride again."""
    _require(request, city, card)
    by, now = _actor(request), timezone.now()
    return _card(city, life.unblock_card(card, by=by, now=now, reason=body.reason))


@router.post("/{city}/cards/{int:card}/replace", auth=DESK, response={201: TravelCardOut},
             summary="Replace a card")  # fmt: skip
@once_per_key("transit.replace-card")
def post_replace(request: HttpRequest, city: str, card: int, body: ReplaceIn) -> Any:
    """Give a new card; balance, holder, passes and history go over."""
    _require(request, city, card)
    by, now = _actor(request), timezone.now()
    return 201, _card(city, replace_card(card, body.number, code=body.code, by=by, now=now))


@router.post("/{city}/cards/{int:card}/cash", auth=DESK, response={201: LoadedOut},
             summary="Load a card with cash")  # fmt: skip
@once_per_key("transit.load-cash")
def post_cash(request: HttpRequest, city: str, card: int, body: LoadIn) -> Any:
    """Load cash that was taken in at the desk."""
    _require(request, city, card)
    account = card_queries.account_at(city, card)
    key = f"api:{principal_of(request).user.pk}:{request.headers['Idempotency-Key']}"
    load = load_with_cash(account, body.amount, key=key, by=_actor(request), now=timezone.now())
    return 201, {"id": load.pk, "amount": load.amount,
                 "balance": card_queries.balance_of(city, account.card.reference)}  # fmt: skip


@router.get("/{city}/disputes", auth=DESK, response=DisputesOut, summary="Disputed charges")
def get_disputes(
    request: HttpRequest, city: str,
    state: Literal["", "open", "refunded", "refused", "withdrawn"] = "open",
) -> Any:  # fmt: skip
    """Disputes, those promised first on top."""
    _require(request, city)
    return _page("disputes", dispute_queue(city, state))


@router.post("/{city}/disputes/{uuid:dispute}/answer", auth=DESK, response=DisputeOut,
             summary="Answer a dispute")  # fmt: skip
@once_per_key("transit.answer-dispute")
def post_answer(request: HttpRequest, city: str, dispute: UUID, body: AnswerIn) -> Any:
    """Refund a charge by a reversal, or refuse with the reason."""
    _require(request, city)
    found = dispute_at(city, dispute)
    by, now = _actor(request), timezone.now()
    if body.refund:
        refund_dispute(found, body.refund, answer=body.answer, by=by, now=now)
    else:
        refuse_dispute(found, answer=body.answer, by=by, now=now)
    return dispute_at(city, dispute)


@router.get("/{city}/concessions", auth=DESK, response=ConcessionsOut,
            summary="Applications for concessions")  # fmt: skip
def get_concessions(
    request: HttpRequest, city: str,
    state: Literal["", "applied", "granted", "refused", "withdrawn", "revoked"] = "applied",
) -> Any:  # fmt: skip
    """Applications, those promised first on top."""
    _require(request, city)
    return _page("concessions", claim_queue(city, state))


@router.post("/{city}/concessions/{uuid:claim}/decision", auth=DESK, response=ConcessionOut,
             summary="Decide an application")  # fmt: skip
@once_per_key("transit.decide-concession")
def post_decision(request: HttpRequest, city: str, claim: UUID, body: DecisionIn) -> Any:
    """Grant a concession for the city's months, or refuse it with the reason."""
    _require(request, city)
    found = claim_at(city, claim)
    by, now = _actor(request), timezone.now()
    if body.granted:
        purpose = Purpose("service", f"Concession {str(claim)[:8]}")
        look = Look(principal_of(request).user, purpose, origin_of(request, "api"))
        grant_concession(found, facts_of(found.person_id, look, found.paper), reason=body.reason,
                         by=by, now=now)  # fmt: skip
    else:
        refuse_claim(found, reason=body.reason, by=by, now=now)
    return claim_at(city, claim)


def _person(request: HttpRequest, city: str) -> UUID:
    city_by_slug(city)
    card_law(city)
    person = person_of(principal_of(request).user)
    if person is None:
        raise ProblemError("Your account is not linked to a resident", status=403,
                           kind="not-linked", detail="The population office links it.")  # fmt: skip
    return person


def _require(request: HttpRequest, city: str, card: int | None = None) -> None:
    """The desk's permission in the city, and that the card is one of its."""
    principal_of(request).require("transit.serve_cards", city_by_slug(city).region_code)
    card_law(city)
    if card is not None:
        card_queries.account_at(city, card)


def _actor(request: HttpRequest) -> Actor:
    return Actor(str(principal_of(request).user.pk), origin_of(request, "api"))


def _home(person: UUID) -> str:
    return names_of([person])[person].region_code


def _card(city: str, account: CardAccount) -> dict[str, Any]:
    (found,) = _cards(city, [account])["cards"]
    shown: dict[str, Any] = found
    return shown


def _cards(city: str, accounts: list[CardAccount]) -> dict[str, Any]:
    money = card_queries.balances_of_cards(city, [each.card.reference for each in accounts])
    fields = ("issuer", "last_four", "state", "block", "bound", "issued_on", "expires_on",
              "generated")  # fmt: skip
    shown = [
        {"id": each.pk, "balance": money.get(each.card.reference, 0),
         **{name: getattr(each, name) for name in fields}}
        for each in accounts
    ]  # fmt: skip
    return {"count": len(shown), "cards": shown}


def _page(name: str, found: Any) -> dict[str, Any]:
    rows: list[Dispute | ConcessionClaim] = list(found[:MOST])
    return {"count": found.count(), name: rows}
