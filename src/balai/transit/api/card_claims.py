"""Disputed charges and concessions, by riders and at the desk."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router

from balai.kernel.access.api_auth import principal_of
from balai.kernel.access.idempotency import once_per_key
from balai.kernel.access.origin import origin_of
from balai.kernel.people.queries import OWN, Look, Purpose
from balai.transit.actions.cards.concessions import (
    apply_for_concession,
    grant_concession,
    refuse_claim,
)
from balai.transit.actions.cards.disputes import file_dispute, refund_dispute, refuse_dispute
from balai.transit.api.card_claim_bodies import (
    AnswerIn,
    ConcessionIn,
    ConcessionOut,
    ConcessionsOut,
    DecisionIn,
    DisputeIn,
    DisputeOut,
    DisputesOut,
)
from balai.transit.api.card_requests import (
    DESK,
    RIDER,
    actor_of,
    home_of,
    page_of,
    require_desk,
    rider_of,
)
from balai.transit.queries import cards as card_queries
from balai.transit.queries.concessions import claim_at, claim_queue, claims_of, facts_of
from balai.transit.queries.disputes import dispute_at, dispute_queue, disputes_of

router = Router()


@router.get("/{city}/cards/mine/disputes", auth=RIDER, response=DisputesOut,
            summary="My disputes")  # fmt: skip
def get_own_disputes(request: HttpRequest, city: str) -> Any:
    """The disputes of who is signed in, latest first."""
    return page_of("disputes", disputes_of(city, rider_of(request, city)))


@router.post("/{city}/cards/mine/{int:card}/disputes", auth=RIDER, response={201: DisputeOut},
             summary="Dispute a charge")  # fmt: skip
@once_per_key("transit.dispute")
def post_dispute(request: HttpRequest, city: str, card: int, body: DisputeIn) -> Any:
    """Hold a charge to be wrong; it is answered by `due_at`."""
    person = rider_of(request, city)
    account = card_queries.own_card(city, person, card)
    return 201, file_dispute(
        account, body.boarding, body.why, body.words, person=person, region_code=home_of(person),
        by=actor_of(request), now=timezone.now(),
    )  # fmt: skip


@router.get("/{city}/cards/mine/concessions", auth=RIDER, response=ConcessionsOut,
            summary="My concessions")  # fmt: skip
def get_own_concessions(request: HttpRequest, city: str) -> Any:
    """The applications of who is signed in, latest first."""
    return page_of("concessions", claims_of(city, rider_of(request, city)))


@router.post("/{city}/cards/mine/{int:card}/concessions", auth=RIDER,
             response={201: ConcessionOut}, summary="Apply for a concession")  # fmt: skip
@once_per_key("transit.concession")
def post_concession(request: HttpRequest, city: str, card: int, body: ConcessionIn) -> Any:
    """Apply for a concession; 422 names every ground that is not met."""
    person = rider_of(request, city)
    account = card_queries.own_card(city, person, card)
    look = Look(principal_of(request).user, OWN, origin_of(request, "api"))
    facts = facts_of(person, look, body.paper)
    return 201, apply_for_concession(account, body.group, facts, person=person,
                                     by=actor_of(request), now=timezone.now())  # fmt: skip


@router.get("/{city}/disputes", auth=DESK, response=DisputesOut, summary="Disputed charges")
def get_disputes(
    request: HttpRequest, city: str,
    state: Literal["", "open", "refunded", "refused", "withdrawn"] = "open",
) -> Any:  # fmt: skip
    """Disputes, those promised first on top."""
    require_desk(request, city)
    return page_of("disputes", dispute_queue(city, state))


@router.post("/{city}/disputes/{uuid:dispute}/answer", auth=DESK, response=DisputeOut,
             summary="Answer a dispute")  # fmt: skip
@once_per_key("transit.answer-dispute")
def post_answer(request: HttpRequest, city: str, dispute: UUID, body: AnswerIn) -> Any:
    """Refund a charge by a reversal, or refuse with the reason."""
    require_desk(request, city)
    found = dispute_at(city, dispute)
    by, now = actor_of(request), timezone.now()
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
    require_desk(request, city)
    return page_of("concessions", claim_queue(city, state))


@router.post("/{city}/concessions/{uuid:claim}/decision", auth=DESK, response=ConcessionOut,
             summary="Decide an application")  # fmt: skip
@once_per_key("transit.decide-concession")
def post_decision(request: HttpRequest, city: str, claim: UUID, body: DecisionIn) -> Any:
    """Grant a concession for the city's months, or refuse it with the reason."""
    require_desk(request, city)
    found = claim_at(city, claim)
    by, now = actor_of(request), timezone.now()
    if body.granted:
        purpose = Purpose("service", f"Concession {str(claim)[:8]}")
        look = Look(principal_of(request).user, purpose, origin_of(request, "api"))
        grant_concession(found, facts_of(found.person_id, look, found.paper), reason=body.reason,
                         by=by, now=now, since=body.since)  # fmt: skip
    else:
        refuse_claim(found, reason=body.reason, by=by, now=now)
    return claim_at(city, claim)
