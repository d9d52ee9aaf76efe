"""Timetables out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from balai.kernel.regions.queries import city_by_slug
from balai.transit.queries.feed import feed_versions

router = Router()


class FeedOut(Schema):
    """A version of one of the city's timetables; of each name one version is current."""

    id: int
    name: str
    source: str
    licence: str
    credit: str
    generated: bool
    sha256: str
    imported_at: datetime
    status: str
    first_day: date | None
    last_day: date | None
    counts: dict[str, int]


@router.get("/{city}/feeds", response=list[FeedOut], summary="Timetables of the city")
def get_feeds(request: HttpRequest, city: str) -> Any:
    """Every timetable that was imported for the city, newest first."""
    return feed_versions(city_by_slug(city).slug)
