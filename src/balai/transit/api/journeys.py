"""Journeys out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from balai.transit.queries.journeys import journey_record

router = Router()


class LegOut(Schema):
    """A boarding with its charge, in rupiah."""

    number: int
    mode: str
    line: str
    from_name: str
    to_name: str
    metres: int | None
    full_price: int
    charge: int
    reason: str


class JourneyOut(Schema):
    """A journey: no card, times to the hour. Money in rupiah."""

    id: UUID
    city: str
    place: str
    day: date
    hour: datetime
    tariff: str
    charge: int
    full_price: int
    integrated: bool
    void: bool
    generated: bool
    revision: int
    legs: list[LegOut]


@router.get("/{city}/journeys/{journey}", response=JourneyOut, summary="A journey's record")
def get_journey(request: HttpRequest, city: str, journey: UUID) -> Any:
    """Legs and charges of a journey, as they may be shown to anyone."""
    return journey_record(city, journey)
