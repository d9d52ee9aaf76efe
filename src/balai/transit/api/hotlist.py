"""Cards at the gates: the list of refused ones, and how one stands."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router, Schema

from balai.kernel.access.api_auth import principal_of
from balai.kernel.regions.queries import city_by_slug
from balai.transit.actions.check_tap import card_reference
from balai.transit.api.card_bodies import CardStandingOut, NumberIn
from balai.transit.api.card_requests import VALIDATOR
from balai.transit.queries import cards as card_queries
from balai.transit.queries.hotlist import hotlist_file, version_of

router = Router()


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
