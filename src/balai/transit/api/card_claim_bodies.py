"""What the API takes and tells about disputes and concessions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from ninja import Field, Schema

from balai.transit.api.card_bodies import Words


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
    """A decision with its reason; a concession holds from now, or from the day `since`, at the
    earliest that of the application.
    """

    granted: bool
    reason: Words = Field(min_length=1)
    since: date | None = None
