"""The API of notices: one's own, browsers for web push, a city's outbox, gateways' receipts."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema, Status
from ninja.security import APIKeyHeader

from balai.kernel.access.api_auth import PersonAuth, principal_of, token_or_session
from balai.kernel.notices import actions, queries
from balai.kernel.notices.channels.base import option
from balai.kernel.notices.engine import receipts
from balai.kernel.notices.models import Delivery
from balai.kernel.notices.queries.outbox import OutboxFilter
from balai.kernel.notices.rules import MAY_VIEW
from balai.kernel.problems import ProblemError
from balai.kernel.regions import queries as regions

router = Router()
ChannelName = Literal["webpush", "chat", "sms", "email"]
StateName = Literal["waiting", "sending", "sent", "delivered", "kept", "failed"]
Limit = Annotated[int, Query(ge=1, le=100)]
Offset = Annotated[int, Query(ge=0, le=100_000)]
Text = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*$")]


class LetterOut(Schema):
    """A notice as its reader sees it."""

    id: UUID
    kind: str
    city: str
    subject: str
    text: str
    link: str = Field(description="a path of this site; empty where there is none")
    language: str
    legal: bool
    created_at: datetime
    read_at: datetime | None


class LettersOut(Schema):
    """A page of notices, how many fit, and how many are not read."""

    total: int
    unread: int
    items: list[LetterOut]


class ChangedOut(Schema):
    """How many changed."""

    changed: int


class BrowserIn(Schema):
    """A browser's subscription, as its PushSubscription tells it."""

    endpoint: str = Field(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")
    p256dh: Text
    auth: Text
    city: str = Field("", max_length=40, pattern=r"^[-a-z0-9]*$")


class BrowserOut(Schema):
    """The number of a subscription."""

    id: UUID


class DeliveryOut(Schema):
    """A delivery, without address and text."""

    id: UUID
    notice: UUID
    kind: str
    channel: ChannelName
    state: StateName
    problem: str
    tries: int
    segments: int | None
    created_at: datetime
    due_at: datetime
    sent_at: datetime | None
    ended_at: datetime | None


class DeliveriesOut(Schema):
    """A page of deliveries and how many fit the filter."""

    total: int
    items: list[DeliveryOut]


class GatewaySignature(APIKeyHeader):
    """`Balai-Signature: t=UNIX,v1=HEX`: HMAC-SHA256 of `UNIX.body` with BALAI_RECEIPT_SECRET."""

    param_name = "Balai-Signature"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        """Who signed, or None."""
        secret, now = option("RECEIPT_SECRET"), int(time.time())
        good = bool(key) and receipts.is_signed(secret, request.body, key or "", now=now)
        return "gateway" if good else None


class HubSignature(APIKeyHeader):
    """`X-Hub-Signature-256` as WhatsApp sends it: HMAC-SHA256 of the body with BALAI_HUB_SECRET."""

    param_name = "X-Hub-Signature-256"

    def authenticate(self, request: HttpRequest, key: str | None) -> str | None:
        """Who signed, or None."""
        good = bool(key) and receipts.is_hub_signed(option("HUB_SECRET"), request.body, key or "")
        return "hub" if good else None


@router.get("/mine", response=LettersOut, auth=[PersonAuth()], summary="My notices")
def mine(
    request: HttpRequest,
    which: Literal["", "unread", "read"] = "",
    limit: Limit = 20,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The newest first."""
    reader = queries.reader_of(principal_of(request).user)
    total, found = queries.letters(reader, which=which, offset=offset, limit=limit)
    return {"total": total, "unread": queries.unread(reader), "items": found}


@router.get("/mine/{uuid:notice}", response=LetterOut, auth=[PersonAuth()], summary="A notice")
def letter(request: HttpRequest, notice: UUID) -> Any:
    """One of my notices. Reading it here does not mark it as read."""
    return queries.letter(queries.reader_of(principal_of(request).user), notice)


@router.post("/mine/read", response=ChangedOut, auth=[PersonAuth()], summary="Mark all as read")
def read_all(request: HttpRequest) -> dict[str, int]:
    """Again: changes nothing."""
    return {"changed": actions.mark_read(queries.reader_of(principal_of(request).user))}


@router.post(
    "/mine/{uuid:notice}/read", response=LetterOut, auth=[PersonAuth()], summary="Mark as read"
)
def read(request: HttpRequest, notice: UUID) -> Any:
    """Again: changes nothing."""
    reader = queries.reader_of(principal_of(request).user)
    actions.mark_read(reader, [notice])
    return queries.letter(reader, notice)


@router.post(
    "/browsers", response={201: BrowserOut}, auth=[PersonAuth()], summary="Subscribe a browser"
)
def subscribe(request: HttpRequest, body: BrowserIn) -> Status[dict[str, UUID]]:
    """The same browser again keeps its newest keys."""
    user = principal_of(request).user
    city = regions.find_city(body.city) if body.city else None
    number = actions.subscribe(
        user, queries.reader_of(user), endpoint=body.endpoint, p256dh=body.p256dh,
        auth=body.auth, region_code=city.region_code if city else "",
        label=_browser_name(request.headers.get("User-Agent", "")),
    )  # fmt: skip
    return Status(201, {"id": number})


@router.get(
    "/outbox", response=DeliveriesOut, auth=token_or_session("notices:outbox"),
    summary="A city's outbox",
)  # fmt: skip
def outbox(
    request: HttpRequest,
    city: Annotated[str, Query(max_length=40, pattern=r"^[-a-z0-9]+$")],
    state: Literal["", "waiting", "sending", "sent", "delivered", "kept", "failed"] = "",
    channel: Literal["", "webpush", "chat", "sms", "email"] = "",
    kind: Annotated[str, Query(max_length=100, pattern=r"^[^\x00]*$")] = "",
    limit: Limit = 50,
    offset: Offset = 0,
) -> dict[str, Any]:
    """The newest deliveries first, of the regions whose residents one may see."""
    principal_of(request).require(MAY_VIEW, regions.city_by_slug(city))
    wanted = OutboxFilter(state=state, kind=kind, channel=channel)
    rows = queries.deliveries(city, wanted)
    return {
        "total": rows.count(),
        "items": [_delivery(each) for each in rows[offset : offset + limit]],
    }


@router.post(
    "/receipts/{channel}", response=ChangedOut, auth=[GatewaySignature(), HubSignature()],
    summary="Receipts of a gateway",
)  # fmt: skip
def take_receipts(request: HttpRequest, channel: ChannelName) -> dict[str, int]:
    """What became of messages: `{"receipts": [{"id", "state", "problem"}]}`, or WhatsApp's form.

    `id` is the gateway's number or the reference it was given; again: changes nothing.
    """
    try:
        told = receipts.read(request.body)
    except ValueError as error:
        raise ProblemError("The receipts cannot be read", detail=str(error)) from error
    return {"changed": actions.note_receipts(channel, told)}


def _delivery(row: Delivery) -> dict[str, Any]:
    names = ("id", "channel", "state", "problem", "tries", "segments", "created_at", "due_at",
             "sent_at", "ended_at")  # fmt: skip
    told = {name: getattr(row, name) for name in names}
    return {**told, "notice": row.notice_id, "kind": row.notice.kind}


def _browser_name(agent: str) -> str:
    """A browser's name for its owner's list; the whole line would tell too much to keep."""
    browsers = ("Edg", "OPR", "SamsungBrowser", "Firefox", "Chrome", "Safari")
    systems = ("Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux")
    names = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Macintosh": "macOS"}
    found = [next((each for each in group if each in agent), "") for group in (browsers, systems)]
    return ", ".join(names.get(each, each) for each in found if each)
